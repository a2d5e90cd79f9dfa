"""Saved views as tabs of the Posts page, and one's own to change."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Case, Value, When

from accounts.models import User
from planner.models import SavedView
from planner.models.saved_view import SavedViewQuerySet
from planner.selectors.post_filters import PostFilters

MOST_TABS = 8
A_PAGE = 50


@dataclass(frozen=True, slots=True)
class ViewTab:
    """One view; `on` says that the list shows it."""

    view: SavedView
    address: str
    on: bool


@dataclass(frozen=True, slots=True)
class ViewTabs:
    """The views that fit, one's own first; with `more` there are others."""

    tabs: list[ViewTab]
    more: bool


def saved_view_tabs(filters: PostFilters) -> ViewTabs:
    """The tabs of the Posts page. One query."""
    user, kept = filters.scope.user, filters.kept()
    found = list(_ordered(user)[: MOST_TABS + 1])
    tabs = [
        ViewTab(view, f"{filters.scope_query()}&{view.filters}".rstrip("&"), view.filters == kept)
        for view in found[:MOST_TABS]
    ]
    return ViewTabs(tabs, len(found) > MOST_TABS)


def saved_view_page(user: User, *, number: str) -> Page[SavedView]:
    """All views that the person sees, one's own first. Two queries."""
    return Paginator(_ordered(user), A_PAGE).get_page(number)


def default_view(user: User) -> SavedView | None:
    """What the Posts page opens with for the person, if anything. One query."""
    return SavedView.objects.filter(person=user, is_default=True).first()


def _ordered(user: User) -> SavedViewQuerySet:
    own = Case(When(person=user, then=Value(0)), default=Value(1))
    return SavedView.objects.visible_to(user).select_related("person").order_by(own, "name", "pk")
