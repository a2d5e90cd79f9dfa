"""Choosing the location that pages are about."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import ViewerRequest, signed_in
from accounts.frame import without_location
from accounts.selectors.locations import location_choices


@signed_in
@require_safe
@vary_on_headers("HX-Request")
def location_list(request: ViewerRequest) -> HttpResponse:
    """The locations of the viewer; each link leads back to the page in `next`, now about that location."""
    text = request.GET.get("q", "").strip()
    context = {
        "choices": location_choices(request.user, text=text),
        "text": text,
        "next": request.GET.get("next", ""),
        "back": _back(request),
    }
    page = "accounts/location_list.html"
    if not request.htmx or request.htmx.history_restore_request:
        return TemplateResponse(request, page, context)
    piece = "choices" if request.htmx.target == "location-choices" else "finder"
    return TemplateResponse(request, f"{page}#{piece}", context)


def _back(request: ViewerRequest) -> str:
    """The page to go back to, ready for `location=<pk>` to be added."""
    asked = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(asked, allowed_hosts=None) or not asked.startswith("/"):
        asked = reverse("planner:today")
    parts = urlsplit(asked)
    address = without_location(parts.path, QueryDict(parts.query))
    return address + ("&" if "?" in address else "?")
