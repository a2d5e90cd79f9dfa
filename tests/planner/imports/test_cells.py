"""Cells as spreadsheets and people write them: they are kept apart, and read as they are meant."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from planner.imports.problems import from_json
from planner.services.import_repairing import import_row_edit, wrong_rows_file
from tests.factories import make_account
from tests.planner.imports.desk import NOW, PICTURE, Desk, agency_file, check, codes, commit, only_row, plan_of, table


def test_columns_of_one_name_are_kept_apart(desk: Desk) -> None:
    head = ["teamId", "socialAccountTypes", "Caption", "Caption", "Caption", "", ""]
    data = table([head, [desk.here.remote_id, "FRIENDSTER", "one", "two", "three", "four", "five"]])
    found = check(desk.upload(data), desk.mia, mapping={"3": "text"})
    row = only_row(found)
    assert row.raw == {
        "teamId": desk.here.remote_id,
        "socialAccountTypes": "FRIENDSTER",
        "Caption": "one",
        "Caption (2)": "two",
        "Caption (3)": "three",
        "6": "four",
        "7": "five",
    }
    lines = list(csv.reader(io.StringIO("".join(wrong_rows_file(found)), newline="")))
    assert lines[0] == [*head, "reason"]
    assert lines[1][2:7] == ["one", "two", "three", "four", "five"]
    row = import_row_edit(row=row, cells={"socialAccountTypes": "FACEBOOK"}, now=NOW)
    assert plan_of(row)["posts"][0]["text"] == "two"


def test_a_file_that_a_spreadsheet_has_saved_again_says_the_same(desk: Desk) -> None:
    text = "First line\nsecond line"
    data = agency_file([desk.row(text=text)])
    first = commit(check(desk.upload(data.replace(text, text.replace("\n", "\r\n"))), desk.mia), desk.mia)
    assert plan_of(only_row(first))["posts"][0]["text"] == text
    for again in (data, data.replace("\r\n", "\r").replace(text, text.replace("\n", "\r"))):
        assert check(desk.upload(again), desk.mia).counts == {"already": 1}


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;"])
def test_the_line_that_tells_excel_the_separator_is_no_row(desk: Desk, line: str) -> None:
    rows = [["teamId", "socialAccountTypes", "text"], [desk.here.remote_id, "FACEBOOK,INSTAGRAM", "a"]]
    found = desk.upload(f"{line}\r\n" + table(rows, ";"))
    assert (found.kind, found.total_rows, found.layout["delimiter"]) == ("agency", 1, ";")
    row = only_row(check(found, desk.mia))
    assert (row.number, row.place) == (3, 1)


@pytest.mark.parametrize("between", [",", ", ", ";", "\n", " "])
def test_several_addresses_without_the_mark_of_lists_are_no_address(desk: Desk, between: str) -> None:
    row = only_row(desk.checked([desk.row(mediaUrls=between.join([PICTURE, PICTURE]))]))
    assert codes(row) == ["media_several"]


def test_an_address_may_have_commas(desk: Desk) -> None:
    url = "https://cdn.example.com/w_300,h_200/https://example.com/1.jpg"
    assert codes(only_row(desk.checked([desk.row(mediaUrls=url)]))) == []


def test_letters_that_are_nearly_all_utf_8_are_not_read_in_another_way(desk: Desk) -> None:
    rows = [desk.row(text=f"Zahnärzte in München, {number}") for number in range(5)]
    found = desk.upload(agency_file(rows).encode() + b"caf\xe9\n")
    assert (found.state, found.problem["code"]) == ("failed", "file_encoding")
    found = desk.upload(agency_file([desk.row(text="CAFÉ…"), *rows]).encode("cp1252"))
    assert check(found, desk.mia).counts == {"ready": 6}


def test_the_file_of_rows_that_were_left_out_is_read_as_the_first_one(desk: Desk) -> None:
    head = ["Kunde", "Netz", "Caption", "postDate"]
    data = table([head, ["Harbour Dental", "FACEBOOK", "Sent", ""], ["Nowhere", "FACEBOOK", "Left out", ""]], ";")
    found = check(desk.upload(data), desk.mia, mapping={"0": "location", "1": "networks", "2": "text"})
    text = "".join(wrong_rows_file(found))
    assert text.splitlines()[0] == "Kunde;Netz;Caption;postDate;reason"
    again = desk.upload(text.replace("Nowhere", "Harbour Dental", 1))
    assert again.headers["keys"] == ["location", "networks", "text", "when", None]
    row = only_row(check(again, desk.mia, mapping=again.mapping))
    assert (row.state, plan_of(row)["posts"][0]["text"]) == ("ready", "Left out")


@pytest.mark.parametrize(
    ("word", "platform"),
    [
        ("GOOGLE_BUSINESS", "google"),
        ("Google Business", "google"),
        ("google", "google"),
        ("GMB", "google"),
        ("TikTok", "tiktok-business"),
        ("TIKTOK-BUSINESS", "tiktok-business"),
    ],
)
def test_networks_go_by_the_names_that_people_use(desk: Desk, word: str, platform: str) -> None:
    account = make_account(desk.here, platform, name="Harbour elsewhere")
    row = only_row(desk.checked([desk.row(socialAccountTypes=word, status="DRAFT", postDate="")]))
    assert [post["accounts"] for post in plan_of(row)["posts"]] == [[account.pk]]


@pytest.mark.parametrize("name", ["HARBOUR  Déntal", "harbour\u00a0De\u0301ntal", "\u200bHarbour Déntal\u200e"])
def test_a_name_that_looks_the_same_is_the_same(desk: Desk, name: str) -> None:
    desk.here.name = "Harbour Déntal"
    desk.here.save(update_fields=["name"])
    make_account(desk.here, "linkedin", name="Déntal  TV")
    cells = {"socialAccountTypes": "", "accounts": "De\u0301ntal TV", "category": "TIPS\u00a0"}
    row = only_row(desk.checked([desk.row(teamId="", location=name, **cells)]))
    assert codes(row) == []
    assert row.location_id == desk.here.pk


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("Harbour, London", ["Harbour, London"]),
        ("harbour; Harbour, London", ["Harbour", "Harbour, London"]),
        ("Harbour, Harbour, London", ["Harbour", "Harbour, London"]),
        ("Harbour\nHarbour, London#", ["Harbour", "Harbour, London"]),
        (",,Harbour ,", ["Harbour"]),
    ],
)
def test_an_accounts_name_may_have_commas(desk: Desk, cell: str, wanted: list[str]) -> None:
    """Nobody can write it otherwise: the cure of an unknown account is its name as the page of accounts shows it."""
    made = {name: make_account(desk.here, "linkedin", name=name).pk for name in ("Harbour", "Harbour, London")}
    row = only_row(desk.checked([desk.row(socialAccountTypes="", accounts=cell)]))
    assert codes(row) == []
    assert [post["accounts"] for post in plan_of(row)["posts"]] == [[made[name] for name in wanted]]


def test_networks_tell_accounts_of_one_name_apart(desk: Desk) -> None:
    """A page and a place on Google are called as the client is, and no page shows their ids."""
    google = make_account(desk.here, "google", name=desk.facebook.name)

    def read(networks: str) -> Any:
        text = f"To {networks}"
        row = only_row(desk.checked([desk.row(socialAccountTypes=networks, accounts=desk.facebook.name, text=text)]))
        return codes(row) or [post["accounts"] for post in plan_of(row)["posts"]]

    assert read("") == ["account_ambiguous"]
    assert read("Google") == [[google.pk]]
    assert read("Google, FACEBOOK") == [[desk.facebook.pk, google.pk]]
    assert read("LINKEDIN") == ["account_ambiguous", "network_account_missing"]
    make_account(desk.here, "google", name=desk.facebook.name)
    assert read("Google") == ["account_ambiguous"]


def test_a_cell_of_ten_thousand_commas_costs_nothing(desk: Desk) -> None:
    make_account(desk.here, "linkedin", name="a, b, c")
    row = only_row(desk.checked([desk.row(socialAccountTypes="", accounts="a,b" + "," * 100_000)]))
    assert codes(row) == ["account_unknown", "account_unknown"]


@pytest.mark.parametrize("between", [";", "; ", "\n", "#", ","])
def test_networks_are_parted_as_people_part_them(desk: Desk, between: str) -> None:
    row = only_row(desk.checked([desk.row(socialAccountTypes=f"FACEBOOK{between}facebook")]))
    assert codes(row) == []
    assert [post["accounts"] for post in plan_of(row)["posts"]] == [[desk.facebook.pk]]


@pytest.mark.parametrize(("word", "shown"), [("VERDADERO", True), ("falso", False), ("WAHR", True), ("TRUE", True)])
def test_spreadsheets_write_true_in_their_own_language(desk: Desk, word: str, shown: bool) -> None:
    cells = {
        "instagramMediaUrls": "https://cdn.example.com/1.mp4",
        "instagramType": "REEL",
        "instagramShareToFeed": word,
    }
    row = only_row(desk.checked([desk.row(socialAccountTypes="INSTAGRAM", **cells)]))
    assert "boolean" not in codes(row)
    (post,) = plan_of(row)["posts"]
    assert post["details"]["instagram"]["showOnFeed"] is shown


def test_cells_beyond_the_headers_are_not_lost(desk: Desk) -> None:
    data = f"teamId,socialAccountTypes,text\n{desk.here.remote_id},FACEBOOK,Tea, coffee, cake\n"
    found = check(desk.upload(data), desk.mia)
    row = only_row(found)
    assert codes(row) == ["cells_too_many"]
    assert (row.raw["text"], row.raw["4"], row.raw["5"]) == ("Tea", "coffee", "cake")
    (line,) = list(csv.reader(io.StringIO("".join(wrong_rows_file(found)), newline="")))[1:]
    assert (line[:3], line[4:]) == ([desk.here.remote_id, "FACEBOOK", "Tea"], ["coffee", "cake"])
    again = check(desk.upload("".join(wrong_rows_file(found))), desk.mia)
    assert codes(only_row(again)) == ["cells_too_many"]
    row = import_row_edit(row=row, cells={"text": "Tea, coffee, cake"}, now=NOW)
    assert (row.state, row.raw.keys()) == ("ready", {"teamId", "socialAccountTypes", "text"})


@pytest.mark.parametrize(
    ("text", "found"), [("=SUM(A1:A3)", ["formula"]), ("'=SUM(A1:A3)", []), ("=", []), ("@you - 20 %", []), ("-1", [])]
)
def test_what_looks_like_a_formula_is_taken_as_it_stands_with_a_warning(
    desk: Desk, text: str, found: list[str]
) -> None:
    row = only_row(desk.checked([desk.row(text=text)]))
    assert (row.state, codes(row)) == ("warning" if found else "ready", found)
    assert row.plan is not None
    assert row.plan["posts"][0]["text"] == text.lstrip("'")
    for kept in row.problems:
        assert str(from_json(kept)) == (
            "Column “text”: “=SUM(A1:A3)” looks like a formula. It is taken as it stands, not worked out. If its result is"
            " meant, write that into “text”."
        )
