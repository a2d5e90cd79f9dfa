"""What a post points to, looked at from here: its files and its links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from planner.composing import Composition, MediaItem
from planner.fetching import FetchProblem, NotHttps, NotOpen, TooLarge, fetcher
from planner.models import MediaUpload
from planner.models.media_upload import upload_key
from planner.networks.counting import links as links_in
from planner.probing import Facts, ProbeProblem, probe_url

MOST_LINKS = 3
LINK_BYTES, LINK_TIME = 64 * 1024 * 1024, 10.0  # what a page may promise, and seconds until it begins to come


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that cannot be reached or used. `field` is as in a Finding."""

    code: str
    field: str
    sentence: str | Promise


@dataclass(frozen=True, slots=True)
class Reach:
    """The composition with what its files were measured to be now, and what is in the way."""

    composition: Composition
    troubles: tuple[Trouble, ...]


def reach(composition: Composition, *, links: bool = True) -> Reach:
    """Look at every file, and unless told otherwise at the first links. Takes as long as the slowest servers; call it
    in a task, outside a transaction."""
    troubles: list[Trouble] = []
    media: list[MediaItem] = []
    for place, item in enumerate(composition.media):
        facts, problem = _measured(item.url)
        if problem is not None:
            words = format_lazy(_("File {number}: {problem}"), number=place + 1, problem=problem.sentence)
            troubles.append(Trouble(f"media_{problem.code}", f"media.{place}", words))
        media.append(item if facts is None else replace(item, facts={**item.facts, **facts.to_json()}))
    for link in _links(composition) if links else ():
        dead = _dead(link)
        if dead is not None:
            words = format_lazy(_("The link {link}: {problem}"), link=_short(link), problem=dead.sentence)
            troubles.append(Trouble(f"link_{dead.code}", "text" if link in composition.text else "link_preview", words))
    return Reach(replace(composition, media=tuple(media)), tuple(troubles))


def _measured(url: str) -> tuple[Facts | None, FetchProblem | ProbeProblem | None]:
    key = upload_key(url)
    if key is not None:
        upload = MediaUpload.objects.filter(pk=key).first()
        if upload is None or not upload.url:
            return (Facts.from_json(upload.facts) if upload else None), None  # its own change says what is wrong
        url = upload.url
    try:
        return probe_url(url), None
    except (FetchProblem, ProbeProblem) as problem:
        return None, problem


def _links(composition: Composition) -> Iterator[str]:
    card = composition.link_preview.get("metaLink")
    found = [*([str(card)] if card else []), *links_in(composition.text)]
    yield from list(dict.fromkeys(found))[:MOST_LINKS]


def _dead(link: str) -> FetchProblem | None:
    try:
        with fetcher().stream(link, most_bytes=LINK_BYTES, timeout=LINK_TIME):
            return None
    except (NotOpen, NotHttps, TooLarge):
        return None  # somebody is there, only not for us
    except FetchProblem as problem:
        return problem


def _short(link: str) -> str:
    return link if len(link) <= 80 else f"{link[:79]}…"
