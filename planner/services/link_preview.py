"""What a link looks like when it is shared, as its page describes itself."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from enum import StrEnum
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from bs4.filter import SoupStrainer
from django.core.cache import cache

from planner.fetching import Fetcher, FetchProblem, Stream, WrongType, fetcher
from planner.fetching import problems as fetch_problems

READ = 512 * 1024  # bytes of a page, from its beginning
MOST_BYTES = 16 * 1024 * 1024  # that a server may promise
TIMEOUT = 15.0  # seconds
PAGES = ("text/html", "application/xhtml+xml")
KEPT, PROBLEM_KEPT, ASKED_FOR = 3600, 120, 45  # seconds
LONGEST_TITLE, LONGEST_DESCRIPTION, LONGEST_ADDRESS = 300, 1000, 2048
JOINERS = "\u200c\u200d"
TITLES = ("og:title", "twitter:title")
DESCRIPTIONS = ("og:description", "twitter:description", "description")
PICTURES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
PROBLEMS: dict[str, type[FetchProblem]] = {
    kind.code: kind
    for kind in vars(fetch_problems).values()
    if isinstance(kind, type) and issubclass(kind, FetchProblem) and hasattr(kind, "code")
}


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """The link as it was given, and what its page says of itself; texts are empty where it says nothing."""

    meta_link: str
    og_title: str = ""
    og_description: str = ""
    meta_image: str = ""

    @property
    def site(self) -> str:
        """The name of the server, without www."""
        return (urlsplit(self.meta_link).hostname or "").removeprefix("www.")

    def to_wire(self) -> dict[str, str]:
        """By HighLevel's keys, as a post's `ogTagsDetails`; without what is empty."""
        told = {
            "metaLink": self.meta_link,
            "ogTitle": self.og_title,
            "ogDescription": self.og_description,
            "metaImage": self.meta_image,
        }
        return {key: value for key, value in told.items() if value}


class Asking(StrEnum):
    """How far the look at a link is. NOBODY: nobody has asked, or whoever did was not answered."""

    NOBODY = "nobody"
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Asked:
    """Where the look at a link stands; `preview` when it is DONE, `problem` when it FAILED."""

    state: Asking
    preview: LinkPreview | None = None
    problem: FetchProblem | None = None


def link_preview(url: str, *, by: Fetcher | None = None) -> LinkPreview:
    """Look at a link, unless that was done within the hour. It may take a quarter of a minute: call it in a task.

    Raises a FetchProblem; WrongType when there is no page at the link.
    """
    held = link_preview_asked(url)
    if held.preview is not None:
        return held.preview
    try:
        with (by or fetcher()).stream(url, most_bytes=MOST_BYTES, timeout=TIMEOUT, accept=PAGES) as stream:
            found = _described(url, stream)
    except FetchProblem as problem:
        cache.set(_key(url), {"problem": problem.code}, PROBLEM_KEPT)
        raise
    finally:
        cache.delete(_key(url, "asked"))
    cache.set(_key(url), asdict(found), KEPT)
    return found


def link_preview_ask(url: str) -> Asked:
    """Have a worker look at a link, unless that is known or under way; say where it stands."""
    held = link_preview_asked(url)
    if held.state == Asking.NOBODY and cache.add(_key(url, "asked"), 1, ASKED_FOR):
        from planner.tasks import link_preview_task

        link_preview_task.apply_async((url,), expires=ASKED_FOR, retry=False)
        return Asked(Asking.PENDING)
    return link_preview_asked(url)


def link_preview_asked(url: str) -> Asked:
    """Where the look at a link stands; asks nobody."""
    held = cache.get(_key(url))
    if held is None:
        return Asked(Asking.PENDING if cache.get(_key(url, "asked")) else Asking.NOBODY)
    if "problem" in held:
        return Asked(Asking.FAILED, problem=PROBLEMS[held["problem"]]())
    return Asked(Asking.DONE, preview=LinkPreview(**held))


def _described(url: str, stream: Stream) -> LinkPreview:
    # The strainer leaves out everything but these, so a hostile page builds no deep tree.
    only = SoupStrainer(["title", "meta", "base"])
    page = BeautifulSoup(_start(stream), "html.parser", from_encoding=stream.head.charset or None, parse_only=only)
    said: dict[str, str] = {}
    for tag in page.find_all("meta"):
        name = str(tag.get("property") or tag.get("name") or "").strip().lower()
        said.setdefault(name, str(tag.get("content") or ""))
    title = page.find("title")
    picture = _first(said, PICTURES, LONGEST_ADDRESS)
    return LinkPreview(
        url,
        _first(said, TITLES, LONGEST_TITLE) or _plain(title.get_text() if title else "", LONGEST_TITLE),
        _first(said, DESCRIPTIONS, LONGEST_DESCRIPTION),
        _whole_address(stream.head.url, picture),
    )


def _start(stream: Stream) -> bytes:
    held = bytearray()
    for chunk in stream.chunks:
        held += chunk
        if len(held) >= READ:
            break
    if b"\0" in held[:1024] and not held.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise WrongType  # it says that it is a page, and is something else
    return bytes(held[:READ])


def _first(said: dict[str, str], names: tuple[str, ...], most: int) -> str:
    return next((text for name in names if (text := _plain(said.get(name, ""), most))), "")


def _plain(text: str, most: int) -> str:
    """The text in one line, without signs that do not show or turn the direction of what is around them. Joiners are
    kept: they make one emoji of several, and shape Persian and Hindi words."""
    line = " ".join(text.split())
    return "".join(sign for sign in line if sign.isprintable() or sign in JOINERS)[:most].strip()


def _whole_address(base: str, address: str) -> str:
    try:
        whole = urljoin(base, address) if address else ""
        return whole if urlsplit(whole).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _key(url: str, kind: str = "kept") -> str:
    return f"link-preview:{kind}:{hashlib.sha256(url.encode()).hexdigest()}"
