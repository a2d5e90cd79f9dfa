"""The list of posts as a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import ViewerRequest, signed_in
from planner.forms import PostFilterForm
from planner.selectors.post_export import export_head, export_rows
from planner.selectors.post_filters import read_filters

MARK = "\ufeff"  # by which spreadsheets know that the file is UTF-8
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@signed_in
@require_safe
def post_export(request: ViewerRequest) -> HttpResponseBase:
    """Every post that passes the filters of the address, sent while it is read."""
    form = PostFilterForm(request.GET)
    form.is_valid()
    filters, _strange = read_filters(request.scope, form.cleaned_data)
    lines = export_lines(export_head(), export_rows(filters))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="posts-{timezone.localdate().isoformat()}.csv"'
    return answer


def export_lines(head: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    """The lines of the file. A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    writer = csv.writer(Echo())
    yield MARK + writer.writerow(head)
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


class Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line
