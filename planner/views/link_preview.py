"""What a link looks like when it is shared. A worker looks; the page asks for the answer."""

from __future__ import annotations

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import WRITERS, ViewerRequest, location_member
from highlevel.models import Location
from planner.fetching import BadAddress
from planner.services.link_preview import Asked, Asking, link_preview_ask, link_preview_asked

LONGEST = 2048


@location_member(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def link_preview(request: ViewerRequest, location: Location) -> HttpResponse:
    """The preview of the link in `url`: POST has it looked at, GET says what is known. The answer is a fragment that
    asks again by itself until it is known."""
    asks = request.method == "POST"
    url = (request.POST if asks else request.GET).get("url", "").strip()
    if not url or len(url) > LONGEST:
        asked = Asked(Asking.FAILED, problem=BadAddress())
    else:
        asked = link_preview_ask(url) if asks else link_preview_asked(url)
    context = {"asked": asked, "preview": asked.preview, "url": url[:LONGEST], "location": location}
    status = 422 if asked.problem and asked.problem.code == BadAddress.code else 200
    return TemplateResponse(request, "planner/_link_preview.html", context, status=status)
