"""People at the desk with browsers, and what their pages show."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Role, User
from planner.models import CsvImport
from tests.factories import make_location, make_member, make_user
from tests.planner.imports.desk import Desk

LATER = "2035-01-05T10:00:00Z"  # to come, whenever the tests run: pages ask the real clock


def browser(person: User | None) -> Client:
    """A signed-in client, or a stranger's for None."""
    client = Client()
    if person is not None:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def reader(desk: Desk) -> User:
    """Somebody who may only read in the first location."""
    person = make_user("rita@example.test", name="Rita")
    make_member(person, desk.here, Role.VIEWER)
    return person


def stranger() -> User:
    """A manager of another client."""
    person = make_user("sven@example.test", name="Sven")
    make_member(person, make_location("Zephyr"), Role.MANAGER)
    return person


def page_of(csv_import: CsvImport, name: str = "") -> str:
    return f"/imports/{csv_import.key}/{name}"


def target(name: str) -> dict[str, str]:
    """The headers of an htmx request for a piece of the page."""
    return {"HX-Request": "true", "HX-Target": name}


def file(text: str | bytes, name: str = "posts.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())


def words(answer: Any) -> str:
    """The text of a page, its blanks and marks-up taken together."""
    body = re.sub(r"<(script|style|datalist).*?</\1>", " ", answer.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())
