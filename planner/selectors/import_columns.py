"""The columns step: what was recognised in a file, with a look at its first rows, and what has to be chosen for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.access import WRITERS, locations_for
from accounts.models import ConnectedAccount, Member, User
from highlevel.models import Location
from highlevel.models.location import LocationQuerySet
from planner.imports.columns import AGENCY_NEEDS, BY_KEY, COLUMNS, HEADER_ROWS, Column, FileKind, normal
from planner.imports.dates import DateQuestion, question_about
from planner.imports.headers import Headers, read_headers
from planner.imports.places import APPROVERS
from planner.imports.problems import BadFile, Problem
from planner.imports.reading import last_header, records
from planner.models.csv_import import CsvImport
from planner.services.import_files import file_path

LOOKED_AT = 200  # rows that the samples come from
SHOWN = 3  # values of a column
LONGEST = 60  # characters of one
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}


@dataclass(frozen=True, slots=True)
class FileColumn:
    """One column of the file. `means` is how the kind calls it, empty when it is left out; `changed` says that a person
    said so; `wrong` is what was typed that is no column of the kind."""

    place: int
    label: str
    samples: Sequence[str]
    means: str
    hint: str
    changed: bool
    required: bool
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class ColumnsPage:
    """Everything of the columns step. `used` have contents or a meaning that matters, `empty` have neither. `sheet`,
    `unread`, `above` and `bare` as in Layout; `lacks_client` where it is to be of many clients and says none."""

    kind: FileKind | None
    used: Sequence[FileColumn]
    empty: Sequence[FileColumn]
    choices: Sequence[Column]
    problems: Sequence[Problem]
    dates: DateQuestion | None
    encoding: str
    separator: str
    rows: int
    sheet: str
    unread: int
    above: int
    bare: bool
    lacks_client: bool

    @property
    def known(self) -> int:
        return sum(bool(column.means) for column in (*self.used, *self.empty))

    @property
    def ignored(self) -> Sequence[FileColumn]:
        """Columns that hold something and are left out."""
        return [column for column in self.used if not column.means]


def columns_page(csv_import: CsvImport, *, kind: FileKind | None, typed: Mapping[int, str] | None) -> ColumnsPage:
    """The columns of a file that is read as `kind`; `typed` is what a person wrote beside them, by their number.

    No query. Raises BadFile when the file is not there any more.
    """
    layout = csv_import.layout
    headers, problems = understood(csv_import, kind, typed)
    looked = _first_rows(csv_import, kind)
    samples = _samples(looked, len(headers.labels))
    told = _told(csv_import, kind)
    known = BY_KEY[kind] if kind else {}
    columns = []
    for place, label in enumerate(headers.labels):
        text = (typed or {}).get(place)
        column = known.get(headers.keys[place] or "")
        wrong = text if text and kind and column is None else ""
        columns.append(
            FileColumn(
                place,
                label or _("column %d") % (place + 1),
                samples[place],
                column.label if column else wrong,
                str(column.hint) if column else "",
                place < len(told) and headers.keys[place] != told[place],
                bool(column and column.required),
                wrong,
            )
        )
    return ColumnsPage(
        kind=kind,
        used=[column for column in columns if column.samples or column.required or column.changed],
        empty=[column for column in columns if not (column.samples or column.required or column.changed)],
        choices=COLUMNS[kind] if kind else (),
        problems=problems,
        dates=_dates(headers, looked),
        encoding=layout["encoding"],
        separator=SEPARATORS.get(layout["delimiter"], layout["delimiter"]),
        rows=max(0, layout["records"] - (HEADER_ROWS[kind] if kind else 1)),
        sheet=layout.get("sheet", ""),
        unread=layout.get("unread", 0),
        above=layout.get("above", 0),
        bare=layout.get("bare", False),
        lacks_client=kind == FileKind.AGENCY and not {*AGENCY_NEEDS[0]} & {*headers.keys},
    )


def understood(
    csv_import: CsvImport, kind: FileKind | None, typed: Mapping[int, str] | None
) -> tuple[Headers, list[Problem]]:
    """How the headers are read as that kind, with what is wrong with that. Without `typed` the stored mapping holds."""
    head = csv_import.layout["head"]
    if kind is None:
        headers = Headers(None, _plain(head), (None,) * len(_plain(head)), "")
        return headers, headers.problems()
    mapping = csv_import.mapping if typed is None and kind == csv_import.kind else mapping_of(csv_import, kind, typed)
    try:
        headers = read_headers(head, kind).with_mapping(mapping)
    except BadFile as bad:
        labels = _plain(head)
        return Headers(kind, labels, (None,) * len(labels), ""), [bad.problem]
    return headers, headers.problems()


def mapping_of(csv_import: CsvImport, kind: FileKind, typed: Mapping[int, str] | None) -> dict[str, str]:
    """What was typed as the service takes it: only columns that mean something else than their header says."""
    told = _told(csv_import, kind)
    by_word = {normal(column.label): column.key for column in COLUMNS[kind]}
    keys = {place: by_word.get(normal(text), "") for place, text in (typed or {}).items()}
    return {str(place): key for place, key in keys.items() if place < len(told) and key != (told[place] or "")}


def strangers(kind: FileKind, typed: Mapping[int, str]) -> dict[int, str]:
    """What was typed that is no column of the kind, by number."""
    words = {normal(column.label) for column in COLUMNS[kind]}
    return {place: text for place, text in typed.items() if text.strip() and normal(text) not in words}


def places_to_write(user: User) -> LocationQuerySet:
    """The locations that a file of HighLevel's own kinds can be for."""
    return locations_for(user, *WRITERS).order_by("name", "pk").only("name", "timezone", "colour")


