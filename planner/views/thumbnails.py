"""Small copies of foreign pictures, for the pages that show them."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import everyone
from planner.services.thumbnails import FAILED_FOR, SIZES, Copy, thumbnail_now
from planner.thumbnail_links import is_ours

KEPT = 30 * 24 * 3600  # seconds
NOTHING_RUNS = "default-src 'none'; sandbox"
# The script of the page asks again for a picture of this many pixels; see static/js/thumbnails.js.
PENDING_SIDE, FINAL_SIDE = 3, 4
DRAWINGS = {
    Copy.PENDING: "",
    Copy.FAILED: '<path d="M7 16l3-4 2.5 3 2-2.5L18 16M7 8h10v9H7z" fill="none" stroke="#8a8f98"/>',
    Copy.FILM: '<path d="M10 8.5v7l5.5-3.5z" fill="#8a8f98"/>',
}


@everyone
@require_safe
def thumbnail(request: HttpRequest) -> HttpResponseBase:
    """The copy of the picture that a signed address names, or a drawing of ours that says that there is none.

    Whoever has the address may see it: pages give it to people who may see the picture.
    """
    url, size = request.GET.get("url", ""), request.GET.get("size", "")
    number = int(size) if size.isascii() and size.isdigit() and len(size) < 5 else 0
    if number not in SIZES or not is_ours(url, number, request.GET.get("key", "")):
        raise Http404(_("There is no such picture."))
    found = thumbnail_now(url, number)
    if found.state == Copy.READY:
        try:
            return _kept(FileResponse(found.path.open("rb"), content_type="image/webp"), KEPT)
        except FileNotFoundError:
            pass  # the clean-up was quicker; the next request makes it anew
    return _kept(_drawing(found.state), 0 if found.state in (Copy.PENDING, Copy.READY) else FAILED_FOR)


def _drawing(state: Copy) -> HttpResponse:
    side = FINAL_SIDE if state in (Copy.FAILED, Copy.FILM) else PENDING_SIDE
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}" viewBox="0 0 24 24">'
        f'<rect width="24" height="24" fill="#8a8f98" fill-opacity=".18"/>{DRAWINGS.get(state, "")}</svg>'
    )
    return HttpResponse(drawing, content_type="image/svg+xml")


def _kept(answer: HttpResponseBase, seconds: int) -> HttpResponseBase:
    answer.headers["Cache-Control"] = f"private, max-age={seconds}" if seconds else "no-store"
    answer.headers["Content-Security-Policy"] = NOTHING_RUNS
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
