"""Saving a page of the composer: what stands in the way comes back as the page, with the reason at its place."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.look import long_time
from planner.composer.checking import Said, Verdict
from planner.composer.page import Page, page_opened, page_settled, post_in_conflict
from planner.composing import composition_of, siblings
from planner.models import Post, PostStatus
from planner.selectors.composer import written_with
from planner.services.composer_drafts import draft_discard
from planner.services.post_checks import post_checks_plan
from planner.services.post_columns import told_between
from planner.services.post_errors import EditConflict, NobodySpeaks, NotEditable
from planner.services.post_writing import Order, post_rewrite, posts_write

OF_SENDING = frozenset({"status", "scheduled_at", "approver", "requester_note"})


@dataclass(frozen=True, slots=True)
class Saved:
    """The posts that were written, and a sentence for the person."""

    posts: list[Post]
    sentence: str


def page_save(page: Page, form: QueryDict) -> Saved | Page:
    """Write what the page says, as its button asks; or the page with what stands in the way: findings, a conflict, or
    posts that were written from it before. What was kept of it goes once it is written."""
    page = page_settled(page, form)
    conflict = post_in_conflict(page)
    if conflict is not None:
        return conflict
    if page.post is None and (written := written_with(page.key)):
        return _again(page, written)
    verdict = _judged(page)
    if verdict.errors:
        return replace(page, refused=verdict)
    try:
        posts = _write(page)
    except EditConflict as problem:
        fresh = page_opened(person=page.person, location=page.location, post=problem.post, now=page.now)
        moved = replace(page, post=problem.post, base=fresh.base)
        return post_in_conflict(moved) or replace(moved, version=problem.post.version)
    except (NobodySpeaks, NotEditable) as problem:
        return replace(page, refused=Verdict((Said("", "error", str(problem)), *verdict.said)))
    post_checks_plan(posts=posts, now=page.now)
    draft_discard(person=page.person, key=page.key)
    return Saved(posts, _sentence(page, posts))


def _judged(page: Page) -> Verdict:
    verdict = page.judged(typing=False)
    if page.deed == "":
        said = Said("", "error", _("Say what to do with it: save it as a draft, schedule it, or publish it."))
        return replace(verdict, said=(said, *verdict.said))
    if page.wants_reason and not page.sheet.one("reason").strip():
        said = Said("reason", "error", _("It repeats something. Give a reason to send it anyway."))
        return replace(verdict, said=(said, *verdict.said))
    return verdict


def _write(page: Page) -> list[Post]:
    reason = page.sheet.one("reason").strip() if page.duplicates else ""
    if page.post is None:
        order = Order(page.composition, page.key, reason)
        return posts_write(order=order, actor=page.person, now=page.now)
    post = post_rewrite(
        post=page.post,
        version=page.post.version,
        composition=page.composition,
        actor=page.person,
        now=page.now,
        reason=reason,
    )
    return [post]


def _again(page: Page, written: list[Post]) -> Saved | Page:
    """The form came twice: by a double click it says the same, from the back button perhaps something new."""
    parts = siblings(page.composition)
    pairs = zip(written, parts, strict=False)
    same = all(told_between(composition_of(post), part).keys() <= OF_SENDING for post, part in pairs)
    if same and len(parts) == len(written):
        draft_discard(person=page.person, key=page.key)
        return Saved(written, _("It was saved already."))
    return replace(page, key=uuid.uuid4(), written=tuple(written))


def _sentence(page: Page, posts: list[Post]) -> str:
    composed = page.composition
    if composed.status == PostStatus.PUBLISHED:
        return _("It goes out now.")
    if composed.status == PostStatus.IN_REVIEW:
        return _("It is sent for approval.")
    if composed.status == PostStatus.SCHEDULED and composed.scheduled_at is not None:
        words = {"number": len(posts), "when": long_time(composed.scheduled_at, page.location)}
        return (
            ngettext("It is scheduled for %(when)s.", "%(number)d posts are scheduled for %(when)s.", len(posts))
            % words
        )
    return _("The draft is saved.")
