"""What HighLevel does not know of a post yet: said wherever the post is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from highlevel.causes import cause_in_words
from highlevel.models import Change
from highlevel.models.change import ChangeState
from planner.models import Post
from planner.outbox.subjects import KIND


class LocalState(models.TextChoices):
    """The most urgent first."""

    REFUSED = "refused", _("Refused by HighLevel")
    UNCONFIRMED = "unconfirmed", _("Unconfirmed")
    DELETING = "deleting", _("Being deleted")
    WAITING = "waiting", _("Waiting to be sent")


STATES = {ChangeState.REFUSED: LocalState.REFUSED, ChangeState.UNCONFIRMED: LocalState.UNCONFIRMED}


@dataclass(frozen=True, slots=True)
class Local:
    """`change` is the open change that decides about the state, None for a post that is deleted with others; `cause`
    says why, in a sentence, where something went wrong."""

    state: LocalState
    change: Change | None = None

    @property
    def cause(self) -> str:
        return cause_in_words(self.change.error_code) if self.change else ""

    @property
    def elsewhere(self) -> bool:
        """Whether it was refused because HighLevel's version had changed."""
        refused = self.change is not None and self.change.state == ChangeState.REFUSED
        return refused and self.change is not None and self.change.error_code == "changed_elsewhere"


def locals_of(posts: Iterable[Post]) -> dict[int, Local]:
    """The local state of each post that has one, by primary key. One query."""
    held = {post.pk: post for post in posts}
    found = {pk: Local(LocalState.DELETING) for pk, post in held.items() if post.deleting_at is not None}
    subjects = [f"{KIND}:{pk}" for pk in held]
    changes = Change.objects.open().filter(subject__in=subjects).order_by("pk")
    for change in changes.defer("payload", "base", "outcome"):
        pk = int(change.subject.partition(":")[2])
        local = Local(_state(change, held[pk]), change)
        if pk not in found or _rank(local.state) <= _rank(found[pk].state):
            found[pk] = local
    return found


def _state(change: Change, post: Post) -> LocalState:
    if change.state in STATES:
        return STATES[ChangeState(change.state)]
    return LocalState.DELETING if post.deleting_at is not None else LocalState.WAITING


def _rank(state: LocalState) -> int:
    return list(LocalState).index(state)
