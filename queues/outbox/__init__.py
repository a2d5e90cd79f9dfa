"""What is told to HighLevel about category queues."""

from queues.outbox import changing, creating, items, saving, skipping

__all__ = ["changing", "creating", "items", "saving", "skipping"]
