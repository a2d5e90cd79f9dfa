"""What is told to HighLevel about posts, their files and imports. Importing it registers the operations."""

from planner.outbox import creating, csv_imports, deleting, editing, uploading

__all__ = ["creating", "csv_imports", "deleting", "editing", "uploading"]
