"""Connecting an account, after the network is chosen: the popup, its answer, the choices, the results."""

from __future__ import annotations

import time

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import trigger_client_event

from accounts.access import ViewerRequest, require_role, signed_in
from accounts.models import ConnectAttempt, Role
from accounts.models.connected_account import platform_label
from accounts.selectors.connect import offers, outcomes
from accounts.services import connect as service
from accounts.services import connect_attach as attaching
from accounts.services.connect_choices import connect_choices_read
from accounts.services.connect_problems import TROUBLES, ConnectProblem, problem_of, problem_words
from accounts.views.connect import panel, trouble_with
from highlevel.api import RemoteError

State = ConnectAttempt.State
CHANGED = "accounts:account-connected"
AT_A_TIME = 15.0  # seconds within which a request without htmx begins another choice


@signed_in
@require_safe
@never_cache
def connect_start(request: ViewerRequest, attempt_id: int) -> HttpResponse:
    """What the popup opens: asks HighLevel, with our token, where to sign in, and sends the popup there.

    Served without an opener policy, so that the page that HighLevel answers with may still speak to the one behind it.
    """
    attempt = _own(request, attempt_id)
    key = request.session.session_key or ""
    answer: HttpResponse
    try:
        address = service.connect_start(attempt=attempt, session_key=key, now=timezone.now())
        answer = HttpResponseRedirect(address)
    except (ConnectProblem, RemoteError) as error:
        problem = error.code if isinstance(error, ConnectProblem) else problem_of(error)
        again = problem not in ("over", "nonce_session", "not_secure", "nobody")
        context = {"attempt": attempt, "label": platform_label(attempt.platform), "problem": problem_words(problem)}
        status = 409 if isinstance(error, ConnectProblem) else 502
        answer = TemplateResponse(request, "accounts/connect_popup.html", {**context, "again": again}, status=status)
    answer["Cross-Origin-Opener-Policy"] = "unsafe-none"
    return answer


@signed_in
@require_POST
def connect_trouble(request: ViewerRequest, attempt_id: int) -> HttpResponse:
    """The browser tells what went wrong with the popup, for the log; the sentence is on the page already."""
    attempt = _own(request, attempt_id)
    trouble = request.POST.get("trouble", "")
    if trouble not in TROUBLES:
        return HttpResponse(_("There is no such trouble."), status=422, content_type="text/plain; charset=utf-8")
    service.connect_trouble(attempt=attempt, trouble=trouble)
    return HttpResponse(status=204)


@signed_in
@require_POST
@vary_on_headers("HX-Request")
def connect_report(request: ViewerRequest, attempt_id: int) -> HttpResponse:
    """The popup has answered: its account id and the page's nonce, nothing else. Shows what can be connected."""
    attempt = _own(request, attempt_id)
    try:
        attempt = service.connect_report(
            attempt=attempt,
            session_key=request.session.session_key or "",
            nonce=request.POST.get("nonce", ""),
            account_id=request.POST.get("account_id", ""),
            now=timezone.now(),
        )
    except ConnectProblem as problem:
        status = 409 if problem.code == "answered" else 422
        return trouble_with(request, attempt, problem.code, status=status)
    return _choices(request, attempt) if request.htmx else redirect("accounts:connect_attempt", attempt.pk)


@signed_in
@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def connect_attempt(request: ViewerRequest, attempt_id: int) -> HttpResponse:
    """Where an attempt stands: the choices (`search`, and `choice` for what is ticked), or the results.

    `more` shows the choices again after some were connected.
    """
    attempt = _own(request, attempt_id)
    if attempt.state == State.CHOOSING or (request.GET.get("more") and _may_choose_more(attempt)):
        return _choices(request, attempt)
    if attempt.results:
        return _results(request, attempt)
    return trouble_with(request, attempt, attempt.problem if attempt.state == State.FAILED else "over", status=200)


@signed_in
@require_POST
@vary_on_headers("HX-Request")
def connect_attach(request: ViewerRequest, attempt_id: int) -> HttpResponse:
    """Take the ticks (`choice`, several) and begin to attach them one by one."""
    attempt = _own(request, attempt_id)
    keys = request.POST.getlist("choice")
    shown = offers(attempt, keys=None, ticked=set(), now=timezone.now())
    try:
        attaching.connect_pick(attempt=attempt, keys=keys, usable={one.key for one in shown if not one.reason})
    except ConnectProblem as problem:
        service.noted(attempt, problem.code)
        if problem.code == "busy":
            return _results(request, _own(request, attempt_id), problem=problem.code, status=409)
        return _choices(request, attempt, problem=problem.code, status=422)
    return _results(request, attempt) if request.htmx else _attach_some(request, attempt, seconds=AT_A_TIME)


