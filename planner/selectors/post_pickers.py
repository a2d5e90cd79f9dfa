"""The filters of the Posts page that are chosen from what the locations have: accounts, categories, tags."""

from __future__ import annotations

from accounts.selectors.pickers import Picker, account_picker, name_picker
from planner.models import Category, Tag
from planner.selectors.post_filters import PostFilters

ACCOUNT, CATEGORY, TAG = KINDS = ("account", "category", "tag")


def post_picker(filters: PostFilters, kind: str, *, find: str) -> Picker:
    """The choices of one of `KINDS` that fit what was typed; one query."""
    here = filters.scope.locations()
    if kind == ACCOUNT:
        return account_picker(filters.scope, find=find, chosen=filters.accounts)
    if kind == CATEGORY:
        categories = Category.objects.filter(gone_at=None, location__in=here)
        return name_picker(kind, categories, find=find, chosen=filters.categories, colour="primary_colour")
    tags = Tag.objects.filter(gone_at=None, location__in=here)
    return name_picker(TAG, tags, find=find, chosen=filters.tags)
