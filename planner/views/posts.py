"""The Posts page: what was composed for the chosen locations, and what became of it."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import WRITERS, ViewerRequest, locations_for, signed_in
from accounts.models import Platform
from planner.forms import LISTED_STATUSES, PostFilterForm
from planner.selectors.keyset import Place
from planner.selectors.post_filters import PostFilters, cleared, read_filters
from planner.selectors.post_pickers import KINDS, post_picker
from planner.selectors.posts import post_list_page, whole_post
from planner.selectors.saved_views import default_view, saved_view_tabs
from planner.views.post_page import read_key

PAGE = "planner/post_list.html"
REGION = {"swaps": "posts", "filter_form": "post-filters"}


@signed_in
@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def post_list(request: ViewerRequest) -> HttpResponse:
    """The list with its filters. `pick` and `find` open the choices of a filter, `open` shows one post as a whole."""
    default = default_view(request.user) if not request.GET else None
    if default is not None:
        return redirect(request.path + PostFilters(request.scope).scope_query() + f"&{default.filters}")
    piece = request.htmx.target if request.htmx and not request.htmx.history_restore_request else None
    opened = read_key(request.GET.get("open", ""))
    if piece and piece.startswith("whole-"):
        return _whole(request, opened)
    form = PostFilterForm(request.GET)
    form.is_valid()
    filters, strange = read_filters(request.scope, form.cleaned_data)
    kind, find = request.GET.get("pick", ""), request.GET.get("find", "").replace("\0", "")[:100]
    picker = post_picker(filters, kind, find=find) if kind in KINDS else None
    if piece and piece.startswith("choices-"):
        return TemplateResponse(request, "accounts/_picker.html", {"picker": picker, **REGION})
    place = Place.read(request.GET.get("page", ""))
    now = timezone.now()
    posts = post_list_page(filters, place=place, now=now)
    whole = whole_post(request.scope, opened, now=now) if opened else None
    listed = {line.post.pk for line in posts.lines}
    context = {
        **_bar(filters, request.GET.get("page", "")),
        "form": form,
        "problems": [*form.problems, *strange, *([place.problem] if place.problem else [])],
        "picker": picker,
        **REGION,
        "list": posts,
        "views": saved_view_tabs(filters),
        "may_write": request.user.is_owner or locations_for(request.user, *WRITERS).exists(),
        "whole": whole,
        "asked": whole if whole and whole.line.post.pk not in listed else None,
    }
    if piece not in ("results", "posts"):
        return TemplateResponse(request, PAGE, context)
    answer = TemplateResponse(request, f"{PAGE}#{piece}", context)
    answer["HX-Push-Url"] = request.path + filters.address(page=request.GET.get("page", ""))
    return answer


def _whole(request: ViewerRequest, pk: int | None) -> HttpResponse:
    whole = whole_post(request.scope, pk, now=timezone.now()) if pk else None
    if whole is None:
        raise Http404(_("There is no such post."))
    return TemplateResponse(request, "planner/_post_whole.html", {"whole": whole})


def _bar(filters: PostFilters, page: str) -> dict[str, object]:
    return {
        "filters": filters,
        "here": filters.address(page=page),
        "unpaged": filters.address(),
        "resorted": replace(filters, newest_first=not filters.newest_first).address(),
        "clear": cleared(filters).address(),
        "statuses": [(value, label, value in filters.statuses) for value, label in LISTED_STATUSES],
        "networks": [(value, label, value in filters.networks) for value, label in Platform.choices],
    }
