"""Filters of the Posts page that people keep under a name."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from planner.models import SavedView


class NameTaken(Exception):
    """The person has another view of this name."""

    def __init__(self) -> None:
        super().__init__(_("You have a view of this name already."))


def saved_view_make(
    *, person: User, name: str, filters: str, shared: bool, is_default: bool, now: datetime
) -> SavedView:
    """Keep filters, a query as `PostFilters.kept` writes it, under a name. Raises NameTaken."""
    view = SavedView(person=person, name=name, filters=filters, shared=shared, is_default=is_default, created_at=now)
    return _store(view)


def saved_view_change(*, view: SavedView, name: str, shared: bool, is_default: bool) -> SavedView:
    """Rename a view, share it or not, open with it or not. Raises NameTaken."""
    view.name, view.shared, view.is_default = name, shared, is_default
    return _store(view)


def saved_view_delete(*, view: SavedView) -> None:
    """Forget a view. The posts that it showed stay as they are."""
    SavedView.objects.filter(pk=view.pk).delete()


def _store(view: SavedView) -> SavedView:
    """Write the view; the person has one default at most."""
    try:
        with transaction.atomic():
            if view.is_default:
                SavedView.objects.filter(person=view.person, is_default=True).exclude(pk=view.pk).update(
                    is_default=False
                )
            view.save()
    except IntegrityError:
        raise NameTaken from None
    return view
