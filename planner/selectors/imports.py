"""What the pages of imports show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.access import WRITERS, locations_for
from accounts.models import User
from accounts.selectors.paused import PausedLocation, paused_location
from highlevel.models import Location
from planner.composing import Composition
from planner.imports.dates import DateQuestion, question_about
from planner.imports.places import Places
from planner.imports.plans import compositions
from planner.imports.problems import Problem, from_json
from planner.models.csv_import import CsvImport, CsvImportQuerySet, CsvRow, ImportState, RowState
from planner.services.import_checking import cells_of
from planner.services.import_reading import headers_of

CHECKED = (RowState.READY, RowState.WARNING, RowState.BLOCKED, RowState.ALREADY)
PAUSED_SHOWN = 3
SAMPLE = 2_000  # rows that are looked at for the most frequent problems


@dataclass(frozen=True, slots=True)
class RowLine:
    """One row on a page: the row, its problems in the reader's language, and what it would become."""

    row: CsvRow
    problems: Sequence[Problem]
    posts: Sequence[Composition]


@dataclass(frozen=True, slots=True)
class ProblemCount:
    """How many rows of those looked at have a problem; `first` is one of them. `code` has the code of a network's
    finding behind a colon. `at_least` says that rows beyond those looked at may have it too."""

    code: str
    number: int
    first: Problem
    at_least: bool = False


def import_lines(user: User) -> CsvImportQuerySet:
    """The imports that the person sees, newest first, without what only the wizard needs."""
    lines = CsvImport.objects.visible_to(user).select_related("person", "location")
    return lines.defer("layout", "headers", "mapping", "location__remote")


def import_of(user: User, key: UUID) -> CsvImport:
    """One import. Raises Http404 for one that the person does not see."""
    found = CsvImport.objects.visible_to(user).select_related("person", "location").filter(key=key).first()
    if found is None:
        raise Http404(_("There is no such import."))
    return found


def may_change(user: User, csv_import: CsvImport) -> bool:
    """Whether the person may confirm, repair, stop or undo an import that he sees. At most two queries."""
    writable = locations_for(user, *WRITERS)
    if user.is_owner:
        return True
    if csv_import.location_id is not None:
        return writable.filter(pk=csv_import.location_id).exists()
    if csv_import.person_id == user.pk:
        return writable.exists()
    # Asked the locations' way round, each a look into an index: there may be a million rows.
    named = CsvRow.objects.filter(csv_import=csv_import, location=OuterRef("pk"))
    return not Location.objects.exclude(pk__in=writable.values("pk")).filter(Exists(named)).exists()


def row_lines(csv_import: CsvImport, rows: Sequence[CsvRow], user: User) -> list[RowLine]:
    """The rows as a page shows them. At most six queries."""
    places = Places(user, only=csv_import.scope)
    places.load([row.location_id for row in rows if row.location_id])
    return [
        RowLine(row, [from_json(kept, row=row.number) for kept in row.problems], _posts_of(row, places)) for row in rows
    ]


def paused_places(csv_import: CsvImport) -> list[PausedLocation]:
    """Some of the locations that its rows name and that nothing can be sent to, while it waits for that. One query."""
    if csv_import.state not in (ImportState.SENDING, ImportState.UNDOING):
        return []
    named = CsvRow.objects.filter(csv_import=csv_import, location=OuterRef("pk"))
    paused = Location.objects.exclude(paused_at=None).filter(Exists(named)).order_by("name", "pk")
    return [paused_location(location) for location in paused.defer("remote")[:PAUSED_SHOWN]]


def figures(csv_import: CsvImport) -> list[tuple[str, str, int]]:
    """What the check found, by state: its name, its words, and the number of rows."""
    return [(state.value, str(state.label), csv_import.counted(state)) for state in CHECKED]


def first_problems(csv_import: CsvImport) -> list[ProblemCount]:
    """The problems of the first rows that have any, those that block before those that warn, the most frequent first.
    A query for the rows of each sort."""
    numbers: Counter[str] = Counter()
    firsts: dict[str, Problem] = {}
    cut = False
    for state in (RowState.BLOCKED, RowState.WARNING):
        rows = _troubled(csv_import, state) if csv_import.counted(state) else []
        cut = cut or len(rows) == SAMPLE
        numbers.update(code for row in rows for code in set(map(_code, row.problems)))
        for row in rows:
            for kept in row.problems:
                held = firsts.get(_code(kept))
                if held is None or row.number < (held.row or 0):
                    firsts[_code(kept)] = from_json(kept, row=row.number)
    order = sorted(numbers, key=lambda code: (not firsts[code].blocks, -numbers[code]))
    return [ProblemCount(code, numbers[code], firsts[code], cut) for code in order]


def date_question(csv_import: CsvImport) -> DateQuestion | None:
    """What has to be asked about day and month; None when every date says it, or it was answered. One query."""
    if csv_import.date_order:
        return None
    headers = headers_of(csv_import)
    rows = csv_import.rows.only("csv_import", "raw").order_by("number")[:SAMPLE]
    return question_about([cells_of(headers, row.raw).get("when", "") for row in rows])


def _code(kept: Mapping[str, Any]) -> str:
    finding = kept.get("about", {}).get("finding", "")
    return f"{kept['code']}:{finding}" if finding else str(kept["code"])


def _posts_of(row: CsvRow, places: Places) -> list[Composition]:
    place = places.get(row.plan["location"]) if row.plan else None
    if place is None or row.plan is None:
        return []
    try:
        return compositions(row.plan, place)
    except LookupError:
        return []


def _troubled(csv_import: CsvImport, state: str) -> list[CsvRow]:
    rows = csv_import.rows.filter(state=state).order_by("number")
    return list(rows.only("csv_import", "number", "problems")[:SAMPLE])
