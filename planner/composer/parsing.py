"""What a sheet composes. Only what was typed differently changes: all else stays as it was, to the last byte."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import ConnectedAccount
from accounts.zones import zone_named
from planner.composer.clock import Reading, read_wall
from planner.composer.details import network_of, settled
from planner.composer.filling import media_row
from planner.composer.network_settings import PREVIEW_FIELDS
from planner.composer.sheet import Sheet
from planner.composing import Composition, MediaItem
from planner.models import MediaUpload, Tag, UploadState
from planner.models.media_upload import upload_key
from planner.networks import Finding, Level
from planner.remote import mime_of
from planner.selectors.composer import ComposerPlace

UNREADABLE = "unreadable"
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A composition, what of the sheet could not be read, and what its date and time mean, None without."""

    composition: Composition
    problems: tuple[Finding, ...]
    when: Reading | None


def compose(sheet: Sheet, *, before: Sheet, base: Composition, place: ComposerPlace, status: str) -> Parsed:
    """What the sheet makes of `base`, for which the page showed `before`. `status` is what it shall become."""
    problems: list[Finding] = []
    accounts = _accounts(sheet, before, base, place, problems)
    when = _when(sheet, place, problems)
    changed = _Changed(sheet, before)
    made = replace(
        base,
        accounts=accounts,
        text=changed("text", base.text),
        versions=_versions(sheet, accounts),
        type=changed("type", base.type) or base.type,
        media=base.media if sheet.media() == before.media() else tuple(_media(sheet, base, place, problems)),
        details=_details(sheet, before, base, accounts),
        follow_up_comment=changed("follow_up_comment", base.follow_up_comment),
        category=_category(sheet, before, base, place, problems),
        tags=_tags(sheet, before, base, place, problems),
        link_preview=_preview(changed, base),
        scheduled_at=base.scheduled_at if changed.is_same("day", "time") else (when.at if when else None),
        status=status,
        approver=changed("approver", base.approver),
        requester_note=changed("requester_note", base.requester_note),
        title=changed("title", base.title)[:255],
        apply_watermark=base.apply_watermark if changed.is_same("apply_watermark") else sheet.on("apply_watermark"),
    )
    return Parsed(made, tuple(problems), when)


class _Changed:
    """Called with a field and what stood behind it: what is typed there now, or that where nothing was changed."""

    def __init__(self, sheet: Sheet, before: Sheet) -> None:
        self._sheet, self._before = sheet, before

    def __call__(self, name: str, held: str) -> str:
        return held if self.is_same(name) else self._sheet.one(name)

    def is_same(self, *names: str) -> bool:
        return all(self._sheet.one(name) == self._before.one(name) for name in names)


def problem(field: str, sentence: str) -> Finding:
    """Something in a field that cannot be read, so that not even a draft can be made of it."""
    return Finding(Level.ERROR, UNREADABLE, field, "", sentence, even_draft=True)


def _accounts(
    sheet: Sheet, before: Sheet, base: Composition, place: ComposerPlace, problems: list[Finding]
) -> tuple[ConnectedAccount, ...]:
    wanted = dict.fromkeys(sheet.all("accounts"))
    if set(wanted) == set(before.all("accounts")):
        return base.accounts
    known = {str(account.pk): account for account in (*base.accounts, *place.accounts)}
    if any(key not in known for key in wanted):
        said = _("One of the accounts is none of this client's, or is not connected any more. Choose again.")
        problems.append(problem("accounts", said))
    # In the order of the page, so that ticking one off and on again changes nothing.
    return tuple(account for key, account in known.items() if key in wanted)


def _versions(sheet: Sheet, accounts: Sequence[ConnectedAccount]) -> dict[str, str]:
    found = {account.platform: sheet.one(f"version.{account.platform}") for account in accounts}
    return {platform: text for platform, text in found.items() if text.strip()}


def _details(sheet: Sheet, before: Sheet, base: Composition, accounts: Sequence[ConnectedAccount]) -> dict[str, Any]:
    chosen = {network_of(account) for account in accounts}
    shown = [network for network in before.all("panel") if network in chosen]
    return settled(sheet, before, base.details, accounts, shown)


