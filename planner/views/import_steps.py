"""The check of an import, and its confirmation."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseStopPolling

from accounts.access import ViewerRequest, signed_in
from planner.imports.dates import DateOrder
from planner.models import CsvImport
from planner.models.csv_import import ImportState
from planner.selectors.import_columns import accounts_of
from planner.selectors.import_steps import CHECK, CONFIRM
from planner.selectors.import_summary import import_summary
from planner.selectors.import_table import RowPlace, row_table
from planner.selectors.imports import CHECKED, date_question, figures, first_problems
from planner.services.import_committing import import_commit
from planner.services.import_errors import ImportProblem, NotNow, RowsChanged
from planner.services.import_reading import import_columns_set
from planner.views.import_frame import elsewhere, find, find_to_change, framed, leave, wants

SETTLING = (ImportState.COLUMNS, ImportState.CHECKED)
CHECKS = (ImportState.CHECKING, ImportState.CHECKED)


@signed_in
@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def import_check(request: ViewerRequest, key: UUID) -> HttpResponse:
    """How the rows are understood: the figures, the first problems, and a table of the rows. Polled while checking."""
    csv_import = find(request, key)
    if csv_import.state not in CHECKS:
        return elsewhere(request, csv_import)
    piece = wants(request)
    context = framed(request, csv_import, CHECK)
    if csv_import.state == ImportState.CHECKING:
        return TemplateResponse(request, "planner/import_check.html" + ("#check" if piece == "check" else ""), context)
    context |= check_context(request, csv_import)
    name = f"#{piece}" if piece in ("check", "rows") else ""
    polled = piece == "check" and "poll" in request.GET
    status = HttpResponseStopPolling.status_code if polled else 200
    return TemplateResponse(request, f"planner/import_check.html{name}", context, status=status)


@signed_in
@require_POST
def import_dates(request: ViewerRequest, key: UUID) -> HttpResponse:
    """Answer what the check asks about day and month, and have the file checked again."""
    csv_import = find_to_change(request, key)
    order = request.POST.get("date_order", "")
    if csv_import.state != ImportState.CHECKED or order not in (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST):
        return elsewhere(request, csv_import)
    accounts = accounts_of(csv_import.location) if csv_import.location else []
    import_columns_set(
        csv_import=csv_import,
        actor=request.user,
        now=timezone.now(),
        kind=csv_import.kind,
        mapping=csv_import.mapping,
        date_order=order,
        location=csv_import.location,
        accounts=[account for account in accounts if account.pk in csv_import.accounts],
        approver=csv_import.approver,
        engine=csv_import.engine,
    )
    return leave(request, "planner:import_check", csv_import)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def import_confirm(request: ViewerRequest, key: UUID) -> HttpResponse:
    """What will happen, and the button that makes it happen: 409 where it is not what the page had shown."""
    csv_import = find_to_change(request, key)
    if csv_import.state != ImportState.CHECKED:
        return elsewhere(request, csv_import)
    problem, status = "", 200
    if request.method == "POST":
        try:
            if request.POST.get("seen") != csv_import.updated_at.isoformat():
                raise RowsChanged
            import_commit(csv_import=csv_import, actor=request.user, now=timezone.now())
            return leave(request, "planner:import_results", csv_import)
        except NotNow:
            return elsewhere(request, csv_import)
        except ImportProblem as refusal:
            problem, status = str(refusal), 409 if isinstance(refusal, RowsChanged) else 422
            csv_import.refresh_from_db(fields=["counts", "updated_at"])
    context = framed(request, csv_import, CONFIRM) | {"summary": import_summary(csv_import), "problem": problem}
    return TemplateResponse(request, "planner/import_confirm.html", context, status=status)


def check_context(request: ViewerRequest, csv_import: CsvImport) -> dict[str, object]:
    """What the figures, the problems and the table of the check show."""
    state, code = request.GET.get("state", ""), request.GET.get("code", "")
    place = RowPlace.read(request.GET.get("page", ""))
    wanted = (state,) if state in CHECKED else ()
    table = row_table(csv_import, request.user, states=wanted, code=code, place=place)
    return {
        "table": table,
        "state": state if wanted else "",
        "code": code,
        "filters": figures(csv_import),
        "first_problems": first_problems(csv_import),
        "question": date_question(csv_import),
        "place_problem": place.problem,
    }
