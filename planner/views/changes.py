"""The Changes page: what has to reach HighLevel, and what a person may decide about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import ViewerRequest, signed_in
from highlevel.outbox import NotPossible, change_cancel, change_look_again, change_retry
from planner.selectors import changes as selectors
from planner.selectors.changes import VIEWS, ChangeLine
from planner.selectors.keyset import Place

PAGE = "planner/change_list.html"
DEEDS: dict[str, tuple[Callable[..., None], str, Any]] = {
    "retry": (change_retry, "may_retry", gettext_lazy("It is sent again now.")),
    "cancel": (change_cancel, "may_cancel", gettext_lazy("It is given up and will not be sent.")),
    "look": (change_look_again, "may_look", gettext_lazy("Rota looks again now.")),
}


@signed_in
@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def change_list(request: ViewerRequest) -> HttpResponse:
    """Changes of the chosen locations, newest first; `state` keeps those of one kind."""
    view = request.GET.get("state", "")
    known = view if view in VIEWS else ""
    place = Place.read(request.GET.get("page", ""))
    problems = [place.problem] if place.problem else []
    if view != known:
        problems.append(_("“%s” is not a state of a change.") % view[:60])
    now = timezone.now()
    context = {
        "list": selectors.change_list(request.scope, view=known, place=place, now=now),
        "view": known,
        "problems": problems,
        "now": now,
    }
    piece = request.htmx and not request.htmx.history_restore_request and request.htmx.target == "changes"
    return TemplateResponse(request, f"{PAGE}#changes" if piece else PAGE, context)


@signed_in
@require_POST
def change_act(request: ViewerRequest, change_id: int) -> HttpResponse:
    """Try a change again, give it up, or look it up, as `do` says. Who may not, gets 403; too late, 409."""
    now = timezone.now()
    line = _line(request, change_id, now)
    if not line.may_act:
        raise PermissionDenied(_("Only managers of this client, or whoever made the change, may decide about it."))
    deed = DEEDS.get(request.POST.get("do", ""))
    if deed is None:
        return _answer(request, line, _("Choose what to do with the change."), status=422)
    act, permission, said = deed
    try:
        if not getattr(line, permission):
            raise NotPossible
        act(change=line.change, now=now)
    except NotPossible:
        sentence = _("The change has moved on meanwhile, so nothing was done. This is how it stands now.")
        return _answer(request, _line(request, change_id, now), sentence, status=409)
    return _answer(request, _line(request, change_id, now), str(said))


def _line(request: ViewerRequest, change_id: int, now: datetime) -> ChangeLine:
    line = selectors.change_line(request.scope, change_id, now=now)
    if line is None:
        raise Http404(_("There is no such change."))
    return line


def _answer(request: ViewerRequest, line: ChangeLine, said: str, *, status: int = 200) -> HttpResponse:
    if not request.htmx:
        messages.add_message(request, messages.INFO if status == 200 else messages.WARNING, said)
        return redirect("planner:change_list")
    context = {"line": line, "said": said, "trouble": status != 200, "now": timezone.now()}
    return TemplateResponse(request, "planner/_change.html", context, status=status)
