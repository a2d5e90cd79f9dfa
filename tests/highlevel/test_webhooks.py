"""Webhooks: what counts, what does not, and what each one changes."""

from __future__ import annotations

import base64
import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from config.checks import webhook_keys
from highlevel.models import Credential, Location, WebhookEvent
from highlevel.sandbox import Sandbox
from highlevel.sandbox.webhooks import sign
from highlevel.webhooks import LARGEST, webhook_handle, webhooks_waiting
from highlevel.webhooks.signatures import ed25519_key, rsa_key
from tests.factories import make_location
from tests.highlevel.connecting import company_credential, place_of, point_at

ADDRESS = "/webhooks/highlevel/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def box(sandbox: Sandbox, settings: Any) -> Sandbox:
    point_at(settings, sandbox)
    return sandbox


def told(box: Sandbox, kind: str = "INSTALL", **fields: Any) -> dict[str, Any]:
    stamp = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    about = {"appId": box.company["appId"]} if "INSTALL" in kind else {}
    return {"type": kind, **about, "companyId": box.company_id, "timestamp": stamp, "webhookId": "w-1", **fields}


def post(body: dict[str, Any] | bytes, signature: str, headers: dict[str, str] | None = None) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {**({"X-GHL-Signature": signature} if signature else {}), **(headers or {})}
    # As HighLevel would: no cookie and no CSRF token.
    return Client(enforce_csrf_checks=True).post(ADDRESS, raw, content_type="application/json", headers=given)


def deliver(box: Sandbox, body: dict[str, Any]) -> Any:
    raw = json.dumps(body).encode()
    return post(raw, sign(box.world, raw))


def handle(box: Sandbox, kind: str, **fields: Any) -> WebhookEvent:
    """Deliver and handle at once, as a worker would."""
    number = WebhookEvent.objects.count()
    assert deliver(box, told(box, kind, webhookId=f"w-{number + 1}", **fields)).status_code == 200
    event = WebhookEvent.objects.get(webhook_id=f"w-{number + 1}")
    webhook_handle(event.pk, now=datetime.now(UTC))
    event.refresh_from_db()
    return event


def test_a_signed_delivery_is_kept_and_answered(box: Sandbox):
    body = told(box, locationId="somewhere")
    answer = deliver(box, body)
    assert (answer.status_code, answer.content) == (200, b"ok")
    event = WebhookEvent.objects.get()
    assert (event.webhook_id, event.type, event.state, event.body) == ("w-1", "INSTALL", "waiting", body)


def test_the_same_delivery_again_is_answered_and_not_kept(box: Sandbox):
    body = told(box)
    assert [deliver(box, body).status_code for _ in range(3)] == [200, 200, 200]
    assert WebhookEvent.objects.count() == 1


@pytest.mark.parametrize("signature", ["", "bm90IGEgc2lnbmF0dXJl", "%%%", "ü"])
def test_a_delivery_without_a_good_signature_is_refused(box: Sandbox, signature: str, caplog: Any):
    with caplog.at_level(logging.WARNING, "highlevel.webhooks"):
        assert post(told(box), signature).status_code == 401
    assert not WebhookEvent.objects.exists()
    assert "reason=forged" in caplog.text


def test_changed_bytes_are_refused_even_if_they_mean_the_same(box: Sandbox):
    raw = json.dumps(told(box)).encode()
    signature = sign(box.world, raw)
    assert post(raw.replace(b": ", b":"), signature).status_code == 401
    assert post(raw + b"\n", signature).status_code == 401
    assert not WebhookEvent.objects.exists()


def test_a_key_that_is_not_ours_signs_nothing(box: Sandbox):
    raw = json.dumps(told(box)).encode()
    stranger = base64.b64encode(Ed25519PrivateKey.generate().sign(raw)).decode()
    assert post(raw, stranger).status_code == 401


def test_without_a_key_nothing_is_accepted(box: Sandbox, settings: Any):
    settings.HIGHLEVEL_WEBHOOK_KEYS = []
    assert deliver(box, told(box)).status_code == 401


