"""From what HighLevel answers back to what it takes: an edit of one field changes one field."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from highlevel.api import HighLevel, RemotePost
from highlevel.sandbox import Sandbox
from planner.remote import MIME_BY_ENDING, body_of, edited, holds, mime_of

EDITABLE = ("scheduled", "draft", "in_review")
POSTS_A_LOCATION = 25
ALLOWED = {"followUpComment", "updatedAt"}


def documents(box: Sandbox, location_id: str) -> list[dict[str, Any]]:
    """Posts that may be edited, as many kinds of them as there are."""
    found = [
        doc
        for status in EDITABLE
        for doc in box.store.find("post", location=location_id, status=status)
        if not doc["parentPostId"] and not doc["deleted"]
    ]
    found.sort(key=lambda doc: (len(doc["media"]), len(doc["accountIds"])), reverse=True)
    return found[:: max(1, len(found) // POSTS_A_LOCATION)]


@pytest.mark.parametrize("number", range(4))
def test_every_post_of_the_example_agency_survives_an_edit(example_sandbox: Sandbox, number: int) -> None:
    box = example_sandbox
    box.limits.interval_max = box.limits.daily_max = 1_000_000
    location_id = box.location_ids[number]
    soon = datetime.now(UTC) + timedelta(minutes=5)
    # The clock of the example runs with ours; what is due in the next minutes may go out meanwhile.
    # What is due in the next minutes may go out meanwhile.
    with HighLevel(box.url, location_id=location_id, token=box.location_token(location_id)) as client:
        seen = set()
        for before in documents(box, location_id):
            row = client.posts.get(post_id=before["_id"])
            if row.status != "draft" and (row.schedule_date is None or row.schedule_date < soon):
                continue
            seen.add(row.status)
            assert holds(row, {})
            client.posts.edit(post_id=row.id, post=edited(row, {"followUpComment": "First!"}))

            again = client.posts.get(post_id=row.id)
            old, new = _told(row), _told(again)
            assert {key for key in old | new if old.get(key) != new.get(key)} <= ALLOWED | _worked_out(row)
            assert again.follow_up_comment == "First!"
        assert "scheduled" in seen


def _worked_out(row: RemotePost) -> set[str]:
    """What HighLevel works out anew at an edit and takes from nobody: the date of what has none, when it was approved."""
    return {"displayDate"} if row.schedule_date is None else {"approvalActionAt"}


def _told(row: RemotePost) -> dict[str, Any]:
    """What HighLevel tells of a post; what is empty in it counts as missing."""
    return dict(_full(row.raw))


def _full(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: full for key, part in value.items() if (full := _full(part)) not in (None, "", [], {})}
    return [_full(part) for part in value] if isinstance(value, list) else value


@given(st.sampled_from(sorted(MIME_BY_ENDING)), st.sampled_from(["", "?x=1", "#top"]), st.booleans())
def test_files_are_sent_as_the_type_of_their_ending(ending: str, tail: str, loud: bool) -> None:
    url = f"https://cdn.example/a.b/file{ending.upper() if loud else ending}{tail}"
    kind = MIME_BY_ENDING[ending].split("/")[0]

    assert mime_of(url, kind) == MIME_BY_ENDING[ending]


@pytest.mark.parametrize(
    ("url", "kind", "mime"),
    [
        ("https://cdn.example/file", "image", "image/jpeg"),
        ("https://cdn.example/file", "video", "video/mp4"),
        ("https://cdn.example/file.mp4", "image", "image/jpeg"),
        ("https://cdn.example/file.gif", "gif", "image/gif"),
        ("https://cdn.example/file.jpg", "image/png", "image/png"),
    ],
)
def test_a_kind_without_a_telling_ending_gets_a_type_all_the_same(url: str, kind: str, mime: str) -> None:
    assert mime_of(url, kind) == mime


def test_parts_that_a_request_must_not_carry_are_left_out() -> None:
    raw = {
        "_id": "5" * 24,
        "accountIds": ["a"],
        "createdBy": "u" * 20,
        "status": "scheduled",
        "type": "post",
        "scheduleDate": "2026-12-01T10:00:00.000Z",
        "summary": "Hello",
        "ogTagsDetails": {"metaLink": "https://x.example", "type": "website", "ogTitle": ""},
        "postApprovalDetails": {"approver": "p", "approvalStatus": "approved", "approverUser": {"id": "p"}},
        "gmbPostDetails": {"gmbEventType": "STANDARD", "actionType": "BOOK", "url": "https://x.example"},
        "linkedinPostDetails": {"poll": {"question": "?", "options": [{"text": "a"}, {"text": "b"}]}},
        "tiktokPostDetails": {},
        "facebookPostDetails": {"type": "post", "textFormatPresetId": ""},
        "blueskyPostDetails": {"language": "en"},
        "media": [{"url": "https://x.example/a.png", "type": "image", "thumbnail": "https://x.example/a.png"}],
        "platform": "google",
        "insights": {"like": 1},
    }
    row = RemotePost.from_payload(raw, operation="get-post")

    body = edited(row, {}).to_payload()

    assert body["ogTagsDetails"] == {"metaLink": "https://x.example"}
    assert body["postApprovalDetails"] == {"approver": "p", "approvalStatus": "approved"}
    assert body["gmbPostDetails"]["actionType"] == "book"
    assert (body["linkedinPostDetails"]["postAsPdf"], body["linkedinPostDetails"]["pdfTitle"]) == (False, "")
    assert body["facebookPostDetails"] == {"type": "post"}
    assert body["media"] == [{"url": "https://x.example/a.png", "type": "image/png"}]
    assert body["scheduleTimeUpdated"] is True
    assert not {"tiktokPostDetails", "blueskyPostDetails", "platform", "insights", "_id"} & body.keys()
    assert body_of(row)["userId"] == "u" * 20


def test_none_drops_a_field() -> None:
    row = RemotePost.from_payload({"_id": "5" * 24, "followUpComment": "First!", "summary": "x"}, operation="get-post")

    assert "followUpComment" not in edited(row, {"followUpComment": None}).to_payload()
    assert not holds(row, {"followUpComment": None})
    assert holds(row, {"followUpComment": " First! "})
