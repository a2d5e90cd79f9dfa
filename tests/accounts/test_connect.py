"""The steps of connecting an account, from the network to the mirrored row, over HTTP to a sandbox HighLevel."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from accounts.models import ConnectAttempt, ConnectedAccount, Role
from highlevel.models import SyncRun
from highlevel.pull import pull_location
from highlevel.sandbox import Sandbox
from planner.models import PostTarget
from tests.cast import HTMX, Cast
from tests.connecting import (
    DEVIKA,
    MARTA,
    NETWORKS,
    TOMAS,
    Desk,
    add_client,
    employ,
    last_attempt,
    listed,
    make_desk,
    sign_in_at,
)
from tests.factories import make_location, make_post, make_target, make_user

State = ConnectAttempt.State


@pytest.fixture
def desk(db: None, sandbox: Sandbox, settings: Any) -> Desk:
    settings.HIGHLEVEL_BASE_URL = sandbox.url
    return make_desk(sandbox)


@pytest.fixture
def mia(desk: Desk) -> Client:
    return signed_in(desk.mia)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def begin(client: Client, desk: Desk, platform: str = "facebook", **more: Any) -> tuple[ConnectAttempt, str]:
    """The attempt, and the nonce that the page got."""
    answer = client.post("/connect/begin/", {"client": desk.location.pk, "platform": platform, **more}, headers=HTMX)
    assert answer.status_code == 200, answer.content.decode()
    return last_attempt(), answer.context["nonce"]


def popup(client: Client, attempt: ConnectAttempt) -> str:
    """Where the popup is sent."""
    answer = client.get(f"/connect/{attempt.pk}/start/")
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def report(client: Client, attempt: ConnectAttempt, nonce: str, account_id: str, **headers: Any) -> Any:
    data = {"nonce": nonce, "account_id": account_id}
    return client.post(f"/connect/{attempt.pk}/report/", data, headers=HTMX, **headers)


def choose(client: Client, desk: Desk, platform: str = "facebook", person: str = MARTA, **more: Any) -> Any:
    """Everything up to the list of what can be connected."""
    attempt, nonce = begin(client, desk, platform, **more)
    account_id = sign_in_at(desk.box, popup(client, attempt), person=person)
    return report(client, attempt, nonce, account_id)


def attach(client: Client, *keys: str) -> Any:
    """Tick these and wait for the last result."""
    attempt = last_attempt()
    answer = client.post(f"/connect/{attempt.pk}/attach/", {"choice": keys}, headers=HTMX)
    assert answer.status_code == 200, answer.content.decode()
    while last_attempt().state == State.ATTACHING:
        answer = client.post(f"/connect/{attempt.pk}/next/", headers=HTMX)
        assert answer.status_code == 200
    return answer


def keys(answer: Any, *, usable: bool = True) -> list[str]:
    return [offer.key for offer in answer.context["offers"] if bool(offer.reason) is not usable]


def states() -> list[str]:
    return [item["state"] for item in last_attempt().results["items"]]


@pytest.mark.parametrize("shape", ["schema", "example"])
@pytest.mark.parametrize("platform", NETWORKS)
def test_every_network_in_every_shape_of_the_documents(platform: str, shape: str, desk: Desk, mia: Client) -> None:
    desk.box.world.settings["connect_shape"] = shape
    answer = choose(mia, desk, platform)
    done = attach(mia, keys(answer)[0])
    assert "1 account is connected" in done.content.decode()
    (account,) = listed(desk)
    row = ConnectedAccount.objects.get()
    assert (row.remote_id, row.origin_id, row.platform) == (account["id"], account["originId"], platform)
    assert json.loads(done["HX-Trigger"]) == {"accounts:account-connected": {"location": desk.location.pk}}
    assert SyncRun.objects.filter(location=desk.location, state=SyncRun.State.WAITING).exists()


def test_the_next_pull_finds_the_row_and_has_nothing_to_write(desk: Desk, mia: Client) -> None:
    attach(mia, *keys(choose(mia, desk, "youtube")))
    before = list(ConnectedAccount.objects.values())
    assert len(before) == 2
    pull_location(location_id=desk.location.pk, kind=SyncRun.Kind.SCHEDULED)
    run = SyncRun.objects.filter(location=desk.location).latest("finished_at")
    assert run.counts["accounts"]["written"] == run.counts["accounts"]["gone"] == 0
    assert list(ConnectedAccount.objects.values()) == before


def test_several_are_attached_one_by_one_with_a_result_each(desk: Desk, mia: Client) -> None:
    answer = choose(mia, desk)
    first, second = keys(answer)
    assert "HighLevel may refuse it" in answer.content.decode()
    attempt = last_attempt()
    mia.post(f"/connect/{attempt.pk}/attach/", {"choice": [first, second]}, headers=HTMX)
    assert states() == ["waiting", "waiting"]
    mia.post(f"/connect/{attempt.pk}/next/", headers=HTMX)
    assert states() == ["attached", "waiting"]
    done = mia.post(f"/connect/{attempt.pk}/next/", headers=HTMX)
    assert states() == ["attached", "refused"]
    assert "HighLevel refused: “Harbour Dental Old archive cannot be connected" in done.content.decode()
    assert [account["originId"] for account in listed(desk)] == [attempt.choices[0]["origin_id"]]
    calls = desk.box.log.entries(operation="attach-oauth-accounts")
    assert [entry.status for entry in calls] == [201, 400]


def test_what_is_connected_or_of_no_use_cannot_be_ticked(desk: Desk, mia: Client) -> None:
    attach(mia, keys(choose(mia, desk, "instagram"))[0])
    desk.box.world.settings["connect_shape"] = "example"
    answer = choose(mia, desk, "instagram")
    reasons = [offer.reason for offer in answer.context["offers"]]
    assert reasons == [
        "It is connected already.",
        "It is a personal account. Make it a professional one in Instagram.",
    ]
    attempt = last_attempt()
    asked = len(desk.box.log.entries(operation="attach-oauth-accounts"))
    for key in [*keys(answer, usable=False), "0" * 16]:
        refused = mia.post(f"/connect/{attempt.pk}/attach/", {"choice": [key]}, headers=HTMX)
        assert refused.status_code == 422
        assert "not on offer any more" in refused.content.decode()
    empty = mia.post(f"/connect/{attempt.pk}/attach/", headers=HTMX)
    assert (empty.status_code, "Tick at least one" in empty.content.decode()) == (422, True)
    assert len(desk.box.log.entries(operation="attach-oauth-accounts")) == asked


def test_a_search_asks_highlevel_and_keeps_what_is_ticked(desk: Desk, mia: Client) -> None:
    answer = choose(mia, desk)
    branch, archive = keys(answer)
    attempt = last_attempt()
    found = mia.get(
        f"/connect/{attempt.pk}/",
        {"search": "OLD", "choice": branch},
        headers={**HTMX, "HX-Target": "connect-offers"},
    )
    ticks = re.findall(r'name="choice" value="(\w+)"( checked)?', found.content.decode())
    assert ticks == [(branch, " checked"), (archive, "")]
    assert desk.box.log.entries(operation="get-oauth-accounts")[-1].query["search"] == "OLD"
    nothing = mia.get(f"/connect/{attempt.pk}/", {"search": "zebra"}, headers={**HTMX, "HX-Target": "connect-offers"})
    assert "Nothing on offer is called “zebra”" in nothing.content.decode()
    attach(mia, branch)
    assert states() == ["attached"]


def test_nobody_has_anything_to_offer(desk: Desk, mia: Client) -> None:
    answer = choose(mia, desk, person=TOMAS)
    assert answer.status_code == 200
    assert "HighLevel found nothing to connect for the person who signed in" in answer.content.decode()
    assert "Sign in again" in answer.content.decode()


def test_an_expired_account_is_reconnected_and_stays_itself(desk: Desk, mia: Client) -> None:
    now = desk.box.clock.now()
    theirs = desk.box.add_account(
        desk.location.remote_id, platform="facebook", name="Old friend", expire=now.replace(year=now.year - 1)
    )
    pull_location(location_id=desk.location.pk, kind=SyncRun.Kind.SCHEDULED)
    row = ConnectedAccount.objects.get()
    post = make_post(desk.location)
    target = make_target(post, row)
    assert row.health(now) == "expired"
    answer = choose(mia, desk, reconnect=row.pk)
    first = answer.context["offers"][0]
    assert (first.name, first.ticked, first.note) == ("Old friend", True, "Reconnects it: its posts and queues stay.")
    start = desk.box.log.entries(operation="start-oauth")[-1]
    assert start.query["reconnect"] == "true"
    attach(mia, first.key)
    again = ConnectedAccount.objects.get()
    assert (again.pk, again.remote_id, again.health(now)) == (row.pk, theirs["id"], "good")
    assert PostTarget.objects.get(pk=target.pk).account_id == row.pk


def test_an_account_that_comes_back_under_another_id_keeps_its_row(desk: Desk, mia: Client) -> None:
    answer = choose(mia, desk)
    key = keys(answer)[0]
    origin_id = next(entry["origin_id"] for entry in last_attempt().choices if entry["key"] == key)
    row = ConnectedAccount.objects.create(
        location=desk.location, platform="facebook", remote_id="an-older-id", origin_id=origin_id, is_expired=True
    )
    attach(mia, key)
    again = ConnectedAccount.objects.get()
    assert (again.pk, again.remote_id, again.is_expired) == (row.pk, listed(desk)[0]["id"], False)


def test_an_account_to_reconnect_that_is_not_on_offer_is_missed(desk: Desk, mia: Client) -> None:
    row = ConnectedAccount.objects.create(
        location=desk.location, platform="facebook", remote_id="x", origin_id="x", name="Lost page", is_expired=True
    )
    answer = choose(mia, desk, person=DEVIKA, reconnect=row.pk)
    assert "“Lost page” is not among them" in answer.content.decode()


def test_without_htmx_each_step_is_a_page(desk: Desk, mia: Client) -> None:
    page = mia.get("/connect/")
    assert page.status_code == 200
    assert "<html" in page.content.decode()
    assert "Not offered by HighLevel" in page.content.decode()
    begun = mia.post("/connect/begin/", {"client": desk.location.pk, "platform": "youtube"})
    assert begun.status_code == 200
    assert begun["Cache-Control"] == "no-store"
    assert "<html" in begun.content.decode()
    attempt = last_attempt()
    account_id = sign_in_at(desk.box, popup(mia, attempt))
    data = {"nonce": begun.context["nonce"], "account_id": account_id}
    told = mia.post(f"/connect/{attempt.pk}/report/", data, follow=True)
    assert told.redirect_chain == [(f"/connect/{attempt.pk}/", 302)]
    done = mia.post(f"/connect/{attempt.pk}/attach/", {"choice": keys(told)}, follow=True)
    assert "2 accounts are connected" in done.content.decode()
    more = mia.get(f"/connect/{attempt.pk}/?more=1")
    assert keys(more) == []


def test_a_manager_of_several_clients_says_for_which(desk: Desk, mia: Client) -> None:
    other = add_client(desk.box, "Crumb & Ember")
    employ(desk.box, desk.mia, other)
    stranger = add_client(desk.box, "Not hers")
    page = mia.get("/connect/", headers=HTMX)
    assert [client.name for client in page.context["clients"].shown] == ["Crumb & Ember", "Harbour Dental"]
    found = mia.get("/connect/", {"find": "crumb"}, headers={**HTMX, "HX-Target": "connect-clients"})
    assert "Crumb &amp; Ember" in found.content.decode()
    assert "Harbour" not in found.content.decode()
    chosen = mia.get("/connect/", {"client": other.pk}, headers=HTMX)
    assert chosen.context["location"] == other
    assert "location" not in mia.session
    assert mia.get("/connect/", {"client": stranger.pk}).status_code == 404


@pytest.mark.parametrize("role", [Role.CREATOR, Role.APPROVER, Role.VIEWER])
def test_who_may_not_connect_is_told_why(role: Role, desk: Desk) -> None:
    sam = make_user("sam@example.test", name="Sam")
    employ(desk.box, sam, desk.location, role)
    client = signed_in(sam)
    page = client.get("/connect/", {"client": desk.location.pk}, headers=HTMX)
    assert page.status_code == 200
    assert "lets you see accounts, not connect them" in page.content.decode()
    assert "Ask Mia" in page.content.decode()
    assert "you are neither" in client.get("/connect/").content.decode()
    begun = client.post("/connect/begin/", {"client": desk.location.pk, "platform": "facebook"}, headers=HTMX)
    assert begun.status_code == 403
    assert not ConnectAttempt.objects.exists()


def test_an_owner_connects_anywhere_and_a_stranger_nowhere(desk: Desk, mia: Client) -> None:
    ana = make_user("ana@agency.example", name="Ana", is_owner=True)
    desk.box.add_user(firstName="Ana", lastName="Li", email=ana.email, location_ids=[desk.location.remote_id])
    pull_location(location_id=desk.location.pk, kind=SyncRun.Kind.SCHEDULED)
    attempt, _nonce = begin(signed_in(ana), desk)
    assert attempt.user == ana
    stranger = signed_in(make_user("eve@example.test"))
    paths = [f"/connect/{attempt.pk}/", f"/connect/{attempt.pk}/start/"]
    assert [stranger.get(path).status_code for path in paths] == [404, 404]
    assert [mia.get(path).status_code for path in paths] == [404, 404]
    for step in ("report", "trouble", "attach", "next", "look"):
        assert mia.post(f"/connect/{attempt.pk}/{step}/").status_code == 404
    assert stranger.post("/connect/begin/", {"client": desk.location.pk, "platform": "facebook"}).status_code == 404
    assert Client().get("/connect/").status_code == 302
    assert Client().post("/connect/begin/", headers=HTMX)["HX-Redirect"].startswith("/sign-in/")


def test_who_lost_the_role_cannot_go_on(desk: Desk, mia: Client) -> None:
    answer = choose(mia, desk)
    member = desk.mia.memberships.get()
    member.role = Role.VIEWER
    member.save()
    attempt = last_attempt()
    refused = mia.post(f"/connect/{attempt.pk}/attach/", {"choice": keys(answer)}, headers=HTMX)
    assert refused.status_code == 403
    assert listed(desk) == []


def test_the_opener_policy_lets_the_popup_speak(desk: Desk, mia: Client) -> None:
    attempt, _nonce = begin(mia, desk)
    page = mia.get("/accounts/")
    assert page["Cross-Origin-Opener-Policy"] == "same-origin-allow-popups"
    assert "unsafe" not in page["Content-Security-Policy"]
    start = mia.get(f"/connect/{attempt.pk}/start/")
    assert start["Cross-Origin-Opener-Policy"] == "unsafe-none"
    assert urlsplit(start["Location"]).netloc == urlsplit(desk.box.url).netloc
    assert "pit-" not in start["Location"]


@pytest.mark.parametrize("clients", [2, 40])
def test_choosing_costs_the_same_with_many_clients(
    clients: int, cast: Cast, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number in range(clients):
        make_location(f"Client {number}")
    ana = cast.as_ana
    # session, person, locations
    with django_assert_num_queries(3):
        ana.get("/connect/", headers=HTMX)
