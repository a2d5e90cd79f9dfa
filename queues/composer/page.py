"""One item of a queue in the composer."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from planner.composer import fields
from planner.composer.checking import Said
from planner.composer.parsing import problem
from planner.composer.previews import Counter, counters_of
from planner.composer.sheet import Sheet
from planner.composer.writing import Writing, page_sent
from planner.composing import Composition
from planner.models import PostStatus
from planner.networks import Code, Finding, Level
from planner.selectors.composer import composer_place
from queues.composer.contents import (
    NEW,
    ORIGIN,
    PRIMARY,
    blank_sheet,
    composition_of,
    content_made,
    edits_of,
    item_findings,
    item_sheet,
    origins_in,
    texts_in,
)
from queues.content import Content, addresses_in
from queues.models import EditSession
from queues.selectors.lines import Line

MOST_TEXTS = 30
LONGEST = 20_000  # letters; each network has its own limit below that
JOINS = ("bottom", "top")
SAVE, KEEP = "save", "keep"


@dataclass(frozen=True, slots=True)
class TextField:
    """One of the texts that take turns, at its place from 0 on. `is_next` marks the one that goes out next."""

    place: int
    text: str
    origin: str
    said: list[Said]
    counters: list[Counter]
    is_next: bool
    focus: bool

    @property
    def number(self) -> str:
        """The place as text."""
        return str(self.place)

    @property
    def name(self) -> str:
        return f"text.{self.place}"

    @property
    def is_wrong(self) -> bool:
        return any(one.level == "error" for one in self.said)


@dataclass(frozen=True, kw_only=True)
class ItemPage(Writing):
    """`line` is the item as the editor shows it, None for a new one; `shown` the number of the text that is previewed;
    `back` where the queue is edited."""

    session: EditSession
    line: Line | None
    back: str
    shown: int = 0

    # What it makes

    @property
    def status(self) -> str:
        # The queue decides when it goes out, so nobody is asked for a date.
        return PostStatus.PUBLISHED.value

    @property
    def may_send(self) -> bool:
        return True

    @property
    def current(self) -> Sheet:
        return item_sheet(self.content, self.base, self.place)

    @property
    def content(self) -> Content:
        return self.line.content if self.line is not None else {}

    @property
    def texts(self) -> tuple[str, ...]:
        return texts_in(self.sheet)

    @property
    def composition(self) -> Composition:
        """What it composes, with the text that is previewed."""
        return replace(self.parsed.composition, text=self.texts[min(self.shown, len(self.texts) - 1)])

    @cached_property
    def problems(self) -> tuple[Finding, ...]:
        found = list(self.parsed.problems)
        if not any(text.strip() for text in self.texts) and not self.composition.media:
            said = _("Write something, or add a picture.")
            found.append(Finding(Level.ERROR, Code.CONTENT_MISSING, "text.0", "", said))
        for number, text in enumerate(self.texts):
            if len(self.texts) > 1 and not text.strip():
                found.append(problem(f"text.{number}", _("This text is empty. Write it, or take it out.")))
            elif len(text) > LONGEST:
                said = _("This is longer than %(most)d letters, more than any network takes.") % {"most": LONGEST}
                found.append(problem(f"text.{number}", said))
        return tuple(found)

    def findings(self) -> list[Finding]:
        return item_findings(self.parsed.composition, self.texts, now=self.now)

    @property
    def slots(self) -> Iterable[str]:
        yield from fields.content_slots(self.place, self.sheet)
        yield from (f"text.{number}" for number in range(len(self.texts)))

    @property
    def may_be_kept(self) -> bool:
        """Whether a draft can hold it as it is, errors and all."""
        return not self.problems and bool(self.composition.accounts)

    @cached_property
    def edits(self) -> Content:
        """What of the item changes, by HighLevel's keys."""
        return edits_of(self.content, self.base, self.parsed.composition, self.before, self.sheet)

    @property
    def made(self) -> Content:
        """What a new item says, by HighLevel's keys."""
        return content_made(self.parsed.composition, self.sheet)

    @property
    def joins(self) -> str:
        """Where a new item joins: last (`bottom`) or next (`top`)."""
        return self.sheet.one("joins") if self.sheet.one("joins") in JOINS else JOINS[0]

    # What it shows

    @property
    def goes_out_at(self) -> datetime | None:
        return self.line.next_at if self.line is not None else None

    @cached_property
    def text_fields(self) -> list[TextField]:
        turn = self.line.variation % len(self.texts) if self.line is not None else 0
        return [
            TextField(
                place=number,
                text=text,
                origin=origin,
                said=self.verdict.slots.get(f"text.{number}", []),
                counters=counters_of(replace(self.parsed.composition, text=text)),
                is_next=number == turn,
                focus=self.focus == f"text:{number}",
            )
            for number, (text, origin) in enumerate(zip(self.texts, origins_in(self.sheet), strict=True))
        ]

    @property
    def text_said(self) -> list[Said]:
        """What is said about the text, whichever it is."""
        return self.verdict.slots.get("text", [])

    @property
    def may_grow(self) -> bool:
        """Whether another text can be added."""
        return len(self.texts) < MOST_TEXTS

    @property
    def leads(self) -> bool:
        """Whether one of the files may be the picture that leads, whichever text goes out."""
        return len(self.media) > 1 or bool(self.primary)

    @property
    def primary(self) -> str:
        """The address of the picture that leads."""
        return self.sheet.one(PRIMARY)

    # Where its parts answer

    @property
    def subject(self) -> str:
        """What a kept page calls the item. The key of one that was made in a draft is its own in that draft only."""
        if self.line is None:
            return f"queue:{self.session.queue_id}:new"
        if self.line.key.isdigit():
            return f"queue-item:{self.line.key}"
        return f"draft-item:{self.session.pk}:{self.line.key}"

    @property
    def address(self) -> str:
        if self.line is None:
            return reverse("queues:item_new", args=[self.session.queue_id])
        return reverse("queues:item_edit", args=[self.session.queue_id, self.line.key])

    @property
    def media_address(self) -> str:
        return self.address

    @property
    def discard_address(self) -> str:
        return self.address


