"""The first sheet of an .xlsx workbook that is shown, as text, with bounds on everything that it may unpack to.

openpyxl knows how a workbook is made; what it would keep in memory, the texts and the rows, is read here in pieces.
"""

from __future__ import annotations

import csv
import re
import tempfile
import warnings
import zipfile
import zlib
from array import array
from collections.abc import Generator, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any, overload
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import STRIP_RE, builtin_format_code
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._reader import ROW_TAG, WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS

from planner.imports.problems import BadFile
from planner.imports.reading.limits import (
    LARGEST_PART,
    LARGEST_UNPACKED,
    LONGEST_CELL,
    LONGEST_RECORD,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_PARTS,
    MOST_ROWS,
    MOST_SWELLING,
    SMALL_PART,
)

STREAMED = ("xl/worksheets/", "xl/sharedStrings")
NEVER_READ = ("xl/media/", "xl/embeddings/", "xl/drawings/", "xl/printerSettings/", "docProps/thumbnail")
TEXT_TAG, CELL_TAG, SHEET_TAG = f"{{{SHEET_MAIN_NS}}}si", f"{{{SHEET_MAIN_NS}}}c", f"{{{SHEET_MAIN_NS}}}sheetData"
STRICT = b"http://purl.oclc.org/ooxml/"  # the names of the other kind of .xlsx, which openpyxl does not know
OWN_FORMATS = 164  # number formats from here on are the workbook's own
CLOCK_SIGNS = re.compile(r"(?<![_\\])[hs]", re.IGNORECASE)
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
HALF_SECOND = 500_000
BROKEN = (
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    TypeError,
    ValueError,
    ParseError,
    DefusedXmlException,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
)


def is_workbook(path: Path) -> bool:
    """Whether the file begins as a zip archive does."""
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def write_as_text(source: Path, target: Path) -> tuple[str, int]:
    """Write the rows of the first sheet that is shown to `target` as UTF-8 with commas; each keeps its number. Returns
    the name of the sheet, and how many more are shown. Raises BadFile."""
    try:
        with zipfile.ZipFile(source) as archive:
            _refuse_bombs(archive)
        with (
            warnings.catch_warnings(action="ignore"),
            source.open("rb") as packed,
            tempfile.TemporaryFile("w+b") as kept,
            target.open("w", encoding="utf-8", newline="") as stream,
        ):
            writer, filled = csv.writer(stream), False
            reader = _Reader(packed, _Texts(kept))
            for cells in _rows(reader):
                writer.writerow(cells)
                filled = filled or any(map(str.strip, cells))
            if not filled:
                raise BadFile("workbook_no_sheet")
            return reader.name, reader.unread
    except BROKEN as error:
        raise BadFile("workbook_damaged") from error


