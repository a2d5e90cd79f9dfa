"""What the composer knows of its files: measured while somebody types, judged with everything else, shown on each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from highlevel.models import Location
from planner.composing import Composition, MediaItem
from planner.fetching import judge, trusted_origins
from planner.models import PostStatus
from planner.models.media_upload import MAKING, upload_key
from planner.models.post_check import CHECKED
from planner.networks import Finding, Level
from planner.networks.judging import duration_words, format_words, number_words, size_words
from planner.selectors.media_uploads import UploadLine, upload_lines
from planner.services.measuring import Measured, Measuring, media_measured

SENDING = "sending"


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of the file at an address. `state` is nobody, pending, done or failed as in Measuring, or sending
    for an upload that HighLevel does not have yet; `words` tell its facts."""

    address: str
    state: str
    words: tuple[str, ...] = ()

    @property
    def wait(self) -> str:
        """How long the page waits until it asks again, empty when all is known."""
        return {Measuring.PENDING: "1s", SENDING: "3s", Measuring.NOBODY: "10s"}.get(self.state, "")


def foreign(addresses: Iterable[str]) -> list[str]:
    """Those of the addresses that are no uploads."""
    return [url for url in dict.fromkeys(address.strip() for address in addresses) if upload_key(url) is None]


def with_measured(composition: Composition, base: Composition, measured: Mapping[str, Measured]) -> Composition:
    """The composition with what its files were measured to be. One that is new goes by the kind of its content, not of
    its name; what stood in `base` keeps HighLevel's word."""
    stored = {item.url for item in base.media}
    return replace(composition, media=tuple(_known(item, stored, measured) for item in composition.media))


def file_findings(composition: Composition, measured: Mapping[str, Measured]) -> Iterator[Finding]:
    """Files that cannot be used as they were found. A draft is only warned of, and so is what may pass by itself."""
    for index, item in enumerate(composition.media):
        problem = measured[item.url].problem if item.url in measured else None
        if problem is None:
            continue
        said = str(problem)
        grave = composition.status != PostStatus.DRAFT and not problem.passing
        if grave:
            said = _("%(problem)s Upload the file instead, or keep this as a draft meanwhile.") % {"problem": said}
        elif composition.status in CHECKED:
            said = _("%(problem)s Rota looks again before the post is due; if it is still so, Today says it.") % {
                "problem": said
            }
        level = Level.ERROR if grave else Level.WARNING
        yield Finding(level, f"media_{problem.code}", f"media.{index}", "", said)


def looks_at(location: Location, items: Sequence[MediaItem], measured: Mapping[str, Measured]) -> list[Look]:
    """What is known of each file. Two queries when there are uploads."""
    keys = [key for item in items if (key := upload_key(item.url)) is not None]
    lines = {line.upload.address: line for line in upload_lines(location, keys)} if keys else {}
    return [
        _look(item, measured) if upload_key(item.url) is None else _look_at_upload(item.url, lines.get(item.url))
        for item in items
    ]


def look_at(location: Location, address: str) -> Look:
    """What is known of the file at an address. Two queries for an upload, else none."""
    (found,) = looks_at(location, [MediaItem(address)], media_measured(foreign([address])))
    return found


def _known(item: MediaItem, stored: set[str], measured: Mapping[str, Measured]) -> MediaItem:
    facts = measured[item.url].facts if item.url in measured else None
    if facts is None:
        return item
    kind = facts.mime if item.url not in stored and facts.mime in MAKING else item.kind
    return replace(item, kind=kind, facts={**item.facts, **facts.to_json()})


def _look_at_upload(address: str, line: UploadLine | None) -> Look:
    if line is None:
        return Look(address, Measuring.FAILED)  # of another client, or cleaned away
    known = {"ready": Measuring.DONE, "refused": Measuring.FAILED}
    return Look(address, known.get(line.state, SENDING), _words(line.upload.facts))


def _look(item: MediaItem, measured: Mapping[str, Measured]) -> Look:
    facts: Mapping[str, Any] = item.facts
    found = measured.get(item.url) or Measured(Measuring.NOBODY)
    if found.facts is not None:
        facts = found.facts.to_json()
    if found.state == Measuring.NOBODY and judge(item.url, trusted=trusted_origins()) is not None:
        return Look(item.url, Measuring.FAILED)
    known_before = bool(facts) and found.state != Measuring.FAILED
    return Look(item.url, Measuring.DONE if known_before else found.state, _words(facts))


def _words(facts: Mapping[str, Any]) -> tuple[str, ...]:
    told = []
    if mime := facts.get("mime"):
        told.append(format_words(mime))
    if facts.get("width") and facts.get("height"):
        told.append(f"{facts['width']} × {facts['height']}")
    if facts.get("duration"):
        told.append(duration_words(facts["duration"]))
    if pages := facts.get("pages"):
        told.append(ngettext("%(number)s page", "%(number)s pages", pages) % {"number": number_words(pages)})
    if facts.get("size"):
        told.append(size_words(facts["size"]))
    return tuple(told)
