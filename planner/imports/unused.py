"""Cells that no post of a row makes use of: what is lost is said."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from accounts.models import Platform
from planner.imports.columns import FileKind
from planner.imports.draft import Draft
from planner.imports.headers import REASON, Headers
from planner.imports.options import ABSENT
from planner.imports.problems import Problem, problem

if TYPE_CHECKING:
    from planner.imports.plans import Setting

OF_A_FILE = ("Thumbnail", "AltText", "VideoAlt", "thumbnail")


def complain_of_unused(draft: Draft, cells: Mapping[str, str], networks: Collection[str], setting: Setting) -> None:
    """Complain of what stands in the row for networks that it does not go to, and of what is about a file where there
    is none. `networks` are those of the row's accounts."""
    others: dict[str, list[str]] = {}
    for key in cells:
        network, mark, name = key.rpartition(".")
        if network in ABSENT:
            continue
        if mark and network not in networks:
            others.setdefault(network, []).append(draft.label(key))
        elif name in OF_A_FILE and not (draft.media.get(network) or draft.media.get("")) and not draft.by_highlevel:
            named = (f"{network}.MediaUrls", "media") if network else ("videos",)
            draft.complain("media_missing", key, cells[key], columns=setting.named(*named))
    if setting.kind == FileKind.AGENCY:  # which says for each row where it goes
        for network, columns in others.items():
            label = Platform(network).label
            draft.problems.append(problem("network_unused", network=label, columns=", ".join(columns)))


def unknown_cells(raw: Mapping[str, str], headers: Headers, mapping: Collection[str]) -> list[Problem]:
    """A warning about cells under headers that mean nothing, but for those that a person has left out in `mapping`."""
    places = enumerate(zip(headers.labels, headers.keys, strict=True))
    unknown = [label for place, (label, key) in places if not key and label in raw and str(place) not in mapping]
    named = [label for label in unknown if label.casefold() != REASON]
    return [problem("columns_unknown", columns=", ".join(named))] if named else []
