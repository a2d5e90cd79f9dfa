"""What stands in a row and reaches no post is said: to people on the page, to scripts with the row."""

from __future__ import annotations

import pytest
from django.utils import timezone

from planner.imports.problems import from_json
from planner.models.csv_import import HeaderMapping
from planner.services.api_keys import api_key_make
from tests.factories import make_account
from tests.planner.imports.desk import PICTURE, Desk, agency_file, check, codes, only_row, plan_of, table
from tests.planner.imports.test_api import SOON, call, send, work

VIDEO = "https://cdn.example.com/1.mp4"


@pytest.mark.parametrize("name", ["facebookThumbnail", "blueskyVideoAlt"])
def test_a_cell_about_a_file_needs_the_file(desk: Desk, name: str) -> None:
    make_account(desk.here, "bluesky", name="Harbour on Bluesky")
    to = {"socialAccountTypes": "FACEBOOK,BLUESKY", name: PICTURE, "mediaUrls": ""}
    row = only_row(desk.checked([desk.row(**to)]))
    assert [(kept["code"], kept["column"]) for kept in row.problems] == [("media_missing", name)]
    assert "mediaUrls" in from_json(row.problems[0]).cure
    assert only_row(desk.checked([desk.row(**{**to, "mediaUrls": VIDEO})])).plan


def test_a_cover_without_a_video_in_highlevels_own_file_is_told(desk: Desk) -> None:
    head = ["postAtSpecificTime (YYYY-MM-DD HH:mm:ss)", "content", "imageUrls", "videoUrls", "thumbnailUrl"]
    found = desk.upload(table([head, ["2027-07-05 09:00:00", "Hi", "", "", PICTURE]]))
    row = only_row(check(found, desk.mia, kind="basic", location=desk.here, accounts=[desk.facebook]))
    assert str(from_json(row.problems[0])) == (
        "Column “thumbnailUrl”: “thumbnailUrl” is about a file, and the row has none for it. "
        "Name the file under “videoUrls”, or leave the cell empty."
    )


@pytest.mark.parametrize(
    ("urls", "covered"),
    [([VIDEO], 0), ([PICTURE, VIDEO], 1), ([PICTURE, "https://cdn.example.com/film"], 1), ([PICTURE, PICTURE], 0)],
)
def test_the_cover_is_that_of_the_first_video(desk: Desk, urls: list[str], covered: int) -> None:
    cells = {"instagramMediaUrls": "#".join(urls), "instagramThumbnail": PICTURE, "socialAccountTypes": "INSTAGRAM"}
    (post,) = plan_of(only_row(desk.checked([desk.row(**cells)])))["posts"]
    assert [place for place, item in enumerate(post["media"]) if "thumbnail" in item] == [covered]


def test_cells_of_networks_that_the_row_does_not_go_to_are_named(desk: Desk) -> None:
    row = only_row(desk.checked([desk.row(instagramText="For Instagram", instagramType="REEL", facebookText="Hi")]))
    assert (row.state, codes(row)) == ("warning", ["network_unused"])
    assert str(from_json(row.problems[0])) == (
        "The row does not go to Instagram, so instagramText, instagramType is not used. "
        "Name the network in the row, or leave the cells empty."
    )
    assert plan_of(row)["posts"][0]["text"] == "Hi"


def test_scripts_are_told_with_the_row_what_is_not_used(desk: Desk) -> None:
    _key, secret = api_key_make(person=desk.mia, name="script", now=timezone.now())
    make_account(desk.here, "google", name="Harbour on Google")
    row = desk.row(
        postDate=SOON, socialAccountTypes="google", instagramText="x", instagramCaption="y", reason="no text"
    )
    send(secret, agency_file([row, desk.row(postDate=SOON)]))
    found = work()
    first, second = call(secret, f"/import_{found.key.hex}/rows", status="SUCCESS").json()["items"]
    assert first["normalizedPayload"]["socialAccountTypes"] == ["GOOGLE_BUSINESS"]
    assert first["normalizedPayload"]["warnings"] == [
        "The row does not go to Instagram, so instagramText is not used. "
        "Name the network in the row, or leave the cells empty.",
        "Rota does not know instagramCaption, so the row is read without it. Write the headers as the sample has them.",
    ]
    assert second["normalizedPayload"]["warnings"] == []


def test_columns_that_a_person_has_left_out_are_no_news(desk: Desk) -> None:
    _key, secret = api_key_make(person=desk.mia, name="script", now=timezone.now())
    data = agency_file([desk.row(postDate=SOON, notes="for us")])
    check(desk.upload(data), desk.mia, mapping={"6": ""})
    assert HeaderMapping.objects.get().mapping == {"6": ""}
    send(secret, data)
    assert work().counts == {"success": 1}
    (row,) = call(secret, f"/import_{work().key.hex}/rows").json()["items"]
    assert row["normalizedPayload"]["warnings"] == []
