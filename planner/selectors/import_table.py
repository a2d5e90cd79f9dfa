"""The rows of an import as a table: a page of them at a cost that does not grow, each wrong cell with its sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Cast, StrIndex
from django.utils.translation import gettext as _

from accounts.models import ConnectedAccount, Platform, User
from highlevel.models import Location
from planner.composing import Composition
from planner.imports.dates import BadDate, DateOrder, read_moment
from planner.imports.headers import Headers
from planner.imports.problems import WARNINGS, Problem
from planner.imports.words import ROW_WORDS
from planner.models import Post
from planner.models.csv_import import CsvImport, CsvRow, ImportEngine, ImportState, RowState
from planner.selectors.imports import RowLine, row_lines
from planner.services.import_checking import cells_of
from planner.services.import_reading import headers_of

PAGE_SIZE = 50
CLIENT, WHEN, NETWORKS, TEXT = "client", "when", "networks", "text"
CELL_OF = {
    "location_id": CLIENT,
    "location": CLIENT,
    "when": WHEN,
    "status": WHEN,
    "networks": NETWORKS,
    "accounts": NETWORKS,
}
# Where a network's own finding belongs, by what it is about.
CELL_OF_FINDING = {"accounts": NETWORKS, "scheduled_at": WHEN, "status": WHEN}
CELL_OF_CODE = {"location_missing": CLIENT, "account_missing": NETWORKS, "content_missing": TEXT}
# Rows of which nothing waits any more for what was only worth a look.
SETTLED = (RowState.ALREADY, RowState.COMMITTED, RowState.SUCCESS, RowState.FAILED, RowState.UNDONE)
FINDING = re.compile(r"[a-z_]{1,40}")
MARK = re.compile(r"(after|before)-([0-9]{1,9})")
LONGEST = 160  # characters of a text in the table


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Which page of rows is asked for: the first, the last, or the one on either side of a row's number."""

    after: int | None = None
    before: int | None = None
    last: bool = False
    problem: str = ""

    @classmethod
    def read(cls, text: str) -> RowPlace:
        """The place that `page` of an address names; one that was cut short means the first page, and says so."""
        if not text:
            return cls()
        if text == "last":
            return cls(last=True)
        found = MARK.fullmatch(text)
        if found is None:
            return cls(problem=_("The page in this address cannot be read, so this is the first one."))
        number = int(found[2])
        return cls(after=number) if found[1] == "after" else cls(before=number)


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell of the table, and what is wrong with it."""

    shown: str = ""
    problems: list[Problem] = field(default_factory=list)

    @property
    def tone(self) -> str:
        """`bad` where something blocks the row, `warn` where something is only worth a look, else nothing."""
        if not self.problems:
            return ""
        return "bad" if any(problem.blocks for problem in self.problems) else "warn"


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of the table. `posts` are what it would become, `made` the posts that it has become."""

    row: CsvRow
    location: Location | None
    at: datetime | None
    status: str
    accounts: Sequence[ConnectedAccount]
    client: Cell
    when: Cell
    networks: Cell
    text: Cell
    posts: Sequence[Composition]
    problems: Sequence[Problem]
    made: Sequence[Post] = ()

    @property
    def platforms(self) -> list[tuple[str, str]]:
        """The networks it goes to, each once, with their names."""
        labels = dict(Platform.choices)
        return list({one.platform: str(labels.get(one.platform, one.platform)) for one in self.accounts}.items())


@dataclass(frozen=True, slots=True)
class RowTable:
    """A page of rows, and the `page` of its neighbours (None: there is none)."""

    rows: list[TableRow]
    first: str | None
    previous: str | None
    next: str | None
    last: str | None


