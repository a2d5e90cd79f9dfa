"""What is planned, and what became of it."""

from planner.models.api_key import ApiKey
from planner.models.change_set import ChangeSet, ChangeSetItem, ItemState, SetKind, SetState
from planner.models.composer_draft import ComposerDraft
from planner.models.csv_import import CsvImport, CsvRow, HeaderMapping, ImportPart
from planner.models.label import Category, Tag
from planner.models.media import Media
from planner.models.media_upload import MediaUpload, UploadState
from planner.models.post import Post, PostBundle, PostQuerySet, PostType
from planner.models.post_check import PostCheck
from planner.models.saved_view import SavedView
from planner.models.status import PostStatus
from planner.models.target import PostTarget

__all__ = [
    "ApiKey",
    "Category",
    "ChangeSet",
    "ChangeSetItem",
    "ComposerDraft",
    "CsvImport",
    "CsvRow",
    "HeaderMapping",
    "ImportPart",
    "ItemState",
    "Media",
    "MediaUpload",
    "Post",
    "PostBundle",
    "PostCheck",
    "PostQuerySet",
    "PostStatus",
    "PostTarget",
    "PostType",
    "SavedView",
    "SetKind",
    "SetState",
    "Tag",
    "UploadState",
]
