"""A post in the composer: who writes where, what the fields showed, what is typed in them now."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from highlevel.models import Location
from planner.composer import fields
from planner.composer.conflicts import THEIRS
from planner.composer.fields import Field
from planner.composer.filling import new_sheet, sheet_of, when_fields
from planner.composer.parsing import asked_instant
from planner.composer.refusals import refusal_findings, refusal_of
from planner.composer.sheet import Sheet
from planner.composer.writing import Writing, page_in_conflict, page_sent, page_taken, takes
from planner.composing import Composition, composition_of
from planner.models import Post, PostStatus
from planner.networks import Finding
from planner.selectors.composer import composer_place
from planner.services.duplicates import Duplicate, Likeness, duplicates_of
from planner.services.post_gate import senders_in

DEEDS = {
    "draft": PostStatus.DRAFT.value,
    "schedule": PostStatus.SCHEDULED.value,
    "review": PostStatus.IN_REVIEW.value,
    "publish": PostStatus.PUBLISHED.value,
}


@dataclass(frozen=True, kw_only=True)
class Page(Writing):
    """`post` is the one that is edited, None for a new one; `version` is the post's."""

    post: Post | None
    written: tuple[Post, ...] = ()

    # What it makes

    @cached_property
    def may_send(self) -> bool:
        """Whether the person may decide that something goes out. One query."""
        return bool(senders_in(self.person, [self.place.location.pk]))

    @property
    def status(self) -> str:
        """What the pressed button asks for, else what most people come for."""
        usual = PostStatus.SCHEDULED.value if self.may_send else PostStatus.IN_REVIEW.value
        if self.post is not None and self.post.status == PostStatus.DRAFT and not self.sheet.one("day"):
            usual = PostStatus.DRAFT.value
        return DEEDS.get(self.deed, usual)

    def findings(self) -> list[Finding]:
        """What speaks against what it makes, and what HighLevel refused of it last. A query for a stored post."""
        refused = refusal_of(self.post) if self.post is not None else ""
        return [*super().findings(), *refusal_findings(refused, self.before, self.sheet)]

    @property
    def current(self) -> Sheet:
        return sheet_of(self.base, self.place.accounts, self.place.panels)

    @cached_property
    def duplicates(self) -> list[Duplicate]:
        """Stored posts that it repeats; one query."""
        mine = [self.post.pk] if self.post is not None else []
        (found,) = duplicates_of([self.composition], now=self.now, leaving_out=mine)
        return found

    @cached_property
    def repeated(self) -> list[tuple[Likeness, Post]]:
        """Those posts, each once and the most alike first, at most three. One query when there are any."""
        first = {one.post: one.likeness for one in reversed(self.duplicates)}
        keys = list(dict.fromkeys(one.post for one in self.duplicates))[:3]
        posts = Post.objects.select_related("location").defer("remote", "location__remote").in_bulk(keys)
        return [(first[key], posts[key]) for key in keys if key in posts]

    @cached_property
    def wants_reason(self) -> bool:
        """Whether saving takes a reason: it repeats something, it is no draft, and what makes it so was changed."""
        if self.composition.status == PostStatus.DRAFT or not self.duplicates:
            return False
        names = ("text", "accounts", "day", "time")
        changed = any(self.sheet.all(name) != self.before.all(name) for name in names)
        return self.post is None or changed or self.base.status == PostStatus.DRAFT

    # What it shows

    @cached_property
    def versions(self) -> list[fields.Version]:
        return fields.versions(self.place, self.sheet, self.verdict.slots) if self.post is None else []

    @property
    def text(self) -> Field:
        return self._field("text", _("Text"), "lines")

    @property
    def title(self) -> Field:
        return self._field("title", _("Title for the team"))

    @property
    def note(self) -> Field:
        return self._field("requester_note", _("Note to the approver"), "lines")

    @property
    def reason(self) -> Field:
        return self._field("reason", _("Reason to send it anyway"))

    @property
    def category(self) -> Field:
        names = [("", _("No category")), *((str(each.pk), each.name) for each in self.place.categories)]
        return self._field("category", _("Category"), "choice", names)

    @property
    def approver(self) -> Field:
        people = [("", _("Choose somebody")), *self.place.approvers]
        held = self.sheet.one("approver")
        if held and held not in dict(people):
            people.append((held, _("Somebody who has left HighLevel")))
        return self._field("approver", _("Who approves it"), "choice", people)

    @property
    def day(self) -> Field:
        return self._field("day", _("Date"), "day")

    @property
    def time(self) -> Field:
        return self._field("time", _("Time"), "clock")

    @property
    def schedule_said(self) -> list[object]:
        return list(self.verdict.slots.get("scheduled_at", []))

    # Where its parts answer

    @property
    def address(self) -> str:
        if self.post is not None:
            return reverse("planner:post_edit", args=[self.post.pk])
        return f"{reverse('planner:compose')}?location={self.location.pk}"

    @property
    def check_address(self) -> str:
        return reverse("planner:compose_check", args=[self.location.pk])

    @property
    def media_address(self) -> str:
        return reverse("planner:compose_media", args=[self.location.pk])

    @property
    def discard_address(self) -> str:
        return reverse("planner:compose_discard", args=[self.location.pk])

    @property
    def another_address(self) -> str:
        return f"{self.address}&new=1" if self.post is None else ""

    @property
    def kept_address(self) -> str:
        """Where the page opens again with what was typed."""
        return self.address if self.post is not None else f"{self.address}&draft={self.key}"


def page_opened(*, person: User, location: Location, post: Post | None, now: datetime) -> Page:
    """A page with nothing typed yet. Six queries beside those of the post's parts."""
    base = composition_of(post) if post is not None else Composition(location=location)
    place = composer_place(location, also=base.accounts)
    before = sheet_of(base, place.accounts, place.panels)
    return Page(
        person=person,
        place=place,
        post=post,
        key=uuid.uuid4(),
        version=post.version if post is not None else 0,
        base=base,
        before=before,
        sheet=new_sheet(base, place.accounts, place.panels) if post is None else before,
        now=now,
    )


def page_copied(page: Page, source: Post) -> Page:
    """A new page that says what a post says, without its date."""
    composition = replace(composition_of(source), scheduled_at=None, status=PostStatus.DRAFT.value, title=source.title)
    return replace(page, sheet=sheet_of(composition, page.place.accounts, page.place.panels))


def page_dated(page: Page, text: str) -> Page:
    """A new page with the date that an address asks for; without one that cannot be read or lies behind."""
    at = asked_instant(text, page.place)
    return replace(page, sheet=page.sheet.but(when_fields(at, page.location))) if at and at > page.now else page


def post_page_sent(page: Page, form: QueryDict) -> Page:
    """The page as its form was sent, with what its button asks for."""
    deed = form.get("do", "")
    return replace(page_sent(page, form), deed=deed if deed in DEEDS else "")


def post_in_conflict(page: Page) -> Page | None:
    """The page of a stored post with both versions side by side when it was changed meanwhile, else None."""
    found = page_in_conflict(page) if page.post is not None else None
    return replace(found, version=page.post.version) if found and page.post else None


def page_settled(page: Page, form: QueryDict) -> Page:
    """The page after somebody chose between both versions: what is taken from theirs stands in the fields."""
    take, deed = takes(form), page.deed
    if take.get("status") == THEIRS:
        deed = next((name for name, status in DEEDS.items() if status == page.before.one("status")), deed)
    return replace(page_taken(page, take), deed=deed)
