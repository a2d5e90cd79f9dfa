"""Files of every letter and shape are read; whatever cannot be has a code and a sentence, and nothing of it is kept."""

from __future__ import annotations

import io
import os
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from planner.imports.problems import BadFile, from_json
from planner.imports.reading import LARGEST_FILE, records, take_in
from planner.models import CsvImport, CsvRow
from planner.services.import_files import folder
from planner.services.import_reading import import_upload
from tests.planner.imports.desk import NOW, Desk, table

ROWS = [["teamId", "text"], ["loc-1", "Zahnärzte, “heute”\nund morgen – 5 €"], ["loc-2", "señor"]]


def read(path: Path, data: bytes, name: str = "posts.csv") -> list[list[str]]:
    path.write_bytes(data)
    layout = take_in(path, name=name)
    return [cells for _row, cells in records(path, encoding=layout.encoding, delimiter=layout.delimiter)]


def workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_letters_and_separators(tmp_path: Path, encoding: str, delimiter: str) -> None:
    assert read(tmp_path / "file", table(ROWS, delimiter).encode(encoding)) == ROWS


@pytest.mark.parametrize("ending", ["\n", "\r", "\r\n"])
def test_line_endings(tmp_path: Path, ending: str) -> None:
    assert read(tmp_path / "file", ending.join(["a,b", "1,2", "", "3,4"]).encode()) == [
        ["a", "b"],
        ["1", "2"],
        ["3", "4"],
    ]


def test_a_single_letter_at_the_end_of_a_large_file_tells_its_encoding(tmp_path: Path) -> None:
    data = b"text\n" + b"plain letters\n" * 200_000 + "Straße\n".encode("cp1252")
    assert read(tmp_path / "file", data)[-1] == ["Straße"]


def test_a_workbook_is_read_as_its_first_sheet(tmp_path: Path) -> None:
    when = datetime(2027, 4, 5, 10, 0)  # noqa: DTZ001 - a workbook knows no zones
    rows: list[list[object]] = [["teamId", "postDate", "n", "b"], ["loc-1", when, 7.0, True], [None, None, 2.5, None]]
    path = tmp_path / "file"
    assert read(path, workbook(rows), "posts.xlsx") == [
        ["teamId", "postDate", "n", "b"],
        ["loc-1", "2027-04-05 10:00:00", "7", "TRUE"],
        ["", "", "2.5"],
    ]