def test_any_of_several_keys_counts(box: Sandbox, settings: Any):
    other = base64.b64encode(Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    settings.HIGHLEVEL_WEBHOOK_KEYS = [other.decode(), box.webhook_key]
    assert deliver(box, told(box)).status_code == 200


def old_signature(settings: Any, raw: bytes, *, known: bool) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    settings.HIGHLEVEL_WEBHOOK_RSA_KEYS = [pem.replace("\n", "\\n")] if known else []
    return base64.b64encode(key.sign(raw, padding.PKCS1v15(), hashes.SHA256())).decode()


def test_the_old_header_counts_only_with_a_key_for_it(box: Sandbox, settings: Any):
    raw = json.dumps(told(box)).encode()
    assert post(raw, "", {"X-WH-Signature": old_signature(settings, raw, known=False)}).status_code == 401
    assert post(raw, "", {"X-WH-Signature": old_signature(settings, raw, known=True)}).status_code == 200


def test_the_new_header_wins_over_the_old_one(box: Sandbox, settings: Any):
    raw = json.dumps(told(box)).encode()
    old = old_signature(settings, raw, known=True)
    assert post(raw, "bm90IGEgc2lnbmF0dXJl", {"X-WH-Signature": old}).status_code == 401


@pytest.mark.parametrize("minutes", [-6, 6, -60 * 24])
def test_a_delivery_that_is_not_of_now_is_refused(box: Sandbox, minutes: int):
    stamp = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()
    assert deliver(box, told(box, timestamp=stamp)).status_code == 400
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize("minutes", [-4, 0, 4])
@pytest.mark.parametrize("form", ["iso", "milliseconds", "seconds", "text"])
def test_every_way_to_write_the_time_counts(box: Sandbox, minutes: int, form: str):
    moment = datetime.now(UTC) + timedelta(minutes=minutes)
    forms: dict[str, Any] = {
        "iso": moment.isoformat(),
        "milliseconds": int(moment.timestamp() * 1000),
        "seconds": int(moment.timestamp()),
        "text": str(int(moment.timestamp() * 1000)),
    }
    assert deliver(box, told(box, timestamp=forms[form])).status_code == 200


@pytest.mark.parametrize(
    "spoil",
    [
        {"timestamp": None},
        {"timestamp": "soon"},
        {"timestamp": True},
        {"timestamp": 1e300},
        {"webhookId": ""},
        {"webhookId": 7},
        {"webhookId": "x" * 200},
        {"type": None},
        {"type": ["INSTALL"]},
    ],
)
def test_a_delivery_that_lacks_what_it_needs_is_refused(box: Sandbox, spoil: dict[str, Any]):
    assert deliver(box, {**told(box), **spoil}).status_code == 400
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize("raw", [b"", b"[]", b"nothing", b"\xff\xfe", b"[" * 50_000])
def test_a_signed_body_that_is_no_object_is_refused(box: Sandbox, raw: bytes):
    assert post(raw, sign(box.world, raw)).status_code == 400


def test_a_body_that_is_too_large_is_refused_unread(box: Sandbox):
    body = told(box, filling="x" * LARGEST)
    assert deliver(box, body).status_code == 413
    assert not WebhookEvent.objects.exists()


def test_a_kind_that_is_of_no_use_is_answered_and_not_kept(box: Sandbox):
    assert deliver(box, told(box, "ContactCreate")).status_code == 200
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_only_post_is_allowed(method: str):
    assert getattr(Client(), method)(ADDRESS).status_code == 405


def test_hostile_text_is_kept_in_a_form_that_every_database_holds(box: Sandbox):
    event = handle(box, "LocationCreate", id="l-1", name="a\x00b\ud800")
    assert event.state == "handled"
    assert Location.objects.get(remote_id="l-1").name == "a\ufffdb\ufffd"


def test_keys_are_read_in_every_form():
    key = Ed25519PrivateKey.generate().public_key()
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    for text in (base64.b64encode(raw).decode(), pem, pem.replace("\n", "\\n"), pem.splitlines()[1]):
        assert ed25519_key(text).public_bytes(Encoding.Raw, PublicFormat.Raw) == raw
    with pytest.raises(ValueError, match="RSA"):
        rsa_key(pem)
    for wrong in ("", "short", "%%%", base64.b64encode(b"x" * 40).decode()):
        with pytest.raises(ValueError, match="it is not"):
            ed25519_key(wrong)


def test_a_new_location_waits_for_a_choice(box: Sandbox):
    event = handle(box, "LocationCreate", id="l-new", name="Fern & Co")
    location = Location.objects.get(remote_id="l-new")
    assert (location.name, location.is_active, event.state) == ("Fern & Co", False, "handled")


def test_a_changed_location_takes_its_name_and_is_pulled_soon(box: Sandbox):
    location = place_of(box, next_pull_at=datetime.now(UTC) + timedelta(hours=1))
    handle(box, "LocationUpdate", id=location.remote_id, name="Kiln, Clay & Daughters")
    location.refresh_from_db()
    assert (location.name, location.next_pull_at) == ("Kiln, Clay & Daughters", None)


def test_an_uninstallation_ends_the_tokens_of_the_location_and_pauses_it(box: Sandbox):
    company_credential(box)
    location = place_of(box)
    minted = Credential.objects.create(level="location", location=location, kind="minted", company_id=box.company_id)
    Credential.objects.update(updated_at=datetime.now(UTC) - timedelta(minutes=1))
    handle(box, "UNINSTALL", locationId=location.remote_id)
    location.refresh_from_db()
    minted.refresh_from_db()
    assert (location.paused_code, minted.state) == ("not_installed", "refused")


def test_an_installation_takes_a_location_up_again(box: Sandbox):
    company_credential(box)
    location = place_of(box, paused_at=datetime.now(UTC), paused_code="not_installed")
    handle(box, "INSTALL", locationId=location.remote_id)
    location.refresh_from_db()
    assert (location.paused_at, location.paused_code) == (None, "")


def test_a_private_token_survives_the_end_of_the_app(box: Sandbox):
    location = place_of(box)
    own = Credential.objects.create(
        level="location", location=location, kind="private", company_id=box.company_id, access_token="pit-1"
    )
    handle(box, "UNINSTALL", locationId=location.remote_id)
    location.refresh_from_db()
    own.refresh_from_db()
    assert (location.paused_at, own.state) == (None, "good")


def test_an_uninstallation_of_the_agency_pauses_what_speaks_through_it(box: Sandbox):
    company = company_credential(box)
    places = [place_of(box, f"Client {number}") for number in range(3)]
    own = place_of(box, "Own token")
    Credential.objects.create(
        level="location", location=own, kind="private", company_id=box.company_id, access_token="pit-1"
    )
    Credential.objects.update(updated_at=datetime.now(UTC) - timedelta(minutes=1))
    handle(box, "UNINSTALL")
    company.refresh_from_db()
    assert company.state == "refused"
    paused = Location.objects.exclude(paused_at=None)
    assert set(paused) == set(places)


def test_an_old_uninstallation_does_not_end_a_newer_connection(box: Sandbox):
    location = place_of(box)
    own = Credential.objects.create(
        level="location",
        location=location,
        kind="oauth",
        company_id=box.company_id,
        access_token="fresh",
    )
    before = (datetime.now(UTC) - timedelta(minutes=2)).isoformat()
    handle(box, "UNINSTALL", locationId=location.remote_id, timestamp=before)
    own.refresh_from_db()
    location.refresh_from_db()
    assert (own.state, location.paused_at) == ("good", None)


def test_news_about_another_app_or_agency_change_nothing(box: Sandbox):
    company_credential(box)
    assert handle(box, "INSTALL", appId="another").state == "ignored"
    assert handle(box, "LocationCreate", companyId="another", id="l-1").state == "ignored"
    assert not Location.objects.exists()


def test_an_installation_for_the_agency_lists_its_locations(box: Sandbox):
    company_credential(box)
    box.add_location(name="One")
    box.add_location(name="Two")
    assert handle(box, "INSTALL").state == "handled"
    assert sorted(Location.objects.values_list("name", flat=True)) == ["One", "Two"]


def test_while_highlevel_is_down_a_delivery_waits_for_a_day(box: Sandbox):
    company_credential(box, access_token=box.agency_token, expires_at=None)
    box.faults.add(operation="search-locations", kind="unavailable", times=100)
    event = handle(box, "INSTALL")
    assert event.state == "waiting"
    later = datetime.now(UTC) + timedelta(minutes=2)
    assert webhooks_waiting(now=later) == [event.pk]
    box.faults.clear()
    assert webhook_handle(event.pk, now=later) == "handled"
    assert webhook_handle(event.pk, now=later) is None
    assert webhooks_waiting(now=later) == []


def test_a_delivery_that_never_works_ends_as_failed(box: Sandbox):
    company_credential(box, access_token=box.agency_token, expires_at=None)
    box.faults.add(operation="search-locations", kind="unavailable", times=100)
    event = handle(box, "INSTALL")
    assert webhook_handle(event.pk, now=datetime.now(UTC) + timedelta(hours=25)) == "failed"
    event.refresh_from_db()
    assert "search-locations" in event.problem


def test_the_sandbox_sends_what_rota_accepts(box: Sandbox, live_server: Any):
    box.world.settings["webhook_url"] = live_server.url + ADDRESS
    place = make_location(remote_id=box.add_location(name="Kiln"), company_id=box.company_id)
    from highlevel.sandbox.webhooks import about_app, send

    thread = send(box.world, [about_app(box.company, "INSTALL", place.remote_id)])
    assert thread is not None
    thread.join(10)
    assert [delivery.status for delivery in box.world.deliveries] == [200]
    assert WebhookEvent.objects.get().body["locationId"] == place.remote_id


def test_a_key_that_cannot_be_read_stops_rota_at_start(settings: Any):
    settings.HIGHLEVEL_WEBHOOK_KEYS, settings.HIGHLEVEL_WEBHOOK_RSA_KEYS = ["bm90IGEga2V5"], []
    assert [(found.id, found.msg) for found in webhook_keys(None)] == [
        ("rota.E004", "HIGHLEVEL_WEBHOOK_KEYS: key 1 cannot be used: it is not a public key.")
    ]
    settings.HIGHLEVEL_WEBHOOK_KEYS = []
    assert webhook_keys(None) == []
