"""The palette, which is a page as well."""

from __future__ import annotations

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import ViewerRequest, signed_in
from planner.selectors.find import find_everything

LONGEST = 100  # letters


@signed_in
@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def find(request: ViewerRequest) -> HttpResponse:
    """What a person may reach with the letters `q`, over all their locations."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    context = {"found": find_everything(request.user, text=text), "text": text}
    page = "planner/find.html"
    if not request.htmx or request.htmx.history_restore_request:
        return TemplateResponse(request, page, context)
    piece = "results" if request.htmx.target == "find-results" else "finder"
    return TemplateResponse(request, f"{page}#{piece}", context)
