"""Every address of the product, asked by everybody, about their own location and another one's.

The expected answers are written down in `access_matrix/table.txt`. A new address without rows there fails; so does a
row of an address that is gone, and an answer that holds a word of a location that the person does not work for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction
from django.http import HttpResponse
from pytest_django import DjangoDbBlocker

from accounts.models import User
from planner.services.import_files import folder
from tests.access_matrix.stage import ADMIN, OTHER, OWN, PERSONS, Row, Stage, read_table, routes, set_stage
from tests.cast import HTMX

ROWS = read_table()
OURS = [route for route in dict.fromkeys(routes()) if not route.startswith(ADMIN) or route == "admin/login/"]
# What a form of the address needs to get past its fields to the question who may do it.
SENT: dict[str, Any] = {
    "sync/check/": lambda place: {"which": place.location.pk},
    "connect/begin/": lambda place: {"client": place.location.pk, "platform": "facebook"},
    "people/invite/": lambda place: {"email": "new@agency.test", "role": "viewer", "locations": [place.location.pk]},
    "people/<int:person_id>/access/": lambda place: {"role": "creator", "ticked": [place.location.pk]},
    "people/<int:person_id>/acts-as/<int:location_id>/": lambda place: {"member": "nobody"},
    "people/<int:person_id>/owner/": lambda place: {"owner": "yes"},
    "posts/sets/new/": lambda place: {"kind": "delete", "post": [place.post.pk]},
    "posts/sets/<int:set_id>/": lambda place: {"do": "discard"},
    "posts/views/<int:view_id>/": lambda place: {"do": "delete"},
    "sync/changes/<int:change_id>/": lambda place: {"do": "cancel"},
    "queues/together/": lambda place: {"do": "pause", "pick": [place.item.queue_id]},
    "queues/<int:queue_id>/steps/": lambda place: {"do": f"top {place.item.pk}", "version": 0},
    "queues/<int:queue_id>/settings/": lambda place: {"returns_within_days": 14},
    "queues/<int:queue_id>/state/": lambda place: {"do": "pause"},
    "i18n/setlang/": lambda place: {"language": "es"},
}


def cells(route: str) -> Iterator[tuple[str, str, str]]:
    """The keys of the rows that an address has to have."""
    about_an_object = "<" in route or route in SENT
    for method in ("GET", "POST"):
        yield method, route, OWN
        if about_an_object and (method == "POST" or "<" in route) and route != "i18n/setlang/":
            yield method, route, OTHER


def ask(stage: Stage, person: str, key: tuple[str, str, str]) -> HttpResponse:
    """The answer of one cell; what it did to the database and to the files of the imports is undone."""
    method, route, whose = key
    address = stage.address(route, whose)
    files = [folder() / place.csv_import.file for place in (stage.own, stage.other)]
    held = [(file, file.read_bytes()) for file in files]
    with transaction.atomic():
        client = stage.client(person)
        if method == "GET":
            answer = client.get(address)
        else:
            sends = SENT.get(route, lambda place: {})
            answer = client.post(address, sends(stage.own if whose == OWN else stage.other))
        transaction.set_rollback(True)
    for file, data in held:
        file.write_bytes(data)
    return answer  # type: ignore[return-value]


def said(answer: HttpResponse) -> str:
    """The answer as the table writes it: `in` leads to the sign-in page, `out` to another page, else the status."""
    if answer.status_code in (301, 302):
        return "in" if answer["Location"].startswith("/sign-in/") else "out"
    return str(answer.status_code)


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """Set once for all addresses: what is done to the database when one is asked is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield set_stage()
        transaction.set_rollback(True)


def test_every_address_has_its_rows_and_no_row_is_left_over():
    wanted = {key for route in OURS for key in cells(route)}
    assert sorted(wanted - ROWS.keys()) == []
    assert sorted(ROWS.keys() - wanted) == []


