"""Bulk actions: choosing posts and an action, seeing what it would do, carrying it out, undoing it."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import WRITERS, ViewerRequest, locations_for, signed_in
from planner.forms import PostFilterForm
from planner.models import SetState
from planner.selectors import change_sets as selectors
from planner.selectors.change_sets import SetPage
from planner.selectors.post_filters import PostFilters, read_filters
from planner.services.change_set_making import (
    AT_ONCE,
    SetProblem,
    change_set_confirm,
    change_set_discard,
    change_set_make,
    change_set_undo,
)
from planner.set_forms import BulkForm
from planner.views.post_page import UNDO

PAGE = "planner/change_set.html"
FINISHED = 286  # tells htmx to stop asking


@signed_in
@require_safe
def change_set_list(request: ViewerRequest) -> HttpResponse:
    """One's own bulk actions; an owner sees everybody's."""
    page = selectors.change_set_list(request.user, number=request.GET.get("page", ""))
    return TemplateResponse(request, "planner/change_set_list.html", {"page": page})


@signed_in
@require_POST
def change_set_new(request: ViewerRequest) -> HttpResponse:
    """Plan an action on the chosen posts, or on all that pass the filters of the address, and show the plan."""
    if not locations_for(request.user, *WRITERS).exists():
        raise PermissionDenied(_("Your role lets you read posts, not change them."))
    form = BulkForm(request.POST)
    back = _back(request)
    problem = ""
    if form.is_valid():
        data = form.cleaned_data
        filters = _filters(request) if data["everything"] else None
        chosen = selectors.posts_chosen(request.user, keys=data["posts"], filters=filters)
        try:
            made = change_set_make(
                actor=request.user,
                kind=data["kind"],
                parameters=data["parameters"],
                posts=chosen,
                now=timezone.now(),
            )
        except SetProblem as reason:
            problem = str(reason)
        else:
            return redirect(reverse("planner:change_set", args=[made.pk]) + back)
    context = {"form": form, "problem": problem, "here": back, "chosen": request.POST.getlist("post")}
    return TemplateResponse(request, "planner/change_set_new.html", context, status=422)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request", "HX-Target")
def change_set(request: ViewerRequest, set_id: int) -> HttpResponse:
    """What a bulk action would do, does or did, post by post; a POST says in `do`: confirm, undo or discard."""
    now = timezone.now()
    shown = selectors.change_set_page(
        request.user, set_id, show=request.GET.get("show", ""), number=request.GET.get("page", ""), now=now
    )
    if shown is None:
        raise Http404(_("There is no such bulk action."))
    if request.method == "POST":
        return _act(request, shown, now)
    context = {"set": shown, "back": _back(request), "posts": reverse("planner:post_list") + _back(request)}
    asks = request.htmx and not request.htmx.history_restore_request and request.htmx.target == "set-progress"
    if not asks:
        return TemplateResponse(request, PAGE, context)
    if shown.at_work:
        return TemplateResponse(request, f"{PAGE}#progress", context)
    answer = TemplateResponse(request, f"{PAGE}#whole", context, status=FINISHED)
    answer["HX-Retarget"], answer["HX-Reswap"] = "#change-set", "outerHTML"
    return answer


def _act(request: ViewerRequest, shown: SetPage, now: datetime) -> HttpResponse:
    held, do = shown.change_set, request.POST.get("do", "")
    if held.actor_id != request.user.pk:
        raise PermissionDenied(_("Only whoever made a bulk action may decide about it."))
    here = reverse("planner:change_set", args=[held.pk])
    try:
        if do == "confirm":
            held = change_set_confirm(change_set=held, name=request.POST.get("name", "").strip()[:120], now=now)
            if held.total <= AT_ONCE and held.state == SetState.DONE:
                messages.info(request, _("Done: %(name)s.") % {"name": held.name}, extra_tags=here)
                return redirect(reverse("planner:post_list") + _back(request))
        elif do == UNDO:
            held = change_set_undo(change_set=held)
            if held.state == SetState.UNDONE:
                messages.info(request, _("Undone: %(name)s.") % {"name": held.name})
        elif do == "discard":
            change_set_discard(change_set=held)
            return redirect(reverse("planner:post_list") + _back(request))
    except SetProblem as reason:
        messages.warning(request, str(reason))
    return redirect(here + _back(request))


def _filters(request: ViewerRequest) -> PostFilters:
    form = PostFilterForm(request.GET)
    form.is_valid()
    return read_filters(request.scope, form.cleaned_data)[0]


def _back(request: ViewerRequest) -> str:
    """The query that leads back to the list as it was."""
    query = request.GET.copy()
    for name in ("show", "page", "open"):
        query.pop(name, None)
    return f"?{query.urlencode()}" if query else ""
