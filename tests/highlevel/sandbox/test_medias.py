"""Locations, people, accounts, categories, tags and media over HTTP."""

import struct
import zlib

import pytest

from highlevel.sandbox.resources.medias import LARGEST_FILE

from .conftest import SOCIAL, Desk


def test_locations(desk: Desk) -> None:
    desk.box.add_location(name="Atlas", email="atlas@x.example", city="Pune")
    desk.speak_with(desk.box.agency_token)
    both = desk.ask("GET", "/locations/search", params={"companyId": desk.box.company_id}).json()["locations"]
    assert [(row["name"], row["timezone"]) for row in both] == [
        ("Atlas", "America/New_York"),
        ("Kiln & Clay", "Asia/Kolkata"),
    ]
    second = desk.ask("GET", "/locations/search", params={"skip": "1", "limit": "1"}).json()["locations"]
    assert [row["name"] for row in second] == ["Kiln & Clay"]
    by_mail = desk.ask("GET", "/locations/search", params={"email": "atlas@x.example"}).json()["locations"]
    assert [row["name"] for row in by_mail] == ["Atlas"]
    one = desk.ask("GET", "/locations/{loc}").json()["location"]
    assert (one["id"], one["companyId"]) == (desk.location_id, desk.box.company_id)
    desk.speak_with(desk.box.location_token(desk.location_id))
    assert [row["id"] for row in desk.ask("GET", "/locations/search").json()["locations"]] == [desk.location_id]


def test_users(desk: Desk) -> None:
    bo = desk.box.add_user(firstName="Bo", lastName="Tan", location_ids=[desk.location_id], role="user")
    desk.box.add_user(firstName="Cy", lastName="Roe", location_ids=[desk.box.add_location(name="Elsewhere")])
    asked = {"companyId": desk.box.company_id}
    mine = desk.ask("GET", "/users/search", params=asked).json()
    assert ([row["id"] for row in mine["users"]], mine["count"]) == ([bo["id"]], 1)
    desk.speak_with(desk.box.agency_token)
    everyone = desk.ask("GET", "/users/search", params={**asked, "limit": "2"}).json()
    assert ([row["firstName"] for row in everyone["users"]], everyone["count"]) == (["Ana", "Bo"], 3)
    found = desk.ask("GET", "/users/search", params={**asked, "query": "bo t"}).json()
    assert found["count"] == 1
    assert desk.ask("GET", f"/users/{bo['id']}").json()["roles"]["locationIds"] == [desk.location_id]
    assert desk.ask("GET", "/users/nobody").status_code == 400
    assert desk.ask("GET", "/users/search").status_code == 422


def test_expiry_of_accounts_follows_the_clock(desk: Desk) -> None:
    desk.account("facebook", name="Past", expire="2020-01-01T00:00:00.000Z")
    desk.account("google", name="Future", expire="2099-01-01T00:00:00.000Z")
    desk.account("youtube", name="Never")
    desk.account("linkedin", name="Forced", isExpired=True)
    rows = desk.ask("GET", SOCIAL + "/{loc}/accounts").json()["results"]["accounts"]
    expired = {row["name"]: row["isExpired"] for row in rows}
    assert expired == {"Past": True, "Future": False, "Never": False, "Forced": True}
    assert all(row["id"].startswith(f"{row['oauthId']}_{desk.location_id}_{row['originId']}") for row in rows)


