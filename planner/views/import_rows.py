"""One row of a checked file: its preview, its repair in place, and the file of the rows that stayed wrong."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import ViewerRequest, signed_in
from planner.imports.columns import BY_KEY, FileKind
from planner.models import CsvImport, CsvRow
from planner.models.csv_import import ImportState, RowState
from planner.selectors.import_steps import CHECK, RESULTS
from planner.selectors.import_table import TableRow, table_rows
from planner.selectors.imports import figures, first_problems
from planner.services.import_errors import NotNow
from planner.services.import_reading import headers_of
from planner.services.import_repairing import import_row_edit, wrong_rows_file
from planner.views.import_frame import elsewhere, find, find_to_change, framed, leave, wants

PAGE = "planner/import_row.html"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request", "HX-Target")
def import_row(request: ViewerRequest, key: UUID, number: int) -> HttpResponse:
    """A row as the posts that it becomes, and, while nothing is confirmed, a form with its cells. It is checked again
    at once: 422 with the form where it is still blocked."""
    csv_import = find_to_change(request, key) if request.method == "POST" else find(request, key)
    row = _row(csv_import, number)
    if request.method != "POST":
        return _show(request, csv_import, row)
    try:
        cells = _cells(request, csv_import)
        row = import_row_edit(row=row, cells=cells, now=timezone.now())
    except NotNow:
        return elsewhere(request, csv_import)
    csv_import.refresh_from_db(fields=["counts", "state"])
    row = _row(csv_import, number)
    blocked = row.state == RowState.BLOCKED
    if wants(request) == f"row-{number}":
        context = _context(request, csv_import, row) | {"swapped": True, "checked_again": blocked}
        context |= {"filters": figures(csv_import), "first_problems": first_problems(csv_import)}
        return TemplateResponse(request, "planner/import_check.html#repaired", context, status=422 if blocked else 200)
    if blocked:
        return _show(request, csv_import, row, status=422)
    return leave(request, "planner:import_check", csv_import)


@signed_in
@require_safe
def import_wrong_rows(request: ViewerRequest, key: UUID) -> HttpResponseBase:
    """The rows that could not be posts, in the file's own columns and with a reason."""
    csv_import = find(request, key)
    if not csv_import.headers or not csv_import.kind:
        raise Http404(_("There are no rows yet."))
    answer = StreamingHttpResponse(_with_mark(wrong_rows_file(csv_import)), content_type="text/csv; charset=utf-8")
    name = csv_import.file_name.rsplit(".", 1)[0]
    safe = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_") else "-" for sign in name)[:80]
    answer["Content-Disposition"] = f'attachment; filename="{safe or "import"}-left-out.csv"'
    return answer


def _with_mark(lines: Any) -> Any:
    yield "\ufeff"
    yield from lines


def _row(csv_import: CsvImport, number: int) -> CsvRow:
    rows = csv_import.rows.select_related("location").defer("location__remote")
    return get_object_or_404(rows, number=number)


def _cells(request: ViewerRequest, csv_import: CsvImport) -> dict[str, str]:
    """The cells that were sent, by header: `cell-<number of the column>`."""
    names = [label or str(place) for place, label in enumerate(headers_of(csv_import).labels, 1)]
    sent = {place: request.POST.get(f"cell-{place}") for place in range(len(names))}
    return {names[place]: text.replace("\0", "") for place, text in sent.items() if text is not None}


def _show(request: ViewerRequest, csv_import: CsvImport, row: CsvRow, *, status: int = 200) -> HttpResponse:
    piece = wants(request)
    context = _context(request, csv_import, row) | {"checked_again": status == 422}
    if piece == f"row-{row.number}":
        editing = context["editable"] and "close" not in request.GET
        return TemplateResponse(
            request, f"{PAGE}#edit" if editing else "planner/_import_row.html", context, status=status
        )
    if piece == "row-preview-body":
        return TemplateResponse(request, "planner/_import_preview.html", context)
    return TemplateResponse(request, PAGE, context, status=status)


def _context(request: ViewerRequest, csv_import: CsvImport, row: CsvRow) -> dict[str, Any]:
    step = CHECK if csv_import.state == ImportState.CHECKED else RESULTS
    context = framed(request, csv_import, step)
    editable = context["may_change"] and csv_import.state == ImportState.CHECKED
    line = table_rows(csv_import, [row], request.user)[0]
    return context | {
        "line": line,
        "editable": editable,
        "fields": _fields(csv_import, line) if editable else {},
    }


def _fields(csv_import: CsvImport, line: TableRow) -> dict[str, list[dict[str, Any]]]:
    """The cells of a row as fields: those that hold something, are wrong or needed; and the others."""
    headers = headers_of(csv_import)
    known = BY_KEY[FileKind(csv_import.kind)]
    shown: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    for place, (label, key) in enumerate(zip(headers.labels, headers.keys, strict=True)):
        name = label or str(place + 1)
        value = line.row.raw.get(name, "")
        problems = [problem for problem in line.problems if label and problem.column == label]
        field = {
            "place": place,
            "label": name,
            "value": value,
            "long": len(value) > 60 or "\n" in value or key == "text",
            "hint": known[key].hint if key in known else "",
            "problems": problems,
            "wrong": any(problem.blocks for problem in problems),
            "used": key is not None,
        }
        (shown if value or problems or (key in known and known[key].required) else others).append(field)
    return {"shown": shown, "others": others}
