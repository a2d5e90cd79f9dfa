"""The texts of the first sheet of an .xlsx workbook, read with bounds on size and without entities."""

import io
import re
import zipfile
from xml.etree import ElementTree

LARGEST_PART = 20_000_000
"""Bytes that one part of a workbook may unpack to."""

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
_REFERENCE = re.compile(r"([A-Z]{1,3})\d+")
_MOST_COLUMNS = 256


class Unreadable(Exception):
    """The file is no workbook, or one that is too large or unsafe to read."""


def read_sheet(content: bytes) -> list[list[str]]:
    """Rows of texts; numbers as they are stored, missing cells as "". Raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            sheets = sorted((int(found[1]), found[0]) for name in names if (found := _SHEET.fullmatch(name)))
            if not sheets:
                raise Unreadable("it has no sheet")
            shared = _shared_texts(archive) if "xl/sharedStrings.xml" in names else []
            return [_row(row, shared) for row in _parse(archive, sheets[0][1]).iter(f"{_MAIN}row")]
    except (
        zipfile.BadZipFile,
        ElementTree.ParseError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        IndexError,
    ) as bad:
        raise Unreadable(str(bad)) from None


def _parse(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    with archive.open(name) as part:
        data = part.read(LARGEST_PART + 1)
    if len(data) > LARGEST_PART:
        raise Unreadable("it is too large")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unreadable("it is not plain UTF-8 XML")
    return ElementTree.fromstring(data)  # noqa: S314 - bounded above, and without a document type


def _shared_texts(archive: zipfile.ZipFile) -> list[str]:
    return [_text(entry) for entry in _parse(archive, "xl/sharedStrings.xml").iter(f"{_MAIN}si")]


def _text(element: ElementTree.Element) -> str:
    return "".join(part.text or "" for part in element.iter(f"{_MAIN}t"))


def _row(row: ElementTree.Element, shared: list[str]) -> list[str]:
    cells: list[str] = []
    for cell in row.iter(f"{_MAIN}c"):
        column = _column(cell.get("r", ""), len(cells))
        if column >= _MOST_COLUMNS:
            raise Unreadable("it has too many columns")
        cells += [""] * (column - len(cells))
        cells.append(_value(cell, shared))
    return cells


def _column(reference: str, default: int) -> int:
    found = _REFERENCE.fullmatch(reference)
    if not found:
        return default
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    return max(number - 1, default)


def _value(cell: ElementTree.Element, shared: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell)
    value = cell.findtext(f"{_MAIN}v") or ""
    if kind == "s":
        return shared[int(value)]
    if kind == "b":
        return "true" if value == "1" else "false"
    return value
