"""Driving HighLevel's own import of one location: parts of 90 rows, a look at its rows, a person's word, the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import ConnectedAccount, User
from accounts.services.people_binding import acts_as
from highlevel.api import RemoteError, TransientError
from highlevel.models import Change
from highlevel.models.change import OPEN, ChangeState
from highlevel.outbox import UNSENT, NotPossible, change_cancel, change_record, changes_drop
from planner.imports.headers import Headers
from planner.imports.places import Place
from planner.imports.plans import Setting, plan_problems
from planner.imports.problems import Problem, problem
from planner.models.csv_import import COMMITTABLE, LIVE, CsvImport, CsvRow, ImportPart, ImportState, RowState
from planner.outbox.csv_imports import (
    CSV_BEGIN,
    CSV_DELETE,
    CSV_DELETE_ROW,
    CSV_FINALIZE,
    FILE,
    KEY,
    USER,
    part_subject,
    row_subject,
)
from planner.services.import_checking import cells_of, setting_of
from planner.services.import_claims import Run, import_move
from planner.services.import_committing import not_yours, rows_fail, rows_set_aside
from planner.services.import_errors import ImportProblem, NotNow
from planner.services.import_files import file_drop
from planner.services.import_looking import part_look
from planner.services.import_parts import DELETED, FAILED, PART_MADE, WAITS, counts_again, part_deleted
from planner.services.import_reading import headers_of
from planner.services.import_settling import LIMITS
from planner.services.import_waking import wake
from planner.services.post_errors import NobodySpeaks
from planner.services.post_gate import senders_in

MOST_ROWS = 90  # of a file
ENDED = (*PART_MADE, FAILED, DELETED)
PAUSE = timedelta(seconds=8)  # between two looks at a part


def parts_prepare(run: Run) -> bool:
    """Cut the ready rows into parts and promise each to HighLevel; whether all are. Goes on where a dead call ended.

    What may not be sent any more since the check fails here, as it does where the outbox makes the posts.
    """
    csv_import = run.csv_import
    while rows := _next_rows(csv_import):
        if rows_set_aside(run, rows):
            continue
        if refusal := _refusal(csv_import):
            rows_fail(run, rows, [refusal])
            continue
        if _rows_refuse(run, rows):
            continue
        with run.page() as now:
            _part_make(run, rows, now)
        if run.out_of_time():
            return False
    file = csv_import.file
    run.move(ImportState.SENDING, file="")
    file_drop(file)
    return True


def parts_follow(run: Run) -> bool:
    """Ask HighLevel how far each part is; whether all have ended. They wait in review while a person has to look."""
    csv_import = run.csv_import
    for part in csv_import.parts.select_related("location").exclude(remote_id=None):
        if _is_settled(part) or (part.polled_at and part.polled_at > run.clock() - PAUSE):
            continue
        try:
            part_look(run, part)
        except RemoteError as error:
            ImportPart.objects.filter(pk=part.pk).update(error=error.message)
            if isinstance(error, TransientError):
                return False
        if run.out_of_time():
            return False
    if not _rests(csv_import):
        run.write(rate_limit_reset_at=_held_until(csv_import, run.clock()))
        return False
    with run.page() as now:
        # Asked again: a part that had been refused may have been taken after all.
        state = _rests(csv_import)
        csv_import.counts = counts_again(csv_import.pk)
        if state:
            ended = now if state == ImportState.DONE else None
            run.move(state, completed_at=ended, rate_limit_reset_at=None)
    return state is not None


def _held_until(csv_import: CsvImport, now: datetime) -> datetime | None:
    """When HighLevel, whose limit holds back what it is to be told of the parts, takes it; None where none does."""
    subjects = [part_subject(part) for part in csv_import.parts.only("pk")]
    held = Change.objects.filter(subject__in=subjects, state=ChangeState.PENDING, not_before__gt=now)
    limited = held.filter(error_code__in=LIMITS).order_by("not_before")
    return limited.values_list("not_before", flat=True).first()


def _rests(csv_import: CsvImport) -> ImportState | None:
    """The state in which nothing is left to ask: done, or in review until somebody says a word; None while there is."""
    parts = list(csv_import.parts.all())
    if all(map(_is_settled, parts)):
        return ImportState.DONE
    waits = all(_is_settled(part) or _wants_a_word(part) for part in parts)
    return ImportState.REVIEW if waits else None


def parts_take_back(run: Run) -> bool:
    """Have HighLevel delete every part; whether each is gone, or stays because somebody gave its deletion up."""
    csv_import = run.csv_import
    there = csv_import.parts.select_related("location").exclude(status=DELETED)
    settled = [_take_back(run, part) for part in there]
    csv_import.refresh_from_db(fields=["counts"])
    if not all(settled):
        return False
    run.move(ImportState.UNDONE, completed_at=run.clock(), rate_limit_reset_at=None)
    return True


def import_finalize(*, csv_import: CsvImport, actor: User, now: datetime) -> None:
    """Have HighLevel make posts of the rows that it has nothing against, once it has deleted those that it was told to.

    Raises NotNow, NobodySpeaks, and ImportProblem when the posts go out and that is not for the person to decide, or
    when HighLevel has refused to delete a row.
    """
    parts = [part for part in csv_import.parts.select_related("location") if _wants_a_word(part)]
    if parts and not csv_import.approver and not may_send_rows(actor, csv_import):
        raise ImportProblem(_("Your role writes and submits. Ask a manager to finalise this import."))
    with transaction.atomic():
        if not parts or not import_move(csv_import, ImportState.SENDING, now=now):
            raise NotNow
        for part in parts:
            voice = _voice(actor, part)
            ImportPart.objects.filter(pk=part.pk).update(finalized_at=now, error="", polled_at=None)
            _promise(part, CSV_FINALIZE, {USER: voice}, actor, now, after=_row_deletions(part))
        transaction.on_commit(lambda: wake(csv_import.pk, wait=PAUSE), robust=True)


def part_row_delete(*, row: CsvRow, actor: User, now: datetime) -> Change:
    """Have HighLevel delete one row before the import is finalised. Raises NotNow."""
    csv_import, part = row.csv_import, row.part
    if csv_import.state != ImportState.REVIEW or part is None or not row.remote_id or row.state not in LIVE:
        raise NotNow
    with transaction.atomic():
        return change_record(
            location=part.location,
            subject=row_subject(row),
            operation=CSV_DELETE_ROW,
            payload={FILE: csv_import.file_name, KEY: csv_import.key.hex, "row": row.number},
            actor=actor,
            now=now,
        )


def may_send_rows(actor: User, csv_import: CsvImport) -> bool:
    """Whether the person may decide that the rows go out that HighLevel has and that name a date."""
    location = csv_import.location_id
    if location is None or senders_in(actor, [location]):
        return True
    live = CsvRow.objects.filter(csv_import=csv_import, state__in=LIVE).order_by()
    said = live.values_list("remote", flat=True).iterator(500)
    return not any(remote.get("scheduleDate") for remote in said)


def _row_deletions(part: ImportPart) -> list[Change]:
    """What is still to be deleted of a part's rows. Raises ImportProblem for what HighLevel has refused to delete."""
    subjects = {row_subject(row): row for row in part.rows.filter(state__in=LIVE).only("pk", "number")}
    found = list(Change.objects.open().filter(operation=CSV_DELETE_ROW, subject__in=list(subjects)).order_by("pk"))
    refused = next((one for one in found if one.state == ChangeState.REFUSED), None)
    if refused is not None:
        number = subjects[refused.subject].number
        words = _("HighLevel has not deleted row %(number)d. Delete it again, or give that up on the Changes page.")
        raise ImportProblem(words % {"number": number})
    return found


