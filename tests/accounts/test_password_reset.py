"""A forgotten password: the link by mail, and that nobody learns who has a sign-in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from celery import current_app
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.services.people_passwords import MOST_AN_ADDRESS, MOST_AN_EMAIL
from tests.cast import Cast
from tests.factories import PASSWORD, make_user

ASK = "/password/"
NEW = "seven quiet otters"
LINK = re.compile(r"http://testserver(/password/[\w-]+/[\w-]+/)")


@pytest.fixture(autouse=True)
def _work_at_once() -> Iterator[None]:
    """The worker's part runs within the request, by Celery's own setting."""
    current_app.conf.task_always_eager, before = True, current_app.conf.task_always_eager
    yield
    current_app.conf.task_always_eager = before


@pytest.fixture
def dora(db: None) -> User:
    return make_user("dora@example.test", name="Dora")


def link_from_mail(client: Client, email: str = "dora@example.test") -> str:
    client.post(ASK, {"email": email})
    found = LINK.search(str(mail.outbox[-1].body))
    assert found is not None
    return found.group(1)


def opened(client: Client, link: str) -> str:
    """Follow the link to the form, which is at an address without the token."""
    answer = client.get(link)
    assert answer.status_code == 302
    assert answer["Location"].endswith("/set-password/")
    return answer["Location"]


def test_the_way_from_the_mail_to_a_new_password(client: Client, dora: User):
    elsewhere = Client()
    elsewhere.force_login(dora, backend="django.contrib.auth.backends.ModelBackend")
    assert mail.outbox == []
    form = opened(client, link_from_mail(client, "Dora@Example.test"))
    assert mail.outbox[0].to == ["dora@example.test"]
    answer = client.post(form, {"new_password": NEW})
    assert answer["Location"] == "/password/done/"
    assert "_auth_user_id" not in client.session
    assert elsewhere.get("/").status_code == 302
    assert client.post("/sign-in/", {"email": "dora@example.test", "password": PASSWORD}).status_code == 422
    assert client.post("/sign-in/", {"email": "dora@example.test", "password": NEW}).status_code == 302


def test_the_sign_in_page_leads_here(client: Client, db: None):
    assert 'href="/password/"' in client.get("/sign-in/").content.decode()


def test_the_answer_is_the_same_for_known_and_unknown(client: Client, dora: User):
    make_user("left@example.test", is_active=False)
    answers = [client.post(ASK, {"email": f"{name}@example.test"}) for name in ("dora", "nobody", "left")]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, "/password/sent/")}
    assert [message.to for message in mail.outbox] == [["dora@example.test"]]
    assert "on its way" in client.get("/password/sent/").content.decode()


def test_who_was_activated_again_gets_a_link_without_having_a_password(client: Client, dora: User):
    dora.set_unusable_password()
    dora.save()
    form = opened(client, link_from_mail(client))
    assert client.post(form, {"new_password": NEW}).status_code == 302


@pytest.mark.parametrize("email", ["dora@example.test", "nobody@example.test"])
def test_too_many_wishes_for_one_email_pause_it(client: Client, dora: User, email: str):
    for _ in range(MOST_AN_EMAIL):
        assert client.post(ASK, {"email": email}).status_code == 302
    paused = client.post(ASK, {"email": email})
    assert paused.status_code == 429
    assert "Too many links" in paused.content.decode()
    assert client.post(ASK, {"email": "other@example.test"}).status_code == 302


def test_too_many_wishes_from_one_address_pause_it(client: Client, dora: User):
    for number in range(MOST_AN_ADDRESS):
        assert client.post(ASK, {"email": f"n{number}@example.test"}).status_code == 302
    assert client.post(ASK, {"email": "dora@example.test"}).status_code == 429
    assert client.post(ASK, {"email": "dora@example.test"}, REMOTE_ADDR="192.0.2.7").status_code == 302


@pytest.mark.parametrize("fields", [{}, {"email": "nonsense"}, {"email": "x" * 300 + "@example.test"}])
def test_nonsense_is_told_at_the_field(client: Client, db: None, fields: dict[str, str]):
    answer = client.post(ASK, fields)
    assert answer.status_code == 422
    assert 'id="id_email_error"' in answer.content.decode()


@pytest.mark.parametrize("new", ["", "short", "dora@example.test", "password1234"])
def test_a_weak_password_is_refused_and_the_link_still_works(client: Client, dora: User, new: str):
    form = opened(client, link_from_mail(client))
    answer = client.post(form, {"new_password": new})
    assert answer.status_code == 422
    assert 'id="id_new_password_error"' in answer.content.decode()
    assert client.post(form, {"new_password": NEW}).status_code == 302


def test_a_link_works_once(client: Client, dora: User):
    link = link_from_mail(client)
    client.post(opened(client, link), {"new_password": NEW})
    answer = Client().get(link)
    assert answer.status_code == 410
    assert "no longer works" in answer.content.decode()


def test_a_link_expires(client: Client, dora: User, settings: Any):
    link = link_from_mail(client)
    with time_machine.travel(timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT + 60), tick=False):
        assert client.get(link).status_code == 410


@pytest.mark.parametrize("link", ["/password/MQ/nonsense/", "/password/x/set-password/", "/password/%00/a-b/"])
def test_a_link_that_is_cut_off_is_told(client: Client, dora: User, link: str):
    answer = client.get(link)
    assert answer.status_code == 410
    assert client.post(link, {"new_password": NEW}).status_code == 410
    dora.refresh_from_db()
    assert dora.check_password(PASSWORD)


def test_a_pause_of_the_sign_in_ends_with_a_new_password(client: Client, dora: User):
    for _ in range(5):
        client.post("/sign-in/", {"email": "dora@example.test", "password": "wrong"})
    client.post(opened(client, link_from_mail(client)), {"new_password": NEW})
    assert client.post("/sign-in/", {"email": "dora@example.test", "password": NEW}).status_code == 302


def test_the_mail_speaks_the_readers_language_and_the_history_tells(client: Client, cast: Cast):
    User.objects.filter(pk=cast.ben.pk).update(language="es")
    client.post(opened(client, link_from_mail(client, "ben@example.test")), {"new_password": NEW})
    assert "Ben set a new password by a link" in cast.as_ana.get("/people/history/").content.decode()
