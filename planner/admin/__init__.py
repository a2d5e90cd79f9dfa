"""The admin of posts and what belongs to them."""

from planner.admin import change_sets, drafts, history, imports, labels, media, posts

__all__ = ["change_sets", "drafts", "history", "imports", "labels", "media", "posts"]
