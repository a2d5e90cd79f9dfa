"""What became of the posts of an import. The database is asked which rows have ended, and only those are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from highlevel.models import Change
from highlevel.models.change import ChangeState
from planner.imports.problems import as_json, problem
from planner.models import Post
from planner.models.csv_import import CsvImport, CsvRow, ImportState, RowState
from planner.outbox.subjects import KIND, POST_CREATE, post_subject
from planner.services.import_claims import Run
from planner.services.import_parts import counts_again

PAGE = 500
LIMITS = ("rate_limited", "daily_limit")
ENDED = (ChangeState.REFUSED, ChangeState.CANCELLED)
LINKS = CsvRow.posts.through._default_manager


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


def import_settle(run: Run) -> bool:
    """Settle the rows whose posts have ended; whether none is left. Three queries where none has, however many wait;
    some more for each 500 that have."""
    after = 0
    while keys := _ended(run.csv_import, after):
        _record(run, _ends(keys))
        after = keys[-1]
        if run.out_of_time():
            return False
    if not _waiting(run.csv_import).exists():
        return _finish(run)
    resumes_at = _resumes_at(run.csv_import)
    if resumes_at != run.csv_import.rate_limit_reset_at:
        run.write(rate_limit_reset_at=resumes_at)
        run.csv_import.rate_limit_reset_at = resumes_at
    return False


def _finish(run: Run) -> bool:
    """End the import, unless a row that had failed has come back meanwhile; whether it has ended."""
    csv_import = run.csv_import
    with run.page() as now:
        csv_import.counts = counts_again(csv_import.pk)
        ended = not csv_import.counted(RowState.COMMITTED)
        if ended:
            run.move(ImportState.DONE, rate_limit_reset_at=None, completed_at=now)
    return ended


def _waiting(csv_import: CsvImport) -> QuerySet[CsvRow]:
    return CsvRow.objects.filter(csv_import=csv_import, state=RowState.COMMITTED).order_by()


def _ended(csv_import: CsvImport, after: int) -> list[int]:
    """The keys of the next rows that may have ended: HighLevel has all their posts, or will not get one of them."""
    # Counted over joins from the rows on: asked for posts without a remote id, a database that has not counted its rows
    # yet takes these to be few, and goes through all of them for each row.
    waiting = _waiting(csv_import).filter(pk__gt=after).values("pk")
    every, sent, gone = Count("posts"), Count("posts__remote_id"), Count("posts__gone_at")
    seen = waiting.alias(every=every, sent=sent, gone=gone).filter(Q(every=F("sent")) | Q(gone__gt=0))
    creation = Change.objects.filter(subject=_subject(OuterRef("post_id")), operation=POST_CREATE, state__in=ENDED)
    refused = waiting.filter(Exists(LINKS.filter(Exists(creation), csvrow=OuterRef("pk"))))
    return list(seen.union(refused).order_by("pk").values_list("pk", flat=True)[:PAGE])


def _resumes_at(csv_import: CsvImport) -> datetime | None:
    """When HighLevel takes posts of the import again; None where no limit holds one."""
    held = Change.objects.filter(state=ChangeState.PENDING, operation=POST_CREATE, error_code__in=LIMITS).order_by()
    if not held.exists():
        return None
    until = held.filter(subject=_subject(OuterRef("post_id"))).values("not_before")[:1]
    posts = LINKS.filter(csvrow__csv_import=csv_import, csvrow__state=RowState.COMMITTED)
    found: datetime | None = posts.aggregate(first=Min(Subquery(until)))["first"]
    return found


def _subject(post: OuterRef) -> Concat:
    """What `post_subject` gives, for the database."""
    return Concat(Value(f"{KIND}:"), Cast(post, CharField()), output_field=CharField())


def _ends(keys: list[int]) -> _Ends:
    posts = _posts_of(keys)
    unsent = [post for some in posts.values() for post in some if not post.remote_id]
    changes = _changes_of(unsent)
    found = _Ends()
    for key in keys:
        own = posts.get(key, [])
        failure = next((one for post in own if (one := _failure(post, changes.get(post.pk)))), None)
        if failure or not own:
            found.failed.setdefault(failure or DELETED, []).append(key)
        elif all(post.remote_id for post in own):
            found.done.append(key)
    return found


def _posts_of(keys: list[int]) -> dict[int, list[Post]]:
    pairs = list(LINKS.filter(csvrow__in=keys).values_list("csvrow", "post"))
    held = Post.objects.filter(pk__in=[post for _row, post in pairs]).only("pk", "remote_id", "gone_at").in_bulk()
    found: dict[int, list[Post]] = {}
    for row, post in pairs:
        found.setdefault(row, []).append(held[post])
    return found


def _changes_of(posts: list[Post]) -> dict[int, Change]:
    """The latest creation of each post, by the post's key."""
    by_subject = {post_subject(post): post.pk for post in posts}
    held = Change.objects.filter(subject__in=list(by_subject), operation=POST_CREATE).order_by("pk")
    fields = ("subject", "state", "error_code", "error_detail")
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


def _record(run: Run, ends: _Ends) -> None:
    """Write what has ended."""
    number = sum(map(len, ends.failed.values()))
    if not ends.done and not number:
        return
    with run.page():
        held = CsvRow.objects.filter(state=RowState.COMMITTED)
        held.filter(pk__in=ends.done).update(state=RowState.SUCCESS)
        for failure, keys in ends.failed.items():
            held.filter(pk__in=keys).update(state=RowState.FAILED, **failure.columns())
        run.count(RowState.SUCCESS, len(ends.done), out_of=RowState.COMMITTED)
        run.count(RowState.FAILED, number, out_of=RowState.COMMITTED)
