"""Signing in and out, and a person's own settings."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.cast import HTMX, Cast
from tests.factories import PASSWORD, make_user

SIGN_IN = "/sign-in/"
REFUSAL = "This e-mail and password do not belong together."


@pytest.fixture
def dora(db: None) -> User:
    return make_user("dora@example.test", name="Dora")


def sign_in(client: Client, email: str = "dora@example.test", password: str = PASSWORD, **fields: str):
    return client.post(SIGN_IN, {"email": email, "password": password, **fields})


def test_the_right_password_leads_to_today(client: Client, dora: User):
    answer = sign_in(client)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("planner:today")
    assert client.session["_auth_user_id"] == str(dora.pk)


def test_the_case_of_an_email_does_not_matter(client: Client, dora: User):
    assert sign_in(client, email="Dora@Example.TEST").status_code == 302


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/posts/?status=failed", "/posts/?status=failed"),
        ("https://evil.example/posts/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_the_way_back_never_leaves_this_site(client: Client, dora: User, asked: str, leads_to: str):
    assert sign_in(client, next=asked)["Location"] == leads_to


@pytest.mark.parametrize(
    ("email", "password"), [("dora@example.test", "not the password"), ("nobody@example.test", PASSWORD)]
)
def test_the_refusal_does_not_tell_which_part_was_wrong(client: Client, dora: User, email: str, password: str):
    answer = sign_in(client, email=email, password=password)
    assert answer.status_code == 422
    assert REFUSAL in answer.content.decode()
    assert password not in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_somebody_who_left_cannot_sign_in(client: Client, dora: User):
    User.objects.update(is_active=False)
    answer = sign_in(client)
    assert answer.status_code == 422
    assert REFUSAL in answer.content.decode()


def test_an_empty_form_names_both_fields(client: Client, db: None):
    answer = client.post(SIGN_IN, {})
    assert answer.status_code == 422
    assert len(re.findall(r'aria-invalid="true"', answer.content.decode())) == 2


def test_too_many_wrong_passwords_pause_the_email(client: Client, dora: User):
    for _ in range(4):
        assert sign_in(client, password="wrong password").status_code == 422
    paused = sign_in(client, password="wrong password")
    assert paused.status_code == 429
    assert "Wait 15 minutes" in paused.content.decode()
    assert sign_in(client).status_code == 429
    assert "_auth_user_id" not in client.session


def test_the_pause_is_for_one_email_only(client: Client, dora: User):
    make_user("eli@example.test")
    for _ in range(5):
        sign_in(client, password="wrong password")
    assert sign_in(client, email="eli@example.test").status_code == 302


def test_whoever_is_signed_in_is_led_on(cast: Cast):
    answer = cast.as_ana.get(SIGN_IN, {"next": "/sync/"})
    assert answer.status_code == 302
    assert answer["Location"] == "/sync/"


def test_signing_out_takes_a_post(cast: Cast):
    client = cast.as_ana
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == SIGN_IN
    assert client.get("/").status_code == 302


def test_an_expired_session_sends_htmx_to_the_sign_in_page(cast: Cast):
    headers = {**HTMX, "HX-Current-URL": "http://testserver/posts/?status=failed"}
    answer = cast.as_nobody.get("/find/", headers=headers)
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == "/sign-in/?next=/posts/%3Fstatus%3Dfailed"
    assert answer.content == b""


class TestAdminDoor:
    def test_the_admin_has_no_second_sign_in_page(self, client: Client, db: None):
        answer = client.get("/admin/", follow=True)
        assert answer.redirect_chain[-1][0] == "/sign-in/?next=/admin/"
        assert client.post("/admin/login/", {"username": "ana@example.test", "password": PASSWORD}).status_code == 405

    def test_who_is_not_staff_is_told_so(self, cast: Cast):
        answer = cast.as_ben.get("/admin/", follow=True)
        assert answer.status_code == 403
        assert "open to staff only" in answer.content.decode()


class TestProfile:
    def test_everything_is_kept(self, cast: Cast):
        client = cast.as_ben
        fields = {"form": "about", "name": "Benedikt", "language": "es", "timezone": "Asia/Tokyo", "theme": "dark"}
        answer = client.post("/profile/", fields)
        assert answer.status_code == 302
        assert answer.cookies["theme"].value == "dark"
        cast.ben.refresh_from_db()
        assert (cast.ben.name, cast.ben.language, cast.ben.timezone) == ("Benedikt", "es", "Asia/Tokyo")
        page = client.get("/profile/").content.decode()
        assert '<html lang="es" data-theme="dark">' in page

    @pytest.mark.parametrize(
        ("field", "value"), [("language", "tlh"), ("timezone", "Mars/Olympus"), ("theme", "neon"), ("name", "x" * 151)]
    )
    def test_nonsense_is_refused_at_its_field(self, cast: Cast, field: str, value: str):
        fields = {"form": "about", "name": "Ben", "language": "", "timezone": "", "theme": ""}
        answer = cast.as_ben.post("/profile/", {**fields, field: value})
        assert answer.status_code == 422
        assert f'id="id_{field}_error"' in answer.content.decode()
        cast.ben.refresh_from_db()
        assert (cast.ben.name, cast.ben.language, cast.ben.timezone) == ("Ben", "", "")

    def test_an_empty_post_means_the_browsers_choices(self, cast: Cast):
        User.objects.filter(pk=cast.ben.pk).update(timezone="Asia/Tokyo")
        assert cast.as_ben.post("/profile/", {}).status_code == 302
        cast.ben.refresh_from_db()
        assert cast.ben.timezone == ""

    def test_a_new_password_keeps_this_session_and_ends_the_others(self, cast: Cast):
        here, elsewhere = cast.as_ben, cast.as_ben
        fields = {"form": "password", "old_password": PASSWORD, "new_password": "seven quiet otters"}
        assert here.post("/profile/", fields).status_code == 302
        assert here.get("/profile/").status_code == 200
        assert elsewhere.get("/profile/").status_code == 302
        cast.ben.refresh_from_db()
        assert cast.ben.check_password("seven quiet otters")

    @pytest.mark.parametrize(
        ("old", "new", "field"),
        [("not mine", "seven quiet otters", "old_password"), (PASSWORD, "short-one", "new_password")],
    )
    def test_a_bad_password_change_changes_nothing(self, cast: Cast, old: str, new: str, field: str):
        answer = cast.as_ben.post("/profile/", {"form": "password", "old_password": old, "new_password": new})
        assert answer.status_code == 422
        assert f'id="id_{field}_error"' in answer.content.decode()
        cast.ben.refresh_from_db()
        assert cast.ben.check_password(PASSWORD)

    def test_a_stranger_is_asked_to_sign_in(self, cast: Cast):
        assert cast.as_nobody.get("/profile/")["Location"] == "/sign-in/?next=/profile/"
