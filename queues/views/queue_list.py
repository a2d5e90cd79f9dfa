"""The Queues page: the queues of all clients, what they need, and what is done to several of them."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import WRITERS, ViewerRequest, locations_for, signed_in
from queues.forms import NewQueueForm, PickForm, QueueFilterForm
from queues.models import CategoryQueue, QueueStatus
from queues.presets import PRESETS
from queues.selectors.categories import categories_on_offer
from queues.selectors.queue_list import (
    PROBLEMS,
    SORTS,
    URGENCY,
    QueueFilters,
    QueueList,
    pause_preview,
    queue_list_page,
)
from queues.services.errors import BadSlots, QueueProblem
from queues.services.queues import queue_create, queues_pause, queues_resume

PAGE = "queues/queue_list.html"
STATES = (QueueStatus.ACTIVE, QueueStatus.PAUSED, QueueStatus.DRAFT, QueueStatus.UNKNOWN)


@signed_in
@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def queue_list(request: ViewerRequest) -> HttpResponse:
    """The list with its filters."""
    piece = request.htmx.target if request.htmx and not request.htmx.history_restore_request else None
    form = QueueFilterForm(request.GET)
    form.is_valid()
    filters = _filters(request, form)
    number = request.GET.get("page", "")
    now = timezone.now()
    queues = queue_list_page(filters, number=number, now=now)
    unread = [] if not number or number.isdecimal() else [_("“%s” is not the number of a page.") % number[:60]]
    context = {
        "filters": filters,
        "problems": [*form.problems, *unread],
        "list": queues,
        "everywhere": request.scope.location is None,
        "writable": set(locations_for(request.user, *WRITERS).values_list("pk", flat=True)),
        "clear": filters.cleared().address(),
        "kinds": [(value, label, value in filters.problems) for value, label in PROBLEMS.items()],
        "sorts": SORTS,
        "columns": _columns(filters),
        "tallied": _tallied(filters, queues),
        "now": now,
    }
    if piece not in ("results", "queues"):
        return TemplateResponse(request, PAGE, context)
    answer = TemplateResponse(request, f"{PAGE}#{piece}", context)
    answer["HX-Push-Url"] = request.path + filters.address(page=str(queues.page.number) if number else "")
    return answer


@signed_in
@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request", "HX-Target")
def queues_together(request: ViewerRequest) -> HttpResponse:
    """Pause or resume the picked queues: what stops first, then the deed."""
    now = timezone.now()
    form = PickForm(request.POST if request.method == "POST" else request.GET)
    form.is_valid()
    picked = form.cleaned_data.get("pick") or []
    queues = list(
        CategoryQueue.objects.visible_to(request.user)
        .present()
        .filter(pk__in=picked)
        .select_related("location", "category")
        .defer("remote", "location__remote", "category__remote")
        .order_by("location__name", "category__name", "pk")
    )
    _require_writer(request, queues)
    do = form.cleaned_data.get("do", "")
    problem = _problem(form, queues)
    if request.method == "POST" and not problem:
        deed = queues_pause if do == "pause" else queues_resume
        try:
            changed = deed(queues=queues, actor=request.user, now=now)
        except QueueProblem as error:
            problem = str(error)
        else:
            messages.success(request, _done(do, len(changed)))
            return _onward(request, reverse("queues:queue_list"))
    context = {
        "do": do,
        "queues": queues,
        "stopping": pause_preview(queues, now=now) if do == "pause" and queues else [],
        "standing": [queue for queue in queues if queue.status != QueueStatus.ACTIVE],
        "problem": problem,
    }
    page = "queues/together.html"
    status = 422 if problem and request.method == "POST" else 200
    return TemplateResponse(request, f"{page}#sheet" if _in_sheet(request) else page, context, status=status)


@signed_in
@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request", "HX-Target")
def queue_new(request: ViewerRequest) -> HttpResponse:
    """Make the queue of a category that has none, with slots to begin with."""
    categories = categories_on_offer(request.scope)
    if not locations_for(request.user, *WRITERS).exists():
        raise PermissionDenied(_("Your role lets you read here, not change. Ask an owner of your agency."))
    form = NewQueueForm(request.POST if request.method == "POST" else None, categories=categories, presets=PRESETS)
    if form.is_valid():
        given = form.cleaned_data
        try:
            queue_create(
                category=given["category"],
                slots=given["preset"],
                enable_future_posts=given["enable_future_posts"],
                prioritize_new_content=given["prioritize_new_content"],
                actor=request.user,
                now=timezone.now(),
            )
        except QueueProblem as error:
            form.add_error(None, list(error.sentences) if isinstance(error, BadSlots) else str(error))
        else:
            said = _("HighLevel is asked for the queue of %(name)s. It appears here as a draft in a moment.")
            messages.success(request, said % {"name": given["category"]})
            return _onward(request, reverse("queues:queue_list"))
    context = {
        "form": form,
        "presets": PRESETS.values(),
        "chosen": form.data.get("preset", "workdays"),
        "some": categories.exists(),
    }
    page, status = "queues/new.html", 422 if form.is_bound else 200
    return TemplateResponse(request, f"{page}#sheet" if _in_sheet(request) else page, context, status=status)


def _problem(form: PickForm, queues: list[CategoryQueue]) -> str:
    if not form.is_valid():
        return str(next(iter(form.errors.values()))[0])
    return "" if queues else _("Tick at least one queue in the list first.")


def _done(do: str, number: int) -> str:
    if do == "pause":
        said = ngettext("%(number)d queue is paused.", "%(number)d queues are paused.", number)
    else:
        said = ngettext("%(number)d queue runs again.", "%(number)d queues run again.", number)
    return said % {"number": number}


def _require_writer(request: ViewerRequest, queues: list[CategoryQueue]) -> None:
    allowed = set(locations_for(request.user, *WRITERS).values_list("pk", flat=True))
    if any(queue.location_id not in allowed for queue in queues):
        raise PermissionDenied(_("Your role lets you read here, not change. Ask an owner of your agency."))


def _in_sheet(request: ViewerRequest) -> bool:
    return bool(request.htmx) and not request.htmx.history_restore_request


def _onward(request: ViewerRequest, address: str) -> HttpResponse:
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _columns(filters: QueueFilters) -> list[dict[str, str]]:
    """The heads of the table: the way a column is sorted, and the address that sorts by it or turns it round."""
    sortable = {"name": "name", "slots": "slots", "next": "next", "needs": URGENCY}
    labels = {
        "name": _("Queue"),
        "state": _("State"),
        "slots": _("Slots a week"),
        "cycle": _("Full cycle"),
        "next": _("Next post"),
        "needs": _("Needs attention"),
    }
    columns = []
    for name, label in labels.items():
        column = {"name": name, "label": label, "href": "", "order": ""}
        if name in sortable:
            sort = sortable[name]
            here = sort == filters.sort
            turned = here and not filters.backwards and sort != URGENCY
            column["href"] = replace(filters, sort=sort, backwards=turned).address()
            column["order"] = ("descending" if filters.backwards else "ascending") if here else ""
        columns.append(column)
    return columns


def _tallied(filters: QueueFilters, queues: QueueList) -> list[dict[str, object]]:
    """The number in each state, as links that show only those."""
    every = {"state": "all", "number": queues.total, "label": _("in all"), "on": not filters.states}
    entries: list[dict[str, object]] = [{**every, "href": replace(filters, states=()).address()}]
    for state in STATES:
        number = queues.tally.get(state, 0)
        if not number and state == QueueStatus.UNKNOWN:
            continue
        only = (state.value,)
        entry = {"state": state.value, "number": number, "label": state.label, "on": filters.states == only}
        entries.append({**entry, "href": replace(filters, states=only).address()})
    return entries


def _filters(request: ViewerRequest, form: QueueFilterForm) -> QueueFilters:
    data = form.cleaned_data
    sort = data.get("sort") or URGENCY
    return QueueFilters(
        scope=request.scope,
        words=data.get("q") or (),
        states=tuple(data["state"]),
        problems=tuple(data["problem"]),
        sort=sort.removeprefix("-"),
        backwards=sort.startswith("-"),
    )