def test_categories_and_tags(desk: Desk) -> None:
    news = desk.box.add_category(desk.location_id, name="News", primaryColor="#123456")
    desk.box.add_category(desk.location_id, name="Old", deleted=True)
    bread = desk.box.add_tag(desk.location_id, tag="bread")
    desk.box.add_tag(desk.location_id, tag="cake")
    base = SOCIAL + "/{loc}"

    listed = desk.ask("GET", base + "/categories").json()["results"]
    assert (listed["count"], [row["deleted"] for row in listed["categories"]]) == (2, [False, True])
    one = desk.ask("GET", base + f"/categories/{news['_id']}").json()["results"]["category"]
    assert one["primaryColor"] == "#123456"
    unknown = desk.ask("GET", base + f"/categories/{'0' * 24}")
    assert unknown.status_code == 200
    assert unknown.json()["results"]["category"]["message"] == "Category not found"
    tags = desk.ask("GET", base + "/tags", params={"searchText": "BRE"}).json()["results"]
    assert (tags["count"], tags["tags"][0]["tag"]) == (1, "bread")
    details = desk.ask("POST", base + "/tags/details", json={"tagIds": [bread["_id"], "1" * 24]})
    assert (details.status_code, details.json()["results"]["count"]) == (201, 1)
    page = desk.ask("GET", base + "/tags", params={"skip": "1", "limit": "1"}).json()["results"]
    assert ([row["tag"] for row in page["tags"]], page["count"]) == (["cake"], 2)


def test_media_library(desk: Desk) -> None:
    upload = desk.ask("POST", "/medias/upload-file", files={"file": ("a b.png", b"pixels", "image/png")})
    assert upload.status_code == 200, upload.text
    url = upload.json()["url"]
    served = desk.http.get(url, timeout=10)
    assert (served.content, served.headers["Content-Type"]) == (b"pixels", "image/png")
    hosted = desk.ask(
        "POST",
        "/medias/upload-file",
        files={"hosted": (None, "true"), "fileUrl": (None, "https://media.example/x.jpg"), "name": (None, "Cover")},
    )
    assert hosted.json()["url"] == "https://media.example/x.jpg"
    asked = {"altType": "location", "altId": desk.location_id, "sortBy": "name", "sortOrder": "asc", "type": "file"}
    files = desk.ask("GET", "/medias/files", params=asked).json()["files"]
    assert [(row["name"], row["_id"]) for row in files] == [
        ("Cover", hosted.json()["fileId"]),
        ("a b.png", upload.json()["fileId"]),
    ]
    assert desk.ask("POST", "/medias/upload-file", files={"name": (None, "x")}).json()["message"] == "File is required"
    large = desk.ask("POST", "/medias/upload-file", files={"file": ("x", b"0" * (LARGEST_FILE + 1), "image/png")})
    assert large.status_code == 400


@pytest.mark.parametrize(
    ("shape", "size"), [("square", (1080, 1080)), ("portrait", (1080, 1350)), ("wide", (1200, 630))]
)
def test_generated_pictures(desk: Desk, shape: str, size: tuple[int, int]) -> None:
    path = f"/sandbox/pictures/{shape}/harbour.png"
    data = desk.ask("GET", path).content
    assert struct.unpack(">II", data[16:24]) == size
    start = data.index(b"IDAT") - 4
    length = struct.unpack(">I", data[start : start + 4])[0]
    assert len(zlib.decompress(data[start + 8 : start + 8 + length])) == (size[0] + 1) * size[1]
    assert desk.ask("GET", path).content == data
    assert desk.ask("GET", f"/sandbox/pictures/{shape}/other.png").content != data


def test_generated_avatars_are_safe_and_videos_have_their_type(desk: Desk) -> None:
    avatar = desk.ask("GET", "/sandbox/avatars/%3Cscript%3E%20%26.svg")
    assert avatar.headers["Content-Type"] == "image/svg+xml"
    assert "<script" not in avatar.text
    assert ">AL<" in desk.ask("GET", "/sandbox/avatars/Ana%20Lindqvist.svg").text
    assert desk.ask("GET", "/sandbox/videos/oven.mp4").headers["Content-Type"] == "video/mp4"
    assert desk.ask("GET", "/sandbox/pictures/round/x.png").status_code == 404
    photo = desk.ask("GET", "/sandbox/pictures/wide/harbour.jpg")
    assert (photo.headers["Content-Type"], photo.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")
