"""One page of the composer: who writes where, what the fields showed, what is typed in them now."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from highlevel.models import Location
from planner.composer import fields
from planner.composer.checking import Verdict, verdict_of
from planner.composer.conflicts import OURS, THEIRS, ConflictRow, conflict_rows, with_taken
from planner.composer.fields import Field
from planner.composer.filling import new_sheet, sheet_of, when_fields
from planner.composer.measuring import file_findings, foreign, looks_at, with_measured
from planner.composer.parsing import Parsed, asked_instant, compose
from planner.composer.previews import Counter, Preview, counters_of, previews_of
from planner.composer.sheet import Sheet
from planner.composing import Composition, composition_of
from planner.models import ComposerDraft, Post, PostStatus, PostType
from planner.selectors.composer import ComposerPlace, composer_place
from planner.services.duplicates import Duplicate, Likeness, duplicates_of
from planner.services.measuring import Measured, media_measured
from planner.services.post_gate import senders_in

DEEDS = {
    "draft": PostStatus.DRAFT.value,
    "schedule": PostStatus.SCHEDULED.value,
    "review": PostStatus.IN_REVIEW.value,
    "publish": PostStatus.PUBLISHED.value,
}


@dataclass(frozen=True)
class Page:
    """`post` is the one that is edited, None for a new one. `base` is what unchanged fields keep, `before` what the
    fields showed when the page was opened (of version `version`), `sheet` what stands in them now."""

    person: User
    place: ComposerPlace
    post: Post | None
    key: uuid.UUID
    version: int
    base: Composition
    before: Sheet
    sheet: Sheet
    now: datetime
    deed: str = ""
    draft: ComposerDraft | None = None
    refused: Verdict | None = None
    conflict: tuple[ConflictRow, ...] = ()
    written: tuple[Post, ...] = ()
    focus: str = ""

    # What it makes

    @cached_property
    def may_send(self) -> bool:
        """Whether the person may decide that something goes out. One query."""
        return bool(senders_in(self.person, [self.place.location.pk]))

    @cached_property
    def parsed(self) -> Parsed:
        """What the sheet composes: what the pressed button asks for, else what most people come for."""
        usual = PostStatus.SCHEDULED.value if self.may_send else PostStatus.IN_REVIEW.value
        if self.post is not None and self.post.status == PostStatus.DRAFT and not self.sheet.one("day"):
            usual = PostStatus.DRAFT.value
        status = DEEDS.get(self.deed, usual)
        made = compose(self.sheet, before=self.before, base=self.base, place=self.place, status=status)
        return replace(made, composition=with_measured(made.composition, self.base, self.measured))

    @cached_property
    def measured(self) -> Mapping[str, Measured]:
        """What is known of the files at foreign addresses."""
        return media_measured(self.foreign)

    @property
    def foreign(self) -> list[str]:
        """The addresses of files that are no uploads."""
        return foreign(self.sheet.all("media.url"))

    @property
    def composition(self) -> Composition:
        return self.parsed.composition

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

    @cached_property
    def verdict(self) -> Verdict:
        """What is said about it: once refused, all of it; while it is typed, gently."""
        return self.refused or self.judged(typing=True)

    def judged(self, *, typing: bool) -> Verdict:
        """What the gate and the look for duplicates say."""
        names = fields.slot_names(self.place, self.sheet)
        found = file_findings(self.composition, self.measured)
        return verdict_of(self.parsed, slots=names, may_send=self.may_send, now=self.now, typing=typing, also=found)

    @property
    def digest(self) -> str:
        """What stands in the fields, in short."""
        return self.sheet.digest

    def is_touched(self, opened: str) -> bool:
        """Whether the fields hold what is kept nowhere: since the page was opened with that digest, or since they
        were kept last."""
        if self.draft is not None:
            return not Sheet.read(self.draft.data).same_as(self.sheet)
        return bool(opened) and self.digest != opened

    # What it shows

    @property
    def location(self) -> Location:
        return self.place.location

    @property
    def signed_base(self) -> str:
        return self.before.signed()

    @cached_property
    def networks(self) -> list[fields.NetworkPanel]:
        return fields.account_panels(self.place, self.sheet, self.now)

    @cached_property
    def panels(self) -> list[fields.SettingsPanel]:
        return fields.settings_panels(self.place, self.sheet, self.verdict.slots)

    @cached_property
    def versions(self) -> list[fields.Version]:
        return fields.versions(self.place, self.sheet, self.verdict.slots) if self.post is None else []

    @cached_property
    def media(self) -> list[fields.MediaRow]:
        items = self.composition.media
        uploads = self.place.uploads(item.url for item in items)
        looks = looks_at(self.location, items, self.measured)
        return fields.media_rows(self.sheet, items, self.verdict.slots, uploads, looks)

    @cached_property
    def card(self) -> list[Field]:
        return fields.preview_fields(self.sheet, self.verdict.slots)

    @cached_property
    def counters(self) -> list[Counter]:
        return counters_of(self.composition)

    @cached_property
    def previews(self) -> list[Preview]:
        return previews_of(self.composition)

    @property
    def text(self) -> Field:
        return self._field("text", _("Text"), "lines")

    @property
    def title(self) -> Field:
        return self._field("title", _("Title for the team"))

    @property
    def comment(self) -> Field:
        return self._field("follow_up_comment", _("Follow-up comment"), "lines")

    @property
    def note(self) -> Field:
        return self._field("requester_note", _("Note to the approver"), "lines")

    @property
    def reason(self) -> Field:
        return self._field("reason", _("Why it shall go out all the same"))

    @property
    def watermark(self) -> Field:
        return self._field("apply_watermark", _("Put the account's watermark on the images"), "flag")

    @property
    def kind(self) -> Field:
        return self._field("type", _("Kind of post"), "choice", PostType.choices)

    @property
    def category(self) -> Field:
        names = [("", _("No category")), *((str(each.pk), each.name) for each in self.place.categories)]
        return self._field("category", _("Category"), "choice", names)

    @property
    def tags(self) -> Field:
        return self._field("tags", _("Tags"), "several", [(str(tag.pk), tag.name) for tag in self.place.tags])

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
    def accounts_said(self) -> list[object]:
        return list(self.verdict.slots.get("accounts", []))

    @property
    def schedule_said(self) -> list[object]:
        return list(self.verdict.slots.get("scheduled_at", []))

    @property
    def media_said(self) -> list[object]:
        return list(self.verdict.slots.get("media", []))

    def _field(self, name: str, label: str, kind: str = "text", options: object = ()) -> Field:
        return fields.plain_field(self.sheet, self.verdict.slots, name, label, kind, options)  # type: ignore[arg-type]

    # Where its parts answer

    @property
    def address(self) -> str:
        """Where the form goes."""
        if self.post is not None:
            return reverse("planner:post_edit", args=[self.post.pk])
        return f"{reverse('planner:compose')}?location={self.location.pk}"

    @property
    def check_address(self) -> str:
        return reverse("planner:compose_check", args=[self.location.pk])

    @property
    def upload_address(self) -> str:
        return reverse("planner:upload_create", args=[self.location.pk])

    @property
    def media_address(self) -> str:
        return reverse("planner:compose_media", args=[self.location.pk])

    @property
    def discard_address(self) -> str:
        return reverse("planner:compose_discard", args=[self.location.pk])

    @property
    def kept_address(self) -> str:
        """Where the page opens again with what was typed."""
        return self.address if self.post is not None else f"{self.address}&draft={self.key}"


def page_opened(*, person: User, location: Location, post: Post | None, now: datetime) -> Page:
    """A page with nothing typed yet. Six queries beside those of the post's parts."""
    base = composition_of(post) if post is not None else Composition(location=location)
    place = composer_place(location, also=base.accounts)
    sheet = sheet_of(base, place.accounts, place.panels)
    version = post.version if post is not None else 0
    opened = new_sheet(base, place.accounts, place.panels) if post is None else sheet
    return Page(person, place, post, uuid.uuid4(), version, base, sheet, opened, now)


