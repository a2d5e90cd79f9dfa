"""Writing in a draft: an item of the queue in the composer, and a new one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from accounts.access import ViewerRequest, signed_in
from planner.composer.checking import Said, Verdict
from planner.composer.steps import page_stepped, page_with_added
from planner.composer.writing import page_in_conflict, page_kept, page_taken, takes
from planner.models import ComposerDraft
from planner.services.composer_drafts import draft_discard, draft_keep
from planner.services.measuring import media_measure_ask
from queues.composer.page import KEEP, ItemPage, item_page, item_page_sent, item_page_stepped
from queues.drafts import cycle_read
from queues.selectors.editor import editor_line
from queues.services.errors import DraftClosed, DraftMoved, NoSuchItem, QueueProblem
from queues.services.items import item_add, item_reset
from queues.services.items import item_edit as edit_item
from queues.services.sessions import session_join
from queues.views.answers import Window, window_address
from queues.views.desk import Desk, desk_to_write, step

PAGE = "queues/item.html"
TEXT_STEPS = ("text", "earlier", "later", "drop")
MEDIA_STEPS = ("add", "up", "down", "remove")


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def item_edit(request: ViewerRequest, queue_id: int, key: str) -> HttpResponse:
    """One item in the composer. `do` is `save`, `keep` (with its errors), `reset`, or a small step of the page."""
    desk = desk_to_write(request.user, queue_id)
    now = timezone.now()
    line = editor_line(desk.session, key, now=now)
    if line is None and request.method == "GET":
        raise Http404(_("This post is not in the queue any more."))
    back = window_address(desk, Window().around(line.place)) if line is not None else ""
    page = item_page(person=request.user, session=desk.session, line=line, back=back, now=now)
    if line is None:
        return _orphaned(request, desk, page)
    if request.method == "GET":
        return _show(request, desk, _begun(page))
    if request.POST.get("do") == "reset":
        return _reset(request, desk, page)
    return _answer(request, desk, page)


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def item_new(request: ViewerRequest, queue_id: int) -> HttpResponse:
    """A new item in the composer, which goes next (`joins=top`) or last (`bottom`)."""
    desk = desk_to_write(request.user, queue_id)
    back = window_address(desk, Window())
    page = item_page(person=request.user, session=desk.session, line=None, back=back, now=timezone.now())
    return _show(request, desk, _begun(page)) if request.method == "GET" else _answer(request, desk, page)


def _begun(page: ItemPage) -> ItemPage:
    draft = ComposerDraft.objects.filter(person=page.person, subject=page.subject).first()
    return page_kept(page, draft) if draft else page


def _answer(request: ViewerRequest, desk: Desk, page: ItemPage) -> HttpResponse:
    page = item_page_sent(page, request.POST)
    page = replace(page, draft=ComposerDraft.objects.filter(person=request.user, key=page.key).first())
    verb = request.POST.get("do", "").partition(":")[0]
    if verb == "check":
        return _check(request, desk, page)
    if verb == "discard":
        draft_discard(person=request.user, key=page.key)
        messages.info(request, _("What was kept is thrown away."))
        return redirect(page.address)
    if verb in MEDIA_STEPS:
        return _show(request, desk, page_stepped(page, request.POST), piece="planner/composer/_media.html")
    if verb in TEXT_STEPS:
        return _show(request, desk, item_page_stepped(page, request.POST), piece="queues/_item_texts.html")
    return _save(request, desk, page_with_added(page, request.POST))


def _check(request: ViewerRequest, desk: Desk, page: ItemPage) -> HttpResponse:
    """Previews, counters and findings of what is typed, which is kept on the way. Whoever types is at the draft."""
    if desk.has_draft:
        session_join(session=desk.session, user=request.user, now=page.now)
    draft = None
    if page.is_touched(request.POST.get("opened", "")):
        draft = draft_keep(page, subject=page.subject, now=page.now)
    media_measure_ask(page.foreign, person=request.user)
    said = [name for name in request.POST.getlist("said") if name not in page.verdict.slots]
    return TemplateResponse(request, "queues/item_check.html", {"page": page, "draft": draft, "emptied": said})


def _save(request: ViewerRequest, desk: Desk, page: ItemPage) -> HttpResponse:
    page = page_taken(page, takes(request.POST))
    conflict = page_in_conflict(page) if page.line is not None else None
    if conflict is not None:
        return _show(request, desk, replace(conflict, deed=page.deed or KEEP), status=409)
    verdict = page.judged(typing=False)
    if verdict.errors and not (page.deed == KEEP and page.may_be_kept):
        return _show(request, desk, replace(page, refused=verdict), status=422)
    try:
        key = _write(desk, page)
    except QueueProblem as problem:
        status = 409 if isinstance(problem, DraftMoved | DraftClosed) else 422
        return _show(request, desk, _refused(page, str(problem)), status=status)
    draft_discard(person=request.user, key=page.key)
    _tell(request, page, verdict)
    place = cycle_read(desk.session.cycle).places[key]
    return _leave(request, f"{window_address(desk, Window().around(place))}#item-{key}")


def _write(desk: Desk, page: ItemPage) -> str:
    """Have the draft say what the page says; returns the key of the item. Raises what the steps raise.

    Only what the page is about can come in between, and that has been looked at, so it is the draft as it is now that
    is changed.
    """
    if page.line is None:
        return str(_step(desk, page, item_add, content=page.made, place=page.joins))
    if page.edits:
        _step(desk, page, edit_item, key=page.line.key, edits=page.edits)
    return page.line.key


def _step(desk: Desk, page: ItemPage, verb: Callable[..., Any], **arguments: Any) -> Any:
    return step(desk, verb, version=desk.session.version, actor=page.person, now=page.now, **arguments)


def _tell(request: ViewerRequest, page: ItemPage, verdict: Verdict) -> None:
    if verdict.errors:
        said = ngettext(
            "Kept in the draft with %(number)d error. HighLevel may refuse it, or the network leaves the post out.",
            "Kept in the draft with %(number)d errors. HighLevel may refuse it, or the network leaves the post out.",
            len(verdict.errors),
        )
        messages.warning(request, said % {"number": len(verdict.errors)})
    elif page.line is None:
        messages.success(request, _("The post is added."))
    else:
        messages.success(request, _("The post is edited.") if page.edits else _("Nothing was changed."))


def _reset(request: ViewerRequest, desk: Desk, page: ItemPage) -> HttpResponse:
    """The item as its original post has it; what was typed goes."""
    page = item_page_sent(page, request.POST)
    assert page.line is not None
    try:
        _step(desk, page, item_reset, keys=[page.line.key])
    except QueueProblem as problem:
        return _show(request, desk, _refused(page, str(problem)), status=422)
    draft_discard(person=request.user, key=page.key)
    messages.success(request, _("The post is as its original again."))
    return _leave(request, page.address)


def _orphaned(request: ViewerRequest, desk: Desk, page: ItemPage) -> HttpResponse:
    """What was typed for an item that is not there any more, as a new one."""
    page = replace(page, back=window_address(desk, Window()))
    held = replace(item_page_sent(page, request.POST), before=page.before, key=page.key)
    hint = _("What you wrote is kept below. Add it as a new post, or leave it.")
    answer = _show(request, desk, _refused(held, f"{NoSuchItem()} {hint}"), status=409)
    return reswap(retarget(answer, "#composer"), "outerHTML")


def _refused(page: ItemPage, words: str) -> ItemPage:
    return replace(page, refused=Verdict((Said("", "error", words), *page.judged(typing=False).said)))


def _show(
    request: ViewerRequest, desk: Desk, page: ItemPage, *, piece: str = f"{PAGE}#composer", status: int = 200
) -> HttpResponse:
    """The page, or the piece of it that htmx asked for."""
    media_measure_ask(page.foreign, person=request.user)
    context = {"page": page, "desk": desk, "queue": desk.queue, "place": desk.queue.location, "session": desk.session}
    asked = request.htmx and request.method == "POST"
    return TemplateResponse(request, piece if asked else PAGE, context, status=status)


def _leave(request: ViewerRequest, address: str) -> HttpResponse:
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