@signed_in
@require_POST
@vary_on_headers("HX-Request")
def connect_next(request: ViewerRequest, attempt_id: int) -> HttpResponse:
    """Attach the next ticked choice; without htmx as many as fit into a request, the rest after another click."""
    return _attach_some(request, _own(request, attempt_id), seconds=0 if request.htmx else AT_A_TIME)


@signed_in
@require_POST
@vary_on_headers("HX-Request")
def connect_look(request: ViewerRequest, attempt_id: int) -> HttpResponse:
    """Look up in HighLevel's list what is unconfirmed; nothing is sent again."""
    attempt = _own(request, attempt_id)
    before = _attached(attempt)
    try:
        attempt = attaching.connect_look(attempt=attempt, clock=timezone.now)
    except RemoteError as error:
        return _results(request, attempt, problem=problem_of(error), status=422)
    return _told(request, attempt, before)


def _own(request: ViewerRequest, attempt_id: int) -> ConnectAttempt:
    """The viewer's own attempt, in a location where the viewer may still connect; 404 or 403 otherwise."""
    mine = ConnectAttempt.objects.filter(user=request.user, location__in=request.user.locations())
    attempt = get_object_or_404(mine.select_related("location", "user", "reconnects"), pk=attempt_id)
    require_role(request.user, attempt.location, Role.MANAGER)
    if timezone.now() - attempt.created_at > service.USABLE_FOR:
        raise Http404
    return attempt


def _attach_some(request: ViewerRequest, attempt: ConnectAttempt, *, seconds: float) -> HttpResponse:
    """Attach one choice, and others as long as the seconds last; then say what became of them."""
    ends, before = time.monotonic() + seconds, _attached(attempt)
    while True:
        held = attempt.results
        attempt = attaching.connect_attach_next(attempt=attempt, clock=timezone.now)
        if attempt.state != State.ATTACHING or attempt.results == held or time.monotonic() >= ends:
            return _told(request, attempt, before)


def _may_choose_more(attempt: ConnectAttempt) -> bool:
    return bool(attempt.remote_account_id) and attempt.state in (State.DONE, State.FAILED)


def _choices(request: ViewerRequest, attempt: ConnectAttempt, *, problem: str = "", status: int = 200) -> HttpResponse:
    data = request.POST if request.method == "POST" else request.GET
    search = data.get("search", "").replace("\0", "").strip()[:100]
    now = timezone.now()
    keys: list[str] = []
    retry = False
    try:
        keys = connect_choices_read(attempt=attempt, search=search, now=now)
    except RemoteError as error:
        problem = problem_of(error)
        attempt.refresh_from_db()
        if attempt.state == State.FAILED and not attempt.results:
            return trouble_with(request, attempt, problem, status=422 if request.htmx else 200)
        retry = True
    shown = offers(attempt, keys=keys, ticked=set(data.getlist("choice")), now=now)
    target = attempt.reconnects
    context = {
        "attempt": attempt,
        "label": platform_label(attempt.platform),
        "offers": shown,
        "search": search,
        "problem": problem_words(problem),
        "retry": retry,
        "missing": bool(target and not search and not retry and not _lists(attempt, keys)),
        "usable": any(not one.reason for one in shown),
    }
    if request.htmx and request.htmx.target == "connect-offers":
        return TemplateResponse(request, "accounts/connect_choices.html#offers", context)
    return panel(request, "choices", context, status=status)


def _lists(attempt: ConnectAttempt, keys: list[str]) -> bool:
    """Whether the account that is being reconnected is among these choices."""
    origin = attempt.reconnects.origin_id if attempt.reconnects else ""
    return any(entry["origin_id"] == origin for entry in attempt.choices if entry["key"] in keys)


def _results(request: ViewerRequest, attempt: ConnectAttempt, *, problem: str = "", status: int = 200) -> HttpResponse:
    found = outcomes(attempt)
    context = {
        "attempt": attempt,
        "label": platform_label(attempt.platform),
        "outcomes": found,
        "attached": sum(one.state == attaching.ATTACHED for one in found),
        "again": [one.key for one in found if one.state in attaching.AGAIN],
        "problem": problem_words(problem),
        "looks": attaching.looks_by_itself(attempt, timezone.now()),
        "may_choose_more": _may_choose_more(attempt),
    }
    return panel(request, "results", context, status=status)


def _told(request: ViewerRequest, attempt: ConnectAttempt, before: int) -> HttpResponse:
    """The results; and other parts of the page are told when an account was added."""
    answer = _results(request, attempt) if request.htmx else redirect("accounts:connect_attempt", attempt.pk)
    if request.htmx and _attached(attempt) > before:
        trigger_client_event(answer, CHANGED, {"location": attempt.location_id})
    return answer


def _attached(attempt: ConnectAttempt) -> int:
    return sum(item["state"] == attaching.ATTACHED for item in attaching.items_of(attempt))
