"""What people see when a request cannot be answered: a page, or for htmx a sentence that `app.js` shows as a toast."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 400, _("Rota did not understand this request. Reload the page and try again."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 403, str(exception or "") or _("Your role lets you read here, not change."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 404, _("There is nothing here any more. Reload the page."))


def broken(request: HttpRequest) -> HttpResponse:
    """Rendered without the request: whatever broke may break its session and messages again."""
    if getattr(request, "htmx", False):
        return _sentence(500, _("Something broke on our side. Look before you try again."))
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    sentence = _("This page was too old to be sent. Reload it and try again.")
    return _answer(request, 403, sentence, template="403_csrf.html")


def _answer(request: HttpRequest, status: int, sentence: str, *, template: str = "") -> HttpResponse:
    if getattr(request, "htmx", False):
        return _sentence(status, sentence)
    return render(request, template or f"{status}.html", {"reason": sentence}, status=status)


def _sentence(status: int, sentence: str) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
