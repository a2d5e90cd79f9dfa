"""What became of an import: live while it goes on, and how it is stopped or taken back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseStopPolling, trigger_client_event

from accounts.access import ViewerRequest, signed_in
from planner.models.csv_import import ImportState, RowState
from planner.selectors.import_remote import rows_refused
from planner.selectors.import_steps import RESULTS, page_of
from planner.selectors.import_table import RowPlace, row_table
from planner.selectors.imports import paused_places
from planner.services.import_errors import ImportProblem, NotNow
from planner.services.import_highlevel import import_finalize, part_row_delete
from planner.services.import_undoing import UNDOABLE, import_cancel, import_undo, import_undo_preview
from planner.services.post_errors import PostProblem
from planner.views.import_frame import elsewhere, find, find_to_change, framed, leave, wants

PAGE, UNDO = "planner/import_results.html", "planner/import_undo.html"
FILTERS = (RowState.SUCCESS, RowState.COMMITTED, RowState.FAILED, RowState.BLOCKED, RowState.ALREADY, RowState.UNDONE)


@signed_in
@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def import_results(request: ViewerRequest, key: UUID) -> HttpResponse:
    """What became of each row. The figures are polled while they move; the table is loaded when they have."""
    csv_import = find(request, key)
    if page_of(csv_import) != RESULTS:
        return elsewhere(request, csv_import)
    piece = wants(request)
    context = framed(request, csv_import, RESULTS) | {
        "parts": list(csv_import.parts.all()),
        "may_undo": csv_import.state in UNDOABLE,
        "may_cancel": csv_import.state == ImportState.COMMITTING,
        "left_out": csv_import.counted(RowState.BLOCKED, RowState.FAILED),
        "paused": paused_places(csv_import),
        "refused": rows_refused(csv_import) if csv_import.state == ImportState.REVIEW else 0,
    }
    if piece == "progress":
        status = 200 if context["running"] else HttpResponseStopPolling.status_code
        answer = TemplateResponse(request, f"{PAGE}#polled", context | {"polled": True}, status=status)
        if csv_import.state != request.GET.get("seen", ""):
            trigger_client_event(answer, "planner:import-moved", {})
        return answer
    state = request.GET.get("state", "")
    wanted = (state,) if state in FILTERS else ()
    place = RowPlace.read(request.GET.get("page", ""))
    context |= {
        "table": row_table(csv_import, request.user, states=wanted, code="", place=place),
        "state": state if wanted else "",
        "filters": [(value, RowState(value).label, csv_import.counted(value)) for value in FILTERS],
        "place_problem": place.problem,
    }
    return TemplateResponse(request, f"{PAGE}#rows" if piece == "rows" else PAGE, context)


@signed_in
@require_POST
def import_stop(request: ViewerRequest, key: UUID) -> HttpResponse:
    """Stop an import; what is made already stays, and can be undone."""
    csv_import = find_to_change(request, key)
    try:
        import_cancel(csv_import=csv_import, now=timezone.now())
    except NotNow:
        csv_import.refresh_from_db(fields=["state"])
        if csv_import.state != ImportState.CANCELLED:
            messages.warning(request, _("All posts are made already. Undo the import to take them back."))
    else:
        messages.info(request, _("The import is stopped."))
    return elsewhere(request, csv_import)


@signed_in
@require_POST
def import_finalize_page(request: ViewerRequest, key: UUID) -> HttpResponse:
    """Have HighLevel make posts of the rows that it looked at."""
    csv_import = find_to_change(request, key)
    try:
        import_finalize(csv_import=csv_import, actor=request.user, now=timezone.now())
        messages.info(request, _("HighLevel makes the posts now."))
    except NotNow:
        messages.warning(request, _("There is nothing to finalise any more."))
    except (ImportProblem, PostProblem) as refusal:
        messages.error(request, str(refusal))
    return elsewhere(request, csv_import)


@signed_in
@require_POST
def import_row_delete(request: ViewerRequest, key: UUID, number: int) -> HttpResponse:
    """Have HighLevel drop one row before the import is finalised."""
    csv_import = find_to_change(request, key)
    row = get_object_or_404(csv_import.rows.select_related("csv_import", "part__location"), number=number)
    try:
        part_row_delete(row=row, actor=request.user, now=timezone.now())
        messages.info(request, _("HighLevel is told to delete row %(number)d.") % {"number": number})
    except NotNow:
        messages.warning(request, _("Rows can be deleted only while HighLevel's import waits to be finalised."))
    return elsewhere(request, csv_import)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def import_undo_page(request: ViewerRequest, key: UUID) -> HttpResponse:
    """What taking an import back deletes, and the button that does it."""
    csv_import = find_to_change(request, key)
    if csv_import.state not in UNDOABLE:
        return elsewhere(request, csv_import)
    problem = ""
    if request.method == "POST":
        try:
            import_undo(csv_import=csv_import, actor=request.user, now=timezone.now())
            return leave(request, "planner:import_results", csv_import)
        except NotNow:
            return elsewhere(request, csv_import)
        except ImportProblem as refusal:
            problem = str(refusal)
    context = framed(request, csv_import, RESULTS) | {"undo": import_undo_preview(csv_import), "problem": problem}
    return TemplateResponse(request, UNDO, context, status=422 if problem else 200)
