"""Clients of HighLevel for what is in the database: with token, request budget and the way to a fresh token."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from highlevel.api import Attempt, HighLevel, Lane
from highlevel.limits import limiter
from highlevel.models import Location
from highlevel.tokens import company_token, company_token_after, token_after, token_for

PATIENCE = 20.0


def client_for(
    location: Location,
    *,
    lane: Lane,
    now: datetime,
    insist: bool = False,
    patience: float = PATIENCE,
    on_response: Callable[[Attempt], None] | None = None,
) -> HighLevel:
    """A client that speaks for the location; close it, or use it as a context manager.

    `insist` tries a credential that HighLevel refused before; `patience` is how many seconds a call may wait for the
    request budget, or go on being repeated; `on_response` is told of every request. Raises what `tokens.token_for`
    raises.
    """
    return HighLevel(
        settings.HIGHLEVEL_BASE_URL,
        version=settings.HIGHLEVEL_VERSION,
        location_id=location.remote_id,
        company_id=location.company_id or None,
        token=token_for(location, now, insist=insist),
        refresh=lambda refused: token_after(location, refused),
        limiter=limiter(),
        lane=lane,
        read_timeout=settings.HIGHLEVEL_ANSWER_SECONDS,
        patience=patience,
        on_response=on_response,
    )


def client_for_company(company_id: str, *, lane: Lane, now: datetime, insist: bool = False) -> HighLevel:
    """A client that speaks for the agency. Raises what `tokens.company_token` raises."""
    return HighLevel(
        settings.HIGHLEVEL_BASE_URL,
        version=settings.HIGHLEVEL_VERSION,
        company_id=company_id,
        token=company_token(company_id, now, insist=insist),
        refresh=lambda refused: company_token_after(company_id, refused),
        limiter=limiter(),
        lane=lane,
        read_timeout=settings.HIGHLEVEL_ANSWER_SECONDS,
    )
