"""Rules for addresses: of files, covers, linked pages and their pictures. They are judged as they stand, by the same
code that later decides what is fetched; nobody is asked."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from planner.fetching import BadAddress, FetchProblem, PrivateAddress, judge, trusted_origins
from planner.networks.content import UPLOAD, Content, MediaFacts
from planner.networks.findings import Code, Finding, Level

DRIVES = ("drive.google.com", "docs.google.com")


def addresses(content: Content) -> Iterator[Finding]:
    """What speaks against the addresses of a post. One that HighLevel has taken already is never an error."""
    trusted = trusted_origins()
    for index, item in enumerate(content.media):
        if not item.url.startswith(UPLOAD):
            yield from _file(content, item, f"media.{index}", trusted)
        if item.cover and (problem := judge(item.cover, trusted=trusted)):
            yield _found(item, item.cover, f"media.{index}.thumbnail", _picture_words(problem))
    link, picture = (_text(content.link_preview.get(key)) for key in ("metaLink", "metaImage"))
    if link and (said := page_words(link)):
        yield Finding(Level.WARNING, Code.PREVIEW_ADDRESS, "link_preview.metaLink", "", said)
    if picture and (problem := judge(picture, trusted=trusted)):
        yield Finding(Level.WARNING, Code.PREVIEW_ADDRESS, "link_preview.metaImage", "", _picture_words(problem))


def page_words(url: str) -> str:
    """What speaks against leading people to an address, as a sentence; empty when nothing does."""
    problem = judge(url, trusted=trusted_origins(), plain=True)
    if isinstance(problem, PrivateAddress):
        return _("This leads into a private network, where readers cannot go. Use a public address.")
    return _("This is not a web address. It should begin with https://.") if problem is not None else ""


def on_drive(url: str) -> bool:
    """Whether an address is of Google Drive, which shows a page in place of the file."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return host.removeprefix("www.") in DRIVES


def _file(content: Content, item: MediaFacts, field: str, trusted: frozenset[str]) -> Iterator[Finding]:
    if problem := judge(item.url, trusted=trusted):
        yield _found(item, item.url, field, _file_words(problem))
    elif on_drive(item.url):
        said = _("Files on Google Drive cannot be fetched from there. Upload the file instead.")
        level = Level.ERROR if content.source == "csv" else Level.WARNING
        yield Finding(level, Code.MEDIA_ADDRESS, field, "", said)


def _found(item: MediaFacts, url: str, field: str, sentence: str) -> Finding:
    level = Level.WARNING if url in item.held else Level.ERROR
    return Finding(level, Code.MEDIA_ADDRESS, field, "", sentence)


def _file_words(problem: FetchProblem) -> str:
    if isinstance(problem, BadAddress):
        return _("This is not the web address of a file. Give a whole address, or upload the file.")
    if isinstance(problem, PrivateAddress):
        return _(
            "The file lies in a private network, where HighLevel cannot fetch it. Use a public address, or upload the"
            " file."
        )
    return _("The address of the file is not secure. Use one that begins with https://, or upload the file.")


def _picture_words(problem: FetchProblem) -> str:
    if isinstance(problem, BadAddress):
        return _("This is not the web address of a picture. Give a whole address, or leave it out.")
    if isinstance(problem, PrivateAddress):
        return _(
            "The picture lies in a private network, where HighLevel cannot fetch it. Use a public address, or leave it"
            " out."
        )
    return _("The address of the picture is not secure. Use one that begins with https://, or leave it out.")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
