"""The draft as a whole: saving it, throwing it away, bringing it up to date, and who else is at it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import trigger_client_event

from accounts.access import ViewerRequest, signed_in
from queues.models import EditSession, SessionState
from queues.selectors.editor import latest_steps
from queues.services.errors import DraftClosed, DraftMoved, ForeignSession, QueueProblem
from queues.services.saving import session_save
from queues.services.sessions import session_discard, session_heartbeat, session_leave, session_rebase
from queues.views.answers import PAGE, Said, Window, editor_answer, editor_context, in_sheet, refreshed, underneath
from queues.views.desk import Desk, desk_to_write
from queues.words import steps_words

MOVED = "queues:draft-moved"


@signed_in
@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request", "HX-Target")
def queue_draft(request: ViewerRequest, queue_id: int) -> HttpResponse:
    """What was done to the draft so far, with the question whether to discard it; or do what `do` says to all of it:
    save, keep (saved, but it stays a draft queue), force (saved, and a session left open in HighLevel is thrown away),
    discard, rebase."""
    desk = desk_to_write(request.user, queue_id)
    now = timezone.now()
    if request.method == "GET":
        if request.htmx and request.htmx.target == "draft-bar":
            return _progress(request, desk, now)
        context = {"queue": desk.queue, "desk": desk, "steps": _steps(desk), "session": desk.session, "now": now}
        page = "queues/draft.html"
        return TemplateResponse(request, f"{page}#sheet" if in_sheet(request) else page, context)
    version = request.POST.get("version", "")
    window = Window.read(request.POST)
    try:
        said, desk = _decide(request, desk, int(version) if version.isdecimal() and len(version) < 10 else -1, now)
    except ForeignSession as problem:
        return _answer(request, desk, window, Said(str(problem), True), now, 409)
    except (DraftMoved, DraftClosed) as problem:
        return _answer(request, refreshed(desk), window, Said(str(problem), True), now, 409)
    except QueueProblem as problem:
        return _answer(request, desk, window, Said(str(problem), True), now, 422)
    return _answer(request, desk, window, said, now, 200)


@signed_in
@require_POST
@vary_on_headers("HX-Request")
def queue_here(request: ViewerRequest, queue_id: int) -> HttpResponse:
    """A sign of life from an open editor: who else is there. Tells the page when the draft is not the one it shows."""
    desk = desk_to_write(request.user, queue_id)
    now = timezone.now()
    if request.POST.get("leave"):
        if desk.has_draft:
            session_leave(session=desk.session, user=request.user)
        return HttpResponse(status=204)
    people = session_heartbeat(session=desk.session, user=request.user, now=now) if desk.has_draft else []
    others = [person.user for person in people if person.user_id != request.user.pk]
    answer = TemplateResponse(request, "queues/_here.html", {"others": others, "queue": desk.queue})
    seen = request.POST.get("version", "")
    if seen != str(desk.session.version):
        return trigger_client_event(answer, MOVED, {"queue": desk.queue.pk, "version": desk.session.version})
    return answer


def _decide(request: ViewerRequest, desk: Desk, version: int, now: datetime) -> tuple[Said, Desk]:
    """Do what is asked with the draft; the sentence about it, and the desk afterwards."""
    do = request.POST.get("do", "")
    if not desk.has_draft:
        raise DraftClosed(saving=False)
    given: dict[str, Any] = {"session": desk.session, "version": version, "actor": request.user, "now": now}
    if do in ("save", "keep", "force"):
        session_save(**given, keep_in_draft=do == "keep", discard_foreign=do == "force")
        return Said(_("The draft is on its way to HighLevel.")), desk
    if do == "rebase":
        session_rebase(**given)
        return Said(_("The draft now begins from the queue as it is.")), desk
    if do == "discard":
        session_discard(**given)
        return Said(_("The draft was thrown away. The queue is as it was.")), desk_to_write(request.user, desk.queue.pk)
    raise QueueProblem(_("Choose what to do with the draft."))


def _answer(request: ViewerRequest, desk: Desk, window: Window, said: Said, now: datetime, status: int) -> HttpResponse:
    answer = editor_answer(request, desk, window=window, now=now, said=said, status=status)
    if isinstance(answer, TemplateResponse) and answer.context_data is not None:
        answer.context_data["underneath"] = underneath(desk)
    return answer


def _progress(request: ViewerRequest, desk: Desk, now: datetime) -> HttpResponse:
    """How saving goes, for polling; when it ended, the whole list with what came of it."""
    asked = request.GET.get("session", "")
    session = EditSession.objects.filter(queue=desk.queue, pk=int(asked) if asked.isdecimal() else 0).first()
    if session is not None and session.state == SessionState.SAVING:
        context = {**editor_context(desk, window=Window(), now=now), "fragment": True}
        return TemplateResponse(request, f"{PAGE}#saving", context)
    if session is not None and session.state == SessionState.SAVED:
        said = Said(_("Saved. HighLevel has the queue as you see it."))
        if not request.htmx:
            messages.success(request, said.text)
    else:
        said = Said(_("The draft was not saved. It is as you left it; the bar says why."), True)
    return _answer(request, desk, Window(), said, now, 200)


def _steps(desk: Desk) -> list[Any]:
    return steps_words(latest_steps(desk.session)) if desk.has_draft else []
