"""Judging addresses of files and pages without fetching them; a row's media are fetched later, one by one."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from planner.imports.problems import Problem, problem
from planner.remote import MIME_BY_ENDING

LONGEST = 2_048
_BLANK = re.compile(r"[\s\x00-\x1f<>\"\\^`{}|]")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?", re.IGNORECASE)
_INNER = (".localhost", ".local", ".internal", ".intranet", ".lan", ".home", ".corp")
_DRIVE = ("drive.google.com", "docs.google.com")
_NUMBERS = re.compile(r"(0x[0-9a-f]+|[0-9.]+)", re.IGNORECASE)


def media_problem(url: str, column: str) -> Problem | None:
    """What speaks against fetching a file from there: HighLevel wants https and the public internet."""
    host = _host(url)
    if host is None or urlsplit(url).scheme.lower() != "https":
        return problem("media_not_https", column, url)
    if host in _DRIVE:
        return problem("drive_link", column, url)
    return None if _is_public(host) else problem("media_private", column, url)


def page_problem(url: str, column: str) -> Problem | None:
    """What speaks against linking to a page."""
    return None if _host(url) else problem("url", column, url)


def mime_by_address(url: str, family: str) -> str:
    """The MIME type that the ending of the address names, else HighLevel's word for the family (image, gif, video)."""
    found = MIME_BY_ENDING.get(PurePosixPath(unquote(urlsplit(url).path)).suffix.lower(), "")
    return found or family


def _host(url: str) -> str | None:
    """The host of a web address in lower case; None for what is none."""
    if len(url) > LONGEST or _BLANK.search(url):
        return None
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host or "@" in parts.netloc:
        return None
    return host


@lru_cache(maxsize=1_000)  # a file names few hosts, many times
def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        pass
    if _NUMBERS.fullmatch(host):
        return False  # other spellings of an address in numbers
    try:
        labels = host.encode("idna").decode().split(".")
    except UnicodeError:
        return False
    return len(labels) > 1 and all(map(_LABEL.fullmatch, labels)) and not f".{host}".endswith(_INNER)
