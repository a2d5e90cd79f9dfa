"""Pasting a private integration token."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.access import ViewerRequest, owner_only
from accounts.agency_forms import LOCATION, TokenForm
from accounts.services.agency_words import token_problem
from highlevel.installing import locations_ask
from highlevel.pasting import Kept, TokenNotKept, agency_token_keep, location_token_keep
from highlevel.pull.ask import pull_ask
from highlevel.scopes import SCOPES


@owner_only
@never_cache
@sensitive_post_parameters("token")
@require_http_methods(["GET", "HEAD", "POST"])
def agency_token(request: ViewerRequest) -> HttpResponse:
    """Check the token by real calls, and store it only when it can do what Rota needs."""
    form = TokenForm(request.POST if request.method == "POST" else None, initial=_initial(request))
    if form.is_valid():
        try:
            kept = _keep(form)
        except TokenNotKept as problem:
            form.add_error(None, token_problem(problem))
        else:
            _tell(cast(HttpRequest, request), kept)
            return redirect("accounts:agency")
    context = {"form": form, "scopes": SCOPES}
    return TemplateResponse(request, "accounts/agency_token.html", context, status=422 if form.is_bound else 200)


@sensitive_variables("token")
def _keep(form: TokenForm) -> Kept:
    now, token = timezone.now(), form.cleaned_data["token"]
    if form.cleaned_data["kind"] == LOCATION:
        kept = location_token_keep(location_id=form.cleaned_data["location_id"].strip(), token=token, now=now)
        if kept.location:
            pull_ask(locations=[kept.location], now=now)
        return kept
    kept = agency_token_keep(token=token, now=now)
    locations_ask()
    return kept


def _initial(request: ViewerRequest) -> dict[str, str]:
    asked = request.GET.get("location_id", "")[:64]
    return {"kind": LOCATION, "location_id": asked} if asked else {}


def _tell(request: HttpRequest, kept: Kept) -> None:
    if kept.location is None:
        done = _("The agency's token works and is stored. Rota reads the list of locations now.")
    else:
        done = _("The token works and is stored. Rota reads %(location)s now.") % {"location": kept.location.name}
    messages.success(request, done)
    if kept.lacks:
        names = ", ".join(str(scope.purpose) for scope in kept.lacks)
        said = _("The token does not allow everything. Not possible now: %(names)s. Add the permissions in HighLevel.")
        messages.warning(request, said % {"names": names})
