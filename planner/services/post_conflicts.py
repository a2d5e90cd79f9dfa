"""Settling an edit that HighLevel's own changes got in the way of: field by field, ours or theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import User
from highlevel.models import Change
from highlevel.models.change import ChangeState
from highlevel.outbox import NotPossible, change_cancel, subject_key
from planner.composer.conflicts import OURS, ConflictRow, conflict_rows, merged, with_values
from planner.composer.filling import sheet_of
from planner.composing import Composition, composition_of
from planner.models import Post
from planner.outbox.subjects import KIND, MOVED, POST_EDIT
from planner.selectors.composer import ComposerPlace, composer_place
from planner.services.post_columns import told_between
from planner.services.post_writing import post_locked, post_rewrite

ELSEWHERE = "changed_elsewhere"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A refused edit: the post, and what stood there before, what we made of it, and what stands in HighLevel."""

    post: Post
    place: ComposerPlace
    before: Composition
    ours: Composition
    theirs: Composition

    @property
    def rows(self) -> list[ConflictRow]:
        """Everything that differs between us and HighLevel."""
        accounts, panels = self.place.accounts, self.place.panels
        before, ours, theirs = (sheet_of(one, accounts, panels) for one in (self.before, self.ours, self.theirs))
        return conflict_rows(before, ours, theirs, self.place)


def conflict_of(change: Change) -> Conflict:
    """Both versions of an edit that was refused because HighLevel's had changed. Raises NotPossible for any other."""
    seen = change.outcome.get("seen")
    if (
        change.operation != POST_EDIT
        or change.state != ChangeState.REFUSED
        or change.error_code != ELSEWHERE
        or not seen
    ):
        raise NotPossible
    post = Post.objects.select_related("location", "category").prefetch_related("targets__account", "media", "tags")
    held = post.get(pk=subject_key(change, KIND))
    ours = composition_of(held)
    place = composer_place(held.location, also=ours.accounts)
    before, theirs = (with_values(ours, values, place) for values in (change.base, seen))
    return Conflict(held, place, before, ours, theirs)


def conflict_settle(*, change: Change, take: Mapping[str, str], actor: User, now: datetime) -> Post:
    """Let the post say what HighLevel has, but for what `take` keeps of ours (`ours` or `theirs` by the names of
    ConflictRow, whose own choice holds for what is not named), and tell HighLevel of that alone. With everything taken
    from theirs nothing is told any more.

    Raises NotPossible when the change is not refused for that any more, and what `post_rewrite` raises; nothing is
    changed then.
    """
    with transaction.atomic():
        conflict = conflict_of(Change.objects.select_for_update(of=("self",)).get(pk=change.pk))
        post = post_locked(conflict.post.pk)
        Post.objects.filter(pk=post.pk).update(remote=_as_seen(Post.objects.get(pk=post.pk).remote, change))
        change_cancel(change=change, now=now)
        held = post_locked(post.pk)
        theirs = composition_of(held)
        kept = [row.name for row in conflict.rows if take.get(row.name, row.take) == OURS]
        wanted = merged(conflict.ours, theirs, kept)
        if not told_between(theirs, wanted):
            return held
        reason = _("Chosen between this and a change made in HighLevel.")
        return post_rewrite(post=held, version=held.version, composition=wanted, actor=actor, now=now, reason=reason)


def _as_seen(remote: dict[str, Any], change: Change) -> dict[str, Any]:
    """HighLevel's row with what was seen of it when the edit was refused, unless a pull has seen it later."""
    seen = dict(change.outcome["seen"])
    moved = seen.pop(MOVED, None)
    stored, found = (
        parse_datetime(text) if isinstance(text, str) else None for text in (remote.get("updatedAt"), moved)
    )
    if stored is not None and found is not None and stored >= found:
        return remote
    if "scheduleDate" in seen:
        seen["displayDate"] = seen["scheduleDate"]
    return {**remote, **seen, **({"updatedAt": moved} if moved else {})}