def page_copied(page: Page, source: Post) -> Page:
    """A new page that says what a post says, without its date."""
    composition = replace(composition_of(source), scheduled_at=None, status=PostStatus.DRAFT.value, title=source.title)
    return replace(page, sheet=sheet_of(composition, page.place.accounts, page.place.panels))


def page_dated(page: Page, text: str) -> Page:
    """A new page with the date that an address asks for; without one that cannot be read or lies behind."""
    at = asked_instant(text, page.place)
    return replace(page, sheet=page.sheet.but(when_fields(at, page.location))) if at and at > page.now else page


def page_kept(page: Page, draft: ComposerDraft) -> Page:
    """The page as it was kept."""
    before = Sheet.read(draft.base)
    return replace(page, key=draft.key, version=draft.version, before=before, sheet=Sheet.read(draft.data), draft=draft)


def page_sent(page: Page, form: QueryDict) -> Page:
    """The page as its form was sent. A form without the key or the base of a page of ours starts from this one."""
    before = Sheet.unsign(form.get("base", "")) or page.before
    version, key = form.get("version", ""), form.get("key", "")
    return replace(
        page,
        key=_key(key) or page.key,
        version=int(version) if version.isdecimal() and len(version) < 10 else page.version,
        before=before,
        sheet=Sheet.sent(form),
        deed=form.get("do", "") if form.get("do", "") in DEEDS else "",
    )


def page_in_conflict(page: Page) -> Page | None:
    """The page with both versions side by side when the post was changed after it was opened, else None.

    From then on it stands on the version that is there now, and what is typed is ours.
    """
    if page.post is None:
        return None
    current = sheet_of(page.base, page.place.accounts, page.place.panels)
    if current.same_as(page.before) or current.same_as(page.sheet):
        return None
    rows = conflict_rows(page.before, page.sheet, current, page.place)
    return replace(page, before=current, version=page.post.version, conflict=tuple(rows)) if rows else None


def page_settled(page: Page, form: QueryDict) -> Page:
    """The page after somebody chose between both versions: what is taken from theirs stands in the fields."""
    take = takes(form)
    if not take:
        return page
    sheet = with_taken(page.sheet, page.before, take)
    deed = page.deed
    if take.get("status") == THEIRS:
        deed = next((name for name, status in DEEDS.items() if status == page.before.one("status")), deed)
    return replace(page, sheet=sheet, deed=deed)


def takes(form: QueryDict) -> Mapping[str, str]:
    """What was chosen between two versions, by what it is about."""
    chosen = {name.removeprefix("take."): value for name, value in form.items() if name.startswith("take.")}
    return {name: value for name, value in chosen.items() if value in (OURS, THEIRS)}


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
