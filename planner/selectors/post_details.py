"""The settings that HighLevel keeps for single networks, as words and values."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Platform
from accounts.models.connected_account import platform_label

MOST = 60
NETWORK_OF = {"gmb": Platform.GOOGLE.value}


@dataclass(frozen=True, slots=True)
class Detail:
    """One setting: whose it is, what it is called, and its value in words."""

    group: str
    name: str
    value: str


def network_details(details: dict[str, Any], *, only: Collection[str]) -> list[Detail]:
    """The settings that are set, of the networks in `only` (of all when it is empty); at most 60 are shown.

    HighLevel sends every network's settings with each post. Those of networks that the post does not go to say nothing.
    """
    found = [
        Detail(platform_label(network), name, value)
        for network, settings in ((_platform(key), value) for key, value in details.items())
        if not only or network in only
        for name, value in _flat(settings)
    ]
    return found[:MOST]


def approval_notes(remote: dict[str, Any]) -> list[Detail]:
    """What the people of an approval wrote to each other."""
    held = remote.get("postApprovalDetails")
    notes = held if isinstance(held, dict) else {}
    words = {"requesterNote": _("Note of who asked"), "approverNote": _("Note of who decided")}
    return [Detail("", word, str(notes[key])) for key, word in words.items() if notes.get(key)]


def _platform(key: str) -> str:
    return NETWORK_OF.get(key, key)


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every value that is not empty, named by the way to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{name} › {_words(key)}" if name else _words(key))
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        for number, item in enumerate(value, start=1):
            yield from _flat(item, f"{name} {number}".strip())
    elif isinstance(value, bool):
        yield name, _("yes") if value else _("no")
    elif isinstance(value, list) and value:
        yield name, ", ".join(str(item) for item in value)
    elif value not in (None, "", []):
        yield name, str(value)


def _words(key: str) -> str:
    """`privacyLevel` as `Privacy level`: HighLevel's own name of a setting, readable."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", str(key)).strip()
    return spaced[:1].upper() + spaced[1:].lower()
