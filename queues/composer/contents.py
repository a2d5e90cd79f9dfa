"""What an item says as a composition, and what of it a page of the composer changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from accounts.models import ConnectedAccount
from highlevel.models import Location
from planner.composer.conflicts import with_values
from planner.composer.filling import new_sheet, sheet_of
from planner.composer.sheet import Sheet
from planner.composing import Composition, MediaItem
from planner.models import MediaUpload, PostStatus
from planner.networks import Finding
from planner.selectors.composer import ComposerPlace
from planner.services.post_gate import post_findings
from planner.wire import WHO, body_of, changes_between
from queues.content import (
    ACCOUNTS,
    FOLLOW_UP,
    LINK_PREVIEW,
    MEDIA,
    NOT_CONTENT,
    PRIMARY_IMAGE,
    TEXT,
    VARIATIONS,
    Content,
    files_of,
    texts_of,
)

ORIGIN, PRIMARY = "text.origin", "media.primary"
NEW = "-1"  # the origin of a text that is no variation of the item yet
NOT_HERE = ("status", "title", "day", "time")  # fields of a post that an item does not have
OF_THE_QUEUE = ("categoryId", "userId")
# What takes something away. HighLevel keeps what an edit leaves out, and wants parts of some settings in every request.
EMPTIED: dict[str, Any] = {
    FOLLOW_UP: "",
    LINK_PREVIEW: {},
    "tags": [],
    "pinterestPostDetails": {},
    "linkedinPostDetails": {"pdfTitle": "", "postAsPdf": False},
    "gmbPostDetails": {"gmbEventType": "STANDARD"},
    "youtubePostDetails": {"type": "video"},
}
TYPED = ("facebookPostDetails", "instagramPostDetails")


def composition_of(
    content: Mapping[str, Any],
    place: ComposerPlace,
    uploads: Mapping[str, MediaUpload],
    *,
    live: Mapping[str, Any],
    at: datetime | None = None,
) -> Composition:
    """What an item says, with its first text, as it goes out at the aware instant `at`. Accounts and tags that are not
    mirrored are left out. `uploads` are files that were uploaded here, by address; `live` is what the item says in
    HighLevel, which has taken the files that are there."""
    shown = {key: value for key, value in content.items() if key not in OF_THE_QUEUE}
    shown |= {TEXT: texts_of(content)[0], MEDIA: files_of(content)}
    blank = Composition(location=place.location, status=PostStatus.PUBLISHED.value, scheduled_at=at)
    made = with_values(blank, shown, place)
    taken = frozenset(str(entry.get(key) or "") for entry in files_of(live) for key in ("url", "thumbnail"))
    media = (replace(_measured(item, uploads.get(item.url)), held=taken) for item in made.media)
    return replace(made, media=tuple(media))


def error_sentences(content: Mapping[str, Any], made: Composition, *, now: datetime) -> list[str]:
    """What HighLevel or a network would refuse of an item; `made` is its composition."""
    found = item_findings(made, texts_of(content), now=now)
    return list(dict.fromkeys(one.sentence for one in found if one.is_error))


def item_findings(made: Composition, texts: Sequence[str], *, now: datetime) -> list[Finding]:
    """What speaks against an item, of each text at its own field (`text.0` is the first)."""
    found = []
    for number, text in enumerate(texts):
        for one in post_findings(replace(made, text=text), may_send=True, now=now):
            found.append(replace(one, field=f"text.{number}") if one.field == "text" else one)
    return found


def bare_place(location: Location, accounts: Iterable[ConnectedAccount]) -> ComposerPlace:
    """A client with these accounts and nothing else to choose, which is enough to judge what is written."""
    return ComposerPlace(location, tuple(accounts), (), (), (), ())


def item_sheet(content: Mapping[str, Any], made: Composition, place: ComposerPlace) -> Sheet:
    """The fields of an item; `made` is its composition."""
    return _with_texts(sheet_of(made, place.accounts, place.panels), content)


def blank_sheet(made: Composition, place: ComposerPlace) -> Sheet:
    """The fields of a new item, in which settings stand as most people want them."""
    return _with_texts(new_sheet(made, place.accounts, place.panels), {})


def edits_of(content: Mapping[str, Any], base: Composition, made: Composition, before: Sheet, sheet: Sheet) -> Content:
    """What of an item changes, by HighLevel's keys; nothing when the page says what the item says."""
    told = changes_between(replace(base, text="", media=()), replace(made, text="", media=()), user_id="")
    edits = {key: _given(key, value, made) for key, value in told.items() if key not in (*WHO, TEXT, *NOT_CONTENT)}
    return {**edits, **_text_edits(content, before, sheet), **_file_edits(made, before, sheet)}


