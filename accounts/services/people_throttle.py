"""Counting attempts, so that nobody can try without end."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.core.cache import cache


def attempt_allowed(kind: str, who: str, *, most: int, within: timedelta) -> bool:
    """Count one attempt of `kind` by `who`; False once more than `most` fell into a window that began with the first.

    `who` may be anything, an address or an e-mail; only its digest is kept.
    """
    digest = hashlib.sha256(who.encode()).hexdigest()
    key = f"attempts:{kind}:{digest}"
    cache.add(key, 0, timeout=int(within.total_seconds()))
    try:
        return int(cache.incr(key)) <= most
    except ValueError:
        # The window ended between the two calls, so this is the first attempt of the next one.
        cache.set(key, 1, timeout=int(within.total_seconds()))
        return True
