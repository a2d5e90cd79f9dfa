"""Counting a text as each network counts it. A letter with its marks, and an emoji of many parts, are never torn."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from planner.networks.limits import Network, Unit
from planner.networks.table import NETWORKS

_LINK = regex.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?'()\[\]{}]", regex.IGNORECASE)
_PLAIN = Network(title="")
_UNESCAPED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~"  # of an address, by RFC 3986
# A tag begins with a letter, digit or underscore, or (where networks allow it) an emoji; marks and joiners may follow.
_BODY = r"[\p{L}\p{N}_][\p{L}\p{M}\p{N}_\u200c\u200d]*"
_EMOJI = r"\p{Extended_Pictographic}"
_PICTURED = rf"(?:[\p{{L}}\p{{N}}_]|{_EMOJI})(?:[\p{{L}}\p{{M}}\p{{N}}_\u200c\u200d]|{_EMOJI}|\p{{Emoji_Modifier}})*"
_FREE = r"(?<![\p{L}\p{N}_&/])"

_ANY_TAG = regex.compile(rf"[#＃]({_PICTURED})")
_WORD_TAG = regex.compile(rf"{_FREE}[#＃]({_BODY})")
_SPACED_TAG = regex.compile(rf"(?<!\S)[#＃]({_BODY})")
# Instagram and TikTok make a tag of "a#b" and of "#2026"; Bluesky wants a space before it; the others a word's edge.
_TAGS = {"instagram": _ANY_TAG, "tiktok": _ANY_TAG, "tiktok-business": _ANY_TAG, "bluesky": _SPACED_TAG}
_NUMBERS_COUNT = ("instagram", "tiktok", "tiktok-business")

_NAME = regex.compile(rf"{_FREE}(?<![.@])@([\p{{L}}\p{{N}}_](?:[\p{{L}}\p{{N}}_.-]*[\p{{L}}\p{{N}}_])?)")
_HANDLE = regex.compile(rf"{_FREE}(?<![.@])@((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{{2,}})", regex.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Count:
    """`length` is in the network's unit. Beyond `limit` it is refused, beyond `advised` there is a warning."""

    length: int
    limit: int | None
    advised: int | None
    unit: Unit
    hashtags: int
    mentions: int
    hashtag_limit: int | None


def count(text: str, platform: str, format: str = "post") -> Count:
    """How long a text is on a network, in a post, story, reel, pdf, poll, video or short, and what it may be."""
    network = NETWORKS.get(platform, _PLAIN)
    rules = network.rules(format)
    return Count(
        length=length(text, network),
        limit=int(rules.text.lax.value) if rules.text.lax else None,
        advised=int(rules.text.strict.value) if rules.text.strict else None,
        unit=network.unit,
        hashtags=len(hashtags(text, platform)),
        mentions=len(mentions(text, platform)),
        hashtag_limit=int(rules.hashtags.lax.value) if rules.hashtags.lax else None,
    )


def length(text: str, network: Network) -> int:
    """The length of a text in a network's unit, its links at the length that the network gives them."""
    links = 0
    if network.link_length is not None:
        text, links = _LINK.subn("\x1f", text)
    measured = graphemes(text) if network.unit is Unit.GRAPHEMES else utf16(text)
    return measured + links * ((network.link_length or 0) - 1)


def utf16(text: str) -> int:
    """Length as browsers and HighLevel count: characters beyond the first 65,536 are two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(text: str) -> int:
    """What a person sees as characters."""
    return sum(1 for _ in regex.finditer(r"\X", text))


def octets(text: str) -> int:
    """Length in bytes of UTF-8."""
    return len(text.encode(errors="surrogatepass"))


def encoded(text: str) -> int:
    """Length once the text is URL-encoded, as in an address."""
    data = text.encode(errors="replace")
    escaped = len(data.translate(None, _UNESCAPED))
    return len(data) + 2 * escaped


def hashtags(text: str, platform: str) -> tuple[str, ...]:
    """The tags that a network would make of a text, without the sign; a part of a link is none."""
    if "#" not in text and "＃" not in text:
        return ()
    found = _TAGS.get(platform, _WORD_TAG).findall(_without_links(text))
    return tuple(tag for tag in found if platform in _NUMBERS_COUNT or not tag.isnumeric())


def links(text: str) -> tuple[str, ...]:
    """The web addresses in the text, as they stand there."""
    return tuple(_LINK.findall(text))


def mentions(text: str, platform: str) -> tuple[str, ...]:
    """The people that a network would see named in a text, without the sign; addresses of mail are none."""
    return tuple((_HANDLE if platform == "bluesky" else _NAME).findall(_without_links(text)))


def _without_links(text: str) -> str:
    return _LINK.sub(" ", text) if "://" in text else text
