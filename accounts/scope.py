"""Which client, or all of them, a person is looking at: named in the address, remembered in the session."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from highlevel.models import Location
from highlevel.models.location import LocationQuerySet

PARAMETER = "location"
ALL = "all"
SESSION_KEY = "location"


@dataclass(frozen=True, slots=True)
class Scope:
    """The locations a page is about: one, or every location the person works for when `location` is None."""

    user: User
    location: Location | None

    def locations(self) -> LocationQuerySet:
        """The chosen location, or all; never one the person may not see."""
        everywhere = self.user.locations()
        return everywhere if self.location is None else everywhere.filter(pk=self.location.pk)


def read_scope(request: HttpRequest, user: User) -> Scope:
    """The scope of a request. `?location=` decides and is remembered; `all` is the agency. Costs one query at most.

    Raises Http404 when the address names a location that the person may not see; one that only the session names and
    that has gone is forgotten.
    """
    asked = request.GET.get(PARAMETER)
    wanted = asked if asked is not None else str(request.session.get(SESSION_KEY, ALL))
    if wanted in (ALL, ""):
        if asked is not None and SESSION_KEY in request.session:
            del request.session[SESSION_KEY]
        return Scope(user, None)
    found = user.locations().filter(pk=wanted).first() if _is_key(wanted) else None
    if found is None and asked is not None:
        raise Http404(_("There is no such location."))
    if found is None:
        del request.session[SESSION_KEY]
    elif request.session.get(SESSION_KEY) != found.pk:
        request.session[SESSION_KEY] = found.pk
    return Scope(user, found)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
