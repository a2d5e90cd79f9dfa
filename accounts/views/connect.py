"""Connecting an account, first step: for which client, at which network."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import ViewerRequest, locations_for, require_role, signed_in
from accounts.models import ConnectAttempt, ConnectedAccount, Role
from accounts.models.connected_account import platform_label
from accounts.selectors.connect import clients_to_connect, managers_of, networks
from accounts.services import connect as service
from accounts.services.connect_problems import TROUBLES, ConnectProblem, problem_words
from accounts.services.connect_wire import connect_origins
from highlevel.models import Location

PAGE = "accounts/connect.html"
SILENT_AFTER = 600  # seconds until the page asks whether the popup is still there
LARGEST_KEY = 2**63 - 1


class ConnectForm(forms.Form):
    """What the address, or the choice of a network, says. Nonsense counts as nothing said."""

    client = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY)
    reconnect = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY)
    platform = forms.CharField(required=False, max_length=32)
    find = forms.CharField(required=False, max_length=100)
    choose = forms.BooleanField(required=False)


@signed_in
@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def connect(request: ViewerRequest) -> HttpResponse:
    """Where connecting begins. `platform` preselects a network, `reconnect` names an account to renew.

    The client is `client`, else the location that pages are about; without either, or with `choose`, the page asks for
    one (`find` searches). `client` differs from `location` in that it is not remembered for other pages.
    """
    asked = _asked(request.GET)
    account = _account(request, asked)
    location = account.location if account else _location(request, asked)
    mine = locations_for(request.user, Role.MANAGER)
    if location is not None and not asked.get("choose") and not mine.filter(pk=location.pk).exists():
        return panel(request, "closed", {"location": location, "managers": managers_of(location)})
    if location is None or asked.get("choose"):
        found = clients_to_connect(request.user, text=asked.get("find", ""))
        if not found.total and not asked.get("find"):
            return panel(request, "closed", {"location": None, "managers": []})
        if found.total != 1 or asked.get("find") or asked.get("choose"):
            return _clients(request, found, asked)
        location = found.shown[0]
    context = {
        "location": location,
        "account": account,
        "chosen": asked.get("platform", ""),
        "chosen_label": platform_label(account.platform if account else asked.get("platform", "")),
        "networks": networks(),
        "several": mine.count() > 1,
    }
    return panel(request, "networks", context)


@signed_in
@require_POST
def connect_begin(request: ViewerRequest) -> HttpResponse:
    """Begin to connect and show the step of signing in.

    Answered with the page itself, never a redirect: the nonce is shown once and stands in no address.
    """
    asked = _asked(request.POST)
    location = get_object_or_404(request.user.locations(), pk=asked.get("client") or 0)
    require_role(request.user, location, Role.MANAGER)
    account = _account(request, asked)
    platform = account.platform if account else asked.get("platform", "")
    try:
        attempt, nonce = service.connect_begin(
            user=request.user,
            session_key=request.session.session_key or "",
            location=location,
            platform=platform,
            reconnects=account,
            now=timezone.now(),
        )
    except ConnectProblem as problem:
        context = {
            "location": location,
            "account": account,
            "networks": networks(),
            "problem": problem_words(problem.code),
            "chosen_label": platform_label(platform),
            "several": locations_for(request.user, Role.MANAGER).count() > 1,
        }
        return panel(request, "networks", context, status=422)
    signing_in: dict[str, Any] = {
        "attempt": attempt,
        "label": platform_label(attempt.platform),
        "nonce": nonce,
        "origins": " ".join(connect_origins()),
        "patience": SILENT_AFTER,
        "troubles": TROUBLES,
    }
    answer = panel(request, "sign_in", signing_in)
    answer["Cache-Control"] = "no-store"
    return answer


def panel(request: ViewerRequest, step: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A step: alone for the dialog, or as a whole page."""
    part = f"accounts/connect_{step}.html"
    alone = request.htmx and not request.htmx.history_restore_request
    template = part if alone else PAGE
    return TemplateResponse(request, template, {**context, "part": part, "step": step}, status=status)


def trouble_with(request: ViewerRequest, attempt: ConnectAttempt, problem: str, *, status: int) -> HttpResponse:
    """The end of a sign-in that cannot go on: what happened, and the way to try again."""
    words = problem_words(problem)
    context = {"attempt": attempt, "label": platform_label(attempt.platform), "problem": words}
    return panel(request, "failed", context, status=status)


def _clients(request: ViewerRequest, found: Any, asked: dict[str, Any]) -> HttpResponse:
    context = {"clients": found, "find": asked.get("find", ""), "chosen": asked.get("platform", "")}
    if request.htmx and request.htmx.target == "connect-clients":
        return TemplateResponse(request, "accounts/connect_clients.html#clients", context)
    return panel(request, "clients", context)


def _asked(data: Any) -> dict[str, Any]:
    form = ConnectForm(data)
    form.is_valid()
    return form.cleaned_data


def _account(request: ViewerRequest, asked: dict[str, Any]) -> ConnectedAccount | None:
    if not asked.get("reconnect"):
        return None
    mine = ConnectedAccount.objects.visible_to(request.user).filter(gone_at=None).select_related("location")
    return get_object_or_404(mine, pk=asked["reconnect"])


def _location(request: ViewerRequest, asked: dict[str, Any]) -> Location | None:
    if asked.get("client"):
        return get_object_or_404(request.user.locations(), pk=asked["client"])
    return request.scope.location