def row_table(csv_import: CsvImport, user: User, *, states: Sequence[str], code: str, place: RowPlace) -> RowTable:
    """A page of the rows in one of the states (all of them without), or with a problem: one query for the rows, two
    when the place has run dry, and seven for what they name."""
    # What HighLevel says of a row is needed only where its own import is at work.
    unread = () if csv_import.engine == ImportEngine.HIGHLEVEL else ("remote",)
    rows = csv_import.rows.select_related("location").defer("location__remote", "fingerprint", *unread)
    if states:
        rows = rows.filter(state__in=states)
    problem, _colon, finding = code.partition(":")
    if problem in ROW_WORDS:
        if problem not in WARNINGS:
            rows = rows.filter(state=RowState.BLOCKED)
        rows = _saying(rows, "code", problem)
        if FINDING.fullmatch(finding):
            rows = _saying(rows, "finding", finding)
    found, earlier, later = _page(rows, place)
    first, last = (found[0].number, found[-1].number) if found else (0, 0)
    return RowTable(
        rows=table_rows(csv_import, found, user),
        first="" if earlier else None,
        previous=f"before-{first}" if earlier else None,
        next=f"after-{last}" if later else None,
        last="last" if later else None,
    )


def table_rows(csv_import: CsvImport, rows: Sequence[CsvRow], user: User) -> list[TableRow]:
    """The rows as the table shows them, with the posts that they have become: eight queries, less without posts."""
    headers = headers_of(csv_import) if csv_import.headers else None
    chosen = _chosen(csv_import)
    made = _made([row for row in rows if row.state in (RowState.COMMITTED, RowState.SUCCESS, RowState.FAILED)])
    lines = row_lines(csv_import, rows, user)
    if headers is None:
        theirs = _their_accounts(csv_import, rows)
        return [_table_row(csv_import, line, None, theirs[line.row.pk], made.get(line.row.pk, [])) for line in lines]
    return [_table_row(csv_import, line, headers, chosen, made.get(line.row.pk, [])) for line in lines]


def _page(rows: QuerySet[CsvRow], place: RowPlace) -> tuple[list[CsvRow], bool, bool]:
    """The rows of a page, and whether there are others before and behind it."""
    if place.last or place.before is not None:
        above = rows if place.before is None else rows.filter(number__lt=place.before)
        found = list(above.order_by("-number")[: PAGE_SIZE + 1])
        if place.before is not None and len(found) < PAGE_SIZE:
            return _page(rows, RowPlace())
        return found[:PAGE_SIZE][::-1], len(found) > PAGE_SIZE, place.before is not None
    below = rows if place.after is None else rows.filter(number__gt=place.after)
    found = list(below.order_by("number")[: PAGE_SIZE + 1])
    if place.after is not None and not found:
        return _page(rows, RowPlace(last=True))
    return found[:PAGE_SIZE], place.after is not None, len(found) > PAGE_SIZE


def _saying(rows: QuerySet[CsvRow], key: str, value: str) -> QuerySet[CsvRow]:
    """The rows of whose problems one holds that."""
    # The problems are a list of objects; as text they look alike in both databases. Asked for with LIKE, PostgreSQL
    # takes such rows to be few and sorts all of a file's; so it goes through them in order and stops at a page.
    said = StrIndex(Cast("problems", TextField()), Value(f'"{key}": "{value}"'))
    return rows.alias(**{f"at_{key}": said}).filter(**{f"at_{key}__gt": 0})


def _chosen(csv_import: CsvImport) -> list[ConnectedAccount]:
    """The accounts of a file that cannot name its own."""
    if not csv_import.accounts:
        return []
    return list(ConnectedAccount.objects.filter(pk__in=csv_import.accounts).defer("remote"))


def _made(rows: Sequence[CsvRow]) -> dict[int, list[Post]]:
    """The posts that rows have become, by the row's key. Two queries, or none."""
    if not rows:
        return {}
    through = CsvRow.posts.through
    pairs = list(
        through._default_manager.filter(csvrow__in=[row.pk for row in rows])
        .order_by("pk")
        .values_list("csvrow", "post")
    )
    held = Post.objects.defer("remote").in_bulk([post for _row, post in pairs])
    found: dict[int, list[Post]] = {}
    for row, post in pairs:
        found.setdefault(row, []).append(held[post])
    return found


