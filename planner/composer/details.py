"""Settings of networks by HighLevel's keys, as the texts of their fields, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from accounts.models import ConnectedAccount
from planner.composer.network_settings import (
    BOARDS,
    CLOCK,
    DAY,
    FLAG,
    NAMES,
    OPTIONS,
    PER_ACCOUNT,
    Setting,
    settings_of,
)
from planner.composer.sheet import Sheet
from planner.composing import DETAILS_OF

Details = Mapping[str, Any]
BETWEEN = re.compile(r"[\s,;]+")
DAY_FORM = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
CLOCK_FORM = re.compile(r"(\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?")


def network_of(account: ConnectedAccount) -> str:
    """Under which network's name the settings of an account are kept."""
    return DETAILS_OF.get(account.platform, account.platform)


def field_names(setting: Setting, accounts: Iterable[ConnectedAccount]) -> list[tuple[str, ConnectedAccount | None]]:
    """The names of a setting's fields: one, or one for each account of its network."""
    if setting.kind not in PER_ACCOUNT:
        return [(setting.name, None)]
    return [(f"{setting.name}.{each.pk}", each) for each in accounts if network_of(each) == setting.network]


def shown(setting: Setting, details: Details, account: ConnectedAccount | None = None) -> tuple[str, ...]:
    """What stands in the field of a setting. An empty setting has no text."""
    value = inside(details.get(setting.network), setting.path)
    if setting.kind == FLAG:
        return ("on",) if value is True else ()
    if setting.kind == OPTIONS:
        return tuple(_text(inside(each, "text")) for each in value) if isinstance(value, list) else ()
    if setting.kind == NAMES and account is not None:
        return _joined(inside(value, account.remote_id))
    if setting.kind == BOARDS and account is not None:
        return _joined(_boards(details.get(setting.network), account))
    text = _day(value) if setting.kind == DAY else _clock(value) if setting.kind == CLOCK else _text(value)
    if setting.path == "actionType":
        text = "" if text.lower() == "none" else text.lower()
    return (text,) if text else ()


def settled(
    sheet: Sheet, before: Sheet, details: Details, accounts: Sequence[ConnectedAccount], networks: Iterable[str]
) -> dict[str, Any]:
    """The settings that a sheet makes of `details`: of the `networks`, those whose fields differ from `before`.

    All others stay as they are, with what the composer has no field for.
    """
    made: dict[str, Any] = dict(details)
    for network in networks:
        part = _copied(details.get(network))
        for setting in settings_of(network):
            for name, account in field_names(setting, accounts):
                typed = _typed(sheet, name)
                if typed != _typed(before, name):
                    _put(part, setting, typed, account)
        _prune(part)
        if network == "tiktok" and network not in details and part:
            # Left out, HighLevel would decide.
            part = {"enableComment": False, "enableDuet": False, "enableStitch": False, **part}
        made[network] = part
    return {name: part for name, part in made.items() if part}


def inside(value: Any, path: str) -> Any:
    """What lies at the end of a path of keys, None when there is nothing. An account's id may hold dots."""
    if isinstance(value, Mapping) and path in value:
        return value[path]
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def words_in(texts: Iterable[str]) -> list[str]:
    """Names that stand in texts, separated by commas or spaces, each once."""
    return list(dict.fromkeys(word for text in texts for word in BETWEEN.split(text) if word))


def _typed(sheet: Sheet, name: str) -> tuple[str, ...]:
    return tuple(text for text in (text.strip() for text in sheet.all(name)) if text)


def _put(part: dict[str, Any], setting: Setting, typed: tuple[str, ...], account: ConnectedAccount | None) -> None:
    text = typed[0] if typed else ""
    if setting.kind == FLAG:
        _set(part, setting.path, bool(text))
    elif setting.kind == OPTIONS:
        _set(part, setting.path, [{"text": each} for each in typed] or None)
    elif setting.kind == NAMES and account is not None:
        held = inside(part, setting.path)
        names = dict(held) if isinstance(held, Mapping) else {}
        names[account.remote_id] = [name.lstrip("@") for name in words_in(typed)]
        _set(part, setting.path, {key: each for key, each in names.items() if each} or None)
    elif setting.kind == BOARDS and account is not None:
        given = inside(part, setting.path)
        held = given if isinstance(given, list) else []
        others = [each for each in held if not _is_of(inside(each, "accountId"), account)]
        mine = [{"accountId": account.remote_id, "boards": words_in(typed)}] if typed else []
        _set(part, setting.path, [*others, *mine] or None)
    elif setting.kind == DAY:
        _set(part, setting.path, _numbers(DAY_FORM, text, ("year", "month", "day")))
    elif setting.kind == CLOCK:
        found = _numbers(CLOCK_FORM, text, ("hours", "minutes"))
        _set(part, setting.path, {**found, "seconds": 0} if found else None)
    else:
        _set(part, setting.path, text or None)


def _set(part: dict[str, Any], path: str, value: Any) -> None:
    *way, last = path.split(".")
    for key in way:
        held = part.get(key)
        part[key] = part = dict(held) if isinstance(held, Mapping) else {}
    if value is None:
        part.pop(last, None)
    else:
        part[last] = value


def _prune(part: dict[str, Any]) -> None:
    poll = part.get("poll")
    if isinstance(poll, Mapping) and not poll.get("question") and not poll.get("options"):
        del part["poll"]
    for key in ("startDate", "endDate"):
        if part.get(key) == {}:
            del part[key]


def _numbers(form: re.Pattern[str], text: str, keys: tuple[str, ...]) -> dict[str, int] | None:
    found = form.fullmatch(text)
    return dict(zip(keys, map(int, found.groups()), strict=True)) if found else None


def _day(value: Any) -> str:
    try:
        return f"{int(value['year']):04}-{int(value['month']):02}-{int(value['day']):02}"
    except (KeyError, TypeError, ValueError):
        return ""


def _clock(value: Any) -> str:
    try:
        return f"{int(value['hours']):02}:{int(value['minutes']):02}"
    except (KeyError, TypeError, ValueError):
        return ""


def _boards(part: Any, account: ConnectedAccount) -> Any:
    given = inside(part, "pinterestBoards")
    for each in given if isinstance(given, list) else []:
        if _is_of(inside(each, "accountId"), account):
            return inside(each, "boards")
    old = inside(part, "boardIds")
    for name, boards in old.items() if isinstance(old, Mapping) else ():
        if _is_of(name, account):
            return boards
    return None


def _is_of(name: Any, account: ConnectedAccount) -> bool:
    """Whether HighLevel means the account: it names it by its id, or by the first part of it."""
    return bool(name) and (account.remote_id == name or account.remote_id.startswith(f"{name}_"))


def _joined(value: Any) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else [_text(each) for each in value] if isinstance(value, list) else []
    text = ", ".join(name for name in names if name)
    return (text,) if text else ()


def _copied(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else ""
