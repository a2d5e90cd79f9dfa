"""How a composition would look on each network: where it is cut, what its media become, what stands beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from planner.composer.details import inside
from planner.composer.network_settings import SETTINGS
from planner.composing import DETAILS_OF, Composition, MediaItem
from planner.networks import Count, count
from planner.networks.table import NETWORKS
from planner.services.post_gate import content_of, media_facts

# About where each network folds a text away behind "more". None of them promises it.
FOLDS = {
    "facebook": 480,
    "instagram": 125,
    "linkedin": 210,
    "google": 250,
    "tiktok": 100,
    "tiktok-business": 100,
    "youtube": 150,
    "pinterest": 120,
    "threads": 500,
}
REEL = 80  # letters over a reel or a story
LINES = 5  # after so many a text is folded too
LONGEST = 5_000  # letters that a preview shows at all
MARKED = re.compile(r"(https?://\S+|(?<![\w&/])[#＃@][\w.\u200d]+)")
GRID = 5  # files that a grid shows


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text, and whether the network would make a link of it."""

    text: str
    link: bool


@dataclass(frozen=True, slots=True)
class Tile:
    """One file of a preview: image, video or document, its name, its alternative text, and the address of a picture
    of it, empty when there is none."""

    item: MediaItem
    kind: str
    name: str
    alt_text: str
    picture: str


