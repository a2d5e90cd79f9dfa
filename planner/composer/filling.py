"""What stands in the composer's fields for something composed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from accounts.models import ConnectedAccount
from accounts.templatetags.look import local
from highlevel.models import Location
from planner.composer.details import field_names, shown
from planner.composer.network_settings import NEW, PREVIEW_FIELDS, SETTINGS
from planner.composer.sheet import Sheet
from planner.composing import Composition, MediaItem


def sheet_of(composition: Composition, accounts: Iterable[ConnectedAccount], panels: Iterable[str]) -> Sheet:
    """The fields of the page for a composition. `accounts` are all that can be chosen, `panels` the networks whose
    settings the page has."""
    held = list(accounts)
    fields: dict[str, tuple[str, ...]] = {
        "accounts": tuple(str(account.pk) for account in composition.accounts),
        "text": (composition.text,),
        "type": (composition.type,),
        "status": (composition.status,),
        "title": (composition.title,),
        "follow_up_comment": (composition.follow_up_comment,),
        "category": (str(composition.category.pk),) if composition.category else (),
        "tags": tuple(str(tag.pk) for tag in composition.tags),
        "apply_watermark": ("on",) if composition.apply_watermark else (),
        "approver": (composition.approver,),
        "requester_note": (composition.requester_note,),
        "panel": tuple(panels),
        **{f"version.{network}": (text,) for network, text in composition.versions.items()},
        **{name: (_text(composition, name),) for name, _label, _kind in PREVIEW_FIELDS},
        **when_fields(composition.scheduled_at, composition.location),
    }
    for setting in SETTINGS:
        if setting.network in fields["panel"]:
            for name, account in field_names(setting, held):
                fields[name] = shown(setting, composition.details, account)
    return Sheet.read({name: list(texts) for name, texts in fields.items()}).with_media(
        media_row(item) for item in composition.media
    )


def new_sheet(composition: Composition, accounts: Iterable[ConnectedAccount], panels: Iterable[str]) -> Sheet:
    """The fields for something new, in which settings stand as most people want them."""
    blank = sheet_of(composition, accounts, panels)
    wanted = {name: [text] for name, text in NEW.items() if name.split(".")[1] in blank.all("panel")}
    return blank.but({name: texts for name, texts in wanted.items() if not any(blank.all(name))})


def media_row(item: MediaItem) -> dict[str, str]:
    """The fields of one file."""
    return {
        "media.url": item.url,
        "media.kind": item.kind,
        "media.alt": item.alt_text,
        "media.cover": item.thumbnail if item.thumbnail != item.url else "",
        "media.caption": item.caption,
    }


def when_fields(at: datetime | None, location: Location) -> dict[str, tuple[str, ...]]:
    """The fields of an instant on the client's wall clock."""
    if at is None:
        return {}
    wall = local(at, location)
    return {"day": (wall.strftime("%Y-%m-%d"),), "time": (wall.strftime("%H:%M"),)}


def _text(composition: Composition, name: str) -> str:
    value = composition.link_preview.get(name.removeprefix("link_preview."))
    return value if isinstance(value, str) else ""
