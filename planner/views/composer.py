"""The composer: writing a post for a client, and changing one."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from accounts.access import WRITERS, ViewerRequest, location_member, locations_for, require_role, signed_in
from highlevel.models import Location
from planner.composer.measuring import look_at
from planner.composer.page import Page, page_copied, page_dated, page_opened, post_page_sent
from planner.composer.saving import Saved, page_save
from planner.composer.steps import page_stepped, page_with_added
from planner.composer.writing import page_kept
from planner.models import ComposerDraft, Post
from planner.selectors.composer import drafts_of, siblings_of
from planner.services.composer_drafts import draft_discard, draft_keep
from planner.services.measuring import media_measure_ask
from planner.services.post_errors import NotEditable
from planner.services.post_gate import require_editable

PAGE = "planner/composer/compose.html"
LISTED = 50  # clients to choose from at a time
LONGEST = 4096  # characters of an address


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def compose(request: ViewerRequest) -> HttpResponse:
    """A new post for the chosen client. `at` is a date for it, `copy` a post to begin with, `draft` one that was kept;
    `new` begins with nothing even if something is unfinished."""
    location = request.scope.location
    if location is None:
        return _choose_client(request)
    require_role(request.user, location, *WRITERS)
    page = page_opened(person=request.user, location=location, post=None, now=timezone.now())
    if request.method == "POST":
        return _save(request, page_with_added(post_page_sent(page, request.POST), request.POST))
    return _show(request, _begun(request, page))


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def post_edit(request: ViewerRequest, post_id: int) -> HttpResponse:
    """A stored post in the composer. One that is out of reach says why, and what can be done instead."""
    post = _post(request, post_id)
    require_role(request.user, post.location, *WRITERS)
    try:
        require_editable(post)
    except NotEditable as problem:
        return TemplateResponse(request, "planner/composer/closed.html", {"post": post, "problem": problem}, status=409)
    page = page_opened(person=request.user, location=post.location, post=post, now=timezone.now())
    if request.method == "POST":
        return _save(request, page_with_added(post_page_sent(page, request.POST), request.POST))
    draft = ComposerDraft.objects.filter(person=request.user, post=post).first()
    return _show(request, page_kept(page, draft) if draft else page)


@location_member(*WRITERS)
@require_POST
def compose_check(request: ViewerRequest, location: Location) -> HttpResponse:
    """Previews, counters and findings of what is typed, which is kept on the way."""
    page = _sent_page(request, location)
    draft = None
    if page.is_touched(request.POST.get("opened", "")):
        draft = draft_keep(page, post=page.post, now=page.now)
    media_measure_ask(page.foreign, person=request.user)
    said = [name for name in request.POST.getlist("said") if name not in page.verdict.slots]
    context = {"page": page, "draft": draft, "emptied": said}
    answer = TemplateResponse(request, "planner/composer/check.html", context)
    if draft is not None:
        answer["HX-Replace-Url"] = page.kept_address
    return answer


@location_member(*WRITERS)
@require_POST
def compose_media(request: ViewerRequest, location: Location) -> HttpResponse:
    """The files after one was added, moved or removed, as `do` says; without htmx the whole page."""
    page = page_stepped(_sent_page(request, location), request.POST)
    if not request.htmx:
        return _show(request, page)
    media_measure_ask(page.foreign, person=request.user)
    return TemplateResponse(request, "planner/composer/_media.html", {"page": page})


@location_member(*WRITERS)
@require_safe
@never_cache
def compose_measured(request: ViewerRequest, location: Location) -> HttpResponse:
    """What is known of the file at the address in `url`. The answer is a fragment that asks again by itself until all
    is known; then the page is checked anew."""
    look = look_at(location, request.GET.get("url", "").strip()[:LONGEST])
    answer = TemplateResponse(request, "planner/composer/_measured.html", {"look": look, "location": location})
    return answer if look.wait else trigger_client_event(answer, "planner:check")


@location_member(*WRITERS)
@require_POST
def compose_discard(request: ViewerRequest, location: Location) -> HttpResponse:
    """Throw away what was kept of a page, and begin again."""
    page = _sent_page(request, location)
    draft_discard(person=request.user, key=page.key)
    messages.info(request, _("What was kept is thrown away."))
    return redirect(page.address if page.post is not None else f"{page.address}&new=1")


def _begun(request: ViewerRequest, page: Page) -> Page:
    asked = request.GET
    copied = asked.get("copy", "")
    if copied.isdecimal() and len(copied) < 19:
        return page_copied(page, _post(request, int(copied)))
    if asked.get("at"):
        return page_dated(page, asked["at"])
    if "new" in asked:
        return page
    kept = drafts_of(request.user, page.location)
    wanted = next((draft for draft in kept if str(draft.key) == asked.get("draft")), None)
    draft = wanted or (kept[0] if kept and "draft" not in asked else None)
    return page_kept(page, draft) if draft else page


def _save(request: ViewerRequest, page: Page) -> HttpResponse:
    outcome = page_save(page, request.POST)
    if not isinstance(outcome, Saved):
        return _show(request, outcome, status=409 if outcome.conflict or outcome.written else 422)
    messages.success(request, outcome.sentence)
    address = reverse("planner:post", args=[outcome.posts[0].pk])
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _show(request: ViewerRequest, page: Page, *, status: int = 200) -> HttpResponse:
    media_measure_ask(page.foreign, person=request.user)
    drafts = drafts_of(request.user, page.location) if page.post is None else []
    context = {
        "page": page,
        "drafts": [draft for draft in drafts if draft.key != page.key],
        "siblings": siblings_of(page.post) if page.post is not None else [],
    }
    piece = request.htmx and request.method == "POST"
    return TemplateResponse(request, f"{PAGE}#composer" if piece else PAGE, context, status=status)


def _choose_client(request: ViewerRequest) -> HttpResponse:
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    places = locations_for(request.user, *WRITERS).filter(name__icontains=text).order_by("name")
    found = list(places.only("name", "colour", "timezone")[: LISTED + 1])
    kept = {name: request.GET[name] for name in ("at", "copy") if name in request.GET}
    context = {"places": found[:LISTED], "more": len(found) > LISTED, "text": text, "kept": kept}
    return TemplateResponse(request, "planner/composer/clients.html", context)


def _sent_page(request: ViewerRequest, location: Location) -> Page:
    """The page whose form was sent: of a new post at the location, or of the post that it names."""
    number = request.POST.get("post", "")
    post = _post(request, int(number), location=location) if number.isdecimal() and len(number) < 19 else None
    page = page_opened(person=request.user, location=location, post=post, now=timezone.now())
    page = post_page_sent(page, request.POST)
    return replace(page, draft=ComposerDraft.objects.filter(person=request.user, key=page.key).first())


def _post(request: ViewerRequest, pk: int, **more: Location) -> Post:
    posts = Post.objects.visible_to(request.user).filter(**more).select_related("location", "category")
    light = posts.defer("remote", "location__remote", "category__remote")
    return get_object_or_404(light.prefetch_related("targets__account", "media", "tags"), pk=pk)
