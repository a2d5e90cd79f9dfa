"""Who may call the addresses for scripts: whoever shows a key. Errors are JSON: a status, a code and a sentence.

Scripts are answered in English, whatever language they ask for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from accounts.services.people_throttle import attempt_allowed
from accounts.views.errors import api_answer
from planner.models import ApiKey
from planner.services.api_keys import api_key_find

HEADER = "X-Api-Key"
WINDOW = timedelta(minutes=1)
MOST_CALLS = 240  # of one key in a window
MOST_REFUSALS = 30  # of one address in a window


class ApiRequest(HttpRequest):
    """A request with a good key."""

    key: ApiKey


class ApiError(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code

    def answer(self) -> JsonResponse:
        return api_answer(self.status, self.code, str(self))


View = Callable[..., HttpResponseBase]


def api_key(*methods: str) -> Callable[[View], View]:
    """Whoever shows a key that is good; `request.key` is it. Other methods than those named, and HEAD beside GET, get
    405."""
    known = (*methods, "HEAD") if "GET" in methods else methods

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        @translation.override("en")
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                if request.method not in known:
                    refusal = ApiError(405, "method_not_allowed", _("This address knows no such method.")).answer()
                    refusal["Allow"] = ", ".join(known)
                    return refusal
                caller = cast(ApiRequest, request)
                caller.key = _key(request)
                return view(caller, *args, **kwargs)
            except ApiError as error:
                answer = error.answer()
                if error.status == 429:
                    answer["Retry-After"] = str(int(WINDOW.total_seconds()))
                return answer
            except Http404:
                return ApiError(404, "not_found", _("There is no such import.")).answer()

        guarded.access_policy = "api_key"  # type: ignore[attr-defined]
        return guarded

    return decorate


def _key(request: HttpRequest) -> ApiKey:
    """The key of the request. Raises ApiError, also when it calls too often."""
    secret = request.headers.get(HEADER, "")
    if not secret:
        raise ApiError(401, "api_key_missing", _("Send your key in the header x-api-key."))
    found = api_key_find(secret=secret, now=timezone.now())
    if found is None:
        whence = request.META.get("REMOTE_ADDR", "")
        if not attempt_allowed("api-refused", whence, most=MOST_REFUSALS, within=WINDOW):
            raise ApiError(429, "too_many_requests", _("Too many requests. Wait a minute."))
        raise ApiError(401, "api_key_unknown", _("This key is unknown or was revoked."))
    if not attempt_allowed("api", str(found.pk), most=MOST_CALLS, within=WINDOW):
        raise ApiError(429, "too_many_requests", _("Too many requests. Wait a minute."))
    return found
