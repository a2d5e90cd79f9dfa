"""What scripts are answered when they do not ask as they should, and how an import's status goes on."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from planner.models import CsvImport
from planner.services.api_keys import api_key_make
from planner.services.import_running import import_run
from planner.services.import_undoing import import_undo
from tests.planner.imports.desk import Desk, agency_file
from tests.planner.imports.test_api import SOON, URL, call, send, work


@pytest.fixture
def secret(desk: Desk) -> str:
    return api_key_make(person=desk.mia, name="script", now=timezone.now())[1]


def refusal(answer: Any) -> tuple[int, str]:
    """Status and code of an answer in the one shape of all errors."""
    about = answer.json()
    assert about.keys() == {"statusCode", "status", "code", "message"}
    assert about["statusCode"] == about["status"] == answer.status_code
    assert about["message"]
    return answer.status_code, about["code"]


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1/nothing", f"{URL}/", f"{URL}/import_1/nothing"])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.django_db
def test_an_address_that_is_none_is_answered_as_scripts_read_it(path: str, method: str) -> None:
    ask = getattr(Client(enforce_csrf_checks=True), method)
    answer = ask(path, headers={"accept-language": "es"})
    assert refusal(answer) == (404, "not_found")
    assert answer.json()["message"].startswith("There is no such address.")
    assert "text/html" in Client().get("/apiary/")["Content-Type"]


def test_a_breakdown_is_answered_as_scripts_read_it(secret: str, settings: Settings) -> None:
    settings.FILES_DIR = "/proc/nowhere"
    client = Client(raise_request_exception=False)
    file = SimpleUploadedFile("posts.csv", b"teamId,text\n")
    answer = client.post(URL, {"file": file}, headers={"x-api-key": secret})
    assert refusal(answer) == (500, "broken")


def test_a_host_that_is_not_ours_is_answered_as_scripts_read_it(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["rota.example.test"]
    assert refusal(Client().get(URL, headers={"host": "else.example.test"})) == (400, "bad_request")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_methods_that_an_address_lacks(secret: str, method: str) -> None:
    answer = getattr(Client(), method)(URL, headers={"x-api-key": secret})
    assert refusal(answer) == (405, "method_not_allowed")
    assert answer["Allow"] == "GET, POST, HEAD"
    assert Client().post(f"{URL}/import_1", headers={"x-api-key": secret})["Allow"] == "GET, HEAD"


def test_head_says_what_get_says_without_the_body(secret: str) -> None:
    answer = Client().head(URL, headers={"x-api-key": secret})
    assert (answer.status_code, answer["Content-Type"], answer.content) == (200, "application/json", b"")
    assert Client().head(URL).status_code == 401


def test_bodies_that_are_no_form_with_one_file(secret: str) -> None:
    client, headers = Client(), {"x-api-key": secret}

    def file(name: str = "posts.csv") -> SimpleUploadedFile:
        return SimpleUploadedFile(name, b"teamId,text\n")

    def sent(data: Any, **about: Any) -> tuple[int, str]:
        return refusal(client.post(URL, data, headers=headers, **about))

    form = "multipart/form-data; boundary=x"
    assert sent({"file": "teamId,text"}) == (400, "file_missing")
    assert sent({"file": "posts.csv"}, content_type="application/json") == (400, "file_missing")
    assert sent({"file": [file(), file("more.csv")]}) == (400, "file_twice")
    assert sent({"file": file(), "dateOrder": "year"}) == (400, "date_order_unknown")
    assert sent({f"field{number}": "" for number in range(1_500)}) == (400, "body_unreadable")
    assert sent({f"field{number}": file() for number in range(150)}) == (400, "body_unreadable")
    assert sent(b"--x", content_type="multipart/form-data") == (400, "body_unreadable")
    assert sent("a=" + "x" * 3_000_000, content_type="application/x-www-form-urlencoded") == (400, "body_unreadable")
    assert sent(b"", content_type=form, CONTENT_LENGTH=str(200 << 20)) == (413, "file_too_large")
    assert sent(b"", content_type=form, CONTENT_LENGTH="many") == (400, "file_missing")
    assert not CsvImport.objects.exists()


def test_the_status_goes_from_pending_over_processing_to_the_end(desk: Desk, secret: str) -> None:
    made = send(secret, agency_file([desk.row(postDate=SOON)])).json()
    assert (made["status"], made["startedAt"], made["totalRows"]) == ("PENDING", None, 1)
    work()
    done = call(secret, f"/{made['id']}").json()
    assert (done["status"], done["successRows"]) == ("COMPLETED", 1)
    assert made["createdAt"] <= done["startedAt"] <= done["completedAt"]


@pytest.mark.parametrize("state", ["checking", "checked", "committing", "sending", "undoing"])
def test_what_has_begun_is_never_pending_again(desk: Desk, secret: str, state: str) -> None:
    made = send(secret, agency_file([desk.row(postDate=SOON)])).json()
    CsvImport.objects.update(state=state, started_at=timezone.now())
    assert call(secret, f"/{made['id']}/status").json()["status"] == "PROCESSING"
    CsvImport.objects.update(rate_limit_reset_at=timezone.now())
    assert call(secret, f"/{made['id']}/status").json()["status"] == "RATE_LIMITED"


def test_the_rows_of_an_import_that_was_undone_say_so(desk: Desk, secret: str) -> None:
    made = send(secret, agency_file([desk.row(postDate=SOON)])).json()
    found = work()
    import_undo(csv_import=found, actor=desk.mia, now=timezone.now())
    import_run(found.pk)
    after = call(secret, f"/{made['id']}").json()
    assert (after["status"], after["successRows"], after["failedRows"]) == ("COMPLETED_WITH_ERRORS", 0, 1)
    (row,) = call(secret, f"/{made['id']}/rows", status="FAILED").json()["items"]
    assert (row["postId"], row["error"]) == (
        None,
        "The import was undone. Upload the row again if it is still wanted.",
    )
    assert send(secret, agency_file([desk.row(postDate=SOON)])).status_code == 201
    assert work().counts == {"success": 1}
