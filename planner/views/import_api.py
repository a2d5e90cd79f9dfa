"""Imports over HTTP, for scripts: the requests and answers of bundle.social's post-csv-import."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import WRITERS, locations_for
from planner.api_access import ApiError, ApiRequest, api_key
from planner.api_bodies import sent_form, too_large
from planner.imports.dates import DateOrder
from planner.imports.problems import BadFile
from planner.models import CsvImport
from planner.models.csv_import import ImportOrigin
from planner.selectors.import_payloads import (
    ROW_STATES,
    id_parsed,
    import_payload,
    imports_of_key,
    row_payloads,
    status_payload,
)
from planner.services.api_keys import api_key_scope
from planner.services.import_reading import import_read, import_upload
from planner.services.import_waking import wake

USUAL, MOST = 10, 100  # entries of a page
FARTHEST = 10_000_000
WORKBOOK = ".xlsx"
ENDINGS = (".csv", WORKBOOK)
WORKBOOK_AT_ONCE = 2 << 20  # bytes; a larger one takes up to minutes and is read by a worker, a .csv takes seconds


@api_key("GET", "POST")
def imports(request: ApiRequest) -> HttpResponse:
    """Upload a file (201), or list the imports, newest first."""
    return _upload(request) if request.method == "POST" else _history(request)


@api_key("GET")
def import_detail(request: ApiRequest, import_id: str) -> HttpResponse:
    """One import in full."""
    return JsonResponse(import_payload(_find(request, import_id)))


@api_key("GET")
def import_status(request: ApiRequest, import_id: str) -> HttpResponse:
    """The figures of one import."""
    return JsonResponse(status_payload(_find(request, import_id)))


@api_key("GET")
def import_rows(request: ApiRequest, import_id: str) -> HttpResponse:
    """A page of the rows of one import, in the order of the file; `status` is SUCCESS or FAILED."""
    found = _find(request, import_id)
    offset, limit = _page(request)
    rows, total = found.rows.order_by("number"), found.counted(*found.counts)
    if status := request.GET.get("status", ""):
        states = ROW_STATES.get(status.upper())
        if states is None:
            raise ApiError(400, "status_unknown", _("status is SUCCESS or FAILED."))
        rows, total = rows.filter(state__in=states), found.counted(*states)
    # Counted off in the index: what is passed over is not read, which takes seconds far behind.
    numbers = list(rows.values_list("number", flat=True)[offset : offset + limit])
    page = list(found.rows.filter(number__in=numbers).order_by("number"))
    return JsonResponse({"items": row_payloads(found, page), "total": total})


def _upload(request: ApiRequest) -> HttpResponse:
    if not locations_for(request.key.person, *WRITERS).exists():
        raise ApiError(403, "not_allowed", _("Your role lets you read, not change."))
    with sent_form(request) as (file, fields):
        return _take(request, file, fields.get("dateOrder", ""))


def _take(request: ApiRequest, file: UploadedFile, order: str) -> HttpResponse:
    name = file.name or ""
    if not name.lower().endswith(ENDINGS):
        raise ApiError(400, "file_extension", _("The file must be .csv or .xlsx."))
    if order not in DateOrder.values:
        raise ApiError(400, "date_order_unknown", _("dateOrder is day or month."))
    now = timezone.now()
    try:
        made = import_upload(
            chunks=file.chunks(),
            name=name,
            actor=request.key.person,
            now=now,
            origin=ImportOrigin.SCRIPT,
            scope=api_key_scope(request.key),
            date_order=order,
        )
    except BadFile:
        raise too_large() from None
    if made.file_size <= WORKBOOK_AT_ONCE or not name.lower().endswith(WORKBOOK):
        import_read(made, now=now)
    wake(made.pk)
    return JsonResponse(import_payload(made), status=201)


def _history(request: ApiRequest) -> HttpResponse:
    offset, limit = _page(request)
    found = imports_of_key(request.key)
    items = [import_payload(one) for one in found[offset : offset + limit]]
    return JsonResponse({"items": items, "total": found.count()})


def _find(request: ApiRequest, import_id: str) -> CsvImport:
    key = id_parsed(import_id)
    found = imports_of_key(request.key).filter(key=key).first() if key else None
    if found is None:
        raise Http404
    return found


def _page(request: ApiRequest) -> tuple[int, int]:
    """Where the page begins, and how long it is. Raises ApiError."""
    offset = _number(request, "offset", usual=0, least=0, most=FARTHEST)
    return offset, _number(request, "limit", usual=USUAL, least=1, most=MOST)


def _number(request: ApiRequest, name: str, *, usual: int, least: int, most: int) -> int:
    text = request.GET.get(name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 12 and least <= int(text) <= most):
        words = _("%(name)s is a number from %(least)d to %(most)d.")
        about: dict[str, Any] = {"name": name, "least": least, "most": most}
        raise ApiError(400, f"{name}_wrong", words % about)
    return int(text)