@dataclass(frozen=True, slots=True)
class Card:
    """The card of a link."""

    host: str
    title: str
    description: str
    image: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What one network shows. `shape` is post, story, reel, video, short, pin, poll or document; `rest` is what is
    folded away, `cut` how many letters are not even shown behind that."""

    platform: str
    name: str
    account: str
    others: int
    shape: str
    title: str
    lead: list[Piece]
    rest: list[Piece]
    cut: int
    tiles: list[Tile]
    more_tiles: int
    card: Card | None
    poll: list[str]
    question: str
    facts: list[str]
    button: str
    comment: str


@dataclass(frozen=True, slots=True)
class Counter:
    """How long the text is on one network. `state` is ok, near, advised or over."""

    platform: str
    name: str
    count: Count
    state: str


def counters_of(composition: Composition) -> list[Counter]:
    """A counter for each network that the composition goes to."""
    content = content_of(composition)
    found = []
    for platform in platforms_of(composition):
        kind = content.format(platform)
        counted = count(composition.versions.get(platform, composition.text), platform, kind)
        network = NETWORKS.get(platform)
        found.append(Counter(platform, network.name(kind) if network else platform, counted, _state(counted)))
    return found


def previews_of(composition: Composition) -> list[Preview]:
    """A preview for each network, in the order of the accounts."""
    content = content_of(composition)
    return [
        _preview(composition, platform, content.format(platform))
        for platform in platforms_of(composition)
        if platform in NETWORKS and NETWORKS[platform].supported
    ]


def platforms_of(composition: Composition) -> list[str]:
    """The networks that a composition goes to."""
    return list(dict.fromkeys(account.platform for account in composition.accounts))


def file_name(url: str) -> str:
    """What to call a file by its address."""
    try:
        return unquote(PurePosixPath(urlsplit(url).path).name) or url
    except ValueError:
        return url


def _preview(composition: Composition, platform: str, kind: str) -> Preview:
    accounts = [account for account in composition.accounts if account.platform == platform]
    details = composition.details.get(DETAILS_OF.get(platform, platform), {})
    text = composition.versions.get(platform, composition.text)
    shape = _shape(platform, kind)
    lead, rest, cut = _folded(text, REEL if shape in ("reel", "short") else FOLDS.get(platform, LONGEST))
    tiles = [] if shape == "poll" else [tile_of(item) for item in composition.media]
    poll = [str(inside(each, "text") or "") for each in inside(details, "poll.options") or []]
    return Preview(
        platform=platform,
        name=NETWORKS[platform].name(kind),
        account=str(accounts[0]),
        others=len(accounts) - 1,
        shape=shape,
        title=_title(platform, details),
        lead=_pieces("" if shape == "story" else lead),
        rest=_pieces("" if shape == "story" else rest),
        cut=cut,
        tiles=tiles[:GRID],
        more_tiles=max(0, len(tiles) - GRID),
        card=_card(composition, platform) if not tiles and shape == "post" else None,
        poll=poll if shape == "poll" else [],
        question=str(inside(details, "poll.question") or ""),
        facts=list(_facts(platform, details)),
        button=_button(details) if platform == "google" else "",
        comment=composition.follow_up_comment.strip() if NETWORKS[platform].comment else "",
    )


def tile_of(item: MediaItem) -> Tile:
    """A file as previews and the list of files show it."""
    facts = media_facts(item)
    kind = facts.kind or "document"
    picture = facts.cover if kind == "video" else item.url if kind == "image" else ""
    return Tile(item, kind, file_name(item.url), item.alt_text, picture)


def _shape(platform: str, kind: str) -> str:
    if platform in ("tiktok", "tiktok-business"):
        return "reel"
    if platform == "pinterest":
        return "pin"
    return "document" if kind == "pdf" else kind


def _folded(text: str, fold: int) -> tuple[str, str, int]:
    """The part of a text that is seen at once, the part behind "more", and how many letters are not shown."""
    shown, cut = text[:LONGEST], max(0, len(text) - LONGEST)
    end = min(len(shown), fold)
    for line, match in enumerate(re.finditer("\n", shown[:end]), 1):
        if line == LINES:
            end = match.start()
    if end < len(shown):
        # Never within a word, unless it is longer than half of what is seen.
        space = max(shown.rfind(" ", end // 2, end), shown.rfind("\n", end // 2, end))
        end = space if space > 0 else end
    return shown[:end], shown[end:], cut


def _pieces(text: str) -> list[Piece]:
    return [Piece(part, bool(MARKED.fullmatch(part))) for part in MARKED.split(text) if part]


def _title(platform: str, details: Any) -> str:
    keys = ("title", "offerTitle") if platform != "linkedin" else ("pdfTitle",)
    return next((str(details[key]) for key in keys if details.get(key)), "")


def _card(composition: Composition, platform: str) -> Card | None:
    given = composition.link_preview
    address = str(given.get("metaLink") or "")
    if not address or NETWORKS[platform].preview is False:
        return None
    return Card(
        host=_host(address),
        title=str(given.get("ogTitle") or ""),
        description=str(given.get("ogDescription") or ""),
        image=str(given.get("metaImage") or ""),
    )


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or address
    except ValueError:
        return address


def _facts(platform: str, details: Any) -> Iterator[str]:
    if platform == "google":
        dates = [_dated(details, name) for name in ("start", "end")]
        if any(dates):
            yield " – ".join(date or "…" for date in dates)
        if details.get("couponCode"):
            yield str(details["couponCode"])
    if platform == "instagram":
        for names in (details.get("collaborators") or {}).values():
            yield from (f"@{name}" for name in names)


def _dated(details: Any, name: str) -> str:
    day = inside(details, f"{name}Date.{name}Date")
    at = inside(details, f"{name}Date.{name}Time")
    try:
        shown = f"{int(day['year']):04}-{int(day['month']):02}-{int(day['day']):02}"
        return f"{shown} {int(at['hours']):02}:{int(at['minutes']):02}" if at else shown
    except (KeyError, TypeError, ValueError):
        return ""


def _button(details: Any) -> str:
    action = str(details.get("actionType") or "").lower()
    choices = next(setting.choices for setting in SETTINGS if setting.path == "actionType")
    return next((str(label) for value, label in choices if value and value == action), "")


def _state(counted: Count) -> str:
    limit = counted.limit if counted.limit is not None else counted.advised
    if counted.limit is not None and counted.length > counted.limit:
        return "over"
    if counted.advised is not None and counted.length > counted.advised:
        return "advised"
    return "near" if limit and counted.length > limit * 0.9 else "ok"
