"""Writing in a draft: editing an item, a new one, and published posts that join."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import trigger_client_event

from accounts.access import ViewerRequest, signed_in
from accounts.models import ConnectedAccount
from queues.drafts import cycle_read
from queues.item_form import ItemForm
from queues.selectors.editor import editor_line
from queues.services.errors import DraftClosed, DraftMoved, NoSuchItem, NothingToImport, QueueProblem
from queues.services.items import MOST_IMPORTED, item_add, items_import_published, posts_to_import
from queues.services.items import item_edit as edit_item
from queues.views.answers import Said, Window, editor_answer, in_sheet, refreshed
from queues.views.desk import Desk, desk_to_write, step
from queues.views.draft import MOVED

IMPORT_PAGE = 50
PLACES = ("bottom", "top")


@signed_in
@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request", "HX-Target")
def item_edit(request: ViewerRequest, queue_id: int, key: str) -> HttpResponse:
    """One item with its wordings, accounts, pictures and comment. `do` is `save`, or a button of the form itself."""
    desk = desk_to_write(request.user, queue_id)
    now = timezone.now()
    line = editor_line(desk.session, key, now=now)
    if line is None:
        if request.method == "POST" and request.htmx:
            said = Said(str(NoSuchItem()), True)
            return editor_answer(request, desk, window=Window(), now=now, said=said, status=409)
        raise Http404(_("This post is not in the queue any more."))
    content = line.content
    accounts = _accounts(desk)
    window = Window().around(line.place)
    if request.method == "GET":
        return _form(request, desk, ItemForm.of(content), accounts, line=line)
    form = ItemForm.read(request.POST, content)
    changed = form.changed(request.POST.get("do", ""))
    if changed is not None:
        return _form(request, desk, changed, accounts, line=line, status=422 if changed.errors else 200)
    form = form.checked(accounts)
    if form.errors:
        return _form(request, desk, form, accounts, line=line, status=422)
    edits = form.edits(content)
    if not edits:
        said = Said(_("Nothing was changed."))
        return editor_answer(request, desk, window=window, now=now, said=said)
    try:
        step(desk, edit_item, key=key, edits=edits, version=_version(request), actor=request.user, now=now)
    except QueueProblem as problem:
        return _refused(request, desk, form, accounts, problem, line=line)
    return editor_answer(request, desk, window=window, now=now, said=Said(_("The post is edited."), keys=[key]))


@signed_in
@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request", "HX-Target")
def item_new(request: ViewerRequest, queue_id: int) -> HttpResponse:
    """Write a new item, which goes next (`top`) or last (`bottom`)."""
    desk = desk_to_write(request.user, queue_id)
    now = timezone.now()
    accounts = _accounts(desk)
    if request.method == "GET":
        usual = tuple(account.remote_id for account in accounts if len(accounts) == 1)
        return _form(request, desk, ItemForm(account_ids=usual), accounts)
    form = ItemForm.read(request.POST, {})
    changed = form.changed(request.POST.get("do", ""))
    if changed is not None:
        return _form(request, desk, changed, accounts, status=422 if changed.errors else 200)
    form = form.checked(accounts)
    if form.errors:
        return _form(request, desk, form, accounts, status=422)
    place = request.POST.get("place") if request.POST.get("place") in PLACES else "bottom"
    content = {name: value for name, value in form.content({}).items() if value} | {"type": "post"}
    try:
        key = step(desk, item_add, content=content, place=place, version=_version(request), actor=request.user, now=now)
    except QueueProblem as problem:
        return _refused(request, desk, form, accounts, problem)
    window = Window().around(cycle_read(desk.session.cycle).places[key])
    return editor_answer(request, desk, window=window, now=now, said=Said(_("The post is added."), keys=[key]))


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


def _accounts(desk: Desk) -> list[ConnectedAccount]:
    rows = ConnectedAccount.objects.present().filter(location=desk.queue.location_id)
    return list(rows.defer("remote", "avatar").order_by("platform", "name", "pk"))


def _version(request: ViewerRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _refused(
    request: ViewerRequest,
    desk: Desk,
    form: ItemForm,
    accounts: list[ConnectedAccount],
    problem: QueueProblem,
    line: Any = None,
) -> HttpResponse:
    """The form with what was typed and why it was not taken. Where the draft had moved on, sending it again will do."""
    moved = isinstance(problem, DraftMoved | DraftClosed)
    fresh = refreshed(desk) if moved else desk
    answer = _form(request, fresh, form, accounts, line=line, problem=str(problem), status=409 if moved else 422)
    return _tell_moved(answer, fresh) if moved else answer


def _tell_moved(answer: HttpResponse, desk: Desk) -> HttpResponse:
    return trigger_client_event(answer, MOVED, {"queue": desk.queue.pk, "version": desk.session.version})


def _form(
    request: ViewerRequest,
    desk: Desk,
    form: ItemForm,
    accounts: list[ConnectedAccount],
    *,
    line: Any = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "desk": desk,
        "queue": desk.queue,
        "place": desk.queue.location,
        "session": desk.session,
        "form": form,
        "wordings": list(zip(form.wordings, form.origins, strict=True)),
        "accounts": accounts,
        "line": line,
        "problem": problem,
        "focus_last": request.POST.get("do") == "word",
    }
    page = "queues/item.html"
    return TemplateResponse(request, f"{page}#sheet" if in_sheet(request) else page, context, status=status)


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
