"""What every rule needs: the case, and how a number is held against the table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import ceil

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from planner.networks.content import AccountFacts, Content
from planner.networks.findings import Code, Finding, Level
from planner.networks.limits import GB, MB, Limit, Network, Rules, Span


@dataclass(frozen=True)
class Case:
    """A post on one network, with the accounts that it goes to there."""

    content: Content
    platform: str
    network: Network
    accounts: tuple[AccountFacts, ...]
    now: datetime

    @cached_property
    def format(self) -> str:
        """Which row of the table applies."""
        return self.content.format(self.platform)

    @cached_property
    def rules(self) -> Rules:
        """That row."""
        return self.network.rules(self.format)

    @cached_property
    def name(self) -> str:
        """The network, and the kind of post where it has several, as a person calls it."""
        return self.network.name(self.format)

    def error(self, code: Code, field: str, sentence: str, *, even_draft: bool = False) -> Finding:
        """Something that this network or HighLevel refuses."""
        return Finding(Level.ERROR, code, field, self.platform, sentence, even_draft)

    def warning(self, code: Code, field: str, sentence: str) -> Finding:
        """Something that goes out differently than meant."""
        return Finding(Level.WARNING, code, field, self.platform, sentence)

    def found(self, level: Level, code: Code, field: str, sentence: str) -> Finding:
        """Something of a level that a number decided."""
        return Finding(level, code, field, self.platform, sentence)


def above(limit: Limit, value: float | None) -> tuple[Level, float] | None:
    """How grave it is that a value exceeds a limit, and the number that it exceeds; None when it does not."""
    if value is not None:
        if limit.lax is not None and value > limit.lax.value:
            return Level.ERROR, limit.lax.value
        if limit.strict is not None and value > limit.strict.value:
            return Level.WARNING, limit.strict.value
    return None


def below(limit: Limit, value: float | None) -> tuple[Level, float] | None:
    """The same for a value that falls short."""
    if value is not None:
        if limit.lax is not None and value < limit.lax.value:
            return Level.ERROR, limit.lax.value
        if limit.strict is not None and value < limit.strict.value:
            return Level.WARNING, limit.strict.value
    return None


def outside(span: Span, value: float | None) -> Iterator[tuple[Level, float, bool]]:
    """What `above` or `below` say of a stretch, and whether the value is too much."""
    if beyond := above(span.most, value):
        yield (*beyond, True)
    elif short := below(span.least, value):
        yield (*short, False)


def number_words(value: float) -> str:
    """A number with the separators of the reader's language."""
    return str(number_format(value if value % 1 else int(value), force_grouping=True))


def size_words(size: float) -> str:
    """Bytes as a person reads them, rounded up, so that one byte over 8 MB does not read 8 MB."""
    unit, name = (GB, "GB") if size >= GB else (MB, "MB")
    return f"{number_words(ceil(size * 100 / unit) / 100)} {name}"


def format_words(mime: str) -> str:
    """A MIME type as a person calls it: JPEG, MP4, WebM."""
    name = mime.rpartition("/")[2].removeprefix("x-")
    return {"jpg": "JPEG", "webm": "WebM"}.get(name, name.upper())


def duration_words(seconds: float) -> str:
    """Seconds as a person reads them: 64 s, 15 min, 12 h."""
    if seconds >= 3600 and seconds % 3600 == 0:
        return _("%(count)s h") % {"count": number_words(seconds // 3600)}
    if seconds >= 120 and seconds % 60 == 0:
        return _("%(count)s min") % {"count": number_words(seconds // 60)}
    return _("%(count)s s") % {"count": number_words(ceil(seconds * 10) / 10)}
