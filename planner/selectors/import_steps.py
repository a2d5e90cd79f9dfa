"""Where an import stands in the wizard, and which of its pages shows that."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from planner.models.csv_import import RUNNING, CsvImport, ImportEngine, ImportState, RowState

FILE, COLUMNS, CHECK, CONFIRM, RESULTS = "file", "columns", "check", "confirm", "results"
STOPPED = (ImportState.FAILED, ImportState.CANCELLED)
PAGE_OF = {
    ImportState.UPLOADED: COLUMNS,
    ImportState.COLUMNS: COLUMNS,
    ImportState.CHECKING: CHECK,
    ImportState.CHECKED: CHECK,
}
SETTLED = (RowState.SUCCESS, RowState.FAILED, RowState.UNDONE)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the wizard: its state is done, now, stopped or to_come; `page` is the URL name that it leads to."""

    name: str
    label: str
    state: str
    page: str = ""


def page_of(csv_import: CsvImport) -> str:
    """The step whose page shows how the import stands."""
    return PAGE_OF.get(ImportState(csv_import.state), RESULTS)


def import_steps(csv_import: CsvImport, *, shown: str = "") -> list[Step]:
    """The wizard's steps; `shown` is the one on the page, which for an import that stopped is not where it stands.
    Those that may still be gone back to lead somewhere."""
    labels = {
        FILE: _("File"),
        COLUMNS: _("Columns"),
        CHECK: _("Check"),
        CONFIRM: _("Confirm"),
        RESULTS: _("Results"),
    }
    names = list(labels)
    reached = _reached(csv_import)
    at = names.index(reached if csv_import.state in STOPPED else shown or reached)
    furthest = names.index(reached)
    complete = not shown and csv_import.state in (ImportState.DONE, ImportState.UNDONE)
    return [
        Step(name, label, _state(csv_import, place, at, furthest, complete), _leads_to(csv_import, name, place == at))
        for place, (name, label) in enumerate(labels.items())
    ]


def progress_of(csv_import: CsvImport) -> tuple[int, int]:
    """How many rows are through with what is going on, and of how many."""
    counts = csv_import.counts
    total = sum(map(int, counts.values()))
    if csv_import.state == ImportState.CHECKING:
        return total, csv_import.total_rows
    asked = total - csv_import.counted(RowState.BLOCKED, RowState.ALREADY)
    if csv_import.state == ImportState.COMMITTING:
        return asked - csv_import.counted(RowState.READY, RowState.WARNING), asked
    if csv_import.state == ImportState.UNDOING:
        return csv_import.counted(RowState.UNDONE), csv_import.counted(
            RowState.COMMITTED, RowState.SUCCESS, RowState.UNDONE
        )
    return csv_import.counted(*SETTLED), asked


def is_running(csv_import: CsvImport) -> bool:
    """Whether a page should look again by itself."""
    return csv_import.state in RUNNING


def _reached(csv_import: CsvImport) -> str:
    """The step that the import has come to, or stopped in."""
    if csv_import.state in STOPPED:
        if csv_import.started_at is not None and csv_import.counts:
            return RESULTS
        return CHECK if csv_import.counts else COLUMNS if csv_import.headers else FILE
    if csv_import.state == ImportState.UPLOADED:
        return FILE
    return page_of(csv_import)


def _state(csv_import: CsvImport, place: int, at: int, furthest: int, complete: bool) -> str:
    if complete:
        return "done"
    if place == at:
        return "stopped" if csv_import.state in STOPPED else "now"
    return "done" if place < at or place < furthest else "to_come"


def _leads_to(csv_import: CsvImport, name: str, here: bool) -> str:
    if here:
        return ""
    if csv_import.state == ImportState.CHECKED and name in (COLUMNS, CHECK, CONFIRM):
        return f"planner:import_{name}"
    return ""


def by_highlevel(csv_import: CsvImport) -> bool:
    return csv_import.engine == ImportEngine.HIGHLEVEL
