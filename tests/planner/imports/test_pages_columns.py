"""The columns step: what was recognised, and how it is put right."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from accounts.models import ConnectedAccount
from planner.imports.samples import sample
from planner.models import CsvImport, HeaderMapping
from planner.services.import_repairing import wrong_rows_file
from tests.cast import HISTORY
from tests.planner.imports.clients import browser, page_of, reader, stranger, target, words
from tests.planner.imports.desk import Desk, agency_file, check, plan_of, run, table
from tests.planner.imports.test_reading import workbook

GERMAN = ("ID", "Wann", "Netzwerke", "Beitrag")


def german(desk: Desk, when: str = "2035-01-05 10:00") -> CsvImport:
    return desk.upload(table([GERMAN, (desk.here.remote_id, when, "FACEBOOK", "Guten Tag")], ";"))


def columns(**changes: str) -> dict[str, Any]:
    """What is sent for the German file."""
    named = {"column-0": "teamId", "column-1": "postDate", "column-2": "socialAccountTypes", "column-3": "text"}
    return {"kind": "agency", "kind_was": "agency", **named, **changes}


def basic(desk: Desk) -> CsvImport:
    return desk.upload(sample("basic").replace("2027", "2035"))  # type: ignore[arg-type]


def test_what_was_recognised_is_shown_with_its_first_values(desk: Desk) -> None:
    found = desk.upload(agency_file([desk.row(text=f"Text {number}") for number in range(5)]))
    page = words(browser(desk.mia).get(page_of(found, "columns/")))
    assert "UTF-8 · comma · 5 rows" in page
    assert "6 columns are recognised" in page
    assert "Text 0 · Text 1 · Text 2" in page
    assert "Text 3" not in page


def test_sheets_that_are_not_read_are_said(desk: Desk) -> None:
    rows: list[list[object]] = [["teamId", "text"], [desk.here.remote_id, "Hello"]]
    whole = desk.upload(workbook(rows), name="posts.xlsx")
    page = words(browser(desk.mia).get(page_of(whole, "columns/")))
    assert "workbook · 1 row" in page
    assert "sheet" not in page
    book = openpyxl.load_workbook(io.BytesIO(workbook(rows)))
    book.worksheets[0].title = "April"
    for name in ("May", "June"):
        book.create_sheet(name)
    book.create_sheet("Lists").sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    found = desk.upload(stream.getvalue(), name="posts.xlsx")
    said = words(browser(desk.mia).get(page_of(found, "columns/")))
    assert "Only the sheet “April” is read; 2 other sheets of the workbook are not." in said


def test_unknown_headers_ask_for_the_kind_and_are_matched_by_hand(desk: Desk) -> None:
    found, client = german(desk), browser(desk.mia)
    assert "What kind of file is this?" in words(client.get(page_of(found, "columns/")))
    asked = {"kind": "agency", "kind_was": "", "do": "look"}
    look = client.post(page_of(found, "columns/"), asked, headers=target("columns-grid"))
    assert look.status_code == 200
    assert "<form" not in look.content.decode()
    assert "The column “teamId / location” is missing." in words(look)
    missing = client.post(page_of(found, "columns/"), columns(**{"column-0": ""}), headers=target("columns"))
    assert missing.status_code == 422
    assert "The column “teamId / location” is missing." in words(missing)

    answer = client.post(page_of(found, "columns/"), columns(), headers=target("columns"))

    assert answer["HX-Redirect"] == page_of(found, "check/")
    assert run(found).counts == {"ready": 1}
    assert HeaderMapping.objects.get().mapping == {"0": "location_id", "1": "when", "2": "networks", "3": "text"}


@pytest.mark.parametrize(
    ("above", "said", "header"),
    [
        ("Table 1\n\n", "1 row above the headers is not read.", 3),
        ("Plan,,,,\n,,\nFor: Harbour,,Version 3\n", "2 rows above the headers are not read.", 4),
    ],
)
def test_rows_above_the_headers_are_said_and_not_read(desk: Desk, above: str, said: str, header: int) -> None:
    found = desk.upload(above + agency_file([desk.row(text="One"), desk.row(text="Two")]))
    page = words(browser(desk.mia).get(page_of(found, "columns/")))
    assert said in page
    assert "UTF-8 · comma · 2 rows" in page
    assert "6 columns are recognised" in page
    checked = check(found, desk.mia)
    assert checked.counts == {"ready": 2}
    assert list(checked.rows.values_list("number", "place")) == [(header + 1, 1), (header + 2, 2)]


def test_titles_stand_above_headers_that_nobody_knows_too(desk: Desk) -> None:
    found = desk.upload(table([["Redaktionsplan"], GERMAN, (desk.here.remote_id, "", "FACEBOOK", "Guten Tag")], ";"))
    client = browser(desk.mia)
    assert "1 row above the headers is not read." in words(client.get(page_of(found, "columns/")))
    client.post(page_of(found, "columns/"), columns())
    assert run(found).counts == {"ready": 1}


def test_the_first_row_of_a_file_without_headers_is_a_post(desk: Desk) -> None:
    rows = [("01/25/2035 10:00", "First, with a comma", "https://example.com/a"), ("01/26/2035 10:00", "Second", "")]
    found, client = desk.upload(table([*rows, ("27 Jan 2035", "Third", "")])), browser(desk.mia)
    assert found.total_rows == 3
    page = words(client.get(page_of(found, "columns/")))
    assert "its first row is read as a post" in page
    sent = {"column-0": "postAtSpecificTime", "column-1": "content", "column-2": "link (OGmetaUrl)"}
    place = {"location": str(desk.here.pk), "location_was": str(desk.here.pk), "accounts": str(desk.facebook.pk)}
    asked = {"kind": "basic", "kind_was": "basic", **sent, **place}
    assert client.post(page_of(found, "columns/"), asked).status_code == 302
    assert run(found).counts == {"ready": 2, "blocked": 1}
    assert list(found.rows.values_list("number", "place")) == [(1, 1), (2, 2), (3, 3)]
    assert plan_of(found.rows.get(number=1))["posts"][0]["text"] == "First, with a comma"
    wrong = "".join(wrong_rows_file(found))
    assert wrong.splitlines()[0] == "A,B,C,reason"
    assert "Column “A”: “27 Jan 2035” is not a date with a time." in wrong
    again = desk.upload(wrong.replace("27 Jan 2035", "27 Jan 2035 9:00"))
    assert again.kind == "basic"
    assert again.mapping == found.mapping


def test_a_column_for_each_network_is_none_of_highlevels_groups(desk: Desk) -> None:
    headers = ("Text", "Date", "Draft", "Facebook", "LinkedIn", "Instagram", "Pinterest")
    found = desk.upload(table([headers, ("Hello", "2035-01-05 10:00", "FALSE", "TRUE", "FALSE", "FALSE", "FALSE")]))
    assert (found.kind, found.total_rows) == ("agency", 1)
    said = words(browser(desk.mia).get(page_of(found, "columns/")))
    assert "Is the whole file for one client? Then choose “HighLevel, basic”" in said


def test_they_are_remembered_for_the_next_file(desk: Desk) -> None:
    client = browser(desk.mia)
    client.post(page_of(german(desk), "columns/"), columns())
    page = client.get(page_of(german(desk), "columns/"))
    assert "4 columns are recognised" in words(page)
    assert "Set by hand." in words(page)


def test_a_word_that_is_no_column_is_refused(desk: Desk) -> None:
    found = german(desk)
    answer = browser(desk.mia).post(page_of(found, "columns/"), columns(**{"column-3": "Text!?x"}))
    assert answer.status_code == 422
    assert "“Text!?x” is none of the columns of this kind of file." in words(answer)
    assert 'aria-invalid="true"' in answer.content.decode()


def test_two_columns_cannot_be_the_same(desk: Desk) -> None:
    answer = browser(desk.mia).post(page_of(german(desk), "columns/"), columns(**{"column-1": "text"}))
    assert answer.status_code == 422
    assert "The column “text” is there twice." in words(answer)


def test_day_and_month_are_asked_once_a_file(desk: Desk) -> None:
    found, client = german(desk, "03/04/2035 10:00"), browser(desk.mia)
    look = client.post(page_of(found, "columns/"), {**columns(), "do": "look"})
    assert "1 of the first dates can be read both ways: 03/04/2035 10:00" in words(look)
    answer = client.post(page_of(found, "columns/"), columns())
    assert answer.status_code == 422
    assert "Say whether the day or the month comes first" in words(answer)
    client.post(page_of(found, "columns/"), columns(date_order="day"))
    assert plan_of(run(found).rows.get())["at"].startswith("2035-04-03T")


def test_an_empty_post_says_what_is_missing(desk: Desk) -> None:
    for headers in ({}, target("columns")):
        answer = browser(desk.mia).post(page_of(german(desk), "columns/"), {}, headers=headers)
        assert answer.status_code == 422
        assert "Say what kind of file this is." in words(answer)


def test_a_file_of_highlevels_kind_asks_for_client_and_accounts(desk: Desk) -> None:
    found, client = basic(desk), browser(desk.mia)
    refused = client.post(page_of(found, "columns/"), {"kind": "basic"})
    assert "Choose the location and at least one account" in words(refused)
    chosen = {"kind": "basic", "kind_was": "basic", "location": desk.here.pk, "location_was": "", "do": "look"}
    look = client.post(page_of(found, "columns/"), chosen, headers=target("columns-grid"))
    assert "Times in the file are on the clock of London." in words(look)
    assert look.content.decode().count('name="accounts"') == 2
    assert "Birch on Facebook" not in words(look)

    sent = {"kind": "basic", "location": desk.here.pk, "accounts": [desk.facebook.pk], "engine": "highlevel"}
    client.post(page_of(found, "columns/"), sent)

    found.refresh_from_db()
    assert (found.location, found.accounts, found.engine) == (desk.here, [desk.facebook.pk], "highlevel")


def test_an_account_that_has_ended_is_not_chosen_by_itself(desk: Desk) -> None:
    """Each row would be blocked because of it, and no row of such a file can leave it out."""
    ConnectedAccount.objects.filter(pk=desk.instagram.pk).update(is_expired=True)
    found, client = basic(desk), browser(desk.mia)
    chosen = {"kind": "basic", "kind_was": "basic", "location": desk.here.pk, "location_was": "", "do": "look"}
    look = client.post(page_of(found, "columns/"), chosen, headers=target("columns-grid")).content.decode()
    assert f'name="accounts" value="{desk.facebook.pk}" checked' in look
    assert f'name="accounts" value="{desk.instagram.pk}">' in look


def test_accounts_of_another_client_do_not_count(desk: Desk) -> None:
    sent = {"kind": "basic", "location": desk.here.pk, "accounts": [desk.elsewhere.pk]}
    answer = browser(desk.mia).post(page_of(basic(desk), "columns/"), sent)
    assert answer.status_code == 422


def test_a_client_where_one_only_reads_cannot_be_chosen(desk: Desk) -> None:
    found = desk.upload(sample("basic"), by=desk.carl)  # type: ignore[arg-type]
    sent = {"kind": "basic", "location": desk.there.pk, "accounts": [desk.elsewhere.pk]}
    answer = browser(desk.carl).post(page_of(found, "columns/"), sent)
    assert answer.status_code == 422
    assert "Choose one of your locations." in words(answer)


def test_pages_pieces_and_history(desk: Desk) -> None:
    found, client = german(desk), browser(desk.mia)
    piece = client.get(page_of(found, "columns/"), headers=target("columns")).content.decode()
    assert ("<html" in piece, 'id="columns"' in piece) == (False, True)
    whole = client.get(page_of(found, "columns/"), headers={**target("columns"), **HISTORY}).content.decode()
    assert "<html" in whole


def test_who_may(desk: Desk) -> None:
    found = german(desk)
    CsvImport.objects.filter(pk=found.pk).update(location=desk.here)
    outside, inside = browser(stranger()), browser(reader(desk))
    for method in ("get", "post"):
        assert getattr(outside, method)(page_of(found, "columns/")).status_code == 404
        assert getattr(inside, method)(page_of(found, "columns/")).status_code == 403


def test_a_file_that_is_gone_says_so(desk: Desk) -> None:
    found = german(desk)
    CsvImport.objects.filter(pk=found.pk).update(file="")
    answer = browser(desk.mia).get(page_of(found, "columns/"))
    assert answer.status_code == 409
    assert "The file is not there any more" in words(answer)


def test_later_it_leads_on(desk: Desk) -> None:
    found = desk.checked([desk.row()])
    client = browser(desk.mia)
    assert client.get(page_of(found, "columns/")).status_code == 200  # back to the columns
    CsvImport.objects.filter(pk=found.pk).update(state="sending")
    answer = client.post(page_of(found, "columns/"), columns())
    assert answer["Location"] == page_of(found, "results/")
