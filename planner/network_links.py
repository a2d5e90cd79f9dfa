"""Where a published post can be seen on its network."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from accounts.models import Platform

# Only these forms of an id name a public page; the others (Instagram's and TikTok's numbers) cannot be turned into one.
PAGES = (
    (Platform.FACEBOOK, re.compile(r"(\d{3,}(?:_\d{3,})?)"), "https://www.facebook.com/{}"),
    (
        Platform.LINKEDIN,
        re.compile(r"(urn:li:(?:share|ugcPost|activity):\d+)"),
        "https://www.linkedin.com/feed/update/{}",
    ),
    (Platform.YOUTUBE, re.compile(r"([A-Za-z0-9_-]{11})"), "https://www.youtube.com/watch?v={}"),
    (Platform.PINTEREST, re.compile(r"(\d{6,})"), "https://www.pinterest.com/pin/{}/"),
    (
        Platform.BLUESKY,
        re.compile(r"at://(did:(?:plc|web):[A-Za-z0-9.:-]+)/app\.bsky\.feed\.post/([A-Za-z0-9]+)"),
        "https://bsky.app/profile/{}/post/{}",
    ),
)
# A whole address is followed only to the network that it claims to come from.
HOSTS = {
    Platform.GOOGLE: ("google.com", "goo.gl"),
    Platform.FACEBOOK: ("facebook.com", "fb.watch"),
    Platform.INSTAGRAM: ("instagram.com",),
    Platform.LINKEDIN: ("linkedin.com",),
    Platform.TIKTOK: ("tiktok.com",),
    Platform.TIKTOK_BUSINESS: ("tiktok.com",),
    Platform.YOUTUBE: ("youtube.com", "youtu.be"),
    Platform.PINTEREST: ("pinterest.com", "pin.it"),
    Platform.THREADS: ("threads.net", "threads.com"),
    Platform.BLUESKY: ("bsky.app",),
}


def network_link(platform: str, network_id: str) -> str:
    """The https address of a post on its network, from the id or address that HighLevel keeps; empty when unknown."""
    if "://" in network_id and not network_id.startswith("at://"):
        return network_id if _is_on(platform, network_id) else ""
    for network, form, page in PAGES:
        found = form.fullmatch(network_id) if network == platform else None
        if found:
            return page.format(*found.groups())
    return ""


def _is_on(platform: str, address: str) -> bool:
    try:
        parts = urlsplit(address)
        plain = parts.port is None and not parts.username and not parts.password
    except ValueError:
        return False
    host = (parts.hostname or "").lower()
    known = HOSTS[Platform(platform)] if platform in HOSTS else ()
    ours = any(host == name or host.endswith(f".{name}") for name in known)
    return parts.scheme == "https" and plain and ours and not re.search(r"[\s\\]", address)
