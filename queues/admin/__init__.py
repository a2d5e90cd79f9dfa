"""The admin of category queues."""

from queues.admin import queues

__all__ = ["queues"]
