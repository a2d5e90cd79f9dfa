"""What the pages of one import share: finding it, who may change it, and where it stands now."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import ViewerRequest
from planner.models import CsvImport
from planner.selectors.import_steps import import_steps, is_running, page_of, progress_of
from planner.selectors.imports import import_of, may_change


def find(request: ViewerRequest, key: UUID) -> CsvImport:
    """The import; a stranger gets 404."""
    return import_of(request.user, key)


def find_to_change(request: ViewerRequest, key: UUID) -> CsvImport:
    """The import of a person who may move it on; a stranger gets 404, a reader 403."""
    csv_import = import_of(request.user, key)
    if not may_change(request.user, csv_import):
        raise PermissionDenied(_("Your role in the clients of this file lets you read, not change."))
    return csv_import


def framed(request: ViewerRequest, csv_import: CsvImport, step: str) -> dict[str, Any]:
    """What the head of each page of an import shows."""
    through, asked = progress_of(csv_import)
    return {
        "import": csv_import,
        "steps": import_steps(csv_import, shown=step),
        "running": is_running(csv_import),
        "may_change": may_change(request.user, csv_import),
        "through": through,
        "asked": asked,
    }


def wants(request: ViewerRequest) -> str:
    """The id of the piece that htmx asks for, empty for a whole page."""
    whole = not request.htmx or request.htmx.history_restore_request or request.htmx.boosted
    return "" if whole else request.htmx.target or ""


def elsewhere(request: ViewerRequest, csv_import: CsvImport) -> HttpResponse:
    """On to the page of the step that the import has come to meanwhile."""
    csv_import.refresh_from_db(fields=["state"])
    return leave(request, f"planner:import_{page_of(csv_import)}", csv_import)


def leave(request: ViewerRequest, name: str, csv_import: CsvImport) -> HttpResponse:
    """On to another page of the import."""
    address = reverse(name, args=[csv_import.key])
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
