from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QueuesConfig(AppConfig):
    name = "queues"
    verbose_name = _("Category queues")

    def ready(self) -> None:
        from queues import additions, dependents, mirror, outbox  # noqa: F401  register what this floor adds to those below
