"""Bulk actions as a person meets them: made, confirmed, undone, thrown away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import User
from planner.change_set_words import set_name
from planner.models import ChangeSet, ChangeSetItem, ItemState, Post, SetState
from planner.services.change_set_working import change_set_work

MOST = 5_000  # posts
TITLE = 110  # characters of a post by which it is known in the list
AT_ONCE = 20  # posts up to which nobody has to wait for a worker
PLANS_KEPT = timedelta(days=1)  # plans that nobody confirmed


class SetProblem(Exception):
    """The bulk action cannot be done as asked. The text is a sentence for the person."""


class TooMany(SetProblem):
    def __init__(self) -> None:
        super().__init__(_("That is more than %(most)s posts. Narrow the filters.") % {"most": f"{MOST:,}"})


class NothingChosen(SetProblem):
    def __init__(self) -> None:
        super().__init__(_("Choose at least one post."))


class NotNow(SetProblem):
    """The bulk action has moved on."""

    def __init__(self) -> None:
        super().__init__(_("This bulk action has moved on meanwhile. This is how it stands now."))


def change_set_make(
    *, actor: User, kind: str, parameters: Mapping[str, Any], posts: Sequence[int], now: datetime
) -> ChangeSet:
    """Plan what an action does to these posts, in their order, and store the plan: nothing else is carried out later.

    A few are checked at once, more by a worker. Posts that the person may not see are left out. Raises NothingChosen
    and TooMany.
    """
    if len(posts) > MOST:
        raise TooMany
    with transaction.atomic():
        ChangeSet.objects.filter(
            actor=actor, state__in=(SetState.PLANNING, SetState.PLANNED), created_at__lt=now - PLANS_KEPT
        ).delete()
        beginnings = dict(Post.objects.visible_to(actor).filter(pk__in=posts).values_list("pk", "text"))
        held = [pk for pk in dict.fromkeys(posts) if pk in beginnings]
        if not held:
            raise NothingChosen
        made = ChangeSet.objects.create(
            name=set_name(kind, parameters, len(held)),
            actor=actor,
            kind=kind,
            parameters=dict(parameters),
            total=len(held),
            counts={ItemState.NEW: len(held)},
            created_at=now,
        )
        ChangeSetItem.objects.bulk_create(
            ChangeSetItem(set=made, position=at, post_id=pk, title=_title(beginnings[pk])) for at, pk in enumerate(held)
        )
        _wake(made)
    return _at_once(made)


def change_set_confirm(*, change_set: ChangeSet, name: str, now: datetime) -> ChangeSet:
    """Carry the plan out; a few posts at once, more by a worker. Raises NotNow when it is not waiting for that."""
    with transaction.atomic():
        _move(change_set, (SetState.PLANNED,), SetState.RUNNING, name=name or change_set.name, confirmed_at=now)
        _wake(change_set)
    return _at_once(change_set)


def change_set_undo(*, change_set: ChangeSet) -> ChangeSet:
    """Bring back what was, as far as nobody touched it since and no network has acted. Raises NotNow."""
    with transaction.atomic():
        _move(change_set, (SetState.DONE, SetState.PARTLY), SetState.UNDOING, finished_at=None)
        _wake(change_set)
    return _at_once(change_set)


def change_set_discard(*, change_set: ChangeSet) -> None:
    """Throw a plan away that was not confirmed. Raises NotNow."""
    plans = ChangeSet.objects.filter(pk=change_set.pk, state__in=(SetState.PLANNING, SetState.PLANNED))
    if not plans.delete()[0]:
        raise NotNow


def _title(text: str) -> str:
    return Truncator(" ".join(text[:1000].split())).chars(TITLE)


def _move(change_set: ChangeSet, old: Sequence[str], new: str, **values: Any) -> None:
    moved = ChangeSet.objects.filter(pk=change_set.pk, state__in=old).update(
        state=new, claim="", claimed_until=None, **values
    )
    if not moved:
        raise NotNow


def _wake(change_set: ChangeSet) -> None:
    from planner.tasks import change_set_task

    if change_set.total > AT_ONCE:
        transaction.on_commit(lambda: change_set_task.apply_async((change_set.pk,), retry=False), robust=True)


def _at_once(change_set: ChangeSet) -> ChangeSet:
    if change_set.total <= AT_ONCE:
        change_set_work(change_set.pk, clock=timezone.now)
    change_set.refresh_from_db()
    return change_set
