"""Installing Rota as a marketplace app: out to HighLevel's consent page, and back with a code."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import ViewerRequest, everyone, owner_only
from accounts.models import User
from accounts.services.agency_install import code_keep, code_take, code_waits, state_new, state_take
from highlevel.installing import Installed, NotInstalled, can_install, consent_address, install_finish, locations_ask


@owner_only
@never_cache
@require_GET
def agency_install(request: ViewerRequest) -> HttpResponse:
    """Out to HighLevel, with a state that only this browser can answer, once, within 15 minutes."""
    if not can_install():
        return _back("no_app")
    state = state_new(request.session, now=timezone.now())
    return HttpResponseRedirect(consent_address(redirect_uri=_callback(request), state=state))


@everyone
@never_cache
@sensitive_variables("code")
@require_GET
def agency_callback(request: HttpRequest) -> HttpResponseBase:
    """Back from HighLevel. Whatever came, the next address holds no code.

    A code without a state comes from an installation that was begun in HighLevel's marketplace: it is kept until an
    owner says that it is meant.
    """
    now, asked = timezone.now(), request.GET
    code, state = asked.get("code", ""), asked.get("state", "")
    problem = state_take(request.session, state, now=now) if state else ""
    if error := asked.get("error"):
        return _back("refused_by_you" if error == "access_denied" else "remote_error")
    if problem:
        return _back(problem)
    if not code:
        return _back("no_code")
    user = request.user
    if state and isinstance(user, User) and user.is_owner:
        return _finish(request, code)
    code_keep(request.session, code, now=now)
    return redirect("accounts:agency_finish")


@owner_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def agency_finish(request: ViewerRequest) -> HttpResponseBase:
    """Ask whether an installation from HighLevel's marketplace is meant, and finish it."""
    if request.method == "POST":
        code = code_take(request.session, now=timezone.now())
        if "cancel" in request.POST:
            messages.info(cast(HttpRequest, request), _("The installation was dropped. Nothing was changed."))
            return redirect("accounts:agency")
        return _finish(request, code) if code else _back("late_code")
    if not code_waits(request.session):
        return redirect("accounts:agency")
    return TemplateResponse(request, "accounts/agency_finish.html", {})


@sensitive_variables("code")
def _finish(request: HttpRequest, code: str) -> HttpResponseBase:
    try:
        done = install_finish(code=code, redirect_uri=_callback(request), now=timezone.now())
    except NotInstalled as problem:
        return _back(problem.code)
    messages.success(request, _sentence(done))
    if done.location is None:
        locations_ask()
    return redirect("accounts:agency")


def _sentence(done: Installed) -> str:
    if done.location is None:
        return _("The agency is connected. Choose below which locations Rota works for.")
    return _("%(location)s is connected, and Rota works for it.") % {"location": done.location.name}


def _callback(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("accounts:agency_callback"))


def _back(problem: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('accounts:agency')}?{urlencode({'problem': problem})}")
