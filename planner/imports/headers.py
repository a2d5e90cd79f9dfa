"""What kind a file is, and which of its columns is which: told by the headers, corrected by people."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from openpyxl.utils import get_column_letter

from planner.imports.columns import AGENCY_NEEDS, BY_KEY, COLUMNS, GENERAL, HEADER_ROWS, FileKind, normal
from planner.imports.dates import is_date
from planner.imports.problems import BadFile, Problem, problem

_GROUPS = {normal(column.group): column.group for column in COLUMNS[FileKind.ADVANCED]}
_ADVANCED = {(column.group, normal(column.header)): column.key for column in COLUMNS[FileKind.ADVANCED]}
_FLAT = {
    kind: {normal(column.header): column.key for column in COLUMNS[kind]} for kind in (FileKind.BASIC, FileKind.AGENCY)
}
# What people and older samples write instead.
_ALSO = {
    FileKind.BASIC: {"ogmetaurl": "link", "link": "link", "postatspecifictime": "when", "date": "when"},
    FileKind.AGENCY: {
        "locationid": "location_id",
        "client": "location",
        "networks": "networks",
        "platforms": "networks",
        "date": "when",
        "scheduledate": "when",
        "account": "accounts",
        "content": "text",
    },
}
REASON = "reason"  # the last column of a file of rows that were left out
FEWEST = 2  # headers of a kind that have to be known before a file counts as one
LOOKED_AT = 10  # rows among which the headers are looked for


@dataclass(frozen=True, slots=True)
class Headers:
    """How the columns of a file are understood: a label for each, and the key of what it is or None.

    `digest` is the same for every file with these headers, and for the file of its rows that were left out.
    """

    kind: FileKind | None
    labels: tuple[str, ...]
    keys: tuple[str | None, ...]
    digest: str

    def with_mapping(self, mapping: Mapping[str, str]) -> Headers:
        """The headers with some columns, by their number, given other keys; an empty key leaves a column out."""
        known = BY_KEY[self.kind] if self.kind else {}
        keys = list(self.keys)
        for place, key in mapping.items():
            if place.isascii() and place.isdigit() and int(place) < len(keys):
                keys[int(place)] = key if key in known else None
        return Headers(self.kind, self.labels, tuple(keys), self.digest)

    def problems(self) -> list[Problem]:
        """What has to be put right before the rows can be read."""
        if self.kind is None:
            return [problem("header_unknown")]
        found = [key for key in self.keys if key]
        known = BY_KEY[self.kind]
        twice = [key for place, key in enumerate(found) if key in found[:place]]
        missing = [choice for choice in _needed(self.kind) if not {*choice} & {*found}]
        return [
            *(problem("header_twice", known[key].label) for key in dict.fromkeys(twice)),
            *(problem("header_missing", " / ".join(known[key].label for key in choice)) for choice in missing),
        ]

    def label_of(self, key: str) -> str:
        """The file's own header of a column, or the sample's when the file has none; empty for one of another kind."""
        if key in self.keys:
            return self.labels[self.keys.index(key)]
        column = BY_KEY[self.kind].get(key) if self.kind else None
        return column.label if column else ""


def read_headers(head: Sequence[Sequence[str]], kind: FileKind | None = None) -> Headers:
    """How the first one or two rows of a file are understood; `kind` is a person's word against the file's.

    Raises BadFile when the file repeats a header that means something.
    """
    told = kind or _kind(head)
    labels = _labels_of(head, told)
    own = labels[:-1] if labels and _is_reason(head[:2] if told == FileKind.ADVANCED else head[:1]) else labels
    digest = hashlib.blake2b("\x1f".join(map(normal, own)).encode(), digest_size=16).hexdigest()
    if told is None:
        return Headers(None, labels, (None,) * len(labels), digest)
    keys = _keys(head, told)
    for place, key in enumerate(keys):
        if key and key in keys[:place]:
            raise BadFile("header_twice", column=labels[place])
    return Headers(told, labels, tuple(keys), digest)


def begin(rows: Sequence[Sequence[str]]) -> tuple[int, list[str]]:
    """How many of the first rows stand above the headers, and the letters of the columns where there are no headers.

    Known headers tell by themselves; above others a row with one cell is a title. No header is a date or an address.
    """
    for above in range(len(rows)):
        if _kind(rows[above : above + 2]):
            return above, []
    filled = [sum(map(bool, cells)) for cells in rows]
    above = next((place for place, number in enumerate(filled) if number > 1), 0)
    if any(_is_content(cell) for cell in rows[above]):
        width = max(map(len, rows[above:]))
        return above, [get_column_letter(place) for place in range(1, width + 1)]
    return above, []


def _is_content(cell: str) -> bool:
    return cell.lower().startswith(("http://", "https://")) or is_date(cell)


def _is_reason(head: Sequence[Sequence[str]]) -> bool:
    return bool(head and head[-1] and head[-1][-1].casefold() == REASON)


def header_rows(kind: FileKind) -> int:
    return HEADER_ROWS[kind]


def _needed(kind: FileKind) -> list[tuple[str, ...]]:
    required: list[tuple[str, ...]] = [(column.key,) for column in COLUMNS[kind] if column.required]
    return [*required, *AGENCY_NEEDS] if kind == FileKind.AGENCY else required


def _kind(head: Sequence[Sequence[str]]) -> FileKind | None:
    first = [normal(cell) for cell in head[0]]
    if first[0] == normal(GENERAL):
        return FileKind.ADVANCED
    # Other programs have a column for each network: then no headers of HighLevel's follow.
    if sum(cell in _GROUPS for cell in first) > FEWEST and sum(map(bool, _keys(head, FileKind.ADVANCED))) >= FEWEST:
        return FileKind.ADVANCED
    hits = {kind: sum(key is not None for key in _keys(head, kind)) for kind in (FileKind.BASIC, FileKind.AGENCY)}
    best = max(hits, key=lambda kind: hits[kind])
    return best if hits[best] >= FEWEST else None


def _keys(head: Sequence[Sequence[str]], kind: FileKind) -> list[str | None]:
    if kind == FileKind.ADVANCED:
        fields = head[1] if len(head) > 1 else []
        return [_ADVANCED.get((group, normal(cell))) for group, cell in zip(_groups(head), fields, strict=False)]
    known = {**_ALSO[kind], **_FLAT[kind]}
    return [known.get(normal(cell)) for cell in head[0]]


def _groups(head: Sequence[Sequence[str]]) -> list[str]:
    """The group of each column of the second row: its name stands over the first of its columns only."""
    fields = head[1] if len(head) > 1 else []
    cells = [*head[0], *([""] * (len(fields) - len(head[0])))]
    named = [_GROUPS.get(normal(cell), cell) for cell in cells]
    return list(accumulate(named, _carried))


def _carried(last: str, cell: str) -> str:
    return cell or last


def _labels_of(head: Sequence[Sequence[str]], kind: FileKind | None) -> tuple[str, ...]:
    if kind != FileKind.ADVANCED:
        return _told_apart(head[0])
    fields = head[1] if len(head) > 1 else []
    return _told_apart([f"{group}: {cell}" for group, cell in zip(_groups(head), fields, strict=False)])


def _told_apart(labels: Sequence[str]) -> tuple[str, ...]:
    """The labels, with a number behind one that an earlier column has: cells are kept by the labels."""
    told: list[str] = []
    seen: set[str] = set()
    for label in labels:
        named, number = label, 1
        while label and named in seen:
            number += 1
            named = f"{label} ({number})"
        seen.add(named)
        told.append(named)
    return tuple(told)
