"""Telling whether two posts say the same thing to the same accounts at the same time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime


def fingerprint(*, text: str, media: Iterable[str], accounts: Iterable[str], at: datetime | None, details: str) -> str:
    """The digest of what a post is: text, media addresses in order, account ids in any order, instant, and the
    settings a network as canonical JSON."""
    moment = at.astimezone(UTC).isoformat() if at else ""
    parts = (text, "\x1f".join(media), "\x1f".join(sorted(accounts)), moment, details)
    # The lengths keep a separator that somebody wrote into a text from moving it into the next part.
    whole = "\x1e".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.blake2b(whole.encode(), digest_size=32).hexdigest()