def item_page(*, person: User, session: EditSession, line: Line | None, back: str, now: datetime) -> ItemPage:
    """The page of an item, or of a new one, with nothing typed yet; `back` is where its queue is edited. Seven queries
    at most beside those of Pinterest's boards."""
    place = composer_place(session.queue.location)
    content = line.content if line is not None else {}
    uploads = place.uploads(addresses_in([content]))
    live = line.live if line is not None else {}
    base = composition_of(content, place, uploads, live=live, at=line.next_at if line is not None else None)
    before = item_sheet(content, base, place)
    page = ItemPage(
        person=person,
        place=place,
        key=uuid.uuid4(),
        version=session.version,
        base=base,
        before=before,
        sheet=before,
        now=now,
        session=session,
        line=line,
        back=back,
        shown=line.variation if line is not None else 0,
    )
    return page if line is not None else replace(page, sheet=_fresh(page))


def item_page_sent(page: ItemPage, form: QueryDict) -> ItemPage:
    """The page as its form was sent."""
    shown, deed = form.get("tab", ""), form.get("do", "")
    return replace(
        page_sent(page, form),
        shown=int(shown) if shown.isdecimal() and len(shown) < 4 else page.shown,
        deed=deed if deed in (SAVE, KEEP) else "",
    )


def item_page_stepped(page: ItemPage, form: QueryDict) -> ItemPage:
    """The page after `do`: `text` adds a text; `earlier:1`, `later:1` and `drop:1` act on the second."""
    verb, _colon, number = form.get("do", "").partition(":")
    pairs = list(zip(page.texts, origins_in(page.sheet), strict=True))
    place = int(number) if number.isdecimal() and len(number) < 4 else len(pairs)
    to = place
    if verb == "text" and page.may_grow:
        to = len(pairs)
        pairs.append(("", NEW))
    elif verb == "drop" and place < len(pairs) > 1:
        del pairs[place]
        to = min(place, len(pairs) - 1)
    elif verb in ("earlier", "later") and place < len(pairs):
        to = min(max(place + (1 if verb == "later" else -1), 0), len(pairs) - 1)
        pairs.insert(to, pairs.pop(place))
    sheet = page.sheet.but({"text": [text for text, _origin in pairs], ORIGIN: [origin for _text, origin in pairs]})
    return replace(page, sheet=sheet, shown=min(to, len(pairs) - 1), focus=f"text:{to}")


def _fresh(page: ItemPage) -> Sheet:
    """The fields of a new item; where there is one account only it is ticked."""
    sheet = blank_sheet(page.base, page.place).but({"joins": JOINS[:1]})
    usable = [tick for panel in page.networks for tick in panel.ticks if tick.may_tick]
    return sheet.but({"accounts": [str(usable[0].account.pk)]}) if len(usable) == 1 else sheet