def _take_back(run: Run, part: ImportPart) -> bool:
    """Have HighLevel delete a part that it knows, and not begin one that it does not know; whether that is settled."""
    changes = Change.objects.filter(subject=part_subject(part)).order_by("pk")
    begin = changes.open().filter(operation=CSV_BEGIN).last()
    # Read after it: a beginning that has ended meanwhile has named the part.
    part.refresh_from_db(fields=["remote_id"])
    if part.remote_id is None:
        return _leave(run, part, begin)
    # What goes first on a subject holds up the rest, and this would make the posts that are to go.
    if finalizing := list(changes.filter(operation=CSV_FINALIZE, state__in=UNSENT)):
        with run.page() as now:
            changes_drop(changes=finalizing, now=now)
    deletion = changes.filter(operation=CSV_DELETE).last()
    if deletion is not None:
        return deletion.state not in OPEN
    with run.page() as now:
        _promise(part, CSV_DELETE, {}, run.csv_import.undone_by, now)
    return False


def _leave(run: Run, part: ImportPart, begin: Change | None) -> bool:
    """Give up what has not left of a part; False while it may be on its way, because then HighLevel may have it."""
    if begin and begin.state == ChangeState.UNCONFIRMED:
        return False
    try:
        with run.page() as now:
            part_deleted(part.pk)
            if begin:
                change_cancel(change=begin, now=now)
            run.csv_import.counts = counts_again(part.csv_import_id)
    except NotPossible:
        return False
    return True


