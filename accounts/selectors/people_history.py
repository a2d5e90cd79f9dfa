"""What was done to people's access, in sentences."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, Role, User
from accounts.services.people_history import Deed

A_PAGE = 50
ON_A_PERSON = 20

SENTENCES: dict[str, str | Promise] = {
    Deed.ACCESS_GIVEN: _("%(actor)s made %(about)s %(role)s in %(where)s."),
    Deed.ACCESS_ENDED: _("%(actor)s ended the access of %(about)s to %(where)s."),
    Deed.OWNER_MADE: _("%(actor)s made %(about)s an owner of the agency."),
    Deed.OWNER_UNMADE: _("%(actor)s ended that %(about)s is an owner of the agency."),
    Deed.DEACTIVATED: _("%(actor)s deactivated %(about)s, whose access ended everywhere."),
    Deed.REACTIVATED: _("%(actor)s activated %(about)s again."),
    Deed.ACTS_AS: _("%(actor)s set that %(about)s acts as %(whom)s in %(where)s."),
    Deed.ACTS_AS_NOBODY: _("%(actor)s set that %(about)s acts as nobody in %(where)s."),
    Deed.FACTOR_ON: _("%(about)s turned on the second factor."),
    Deed.FACTOR_OFF: _("%(about)s turned off the second factor."),
    Deed.FACTOR_RESET: _("%(actor)s turned off the second factor of %(about)s."),
    Deed.CODES_RENEWED: _("%(about)s made new recovery codes."),
    Deed.PASSWORD_RESET: _("%(about)s set a new password by a link from a mail."),
    Deed.INVITED: _("%(actor)s invited %(about)s as %(role)s of %(where)s."),
    Deed.INVITED_AGAIN: _("%(actor)s sent the invitation of %(about)s again."),
    Deed.INVITATION_REVOKED: _("%(actor)s took back the invitation of %(about)s."),
    Deed.JOINED: _("%(about)s joined as %(role)s of %(where)s, invited by %(whom)s."),
}


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One deed as a sentence. `locations` names each of them where the sentence only counts them."""

    at: datetime
    sentence: str
    locations: list[str]


@dataclass(frozen=True, slots=True)
class HistoryPage:
    lines: list[HistoryLine]
    page: Page


def history_page(*, number: str) -> HistoryPage:
    """Everything done to people's access, newest first; two queries. For owners only: it names every location."""
    page = Paginator(_entries(), A_PAGE).get_page(number)
    return HistoryPage([_line(entry) for entry in page.object_list], page)


def history_of(person: User) -> list[HistoryLine]:
    """The latest deeds about one person, newest first; one query. For owners only."""
    kind = ContentType.objects.get_for_model(User)
    entries = _entries().filter(content_type=kind, object_id=str(person.pk))
    return [_line(entry) for entry in entries[:ON_A_PERSON]]


def _entries() -> QuerySet[LogEntry]:
    kinds = [ContentType.objects.get_for_model(model) for model in (User, Invitation)]
    entries = LogEntry.objects.filter(Q(content_type__in=kinds))
    return entries.select_related("user").order_by("-action_time", "-pk")


def _line(entry: LogEntry) -> HistoryLine:
    details = _details(entry.change_message)
    sentence = SENTENCES.get(details.get("deed", ""))
    names = {"actor": str(entry.user), "about": entry.object_repr}
    if sentence is None:
        said = _t("%(actor)s changed %(about)s in the admin. %(what)s")
        what = entry.get_change_message() if not details else ""
        return HistoryLine(entry.action_time, (said % {**names, "what": what}).strip(), [])
    locations = [str(name) for name in details.get("locations", [])]
    words = {**names, "role": _role(details), "where": _where(locations), "whom": str(details.get("whom", ""))}
    return HistoryLine(entry.action_time, str(sentence) % words, locations if len(locations) > 1 else [])


def _details(message: str) -> dict[str, Any]:
    if not message.startswith("{"):
        return {}
    try:
        found = json.loads(message)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _role(details: dict[str, Any]) -> str:
    role = str(details.get("role", ""))
    return str(Role(role).label) if role in Role.values else _t("owner") if role == "owner" else role


def _where(locations: list[str]) -> str:
    if not locations:
        return _t("the whole agency")
    if len(locations) == 1:
        return locations[0]
    return _t("%(number)d locations") % {"number": len(locations)}
