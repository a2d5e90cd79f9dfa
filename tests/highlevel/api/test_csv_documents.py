"""The examples of HighLevel's pages on CSV imports go through the client, field by field."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from highlevel.api import UploadedCsv
from tests.highlevel.api.conftest import Desk
from tests.highlevel.api.scripted_server import Say

ACCOUNT = "aF3KhyL8JIuBwzK3m7Ly_iVrVJ2uoXNF0wzcBzgl5_12554616564525983496"
PATH = "o6241QsiRwUIJHyjuhos/social-planner-import/a6d04a26-0401-4e52-8f48-dbb274050fab.csv"
IMPORT = {
    "_id": "ve9EPM428h8vShlRW1KT",
    "locationId": "iVrVJ2uoXNF0wzcBzgl5",
    "fileName": "sample.csv",
    "accountIds": [ACCOUNT],
    "file": "File",
    "status": "completed",
    "count": 5,
    "createdBy": "SDsdfdf45Dgs4w3ssss",
    "traceId": "FSeSDsdfdf45Dgs4w3ssss",
    "originId": "FSeSDsdfdf45Dgs4w3ssss",
    "approver": "FSeSDsdfdf45Dgs4w3ssss",
    "createdAt": "2023-08-02T00:00:00.000Z",
}
ERRORS = {
    "instagramError": "imageSize",
    "gmbError": "imageDimension",
    "facebookError": "videoDuration",
    "linkedinError": "imageType",
    "twitterError": "videoSize",
    "tiktokError": "videoFrameRate",
    "tiktokBusinessError": "videoType",
    "invalidError": "imageSize",
}
DAY = {"year": 2022, "month": 1, "day": 1}
TIME = {"hours": 23, "minutes": 56, "seconds": 34}
ROW = {
    "accountIds": [ACCOUNT],
    "link": {
        "url": "https://knowledge.wharton.upenn.edu/article/impact-of-social-media/",
        "ogDescription": "Social media as we know it has barely",
        "ogImage": {
            "url": "https://knowledge.wharton.upenn.edu/1.jpg",
            "width": 400,
            "height": 400,
            "type": "image/jpg",
        },
        "ogTitle": "The Impact of Social Media: Is it Irreplaceable?",
        "ogUrl": "https://knowledge.wharton.upenn.edu/article/impact-of-social-media/",
        "ogSiteName": "Knowledge at Wharton",
        "error": "InvalidLink",
    },
    "medias": [
        {
            "url": "https://storage.googleapis.com/ghl-test/1.png",
            "type": "image/webp",
            "size": 18362,
            "width": 500,
            "height": 500,
            "aspectRatio": 1.5,
            "duration": 60,
            "format": "jpg",
            "videoCodecName": "h264",
            "frameRate": 21,
            "audioCodecName": "aac",
            "audioChannels": 1,
            "displayAspectRatio": "250 : 167",
            "frames": ["string"],
            "selectedPoster": 0,
            "error": "Image is larger than 10MB",
            **ERRORS,
        }
    ],
    "scheduleDate": "2022-11-23T05:53:00.000Z",
    "summary": "First post",
    "followUpComment": "Initial Comment",
    "type": "post",
    "tiktokPostDetails": {
        "privacyLevel": "PUBLIC_TO_EVERYONE",
        "promoteOtherBrand": True,
        "enableComment": True,
        "enableDuet": True,
        "enableStitch": True,
        "videoDisclosure": True,
        "promoteYourBrand": True,
    },
    "gmbPostDetails": {
        "gmbEventType": "STANDARD",
        "title": "Event Title",
        "offerTitle": "Hey",
        "startDate": {"startDate": DAY, "startTime": TIME},
        "endDate": {"endDate": DAY, "endTime": TIME},
        "termsConditions": "https://google.com/privacy",
        "url": "https://google.com",
        "couponCode": "BOGO-50",
        "redeemOnlineUrl": "https://google.com",
        "actionType": "book",
    },
    "errorMessage": "string",
}


def test_get_csv_post(desk: Callable[..., Desk]) -> None:
    answer = {
        "success": True,
        "statusCode": 200,
        "message": "Fetched CSV Post",
        "results": {"csv": IMPORT, "count": 6, "posts": [ROW]},
    }
    d = desk(Say(200, answer))

    found = d.client.csv.get(csv_id="65f92e55cc884f0d0845e447", skip=0, limit=10)

    (asked,) = d.server.asked
    assert (asked.method, asked.query) == ("GET", {"skip": "0", "limit": "10"})
    assert asked.path.endswith("/loc1/csv/65f92e55cc884f0d0845e447")
    held = found.csv
    assert held is not None
    assert held.raw == IMPORT
    assert (held.id, held.location_id, held.file_name) == (IMPORT["_id"], IMPORT["locationId"], "sample.csv")
    assert (held.account_ids, held.file, held.status, held.count) == ((ACCOUNT,), "File", "completed", 5)
    assert (held.created_by, held.trace_id) == (IMPORT["createdBy"], IMPORT["traceId"])
    assert (held.origin_id, held.approver) == (IMPORT["originId"], IMPORT["approver"])
    assert held.created_at is not None
    (row,) = found.rows.rows
    assert row.raw == ROW
    assert (row.account_ids, row.link, row.schedule_date) == ((ACCOUNT,), ROW["link"], ROW["scheduleDate"])
    assert (row.summary, row.follow_up_comment, row.type) == ("First post", "Initial Comment", "post")
    assert row.error_message == "string"
    (media,) = row.medias
    assert (media.url, media.type, media.size) == ("https://storage.googleapis.com/ghl-test/1.png", "image/webp", 18362)
    assert (media.width, media.height, media.duration) == (500, 500, 60)
    assert media.error == "Image is larger than 10MB"
    assert {name: media.to_payload()[name] for name in ERRORS} == ERRORS
    assert row.tiktok is not None
    assert row.tiktok.to_payload() == ROW["tiktokPostDetails"]
    assert row.google is not None
    assert row.google.to_payload() == ROW["gmbPostDetails"]


@pytest.mark.parametrize("approver", ["o6241QsiRwUIJHyjuhos", None])
def test_set_accounts(desk: Callable[..., Desk], approver: str | None) -> None:
    d = desk(Say(201, {"success": True, "statusCode": 201, "message": "Accounts Set Successfully"}))
    uploaded = UploadedCsv(file_path=PATH, rows_count=1, file_name="test.csv")

    d.client.csv.set_accounts(
        uploaded=uploaded, account_ids=[ACCOUNT], user_id="sdfdsfdsfEWEsdfsdsW32dd", approver=approver
    )

    (asked,) = d.server.asked
    wanted = {
        "accountIds": [ACCOUNT],
        "filePath": PATH,
        "rowsCount": 1,
        "fileName": "test.csv",
        "userId": "sdfdsfdsfEWEsdfsdsW32dd",
        **({"approver": approver} if approver else {}),
    }
    assert (asked.method, asked.json) == ("POST", wanted)
    assert asked.path.endswith("/loc1/set-accounts")


def test_start_csv_finalize(desk: Callable[..., Desk]) -> None:
    d = desk(Say(200, {"success": True, "statusCode": 200, "message": "Updated Successfully"}))

    d.client.csv.finalize(csv_id="65f92e55cc884f0d0845e447", user_id="sdfdsfdsfEWEsdfsdsW32dd")

    (asked,) = d.server.asked
    assert (asked.method, asked.json) == ("PATCH", {"userId": "sdfdsfdsfEWEsdfsdsW32dd"})
    assert asked.path.endswith("/loc1/csv/65f92e55cc884f0d0845e447")
