"""Keeps categories, tags, posts and imports as HighLevel has them. Importing it registers the steps of the pull."""

from planner.mirror import imports, labels, listing

__all__ = ["imports", "labels", "listing"]
