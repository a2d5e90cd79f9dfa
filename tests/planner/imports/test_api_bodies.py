"""Bodies as clients send them: in chunks, compressed, cut off, with names that cannot be read."""

from __future__ import annotations

import gzip
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from planner.models import CsvImport
from planner.services.api_keys import api_key_make
from tests.planner.imports.desk import Desk, agency_file
from tests.planner.imports.test_api import SOON, URL
from tests.planner.imports.test_api_manners import refusal

FORM = "multipart/form-data; boundary=x"


@pytest.fixture
def secret(desk: Desk) -> str:
    return api_key_make(person=desk.mia, name="script", now=timezone.now())[1]


def form(data: bytes, name: bytes = b"posts.csv") -> bytes:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="' + name + b'"\r\n\r\n'
    return head + data + b"\r\n--x--\r\n"


class Breaking(BytesIO):
    """A body whose chunks are none."""

    def read(self, size: int | None = -1) -> bytes:
        raise ValueError("Invalid chunk size")


def in_chunks(secret: str, body: BytesIO, **server: Any) -> Any:
    """What is answered to a body whose length nobody says."""
    about = {"wsgi.input": body, "wsgi.input_terminated": True, "CONTENT_LENGTH": "", "CONTENT_TYPE": FORM, **server}
    headers = {"x-api-key": secret, "transfer-encoding": "chunked"}
    return Client().generic("POST", URL, headers=headers, **about)


def test_a_body_in_chunks_is_read_to_its_end(desk: Desk, secret: str) -> None:
    data = agency_file([desk.row(postDate=SOON)]).encode()
    answer = in_chunks(secret, BytesIO(form(data)))
    assert (answer.status_code, answer.json()["totalRows"]) == (201, 1)
    assert CsvImport.objects.get().file_size == len(data)


def test_a_body_in_chunks_has_the_same_bounds(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.api_bodies.LARGEST_BODY", 100)
    assert refusal(in_chunks(secret, BytesIO(form(b"x" * 200_000)))) == (413, "file_too_large")
    assert refusal(in_chunks(secret, Breaking())) == (400, "body_unreadable")
    assert not CsvImport.objects.exists()


def test_a_server_that_cannot_find_the_end_of_a_body_asks_for_its_length(secret: str) -> None:
    unknown = in_chunks(secret, BytesIO(form(b"x")), **{"wsgi.input_terminated": False})
    assert refusal(unknown) == (411, "length_required")


@pytest.mark.parametrize(
    ("body", "encoding", "told"),
    [
        (gzip.compress(form(b"teamId,text\n")), "gzip", (415, "body_compressed")),
        (form(b"teamId,text\n"), "identity", (201, None)),
        (form(b"teamId,text\n")[:-12], "identity", (400, "file_missing")),
        (form(b"teamId,text\n", "März.csv".encode("cp1252")), "identity", (400, "file_missing")),
    ],
)
def test_bodies_that_cannot_be_read(secret: str, body: bytes, encoding: str, told: tuple[int, str | None]) -> None:
    headers = {"x-api-key": secret, "content-encoding": encoding}
    answer = Client().post(URL, body, content_type=FORM, headers=headers)
    assert (answer.status_code, answer.json().get("code")) == told
