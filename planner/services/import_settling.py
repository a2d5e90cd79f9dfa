"""What became of the posts of an import. The rows that wait are looked at in slices, so many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast, Substr

from highlevel.api import Lane
from highlevel.limits import limiter
from highlevel.models import Change, Location
from highlevel.models.change import ChangeState
from planner.imports.problems import as_json, problem
from planner.models.csv_import import LINKS, LIVE, CsvImport, CsvRow, ImportEngine, ImportState, RowState
from planner.outbox.subjects import KIND, POST_CREATE
from planner.services.import_adopting import ended_creations
from planner.services.import_claims import Run
from planner.services.import_parts import counts_again

SLICE = 2_000  # waiting rows that are looked at together
SLICES = 5  # of a look; the next one goes on behind them
LIMITS = ("rate_limited", "daily_limit")
PACE = timedelta(seconds=15)  # HighLevel counts requests in windows of ten seconds: a longer wait is no mere pace

FIRST_LIVE = CsvRow.objects.filter(fingerprint=OuterRef("fingerprint"), state__in=LIVE)
# Of HighLevel's own import rows wait for a person's word, which may be for days.
FIRST_ON_ITS_WAY = CsvRow.objects.filter(
    fingerprint=OuterRef("fingerprint"), state=RowState.COMMITTED, csv_import__engine=ImportEngine.OUTBOX
)


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


@dataclass(frozen=True, slots=True)
class _Copy:
    """What is known of a post of a row."""

    post: int
    remote_id: str | None
    gone_at: datetime | None


@dataclass(slots=True)
class _Ends:
    """What is known of a slice of rows: keys of those that are done, and of those that failed for each reason."""

    done: list[int] = field(default_factory=list)
    failed: dict[_Failure, list[int]] = field(default_factory=dict)


def import_settle(run: Run) -> bool:
    """Settle the rows whose posts have ended; whether none is left. A row that asks for what one of another import asks
    for is left as long as that one.

    A look goes over some of the rows that wait, from the import's cursor on, and leaves the others to those that
    follow: it costs the same however many wait. Three queries a slice in which none has ended.
    """
    csv_import, places = run.csv_import, set[int]()
    for _slice in range(SLICES):
        rows = _next_slice(csv_import)
        _record(run, _ends([pk for pk, _number, _place in rows]))
        places |= {place for _pk, _number, place in rows if place}
        csv_import.cursor = rows[-1][1] if len(rows) == SLICE else 0
        if not csv_import.cursor or run.out_of_time():
            break
    if not _waiting(csv_import).exists() and not _repeats(csv_import).filter(Exists(FIRST_ON_ITS_WAY)).exists():
        return _finish(run)
    csv_import.rate_limit_reset_at = _resumes_at(csv_import, places, run.clock())
    run.write(cursor=csv_import.cursor, rate_limit_reset_at=csv_import.rate_limit_reset_at)
    return False


def _finish(run: Run) -> bool:
    """End the import, unless a row that had failed has come back meanwhile; whether it has ended. Rows that were set
    aside for another import's have failed where these came to nothing."""
    csv_import = run.csv_import
    with run.page() as now:
        lost = _repeats(csv_import).exclude(Exists(FIRST_LIVE))
        lost.update(state=RowState.FAILED, failure=[as_json(problem("first_came_to_nothing"))])
        csv_import.counts = counts_again(csv_import.pk)
        ended = not csv_import.counted(RowState.COMMITTED)
        if ended:
            run.move(ImportState.DONE, rate_limit_reset_at=None, completed_at=now)
    return ended


def _waiting(csv_import: CsvImport) -> QuerySet[CsvRow]:
    return CsvRow.objects.filter(csv_import=csv_import, state=RowState.COMMITTED).order_by()


def _repeats(csv_import: CsvImport) -> QuerySet[CsvRow]:
    """The rows whose posts another import has made, or is at it."""
    return CsvRow.objects.filter(csv_import=csv_import, state=RowState.ALREADY).order_by()


def _next_slice(csv_import: CsvImport) -> list[tuple[int, int, int | None]]:
    """Key, number and location of the next rows that wait."""
    behind = _waiting(csv_import).filter(number__gt=csv_import.cursor).order_by("number")
    return list(behind.values_list("pk", "number", "location")[:SLICE])


def _resumes_at(csv_import: CsvImport, places: Iterable[int], now: datetime) -> datetime | None:
    """When HighLevel takes posts of the import again; None where no limit holds one. `places` are the locations of the
    rows that were looked at."""
    # From the few changes that are held back, not from the rows: of these hundreds of thousands may wait.
    held = Change.objects.filter(
        state=ChangeState.PENDING, not_before__gt=now, operation=POST_CREATE, error_code__in=LIMITS
    )
    post = Cast(Substr(OuterRef("subject"), len(KIND) + 2), BigIntegerField())
    mine = LINKS.filter(post=post, csvrow__csv_import=csv_import, csvrow__state=RowState.COMMITTED)
    first = held.filter(Exists(mine)).order_by("not_before").values_list("not_before", flat=True).first()
    return first or _budget_free_at(places, now)


def _budget_free_at(places: Iterable[int], now: datetime) -> datetime | None:
    """When one of the locations has requests left again; None where one has some now, or soon."""
    names = Location.objects.filter(pk__in=places).values_list("remote_id", flat=True)
    waits = [timedelta(seconds=limiter().delay(name, Lane.BACKGROUND)) for name in names]
    wait = min(waits, default=timedelta())
    return (now + wait).replace(microsecond=0) if wait > PACE else None


def _ends(keys: Sequence[int]) -> _Ends:
    """What is known of the rows with these keys. Two queries."""
    copies: dict[int, list[_Copy]] = {}
    linked = LINKS.filter(csvrow__in=keys).values_list("csvrow", "post", "post__remote_id", "post__gone_at")
    for row, post, remote_id, gone_at in linked:
        copies.setdefault(row, []).append(_Copy(post, remote_id, gone_at))
    ended = ended_creations([copy.post for some in copies.values() for copy in some if not copy.remote_id])
    found = _Ends()
    for key in keys:
        own = copies.get(key, [])
        failure = next((one for copy in own if (one := _failure(copy, ended.get(copy.post)))), None)
        if failure or not own:
            found.failed.setdefault(failure or DELETED, []).append(key)
        elif all(copy.remote_id for copy in own):
            found.done.append(key)
    return found


def _failure(copy: _Copy, change: Change | None) -> _Failure | None:
    """Why a post will not reach HighLevel; None while it may."""
    if copy.remote_id:
        return None
    if copy.gone_at is not None:
        return DELETED
    if change is None:
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
