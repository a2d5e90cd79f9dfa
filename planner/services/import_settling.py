"""What became of the posts of an import: read from them and their changes, for many rows at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from highlevel.models import Change
from highlevel.models.change import ChangeState
from planner.imports.problems import as_json, problem
from planner.models import Post
from planner.models.csv_import import CsvRow, ImportState, RowState
from planner.outbox.subjects import POST_CREATE, post_subject
from planner.services.import_claims import Run
from planner.services.import_parts import counts_again

PAGE = 500
LIMITS = ("rate_limited", "daily_limit")
ENDED = (ChangeState.REFUSED, ChangeState.CANCELLED)


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why a row failed: HighLevel's own words, or the code of a problem, with the outbox's cause of it."""

    words: str = ""
    code: str = ""
    cause: str = ""

    def columns(self) -> dict[str, Any]:
        """The columns of a row that say so."""
        about: dict[str, Any] = {"cause": self.cause} if self.cause else {}
        return {"error": self.words, "failure": [as_json(problem(self.code, **about))] if self.code else []}


DELETED = _Failure(code="post_deleted")


@dataclass(slots=True)
class _Ends:
    """What is known of a page of rows: keys of those that are done, and of those that failed for each reason."""

    done: list[int] = field(default_factory=list)
    failed: dict[_Failure, list[int]] = field(default_factory=dict)
    resumes_at: datetime | None = None


def import_settle(run: Run) -> bool:
    """Settle the rows whose posts have ended; whether none is left. Four queries for 500 rows, six where some ended."""
    csv_import = run.csv_import
    waits: list[datetime] = []
    left, after = 0, 0
    while rows := list(_waiting(run, after)):
        ends = _ends(rows)
        settled = _record(run, ends)
        left += len(rows) - settled
        after = rows[-1].pk
        if ends.resumes_at:
            waits.append(ends.resumes_at)
        if run.out_of_time():
            return False
    resumes_at = min(waits, default=None)
    if left:
        if resumes_at != csv_import.rate_limit_reset_at:
            run.write(rate_limit_reset_at=resumes_at)
            csv_import.rate_limit_reset_at = resumes_at
        return False
    return _finish(run)


def _finish(run: Run) -> bool:
    """End the import, unless a row that had failed has come back meanwhile; whether it has ended."""
    csv_import = run.csv_import
    with run.page() as now:
        csv_import.counts = counts_again(csv_import.pk)
        ended = not csv_import.counted(RowState.COMMITTED)
        if ended:
            run.move(ImportState.DONE, rate_limit_reset_at=None, completed_at=now)
    return ended


def _waiting(run: Run, after: int) -> Iterable[CsvRow]:
    rows = CsvRow.objects.filter(csv_import=run.csv_import, state=RowState.COMMITTED, pk__gt=after)
    return rows.only("pk", "state").order_by("pk")[:PAGE]


def _ends(rows: list[CsvRow]) -> _Ends:
    posts = _posts_of(rows)
    waiting = [post for some in posts.values() for post in some if not post.remote_id]
    changes = _changes_of(waiting)
    found = _Ends()
    for row in rows:
        own = posts.get(row.pk, [])
        failure = next((one for post in own if (one := _failure(post, changes.get(post.pk)))), None)
        if failure or not own:
            found.failed.setdefault(failure or DELETED, []).append(row.pk)
        elif all(post.remote_id for post in own):
            found.done.append(row.pk)
    held = [pk for pk, change in changes.items() if change.state == ChangeState.PENDING and change.error_code in LIMITS]
    found.resumes_at = min((changes[pk].not_before for pk in held), default=None)
    return found


def _posts_of(rows: list[CsvRow]) -> dict[int, list[Post]]:
    through = CsvRow.posts.through
    links = through._default_manager.filter(csvrow__in=[row.pk for row in rows]).values_list("csvrow", "post")
    pairs = list(links)
    held = Post.objects.filter(pk__in=[post for _row, post in pairs]).only("pk", "remote_id", "gone_at").in_bulk()
    found: dict[int, list[Post]] = {}
    for row, post in pairs:
        found.setdefault(row, []).append(held[post])
    return found


def _changes_of(posts: list[Post]) -> dict[int, Change]:
    """The latest creation of each post, by the post's key."""
    by_subject = {post_subject(post): post.pk for post in posts}
    held = Change.objects.filter(subject__in=list(by_subject), operation=POST_CREATE).order_by("pk")
    fields = ("subject", "state", "not_before", "error_code", "error_detail")
    return {by_subject[change.subject]: change for change in held.only(*fields)}


def _failure(post: Post, change: Change | None) -> _Failure | None:
    """Why a post will not reach HighLevel; None while it may."""
    if post.remote_id:
        return None
    if post.gone_at is not None:
        return DELETED
    if change is None or change.state not in ENDED:
        return None
    if change.state == ChangeState.CANCELLED:
        return _Failure(code="given_up")
    return _Failure(words=change.error_detail) if change.error_detail else _Failure("", "not_sent", change.error_code)


def _record(run: Run, ends: _Ends) -> int:
    """Write what has ended; returns how many rows."""
    number = len(ends.done) + sum(map(len, ends.failed.values()))
    if not number:
        return 0
    with run.page():
        held = CsvRow.objects.filter(state=RowState.COMMITTED)
        held.filter(pk__in=ends.done).update(state=RowState.SUCCESS)
        for failure, keys in ends.failed.items():
            held.filter(pk__in=keys).update(state=RowState.FAILED, **failure.columns())
        run.count(RowState.SUCCESS, len(ends.done), out_of=RowState.COMMITTED)
        run.count(RowState.FAILED, number - len(ends.done), out_of=RowState.COMMITTED)
    return number
