"""The page of one post, and what a person may do on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import ViewerRequest, signed_in
from accounts.filters import LARGEST_KEY
from accounts.models import User
from planner.models import Post
from planner.selectors.post_page import PostPage, post_page
from planner.services.post_deleting import posts_delete, posts_undelete
from planner.services.post_drafting import post_to_draft
from planner.services.post_errors import PostProblem

UNDO = "undo"  # what a toast with a button sends to the address in the message's tags


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: ViewerRequest, post_id: int) -> HttpResponse:
    """One post as a whole; a POST says in `do` what to do with it: delete, undo (of the deletion) or draft."""
    now = timezone.now()
    page = post_page(
        request.scope,
        post_id,
        now=now,
        history_before=read_key(request.GET.get("history", "")),
        changes_before=read_key(request.GET.get("changes", "")),
    )
    if page is None:
        raise Http404(_("There is no such post."))
    if request.method == "POST":
        _act(request, page, now)
        return redirect("planner:post", post_id)
    return TemplateResponse(request, "planner/post.html", {"page": page, "whole": page.whole, "now": now})


def _act(request: ViewerRequest, page: PostPage, now: datetime) -> None:
    deeds: dict[str, tuple[bool, Callable[..., str]]] = {
        "delete": (page.may.delete, _delete),
        UNDO: (page.may.undelete, _undelete),
        "draft": (page.may.draft, _draft),
    }
    allowed, act = deeds.get(request.POST.get("do", ""), (True, _nothing))
    if not page.may.copy:
        raise PermissionDenied(_("Your role lets you read this post, not change it."))
    if not allowed:
        messages.warning(request, _("The post has moved on, or your role does not reach that far. Nothing was done."))
        return
    try:
        said = act(post=page.post, actor=request.user, now=now)
    except PostProblem as problem:
        messages.warning(request, str(problem))
        return
    undo = reverse("planner:post", args=[page.post.pk]) if act is _delete else ""
    messages.info(request, said, extra_tags=undo)


def _delete(*, post: Post, actor: User, now: datetime) -> str:
    posts_delete(posts=[post], actor=actor, now=now)
    return _("The post is being deleted.")


def _undelete(*, post: Post, actor: User, now: datetime) -> str:
    if posts_undelete(posts=[post], actor=actor, now=now):
        return _("The post stays.")
    return _("Too late: HighLevel was told already.")


def _draft(*, post: Post, actor: User, now: datetime) -> str:
    post_to_draft(post=post, actor=actor, now=now)
    return _("The post is a draft again and will not go out.")


def _nothing(*, post: Post, actor: User, now: datetime) -> str:
    return _("Choose what to do with the post.")


def read_key(text: str) -> int | None:
    """A primary key in an address, or None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST_KEY else None
