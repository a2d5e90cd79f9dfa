"""Carrying out the plan of a checked file: every ready row becomes its posts once, whatever happens in between."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import TextField
from django.db.models.functions import Cast, Length
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from highlevel.inserting import bulk_append
from highlevel.models import Location
from planner.imports.paging import ROWS, next_page
from planner.imports.places import Places
from planner.imports.plans import compositions, plan_problems
from planner.imports.problems import Problem, as_json, problem
from planner.models import Post
from planner.models.csv_import import COMMITTABLE, LIVE, CsvImport, CsvRow, ImportState, RowState
from planner.services.import_adopting import key_of, parts_of, posts_adopt, posts_there
from planner.services.import_checking import cells_of, setting_of
from planner.services.import_claims import Run, import_move
from planner.services.import_errors import ClaimLost, ImportProblem, NotNow, RowsChanged
from planner.services.import_files import file_drop
from planner.services.import_reading import headers_of
from planner.services.import_waking import wake
from planner.services.post_errors import NobodySpeaks, NotSendable, PostProblem
from planner.services.post_writing import Order, posts_write_many


def import_commit(*, csv_import: CsvImport, actor: User, now: datetime) -> None:
    """Have the plan of a checked import carried out in the actor's name, as `csv_import` has it. A second call for one
    that is under way does nothing.

    Raises NotNow when it is not checked, ImportProblem when no row is ready, RowsChanged when a row was put right or
    the file was checked again since `csv_import` was read.
    """
    if csv_import.state in (ImportState.COMMITTING, ImportState.SENDING, ImportState.DONE):
        return
    if not csv_import.counted(*COMMITTABLE):
        raise ImportProblem(_("No row is ready."))
    with transaction.atomic():
        held = CsvImport.objects.select_for_update(of=("self",)).only("state", "updated_at").get(pk=csv_import.pk)
        if held.state == csv_import.state and held.updated_at != csv_import.updated_at:
            raise RowsChanged
        if not import_move(csv_import, ImportState.COMMITTING, now=now, person=actor, started_at=now, cursor=0):
            raise NotNow
        transaction.on_commit(lambda: wake(csv_import.pk), robust=True)


def import_carry_out(run: Run) -> bool:
    """Write the posts of the ready rows, page by page, until all are done or the time is up; whether all are done.

    The posts and their rows are written in one transaction, and a row is taken by a conditional update: killed
    anywhere, a second call goes on, and no row becomes two posts.
    """
    csv_import = run.csv_import
    person = csv_import.person
    places = Places(person, only=csv_import.scope) if person else None
    with translation.override(person.language or settings.LANGUAGE_CODE if person else settings.LANGUAGE_CODE):
        while page := _next_page(csv_import):
            if places is None or person is None:
                rows_fail(run, page, [problem("person_gone")])
            else:
                places.load([row.location_id for row in page if row.location_id])
                _write(run, page, places, person)
            csv_import.cursor = page[-1].number
            if run.out_of_time():
                return False
    file = csv_import.file
    run.move(ImportState.SENDING, file="", cursor=0)
    file_drop(file)
    return True


def _next_page(csv_import: CsvImport) -> list[CsvRow]:
    # Behind the cursor nothing is left; without it each page would look through all rows that are done.
    behind = CsvRow.objects.filter(csv_import=csv_import, number__gt=csv_import.cursor)
    ready = behind.filter(state__in=COMMITTABLE).order_by("number")
    weighed = ready.annotate(weight=Length(Cast("plan", TextField()))).values_list("number", "weight")[:ROWS]
    page = next_page(iter(weighed), weight=itemgetter(1))
    last = page[-1][0] if page else 0
    wanted = ready.filter(number__lte=last)
    return list(wanted.only("pk", "csv_import", "number", "state", "plan", "fingerprint", "location"))


def _write(run: Run, rows: Sequence[CsvRow], places: Places, person: User) -> None:
    """Write the rows in one transaction; where one of them cannot be written, in ever smaller ones."""
    try:
        _write_page(run, rows, places, person)
    except IntegrityError:
        if not rows_set_aside(run, rows) and len(rows) == 1:
            raise
        rest = [row for row in rows if row.state in COMMITTABLE]
        _halve(run, rest, places, person)
    except (PostProblem, LookupError) as refusal:
        if len(rows) == 1:
            rows_fail(run, rows, _why(run, rows[0], places, refusal))
        else:
            _halve(run, rows, places, person)


def _halve(run: Run, rows: Sequence[CsvRow], places: Places, person: User) -> None:
    middle = (len(rows) + 1) // 2
    for half in (rows[:middle], rows[middle:]):
        if half:
            _write(run, half, places, person)


def _write_page(run: Run, rows: Sequence[CsvRow], places: Places, person: User) -> None:
    with run.page() as now:
        taken = CsvRow.objects.filter(pk__in=[row.pk for row in rows], state__in=COMMITTABLE)
        if taken.update(state=RowState.COMMITTED) != len(rows):
            raise ClaimLost
        orders, owners, kept = _orders(run.csv_import, rows, places)
        _link(owners, posts_write_many(orders=orders, actor=person, now=now))
        posts_adopt(kept)
        _count(run, rows, RowState.COMMITTED)


def _orders(
    csv_import: CsvImport, rows: Sequence[CsvRow], places: Places
) -> tuple[list[Order], list[CsvRow], list[tuple[CsvRow, int]]]:
    """What is to be written, and the row of each; and the posts that failed rows have left, with the rows that ask for
    them again. The keys make a second writing impossible."""
    orders: list[Order] = []
    owners: list[CsvRow] = []
    kept: list[tuple[CsvRow, int]] = []
    there = posts_there(row.plan for row in rows if row.plan)
    for row in rows:
        assert row.plan is not None
        place = places.get(row.plan["location"])
        if place is None or not place.may_write:
            raise LookupError("location")
        wanted = compositions(row.plan, place)
        if there:
            parts = parts_of(row.plan, place)
            taken = [(part, there.pop(key_of(part), None)) for part in parts]
            kept += [(row, post) for _part, post in taken if post is not None]
            left = [part for part, post in taken if post is None]
            wanted = wanted if len(left) == len(parts) else left
        for at, composition in enumerate(wanted):
            orders.append(Order(composition, key=uuid.uuid5(csv_import.key, f"{row.number}:{at}")))
            owners.append(row)
    return orders, owners, kept


def _link(owners: Sequence[CsvRow], written: Sequence[Sequence[Post]]) -> None:
    pairs = ((row, post) for row, posts in zip(owners, written, strict=True) for post in posts)
    bulk_append(CsvRow.posts.through, ({"csvrow_id": row.pk, "post_id": post.pk} for row, post in pairs))


def rows_set_aside(run: Run, rows: Sequence[CsvRow]) -> int:
    """Mark the rows that another import has made posts of since the check; returns how many."""
    asked = [row.fingerprint for row in rows if row.fingerprint]
    live = set(
        CsvRow.objects.filter(fingerprint__in=asked, state__in=LIVE).order_by().values_list("fingerprint", flat=True)
    )
    late = [row for row in rows if row.fingerprint in live]
    if late:
        _settle(run, late, RowState.ALREADY)
    return len(late)


def rows_fail(run: Run, rows: Sequence[CsvRow], problems: Sequence[Problem]) -> None:
    """Mark ready rows as failed, and why."""
    _settle(run, rows, RowState.FAILED, failure=[as_json(one) for one in problems])


def not_yours(location: int | None) -> Problem:
    """What the rows of a location are told that the person may not write for any more. One query."""
    named = Location.objects.filter(pk=location or 0).values_list("name", flat=True).first()
    return problem("location_not_yours", location=named or "")


def _why(run: Run, row: CsvRow, places: Places, refusal: Exception) -> list[Problem]:
    """What the row that was refused is told."""
    place = places.get(row.location_id or 0)
    if place is None or not place.may_write:
        return [not_yours(row.location_id)]
    if not isinstance(refusal, NobodySpeaks | NotSendable):
        return [problem("named_gone")]
    if isinstance(refusal, NobodySpeaks):
        return [problem("nobody_speaks", location=place.location.name)]
    headers = headers_of(run.csv_import)
    setting = setting_of(run.csv_import, headers, run.clock())
    found = plan_problems(row.plan or {}, cells_of(headers, row.raw), place, setting)
    return [one for one in found if one.blocks]


def _settle(run: Run, rows: Sequence[CsvRow], state: str, **fields: Any) -> None:
    with run.page():
        held = CsvRow.objects.filter(pk__in=[row.pk for row in rows], state__in=COMMITTABLE)
        held.update(state=state, **fields)
        _count(run, rows, state)
    for row in rows:
        row.state = state


def _count(run: Run, rows: Sequence[CsvRow], into: str) -> None:
    for state, number in Counter(row.state for row in rows).items():
        run.count(into, number, out_of=state)