def _refuse_bombs(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise BadFile("workbook_too_large")
    for part in parts:
        if part.filename.startswith(NEVER_READ):
            continue
        if not part.filename.startswith(STREAMED) and part.file_size > LARGEST_PART:
            raise BadFile("workbook_too_large")
        if part.file_size > SMALL_PART and part.file_size > MOST_SWELLING * max(part.compress_size, 1):
            raise BadFile("workbook_too_large")


def _rows(reader: _Reader) -> Iterator[list[str]]:
    """The rows as texts, empty ones too, so that each keeps its number."""
    last = 0
    with reader.archive, reader.archive.open(reader.sheet()) as source:
        for number, cells in _sheet_rows(source, reader):
            if number <= last:
                raise BadFile("workbook_order")
            if number > MOST_ROWS:
                raise BadFile("too_many_rows", most=MOST_ROWS)
            yield from ([] for _ in range(last + 1, number))
            yield cells
            last = number


def _sheet_rows(source: IO[bytes], reader: _Reader) -> Iterator[tuple[int, list[str]]]:
    parser = _Sheet(
        _Bounded(source),
        reader.texts,
        data_only=True,
        epoch=reader.wb.epoch,
        date_formats=reader.wb._date_formats,  # type: ignore[attr-defined]
        timedelta_formats=reader.wb._timedelta_formats,  # type: ignore[attr-defined]
    )
    only_days = _only_days(reader)
    for number, cells in parser.parse():
        row: list[str] = []
        for cell in cells:
            column = cell["column"]
            if column > MOST_COLUMNS:
                raise BadFile("too_many_columns", row=number, most=MOST_COLUMNS)
            row.extend("" for _ in range(len(row) + 1, column))
            row.append(_text(cell["value"], whole_day=cell["style_id"] in only_days))
        yield number, row


def _only_days(reader: _Reader) -> set[int]:
    """The styles that show a day and no time."""
    formats = reader.wb._number_formats  # type: ignore[attr-defined]
    found = set()
    for style in reader.wb._date_formats:  # type: ignore[attr-defined]
        number = reader.wb._cell_styles[style].numFmtId  # type: ignore[attr-defined]
        code = str(formats[number - OWN_FORMATS] if number >= OWN_FORMATS else builtin_format_code(number))
        if not CLOCK_SIGNS.search(STRIP_RE.sub("", code.split(";")[0])):
            found.add(style)
    return found


def _text(value: Any, *, whole_day: bool = False) -> str:
    """A cell as somebody would have typed it; `whole_day` when it shows no time."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return _moment(value, whole_day=whole_day)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, (date, time, timedelta, int)):
        return str(value)
    return ESCAPED.sub(_unescaped, str(value)).replace("\0", "")


def _moment(value: datetime, *, whole_day: bool) -> str:
    """A day, and its time to the second: as a fraction of a day it is seldom a round one."""
    late = value.microsecond >= HALF_SECOND and value.date() < date.max
    full = value.replace(microsecond=0) + timedelta(seconds=late)
    return full.strftime("%Y-%m-%d" if whole_day and full.time() == time() else "%Y-%m-%d %H:%M:%S")


def _unescaped(found: re.Match[str]) -> str:
    """The sign that a workbook writes by its number because XML cannot hold it, as a line break of old."""
    sign = chr(int(found[1], 16))
    return str(found[0]) if "\ud800" <= sign <= "\udfff" else sign


class _Texts:
    """The texts that cells refer to, kept in a file: openpyxl would keep them all in memory."""

    def __init__(self, kept: IO[bytes]) -> None:
        self._kept, self._ends = kept, array("Q", [0])

    def append(self, text: str) -> None:
        self._ends.append(self._ends[-1] + self._kept.write(text.encode("utf-8", "replace")))

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> list[str]: ...

    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(len(self)))]
        if not 0 <= place < len(self):
            raise IndexError(place)
        self._kept.seek(self._ends[place])
        return self._kept.read(self._ends[place + 1] - self._ends[place]).decode()


class _Reader(ExcelReader):
    """openpyxl's reader, which reads what the first sheet needs, and keeps the texts in a file. `name` is that of the
    sheet, `unread` the number of others that people see."""

    def __init__(self, packed: IO[bytes], texts: _Texts) -> None:
        super().__init__(packed, read_only=True, keep_links=False, data_only=True)
        self.texts = texts
        self.name, self.unread = "", 0

    def sheet(self) -> str:
        """The name of the part that holds the first sheet that people see. Raises BadFile."""
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        apply_stylesheet(self.archive, self.wb)
        shown = [
            (sheet.name, str(relation.target))
            for sheet, relation in self.parser.find_sheets()
            if relation.target in self.valid_files
            and "chartsheet" not in relation.Type
            and sheet.state not in ("hidden", "veryHidden")
        ]
        if shown:
            self.name, self.unread = str(shown[0][0] or ""), len(shown) - 1
            return shown[0][1]
        strict = STRICT in self.archive.read(self.parser.workbook_part_name)
        raise BadFile("workbook_strict" if strict else "workbook_no_sheet")

    def read_strings(self) -> None:
        name = next((name for name in self.valid_files if name.lower() == "xl/sharedstrings.xml"), "")
        if not name:
            return
        with self.archive.open(name) as source:
            bounded, root = _Bounded(source), None
            for event, element in iterparse(bounded, events=("start", "end")):
                if root is None:
                    root = element
                elif event == "end" and element.tag == TEXT_TAG:
                    text = Text.from_tree(element)
                    self.texts.append(text.content if text else "")
                    root.clear()
                    bounded.renew()


class _Sheet(WorkSheetParser):
    """openpyxl's parser of a sheet, which forgets each row once it is read."""

    source: _Bounded

    def parse(self) -> Generator[tuple[int, list[dict[str, Any]]], None, None]:
        holder: Element | None = None
        cells, left = 0, MOST_CELLS
        for event, element in iterparse(self.source, events=("start", "end")):
            if event == "start":
                if element.tag == SHEET_TAG:
                    holder = element
                elif element.tag == CELL_TAG:
                    cells += 1
                    if cells > MOST_COLUMNS:
                        raise BadFile("too_many_columns", row=self.row_counter + 1, most=MOST_COLUMNS)
            elif element.tag == ROW_TAG:
                left -= cells
                if left < 0:
                    raise BadFile("workbook_too_large")
                yield self.parse_row(element)
                cells = 0
                self.row_dimensions.clear()
                self.source.renew()
                if holder is not None:
                    holder.clear()
            elif element.tag == SHEET_TAG:
                return


class _Bounded:
    """A part of a workbook that gives no more than a row's worth of bytes until it is told that one was read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self._since = source, 0

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size if 0 <= size <= LONGEST_CELL else LONGEST_CELL)
        self._since += len(data)
        if self._since > 2 * LONGEST_RECORD:
            raise BadFile("workbook_too_large")
        return data

    def renew(self) -> None:
        self._since = 0

    def close(self) -> None:
        self._source.close()