def _table_row(
    csv_import: CsvImport,
    line: RowLine,
    headers: Headers | None,
    chosen: Sequence[ConnectedAccount],
    made: Sequence[Post],
) -> TableRow:
    row, posts = line.row, line.posts
    cells = cells_of(headers, row.raw) if headers else _theirs(row)
    accounts = list(dict.fromkeys(account for post in posts for account in post.accounts)) if posts else []
    over = row.state in SETTLED or csv_import.state == ImportState.CANCELLED
    wrong = _wrong([] if over else line.problems, headers)
    first = posts[0] if posts else None
    at = first.scheduled_at if first else None if headers else _their_time(row)
    text = _text(first) if first else cells.get("text", "") or _any_text(cells)
    named = cells.get("location") or cells.get("location_id", "")
    return TableRow(
        row=row,
        location=row.location or (csv_import.location if not named else None),
        at=at,
        status=first.status if first else "",
        accounts=accounts or (chosen if not cells.get("networks") and not cells.get("accounts") else []),
        client=Cell(named, wrong[CLIENT]),
        when=Cell(cells.get("when", ""), wrong[WHEN]),
        networks=Cell(cells.get("networks") or cells.get("accounts", ""), wrong[NETWORKS]),
        text=Cell(text if len(text) <= LONGEST else f"{text[:LONGEST]}…", wrong[TEXT]),
        posts=posts,
        problems=line.problems,
        made=made,
    )


def _theirs(row: CsvRow) -> dict[str, str]:
    """The cells of a row that was imported in HighLevel's own screens: what HighLevel says of it."""
    return {"text": row.raw.get("content", ""), "when": row.raw.get("scheduleDate", "")}


def _their_time(row: CsvRow) -> datetime | None:
    """When a row of HighLevel's own screens goes out; None where that cannot be read, and is shown as it is."""
    if row.location is None:
        return None
    told = row.raw.get("scheduleDate", "")
    try:
        return read_moment(told, zone=row.location.zone, order=DateOrder.ASK).at
    except BadDate:
        return None


def _their_accounts(csv_import: CsvImport, rows: Sequence[CsvRow]) -> dict[int, list[ConnectedAccount]]:
    """The accounts that HighLevel names for rows of its own screens, by the row's key. One query."""
    named = {row.pk: row.remote.get("accountIds") for row in rows if isinstance(row.remote, dict)}
    held = ConnectedAccount.objects.filter(location=csv_import.location).defer("remote")
    by_id = {account.remote_id: account for account in held}
    asked = {row.pk: keys if isinstance(keys := named.get(row.pk), list) else [] for row in rows}
    return {pk: [by_id[key] for key in keys if isinstance(key, str) and key in by_id] for pk, keys in asked.items()}


def _wrong(problems: Sequence[Problem], headers: Headers | None) -> dict[str, list[Problem]]:
    """The problems by the cell of the table that shows them."""
    keys = dict(zip(headers.labels, headers.keys, strict=True)) if headers else {}
    found: dict[str, list[Problem]] = {CLIENT: [], WHEN: [], NETWORKS: [], TEXT: []}
    for problem in problems:
        found[cell_of(problem, keys.get(problem.column) or "")].append(problem)
    return found


def cell_of(problem: Problem, key: str) -> str:
    """The cell of the table that a problem belongs to; `key` is what its column means."""
    if problem.code in CELL_OF_CODE:
        return CELL_OF_CODE[problem.code]
    if problem.field in CELL_OF_FINDING:
        return CELL_OF_FINDING[problem.field]
    return CELL_OF.get(key, TEXT)


def _text(post: Composition) -> str:
    return post.text or next(iter(post.versions.values()), "")


def _any_text(cells: dict[str, str]) -> str:
    return next((text for key, text in cells.items() if key.endswith(".Text")), "")
