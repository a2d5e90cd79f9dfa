"""CSV imports over HTTP: files, accounts, statuses, rows, posts."""

import csv
import io
import zipfile
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

import pytest
import requests

from highlevel.sandbox.csv_files import ADVANCED, BASIC, WHEN

from .conftest import SOCIAL, Desk

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LATER = "2026-06-03 09:30:00"
"""Nine thirty in Kolkata, which is 04:00 UTC."""


@pytest.fixture
def importer(desk: Desk) -> Desk:
    desk.box.clock.set(NOW)
    desk.box.clock.stop()
    desk.speak_with(desk.box.private_token(desk.location_id))
    return desk


def text_of(*rows: list[str]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def basic(*rows: dict[str, str]) -> bytes:
    """A basic file; cells by the first word of their header."""
    return text_of(list(BASIC), *([row.get(name.split()[0], "") for name in BASIC] for row in rows))


def advanced_head() -> tuple[list[str], list[str]]:
    groups = [cell for group, names in ADVANCED.items() for cell in (group, *[""] * (len(names) - 1))]
    return groups, [name for names in ADVANCED.values() for name in names]


def advanced(*rows: dict[str, str]) -> bytes:
    """An advanced file; cells by "group.field" or, in the general group, by field."""
    groups, fields = advanced_head()
    keys = [
        name.split()[0] if group == "All Social" else f"{group}.{name.split()[0]}"
        for group, names in ADVANCED.items()
        for name in names
    ]
    return text_of(groups, fields, *([row.get(key, "") for key in keys] for row in rows))


def workbook(table: list[list[str]]) -> bytes:
    """The smallest .xlsx: one sheet, its first column in the shared texts."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    shared = "".join(f"<si><t>{escape(row[0])}</t></si>" for row in table)
    rows = "".join(
        f'<row r="{number}"><c r="A{number}" t="s"><v>{number - 1}</v></c>'
        + "".join(
            f'<c r="{chr(66 + place)}{number}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
            for place, cell in enumerate(row[1:])
            if cell
        )
        + "</row>"
        for number, row in enumerate(table, 1)
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet {main}><sheetData>{rows}</sheetData></worksheet>")
        archive.writestr("xl/sharedStrings.xml", f"<sst {main}>{shared}</sst>")
    return out.getvalue()


def upload(desk: Desk, content: bytes, name: str = "june.csv") -> requests.Response:
    return desk.ask("POST", SOCIAL + "/{loc}/csv", files={"file": (name, content)})


def set_accounts(desk: Desk, uploaded: dict[str, Any], *accounts: dict[str, Any], **fields: Any) -> requests.Response:
    body = {
        "accountIds": [account["id"] for account in accounts],
        "filePath": uploaded["filePath"],
        "fileName": uploaded["fileName"],
        "rowsCount": uploaded["rowsCount"],
        "userId": desk.box.company["ownerId"],
        **fields,
    }
    return desk.ask("POST", SOCIAL + "/{loc}/set-accounts", json={k: v for k, v in body.items() if v != "left out"})


def imported(desk: Desk, content: bytes, *accounts: dict[str, Any], **fields: Any) -> str:
    """The id of an import whose rows have been looked at."""
    uploaded = upload(desk, content)
    assert uploaded.status_code == 201, uploaded.text
    answer = set_accounts(desk, uploaded.json()["results"], *accounts, **fields)
    assert answer.status_code == 201, answer.text
    desk.box.clock.set(datetime.fromtimestamp(desk.box.clock.timestamp() + 10, UTC))
    csv_id: str = answer.json()["results"]["csvId"]
    return csv_id


def detail(desk: Desk, csv_id: str, **query: str) -> dict[str, Any]:
    answer = desk.ask("GET", SOCIAL + "/{loc}/csv/" + csv_id, params=query)
    assert answer.status_code == 200, answer.text
    results: dict[str, Any] = answer.json()["results"]
    return results


def finalise(desk: Desk, csv_id: str) -> requests.Response:
    answer = desk.ask("PATCH", SOCIAL + "/{loc}/csv/" + csv_id, json={"userId": desk.box.company["ownerId"]})
    desk.box.clock.set(datetime.fromtimestamp(desk.box.clock.timestamp() + 10, UTC))
    return answer


def test_a_basic_file_becomes_posts(importer: Desk) -> None:
    facebook = importer.account("facebook")
    content = basic(
        {"postAtSpecificTime": LATER, "content": "First", "link": "https://example.com/a-long-read"},
        {"content": "Draft"},
        {"postAtSpecificTime": "06/04/2026 18:00", "content": "Picture", "imageUrls": "https://m.example/a.jpg"},
    )
    uploaded = upload(importer, content).json()
    assert uploaded["message"] == "Uploaded CSV"
    results = uploaded["results"]
    assert (results["rowsCount"], results["fileName"], results["csvFileType"]) == (3, "june.csv", "basic")
    assert results["fileSize"] == len(content)

    csv_id = set_accounts(importer, results, facebook).json()["results"]["csvId"]
    assert detail(importer, csv_id)["csv"]["status"] == "pending"
    seen = []
    for _ in range(3):
        importer.box.clock.set(datetime.fromtimestamp(importer.box.clock.timestamp() + 2, UTC))
        seen.append(detail(importer, csv_id)["csv"]["status"])
    assert seen == ["importing", "in_progress", "in_progress"]

    rows = detail(importer, csv_id)["posts"]
    assert [row["summary"] for row in rows] == ["First", "Draft", "Picture"]
    assert [row["scheduleDate"] for row in rows] == ["2026-06-03T04:00:00.000Z", "", "2026-06-04T12:30:00.000Z"]
    assert {row["status"] for row in rows} == {"pending"}
    assert rows[0]["link"]["ogTitle"] == "A long read"
    assert rows[2]["medias"][0]["type"] == "image/jpeg"
    assert importer.posts() == []

    answer = finalise(importer, csv_id)
    assert {name: answer.json()[name] for name in ("success", "statusCode", "message")} == {
        "success": True,
        "statusCode": 200,
        "message": "Updated Successfully",
    }
    found = detail(importer, csv_id)
    assert (found["csv"]["status"], {row["status"] for row in found["posts"]}) == ("completed", {"accepted"})
    posts = {post["summary"]: post for post in importer.posts()}
    assert {post["source"] for post in posts.values()} == {"csv"}
    assert {text: post["status"] for text, post in posts.items()} == {
        "First": "scheduled",
        "Draft": "draft",
        "Picture": "scheduled",
    }
    assert posts["First"]["scheduleDate"] == "2026-06-03T04:00:00.000Z"
    assert posts["First"]["ogTagsDetails"]["metaLink"] == "https://example.com/a-long-read"
    again = finalise(importer, csv_id)
    assert (again.status_code, again.json()["message"]) == (400, "CSV import is already finalized")


def test_an_advanced_file_carries_tags_category_and_network_details(importer: Desk) -> None:
    facebook, google = importer.account("facebook"), importer.account("google")
    known = importer.box.add_tag(importer.location_id, tag="Spring")
    row = {
        "postAtSpecificTime": LATER,
        "content": "Open day",
        "OGmetaUrl": "",
        "tags": "spring, new",
        "category": "Events",
        "followUpComment": "See you",
        "Facebook.type": "post",
        "Google (GBP).eventType": "event",
        "Google (GBP).title": "Open day",
        "Google (GBP).startDate": "2026-06-03 09:00:00",
        "Google (GBP).endDate": "2026-06-03 17:00:00",
        "TikTok.privacyLevel": "everyone",
        "TikTok.enableComment": "true",
    }
    uploaded = upload(importer, advanced(row)).json()["results"]
    assert uploaded["csvFileType"] == "advance"
    csv_id = imported(importer, advanced(row), facebook, google)
    shown = detail(importer, csv_id)["posts"][0]
    assert shown["errorMessage"] == ""
    assert shown["gmbPostDetails"]["gmbEventType"] == "EVENT"
    assert shown["gmbPostDetails"]["startDate"]["startTime"] == {"hours": 9, "minutes": 0, "seconds": 0}
    assert shown["tiktokPostDetails"]["privacyLevel"] == "PUBLIC_TO_EVERYONE"

    finalise(importer, csv_id)
    parent = next(post for post in importer.posts() if post["parentPostId"] is None)
    tags = importer.ask("GET", SOCIAL + "/{loc}/tags").json()["results"]["tags"]
    assert {tag["tag"] for tag in tags} == {"Spring", "new"}
    assert known["_id"] in parent["tags"]
    category = importer.ask("GET", SOCIAL + "/{loc}/categories").json()["results"]["categories"][0]
    assert (category["name"], parent["categoryId"]) == ("Events", category["_id"])
    assert len(importer.posts()) == 3


def test_a_workbook_is_read_like_a_text_file(importer: Desk) -> None:
    facebook = importer.account("facebook")
    table = [list(BASIC), ["46177.5", "From a workbook", "", "", "", ""], [LATER, "Text date", "", "", "", ""]]
    uploaded = upload(importer, workbook(table), "june.xlsx")
    assert uploaded.status_code == 201, uploaded.text
    csv_id = set_accounts(importer, uploaded.json()["results"], facebook).json()["results"]["csvId"]
    importer.box.clock.set(datetime.fromtimestamp(importer.box.clock.timestamp() + 10, UTC))
    dates = [row["scheduleDate"] for row in detail(importer, csv_id)["posts"]]
    assert dates == ["2026-06-04T06:30:00.000Z", "2026-06-03T04:00:00.000Z"]


HEAD = list(BASIC)


@pytest.mark.parametrize(
    ("name", "content", "code", "missing"),
    [
        ("june.csv", b"", "CSV_EMPTY_FILE", None),
        ("june.pdf", b"%PDF", "CSV_UNSUPPORTED_EXTENSION", None),
        ("june.csv", b"\xff\xd8\xff\xe0JFIF", "CSV_INVALID_FORMAT", None),
        ("june.csv", b'a,"b', "CSV_INVALID_FORMAT", None),
        ("june.csv", text_of(HEAD), "CSV_NO_VALID_POST", None),
        ("june.csv", text_of(["date", "text"], ["x", "y"]), "CSV_HEADERS_NOT_MATCHING", ", ".join(BASIC)),
        ("june.csv", text_of(HEAD[:-1], ["", "x"]), "CSV_MISSING_HEADERS", "videoUrls"),
        ("june.csv", text_of([*HEAD, "mood"], ["", "x"]), "CSV_HEADERS_NOT_MATCHING", None),
        ("june.csv", text_of(HEAD, [""] * 6 + ["x"]), "CSV_INVALID_FORMAT", None),
        ("june.csv", text_of(advanced_head()[0]), "CSV_MISSING_REQUIRED_ROWS", None),
        ("june.csv", basic(*[{"content": "x"}] * 91), "CSV_INVALID_FORMAT", None),
        ("june.xlsx", b"PK\x03\x04 broken", "CSV_PROCESSING_ERROR", None),
        ("june.xlsx", text_of(HEAD, ["", "x"]), "CSV_PROCESSING_ERROR", None),
    ],
)
def test_a_wrong_file_gets_a_code(importer: Desk, name: str, content: bytes, code: str, missing: str | None) -> None:
    answer = upload(importer, content, name)
    assert answer.status_code == 400
    assert answer.json()["code"] == code
    assert answer.json().get("missingHeaders") == missing
    if code not in ("CSV_UNSUPPORTED_EXTENSION",):
        assert answer.json()["fileType"] == ("XLSX" if name.endswith("xlsx") else "CSV")


def test_a_workbook_with_entities_is_refused(importer: Desk) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", '<!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>')
    assert upload(importer, out.getvalue(), "june.xlsx").json()["code"] == "CSV_PROCESSING_ERROR"


def test_ninety_rows_are_accepted(importer: Desk) -> None:
    assert upload(importer, basic(*[{"content": "x"}] * 90)).json()["results"]["rowsCount"] == 90


def test_no_file_at_all(importer: Desk) -> None:
    answer = importer.ask("POST", SOCIAL + "/{loc}/csv", files={"other": ("a.csv", b"x")})
    assert (answer.status_code, answer.json()["message"]) == (400, "File is required")
    assert answer.json()["name"] == "BadRequestException"


EVERY_COMPLAINT = [
    "accountIds should not be null or undefined",
    "accountIds should not be empty",
    "accountIds must be an array",
    "Invalid account id in accountIds list",
]


@pytest.mark.parametrize(
    ("fields", "status", "message"),
    [
        ({"accountIds": "left out"}, 422, EVERY_COMPLAINT),
        ({"accountIds": []}, 422, EVERY_COMPLAINT[1:2]),
        ({"accountIds": "all"}, 422, EVERY_COMPLAINT[2:]),
        ({"accountIds": ["nobody"]}, 422, EVERY_COMPLAINT[3:]),
        ({"rowsCount": 2}, 422, ["rowsCount must be between 1 and number of posts in CSV"]),
        ({"rowsCount": 0}, 422, ["rowsCount must be between 1 and number of posts in CSV"]),
        ({"filePath": "nowhere.csv"}, 400, "CSV file not found"),
        ({"approver": "nobody"}, 422, ["approver must be a valid user"]),
        ({"color": "red"}, 422, ["property color should not exist"]),
    ],
)
def test_setting_accounts_is_validated(importer: Desk, fields: dict[str, Any], status: int, message: Any) -> None:
    uploaded = upload(importer, basic({"content": "x"})).json()["results"]
    answer = set_accounts(importer, uploaded, importer.account("facebook"), **fields)
    assert (answer.status_code, answer.json()["message"]) == (status, message)


def test_rows_tell_what_each_network_holds_against_their_media(importer: Desk) -> None:
    accounts = [importer.account(platform) for platform in ("facebook", "instagram", "google", "tiktok")]
    content = basic(
        {"content": "tiny", "imageUrls": "https://m.example/a.jpg?width=200&height=200"},
        {"content": "webp", "imageUrls": "https://m.example/a.webp"},
        {"content": "long", "videoUrls": "https://m.example/a.mp4?duration=400&audioChannels=6"},
        {"content": "drive", "imageUrls": "https://drive.google.com/file/d/1"},
        {"content": "mixed", "imageUrls": "https://m.example/a.jpg", "videoUrls": "https://m.example/a.mp4"},
        {"content": "past", "postAtSpecificTime": "2026-05-01 09:00:00", "gifUrl": "https://m.example/a.gif"},
        {"content": "date", "postAtSpecificTime": "soon", "videoUrls": "https://m.example/a.mp4"},
        {"content": "good", "videoUrls": "https://m.example/a.mp4"},
    )
    csv_id = imported(importer, content, *accounts)
    rows = {row["summary"]: row for row in detail(importer, csv_id, limit="20")["posts"]}
    errors = {
        text: {key: value for media in row["medias"] for key, value in media.items() if key.endswith("rror")}
        for text, row in rows.items()
    }
    assert errors["tiny"] == {"gmbError": "imageDimension"}
    assert errors["webp"] == {"instagramError": "imageType", "gmbError": "imageType", "facebookError": "imageType"}
    assert errors["long"] == {"instagramError": "videoDuration", "tiktokError": "videoDuration"}
    assert errors["drive"] == {"error": "Google Drive links are not supported"}
    assert rows["mixed"]["errorMessage"] == "Only one kind of media is allowed in a row"
    assert "Schedule date must be in the future" in rows["past"]["errorMessage"]
    assert rows["date"]["errorMessage"] == "Invalid date format"
    assert (rows["good"]["errorMessage"], errors["good"]) == ("", {})

    finalise(importer, csv_id)
    found = detail(importer, csv_id, limit="20")["posts"]
    assert {row["summary"]: row["status"] for row in found if row["status"] == "accepted"} == {"good": "accepted"}
    assert {post["summary"] for post in importer.posts()} == {"good"}


def test_an_import_without_a_good_row_fails(importer: Desk) -> None:
    csv_id = imported(importer, basic({"postAtSpecificTime": "soon", "content": "x"}), importer.account("facebook"))
    assert detail(importer, csv_id)["csv"]["status"] == "failed"
    assert finalise(importer, csv_id).status_code == 400


def test_an_approver_reviews_the_posts(importer: Desk) -> None:
    user = importer.box.add_user(firstName="Ben", lastName="Ode", location_ids=[importer.location_id])
    facebook = importer.account("facebook")
    content = basic({"postAtSpecificTime": LATER, "content": "Please look"})
    csv_id = imported(importer, content, facebook, approver=user["id"])
    finalise(importer, csv_id)
    assert detail(importer, csv_id)["csv"]["status"] == "in_review"
    post = importer.posts()[0]
    assert (post["status"], post["postApprovalDetails"]["approver"]) == ("in_review", user["id"])
    importer.ask("DELETE", SOCIAL + "/{loc}/posts/" + post["_id"])
    assert detail(importer, csv_id)["csv"]["status"] == "completed"


def test_rows_and_imports_can_be_deleted(importer: Desk) -> None:
    facebook = importer.account("facebook")
    content = basic(*({"postAtSpecificTime": LATER, "content": text} for text in ("A", "B", "C")))
    csv_id = imported(importer, content, facebook)
    rows = detail(importer, csv_id)["posts"]
    url = SOCIAL + f"/{{loc}}/csv/{csv_id}/post/"
    answer = importer.ask("DELETE", url + rows[0]["_id"]).json()
    assert answer["message"] == "Deleted CSV Post"
    assert answer["results"]["postId"] == rows[0]["_id"]
    assert answer["results"]["csv"]["_id"] == csv_id
    assert importer.ask("DELETE", url + rows[0]["_id"]).status_code == 400
    found = detail(importer, csv_id)
    assert (found["count"], found["csv"]["count"], [row["summary"] for row in found["posts"]]) == (2, 2, ["B", "C"])

    finalise(importer, csv_id)
    assert len(importer.posts()) == 2
    answer = importer.ask("DELETE", SOCIAL + "/{loc}/csv/" + csv_id).json()
    assert (answer["message"], answer["results"]["csv"]["status"]) == ("Deleted CSV", "deleted")
    assert importer.posts() == []
    assert importer.ask("GET", SOCIAL + "/{loc}/csv/" + csv_id).status_code == 400


def test_imports_are_listed_newest_first(importer: Desk) -> None:
    facebook = importer.account("facebook")
    ids = [imported(importer, basic({"content": text}), facebook) for text in "abc"]
    query = {"userId": importer.box.company["ownerId"], "skip": "0", "limit": "2"}
    found = importer.ask("GET", SOCIAL + "/{loc}/csv", params=query).json()["results"]
    assert (found["count"], [one["id"] for one in found["csvs"]]) == (3, [ids[2], ids[1]])
    assert "finalisedBy" not in found["csvs"][0]
    refused = importer.ask("GET", SOCIAL + "/{loc}/csv")
    assert refused.status_code == 422
    users = importer.ask("GET", SOCIAL + "/{loc}/csv", params={**query, "includeUsers": "true"}).json()["results"]
    assert users["csvs"][0]["user"]["firstName"] == "Ana"
    none = importer.ask("GET", SOCIAL + "/{loc}/csv", params={**query, "isFromTemplate": "true"}).json()["results"]
    assert none == {"csvs": [], "count": 0}


def test_only_some_rows_can_be_taken(importer: Desk) -> None:
    content = basic({"content": "A"}, {"content": "B"})
    csv_id = imported(importer, content, importer.account("facebook"), rowsCount=1)
    assert [row["summary"] for row in detail(importer, csv_id)["posts"]] == ["A"]


def test_headers_are_as_in_the_sample() -> None:
    assert BASIC[0] == WHEN
    assert sum(len(names) for names in ADVANCED.values()) == 40
