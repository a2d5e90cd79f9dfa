"""Shows each person times and words as they read them."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from accounts.zones import zone_named

ZONE_COOKIE = "zone"


class ViewerMiddleware:
    """Activates the person's language, when one is chosen, and zone: chosen, else the browser's, else UTC."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(viewer_zone(request)):
            language = getattr(request.user, "language", "")
            if language not in dict(settings.LANGUAGES):
                return self.get_response(request)
            with translation.override(language):
                request.LANGUAGE_CODE = language
                response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response


def viewer_zone(request: HttpRequest) -> ZoneInfo:
    """The zone in which this person reads the clock."""
    return zone_named(getattr(request.user, "timezone", ""), request.COOKIES.get(ZONE_COOKIE, ""))