@pytest.mark.parametrize("route", OURS)
def test_everybody_gets_the_answer_of_the_table(stage: Stage, route: str):
    wrong, leaks = [], []
    for row in (ROWS[key] for key in cells(route)):
        for person, expected in zip(PERSONS, row.answers, strict=True):
            answer = ask(stage, person, row.key)
            if said(answer) != expected:
                wrong.append(f"{row.method} {row.whose} {person}: {said(answer)}, not {expected}")
            leaks += _leaks(stage, person, row, answer)
    assert wrong == []
    assert leaks == []


def _leaks(stage: Stage, person: str, row: Row, answer: HttpResponse) -> list[str]:
    """Words of a location that the person does not work for, in the body or a header. What somebody with an
    invitation's link learns is what the inviter told him, and a link names its own token."""
    if row.route == "invitation/<str:token>/":
        return []
    body = answer.content.decode(errors="replace") if not answer.streaming else ""
    whole = f"{body}\n{answer.headers}".replace(stage.address(row.route, row.whose), "")
    return [f"{row.method} {row.whose} {person}: {word}" for word in stage.hidden_from(person) if word in whole]


@pytest.mark.parametrize("route", [route for route in OURS if "<" not in route])
def test_naming_another_location_in_the_address_shows_nothing_of_it(stage: Stage, route: str):
    words: dict[str, Any] = {
        "location": stage.other.location.pk,
        "client": stage.other.location.pk,
        "q": "e",
        "pick": "account",
    }
    for headers in ({}, HTMX):
        for person in ("manager", "viewer"):
            with transaction.atomic():
                answer = stage.client(person).get(f"/{route}", words, headers=headers)
                transaction.set_rollback(True)
            assert answer.status_code < 500
            found = [word for word in stage.other.secrets if word in answer.content.decode(errors="replace")]
            assert found == [], f"{person} reads {found} at {route}"


@pytest.mark.django_db
def test_a_page_of_one_location_is_there_for_its_people(stage: Stage):
    """The words that must not leak are words that pages do show to those who may read them."""
    shown = stage.client("viewer").get("/posts/").content.decode()
    assert "Quillbrook caption" in shown
    assert "Quillbrook page" in stage.client("viewer").get("/accounts/").content.decode()
    assert "Zephyrdale caption" in stage.client("owner").get("/posts/").content.decode()


class TestAdmin:
    ADDRESSES = sorted(
        {
            route.replace("<path:object_id>", "1").replace("<path:content_type_id>", "1").replace("<id>", "1")
            for route in routes()
            if route.startswith(ADMIN) and route != "admin/login/" and "(?P" not in route and "<int:" not in route
        }
    )

    def test_there_is_something_to_ask(self):
        assert len(self.ADDRESSES) > 80

    @pytest.mark.parametrize("person", PERSONS)
    def test_nobody_without_the_right_gets_in(self, stage: Stage, person: str):
        """Not even owners: the admin takes a right of its own, which the agency's first owner has."""
        client = stage.client(person)
        for address in self.ADDRESSES:
            for ask_by in (client.get, client.post):
                with transaction.atomic():
                    answer = ask_by(f"/{address}")
                    transaction.set_rollback(True)
                led = answer.status_code == 302 and answer["Location"].startswith(("/admin/login/", "/admin/"))
                assert led or answer.status_code in (403, 404, 405), f"{person} {address}: {answer.status_code}"
                body = answer.content.decode(errors="replace")
                assert [word for word in stage.hidden_from("anonymous") if word in body] == []

    @pytest.mark.django_db
    def test_staff_sees_only_what_it_was_given(self, stage: Stage):
        person = User.objects.get(pk=stage.users["viewer"].pk)
        person.is_staff = True
        person.save()
        person.user_permissions.set(Permission.objects.filter(codename="view_syncrun"))
        client = stage.client("viewer")
        assert client.get("/admin/highlevel/syncrun/").status_code == 200
        for address in ("accounts/user/", "accounts/invitation/", "highlevel/credential/", "planner/post/"):
            assert client.get(f"/admin/{address}").status_code == 403
