"""A script that was written for bundle.social works with another host and key. Each field of its page is named here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from planner.models import ApiKey, CsvImport, Post
from planner.services.api_keys import NotYours, api_key_make, api_key_revoke
from planner.services.import_running import import_run
from planner.services.import_waking import look_now
from tests.planner.imports.desk import Desk, agency_file, table
from tests.planner.imports.test_reading import workbook

URL = "/api/v1/post-csv-import"
IMPORT_FIELDS = {
    "id",
    "teamId",
    "organizationId",
    "status",
    "fileName",
    "totalRows",
    "processedRows",
    "successRows",
    "failedRows",
    "error",
    "rateLimitResetAt",
    "startedAt",
    "completedAt",
    "createdAt",
    "updatedAt",
}
STATUS_FIELDS = IMPORT_FIELDS - {"teamId", "organizationId", "fileName", "rateLimitResetAt", "createdAt"}
ROW_FIELDS = {"id", "importId", "rowNumber", "status", "postId", "rawRow", "normalizedPayload", "error", "createdAt"}
SOON = (timezone.now() + timedelta(days=30)).isoformat(timespec="seconds")


@pytest.fixture
def secret(desk: Desk) -> str:
    return api_key_make(person=desk.mia, name="script", now=timezone.now())[1]


def call(secret: str, path: str = "", **query: str) -> Any:
    return Client().get(URL + path, query, headers={"x-api-key": secret})


def send(secret: str, data: str | bytes, name: str = "posts.csv", **fields: str) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    raw = data.encode() if isinstance(data, str) else data
    file = SimpleUploadedFile(name, raw, "text/csv")
    return Client().post(URL, {"file": file, **fields}, headers={"x-api-key": secret})


def work() -> CsvImport:
    """Let the runner do what it can, and HighLevel take the posts."""
    found = CsvImport.objects.latest("pk")
    import_run(found.pk)
    for number, post in enumerate(Post.objects.filter(csv_rows__csv_import=found, remote_id=None)):
        Post.objects.filter(pk=post.pk).update(remote_id=f"remote-{found.pk}-{number}")
    look_now(found.pk)
    import_run(found.pk)
    found.refresh_from_db()
    return found


def test_upload_poll_and_rows(desk: Desk, secret: str) -> None:
    rows = [desk.row(postDate=SOON), desk.row(teamId="team_456", postDate=SOON)]
    answer = send(secret, agency_file(rows))
    assert answer.status_code == 201
    made = answer.json()
    assert made.keys() == IMPORT_FIELDS
    assert (made["teamId"], made["fileName"], made["totalRows"]) == (desk.here.remote_id, "posts.csv", 2)
    assert (made["status"], made["startedAt"], made["organizationId"]) == ("PENDING", None, desk.here.company_id)
    assert (made["processedRows"], made["successRows"], made["failedRows"]) == (0, 0, 0)
    assert (made["error"], made["rateLimitResetAt"], made["completedAt"]) == (None, None, None)
    assert made["createdAt"].endswith("Z")

    work()

    status = call(secret, f"/{made['id']}/status").json()
    assert status.keys() == STATUS_FIELDS
    assert status["status"] == "COMPLETED_WITH_ERRORS"
    assert (status["processedRows"], status["successRows"], status["failedRows"]) == (2, 1, 1)
    assert status["completedAt"]
    whole = call(secret, f"/{made['id']}").json()
    assert whole.keys() == IMPORT_FIELDS
    listed = call(secret).json()
    assert listed == {"items": [whole], "total": 1}

    failed = call(secret, f"/{made['id']}/rows", status="FAILED").json()
    assert failed["total"] == 1
    (row,) = failed["items"]
    assert row.keys() == ROW_FIELDS
    assert (row["rowNumber"], row["status"], row["postId"], row["normalizedPayload"]) == (2, "FAILED", None, None)
    assert row["rawRow"]["teamId"] == "team_456"
    assert "team_456" in row["error"]
    (done,) = call(secret, f"/{made['id']}/rows", status="SUCCESS").json()["items"]
    assert (done["rowNumber"], done["error"]) == (1, None)
    assert done["postId"] == f"post_{Post.objects.get().pk}"
    assert done["normalizedPayload"]["teamId"] == desk.here.remote_id
    assert call(secret, f"/{made['id']}/rows", offset="1", limit="1").json()["items"] == [row]


def test_a_second_upload_adds_nothing(desk: Desk, secret: str) -> None:
    data = agency_file([desk.row(postDate=SOON)])
    send(secret, data)
    first = work()
    send(secret, data)
    second = work()
    assert (first.counts, second.counts) == ({"success": 1}, {"already": 1})
    assert second.status == "COMPLETED"
    assert Post.objects.count() == 1
    (row,) = call(secret, f"/import_{second.key.hex}/rows").json()["items"]
    assert (row["status"], row["postId"]) == ("SUCCESS", f"post_{Post.objects.get().pk}")


@pytest.mark.parametrize(
    ("data", "name", "status", "code"),
    [
        (b"x", "posts.pdf", 400, "file_extension"),
        (b"teamId", "posts.csv", 201, None),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "posts.csv", 201, None),
        (b"", "posts.csv", 201, None),
    ],
)
def test_files_that_cannot_be_imported(desk: Desk, secret: str, data: bytes, name: str, status: int, code: str) -> None:
    answer = send(secret, data, name)
    assert answer.status_code == status
    if code:
        assert answer.json().items() >= {"statusCode": status, "status": status, "code": code}.items()
        assert answer.json()["message"]
    else:
        assert answer.json()["status"] == "FAILED"
        assert answer.json()["error"]


def test_an_error_names_column_value_and_cure_and_counts_rows_as_scripts_do(desk: Desk, secret: str) -> None:
    again = desk.row(postDate=SOON)
    send(secret, agency_file([again, again, desk.row(postDate=SOON, instagramType="clip")]))
    rows = call(secret, f"/import_{work().key.hex}/rows", status="FAILED").json()["items"]
    assert [row["error"] for row in rows] == [
        "The row says the same as row 1, for the same accounts at the same time. Delete one of them.",
        "Column “instagramType”: “clip” is not one of: post, story, reel. Write one of these words.",
    ]


def test_a_large_workbook_is_read_by_a_worker(desk: Desk, secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.views.import_api.WORKBOOK_AT_ONCE", 1)
    row = desk.row(postDate=SOON)
    made = send(secret, workbook([[*row], [*row.values()]]), "posts.xlsx").json()
    assert (made["status"], made["totalRows"], made["startedAt"]) == ("PENDING", 0, None)
    work()
    assert call(secret, f"/{made['id']}/status").json().items() >= {"status": "COMPLETED", "totalRows": 1}.items()


def test_a_missing_column_fails_the_import(desk: Desk, secret: str) -> None:
    made = send(secret, table([["teamId", "text"], [desk.here.remote_id, "Hello"]])).json()
    assert made["status"] == "FAILED"
    assert "socialAccountTypes" in made["error"]


def test_keys_are_needed_and_can_be_revoked(desk: Desk, secret: str) -> None:
    assert Client().get(URL).json()["code"] == "api_key_missing"
    assert call("rota_wrong").json()["code"] == "api_key_unknown"
    assert call(secret).status_code == 200
    key = ApiKey.objects.get()
    assert secret not in (key.digest, key.hint)
    assert key.used_at is not None
    api_key_revoke(key=key, now=timezone.now())
    answer = call(secret)
    assert (answer.status_code, answer.json()["code"]) == (401, "api_key_unknown")


def test_a_key_of_somebody_who_may_not_sign_in_is_good_for_nothing(desk: Desk, secret: str) -> None:
    type(desk.mia).objects.filter(pk=desk.mia.pk).update(is_active=False)
    assert call(secret).status_code == 401


def test_a_key_is_limited_to_its_locations(desk: Desk) -> None:
    with pytest.raises(NotYours):
        api_key_make(person=desk.carl, name="x", locations=[desk.there], now=timezone.now())
    _key, limited = api_key_make(person=desk.mia, name="x", locations=[desk.there], now=timezone.now())
    _key, whole = api_key_make(person=desk.mia, name="y", now=timezone.now())
    made = send(limited, agency_file([desk.row(postDate=SOON)])).json()
    work()
    (row,) = call(limited, f"/{made['id']}/rows", status="FAILED").json()["items"]
    assert "not one of the locations that the key is good for" in row["error"]
    assert not Post.objects.exists()
    other = send(whole, agency_file([desk.row(postDate=SOON)])).json()
    assert call(limited, f"/{other['id']}").status_code == 404


def test_imports_of_others_are_not_there(desk: Desk, secret: str) -> None:
    _key, carls = api_key_make(person=desk.carl, name="x", now=timezone.now())
    made = send(secret, agency_file([desk.row(postDate=SOON)])).json()
    for path in ("", "/status", "/rows"):
        answer = call(carls, f"/{made['id']}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert call(carls, "/import_nonsense").status_code == 404


@pytest.mark.parametrize(("name", "value"), [("limit", "0"), ("limit", "101"), ("limit", "ten"), ("offset", "-1")])
def test_pages_have_bounds(secret: str, name: str, value: str) -> None:
    answer = call(secret, **{name: value})
    assert (answer.status_code, answer.json()["code"]) == (400, f"{name}_wrong")


def test_a_form_without_a_file_is_told_so(secret: str) -> None:
    answer = Client().post(URL, {}, headers={"x-api-key": secret})
    assert (answer.status_code, answer.json()["code"]) == (400, "file_missing")


def test_too_many_calls_have_to_wait(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.api_access.MOST_CALLS", 3)
    answers = [call(secret) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].json()["code"] == "too_many_requests"
    assert answers[-1]["Retry-After"] == "60"


def test_the_cost_of_rows_does_not_grow(desk: Desk, secret: str, django_assert_num_queries: Any) -> None:
    costs = []
    for number in (2, 20):
        send(secret, agency_file([desk.row(postDate=SOON, text=f"{number} {each}") for each in range(number)]))
        work()
        made = CsvImport.objects.latest("pk")
        # the key with its person, its limits, the import, its rows' numbers, themselves, their posts, locations, accounts
        with django_assert_num_queries(8) as held:
            call(secret, f"/import_{made.key.hex}/rows", limit="100")
        costs.append(len(held))
    assert costs[0] == costs[1]


def test_scripts_are_answered_in_english(desk: Desk, secret: str) -> None:
    send(secret, agency_file([desk.row(postDate=SOON, text="x" * 70_000)]))
    found = work()
    asked = {"x-api-key": secret, "accept-language": "es"}
    with translation.override("en"):
        rows = Client().get(f"{URL}/import_{found.key.hex}/rows", headers=asked).json()["items"]
        refusal = Client().get(URL, headers={"accept-language": "es"}).json()
    assert rows[0]["error"].endswith("Change the row so that it fits.")
    assert refusal["message"] == "Send your key in the header x-api-key."


@pytest.mark.parametrize("left", ["viewer", "none"])
def test_a_client_that_is_taken_from_the_person_meanwhile_is_told_of(desk: Desk, secret: str, left: str) -> None:
    made = send(
        secret, agency_file([desk.row(postDate=SOON), desk.row(teamId=desk.there.remote_id, postDate=SOON)])
    ).json()
    found = CsvImport.objects.get()
    import_run(found.pk, share=timedelta())
    assert found.rows.filter(state="ready").count() == 2
    held = desk.mia.memberships.filter(location=desk.there)
    held.update(role="viewer") if left == "viewer" else held.update(user=None)
    api_key_revoke(key=ApiKey.objects.get(), now=timezone.now())
    work()
    _key, other = api_key_make(person=desk.mia, name="other", now=timezone.now())
    first, second = call(other, f"/{made['id']}/rows").json()["items"]
    assert (first["status"], second["status"]) == ("SUCCESS", "FAILED")
    assert second["error"].startswith("You may not write posts for Birch Bakery.")
