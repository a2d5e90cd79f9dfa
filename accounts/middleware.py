"""Shows each person times and words as they read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

from accounts.zones import zone_named

ZONE_COOKIE = "zone"


class ViewerMiddleware:
    """Activates the person's language, when one is chosen, and zone: chosen, else the browser's, else UTC. What is
    written while it is sent is written in them too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        zone, language = viewer_zone(request), getattr(request.user, "language", "")
        chosen = language in dict(settings.LANGUAGES)
        with ExitStack() as stack:
            stack.enter_context(timezone.override(zone))
            if chosen:
                stack.enter_context(translation.override(language))
                request.LANGUAGE_CODE = language
            response = self.get_response(request)
            if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
                pieces: Iterable[bytes] = response.streaming_content  # type: ignore[assignment]
                response.streaming_content = _written_in(translation.get_language(), zone, pieces)
        if chosen:
            response.headers.setdefault("Content-Language", language)
        return response


def _written_in(language: str | None, zone: ZoneInfo, pieces: Iterable[bytes]) -> Iterator[bytes]:
    with timezone.override(zone), translation.override(language):
        yield from pieces


def viewer_zone(request: HttpRequest) -> ZoneInfo:
    """The zone in which this person reads the clock."""
    return zone_named(getattr(request.user, "timezone", ""), request.COOKIES.get(ZONE_COOKIE, ""))
