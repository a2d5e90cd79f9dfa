"""The admin of category queues."""

from queues.admin import queues, sessions

__all__ = ["queues", "sessions"]
