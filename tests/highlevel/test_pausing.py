"""Pausing: who is paused, who is told, and how each comes back by itself."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connections

from accounts.selectors.paused import paused_locations
from accounts.services.agency_notices import pause_mail
from highlevel.api import AppNotInstalled, BadCredentials, LocationInactive, MissingScope, RateLimited
from highlevel.models import Credential, Location, SyncRun
from highlevel.models.sync_run import RunKind
from highlevel.pausing import Pause, _tellers, location_pause, location_resume, on_pause, pauses, probes_put_off
from highlevel.pull import pull_due, pull_location
from highlevel.sandbox import Sandbox
from highlevel.sandbox import tokens as sandbox_tokens
from highlevel.sandbox.resources.locations import set_active
from highlevel.webhooks import webhook_handle
from tests.cast import Cast, cast  # noqa: F401
from tests.factories import make_location, make_user
from tests.highlevel.connecting import company_credential, place_of, point_at

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime.now(UTC)
REVOKED = BadCredentials("Invalid token", status=401)


@pytest.fixture
def box(sandbox: Sandbox, settings: Any) -> Sandbox:
    point_at(settings, sandbox)
    return sandbox


@pytest.fixture
def told() -> Any:
    """What people were told, as it is told."""
    heard: list[Pause] = []
    on_pause(heard.append)
    yield heard
    _tellers.remove(heard.append)


def pull(location: Location, kind: RunKind = RunKind.SCHEDULED) -> SyncRun:
    run = pull_location(location_id=location.pk, kind=kind)
    assert run is not None
    location.refresh_from_db()
    return run


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (REVOKED, True),
        (LocationInactive("Location is not active"), True),
        (AppNotInstalled("App is not installed"), True),
        (BadCredentials("Invalid grant", code="invalid_grant"), True),
        (MissingScope("not authorized for this scope"), False),
        (BadCredentials("no", code="forbidden"), False),
        (RateLimited("slow down"), False),
        (ValueError("x"), False),
    ],
)
def test_what_pauses_and_what_does_not(error: BaseException, expected: bool):
    assert pauses(error) is expected


def test_the_first_pauses_and_tells_and_the_second_does_neither(told: list[Pause]):
    location = make_location()
    assert location_pause(location, REVOKED, now=NOW)
    assert not location_pause(location, LocationInactive("later"), now=NOW + timedelta(hours=1))
    location.refresh_from_db()
    assert (location.paused_at, location.paused_code, location.paused_detail) == (
        NOW,
        "bad_credentials",
        "Invalid token",
    )
    assert told == [Pause("company-1", (location.pk,), "bad_credentials", False)]


def test_an_error_that_does_not_pause_changes_nothing(told: list[Pause]):
    location = make_location()
    assert not location_pause(location, MissingScope("no"), now=NOW)
    location.refresh_from_db()
    assert (location.paused_at, told) == (None, [])


def test_many_at_once_tell_once(told: list[Pause]):
    location = make_location()
    gate = threading.Barrier(8)
    won: list[bool] = []

    def work() -> None:
        gate.wait()
        won.append(location_pause(location, REVOKED, now=NOW))
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 7 + [True]
    assert len(told) == 1


def test_the_company_pauses_all_that_speak_through_it_and_tells_once(told: list[Pause]):
    Credential.objects.create(level="company", kind="oauth", company_id="company-1", state="refused")
    through = [make_location(f"Client {number}") for number in range(30)]
    own, idle, elsewhere = make_location("Own"), make_location("Idle", is_active=False), make_location(company_id="c-2")
    Credential.objects.create(
        level="location", kind="private", company_id="company-1", location=own, access_token="pit"
    )
    for location in through:
        location_pause(location, REVOKED, now=NOW)
    assert set(Location.objects.exclude(paused_at=None)) == set(through)
    assert [(len(pause.location_ids), pause.whole_company) for pause in told] == [(30, True)]
    assert not Location.objects.filter(pk__in=[own.pk, idle.pk, elsewhere.pk]).exclude(paused_at=None).exists()


def test_what_was_paused_together_comes_back_together():
    Credential.objects.create(level="company", kind="oauth", company_id="company-1", state="refused")
    alone = make_location("Alone")
    location_pause(alone, LocationInactive("Location is not active"), now=NOW - timedelta(days=1))
    Location.objects.filter(pk=alone.pk).update(paused_at=NOW - timedelta(days=1))
    places = [make_location(f"Client {number}") for number in range(3)]
    location_pause(places[0], REVOKED, now=NOW)
    assert location_resume(places[1], now=NOW)
    assert not location_resume(places[2], now=NOW)
    assert list(Location.objects.exclude(paused_at=None)) == [alone]


def test_a_paused_location_is_tried_again_after_longer_and_longer():
    location = make_location(next_pull_at=NOW)
    location_pause(location, REVOKED, now=NOW)
    moments, now = [], NOW
    while now < NOW + timedelta(days=1):
        location.refresh_from_db()
        assert location.next_pull_at is not None
        now = location.next_pull_at
        assert pull_due(now=now) == [location.pk]
        moments.append(round((now - NOW) / timedelta(minutes=5)))
    assert moments == [1, 2, 4, 8, 16, 32, 64, 128, 200, 272, 344]


def test_a_location_that_works_keeps_its_interval():
    location = make_location(next_pull_at=NOW)
    probes_put_off([location.pk], now=NOW)
    location.refresh_from_db()
    assert location.next_pull_at == NOW


def test_a_location_that_highlevel_pauses_stops_and_comes_back_by_itself(box: Sandbox, told: list[Pause]):
    company_credential(box, kind="private", access_token=box.agency_token, refresh_token="")
    location = place_of(box)
    pull(location)
    set_active(box.world, location.remote_id, False)
    pull(location)
    pull(location)
    assert (location.paused_code, [pause.code for pause in told]) == ("location_inactive", ["location_inactive"])
    set_active(box.world, location.remote_id, True)
    pull(location)
    assert (location.paused_at, location.paused_code) == (None, "")


def test_a_revoked_private_token_pauses_until_a_new_one_is_pasted(box: Sandbox, told: list[Pause]):
    from highlevel.pasting import location_token_keep

    location = place_of(box)
    Credential.objects.create(
        level="location",
        location=location,
        kind="private",
        company_id=box.company_id,
        access_token=box.private_token(location.remote_id),
    )
    pull(location)
    sandbox_tokens.revoke(box.world, location_id=location.remote_id, purposes=("private",))
    pull(location)
    assert (location.paused_code, Credential.objects.get().state) == ("bad_credentials", "refused")
    location_token_keep(location_id=location.remote_id, token=box.private_token(location.remote_id), now=NOW)
    location.refresh_from_db()
    assert location.paused_at is None
    assert pull(location).error_code == ""
    assert len(told) == 1


def test_a_revoked_agency_token_pauses_its_locations_once(box: Sandbox, told: list[Pause]):
    company_credential(box, kind="private", access_token=box.agency_token, refresh_token="")
    places = [place_of(box, f"Client {number}") for number in range(4)]
    for location in places:
        pull(location)
    for place in ("", *box.location_ids):
        sandbox_tokens.revoke(box.world, location_id=place, purposes=("private", "access", "refresh"))
    for location in places:
        pull(location)
    assert Location.objects.exclude(paused_at=None).count() == 4
    assert [len(pause.location_ids) for pause in told] == [4]


def test_a_company_pair_that_ended_pauses_its_locations_once_and_an_installation_cures(box: Sandbox, told: list[Pause]):
    from highlevel.installing import install_finish
    from tests.highlevel.connecting import REDIRECT, code_from

    company_credential(box, refresh_token="srt-ended")
    places = [place_of(box, f"Client {number}") for number in range(3)]
    for location in places:
        pull(location)
    assert [(len(pause.location_ids), pause.code, pause.whole_company) for pause in told] == [
        (3, "invalid_grant", True)
    ]
    install_finish(code=code_from(box), redirect_uri=REDIRECT, now=datetime.now(UTC))
    assert not Location.objects.exclude(paused_at=None).exists()
    assert pull(places[0]).error_code == ""


def test_an_agency_that_highlevel_paused_tells_once(box: Sandbox, told: list[Pause]):
    company_credential(box)
    places = [place_of(box, f"Client {number}") for number in range(3)]
    box.faults.add(operation="get-access-token", kind="refuse", status=400, message="Location is not active", times=9)
    for location in places:
        pull(location)
    assert [(len(pause.location_ids), pause.code) for pause in told] == [(3, "location_inactive")]
    box.faults.clear()
    pull(places[2])
    assert not Location.objects.exclude(paused_at=None).exists()


def test_an_app_that_was_taken_out_pauses_until_it_is_back(box: Sandbox, told: list[Pause]):
    from highlevel.models import WebhookEvent
    from highlevel.sandbox.webhooks import about_app, uninstall

    company_credential(box)
    location = place_of(box)
    pull(location)
    uninstall(box.world, box.company, location.remote_id)
    pull(location)
    assert location.paused_code == "not_installed"
    doc = box.store.get("location", location.remote_id)
    assert doc is not None
    box.store.update("location", doc["id"], {**doc, "installed": True})
    body = about_app(box.company, "INSTALL", location.remote_id)
    event = WebhookEvent.objects.create(webhook_id="w", type="INSTALL", body=body, sent_at=NOW, received_at=NOW)
    assert webhook_handle(event.pk, now=datetime.now(UTC)) == "handled"
    location.refresh_from_db()
    assert location.paused_at is None
    assert pull(location).error_code == ""


def test_a_missing_scope_pauses_nothing(box: Sandbox, told: list[Pause]):
    location = place_of(box)
    scopes = [scope for scope in sandbox_tokens.SCOPES if scope != "socialplanner/tag.readonly"]
    Credential.objects.create(
        level="location",
        location=location,
        kind="private",
        company_id=box.company_id,
        access_token=box.private_token(location.remote_id, scopes=scopes),
    )
    assert pull(location).error_code == "missing_scope"
    assert (location.paused_at, told) == (None, [])


def test_owners_get_one_mail_with_the_way_back(settings: Any):
    settings.PUBLIC_URL = "https://rota.example"
    make_user("ana@example.test", is_owner=True)
    make_user("eva@example.test", is_owner=True, language="es")
    make_user("gone@example.test", is_owner=True, is_active=False)
    make_user("ben@example.test")
    places = [make_location(f"Client {number}\r\nBcc: x@example.test") for number in range(3)]
    sent = pause_mail(location_ids=[row.pk for row in places], total=500, code="invalid_grant", whole_company=True)
    assert sent == 2
    assert [message.to for message in mail.outbox] == [["ana@example.test"], ["eva@example.test"]]
    first = mail.outbox[0]
    assert first.subject == "Rota is paused for 500 locations"
    assert "and 497 more" in first.body
    assert "https://rota.example/agency/?state=paused" in first.body
    assert "Install Rota in HighLevel once more" in first.body


def test_one_paused_location_is_named_in_the_subject():
    make_user("ana@example.test", is_owner=True)
    location = make_location("Kiln\nClay")
    pause_mail(location_ids=[location.pk], total=1, code="location_inactive", whole_company=False)
    assert mail.outbox[0].subject == "Rota is paused for Kiln Clay"
    assert "Make the location active in HighLevel" in mail.outbox[0].body


def test_people_see_their_paused_locations_only(cast: Cast, django_assert_num_queries: Any):  # noqa: F811
    location_pause(cast.a, REVOKED, now=NOW)
    location_pause(cast.b, LocationInactive("no"), now=NOW)
    assert paused_locations(cast.ana).total == 2
    assert [line.location for line in paused_locations(cast.ben).shown] == [cast.a]
    for number in range(20):
        make_location(f"More {number}", paused_at=NOW, paused_code="bad_credentials")
    with django_assert_num_queries(2):
        assert paused_locations(cast.ana).total == 22