def _next_rows(csv_import: CsvImport) -> list[CsvRow]:
    ready = CsvRow.objects.filter(csv_import=csv_import, state__in=COMMITTABLE).order_by("number")
    return list(ready.only("pk", "csv_import", "location", "number", "state", "raw", "plan", "fingerprint")[:MOST_ROWS])


def _refusal(csv_import: CsvImport) -> Problem | None:
    """Why HighLevel cannot be told of the import; None when it can."""
    if csv_import.person is None or csv_import.location is None:
        return problem("person_gone")
    if acts_as(user=csv_import.person, location=csv_import.location) is None:
        return problem("nobody_speaks", location=csv_import.location.name)
    return None


def _rows_refuse(run: Run, rows: Sequence[CsvRow]) -> int:
    """Fail the rows that the gate would not let through now; returns how many."""
    csv_import = run.csv_import
    headers = headers_of(csv_import)
    setting = setting_of(csv_import, headers, run.clock())
    place = setting.places.get(csv_import.location_id or 0)
    refused = 0
    for row in rows:
        if found := _against(row, headers, place, setting):
            rows_fail(run, [row], found)
            refused += 1
    return refused


def _against(row: CsvRow, headers: Headers, place: Place | None, setting: Setting) -> list[Problem]:
    if place is None or not place.may_write:
        return [not_yours(row.location_id)]
    try:
        found = plan_problems(row.plan or {}, cells_of(headers, row.raw), place, setting)
    except LookupError:
        return [problem("named_gone")]
    return [one for one in found if one.blocks]


def _part_make(run: Run, rows: Sequence[CsvRow], now: datetime) -> None:
    csv_import = run.csv_import
    location, actor = csv_import.location, csv_import.person
    assert location is not None
    assert actor is not None
    number = csv_import.parts.count() + 1
    part = ImportPart.objects.create(csv_import=csv_import, number=number, location=location, rows_count=len(rows))
    CsvRow.objects.filter(pk__in=[row.pk for row in rows]).update(part=part, state=RowState.COMMITTED)
    for state, some in groupby(sorted(row.state for row in rows)):
        run.count(RowState.COMMITTED, len(list(some)), out_of=state)
    accounts = ConnectedAccount.objects.filter(pk__in=csv_import.accounts)
    named = {
        FILE: _file_name(csv_import, number),
        USER: _voice(actor, part),
        "accounts": list(accounts.order_by("pk").values_list("remote_id", flat=True)),
        "approver": csv_import.approver,
    }
    _promise(part, CSV_BEGIN, named, actor, now)


def _promise(
    part: ImportPart,
    operation: str,
    payload: Mapping[str, object],
    actor: User | None,
    now: datetime,
    *,
    after: Sequence[Change] = (),
) -> None:
    csv_import = part.csv_import
    change_record(
        location=part.location,
        subject=part_subject(part),
        operation=operation,
        payload={FILE: csv_import.file_name, KEY: csv_import.key.hex, **payload},
        actor=actor,
        now=now,
        after=after,
    )


def _voice(actor: User, part: ImportPart) -> str:
    voice = acts_as(user=actor, location=part.location)
    if voice is None:
        raise NobodySpeaks(part.location)
    return voice


def _file_name(csv_import: CsvImport, number: int) -> str:
    """A name by which the import can be found again."""
    stem = csv_import.file_name.rpartition(".")[0][:80]
    return f"{stem} {csv_import.key.hex[:8]}-{number}.csv"


def _is_settled(part: ImportPart) -> bool:
    return part.status in ENDED and (part.polled_at is not None or part.remote_id is None)


def _wants_a_word(part: ImportPart) -> bool:
    return part.status == WAITS and part.finalized_at is None
