"""Every operation and page of the sandbox; importing this package registers them all.

The order matters in one place: at the same instant posts are published before queues move on.
"""

from highlevel.sandbox.resources import accounts, categories, consent, locations, medias, oauth, posts, publishing, tags

from highlevel.sandbox.resources import comments, connect, csv_imports, statistics  # isort: skip
from highlevel.sandbox.resources import queues, queue_items, edit_sessions  # isort: skip

__all__ = [
    "accounts",
    "categories",
    "comments",
    "connect",
    "consent",
    "csv_imports",
    "edit_sessions",
    "locations",
    "medias",
    "oauth",
    "posts",
    "publishing",
    "queue_items",
    "queues",
    "statistics",
    "tags",
]
