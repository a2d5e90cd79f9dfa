"""Entry point of web servers."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

# What is loaded by now stays as long as the process. A full collection would walk through all of it, for some 150 ms in
# the midst of a request, and requests that read long queues cause one every few times.
get_resolver().url_patterns  # noqa: B018  loads every view
gc.collect()
gc.freeze()
