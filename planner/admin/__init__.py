"""The admin of posts and what belongs to them."""

from planner.admin import labels, posts

__all__ = ["labels", "posts"]
