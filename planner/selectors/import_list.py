"""The list of imports: those made here and those made in HighLevel's own screens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value

from accounts.scope import Scope
from planner.imports.columns import FileKind
from planner.models.csv_import import RUNNING, CsvImport, CsvRow, ImportState
from planner.selectors.import_steps import Step, import_steps, progress_of
from planner.selectors.imports import import_lines
from planner.selectors.keyset import KeysetPage, Place, keyset_page

PAGE_SIZE = 25
VIEWS: dict[str, tuple[str, ...]] = {
    "waiting": (ImportState.COLUMNS, ImportState.CHECKED, ImportState.REVIEW),
    "running": RUNNING,
    "done": (ImportState.DONE,),
    "stopped": (ImportState.FAILED, ImportState.CANCELLED, ImportState.UNDONE, ImportState.UNDOING),
}


@dataclass(frozen=True, slots=True)
class ImportLine:
    """One import as a table shows it. `clients` counts the locations that its rows are about, `client` names one."""

    csv_import: CsvImport
    steps: list[Step]
    clients: int
    client: str
    through: int
    asked: int


@dataclass(frozen=True, slots=True)
class ImportList:
    """A page of imports; `empty` says that there is none at all, whatever is asked for."""

    lines: list[ImportLine]
    page: KeysetPage
    empty: bool


def import_list(scope: Scope, *, words: tuple[str, ...], view: str, kind: str, place: Place) -> ImportList:
    """Imports of the chosen locations, newest first: two queries, three when nothing is found.

    `words` are looked for in the file's name and the person's; `view` is one of `VIEWS`, `kind` a kind of file.
    """
    seen = _of_scope(scope)
    found = seen
    for word in words:
        person = Q(person__name__icontains=word) | Q(person__email__icontains=word)
        found = found.filter(Q(file_name__icontains=word) | person)
    if view in VIEWS:
        found = found.filter(state__in=VIEWS[view])
    if kind in FileKind.values:
        found = found.filter(kind=kind)
    page = keyset_page(
        cast(Any, found.annotate(display_at=F("created_at"))), place=place, size=PAGE_SIZE, newest_first=True
    )
    rows = cast(list[CsvImport], page.rows)
    clients = _clients(scope, [row.pk for row in rows])
    lines = [_line(row, *clients.get(row.pk, (0, ""))) for row in rows]
    return ImportList(lines, page, not rows and not seen.exists())


def _of_scope(scope: Scope) -> QuerySet[CsvImport]:
    seen = import_lines(scope.user)
    if scope.location is None:
        return seen
    named = CsvRow.objects.filter(csv_import=OuterRef("pk"), location=scope.location)
    return seen.filter(Q(location=scope.location) | Exists(named))


def _line(csv_import: CsvImport, clients: int, client: str) -> ImportLine:
    through, asked = progress_of(csv_import)
    if csv_import.location is not None:
        clients, client = 1, csv_import.location.name
    return ImportLine(csv_import, import_steps(csv_import), clients, client, through, asked)


def _clients(scope: Scope, imports: list[int]) -> dict[int, tuple[int, str]]:
    """How many locations the rows of each import name, and the first of them by name.

    Asked the locations' way round, each a look into an index: a count over the rows would cost more the longer a file.
    """
    if not imports:
        return {}
    rows = CsvRow.objects.filter(csv_import=OuterRef(OuterRef("pk")), location=OuterRef("pk"))
    named = scope.user.locations().filter(Exists(rows)).order_by()
    number = named.values(every=Value(1)).annotate(number=Count("pk")).values("number")
    first = named.order_by("name", "pk").values("name")[:1]
    held = CsvImport.objects.filter(pk__in=imports).order_by()
    counted = held.annotate(clients=Subquery(number[:1]), client=Subquery(first))
    return {pk: (clients or 0, client or "") for pk, clients, client in counted.values_list("pk", "clients", "client")}
