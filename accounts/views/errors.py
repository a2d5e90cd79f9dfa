"""What people see when a request cannot be answered: a page, or for htmx a sentence that `app.js` shows as a toast.
Scripts read JSON in English: a status, a code and a sentence."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

SCRIPTS = "/api/"  # below this address scripts ask


def api_answer(status: int, code: str, message: str) -> JsonResponse:
    """An answer to a script that is no success."""
    return JsonResponse({"statusCode": status, "status": status, "code": code, "message": message}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if _is_script(request):
        return _to_script(400, "bad_request")
    return _answer(request, 400, _("Rota did not understand this request. Reload the page and try again."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 403, str(exception or "") or _("Your role lets you read here, not change."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if _is_script(request):
        return _to_script(404, "not_found")
    return _answer(request, 404, _("There is nothing here any more. Reload the page."))


def broken(request: HttpRequest) -> HttpResponse:
    """Rendered without the request: whatever broke may break its session and messages again."""
    if _is_script(request):
        return _to_script(500, "broken")
    if getattr(request, "htmx", False):
        return _sentence(500, _("Something broke on our side. Look before you try again."))
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    sentence = _("This page was too old to be sent. Reload it and try again.")
    return _answer(request, 403, sentence, template="403_csrf.html")


def _is_script(request: HttpRequest) -> bool:
    return f"{request.path}/".startswith(SCRIPTS)


@translation.override("en")
def _to_script(status: int, code: str) -> HttpResponse:
    words = {
        400: _("Rota did not understand this request."),
        404: _("There is no such address. Addresses end without a slash."),
        500: _("Something broke on our side. Look before you try again."),
    }
    return api_answer(status, code, words[status])


def _answer(request: HttpRequest, status: int, sentence: str, *, template: str = "") -> HttpResponse:
    if getattr(request, "htmx", False):
        return _sentence(status, sentence)
    return render(request, template or f"{status}.html", {"reason": sentence}, status=status)


def _sentence(status: int, sentence: str) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
