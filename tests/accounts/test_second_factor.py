"""The second factor: setting it up, signing in with it, losing it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import User
from accounts.services.people_second_factor import factor_address, factor_held
from tests.cast import Cast
from tests.factories import PASSWORD, make_user

CODES = re.compile(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>")
START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def dora(db: None) -> User:
    return make_user("dora@example.test", name="Dora")


@pytest.fixture
def clock() -> Any:
    """A clock that stands still until the test moves it."""
    with time_machine.travel(START, tick=False) as moved:
        yield moved


def code(user: User, *, wrong: bool = False) -> str:
    """What the app of the person shows now, or six other digits."""
    device = TOTPDevice.objects.get(user=user)
    right = totp(device.bin_key)
    return f"{(right + 1) % 1_000_000 if wrong else right:06d}"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def password(client: Client, email: str = "dora@example.test", **more: str):
    return client.post("/sign-in/", {"email": email, "password": PASSWORD, **more})


def turn_on(user: User, clock: Any) -> list[str]:
    """Set the factor up as a person does; gives the recovery codes. The clock moves on to the next code."""
    client = signed_in(user)
    client.post("/second-factor/start/")
    answer = client.post("/second-factor/confirm/", {"code": code(user), "password": PASSWORD})
    assert answer.status_code == 200
    user.refresh_from_db()
    clock.shift(timedelta(seconds=60))
    return CODES.findall(answer.content.decode())


class TestSettingUp:
    def test_nothing_counts_before_the_first_code(self, dora: User, clock: Any):
        client = signed_in(dora)
        assert "is off" in client.get("/second-factor/").content.decode()
        assert client.post("/second-factor/start/")["Location"] == "/second-factor/confirm/"
        page = client.get("/second-factor/confirm/").content.decode()
        assert "<svg viewBox" in page
        assert "style=" not in page
        assert factor_held(dora) is None
        assert password(Client())["Location"] == "/"

    def test_the_first_code_turns_it_on_and_shows_the_codes_once(self, dora: User, clock: Any):
        codes = turn_on(dora, clock)
        assert len(set(codes)) == 10
        assert factor_held(dora) is not None
        stored = set(StaticToken.objects.values_list("token", flat=True))
        assert not stored & {text.replace("-", "") for text in codes}
        page = signed_in(dora).get("/second-factor/").content.decode()
        assert "10 codes are left" in page
        assert CODES.findall(page) == []

    def test_this_session_stays_and_the_others_end(self, dora: User, clock: Any):
        here, elsewhere = signed_in(dora), signed_in(dora)
        here.post("/second-factor/start/")
        here.post("/second-factor/confirm/", {"code": code(dora), "password": PASSWORD})
        assert here.get("/second-factor/").status_code == 200
        assert elsewhere.get("/second-factor/").status_code == 302

    @pytest.mark.parametrize(
        ("wrong", "secret", "field"),
        [(True, PASSWORD, "code"), (False, "not mine", "password"), (True, "", "password")],
    )
    def test_a_wrong_code_or_password_changes_nothing(
        self, dora: User, clock: Any, wrong: bool, secret: str, field: str
    ):
        client = signed_in(dora)
        client.post("/second-factor/start/")
        answer = client.post("/second-factor/confirm/", {"code": code(dora, wrong=wrong), "password": secret})
        assert answer.status_code == 422
        assert f'id="id_{field}_error"' in answer.content.decode()
        assert factor_held(dora) is None

    def test_the_same_key_is_shown_until_it_is_confirmed(self, dora: User, clock: Any):
        client = signed_in(dora)
        client.post("/second-factor/start/")
        key = TOTPDevice.objects.get().key
        client.post("/second-factor/start/")
        assert TOTPDevice.objects.get().key == key

    def test_the_address_in_the_code_is_one_that_apps_read(self, dora: User, clock: Any):
        signed_in(dora).post("/second-factor/start/")
        said = factor_address(TOTPDevice.objects.get())
        assert said.startswith("otpauth://totp/Rota%3Adora%40example.test?secret=")
        assert "&issuer=Rota&digits=6&period=30" in said

    def test_starting_takes_a_post_and_a_session(self, dora: User, clock: Any):
        assert signed_in(dora).get("/second-factor/start/").status_code == 405
        assert Client().post("/second-factor/start/")["Location"].startswith("/sign-in/")
        assert signed_in(dora).get("/second-factor/confirm/")["Location"] == "/second-factor/"


class TestSigningIn:
    def test_the_code_comes_after_the_password(self, dora: User, clock: Any):
        turn_on(dora, clock)
        client = Client()
        assert password(client, next="/posts/")["Location"] == "/sign-in/code/?next=%2Fposts%2F"
        assert client.get("/").status_code == 302
        assert client.post("/sign-in/code/", {"code": code(dora), "next": "/posts/"})["Location"] == "/posts/"
        assert client.get("/").status_code == 200

    def test_a_code_works_once(self, dora: User, clock: Any):
        turn_on(dora, clock)
        first, second, used = Client(), Client(), code(dora)
        password(first)
        password(second)
        assert first.post("/sign-in/code/", {"code": used}).status_code == 302
        assert second.post("/sign-in/code/", {"code": used}).status_code == 422

    def test_wrong_codes_make_the_next_one_wait(self, dora: User, clock: Any):
        turn_on(dora, clock)
        client = Client()
        password(client)
        refused = client.post("/sign-in/code/", {"code": code(dora, wrong=True)})
        assert refused.status_code == 422
        assert "This code is not right" in refused.content.decode()
        soon = client.post("/sign-in/code/", {"code": code(dora)})
        assert soon.status_code == 429
        assert "Wait 1 second." in soon.content.decode()
        clock.shift(timedelta(seconds=2))
        assert client.post("/sign-in/code/", {"code": code(dora)}).status_code == 302

    def test_guessing_gets_slower_each_time(self, dora: User, clock: Any):
        turn_on(dora, clock)
        client = Client()
        password(client)
        waits = []
        for _ in range(5):
            page = client.post("/sign-in/code/", {"code": code(dora, wrong=True)}).content.decode()
            found = re.search(r"Try again in (\d+) second", page)
            assert found is not None
            waits.append(int(found.group(1)))
            clock.shift(timedelta(seconds=waits[-1] + 1))
        assert waits == [1, 2, 4, 8, 16]

    def test_recovery_codes_work_once_each(self, dora: User, clock: Any):
        codes = turn_on(dora, clock)
        client = Client()
        password(client)
        assert client.post("/sign-in/code/", {"code": codes[0].upper().replace("-", " ")}).status_code == 302
        again = Client()
        password(again)
        assert again.post("/sign-in/code/", {"code": codes[0]}).status_code == 422
        clock.shift(timedelta(seconds=2))
        assert again.post("/sign-in/code/", {"code": codes[1]}).status_code == 302
        assert "8 codes are left" in again.get("/second-factor/").content.decode()

    @pytest.mark.parametrize("given", ["", "12345", "1234567", "٣٤٥٦٧٨", "' OR 1=1 --", "x" * 41])
    def test_nonsense_is_refused(self, dora: User, clock: Any, given: str):
        turn_on(dora, clock)
        client = Client()
        password(client)
        answer = client.post("/sign-in/code/", {"code": given})
        assert answer.status_code == 422
        assert 'id="id_code_error"' in answer.content.decode()

    def test_without_a_password_there_is_nothing_to_type(self, dora: User, clock: Any):
        turn_on(dora, clock)
        for answer in (Client().get("/sign-in/code/"), Client().post("/sign-in/code/", {"code": code(dora)})):
            assert answer["Location"] == "/sign-in/"

    def test_a_right_password_holds_for_ten_minutes(self, dora: User, clock: Any):
        turn_on(dora, clock)
        client = Client()
        password(client)
        clock.shift(timedelta(minutes=11))
        assert client.post("/sign-in/code/", {"code": code(dora)})["Location"] == "/sign-in/"

    def test_a_password_that_changed_meanwhile_no_longer_counts(self, dora: User, clock: Any):
        turn_on(dora, clock)
        client = Client()
        password(client)
        dora.set_password("seven quiet otters")
        dora.save()
        assert client.post("/sign-in/code/", {"code": code(dora)})["Location"] == "/sign-in/"

    def test_the_way_back_never_leaves_this_site(self, dora: User, clock: Any):
        turn_on(dora, clock)
        client = Client()
        password(client, next="//evil.example/")
        assert client.post("/sign-in/code/", {"code": code(dora), "next": "//evil.example/"})["Location"] == "/"

    def test_the_admin_is_no_way_round(self, dora: User, clock: Any):
        User.objects.filter(pk=dora.pk).update(is_staff=True, is_superuser=True)
        turn_on(dora, clock)
        client = Client()
        client.post("/admin/login/", {"username": "dora@example.test", "password": PASSWORD, "next": "/admin/"})
        assert client.get("/admin/").status_code == 302


class TestKeeping:
    def test_new_codes_replace_the_old_ones(self, dora: User, clock: Any):
        old = turn_on(dora, clock)
        client = signed_in(dora)
        assert client.post("/second-factor/codes/", {"codes-password": "not mine"}).status_code == 422
        page = client.post("/second-factor/codes/", {"codes-password": PASSWORD}).content.decode()
        fresh = CODES.findall(page)
        assert len(fresh) == 10
        assert not set(fresh) & set(old)
        other = Client()
        password(other)
        assert other.post("/sign-in/code/", {"code": old[0]}).status_code == 422
        clock.shift(timedelta(seconds=2))
        assert other.post("/sign-in/code/", {"code": fresh[0]}).status_code == 302

    def test_turning_it_off_takes_the_password(self, dora: User, clock: Any):
        turn_on(dora, clock)
        client = signed_in(dora)
        refused = client.post("/second-factor/off/", {"off-password": ""})
        assert refused.status_code == 422
        assert 'id="id_off-password_error"' in refused.content.decode()
        assert client.post("/second-factor/off/", {"off-password": PASSWORD}).status_code == 302
        assert factor_held(dora) is None
        assert not StaticToken.objects.exists()
        assert password(Client())["Location"] == "/"

    def test_an_owner_turns_it_off_for_somebody_who_lost_it(self, cast: Cast, clock: Any):
        turn_on(cast.ben, clock)
        assert cast.as_cleo.post(f"/people/{cast.ben.pk}/second-factor/").status_code == 404
        assert cast.as_ana.post(f"/people/{cast.ben.pk}/second-factor/").status_code == 302
        assert password(Client(), "ben@example.test")["Location"] == "/"
        page = cast.as_ana.get("/people/history/").content.decode()
        assert "Ana turned off the second factor of Ben." in page
        assert "Ben turned on the second factor." in page