def accounts_of(location: Location) -> list[ConnectedAccount]:
    """The accounts that such a file can go to."""
    accounts = ConnectedAccount.objects.present().filter(location=location)
    return list(accounts.defer("remote").order_by("platform", "name", "pk"))


def approvers_of(location: Location) -> list[tuple[str, str]]:
    """Who can approve there: HighLevel's id and the name."""
    members = Member.objects.present().filter(location=location).exclude(remote_id=None)
    able = members.filter(Q(role__in=APPROVERS) | Q(user=None)).order_by("name", "pk")
    return [
        (str(remote_id), name or email) for remote_id, name, email in able.values_list("remote_id", "name", "email")
    ]


def _told(csv_import: CsvImport, kind: FileKind | None) -> Sequence[str | None]:
    """What the headers say by themselves."""
    try:
        return read_headers(csv_import.layout["head"], kind).keys if kind else ()
    except BadFile:
        return ()


def _plain(head: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple(head[0])


def _first_rows(csv_import: CsvImport, kind: FileKind | None) -> list[list[str]]:
    layout = csv_import.layout
    path = file_path(csv_import.file)
    start = last_header(path, layout, HEADER_ROWS[kind] if kind else 1)
    held = records(path, encoding=layout["encoding"], delimiter=layout["delimiter"], after=start)
    return [cells for _row, cells in islice(held, LOOKED_AT)]


def _samples(rows: Sequence[Sequence[str]], width: int) -> list[list[str]]:
    """Up to three different values of each column, in the order of the file."""
    found: list[dict[str, None]] = [{} for _column in range(width)]
    for cells in rows:
        for held, cell in zip(found, cells, strict=False):
            if cell and len(held) < SHOWN:
                held[cell if len(cell) <= LONGEST else f"{cell[:LONGEST]}…"] = None
    return [list(held) for held in found]


def _dates(headers: Headers, rows: Sequence[Sequence[str]]) -> DateQuestion | None:
    """What has to be asked about the dates of the first rows."""
    if "when" not in headers.keys:
        return None
    place = headers.keys.index("when")
    return question_about([cells[place] for cells in rows if place < len(cells)])
