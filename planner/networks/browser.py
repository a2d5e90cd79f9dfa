"""The table as the composer's counters and previews need it."""

from __future__ import annotations

from typing import Any

from planner.networks.limits import API_TYPES, FileRules, Limit, Network, Rules
from planner.networks.table import ALT_TEXT, DETAIL_LENGTHS, NETWORKS, POLL_OPTION, POLL_OPTIONS, TEXT_BACKGROUND


def for_browser() -> dict[str, Any]:
    """What a page needs to count along, ready for JSON, titles in the reader's language.

    Under `networks`, by platform: title, supported, unit (utf16 or graphemes), link (the length of any link, null for
    its own), comment, preview, alt_text, and `formats` by kind of post (post, story, reel, pdf, poll, video, short),
    each with title, text, hashtags, needs, mixed, files, images and videos. A number is `{limit, advised}`, null for
    none: beyond `limit` is an error, beyond `advised` a warning.
    """
    return {
        "networks": {platform: _network(network) for platform, network in NETWORKS.items()},
        "media_types": list(API_TYPES),
        "alt_text": _limit(ALT_TEXT),
        "text_background": _limit(TEXT_BACKGROUND),
        "details": {path: _limit(limit) for path, limit in DETAIL_LENGTHS.items()},
        "poll": {"option": _limit(POLL_OPTION), "least": _limit(POLL_OPTIONS.least), "most": _limit(POLL_OPTIONS.most)},
    }


def _network(network: Network) -> dict[str, Any]:
    return {
        "title": str(network.title),
        "supported": network.supported,
        "unit": network.unit.value,
        "link": network.link_length,
        "comment": _limit(network.comment) if network.comment else None,
        "preview": network.preview,
        "alt_text": _limit(network.alt_text),
        "formats": {name: {"title": network.name(name), **_rules(rules)} for name, rules in network.formats.items()},
    }


def _rules(rules: Rules) -> dict[str, Any]:
    return {
        "text": _limit(rules.text),
        "hashtags": _limit(rules.hashtags),
        "needs": rules.needs.name.lower(),
        "mixed": rules.mixed,
        "files": _limit(rules.files),
        "images": _files(rules.images),
        "videos": _files(rules.videos),
    }


def _files(rules: FileRules) -> dict[str, Any]:
    return {
        **_limit(rules.count),
        "types": list(rules.formats.accepted + rules.formats.unsure),
        "size": _limit(rules.size),
        "seconds": {"least": _limit(rules.seconds.least), "most": _limit(rules.seconds.most)},
        "ratio": {"least": _limit(rules.ratio.least), "most": _limit(rules.ratio.most)},
        "covers": rules.covers,
    }


def _limit(limit: Limit) -> dict[str, float | None]:
    lax, strict = (stated.value if stated else None for stated in (limit.lax, limit.strict))
    return {"limit": lax, "advised": strict}
