"""The columns step: how a file is read, put right by hand where it was recognised wrongly."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from accounts.access import ViewerRequest, signed_in
from accounts.models import Health
from highlevel.models import Location
from planner.import_forms import ColumnsForm, typed_columns
from planner.imports.columns import FileKind
from planner.imports.problems import BadFile
from planner.models import CsvImport
from planner.models.csv_import import ImportEngine, ImportState
from planner.selectors.import_columns import (
    accounts_of,
    approvers_of,
    columns_page,
    mapping_of,
    places_to_write,
    strangers,
)
from planner.selectors.import_steps import COLUMNS
from planner.services.import_errors import ColumnsWrong, ImportProblem, NotNow
from planner.services.import_reading import import_columns_set
from planner.views.import_frame import elsewhere, find_to_change, framed, leave, wants

PAGE = "planner/import_columns.html"
SETTLING = (ImportState.COLUMNS, ImportState.CHECKED)
LOOK = "look"  # what `do` is while nothing is to be kept


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request", "HX-Target")
def import_columns(request: ViewerRequest, key: UUID) -> HttpResponse:
    """What was recognised, to be put right by hand. `do=look` shows what was changed and keeps nothing."""
    csv_import = find_to_change(request, key)
    if csv_import.state == ImportState.UPLOADED and request.method != "POST":
        return TemplateResponse(request, _piece(request), framed(request, csv_import, COLUMNS))
    if csv_import.state not in SETTLING:
        return elsewhere(request, csv_import)
    if request.method != "POST":
        return _page(request, csv_import, None, [])
    form = ColumnsForm(request.POST, user=request.user)
    valid = form.is_valid()
    if request.POST.get("do") == LOOK:
        return _page(request, csv_import, form, [], status=200)
    if not valid:
        return _page(request, csv_import, form, [str(error) for errors in form.errors.values() for error in errors])
    try:
        _settle(request, csv_import, form)
    except NotNow:
        return elsewhere(request, csv_import)
    except ColumnsWrong as wrong:
        return _page(request, csv_import, form, list(map(str, wrong.problems)))
    except (ImportProblem, BadFile) as refusal:
        return _page(request, csv_import, form, [_words(refusal)])
    return leave(request, "planner:import_check", csv_import)


def _settle(request: ViewerRequest, csv_import: CsvImport, form: ColumnsForm) -> None:
    """Have the rows checked as the form says. Raises ImportProblem, BadFile, and nothing is written then."""
    given, typed = form.cleaned_data, typed_columns(request.POST)
    kind = FileKind(given["kind"])
    if unknown := strangers(kind, typed):
        said = _("“%(name)s” is none of the columns of this kind of file. Choose one from the list.")
        raise ImportProblem(said % {"name": next(iter(unknown.values()))[:60]})
    if not given["date_order"] and columns_page(csv_import, kind=kind, typed=typed).dates is not None:
        raise ImportProblem(_("Say whether the day or the month comes first in the dates of this file."))
    import_columns_set(
        csv_import=csv_import,
        actor=request.user,
        now=timezone.now(),
        kind=kind,
        mapping=mapping_of(csv_import, kind, typed),
        date_order=given["date_order"],
        location=given["location"],
        accounts=list(given["accounts"]),
        approver=given["approver"],
        engine=given["engine"],
    )


def _page(
    request: ViewerRequest, csv_import: CsvImport, form: ColumnsForm | None, problems: list[str], *, status: int = 422
) -> HttpResponse:
    kind, typed = _asked(request, csv_import, form)
    location = _location(request, csv_import, form)
    context = framed(request, csv_import, COLUMNS)
    try:
        page = columns_page(csv_import, kind=kind, typed=typed)
    except BadFile as bad:
        return TemplateResponse(request, "planner/import_gone.html", context | {"problem": bad.problem}, status=409)
    data = form.data if form else None
    stored = {"approver": csv_import.approver, "engine": csv_import.engine, "date_order": csv_import.date_order}
    held = {name: str(data.get(name, "")) if data else value for name, value in stored.items()}
    context |= {
        "page": page,
        "changed": wants(request) == "columns-said",
        "kinds": FileKind.choices,
        "problems": problems,
        "locations": places_to_write(request.user) if kind and kind != FileKind.AGENCY else (),
        "location": location,
        "accounts": accounts_of(location) if location else (),
        "approvers": approvers_of(location) if location else (),
        "chosen": _chosen(csv_import, form, location),
        "approver": held["approver"],
        "engine": held["engine"] or ImportEngine.OUTBOX,
        "date_order": held["date_order"] or (page.dates.evident if page.dates else ""),
    }
    return TemplateResponse(request, _piece(request), context, status=status if form else 200)


def _asked(
    request: ViewerRequest, csv_import: CsvImport, form: ColumnsForm | None
) -> tuple[FileKind | None, dict[int, str] | None]:
    """The kind that is asked for, and what was written beside the columns; None while that is of another kind."""
    told = str(form.data.get("kind", "")) if form else csv_import.kind
    kind = FileKind(told) if told in FileKind.values else None
    if form is None or form.data.get("kind") != form.data.get("kind_was"):
        return kind, None
    return kind, typed_columns(request.POST)


def _location(request: ViewerRequest, csv_import: CsvImport, form: ColumnsForm | None) -> Location | None:
    """The location on the page: what was chosen, what is stored, or the one that the person looks at."""
    if form is not None:
        chosen: Location | None = form.cleaned_data.get("location")
        return chosen
    held = csv_import.location or request.scope.location
    return places_to_write(request.user).filter(pk=held.pk).first() if held else None


def _chosen(csv_import: CsvImport, form: ColumnsForm | None, location: Location | None) -> set[int]:
    """The accounts that are ticked: of a location that was just chosen all that posts can go to."""
    if form is not None and form.data.get("location") == form.data.get("location_was"):
        return {account.pk for account in form.cleaned_data.get("accounts") or ()}
    if form is None and csv_import.accounts:
        return set(csv_import.accounts)
    now = timezone.now()
    return {one.pk for one in accounts_of(location) if one.health(now) != Health.EXPIRED} if location else set()


def _words(refusal: ImportProblem | BadFile) -> str:
    return str(refusal.problem) if isinstance(refusal, BadFile) else str(refusal)


def _piece(request: ViewerRequest) -> str:
    pieces = {"columns": "#columns", "columns-grid": "#grid", "columns-said": "#changed"}
    return PAGE + pieces.get(wants(request), "")
