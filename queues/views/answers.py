"""What the editor answers: the whole page, or the list with the bar below it after something was done."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget, trigger_client_event

from accounts.access import ViewerRequest
from queues.models import CategoryQueue, EditSession
from queues.schedule import Cycle
from queues.selectors.editor import WINDOW, EditorPage, Underneath, editor_page, moved_underneath
from queues.views.desk import Desk

PAGE = "queues/editor.html"
CHANGED = "queues:draft-changed"


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the cycle that a person looks at: from a place on, what has the words, or what has errors."""

    skip: int = 0
    words: str = ""
    wrong: bool = False

    @classmethod
    def read(cls, given: QueryDict) -> Window:
        """From `skip`, `q` and `errors`; what is no number is the beginning."""
        skip, words = given.get("skip", ""), " ".join(given.get("q", "").replace("\0", "").split())[:200]
        number = int(skip) if skip.isascii() and skip.isdigit() and len(skip) < 10 else 0
        return cls(number // WINDOW * WINDOW, words, bool(given.get("errors")) and not words)

    @property
    def is_narrow(self) -> bool:
        """Whether items were looked for, wherever they stand."""
        return bool(self.words) or self.wrong

    def around(self, place: int) -> Window:
        """The window that shows a place."""
        return Window(place // WINDOW * WINDOW)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence about what was just done, whether it is trouble, and the items that it was done to."""

    text: str = ""
    trouble: bool = False
    keys: Collection[str] = ()
    picked: Collection[str] = ()


def editor_context(desk: Desk, *, window: Window, now: datetime, said: Said | None = None) -> dict[str, object]:
    """What the list and the bar are drawn from. Queries: those of `editor_page`."""
    page = editor_page(desk.session, now=now, skip=window.skip, words=window.words, wrong=window.wrong)
    skip = page.skip // WINDOW * WINDOW
    if skip != page.skip:
        page = editor_page(desk.session, now=now, skip=skip, words=window.words, wrong=window.wrong)
    return {
        "desk": desk,
        "queue": desk.queue,
        "place": desk.queue.location,
        "session": desk.session,
        "page": page,
        "window": replace(window, skip=skip),
        "pages": _pages(page),
        "said": said or Said(),
        "now": now,
    }


def editor_answer(
    request: ViewerRequest, desk: Desk, *, window: Window, now: datetime, said: Said, status: int = 200
) -> HttpResponse:
    """The answer to something that was done: the list with its bar, or without htmx the way back to the page."""
    if not request.htmx:
        if said.text:
            messages.add_message(request, messages.WARNING if said.trouble else messages.SUCCESS, said.text)
        return redirect(window_address(desk, window))
    context = editor_context(desk, window=window, now=now, said=said)
    answer = TemplateResponse(request, f"{PAGE}#answer", {**context, "fragment": True}, status=status)
    if request.htmx.target != "editor":
        retarget(answer, "#editor")
        reswap(answer, "outerHTML")
    return trigger_client_event(answer, CHANGED, {"queue": desk.queue.pk, "version": desk.session.version})


def whole_page(request: ViewerRequest, queue: CategoryQueue) -> HttpResponse:
    """The queue's page from the beginning, for what changes more than the list."""
    address = reverse("queues:queue_edit", args=[queue.pk])
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def window_address(desk: Desk, window: Window) -> str:
    """The page with a window of it."""
    address = reverse("queues:queue_edit", args=[desk.queue.pk])
    return f"{address}?skip={window.skip}" if window.skip else address


def underneath(desk: Desk) -> Underneath | None:
    """What became of the live queue since the draft began, None without a draft. One query."""
    return moved_underneath(desk.session) if desk.has_draft else None


def refreshed(desk: Desk) -> Desk:
    """The desk with the draft as it is stored now; the live queue when that was closed."""
    if desk.has_draft:
        rows = EditSession.objects.living().select_related("queue__location", "queue__category")
        held = rows.filter(pk=desk.session.pk).first()
        if held is not None:
            return Desk(held.queue, held, desk.may_write)
    return desk


def in_sheet(request: ViewerRequest) -> bool:
    """Whether a form is asked for in the page's dialog."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def _pages(page: EditorPage) -> dict[str, int | None]:
    """Where the windows before and after begin."""
    before = page.skip - WINDOW if page.skip else None
    after = page.skip + WINDOW if page.skip + WINDOW < page.total else None
    last = (page.total - 1) // WINDOW * WINDOW if after is not None else None
    return {"before": before, "after": after, "last": last, "end": min(page.skip + WINDOW, page.total)}


def places_of(cycle: Cycle, keys: Collection[str]) -> list[int]:
    """The places at which items stand, lowest first; strange keys are left out."""
    return sorted(cycle.places[key] for key in keys if key in cycle.places)
