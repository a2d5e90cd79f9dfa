"""What confirming an import will do, in figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min
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
    """Four queries, two for a long file."""
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
    numbers = dict(ready.annotate(becomes=KT("plan__status")).values_list("becomes").annotate(number=Count("pk")))
    # ISO texts in UTC sort like the instants that they name.
    dated = ready.exclude(plan__at=None).aggregate(first=Min(KT("plan__at")), last=Max(KT("plan__at")))
    return Plans(
        drafts=numbers.get(PostStatus.DRAFT, 0),
        in_review=numbers.get(PostStatus.IN_REVIEW, 0),
        scheduled=numbers.get(PostStatus.SCHEDULED, 0),
        first=datetime.fromisoformat(dated["first"]) if dated["first"] else None,
        last=datetime.fromisoformat(dated["last"]) if dated["last"] else None,
    )
