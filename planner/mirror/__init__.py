"""Keeps categories, tags and posts as HighLevel has them. Importing it registers the steps of the pull."""

from planner.mirror import labels, listing

__all__ = ["labels", "listing"]
