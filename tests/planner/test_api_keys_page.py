"""A person's own keys for scripts: made, shown once, revoked."""

from __future__ import annotations

from django.utils.html import escape

from planner.models import ApiKey
from tests.cast import Cast


def test_a_key_is_shown_once(cast: Cast) -> None:
    client = cast.as_cleo
    assert "No key yet" in client.get("/api-keys/").content.decode()
    answer = client.post("/api-keys/", {"name": "Sheet <b>", "locations": [cast.b.pk]})
    key = ApiKey.objects.get()
    secret = answer.context["secret"]
    assert (answer.status_code, secret in answer.content.decode()) == (200, True)
    assert "no-store" in answer["Cache-Control"]
    assert (key.person, list(key.locations.all())) == (cast.cleo, [cast.b])
    page = client.get("/api-keys/").content.decode()
    assert secret not in page
    assert escape("Sheet <b>") in page
    assert client.get("/api/v1/post-csv-import", headers={"x-api-key": secret}).status_code == 200


def test_without_locations_it_is_good_for_all(cast: Cast) -> None:
    cast.as_cleo.post("/api-keys/", {"name": "Sheet"})
    assert "all locations that you work for" in cast.as_cleo.get("/api-keys/").content.decode()


def test_it_needs_a_name_and_locations_of_ones_own(cast: Cast) -> None:
    empty = cast.as_cleo.post("/api-keys/", {})
    assert (empty.status_code, "Give the key a name." in empty.content.decode()) == (422, True)
    foreign = cast.as_cleo.post("/api-keys/", {"name": "Sheet", "locations": [cast.a.pk]})
    assert (foreign.status_code, "Choose locations that you work for." in foreign.content.decode()) == (422, True)
    assert not ApiKey.objects.exists()


def test_a_revoked_key_is_refused(cast: Cast) -> None:
    secret = cast.as_cleo.post("/api-keys/", {"name": "Sheet"}).context["secret"]
    key = ApiKey.objects.get()
    assert cast.as_ana.post(f"/api-keys/{key.pk}/revoke/").status_code == 404
    page = cast.as_cleo.post(f"/api-keys/{key.pk}/revoke/", follow=True).content.decode()
    assert "The key “Sheet” is revoked." in page
    assert "revoked" in page
    assert cast.as_cleo.get("/api/v1/post-csv-import", headers={"x-api-key": secret}).status_code == 401


def test_keys_of_others_are_nobodys_business(cast: Cast) -> None:
    cast.as_cleo.post("/api-keys/", {"name": "Cleo's sheet"})
    assert "Cleo" not in cast.as_ben.get("/api-keys/").content.decode()
    assert cast.as_nobody.get("/api-keys/").status_code == 302
