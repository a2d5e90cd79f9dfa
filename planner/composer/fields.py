"""The fields of the composer, ready to be drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import ConnectedAccount
from accounts.models.connected_account import Health, platform_label
from planner.composer.checking import Said
from planner.composer.details import field_names, network_of, words_in
from planner.composer.measuring import Look
from planner.composer.network_settings import BOARDS, CHOICE, NAMES, OPTIONS, PREVIEW_FIELDS, SETTINGS, Setting
from planner.composer.previews import Tile, tile_of
from planner.composer.sheet import Sheet
from planner.composing import MediaItem
from planner.models import MediaUpload
from planner.models.media_upload import upload_key
from planner.networks import for_browser
from planner.networks.table import NETWORKS
from planner.selectors.composer import ComposerPlace

POLL_ANSWERS = 4
Slots = Mapping[str, list[Said]]


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose."""

    value: str
    label: str
    on: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its name, label and texts, what may be chosen, and what is said about it. `most` is a number of
    characters to count down from; `only` names a choice of another field beside which it is shown."""

    name: str
    label: str
    kind: str
    texts: tuple[str, ...]
    said: list[Said]
    options: list[Option]
    help: str = ""
    most: int | None = None
    only: str = ""

    @property
    def id(self) -> str:
        return "f-" + self.name.replace(".", "-")

    @property
    def text(self) -> str:
        return self.texts[0] if self.texts else ""

    @property
    def is_wrong(self) -> bool:
        return any(one.level == "error" for one in self.said)


@dataclass(frozen=True, slots=True)
class AccountTick:
    """An account to tick. `reason` says why it cannot be, empty when it can."""

    account: ConnectedAccount
    on: bool
    health: str
    reason: str
    may_reconnect: bool

    @property
    def may_tick(self) -> bool:
        return self.on or not self.reason


@dataclass(frozen=True, slots=True)
class NetworkPanel:
    """The accounts of one network."""

    platform: str
    label: str
    ticks: list[AccountTick]


@dataclass(frozen=True, slots=True)
class SettingsPanel:
    """The settings of one network; `platforms` are those whose accounts they are for."""

    network: str
    label: str
    platforms: list[str]
    fields: list[Field]


@dataclass(frozen=True, slots=True)
class Version:
    """A text of its own for one network."""

    platform: str
    label: str
    field: Field


@dataclass(frozen=True, slots=True)
class MediaRow:
    """One file of the list, at its place from 0 on."""

    place: int
    tile: Tile
    look: Look
    row: Mapping[str, str]
    said: list[Said]
    first: bool
    last: bool

    @property
    def name(self) -> str:
        return f"media.{self.place}"

    @property
    def is_upload(self) -> bool:
        return upload_key(self.look.address) is not None

    @property
    def is_wrong(self) -> bool:
        return any(one.level == "error" for one in self.said)


def account_panels(place: ComposerPlace, sheet: Sheet, now: datetime) -> list[NetworkPanel]:
    """The accounts of a client by network."""
    wanted = set(sheet.all("accounts"))
    panels: dict[str, list[AccountTick]] = {}
    for account in place.accounts:
        health = account.health(now)
        reason = _why_not(account, health)
        tick = AccountTick(account, str(account.pk) in wanted, health, reason, health == Health.EXPIRED)
        panels.setdefault(account.platform, []).append(tick)
    return [NetworkPanel(platform, platform_label(platform), ticks) for platform, ticks in panels.items()]


def settings_panels(place: ComposerPlace, sheet: Sheet, slots: Slots) -> list[SettingsPanel]:
    """The settings of the client's networks that have any."""
    limits = for_browser()["details"]
    panels = []
    for network in place.panels:
        fields = [
            _setting_field(setting, name, account, place, sheet, slots, limits)
            for setting in SETTINGS
            if setting.network == network
            for name, account in field_names(setting, place.accounts)
        ]
        platforms = sorted({each.platform for each in place.accounts if network_of(each) == network})
        panels.append(SettingsPanel(network, platform_label(network), platforms, fields))
    return panels


def versions(place: ComposerPlace, sheet: Sheet, slots: Slots) -> list[Version]:
    """A field for a text of its own for each network of the client."""
    platforms = dict.fromkeys(account.platform for account in place.accounts)
    return [
        Version(platform, platform_label(platform), plain_field(sheet, slots, f"version.{platform}", ""))
        for platform in platforms
        if platform in NETWORKS and NETWORKS[platform].supported
    ]


