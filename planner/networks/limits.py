"""What the parts of the table are: numbers with their sources, rules for files, rows, networks.

A number has up to two values. Beyond `lax` a post is refused. Where pages of HighLevel differ, `strict` is the narrower
one: beyond it a post may still go out, so that is a warning; so is what HighLevel only advises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any

MB = 1_000_000
GB = 1000 * MB


@dataclass(frozen=True, slots=True)
class Source:
    """A number as one page states it: `key` names the page in `sources.SOURCES`, `quote` what it says there."""

    value: float
    key: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """A number of the table. Without either value there is no limit."""

    lax: Source | None = None
    strict: Source | None = None

    def but(self, value: float, key: str, quote: str = "") -> Limit:
        """The same number, and the narrower one of another page."""
        return replace(self, strict=Source(value, key, quote))

    @property
    def shown(self) -> float | None:
        """What a counter counts down from: the number that refuses, else the one that warns."""
        stated = self.lax or self.strict
        return stated.value if stated else None

    @property
    def forbids(self) -> bool:
        """True when there may be none at all."""
        return self.lax is not None and self.lax.value == 0


def at(value: float, key: str = "HLIM", quote: str = "") -> Limit:
    """A number beyond which a post is refused."""
    return Limit(lax=Source(value, key, quote))


def advised(value: float, key: str = "HLIM", quote: str = "") -> Limit:
    """A number beyond which there is a warning only."""
    return Limit(strict=Source(value, key, quote))


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers from and to which something may reach."""

    least: Limit = Limit()
    most: Limit = Limit()


def between(least: float, most: float, key: str = "HLIM") -> Span:
    """A stretch outside which a post is refused."""
    return Span(at(least, key), at(most, key))


@dataclass(frozen=True, slots=True)
class Formats:
    """Accepted kinds of files, by MIME type; empty is any. `unsure` are those that only some pages accept."""

    accepted: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()


JPEG = ("image/jpeg", "image/jpg")
STILL = (*JPEG, "image/png")
MOVING = (*STILL, "image/gif")
CLIP = ("video/mp4", "video/mov")

API_TYPES = (*MOVING, *CLIP, "video/webm")
"""All MIME types that HighLevel takes for a file of a post [SP3]; `planner.remote` sends others under these names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRules:
    """What holds for the images, or for the videos, of a post.

    `count` files, each of `size` bytes at most; `seconds`, `width` and `height` (pixels), `ratio` (width by height),
    `rate` (frames a second); `cover` bytes of the picture chosen for a video, with `covers` False where none is shown.
    `first_only` says that the network uses the first file and drops the others.
    """

    count: Limit = Limit()
    formats: Formats = Formats()
    size: Limit = Limit()
    seconds: Span = Span()
    width: Span = Span()
    height: Span = Span()
    ratio: Span = Span()
    rate: Span = Span()
    cover: Limit = Limit()
    covers: bool = True
    first_only: bool = False


NONE = FileRules(count=at(0))


class Needs(StrEnum):
    """What a post must at least have."""

    NOTHING = "nothing"
    CONTENT = "text or media"
    MEDIA = "an image or a video"
    IMAGE = "an image"
    VIDEO = "a video"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """One row of the table: a kind of post on a network.

    `text` counts as the network counts; `encoded` is the length of the text once it is URL-encoded, `octets` its bytes
    in UTF-8. `files` are images and videos together, `pages` and `weight` (bytes) those of a document made of them.
    """

    text: Limit = Limit()
    encoded: Limit = Limit()
    octets: Limit = Limit()
    hashtags: Limit = Limit()
    needs: Needs = Needs.CONTENT
    images: FileRules = NONE
    videos: FileRules = NONE
    files: Limit = Limit()
    mixed: bool = True
    pages: Limit = Limit()
    weight: Limit = Limit()


class Unit(StrEnum):
    """What a network counts as one character."""

    UTF16 = "utf16"
    GRAPHEMES = "graphemes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A network: its rows by kind of post, the first of which is the ordinary one, and what holds for all of them.

    `link_length` is what any link counts, None for its own length. `comment` is the length of a follow-up comment, None
    where there is none. `preview` says whether a link gets a card, None when HighLevel does not say. `alt_text` is
    where an alternative text is cut off. `supported` is False for what HighLevel's API does not publish to.
    """

    title: Any
    formats: Mapping[str, Rules] = field(default_factory=dict)
    titles: Mapping[str, Any] = field(default_factory=dict)
    unit: Unit = Unit.UTF16
    link_length: int | None = None
    comment: Limit | None = None
    preview: bool | None = None
    alt_text: Limit = Limit()
    supported: bool = True

    def rules(self, format: str) -> Rules:
        """The row of a kind of post; the ordinary one when the network has no such kind."""
        return self.formats.get(format) or next(iter(self.formats.values()), Rules())

    def name(self, format: str) -> str:
        """What a person calls it: Instagram, Instagram story, LinkedIn poll."""
        return str(self.titles.get(format) or self.title)


def numbers(part: Any, path: str = "") -> Iterator[tuple[str, Limit]]:
    """Every number within a part of the table, by its path (formats.reel.videos.seconds.most)."""
    if isinstance(part, Limit):
        if part.lax or part.strict:
            yield path, part
    elif isinstance(part, Mapping):
        for name, value in part.items():
            yield from numbers(value, f"{path}.{name}".lstrip("."))
    elif is_dataclass(part) and not isinstance(part, type):
        for each in fields(part):
            yield from numbers(getattr(part, each.name), f"{path}.{each.name}".lstrip("."))
