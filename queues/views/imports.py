"""Published posts that join a queue."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import trigger_client_event

from accounts.access import ViewerRequest, signed_in
from queues.drafts import cycle_read
from queues.services.errors import DraftClosed, DraftMoved, NothingToImport
from queues.services.items import MOST_IMPORTED, items_import_published, posts_to_import
from queues.views.answers import Said, Window, editor_answer, in_sheet, refreshed
from queues.views.desk import Desk, desk_to_write, step
from queues.views.draft import MOVED

IMPORT_PAGE = 50


@signed_in
@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request", "HX-Target")
def items_import(request: ViewerRequest, queue_id: int) -> HttpResponse:
    """Take published posts of the category into the draft: the ticked ones, or with `do=all` every one."""
    desk = desk_to_write(request.user, queue_id)
    now = timezone.now()
    if request.method == "GET":
        return _offer(request, desk)
    everything = request.POST.get("do") == "all"
    posts = [int(text) for text in request.POST.getlist("post") if text.isdecimal() and len(text) < 19]
    if not everything and not posts:
        return _offer(request, desk, problem=_("Tick the posts that should join, or take all."), status=422)
    try:
        keys = step(
            desk,
            items_import_published,
            posts=None if everything else posts[:MOST_IMPORTED],
            version=_version(request),
            actor=request.user,
            now=now,
        )
    except NothingToImport as problem:
        return _offer(request, desk, problem=str(problem), status=422)
    except (DraftMoved, DraftClosed) as problem:
        return _tell_moved(_offer(request, refreshed(desk), problem=str(problem), status=409), desk)
    words = ngettext("%(number)d post joined at the end.", "%(number)d posts joined at the end.", len(keys))
    window = Window().around(cycle_read(desk.session.cycle).places[keys[0]])
    return editor_answer(request, desk, window=window, now=now, said=Said(words % {"number": len(keys)}, keys=keys))


def _version(request: ViewerRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _tell_moved(answer: HttpResponse, desk: Desk) -> HttpResponse:
    return trigger_client_event(answer, MOVED, {"queue": desk.queue.pk, "version": desk.session.version})


def _offer(request: ViewerRequest, desk: Desk, *, problem: str = "", status: int = 200) -> HttpResponse:
    found = Paginator(posts_to_import(desk.session).defer("remote", "details"), IMPORT_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "desk": desk,
        "queue": desk.queue,
        "place": desk.queue.location,
        "session": desk.session,
        "posts": found,
        "problem": problem,
        "most": MOST_IMPORTED,
    }
    page = "queues/import.html"
    return TemplateResponse(request, f"{page}#sheet" if in_sheet(request) else page, context, status=status)
