"""A workbook as Excel writes it: every text once in a part of its own, and a sheet whose cells refer to them."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from string import ascii_uppercase
from typing import IO
from xml.sax.saxutils import escape

import openpyxl

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def write_workbook(path: Path, headers: Sequence[str], rows: Sequence[Sequence[str]], *, repeat: int) -> int:
    """Write the rows `repeat` times, each time with another text in each row; the size in bytes of all parts unpacked."""
    shell = io.BytesIO()
    openpyxl.Workbook().save(shell)
    with zipfile.ZipFile(shell) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name not in (SHEET, TEXTS):
                target.writestr(name, source.read(name))
        with target.open(TEXTS, "w", force_zip64=True) as part:
            cells = chain.from_iterable(_repeated(headers, rows, repeat))
            _fill(part, "sst", (f'<si><t xml:space="preserve">{escape(cell)}</t></si>' for cell in cells))
        with target.open(SHEET, "w", force_zip64=True) as part:
            lines = (_line(row, len(headers)) for row in range(1 + repeat * len(rows)))
            _fill(part, "worksheet", chain(["<sheetData>"], lines, ["</sheetData>"]))
        return sum(part.file_size for part in target.infolist())


def _repeated(headers: Sequence[str], rows: Sequence[Sequence[str]], repeat: int) -> Iterator[Sequence[str]]:
    chance = random.Random(1)
    yield headers
    for number in range(repeat):
        for row in rows:
            yield [f"{cell} {number} {chance.randbytes(900).hex()}" if len(cell) > 500 else cell for cell in row]


def _line(row: int, columns: int) -> str:
    cells = (f'<c r="{ascii_uppercase[at]}{row + 1}" t="s"><v>{row * columns + at}</v></c>' for at in range(columns))
    return f'<row r="{row + 1}">{"".join(cells)}</row>'


def _fill(part: IO[bytes], name: str, pieces: Iterator[str]) -> None:
    part.write(f'<?xml version="1.0" encoding="UTF-8"?><{name} xmlns="{MAIN}">'.encode())
    for piece in pieces:
        part.write(piece.encode())
    part.write(f"</{name}>".encode())
