"""The Sync page: what HighLevel and Rota told each other, and "check now"."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseStopPolling, trigger_client_event

from accounts.access import WRITERS, ViewerRequest, require_role, signed_in
from highlevel.models.location import LocationQuerySet
from highlevel.models.sync_run import RunState
from highlevel.pull.ask import pull_ask
from planner.selectors import sync as selectors
from planner.selectors.keyset import Place

PAGE = "planner/sync.html"
ALL = "all"


@signed_in
@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def sync(request: ViewerRequest) -> HttpResponse:
    """How each of the chosen locations stands."""
    context = _page(request)
    if request.htmx and not request.htmx.history_restore_request and request.htmx.target == "sync-locations":
        return TemplateResponse(request, f"{PAGE}#locations", {**context, "fresh": True})
    return TemplateResponse(request, PAGE, context)


@signed_in
@require_POST
def sync_check(request: ViewerRequest) -> HttpResponse:
    """Have one location (`which` is its number) or all chosen ones (`all`) brought up to date as soon as possible."""
    which = request.POST.get("which", "")
    if not which:
        return _unclear(request)
    now = timezone.now()
    runs = pull_ask(locations=_wanted(request, which), now=now)
    if not request.htmx:
        said = ngettext("%(number)d location is being checked.", "%(number)d locations are being checked.", len(runs))
        messages.info(request, said % {"number": len(runs)})
        return redirect("planner:sync")
    since = min((run.started_at for run in runs), default=now)
    return _panel(request, since)


@signed_in
@require_safe
@vary_on_headers("HX-Request")
def sync_progress(request: ViewerRequest) -> HttpResponse:
    """How far the checks are, for polling; ends with 286 and `planner:sync-finished`."""
    if not request.htmx:
        return redirect("planner:sync")
    return _panel(request, _instant(request.GET.get("since", "")))


@signed_in
@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def run_list(request: ViewerRequest) -> HttpResponse:
    """Every run of the chosen locations, newest first; `state` keeps those of one state."""
    state = request.GET.get("state", "")
    known = state if state in RunState.values else ""
    place = Place.read(request.GET.get("page", ""))
    problems = [place.problem] if place.problem else []
    if state != known:
        problems.append(_("“%s” is not a state of a run.") % state[:60])
    context = {
        "list": selectors.run_list(request.scope, state=known, place=place),
        "state": known,
        "states": RunState.choices,
        "problems": problems,
    }
    piece = request.htmx and not request.htmx.history_restore_request and request.htmx.target == "runs"
    return TemplateResponse(request, "planner/run_list.html#runs" if piece else "planner/run_list.html", context)


def _page(request: ViewerRequest) -> dict[str, object]:
    now = timezone.now()
    return {
        "sync": selectors.sync_page(request.scope, number=request.GET.get("page", "1"), now=now),
        "progress": selectors.sync_progress(request.scope, since=None),
        "now": now,
    }


def _panel(request: ViewerRequest, since: datetime | None) -> HttpResponse:
    progress = selectors.sync_progress(request.scope, since=since)
    finished = progress is None or not progress.active
    status = HttpResponseStopPolling.status_code if finished else 200
    context = {"progress": progress, "finished": finished, "now": timezone.now()}
    answer = TemplateResponse(request, f"{PAGE}#progress", context, status=status)
    return trigger_client_event(answer, "planner:sync-finished", {}) if finished else answer


def _wanted(request: ViewerRequest, which: str) -> LocationQuerySet:
    """The locations that are asked about. A stranger to one gets 404, a reader 403."""
    if which == ALL:
        found = selectors.checkable(request.scope)
        if not found.exists():
            raise PermissionDenied(_("Your role lets you read here, not check. Ask an owner of your agency."))
        return found
    pk = int(which) if which.isascii() and which.isdigit() and len(which) < 19 else 0
    location = get_object_or_404(request.user.locations(), pk=pk)
    require_role(request.user, location, *WRITERS)
    return request.user.locations().filter(pk=location.pk)


def _unclear(request: ViewerRequest) -> HttpResponse:
    problem = _("Say which location to check: choose “Check now” beside it.")
    piece = f"{PAGE}#progress" if request.htmx else PAGE
    return TemplateResponse(request, piece, {**_page(request), "problem": problem}, status=422)


def _instant(text: str) -> datetime | None:
    """The aware instant of seconds since 1970, or None for anything else."""
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None
