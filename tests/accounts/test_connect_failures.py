"""What goes wrong while an account is connected: each gets its own sentence, and nothing is half connected."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
import redis
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import ConnectAttempt, ConnectedAccount
from accounts.services.connect_attach import connect_attach_next
from accounts.services.connect_wire import connect_origins, may_follow
from highlevel.models import Location
from highlevel.origin import origin_of
from tests.accounts.test_connect import attach, begin, choose, desk, keys, mia, popup, report, signed_in, states
from tests.cast import HTMX
from tests.connecting import Desk, add_client, employ, last_attempt, listed, sign_in_at
from tests.factories import make_user

__all__ = ["desk", "mia"]  # fixtures
State = ConnectAttempt.State


def signed(desk: Desk, client: Client, attempt: ConnectAttempt) -> str:
    return sign_in_at(desk.box, popup(client, attempt))


def asked(desk: Desk, operation: str) -> int:
    return len(desk.box.log.entries(operation=operation))


def refused(answer: Any, sentence: str, status: int = 422) -> None:
    page = answer.content.decode()
    assert (answer.status_code, sentence in page) == (status, True), page
    assert "Try again" in page


def test_a_refusal_of_consent(desk: Desk, mia: Client, caplog: pytest.LogCaptureFixture) -> None:
    attempt, nonce = begin(mia, desk)
    account_id = sign_in_at(desk.box, popup(mia, attempt), answer="refuse")
    assert account_id == ""
    with caplog.at_level(logging.WARNING, logger="accounts.connect"):
        refused(report(mia, attempt, nonce, account_id), "was refused the access that it needs")
    assert "problem=refused" in caplog.text
    assert (last_attempt().state, last_attempt().problem) == (State.FAILED, "refused")
    assert asked(desk, "get-oauth-accounts") == 0


@pytest.mark.parametrize("account_id", ["../../posts", "a/b", "a b", "x" * 300, "né", ".", "%2e%2e"])
def test_an_account_id_that_is_none(account_id: str, desk: Desk, mia: Client) -> None:
    attempt, nonce = begin(mia, desk)
    refused(report(mia, attempt, nonce, account_id), "gave an answer that Rota cannot use")
    assert asked(desk, "get-oauth-accounts") == 0


def test_an_account_id_that_highlevel_does_not_know(desk: Desk, mia: Client) -> None:
    attempt, nonce = begin(mia, desk)
    refused(report(mia, attempt, nonce, "0" * 24), "HighLevel refused: “OAuth account not found”")
    assert last_attempt().state == State.FAILED


def test_a_session_that_expired_at_the_network(desk: Desk, mia: Client) -> None:
    attempt, nonce = begin(mia, desk)
    account_id = sign_in_at(desk.box, popup(mia, attempt), answer="expired")
    refused(report(mia, attempt, nonce, account_id), "“Session expired, please sign in again”")
    assert last_attempt().state == State.FAILED


def test_answered_twice_counts_once(desk: Desk, mia: Client) -> None:
    attempt, nonce = begin(mia, desk)
    account_id = signed(desk, mia, attempt)
    assert report(mia, attempt, nonce, account_id).status_code == 200
    held = last_attempt().choices
    refused(report(mia, attempt, nonce, "another1"), "This sign-in was answered before", status=409)
    assert (last_attempt().remote_account_id, last_attempt().choices) == (account_id, held)
    over = mia.get(f"/connect/{attempt.pk}/start/")
    assert (over.status_code, "This sign-in is over" in over.content.decode()) == (409, True)


def test_a_nonce_of_another_sign_in_is_told_apart(desk: Desk, mia: Client, caplog: pytest.LogCaptureFixture) -> None:
    other_client = add_client(desk.box, "Crumb & Ember")
    employ(desk.box, desk.mia, other_client)
    noah = make_user("noah@example.test", name="Noah")
    employ(desk.box, noah, desk.location)
    _attempt, of_noah = begin(signed_in(noah), desk)
    elsewhere = Desk(desk.box, other_client, desk.mia)
    _attempt, of_location = begin(mia, elsewhere)
    _attempt, of_network = begin(mia, desk, "youtube")
    _attempt, of_before = begin(mia, desk)
    attempt, own = begin(mia, desk)
    account_id = signed(desk, mia, attempt)
    cases = [
        ("made up", "no sign-in that Rota knows", "nonce_unknown"),
        ("", "no sign-in that Rota knows", "nonce_unknown"),
        (of_noah, "somebody else", "nonce_person"),
        (of_location, "a sign-in for another client", "nonce_location"),
        (of_network, "a sign-in at another network", "nonce_network"),
        (of_before, "an earlier sign-in", "nonce_attempt"),
    ]
    for nonce, sentence, code in cases:
        with caplog.at_level(logging.WARNING, logger="accounts.connect"):
            refused(report(mia, attempt, nonce, account_id), sentence)
        assert f"problem={code}" in caplog.text
    assert not ConnectAttempt.objects.exclude(state=State.STARTED).exists()
    assert asked(desk, "get-oauth-accounts") == 0
    assert report(mia, attempt, own, account_id).status_code == 200


def test_a_nonce_of_another_session(desk: Desk, mia: Client) -> None:
    attempt, nonce = begin(mia, desk)
    account_id = signed(desk, mia, attempt)
    anew = signed_in(desk.mia)
    refused(report(anew, attempt, nonce, account_id), "signed in to Rota anew")
    start = anew.get(f"/connect/{attempt.pk}/start/")
    assert (start.status_code, "signed in to Rota anew" in start.content.decode()) == (409, True)
    assert report(mia, attempt, nonce, account_id).status_code == 200


def test_a_nonce_that_is_too_old(desk: Desk, mia: Client) -> None:
    attempt, nonce = begin(mia, desk)
    account_id = signed(desk, mia, attempt)
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        refused(report(mia, attempt, nonce, account_id), "took too long to be safe")
        assert mia.get(f"/connect/{attempt.pk}/start/").status_code == 409
    with time_machine.travel(timezone.now() + timedelta(hours=13)):
        assert mia.get(f"/connect/{attempt.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("platform", "sentence"),
    [("bluesky", "does not offer this network"), ("myspace", "There is no such network"), ("", "no such network")],
)
def test_a_network_that_cannot_be_had(platform: str, sentence: str, desk: Desk, mia: Client) -> None:
    answer = mia.post("/connect/begin/", {"client": desk.location.pk, "platform": platform}, headers=HTMX)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert not ConnectAttempt.objects.exists()
    assert asked(desk, "start-oauth") == 0


def test_somebody_whom_highlevel_does_not_know(desk: Desk, mia: Client) -> None:
    desk.mia.memberships.update(remote_id=None)
    answer = mia.post("/connect/begin/", {"client": desk.location.pk, "platform": "facebook"}, headers=HTMX)
    assert answer.status_code == 422
    assert "matched with no HighLevel user" in answer.content.decode()


@pytest.mark.parametrize(
    ("fault", "status", "sentence"),
    [
        ("unavailable", 502, "HighLevel had a fault of its own"),
        ("refuse", 502, "HighLevel refused: “"),
        ("drop_before", 502, "HighLevel had a fault of its own"),
        ("rate_limit", 502, "too many requests"),
    ],
)
def test_the_popup_says_why_it_cannot_go_on(
    fault: str, status: int, sentence: str, desk: Desk, mia: Client, redis_url: str
) -> None:
    attempt, nonce = begin(mia, desk)
    desk.box.faults.add(operation="start-oauth", kind=fault, times=5)
    answer = mia.get(f"/connect/{attempt.pk}/start/")
    page = answer.content.decode()
    assert (answer.status_code, sentence in page) == (status, True), page
    assert "Try again" in page
    assert answer["Cross-Origin-Opener-Policy"] == "unsafe-none"
    desk.box.faults.clear()
    with redis.Redis.from_url(redis_url) as counted:
        counted.flushdb()  # the pause that HighLevel asked for is over
    assert report(mia, attempt, nonce, signed(desk, mia, attempt)).status_code == 200


def test_a_revoked_token_pauses_the_client_and_says_so(desk: Desk, mia: Client) -> None:
    attempt, _nonce = begin(mia, desk)
    location = desk.location
    location.credentials.update(access_token="pit-worn-out")
    answer = mia.get(f"/connect/{attempt.pk}/start/")
    assert answer.status_code == 502
    assert "HighLevel refuses the token" in answer.content.decode()
    assert "pit-worn-out" not in answer.content.decode()
    assert Location.objects.get(pk=location.pk).paused_at is not None


def test_the_list_can_be_asked_for_again(desk: Desk, mia: Client) -> None:
    attempt, nonce = begin(mia, desk)
    account_id = signed(desk, mia, attempt)
    desk.box.faults.add(operation="get-oauth-accounts", kind="unavailable", times=2)
    answer = report(mia, attempt, nonce, account_id)
    assert (answer.status_code, "HighLevel had a fault of its own" in answer.content.decode()) == (200, True)
    assert last_attempt().state == State.CHOOSING
    again = mia.get(f"/connect/{attempt.pk}/", headers=HTMX)
    assert len(keys(again)) == 2


def test_a_list_that_cannot_be_read(desk: Desk, mia: Client) -> None:
    attempt, nonce = begin(mia, desk)
    account_id = signed(desk, mia, attempt)
    desk.box.faults.add(operation="get-oauth-accounts", kind="malformed", times=2)
    answer = report(mia, attempt, nonce, account_id)
    assert "HighLevel's answer could not be read" in answer.content.decode().replace("&#x27;", "'")
    assert "Ask again" in answer.content.decode()


def test_step_three_refused(desk: Desk, mia: Client) -> None:
    found = keys(choose(mia, desk))
    desk.box.faults.add(operation="attach-oauth-accounts", kind="refuse", message="This page is restricted")
    done = attach(mia, found[0])
    page = done.content.decode()
    assert "Nothing was connected" in page
    assert "HighLevel refused: “" in page
    assert (states(), last_attempt().state, listed(desk)) == (["refused"], State.FAILED, [])
    assert not ConnectedAccount.objects.exists()
    assert "HX-Trigger" not in done
    more = mia.get(f"/connect/{last_attempt().pk}/?more=1", headers=HTMX)
    attach(mia, *keys(more)[:1])
    assert states() == ["attached"]


@pytest.mark.parametrize("fault", ["drop_after", "server_error_after", "malformed", "truncated"])
def test_attached_without_an_answer_is_looked_up_not_repeated(fault: str, desk: Desk, mia: Client) -> None:
    found = keys(choose(mia, desk))
    desk.box.faults.add(operation="attach-oauth-accounts", kind=fault, times=1)
    done = attach(mia, found[0])
    assert states() == ["attached"]
    assert "1 account is connected" in done.content.decode()
    assert asked(desk, "attach-oauth-accounts") == 1
    (account,) = listed(desk)
    assert ConnectedAccount.objects.get().remote_id == account["id"]


def test_an_unconfirmed_one_is_found_by_a_later_look(desk: Desk, mia: Client) -> None:
    found = keys(choose(mia, desk))
    desk.box.faults.add(operation="attach-oauth-accounts", kind="drop_after", times=1)
    desk.box.faults.add(operation="get-account", kind="unavailable", times=4)
    page = attach(mia, found[0]).content.decode()
    assert "Unconfirmed" in page
    assert "Look it up now" in page
    assert last_attempt().state == State.UNCONFIRMED
    again = mia.post(f"/connect/{last_attempt().pk}/attach/", {"choice": found[:1]}, headers=HTMX)
    assert (again.status_code, "being connected already" in again.content.decode()) == (409, True)
    looked = mia.post(f"/connect/{last_attempt().pk}/look/", headers=HTMX)
    assert looked.status_code == 422
    assert "HighLevel had a fault of its own" in looked.content.decode()
    desk.box.faults.clear()
    looked = mia.post(f"/connect/{last_attempt().pk}/look/", headers=HTMX)
    assert "account-connected" in looked["HX-Trigger"]
    assert (states(), asked(desk, "attach-oauth-accounts")) == (["attached"], 1)


def test_one_that_never_arrived_is_sent_again_only_when_that_is_sure(desk: Desk, mia: Client) -> None:
    found = keys(choose(mia, desk))
    desk.box.faults.add(operation="attach-oauth-accounts", kind="drop_before", times=1)
    attach(mia, found[0])
    assert (states(), last_attempt().state) == (["unconfirmed"], State.UNCONFIRMED)
    look = f"/connect/{last_attempt().pk}/look/"
    mia.post(look, headers=HTMX)
    assert states() == ["unconfirmed"]
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        page = mia.post(look, headers=HTMX).content.decode()
        assert states() == ["absent"]
        assert "It can be sent again" in page
        assert "Send again" in page
        attach(mia, found[0])
    assert (states(), asked(desk, "attach-oauth-accounts"), len(listed(desk))) == (["attached"], 2, 1)


def test_a_reconnect_without_an_answer_counts_when_the_account_is_good_again(desk: Desk, mia: Client) -> None:
    now = desk.box.clock.now()
    desk.box.add_account(
        desk.location.remote_id, platform="facebook", name="Old friend", expire=now - timedelta(days=1)
    )
    row = ConnectedAccount.objects.create(
        location=desk.location,
        platform="facebook",
        remote_id=str(listed(desk)[0]["id"]),
        origin_id=str(listed(desk)[0]["originId"]),
        is_expired=True,
    )
    found = keys(choose(mia, desk, reconnect=row.pk))
    desk.box.faults.add(operation="attach-oauth-accounts", kind="drop_before", times=1)
    attach(mia, found[0])
    assert states() == ["unconfirmed"]  # it is in the list, but as it was
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        mia.post(f"/connect/{last_attempt().pk}/look/", headers=HTMX)
        desk.box.faults.add(operation="attach-oauth-accounts", kind="drop_after", times=1)
        attach(mia, found[0])
    assert states() == ["attached"]
    assert ConnectedAccount.objects.get().pk == row.pk
    assert ConnectedAccount.objects.get().is_expired is False


def test_a_process_that_dies_while_sending_leaves_something_to_look_up(desk: Desk, mia: Client) -> None:
    """The mark is written before anything is sent; who comes later may neither send nor settle at once."""
    found = keys(choose(mia, desk))
    attempt = last_attempt()
    mia.post(f"/connect/{attempt.pk}/attach/", {"choice": found}, headers=HTMX)

    def clock() -> Any:
        if last_attempt().state == State.UNCONFIRMED:
            raise SystemExit
        return timezone.now()

    with pytest.raises(SystemExit):
        connect_attach_next(attempt=last_attempt(), clock=clock)
    assert (states(), last_attempt().state) == (["sending", "waiting"], State.UNCONFIRMED)
    mia.post(f"/connect/{attempt.pk}/next/", headers=HTMX)
    mia.post(f"/connect/{attempt.pk}/look/", headers=HTMX)
    assert states() == ["sending", "waiting"]
    assert asked(desk, "attach-oauth-accounts") == 0
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        mia.post(f"/connect/{attempt.pk}/look/", headers=HTMX)
        assert states() == ["absent", "waiting"]
        mia.post(f"/connect/{attempt.pk}/next/", headers=HTMX)
    assert states() == ["absent", "refused"]


def test_two_windows_that_go_on_attach_each_choice_once(desk: Desk, mia: Client) -> None:
    found = keys(choose(mia, desk, "youtube"))
    attempt = last_attempt()
    mia.post(f"/connect/{attempt.pk}/attach/", {"choice": found}, headers=HTMX)
    stale = last_attempt()
    connect_attach_next(attempt=last_attempt(), clock=timezone.now)
    connect_attach_next(attempt=stale, clock=timezone.now)
    assert states() == ["attached", "waiting"]
    connect_attach_next(attempt=last_attempt(), clock=timezone.now)
    assert (states(), asked(desk, "attach-oauth-accounts")) == (["attached", "attached"], 2)


def test_a_list_that_cannot_be_read_after_attaching_leaves_it_to_the_pull(desk: Desk, mia: Client) -> None:
    found = keys(choose(mia, desk))
    desk.box.faults.add(operation="get-account", kind="unavailable", times=4)
    page = attach(mia, found[0]).content.decode()
    assert states() == ["attached"]
    assert "appears in the list after the next sync" in page


def test_not_reached_is_said_and_can_be_sent_again(desk: Desk, mia: Client, settings: Any) -> None:
    found = keys(choose(mia, desk))
    settings.HIGHLEVEL_BASE_URL = "http://127.0.0.1:9"
    page = attach(mia, found[0]).content.decode()
    assert states() == ["not_sent"]
    assert "could not be reached" in page
    assert "Send again" in page
    settings.HIGHLEVEL_BASE_URL = desk.box.url
    attach(mia, found[0])
    assert states() == ["attached"]


def test_what_the_browser_saw_is_logged(desk: Desk, mia: Client, caplog: pytest.LogCaptureFixture) -> None:
    attempt, nonce = begin(mia, desk)
    with caplog.at_level(logging.WARNING, logger="accounts.connect"):
        told = mia.post(f"/connect/{attempt.pk}/trouble/", {"trouble": "closed"}, headers=HTMX)
    assert told.status_code == 204
    assert "trouble=closed" in caplog.text
    assert mia.post(f"/connect/{attempt.pk}/trouble/", {"trouble": "\n<b>"}, headers=HTMX).status_code == 422
    assert report(mia, attempt, nonce, signed(desk, mia, attempt)).status_code == 200


@pytest.mark.parametrize(
    ("address", "followed"),
    [
        ("https://www.facebook.com/v19.0/dialog/oauth?client_id=1", True),
        ("http://www.facebook.com/", False),
        ("http://127.0.0.1:1/", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("https://user:pw@evil.test/", False),
        ("https://", False),
        ("https://a.test/\r\nSet-Cookie: a", False),
        ("https:\\\\evil.test", False),
        ("//evil.test/x", False),
        ("https://[::1", False),
    ],
)
def test_only_secure_addresses_are_followed(address: str, followed: bool, settings: Any) -> None:
    settings.HIGHLEVEL_BASE_URL = "http://127.0.0.1:9000"
    assert may_follow(address) is followed
    assert may_follow("http://127.0.0.1:9000/sandbox/sign-in/1") is True
    settings.HIGHLEVEL_BASE_URL = "https://services.leadconnectorhq.com"
    assert may_follow("http://127.0.0.1:9000/sandbox/sign-in/1") is False


def test_which_origins_may_speak(settings: Any) -> None:
    settings.HIGHLEVEL_BASE_URL = "https://services.leadconnectorhq.com"
    settings.HIGHLEVEL_CONNECT_ORIGINS = ["https://App.Example.com/", "https://app.example.com:443"]
    assert connect_origins() == ["https://app.example.com", "https://services.leadconnectorhq.com"]
    settings.HIGHLEVEL_BASE_URL = "http://127.0.0.1:9000"
    assert connect_origins() == ["http://127.0.0.1:9000"]
    assert origin_of("http://[::1]:80/x") == "http://[::1]"
