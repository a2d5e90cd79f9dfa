"""The admin of posts and what belongs to them."""

from planner.admin import history, labels, media, posts

__all__ = ["history", "labels", "media", "posts"]
