"""What every view of one queue begins with: the queue, the draft that the person sees, and whether they may write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.access import WRITERS
from accounts.models import User
from queues.models import CategoryQueue, EditSession
from queues.selectors.editor import live_session
from queues.services.errors import DraftClosed
from queues.services.sessions import session_open

BULKY = ("remote", "location__remote", "category__remote")


@dataclass(slots=True)
class Desk:
    """A queue as one person has it in front of them.

    `session` is the draft that lives, for those who may write. As long as there is none, and for readers always, it
    is the live queue in the shape of a draft: without a primary key, at version 0.
    """

    queue: CategoryQueue
    session: EditSession
    may_write: bool

    @property
    def has_draft(self) -> bool:
        return self.session.pk is not None

    @property
    def may_edit(self) -> bool:
        """Whether steps can be taken right now."""
        return self.may_write and self.session.is_editable and self.queue.gone_at is None


def desk_of(user: User, queue_id: int) -> Desk:
    """The queue with its draft. A stranger gets 404. One query with a draft, three without."""
    living = EditSession.objects.visible_to(user).living().filter(queue=queue_id)
    session = _with_right(living, user, "queue__location").select_related("queue__location", "queue__category")
    held = session.defer(*(f"queue__{name}" for name in BULKY)).first()
    if held is None:
        queue, writes = _queue(user, queue_id)
        return Desk(queue, live_session(queue), writes)
    writes = user.is_owner or bool(held.writes)
    return Desk(held.queue, held if writes else live_session(held.queue), writes)


def desk_to_write(user: User, queue_id: int) -> Desk:
    """The queue with its draft for somebody who changes it. A stranger gets 404, a reader 403."""
    desk = desk_of(user, queue_id)
    _require(desk.may_write, desk.queue)
    return desk


def queue_to_read(user: User, queue_id: int) -> tuple[CategoryQueue, bool]:
    """The queue, and whether the person may write; 404 for a stranger. One query."""
    return _queue(user, queue_id)


def queue_to_write(user: User, queue_id: int) -> CategoryQueue:
    """The queue for somebody who changes it. A stranger gets 404, a reader 403. One query."""
    queue, writes = _queue(user, queue_id)
    _require(writes, queue)
    return queue


def step(desk: Desk, verb: Callable[..., Any], *, version: int, actor: User, now: datetime, **arguments: Any) -> Any:
    """Do something to the draft that the person saw at `version`; 0 is the live queue, whose draft begins here.

    A draft that nothing was done to is not kept. Raises what the verb raises, and DraftClosed for a version of a draft
    that is gone.
    """
    given = {"actor": actor, "now": now, **arguments}
    if desk.has_draft:
        return verb(session=desk.session, version=version, **given)
    if version:
        raise DraftClosed(saving=False)
    with transaction.atomic():
        session = session_open(queue=desk.queue, actor=actor, now=now)
        # What somebody else began meanwhile was not seen, so version 0 fits only a new one.
        answer = verb(session=session, version=0 if session.steps else session.version, **given)
        if session.steps:
            desk.session = session
        else:
            transaction.set_rollback(True)
    return answer


def _queue(user: User, queue_id: int) -> tuple[CategoryQueue, bool]:
    rows = _with_right(CategoryQueue.objects.visible_to(user), user, "location")
    queue = get_object_or_404(rows.select_related("location", "category").defer(*BULKY), pk=queue_id)
    return queue, user.is_owner or bool(queue.writes)


def _with_right(rows: Any, user: User, location: str) -> Any:
    """The rows with `writes`: whether a role of the person lets them change what is at that location."""
    held = user.memberships.filter(gone_at=None, role__in=WRITERS, location=OuterRef(location))
    return rows.annotate(writes=Exists(held))


def _require(writes: bool, queue: CategoryQueue) -> None:
    if not writes:
        said = _("Your role in %(location)s lets you read, not change.")
        raise PermissionDenied(said % {"location": queue.location.name})
