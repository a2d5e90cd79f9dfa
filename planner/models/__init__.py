"""What is planned, and what became of it."""

from planner.models.composer_draft import ComposerDraft
from planner.models.label import Category, Tag
from planner.models.media import Media
from planner.models.media_upload import MediaUpload, UploadState
from planner.models.post import Post, PostBundle, PostQuerySet, PostType
from planner.models.post_check import PostCheck
from planner.models.status import PostStatus
from planner.models.target import PostTarget

__all__ = [
    "Category",
    "ComposerDraft",
    "Media",
    "MediaUpload",
    "Post",
    "PostBundle",
    "PostCheck",
    "PostQuerySet",
    "PostStatus",
    "PostTarget",
    "PostType",
    "Tag",
    "UploadState",
]