def media_rows(
    sheet: Sheet,
    items: Sequence[MediaItem],
    slots: Slots,
    uploads: Mapping[str, MediaUpload],
    looks: Sequence[Look],
) -> list[MediaRow]:
    """The files in their order, with what is known of each and said about it and its parts. An upload goes by the name
    that it had."""
    rows = sheet.media()
    found = []
    for index, (row, item, look) in enumerate(zip(rows, items, looks, strict=False)):
        tile, upload = tile_of(item), uploads.get(item.url)
        tile = replace(tile, name=upload.name) if upload is not None else tile
        said = list(_under(slots, f"media.{index}"))
        found.append(MediaRow(index, tile, look, row, said, index == 0, index == len(rows) - 1))
    return found


def preview_fields(sheet: Sheet, slots: Slots) -> list[Field]:
    """The fields of a link's card."""
    return [plain_field(sheet, slots, name, str(label), kind) for name, label, kind in PREVIEW_FIELDS]


def plain_field(
    sheet: Sheet, slots: Slots, name: str, label: str, kind: str = "text", options: Iterable[tuple[str, str]] = ()
) -> Field:
    """A field by its name."""
    chosen = set(sheet.all(name))
    drawn = [Option(value, text, value in chosen) for value, text in options]
    return Field(name, label, kind, sheet.all(name), slots.get(name, []), drawn)


def slot_names(place: ComposerPlace, sheet: Sheet) -> Iterator[str]:
    """Every field of a post at which something can be said."""
    yield from content_slots(place, sheet)
    yield from ("scheduled_at", "category", "title", "approver", "requester_note", "reason")
    yield from (f"version.{account.platform}" for account in place.accounts)


def content_slots(place: ComposerPlace, sheet: Sheet) -> Iterator[str]:
    """The fields of what is said and shown."""
    yield from ("accounts", "text", "type", "media", "follow_up_comment", "tags", "link_preview")
    yield from (name for name, _label, _kind in PREVIEW_FIELDS)
    yield from (f"media.{index}" for index in range(len(sheet.media())))
    for setting in SETTINGS:
        if setting.network in place.panels:
            yield setting.name
            yield from (name for name, _account in field_names(setting, place.accounts))


def _setting_field(
    setting: Setting,
    name: str,
    account: ConnectedAccount | None,
    place: ComposerPlace,
    sheet: Sheet,
    slots: Slots,
    limits: Mapping[str, Any],
) -> Field:
    texts = sheet.all(name)
    if setting.kind == OPTIONS:
        texts = (*texts, *[""] * (POLL_ANSWERS - len(texts)))
    label = str(setting.label) if account is None else f"{setting.label}: {account}"
    limit = limits.get(f"{setting.network}.{setting.path}", {}).get("limit")
    said = slots.get(name, [])
    if account is not None and account == next(each for each in place.accounts if network_of(each) == setting.network):
        said = [*said, *slots.get(setting.name, [])]
    return Field(
        name=name,
        label=label,
        kind=NAMES if setting.kind == BOARDS else setting.kind,
        texts=texts,
        said=said,
        options=_options(setting, account, place, sheet, name),
        help=str(setting.help),
        most=int(limit) if limit else None,
        only=setting.only,
    )


def _options(
    setting: Setting, account: ConnectedAccount | None, place: ComposerPlace, sheet: Sheet, name: str
) -> list[Option]:
    if setting.kind == BOARDS and account is not None:
        chosen = words_in(sheet.all(name))
        return [Option(board, board, board in chosen) for board in place.boards.get(account.pk, [])]
    if setting.kind != CHOICE:
        return []
    value = sheet.one(name)
    known = [Option(key, str(label), key == value) for key, label in setting.choices]
    # A word of HighLevel's that is new to Rota can be kept.
    return known if any(each.on for each in known) else [*known, Option(value, value, on=True)]


def _under(slots: Slots, name: str) -> Iterator[Said]:
    for slot, said in slots.items():
        if slot == name or slot.startswith(f"{name}."):
            yield from said


def _why_not(account: ConnectedAccount, health: str) -> str:
    network = NETWORKS.get(account.platform)
    if network is not None and not network.supported:
        return _("HighLevel does not publish there from other programs.")
    if account.gone_at is not None:
        return _("Not connected any more.")
    if health == Health.EXPIRED:
        return _("The connection has ended.")
    return ""
