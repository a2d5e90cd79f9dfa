"""Records of a text file, one after the other, none of them larger than the limits."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

from planner.imports.headers import LOOKED_AT, begin
from planner.imports.problems import BadFile
from planner.imports.reading.encoding import encoding_of
from planner.imports.reading.limits import LONGEST_CELL, LONGEST_RECORD, MOST_COLUMNS, MOST_LINES, MOST_ROWS

DELIMITERS = (",", ";", "\t")
Record = tuple[int, list[str]]
"""A row's number as a spreadsheet shows it, and its cells without the blanks around them, lines ending in one way."""
SEPARATOR_LINE = re.compile(r'"?sep=([,;\t])"?[\s,;]*', re.IGNORECASE)  # by which Excel is told the separator


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is to be read, and what was found in it. `first` is the row of the headers, `head` that row and the
    next that holds anything, `records` the number of rows with anything in them from there on, `above` of those over
    it, as a title is. A file without headers is `bare`: its `head` are the letters of the columns, which count as a
    record, and `first` is the row over its posts. Of a workbook `sheet` is the name of the one that is read, and
    `unread` the number of others that people see."""

    encoding: str
    delimiter: str
    first: int
    head: list[list[str]]
    records: int
    sheet: str = ""
    unread: int = 0
    above: int = 0
    bare: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def survey(path: Path) -> Layout:
    """Read the whole file once and say what it holds. Raises BadFile, so that no later reading has to."""
    encoding = encoding_of(path)
    delimiter = _delimiter(path, encoding)
    top: list[Record] = []
    number = 0
    for record in records(path, encoding=encoding, delimiter=delimiter):
        number += 1
        if number <= LOOKED_AT:
            top.append(record)
    if not top:
        raise BadFile("file_empty")
    above, letters = begin([cells for _row, cells in top])
    first, head = top[above][0], [cells for _row, cells in top[above : above + 2]]
    if letters:
        return Layout(encoding, delimiter, first - 1, [letters], number - above + 1, above=above, bare=True)
    return Layout(encoding, delimiter, first, head, number - above, above=above)


def last_header(path: Path, layout: Mapping[str, Any], headers: int) -> int:
    """The row behind which the posts begin, where that many rows are headers. Blank lines may stand between two."""
    if layout.get("bare"):
        return int(layout["first"])
    held = records(path, encoding=layout["encoding"], delimiter=layout["delimiter"], after=layout["first"] - 1)
    return [row for row, _cells in islice(held, headers)][-1]


def records(path: Path, *, encoding: str, delimiter: str, after: int = 0) -> Iterator[Record]:
    """Every row that has anything in it, once, from the row behind `after` on. Raises BadFile."""
    row = 0
    with path.open(encoding=encoding, newline="") as stream:
        lines = _Lines(stream)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            for row, cells in enumerate(reader, 1):
                lines.row, lines.held = row + 1, 0
                if row > MOST_ROWS:
                    raise BadFile("too_many_rows", most=MOST_ROWS)
                if row <= after:
                    continue
                if len(cells) > MOST_COLUMNS:
                    raise BadFile("too_many_columns", row=row, most=MOST_COLUMNS)
                stripped = [_lines_alike(cell.strip()) if "\r" in cell else cell.strip() for cell in cells]
                if any(stripped) and not (row == 1 and SEPARATOR_LINE.fullmatch(delimiter.join(cells))):
                    yield row, stripped
        except UnicodeError:
            raise BadFile("file_encoding") from None
        except csv.Error as error:
            code = "cell_too_long" if "field larger" in str(error) else "file_quote"
            raise BadFile(code, row=row + 1, most=LONGEST_CELL) from None


def _lines_alike(cell: str) -> str:
    """A spreadsheet writes other line ends when it saves the file again; it says the same all the same."""
    return cell.replace("\r\n", "\n").replace("\r", "\n")


class _Lines:
    """The lines of a file for the csv module, which itself would gather a row of any length."""

    def __init__(self, stream: IO[str]) -> None:
        self._read = stream.readline
        self.row, self.held, self._lines = 1, 0, 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._read(LONGEST_RECORD + 1)
        if not line:
            raise StopIteration
        self.held += len(line)
        self._lines += 1
        if self.held > LONGEST_RECORD:
            raise BadFile("row_too_long", row=self.row, most=LONGEST_RECORD)
        if self._lines > MOST_LINES:
            raise BadFile("too_many_lines", most=MOST_LINES)
        if "\0" in line:
            raise BadFile("file_nul", row=self.row)
        return line


def _delimiter(path: Path, encoding: str) -> str:
    """What separates the cells of the first line that has several; a comma when there is one column. A title may stand
    above it, as some programs write the name of the table."""
    try:
        with path.open(encoding=encoding, newline="") as stream:
            looked = 0
            while looked < LOOKED_AT and (line := stream.readline(LONGEST_RECORD + 1)):
                if not line.strip(" \r\n\t,;\"'"):
                    continue
                if told := SEPARATOR_LINE.fullmatch(line):
                    return told[1]
                outside = "".join(line.split('"')[0::2])
                found = max(DELIMITERS, key=outside.count)
                if found in outside:
                    return found
                looked += 1
    except UnicodeError:
        raise BadFile("file_encoding") from None
    return ","