def content_made(made: Composition, sheet: Sheet) -> Content:
    """What a new item says, by HighLevel's keys."""
    body = body_of(replace(made, scheduled_at=None, text=""), user_id="")
    content = {key: value for key, value in body.items() if key not in (*WHO, TEXT, *NOT_CONTENT)}
    said = {**content, **_text_edits({}, Sheet(), sheet), **_file_edits(made, Sheet(), sheet)}
    return {key: value for key, value in said.items() if value or key in (ACCOUNTS, TEXT, MEDIA)}


def texts_in(sheet: Sheet) -> tuple[str, ...]:
    """The texts that stand in a sheet, one at least."""
    return sheet.all("text") or ("",)


def origins_in(sheet: Sheet) -> tuple[str, ...]:
    """For each text of a sheet the number of the variation that it was, NEW for none."""
    held = [text if text.isdecimal() and len(text) < 4 else NEW for text in sheet.all(ORIGIN)]
    size = len(texts_in(sheet))
    return tuple((held + [NEW] * size)[:size])


def _with_texts(sheet: Sheet, content: Mapping[str, Any]) -> Sheet:
    texts = texts_of(content)
    origins = [str(number) for number in range(len(texts))] if content.get(VARIATIONS) else [NEW]
    fields = sheet.kept() | {"text": list(texts), ORIGIN: origins, PRIMARY: [str(content.get(PRIMARY_IMAGE) or "")]}
    return Sheet.read({name: texts for name, texts in fields.items() if name not in NOT_HERE})


def _given(key: str, value: Any, made: Composition) -> Any:
    if value is not None:
        return value
    return {"type": made.type} if key in TYPED else EMPTIED.get(key)


def _text_edits(content: Mapping[str, Any], before: Sheet, sheet: Sheet) -> Content:
    texts, origins = texts_in(sheet), origins_in(sheet)
    if before.fields and (texts, origins) == (texts_in(before), origins_in(before)):
        return {}
    held: Sequence[Mapping[str, Any]] = content.get(VARIATIONS) or ()
    if len(texts) == 1:
        return {TEXT: texts[0], **({VARIATIONS: []} if held else {})}
    shown = texts_in(before)
    return {VARIATIONS: [_variation(text, origin, held, shown) for text, origin in zip(texts, origins, strict=True)]}


def _variation(text: str, origin: str, held: Sequence[Mapping[str, Any]], shown: Sequence[str]) -> Content:
    """One text with the mentions and the card of the variation that it was; unchanged, to the last byte."""
    number = int(origin)
    if not 0 <= number < len(held):
        return {"content": text}
    was = dict(held[number])
    return was if number < len(shown) and shown[number] == text else {**was, "content": text}


def _file_edits(made: Composition, before: Sheet, sheet: Sheet) -> Content:
    now, then = _files_in(sheet), _files_in(before)
    if before.fields and now == then:
        return {}
    primary = now[1] if any(item.url == now[1] for item in made.media) else ""
    # Beside variations the leading picture stands alone, as HighLevel keeps it.
    shown = tuple(item for item in made.media if not (now[2] and item.url == primary))
    media = body_of(replace(made, media=shown), user_id="")[MEDIA]
    return {MEDIA: media, **({PRIMARY_IMAGE: primary or None} if primary != then[1] else {})}


def _files_in(sheet: Sheet) -> tuple[list[dict[str, str]], str, bool]:
    return sheet.media(), sheet.one(PRIMARY), len(texts_in(sheet)) > 1


def _measured(item: MediaItem, upload: MediaUpload | None) -> MediaItem:
    return replace(item, facts=upload.facts) if upload is not None else item
