"""Two people changed one post: what stood there before, what each of them made of it, and which of the two to take."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models.connected_account import platform_label
from accounts.templatetags.look import long_time
from planner.composer.clock import read_wall
from planner.composer.details import field_names
from planner.composer.network_settings import CHOICE, FLAG, PREVIEW_FIELDS, SETTINGS, Setting
from planner.composer.previews import file_name
from planner.composer.sheet import Sheet
from planner.composing import Composition, MediaItem
from planner.models import PostStatus, PostType
from planner.remote import PARTS, details_key
from planner.selectors.composer import ComposerPlace

OURS, THEIRS = "ours", "theirs"
PART = "details."
LABELS = {
    "text": gettext_lazy("Text"),
    "accounts": gettext_lazy("Accounts"),
    "media": gettext_lazy("Media"),
    "when": gettext_lazy("Date and time"),
    "status": gettext_lazy("Status"),
    "type": gettext_lazy("Kind of post"),
    "category": gettext_lazy("Category"),
    "tags": gettext_lazy("Tags"),
    "follow_up_comment": gettext_lazy("Follow-up comment"),
    "link_preview": gettext_lazy("Card of the link"),
    "apply_watermark": gettext_lazy("Watermark"),
    "approval": gettext_lazy("Approval"),
    "title": gettext_lazy("Title for the team"),
}
# Fields that are decided about together.
TOGETHER = {"day": "when", "time": "when", "approver": "approval", "requester_note": "approval"}


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """One thing that somebody changed: what it was, ours and theirs in words. `both` says that both changed it, and
    differently; `take` is what is chosen unless a person chooses otherwise."""

    name: str
    label: str
    base: str
    ours: str
    theirs: str
    both: bool
    take: str


def conflict_rows(before: Sheet, ours: Sheet, theirs: Sheet, place: ComposerPlace) -> list[ConflictRow]:
    """Everything that differs, in the order of the page. What only one of the two changed is taken from that one."""
    sheets = (before, ours, theirs)
    names = dict.fromkeys(group for sheet in sheets for group in map(group_of, sheet.fields) if group)
    rows = []
    for name in sorted(names, key=_order):
        was, mine, other = (_fields(sheet, name) for sheet in sheets)
        if mine != other:
            base, own, foreign = (_words(name, sheet, place) or _("nothing") for sheet in sheets)
            take = THEIRS if mine == was else OURS
            rows.append(ConflictRow(name, _label(name), base, own, foreign, was not in (mine, other), take))
    return rows


def with_taken(ours: Sheet, theirs: Sheet, take: Mapping[str, str]) -> Sheet:
    """Our sheet with what is taken from theirs."""
    wanted = {name for name, whose in take.items() if whose == THEIRS}
    names = {field for sheet in (ours, theirs) for field in sheet.fields if group_of(field) in wanted}
    return ours.but({field: theirs.all(field) for field in names})


def merged(ours: Composition, theirs: Composition, kept: Iterable[str]) -> Composition:
    """Their composition with what is kept of ours, by the names of ConflictRow."""
    changes: dict[str, Any] = {}
    details = dict(theirs.details)
    for group in kept:
        if group.startswith(PART):
            network = group.removeprefix(PART)
            details[network] = ours.details.get(network, {})
        else:
            changes |= {name: getattr(ours, name) for name in _ATTRIBUTES.get(group, (group,))}
    return replace(theirs, details={name: part for name, part in details.items() if part}, **changes)


def with_values(composition: Composition, values: Mapping[str, Any], place: ComposerPlace) -> Composition:
    """The composition with values by HighLevel's keys, as a change keeps them, in place of its own. What refers to
    something that is not mirrored is left out."""
    changes: dict[str, Any] = {_TEXTS[key]: value or "" for key, value in values.items() if key in _TEXTS}
    for key, read in _READERS.items():
        if key in values:
            changes |= read(values[key], place)
    parts = {name: values[details_key(name)] or {} for name in PARTS if details_key(name) in values}
    return replace(composition, details={**composition.details, **parts}, **changes)


def group_of(field: str) -> str:
    """Which fields are decided about together with this one; empty for what says nothing about the post."""
    if field in ("panel", "reason"):
        return ""
    if field.startswith(PART):
        return ".".join(field.split(".")[:2])
    if field.startswith("version."):
        return "text"
    return TOGETHER.get(field, field.partition(".")[0])


_ATTRIBUTES = {"when": ("scheduled_at",), "approval": ("approver", "requester_note")}
_TEXTS = {"summary": "text", "status": "status", "followUpComment": "follow_up_comment", "type": "type"}


def _accounts(value: Any, place: ComposerPlace) -> dict[str, Any]:
    known = {each.remote_id: each for each in place.accounts}
    return {"accounts": tuple(known[name] for name in value or () if name in known)}


def _approval(value: Any, place: ComposerPlace) -> dict[str, Any]:
    told = value or {}
    return {"approver": told.get("approver") or "", "requester_note": told.get("requesterNote") or ""}


def _category(value: Any, place: ComposerPlace) -> dict[str, Any]:
    return {"category": next((each for each in place.categories if each.remote_id == value), None)}


_READERS: dict[str, Callable[[Any, ComposerPlace], dict[str, Any]]] = {
    "accountIds": _accounts,
    "media": lambda value, place: {"media": tuple(_item(each) for each in value or ())},
    "scheduleDate": lambda value, place: {"scheduled_at": parse_datetime(value) if value else None},
    "tags": lambda value, place: {"tags": tuple(tag for tag in place.tags if tag.remote_id in (value or ()))},
    "categoryId": _category,
    "ogTagsDetails": lambda value, place: {"link_preview": value or {}},
    "applyWatermark": lambda value, place: {"apply_watermark": value},
    "postApprovalDetails": _approval,
}


def _item(raw: Mapping[str, Any]) -> MediaItem:
    kept = {key: value for key, value in raw.items() if key not in ("url", "type", "thumbnail", "caption", "altText")}
    texts = {key: str(raw.get(key) or "") for key in ("type", "thumbnail", "caption", "altText")}
    return MediaItem(
        url=str(raw.get("url") or ""),
        kind=texts["type"],
        thumbnail=texts["thumbnail"],
        caption=texts["caption"],
        alt_text=texts["altText"],
        kept=kept,
    )


def _fields(sheet: Sheet, group: str) -> dict[str, tuple[str, ...]]:
    held = {name: texts for name, texts in sheet.fields.items() if group_of(name) == group and any(texts)}
    if group in ("accounts", "tags"):
        return {name: tuple(sorted(texts)) for name, texts in held.items()}
    if group == "media":
        return {name: texts for name, texts in held.items() if name != "media.kind"}
    return held


def _order(group: str) -> tuple[int, str]:
    known = list(LABELS)
    return (known.index(group), "") if group in known else (len(known), group)


def _label(group: str) -> str:
    if group.startswith(PART):
        return platform_label(group.removeprefix(PART))
    return str(LABELS.get(group, group))


def _words(group: str, sheet: Sheet, place: ComposerPlace) -> str:
    if group.startswith(PART):
        return "\n".join(_setting_words(group.removeprefix(PART), sheet, place))
    if group == "link_preview":
        lines = [(str(label), sheet.one(name)) for name, label, _kind in PREVIEW_FIELDS]
        return "\n".join(f"{label}: {text}" for label, text in lines if text)
    if group == "when":
        return _when_words(sheet.one("day"), sheet.one("time"), place)
    if group == "media":
        return "\n".join(_media_words(sheet))
    if group == "approval":
        people = dict(place.approvers)
        return "\n".join(filter(None, (people.get(sheet.one("approver"), ""), sheet.one("requester_note"))))
    if group in ("accounts", "tags", "category"):
        return ", ".join(_names(group, sheet, place))
    return "\n\n".join(_plain_words(group, text) for text in sheet.all(group) or ("",))


def _when_words(day: str, clock: str, place: ComposerPlace) -> str:
    try:
        at = read_wall(date.fromisoformat(day), time.fromisoformat(clock), place.location.zone).at
    except (ValueError, OverflowError):
        return f"{day} {clock}".strip()  # not typed to the end, or nonsense
    return long_time(at, place.location)


def _plain_words(group: str, text: str) -> str:
    if group == "apply_watermark":
        return _("with watermark") if text else _("without")
    if group == "status" and text in PostStatus.values:
        return str(PostStatus(text).label)
    if group == "type" and text in PostType.values:
        return str(PostType(text).label)
    return text


def _names(group: str, sheet: Sheet, place: ComposerPlace) -> Iterator[str]:
    rows: tuple[Any, ...] = {"accounts": place.accounts, "tags": place.tags, "category": place.categories}[group]
    wanted = set(sheet.all(group))
    for row in rows:
        if str(row.pk) in wanted:
            yield f"{row} ({row.platform_label})" if group == "accounts" else str(row)


def _media_words(sheet: Sheet) -> Iterator[str]:
    for row in sheet.media():
        alt = row["media.alt"]
        yield f"{file_name(row['media.url'])} ({alt})" if alt else file_name(row["media.url"])


def _setting_words(network: str, sheet: Sheet, place: ComposerPlace) -> Iterator[str]:
    for setting in SETTINGS:
        if setting.network == network:
            for name, account in field_names(setting, place.accounts):
                text = _value_words(setting, sheet.all(name))
                if text:
                    yield f"{setting.label}: {text}" if account is None else f"{setting.label}, {account}: {text}"


def _value_words(setting: Setting, texts: tuple[str, ...]) -> str:
    if setting.kind == FLAG:
        return _("yes") if any(texts) else ""
    if setting.kind == CHOICE:
        words = dict(setting.choices)
        return ", ".join(str(words.get(text, text)) for text in texts if text)
    return ", ".join(text for text in texts if text)