def _media(sheet: Sheet, base: Composition, place: ComposerPlace, problems: list[Finding]) -> Iterator[MediaItem]:
    held, rows = list(base.media), sheet.media()
    uploads = place.uploads(row["media.url"].strip() for row in rows)
    for number, row in enumerate(rows):
        known = next((item for item in held if item.url == row["media.url"]), None)
        if known is not None:
            held.remove(known)
        upload = uploads.get(row["media.url"].strip())
        if upload_key(row["media.url"].strip()) is not None and (upload is None or upload.state == UploadState.REFUSED):
            said = _("HighLevel did not take this file. Remove it, and add it again.")
            problems.append(problem(f"media.{number}", said))
        yield _item(row, known or _uploaded(upload))


def _uploaded(upload: MediaUpload | None) -> MediaItem | None:
    return MediaItem(upload.address, upload.mime, facts=upload.facts) if upload is not None else None


def _item(row: Mapping[str, str], known: MediaItem | None) -> MediaItem:
    """What a row says of a file, on top of what is known of it."""
    before = media_row(known) if known else {}
    if known is not None and row == before:
        return known
    url, cover = row["media.url"].strip(), row["media.cover"].strip()
    kind = row["media.kind"] or (known.kind if known else "") or mime_of(url, "")
    return MediaItem(
        url=url,
        kind=known.kind if known and row["media.kind"] == before.get("media.kind") else kind,
        thumbnail=known.thumbnail if known and cover == before.get("media.cover") else cover,
        caption=row["media.caption"],
        alt_text=row["media.alt"],
        facts=dict(known.facts) if known else {},
        kept=known.kept if known else {},
        held=known.held if known else frozenset(),
    )


def _category(sheet: Sheet, before: Sheet, base: Composition, place: ComposerPlace, problems: list[Finding]) -> Any:
    wanted = sheet.one("category")
    if wanted == before.one("category"):
        return base.category
    found = next((each for each in place.categories if str(each.pk) == wanted), None)
    if wanted and found is None:
        problems.append(problem("category", _("This category is none of this client's. Choose again.")))
    return found


def _tags(
    sheet: Sheet, before: Sheet, base: Composition, place: ComposerPlace, problems: list[Finding]
) -> tuple[Tag, ...]:
    wanted = set(sheet.all("tags"))
    if wanted == set(before.all("tags")):
        return base.tags
    found = tuple(tag for tag in place.tags if str(tag.pk) in wanted)
    if len(found) < len(wanted):
        problems.append(problem("tags", _("One of the tags is none of this client's. Choose again.")))
    return found


def _preview(changed: _Changed, base: Composition) -> dict[str, Any]:
    made = dict(base.link_preview)
    for name, _label, _kind in PREVIEW_FIELDS:
        key = name.removeprefix("link_preview.")
        if not changed.is_same(name):
            made[key] = changed(name, "").strip()
    return {key: value for key, value in made.items() if value not in ("", None)}


def _when(sheet: Sheet, place: ComposerPlace, problems: list[Finding]) -> Reading | None:
    day, clock = sheet.one("day").strip(), sheet.one("time").strip()
    if not day and not clock:
        return None
    try:
        on = date.fromisoformat(day) if day else None
        at = time.fromisoformat(clock) if clock else None
    except ValueError:
        problems.append(problem("scheduled_at", _("This is no date and time. Write them as 2026-11-30 and 14:30.")))
        return None
    if on is None or at is None:
        said = _("There is a time and no date. Choose a date too.") if on is None else ""
        problems.append(problem("scheduled_at", said or _("There is a date and no time. Choose a time too.")))
        return None
    if not EARLIEST <= on <= LATEST:
        problems.append(problem("scheduled_at", _("Rota keeps posts from 2000 to 2100. Choose another date.")))
        return None
    return read_wall(on, at, zone_named(place.location.timezone))


def asked_instant(text: str, place: ComposerPlace) -> datetime | None:
    """The instant that an address asks for, as 2026-11-30T14:30 on the client's clock or with an offset, else None."""
    try:
        given = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if not EARLIEST <= given.date() <= LATEST:
        return None
    if given.tzinfo is None:
        return read_wall(given.date(), given.time(), zone_named(place.location.timezone)).at
    return given.astimezone(UTC).replace(second=0, microsecond=0)
