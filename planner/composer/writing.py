"""What every page of the composer has, whatever is written on it: fields, what they make, and what is said of it."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from highlevel.models import Location
from planner.composer import fields
from planner.composer.checking import Verdict, findings_of, verdict_of
from planner.composer.conflicts import OURS, THEIRS, ConflictRow, conflict_rows, with_taken
from planner.composer.fields import Field
from planner.composer.measuring import file_findings, foreign, looks_at, with_measured
from planner.composer.parsing import Parsed, compose
from planner.composer.previews import Counter, Preview, counters_of, previews_of
from planner.composer.sheet import Sheet
from planner.composing import Composition
from planner.models import ComposerDraft, PostType
from planner.networks import Finding
from planner.selectors.composer import ComposerPlace
from planner.services.measuring import Measured, media_measured


@dataclass(frozen=True, kw_only=True)
class Writing(ABC):
    """A person writes something for a client. `base` is what unchanged fields keep, `before` what the fields showed
    when the page was opened (of version `version`), `sheet` what stands in them now.

    Whatever is written says in a class of its own what it becomes (`status`), who may do that, and where its page is.
    """

    person: User
    place: ComposerPlace
    key: uuid.UUID
    base: Composition
    before: Sheet
    sheet: Sheet
    now: datetime
    version: int = 0
    deed: str = ""
    draft: ComposerDraft | None = None
    refused: Verdict | None = None
    conflict: tuple[ConflictRow, ...] = ()
    focus: str = ""

    # What it makes

    @property
    @abstractmethod
    def status(self) -> str:
        """What it shall become."""

    @property
    @abstractmethod
    def may_send(self) -> bool:
        """Whether the person may decide that something goes out."""

    @property
    @abstractmethod
    def current(self) -> Sheet:
        """What the fields show for `base`."""

    @cached_property
    def parsed(self) -> Parsed:
        """What the sheet composes, with what its files were measured to be."""
        made = compose(self.sheet, before=self.before, base=self.base, place=self.place, status=self.status)
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
    def verdict(self) -> Verdict:
        """What is said about it: once refused, all of it; while it is typed, gently."""
        return self.refused or self.judged(typing=True)

    def judged(self, *, typing: bool) -> Verdict:
        """What the gate and the look at the files say."""
        found = [*file_findings(self.composition, self.measured), *self.findings()]
        return verdict_of(self.problems, found, slots=self.slots, typing=typing)

    @property
    def problems(self) -> tuple[Finding, ...]:
        """What of the sheet cannot be read."""
        return self.parsed.problems

    def findings(self) -> list[Finding]:
        """What speaks against what it makes."""
        return findings_of(self.composition, may_send=self.may_send, now=self.now)

    @property
    def slots(self) -> Iterable[str]:
        """The fields of the page at which something can be said."""
        return fields.slot_names(self.place, self.sheet)

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

    @property
    def goes_out_at(self) -> datetime | None:
        """When it goes out, an aware instant; None when nobody knows."""
        return self.parsed.when.at if self.parsed.when else None

    @cached_property
    def networks(self) -> list[fields.NetworkPanel]:
        return fields.account_panels(self.place, self.sheet, self.now)

    @cached_property
    def panels(self) -> list[fields.SettingsPanel]:
        return fields.settings_panels(self.place, self.sheet, self.verdict.slots)

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
    def comment(self) -> Field:
        return self._field("follow_up_comment", _("Follow-up comment"), "lines")

    @property
    def watermark(self) -> Field:
        return self._field("apply_watermark", _("Put the account's watermark on the images"), "flag")

    @property
    def kind(self) -> Field:
        return self._field("type", _("Kind of post"), "choice", PostType.choices)

    @property
    def tags(self) -> Field:
        return self._field("tags", _("Tags"), "several", [(str(tag.pk), tag.name) for tag in self.place.tags])

    @property
    def accounts_said(self) -> list[object]:
        return list(self.verdict.slots.get("accounts", []))

    @property
    def media_said(self) -> list[object]:
        return list(self.verdict.slots.get("media", []))

    def _field(self, name: str, label: str, kind: str = "text", options: object = ()) -> Field:
        return fields.plain_field(self.sheet, self.verdict.slots, name, label, kind, options)  # type: ignore[arg-type]

    # Where its parts answer

    @property
    @abstractmethod
    def address(self) -> str:
        """Where the form goes."""

    @property
    @abstractmethod
    def media_address(self) -> str:
        """Where files are added, moved and removed."""

    @property
    @abstractmethod
    def discard_address(self) -> str:
        """Where what is kept is thrown away."""

    @property
    def another_address(self) -> str:
        """Where another one is begun while this one is kept; empty where that cannot be."""
        return ""

    @property
    def upload_address(self) -> str:
        return reverse("planner:upload_create", args=[self.location.pk])


Written = TypeVar("Written", bound=Writing)


def page_kept(page: Written, draft: ComposerDraft) -> Written:
    """The page as it was kept."""
    before = Sheet.read(draft.base)
    return replace(page, key=draft.key, version=draft.version, before=before, sheet=Sheet.read(draft.data), draft=draft)


def page_sent(page: Written, form: QueryDict) -> Written:
    """The page as its form was sent. A form without the key or the base of a page of ours starts from this one."""
    before = Sheet.unsign(form.get("base", "")) or page.before
    version, key = form.get("version", ""), form.get("key", "")
    return replace(
        page,
        key=_key(key) or page.key,
        version=int(version) if version.isdecimal() and len(version) < 10 else page.version,
        before=before,
        sheet=Sheet.sent(form),
    )


def page_in_conflict(page: Written) -> Written | None:
    """The page with both versions side by side when what it began from was changed after it was opened, else None.

    From then on it stands on what is there now, and what is typed is ours.
    """
    current = page.current
    if current.same_as(page.before) or current.same_as(page.sheet):
        return None
    rows = conflict_rows(page.before, page.sheet, current, page.place)
    return replace(page, before=current, conflict=tuple(rows)) if rows else None


def page_taken(page: Written, take: Mapping[str, str]) -> Written:
    """The page after somebody chose between both versions: what is taken from theirs stands in the fields."""
    return replace(page, sheet=with_taken(page.sheet, page.before, take)) if take else page


def takes(form: QueryDict) -> Mapping[str, str]:
    """What was chosen between two versions, by what it is about."""
    chosen = {name.removeprefix("take."): value for name, value in form.items() if name.startswith("take.")}
    return {name: value for name, value in chosen.items() if value in (OURS, THEIRS)}


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
