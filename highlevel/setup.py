"""Turning the environment into rows: credentials, first locations, and the beat schedule. All of it idempotent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from highlevel.api import HighLevel, Lane, RemoteError
from highlevel.limits import limiter
from highlevel.models import Credential, Location
from highlevel.pull.due import TICK
from highlevel.pull.places import colour_for, locations_find, named
from highlevel.regular import regulars


def credentials_prepare() -> Iterator[str]:
    """Store the agency's token (HIGHLEVEL_TOKEN), unless an OAuth connection of the company is held. Yields what was
    done. A variable that is empty changes nothing: no stored secret is ever blanked."""
    if not settings.HIGHLEVEL_TOKEN:
        yield "Agency token: HIGHLEVEL_TOKEN is empty; what is stored stays."
    elif not settings.HIGHLEVEL_COMPANY_ID:
        yield "Agency token: HIGHLEVEL_COMPANY_ID is empty, so HIGHLEVEL_TOKEN was not stored."
    else:
        company: dict[str, object] = {"level": Credential.Level.COMPANY, "company_id": settings.HIGHLEVEL_COMPANY_ID}
        held = Credential.objects.filter(**company).first()
        yield f"Agency token: {_keep(held, settings.HIGHLEVEL_TOKEN, company)}."


def locations_prepare() -> Iterator[str]:
    """Store the locations of HIGHLEVEL_LOCATION_TOKENS with their tokens, and find those of the agency. Yields what was
    done, and what HighLevel says when it cannot be asked; the regular pull then tries again."""
    for remote_id, token in settings.HIGHLEVEL_LOCATION_TOKENS.items():
        yield f"Location {remote_id}: {_location_prepare(remote_id, token)}."
    try:
        found = locations_find(now=timezone.now())
    except RemoteError as error:
        yield f"Locations of the agency could not be read: {error}"
    else:
        yield f"Locations: {found} new, {Location.objects.active().count()} active."


def beat_prepare() -> Iterator[str]:
    """Plan the work of pull, webhooks, outbox and of the floors above. Yields what was done. Whether a row is enabled
    is left to people."""
    plans = (
        (
            "Find locations",
            "highlevel.tasks.pull_locations_task",
            settings.PULL_EVERY_MINUTES,
            IntervalSchedule.MINUTES,
        ),
        ("Start due pulls", "highlevel.tasks.pull_due_task", int(TICK.total_seconds()), IntervalSchedule.SECONDS),
        ("Handle waiting webhooks", "highlevel.tasks.webhook_sweep_task", 1, IntervalSchedule.MINUTES),
        ("Send waiting changes", "highlevel.outbox.tasks.outbox_sweep_task", 1, IntervalSchedule.MINUTES),
        *((one.name, one.task, *_interval(one.every)) for one in regulars()),
    )
    for name, task, every, period in plans:
        interval, _ = IntervalSchedule.objects.get_or_create(every=every, period=period)
        wanted = {"task": task, "interval": interval, "queue": "pull", "crontab": None}
        row, created = PeriodicTask.objects.get_or_create(name=name, defaults=wanted)
        changed = [key for key, value in wanted.items() if getattr(row, key) != value]
        if changed:
            for key in changed:
                setattr(row, key, wanted[key])
            row.save()
        did = "added" if created else "changed" if changed else "as it was"
        yield f"Schedule {name!r}: every {every} {period}, {did}."


def _interval(every: timedelta) -> tuple[int, str]:
    seconds = int(every.total_seconds())
    return (seconds // 60, IntervalSchedule.MINUTES) if seconds % 60 == 0 else (seconds, IntervalSchedule.SECONDS)


def _location_prepare(remote_id: str, token: str) -> str:
    held = Credential.objects.filter(level=Credential.Level.LOCATION, location__remote_id=remote_id).first()
    location = held.location if held else Location.objects.filter(remote_id=remote_id).first()
    values = {"company_id": settings.HIGHLEVEL_COMPANY_ID, "name": remote_id}
    problem = ""
    if location is None:
        try:
            with HighLevel(
                settings.HIGHLEVEL_BASE_URL,
                version=settings.HIGHLEVEL_VERSION,
                location_id=remote_id,
                token=token,
                limiter=limiter(),
                lane=Lane.PEOPLE,
            ) as client:
                values |= named(client.locations.get())
        except RemoteError as error:
            # The location is added under its id; its first pull says on its own run what is wrong.
            problem = f"; HighLevel said: {error}"
        location = Location.objects.create(remote_id=remote_id, colour=colour_for(remote_id), **values)
    about = {"level": Credential.Level.LOCATION, "location": location, "company_id": location.company_id}
    return _keep(held, token, about) + problem


def _keep(held: Credential | None, token: str, about: dict[str, object]) -> str:
    """Store a private integration token; an OAuth pair that is held is never replaced by one."""
    with transaction.atomic():
        if held is None:
            Credential.objects.create(kind=Credential.Kind.PRIVATE, access_token=token, **about)
            return "stored"
        if held.kind == Credential.Kind.OAUTH:
            return "an OAuth connection is held, and stays"
        if held.kind == Credential.Kind.PRIVATE and held.access_token == token:
            return "as it was"
        held.kind, held.access_token, held.refresh_token = Credential.Kind.PRIVATE, token, ""
        held.expires_at, held.state, held.problem = None, Credential.State.GOOD, ""
        held.generation += 1
        held.save()
        return "replaced"
