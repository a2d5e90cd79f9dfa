"""A sandbox that this installation's settings point at, with what tests of credentials arrange."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from highlevel.models import Credential, Location
from highlevel.sandbox import Sandbox
from highlevel.sandbox.resources.consent import grant_code
from highlevel.sandbox.tokens import SCOPES
from tests.factories import make_location

REDIRECT = "http://testserver/agency/callback/"


def point_at(settings: Any, box: Sandbox) -> None:
    """Let the settings name this sandbox as HighLevel, with its app and no token."""
    settings.HIGHLEVEL_BASE_URL = settings.HIGHLEVEL_MARKETPLACE_URL = box.url
    settings.HIGHLEVEL_CLIENT_ID, settings.HIGHLEVEL_CLIENT_SECRET = box.client_id, box.client_secret
    settings.HIGHLEVEL_COMPANY_ID = settings.HIGHLEVEL_TOKEN = ""
    settings.HIGHLEVEL_WEBHOOK_KEYS = [box.webhook_key]


def code_from(box: Sandbox, location_id: str = "", redirect_uri: str = REDIRECT) -> str:
    """What the consent page would send the browser back with."""
    return grant_code(box.world, location_id=location_id, scopes=SCOPES, redirect_uri=redirect_uri)


def place_of(box: Sandbox, name: str = "Kiln & Clay", **fields: Any) -> Location:
    """A location of the sandbox and the row for it."""
    remote_id = box.add_location(name=name)
    return make_location(name, remote_id=remote_id, company_id=box.company_id, **fields)


def company_credential(box: Sandbox, **fields: Any) -> Credential:
    """The agency's OAuth pair, already expired unless told otherwise."""
    given = {
        "level": Credential.Level.COMPANY,
        "kind": Credential.Kind.OAUTH,
        "company_id": box.company_id,
        "access_token": "spent",
        "refresh_token": box.refresh_token(),
    }
    return Credential.objects.create(**{**given, **fields})


Committed = Callable[..., Any]
