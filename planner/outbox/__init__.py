"""What is told to HighLevel about posts. Importing it registers the operations."""

from planner.outbox import creating, deleting, editing

__all__ = ["creating", "deleting", "editing"]
