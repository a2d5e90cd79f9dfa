"""How Rota is connected to HighLevel, for owners: the connection, and the locations that are worked for."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import ViewerRequest, owner_only
from accounts.selectors.agency import AgencyFilter, agency_page, connection
from accounts.services.agency_words import install_problem
from highlevel.installing import locations_ask, locations_choose
from highlevel.scopes import wanted_scopes

PAGE = "accounts/agency.html"


@owner_only
@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def agency(request: ViewerRequest) -> HttpResponse:
    """The connection at a glance, and the locations, narrowed by name and state."""
    context = _page(request, AgencyFilter.read(request.GET.dict()), number=request.GET.get("page", "1"))
    context["problem"] = install_problem(request.GET.get("problem", ""))
    piece = request.htmx and not request.htmx.history_restore_request and request.htmx.target == "agency-list"
    return TemplateResponse(request, f"{PAGE}#list" if piece else PAGE, context)


@owner_only
@require_POST
def agency_locations(request: ViewerRequest) -> HttpResponse:
    """Work, or stop working, for the ticked locations (`pick`), or work for all that match the filter."""
    chosen, do = AgencyFilter.read(request.POST.dict()), request.POST.get("do", "")
    if do == "work_all":
        ids = list(chosen.locations().values_list("pk", flat=True))
    else:
        ids = [
            int(text) for text in request.POST.getlist("pick") if text.isascii() and text.isdigit() and len(text) < 19
        ]
    if do not in ("work", "work_all", "rest") or not ids:
        context = _page(request, chosen, number="1")
        context["problem"] = _("Tick at least one location, then say whether Rota works for it.")
        return TemplateResponse(request, PAGE, context, status=422)
    number = locations_choose(ids=ids, work=do != "rest", now=timezone.now())
    messages.success(cast(HttpRequest, request), _sentence(number, works=do != "rest"))
    return redirect(f"{reverse('accounts:agency')}{chosen.query}#agency-list")


@owner_only
@require_POST
def agency_look(request: ViewerRequest) -> HttpResponse:
    """Have a worker read the agency's list of locations now."""
    locations_ask()
    messages.info(
        cast(HttpRequest, request), _("Rota reads the list of locations now. New ones appear below in a moment.")
    )
    return redirect("accounts:agency")


def _page(request: ViewerRequest, chosen: AgencyFilter, *, number: str) -> dict[str, object]:
    held = connection()
    return {
        "connection": held,
        "list": agency_page(chosen, held, number=number, now=timezone.now()),
        "filter": chosen,
        "scopes": wanted_scopes(),
    }


def _sentence(number: int, *, works: bool) -> str:
    if works:
        said = ngettext(
            "Rota works for %(number)d more location now and is reading it.",
            "Rota works for %(number)d more locations now and is reading them.",
            number,
        )
    else:
        said = ngettext(
            "Rota no longer works for %(number)d location. What it read stays.",
            "Rota no longer works for %(number)d locations. What it read stays.",
            number,
        )
    return said % {"number": number}
