"""What is told to HighLevel about posts and their files. Importing it registers the operations."""

from planner.outbox import creating, deleting, editing, uploading

__all__ = ["creating", "deleting", "editing", "uploading"]
