"""Locations themselves: finding those of the agency, and keeping name and zone as HighLevel has them."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from highlevel.api import BadReply, HighLevel, Lane, MissingScope, NotFound, Rejected, RemoteLocation
from highlevel.client import client_for_company
from highlevel.models import Credential, Location
from highlevel.pull.reading import Lists, read_row, row_name
from highlevel.pull.registry import step
from highlevel.pull.rows import fit, sound
from highlevel.pull.session import Pull

PAGE_SIZE = 100
# Told apart at a glance, and dark enough for white letters on top (contrast above 4.5).
PALETTE = (
    "#b3402e",
    "#a34a00",
    "#7d6200",
    "#5c6e00",
    "#2e7d32",
    "#00776b",
    "#00748f",
    "#1769aa",
    "#3f51b5",
    "#6a48b8",
    "#8e3fa8",
    "#a83279",
    "#8a5340",
    "#55666e",
)


def colour_for(remote_id: str) -> str:
    """The location's colour as #rrggbb: always the same for the same id."""
    return PALETTE[hashlib.blake2b(remote_id.encode(), digest_size=2).digest()[0] % len(PALETTE)]


@step("location", order=10)
def pull_place(pull: Pull) -> None:
    """Name, zone and details of the location; one request."""
    remote = pull.client.locations.get()
    values = {**named(remote), "remote": sound(remote.raw).raw}
    held = Location.objects.get(pk=pull.location.pk)
    with pull.page():
        pull.tally.seen, pull.tally.expected = 1, 1
        if any(getattr(held, name) != value for name, value in values.items()):
            pull.tally.written += Location.objects.filter(pk=held.pk).update(**values)
    pull.location.company_id = values.get("company_id", pull.location.company_id)


def named(remote: RemoteLocation) -> dict[str, Any]:
    """The columns that both the list and the single answer fill; what is missing is left out."""
    clean = sound([remote.name, remote.timezone, remote.company_id]).raw
    lengths = {"name": 255, "timezone": 64, "company_id": 64}
    return {key: fit(text, lengths[key]) for key, text in zip(lengths, clean, strict=True) if text}


def locations_find(*, now: datetime) -> int:
    """Bring the agency's list of locations up to date and return how many are new.

    New ones are added, vanished ones get `gone_at`, those that came back lose it. Where Rota is installed as an app, a
    new location that has it waits for an owner to choose it; with an agency's own token it is worked for at once.
    Raises RemoteError. Locations that have a token of their own are never declared gone by the agency's list.
    """
    found = 0
    for credential in Credential.objects.filter(level=Credential.Level.COMPANY):
        with client_for_company(credential.company_id, lane=Lane.BACKGROUND, now=now) as client:
            found += _find(client, credential, now)
    return found


def _find(client: HighLevel, credential: Credential, now: datetime) -> int:
    company_id = credential.company_id
    lists = Lists(client.transport, location_id=None, company_id=company_id, version="")
    rows: dict[str, RemoteLocation] = {}
    skip, whole, ended = 0, True, False
    starts: set[str | None] = set()
    while not ended:
        page = lists.locations(skip, PAGE_SIZE)
        start = row_name(page.rows[0]) if page.rows else None
        if start in starts:
            raise BadReply(f"the page at skip={skip} came twice", operation="search-locations")
        starts.add(start)
        for raw in page.rows:
            row, _ = read_row(RemoteLocation, raw)
            whole = whole and row_name(raw) is not None
            if row is not None:
                rows[row.id] = row
        skip, ended = page.next_skip, page.is_last
    chosen_by_owner = credential.kind == Credential.Kind.OAUTH
    installed = _with_app(client) if chosen_by_owner else None
    listed = rows if installed is None else {key: row for key, row in rows.items() if key in installed}
    added = _save(listed, company_id, is_active=not chosen_by_owner)
    if whole:
        _mark_gone(client, rows, company_id, now)
    return added


def _with_app(client: HighLevel) -> set[str] | None:
    """The ids of the locations that have the app; None when the token may not know."""
    app_id = settings.HIGHLEVEL_CLIENT_ID.split("-", 1)[0]
    try:
        return {row.id for row in client.oauth.iter_installed_locations(app_id=app_id, is_installed=True)}
    except MissingScope:
        return None


def _save(rows: dict[str, RemoteLocation], company_id: str, *, is_active: bool) -> int:
    with transaction.atomic():
        held = Location.objects.in_bulk(list(rows), field_name="remote_id")
        new = [remote_id for remote_id in rows if remote_id not in held]
        Location.objects.bulk_create(
            [
                Location(
                    **{"remote_id": remote_id, "company_id": company_id, "name": remote_id, **named(rows[remote_id])},
                    colour=colour_for(remote_id),
                    is_active=is_active,
                )
                for remote_id in new
            ],
            ignore_conflicts=True,
        )
        for remote_id, location in held.items():
            values = {**named(rows[remote_id]), "gone_at": None}
            if any(getattr(location, name) != value for name, value in values.items()):
                Location.objects.filter(pk=location.pk).update(**values)
    return len(new)


def _mark_gone(client: HighLevel, rows: dict[str, RemoteLocation], company_id: str, now: datetime) -> None:
    """The list has no count to check it by, so each location that it lacks is asked for before it is called gone."""
    own = Credential.objects.filter(level=Credential.Level.LOCATION).exclude(kind=Credential.Kind.MINTED)
    missing = Location.objects.filter(company_id=company_id, gone_at=None).exclude(remote_id__in=list(rows))
    for location in missing.exclude(pk__in=own.values("location")):
        try:
            client.locations.get(location_id=location.remote_id)
        except (NotFound, Rejected):
            Location.objects.filter(pk=location.pk).update(gone_at=now)
