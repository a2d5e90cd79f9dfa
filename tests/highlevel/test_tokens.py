"""Who may speak for a location, and the renewal that happens exactly once."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone
from pytest_django import Settings

from highlevel.api import BadCredentials, LocationInactive, OutcomeUnknown
from highlevel.models import Credential, Location
from highlevel.models.sync_run import RunState
from highlevel.sandbox import Sandbox
from highlevel.sandbox import tokens as sandbox_tokens
from highlevel.sandbox.resources.locations import set_active
from highlevel.tokens import CredentialRefused, NoCredential, company_token, token_after, token_for
from tests.factories import make_location
from tests.pulling import Agency, agency, make_company_credential, make_known, point_at

__all__ = ["agency"]

MINT = "get-location-access-token"
REFRESH = "get-access-token"
THREADS = 8


def make_pair(agency: Agency, *, expires: datetime | None = None, **fields: object) -> Credential:
    """An OAuth pair of the location that has to be renewed."""
    given: dict[str, object] = {
        "level": Credential.Level.LOCATION,
        "kind": Credential.Kind.OAUTH,
        "company_id": agency.box.company_id,
        "location": agency.location,
        "access_token": "old",
        "refresh_token": agency.box.refresh_token(agency.location.remote_id),
        "expires_at": expires or timezone.now() - timedelta(hours=1),
    }
    return Credential.objects.create(**{**given, **fields})


def works(agency: Agency, token: str) -> bool:
    return sandbox_tokens.find(agency.box.world, token) is not None


def test_a_token_of_its_own_is_used_as_it_is(agency: Agency) -> None:
    Credential.objects.create(
        level=Credential.Level.LOCATION,
        kind=Credential.Kind.PRIVATE,
        company_id=agency.box.company_id,
        location=agency.location,
        access_token="pit-own",
    )
    assert token_for(agency.location, timezone.now()) == "pit-own"
    assert agency.requests() == 0


def test_else_one_is_minted_from_the_companys_and_kept(agency: Agency) -> None:
    now = timezone.now()

    token = token_for(agency.location, now)

    assert works(agency, token)
    held = Credential.objects.get(location=agency.location)
    assert (held.kind, held.access_token, held.generation) == (Credential.Kind.MINTED, token, 1)
    assert held.expires_at is not None
    assert timedelta(hours=23) < held.expires_at - now < timedelta(hours=25)
    assert token_for(agency.location, now) == token
    assert agency.requests(MINT) == 1
    later = token_for(agency.location, held.expires_at - timedelta(minutes=1))
    assert later != token
    assert agency.requests(MINT) == 2


def test_secrets_are_not_readable_in_the_database(agency: Agency) -> None:
    token = token_for(agency.location, timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_token, refresh_token FROM highlevel_credential")
        assert all(token not in value for row in cursor.fetchall() for value in row)


def test_an_expired_pair_is_refreshed_and_both_halves_replaced(agency: Agency) -> None:
    pair = make_pair(agency)

    token = token_for(agency.location, timezone.now())

    held = Credential.objects.get(pk=pair.pk)
    assert works(agency, token)
    assert (held.access_token, held.generation, held.renewal_claim) == (token, 1, "")
    assert held.refresh_token not in ("", pair.refresh_token)
    assert token_for(agency.location, timezone.now() + timedelta(hours=25)) not in ("", token)
    assert agency.requests(REFRESH) == 2


def test_a_company_pair_is_refreshed_too(agency: Agency) -> None:
    Credential.objects.update(
        kind=Credential.Kind.OAUTH,
        refresh_token=agency.box.refresh_token(),
        expires_at=timezone.now() - timedelta(hours=1),
    )
    token = company_token(agency.box.company_id, timezone.now())
    assert works(agency, token)
    assert works(agency, token_for(agency.location, timezone.now()))


def test_a_used_refresh_token_refuses_the_credential_in_words(agency: Agency) -> None:
    Credential.objects.filter(level=Credential.Level.COMPANY).delete()
    pair = make_pair(agency)
    token_for(agency.location, timezone.now())
    Credential.objects.filter(pk=pair.pk).update(
        refresh_token=pair.refresh_token, expires_at=timezone.now() - timedelta(hours=1)
    )

    with pytest.raises(BadCredentials) as caught:
        token_for(agency.location, timezone.now())

    assert caught.value.code == "invalid_grant"
    held = Credential.objects.get(pk=pair.pk)
    assert (held.state, held.problem) == (Credential.State.REFUSED, "Invalid grant: refresh token is invalid")
    spent = agency.requests()
    with pytest.raises(CredentialRefused):
        token_for(agency.location, timezone.now())
    assert agency.requests() == spent
    with pytest.raises(BadCredentials):
        token_for(agency.location, timezone.now() + timedelta(hours=2))
    assert agency.requests() == spent + 1


def test_a_paused_location_is_not_a_refused_credential(agency: Agency) -> None:
    make_pair(agency)
    set_active(agency.box.world, agency.location.remote_id, False)

    with pytest.raises(LocationInactive):
        token_for(agency.location, timezone.now())

    held = Credential.objects.get(location=agency.location)
    assert (held.state, held.renewal_claim) == (Credential.State.GOOD, "")
    set_active(agency.box.world, agency.location.remote_id, True)
    assert works(agency, token_for(agency.location, timezone.now()))


def test_a_lost_answer_frees_the_claim(agency: Agency) -> None:
    make_pair(agency)
    agency.box.faults.add(operation=REFRESH, kind="drop_before")
    with pytest.raises(OutcomeUnknown):
        token_for(agency.location, timezone.now())
    assert works(agency, token_for(agency.location, timezone.now()))


def test_without_any_credential_nobody_speaks(agency: Agency) -> None:
    with pytest.raises(NoCredential):
        token_for(make_location(company_id="another"), timezone.now())
    assert not Credential.objects.filter(level=Credential.Level.LOCATION).exists()


def test_a_token_that_somebody_replaced_meanwhile_is_the_answer(agency: Agency) -> None:
    make_pair(agency, access_token="new", expires=timezone.now() + timedelta(hours=5))
    assert token_after(agency.location, "old") == "new"
    assert agency.requests() == 0


def test_a_private_token_has_no_successor(agency: Agency) -> None:
    make_pair(agency, kind=Credential.Kind.PRIVATE, access_token="pit-1", expires_at=None)
    with pytest.raises(BadCredentials):
        token_after(agency.location, "pit-1")


def test_a_pull_survives_a_token_that_ends_on_the_way(agency: Agency) -> None:
    agency.pull()
    sandbox_tokens.revoke(agency.box.world, location_id=agency.location.remote_id)
    assert agency.pull().state == RunState.DONE
    assert agency.requests(MINT) == 2


def test_the_claim_of_a_dead_process_runs_out(agency: Agency) -> None:
    now = timezone.now()
    make_pair(agency, renewal_claim="dead", renewal_claimed_until=now - timedelta(seconds=1))
    assert works(agency, token_for(agency.location, now))


@pytest.mark.parametrize("kind", [Credential.Kind.OAUTH, Credential.Kind.MINTED])
def test_many_at_once_cause_one_renewal(
    transactional_db: None, settings: Settings, sandbox: Sandbox, kind: str
) -> None:
    point_at(settings, sandbox)
    make_company_credential(sandbox)
    remote_id = sandbox.add_location(name="Busy")
    one = Agency(sandbox, make_known(sandbox, remote_id))
    if kind == Credential.Kind.OAUTH:
        make_pair(one)
    sandbox.faults.add(operation="*", kind="delay", seconds=0.3)
    found: list[str] = []
    start = threading.Barrier(THREADS)

    def ask() -> None:
        try:
            start.wait()
            found.append(token_for(Location.objects.get(pk=one.location.pk), timezone.now()))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == THREADS
    assert len(set(found)) == 1
    assert one.requests(REFRESH if kind == Credential.Kind.OAUTH else MINT) == 1
