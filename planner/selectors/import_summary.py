"""What confirming an import will do, in figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.db.models.fields.json import KT

from highlevel.models import Location
from planner.models import PostStatus
from planner.models.csv_import import COMMITTABLE, CsvImport, RowState

CLIENTS_SHOWN = 12
LOOKED_INTO = 20_000  # plans; of a longer file only the rows are counted


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the rows are about one client."""

    location: Location
    number: int


@dataclass(frozen=True, slots=True)
class Plans:
    """What the plans ask for: numbers by status, and the first and the last instant that has a date."""

    drafts: int
    in_review: int
    scheduled: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Summary:
    """What a confirmation does. `plans` is None for a file that is too long to look into each plan."""

    rows: int
    warnings: int
    blocked: int
    already: int
    clients: int
    shares: Sequence[Share]
    plans: Plans | None


def import_summary(csv_import: CsvImport) -> Summary:
    """Three queries, two for a long file."""
    ready = csv_import.rows.filter(state__in=COMMITTABLE).order_by()
    numbers = dict(ready.values_list("location").annotate(number=Count("pk")))
    largest = sorted(numbers, key=lambda pk: -numbers[pk])[:CLIENTS_SHOWN]
    locations = Location.objects.defer("remote").in_bulk([pk for pk in largest if pk])
    rows = csv_import.counted(*COMMITTABLE)
    return Summary(
        rows=rows,
        warnings=csv_import.counted(RowState.WARNING),
        blocked=csv_import.counted(RowState.BLOCKED),
        already=csv_import.counted(RowState.ALREADY),
        clients=len(numbers),
        shares=[Share(locations[pk], numbers[pk]) for pk in largest if pk in locations],
        plans=_plans(csv_import) if rows <= LOOKED_INTO else None,
    )


def _plans(csv_import: CsvImport) -> Plans:
    ready = csv_import.rows.filter(state__in=COMMITTABLE).order_by()
    grouped = ready.annotate(becomes=KT("plan__status"), at=KT("plan__at")).values("becomes")
    # SQLite gives the JSON null of a draft as the word "null".
    dated = Q(at__lt="a")
    figures = grouped.annotate(number=Count("pk"), first=Min("at", filter=dated), last=Max("at", filter=dated))
    found = {row["becomes"]: row for row in figures}
    # ISO texts in UTC sort like the instants that they name.
    firsts = [row["first"] for row in found.values() if row["first"]]
    lasts = [row["last"] for row in found.values() if row["last"]]
    return Plans(
        drafts=_number(found, PostStatus.DRAFT),
        in_review=_number(found, PostStatus.IN_REVIEW),
        scheduled=_number(found, PostStatus.SCHEDULED),
        first=datetime.fromisoformat(min(firsts)) if firsts else None,
        last=datetime.fromisoformat(max(lasts)) if lasts else None,
    )


def _number(found: Mapping[str, Mapping[str, Any]], status: str) -> int:
    return int(found[status]["number"]) if status in found else 0
