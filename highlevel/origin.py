"""Where HighLevel answers, and whether that is a sandbox on this machine."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def origin_of(address: str) -> str:
    """Scheme, host and port as a browser writes an origin: in lower case, without a port that goes without saying."""
    parts = urlsplit(address)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port and parts.port != usual else "")


def sandbox_origin() -> str | None:
    """The origin of the sandbox that HIGHLEVEL_BASE_URL names on this machine, None where it names something else.

    It is the only place that is trusted without encryption.
    """
    parts = urlsplit(settings.HIGHLEVEL_BASE_URL)
    return origin_of(settings.HIGHLEVEL_BASE_URL) if parts.scheme == "http" and parts.hostname in LOOPBACK else None
