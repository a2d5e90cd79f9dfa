"""The admin of posts and what belongs to them."""

from planner.admin import history, imports, labels, media, posts

__all__ = ["history", "imports", "labels", "media", "posts"]