def test_what_excel_writes_is_read_as_it_is_seen(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    lists, posts = book.active, book.create_sheet("Posts")
    assert lists is not None
    lists["A1"], lists.sheet_state = "a list for the menus", "hidden"
    book.epoch = CALENDAR_MAC_1904
    rich = CellRichText("bold ", TextBlock(InlineFont(b=True), "claims"))
    dates = {"B2": "d/m/yyyy h:mm", "B3": "yyyy-mm-dd", "B4": 'dddd, d "de" mmmm', "B5": "m/d/yyyy h:mm AM/PM"}
    for cell, shown in dates.items():
        posts[cell] = datetime(2027, 4, 5)  # noqa: DTZ001 - a workbook knows no zones
        posts[cell].number_format = shown
    posts["A1"], posts["B1"], posts["B6"] = "text", "postDate", 45_020.4166666  # a little less than ten o'clock
    posts["B6"].number_format = "d/m/yyyy h:mm"
    posts["A2"], posts["A3"], posts["A4"] = rich, "one_x000D_\ntwo", "_x005F_x000D_ as it is"
    posts.merge_cells("A5:A6")
    posts["A5"] = "over two rows"
    book.save(tmp_path / "book.xlsx")
    layout = take_in(tmp_path / "book.xlsx", name="book.xlsx")
    held = records(tmp_path / "book.xlsx", encoding=layout.encoding, delimiter=layout.delimiter)
    assert [cells for _row, cells in held] == [
        ["text", "postDate"],
        ["bold claims", "2027-04-05 00:00:00"],
        ["one\ntwo", "2027-04-05"],
        ["_x000D_ as it is", "2027-04-05"],
        ["over two rows", "2027-04-05 00:00:00"],
        ["", "2027-04-05 10:00:00"],
    ]


def test_of_a_formula_its_last_result_is_read(tmp_path: Path) -> None:
    cells = "".join(
        f'<c t="{kind}"><f>A1</f><v>{value}</v></c>'
        for kind, value in (("str", "said"), ("n", "3"), ("b", "1"), ("e", "#REF!"), ("n", ""))
    )
    inline = '<c t="inlineStr"><is><r><t xml:space="preserve">in </t></r><r><t>place</t></r></is></c>'
    sheet = f"<worksheet {MAIN}><sheetData><row>{cells}{inline}</row></sheetData></worksheet>"
    assert read(tmp_path / "file", changed_sheet(sheet), "posts.xlsx") == [
        ["said", "3", "TRUE", "#REF!", "", "in place"]
    ]


def test_rows_of_a_workbook_keep_their_numbers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["C5"] = "teamId", "text"
    book.save(tmp_path / "book.xlsx")
    layout = take_in(tmp_path / "book.xlsx", name="book.xlsx")
    held = records(tmp_path / "book.xlsx", encoding=layout.encoding, delimiter=layout.delimiter)
    assert list(held) == [(1, ["teamId"]), (5, ["", "", "text"])]


def bomb(size: int, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open(name, "w", force_zip64=True) as part:
            for _ in range(size // 1_000_000):
                part.write(b"0" * 1_000_000)
    return stream.getvalue()


def changed_sheet(sheet: str) -> bytes:
    """A workbook whose sheet is this XML."""
    source, target = zipfile.ZipFile(io.BytesIO(workbook([["a", "b"]]))), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            archive.writestr(name, sheet if name.startswith("xl/worksheets/") else source.read(name))
    return target.getvalue()


def strict(data: bytes) -> bytes:
    """The workbook with the names that Excel's “Strict Open XML” has."""
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            body = source.read(name)
            for kind in ("spreadsheetml", "officeDocument"):
                plain = b"http://schemas.openxmlformats.org/%s/2006/" % kind.encode()
                body = body.replace(plain, b"http://purl.oclc.org/ooxml/%s/" % kind.encode()) if "/" in name else body
            archive.writestr(name, body)
    return target.getvalue()


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
BAD: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", "posts.csv", "file_empty"),
    "blank": (b" \n\t\n \r\n", "posts.csv", "file_empty"),
    "commas": (b",,,\n,,\n", "posts.csv", "file_empty"),
    "mark only": (b"\xef\xbb\xbf", "posts.csv", "file_empty"),
    "binary": (bytes(range(256)) * 40, "posts.csv", "file_binary"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "posts.csv", "file_image"),
    "photo": (b"\xff\xd8\xff\xe0" + b"\0" * 99, "posts.csv", "file_image"),
    "pdf": (b"%PDF-1.7\n", "posts.csv", "file_pdf"),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "posts.xlsx", "file_old_workbook"),
    "ending": (b"teamId,text\n", "posts.docx", "file_extension"),
    "nul": (b"teamId,text\nloc,ab\0c\n", "posts.csv", "file_nul"),
    "late nul": (b"teamId,text\n" + b"loc,text\n" * 20_000 + b"a,\0\n", "posts.csv", "file_nul"),
    "letters": (b"teamId,text\nloc,\x81\x8d\x90\xfe\n", "posts.csv", "file_encoding"),
    "half utf-16": ("teamId,text".encode("utf-16") + b"a", "posts.csv", "file_encoding"),
    "open quote": (b'teamId,text\nloc,"never closed\n', "posts.csv", "file_quote"),
    "closed within": (b'teamId,text\nloc,"a"b\n', "posts.csv", "file_quote"),
    "open for long": (b'teamId,text\nloc,"' + b"more and more\n" * 100_000, "posts.csv", "cell_too_long"),
    "long cell": (b'teamId,text\nloc,"' + b"x" * 140_000 + b'"\n', "posts.csv", "cell_too_long"),
    "one line": (b"x" * 3_000_000, "posts.csv", "row_too_long"),
    "5,000 columns": (b",".join(b"c%d" % n for n in range(5_000)) + b"\n1\n", "posts.csv", "too_many_columns"),
    "a million columns of quotes": (b'"",' * 1_000_000 + b"\n", "posts.csv", "row_too_long"),
    "columns in a row": (b"teamId,text\n" + b"," * 5_000 + b"x\n", "posts.csv", "too_many_columns"),
    "cut workbook": (workbook([["a", "b"]])[:-200], "posts.xlsx", "workbook_damaged"),
    "zip of something": (bomb(0, "hello.txt"), "posts.xlsx", "workbook_damaged"),
    "bomb": (bomb(300_000_000), "posts.xlsx", "workbook_too_large"),
    "many parts": (b"", "posts.xlsx", "workbook_too_large"),
    "entities": (
        changed_sheet(f"{LAUGHS}<worksheet {MAIN}><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>"),
        "posts.xlsx",
        "workbook_damaged",
    ),
    "a row of many cells": (
        changed_sheet(f"<worksheet {MAIN}><sheetData><row>{'<c/>' * 200_000}</row></sheetData></worksheet>"),
        "posts.xlsx",
        "too_many_columns",
    ),
    "a far column": (
        changed_sheet(
            f'<worksheet {MAIN}><sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>'
        ),
        "posts.xlsx",
        "too_many_columns",
    ),
    "rows backwards": (
        changed_sheet(f'<worksheet {MAIN}><sheetData><row r="2"/><row r="1"/></sheetData></worksheet>'),
        "posts.xlsx",
        "workbook_order",
    ),
    "a far row": (
        changed_sheet(f'<worksheet {MAIN}><sheetData><row r="99999999"><c><v>1</v></c></row></sheetData></worksheet>'),
        "posts.xlsx",
        "too_many_rows",
    ),
    "blank rows": (b"teamId,text\n" + b"\n" * 1_100_000, "posts.csv", "too_many_rows"),
    "line breaks": ((b'"' + b"\n" * 130_000 + b'"\n') * 39, "posts.csv", "too_many_lines"),
    "no rows": (workbook([]), "posts.xlsx", "workbook_no_sheet"),
    "strict": (strict(workbook([["a", "b"]])), "posts.xlsx", "workbook_strict"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_have_a_code_and_leave_nothing(tmp_path: Path, name: str) -> None:
    data, file_name, code = BAD[name]
    if name == "many parts":
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for number in range(3_000):
                archive.writestr(f"part{number}", "")
        data = stream.getvalue()
    path = tmp_path / "file"
    with pytest.raises(BadFile) as caught:
        read(path, data, file_name)
    assert caught.value.problem.code == code
    assert "%(" not in str(caught.value.problem)
    assert path.read_bytes() == data
    assert os.listdir(tmp_path) == ["file"]


def test_101_megabytes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    with pytest.raises(BadFile) as caught:
        take_in(path, name="posts.csv")
    assert caught.value.problem.code == "file_too_large"


def test_an_upload_that_is_too_large_is_not_kept(desk: Desk) -> None:
    before = set(folder().iterdir())
    with pytest.raises(BadFile):
        import_upload(chunks=[b"x" * (1 << 20)] * 101, name="posts.csv", actor=desk.mia, now=NOW)
    assert set(folder().iterdir()) == before
    assert not CsvImport.objects.exists()


def test_a_bad_file_fails_its_import_and_is_not_kept(desk: Desk) -> None:
    before = set(folder().iterdir())
    found = desk.upload(b'teamId,text\nloc,fine\nloc,"broken\n')
    assert set(folder().iterdir()) == before
    assert (found.state, found.status, found.file) == ("failed", "FAILED", "")
    assert (found.problem["code"], found.problem["row"]) == ("file_quote", 3)
    assert str(from_json(found.problem, row=3)).startswith("In row 3 a quotation mark is opened")
    assert not CsvRow.objects.exists()
