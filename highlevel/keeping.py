"""Storing a credential that HighLevel has just given out or that was checked: whole, or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from highlevel.models import Credential, Location
from highlevel.pausing import company_resume, location_resume


def credential_keep(
    *,
    company_id: str,
    location: Location | None,
    kind: Credential.Kind,
    access_token: str,
    refresh_token: str = "",
    scopes: str = "",
    lifetime: timedelta | None = None,
    now: datetime,
) -> Credential:
    """Store the credential of a location, or of the company for None, over the one that is held, and take up what was
    paused for lack of it.

    A secret that an OAuth answer leaves out does not blank the one of the connection that it renews. A renewal that is
    under way elsewhere is overtaken: its answer belongs to the generation before. Raises ValueError without a token.
    """
    if not access_token:
        raise ValueError("There is no access token to keep")
    level = Credential.Level.COMPANY if location is None else Credential.Level.LOCATION
    about = {"level": level, "location": location} if location else {"level": level, "company_id": company_id}
    values: dict[str, object] = {
        "company_id": company_id,
        "kind": kind,
        "access_token": access_token,
        "scopes": scopes,
        "expires_at": None if lifetime is None else now + lifetime,
        "state": Credential.State.GOOD,
        "problem": "",
        "updated_at": now,
    }
    if refresh_token or kind == Credential.Kind.PRIVATE:
        values["refresh_token"] = refresh_token
    with transaction.atomic():
        held = Credential.objects.filter(**about)
        if not _replace(held, values):
            try:
                with transaction.atomic():
                    Credential.objects.create(**{**about, **values})
            except IntegrityError:
                # Somebody else connected the same thing at the same moment; ours is as good and comes last.
                _replace(held, values)
        kept = held.get()
        if location is None:
            company_resume(company_id, now=now)
        else:
            location_resume(location, now=now)
    return kept


def _replace(held: QuerySet[Credential], values: dict[str, object]) -> bool:
    return bool(held.update(**values, generation=F("generation") + 1, renewal_claim="", renewal_claimed_until=None))


def connected_company() -> str:
    """The id of the one agency that this installation serves; empty before the first connection."""
    if settings.HIGHLEVEL_COMPANY_ID:
        return str(settings.HIGHLEVEL_COMPANY_ID)
    companies = Credential.objects.filter(level=Credential.Level.COMPANY).values_list("company_id", flat=True)
    locations = Location.objects.exclude(company_id="").values_list("company_id", flat=True)
    return companies.order_by("pk").first() or locations.order_by("pk").first() or ""
