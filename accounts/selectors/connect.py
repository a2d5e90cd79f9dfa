"""What the connect dialog shows: the clients to choose from, the networks, what is on offer, what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import locations_for
from accounts.models import ConnectAttempt, ConnectedAccount, Member, Platform, Role, User
from accounts.models.connected_account import AccountType, Health
from accounts.services import connect_attach
from accounts.services.connect import NETWORKS, NOT_OFFERED
from accounts.services.connect_problems import problem_words
from highlevel.models import Location

MOST_LOCATIONS = 50
MOST_MANAGERS = 3
OFFERS = {
    Platform.GOOGLE: gettext_lazy("Business locations"),
    Platform.FACEBOOK: gettext_lazy("Pages"),
    Platform.INSTAGRAM: gettext_lazy("Professional accounts"),
    Platform.LINKEDIN: gettext_lazy("Pages and profiles"),
    Platform.TIKTOK: gettext_lazy("Creator accounts"),
    Platform.TIKTOK_BUSINESS: gettext_lazy("Business Center accounts"),
    Platform.YOUTUBE: gettext_lazy("Channels"),
    Platform.PINTEREST: gettext_lazy("Business accounts"),
    Platform.THREADS: gettext_lazy("Profiles"),
}
UNUSABLE = {
    "missing_id": gettext_lazy("HighLevel gave no id for it, so it cannot be connected."),
    "missing_page": gettext_lazy("It is not linked to a Facebook page. Link it in Instagram, then sign in again."),
    "not_business": gettext_lazy("It is a personal account. Make it a professional one in Instagram."),
    "missing_account": gettext_lazy("HighLevel did not say to which Google account it belongs."),
    "not_verified": gettext_lazy("Google has not verified it yet. Verify it in Google Business Profile."),
}


@dataclass(frozen=True, slots=True)
class Network:
    """A network to choose. `offered` is False where HighLevel has none of it for apps."""

    platform: str
    label: str
    about: str | Promise
    offered: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that step 2 lists. With a `reason` it cannot be ticked; `note` says what ticking it does or risks."""

    key: str
    name: str
    handle: str
    kind: str
    reason: str
    note: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one ticked choice. `tone` and `icon` show it beside the word `label`."""

    key: str
    name: str
    state: str
    tone: str
    icon: str
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Clients:
    """Locations to connect for, and how many match in all."""

    shown: list[Location]
    total: int


def networks() -> list[Network]:
    """Every network that HighLevel's documents name."""
    offered = [Network(name.value, str(name.label), OFFERS[name], True) for name in NETWORKS]
    missing = [Network(name.value, str(name.label), _("Not offered by HighLevel"), False) for name in NOT_OFFERED]
    return offered + missing


def clients_to_connect(user: User, *, text: str) -> Clients:
    """The locations in which the person may connect accounts, by name; two queries, one when all fit."""
    found = locations_for(user, Role.MANAGER).only("name", "colour", "timezone")
    if text:
        found = found.filter(name__icontains=text)
    shown = list(found[: MOST_LOCATIONS + 1])
    if len(shown) <= MOST_LOCATIONS:
        return Clients(shown, len(shown))
    return Clients(shown[:MOST_LOCATIONS], found.count())


def managers_of(location: Location) -> list[str]:
    """Names of people who may connect accounts there, to be asked by those who may not."""
    found = Member.objects.filter(location=location, role=Role.MANAGER, gone_at=None, user__is_active=True)
    return [str(member) for member in found[:MOST_MANAGERS]]


def offers(attempt: ConnectAttempt, *, keys: list[str] | None, ticked: set[str], now: datetime) -> list[Offer]:
    """The choices with these keys (all for None), those that are ticked already first. One query."""
    known = {
        account.origin_id: account
        for account in ConnectedAccount.objects.filter(
            location=attempt.location, platform=attempt.platform, gone_at=None
        )
    }
    entries = {entry["key"]: entry for entry in attempt.choices}
    wanted = list(entries) if keys is None else keys
    order = [key for key in entries if key in ticked and key not in wanted] + wanted
    return [_offer(attempt, entries[key], known, ticked, now) for key in order if key in entries]


def outcomes(attempt: ConnectAttempt) -> list[Outcome]:
    """What became of each ticked choice so far."""
    return [_outcome(item) for item in connect_attach.items_of(attempt)]


def _offer(
    attempt: ConnectAttempt,
    entry: dict[str, Any],
    known: dict[str, ConnectedAccount],
    ticked: set[str],
    now: datetime,
) -> Offer:
    account = known.get(entry["origin_id"] or "")
    is_target = account is not None and account.pk == attempt.reconnects_id
    unwell = account is not None and account.health(now) in (Health.EXPIRED, Health.NO_PERMISSION)
    reason = str(UNUSABLE.get(entry["problem"], UNUSABLE["missing_id"])) if entry["problem"] else ""
    if not reason and entry["connected"] and not is_target and not unwell:
        reason = _("It is connected already.")
    note = ""
    if not reason and (is_target or unwell):
        note = _("Reconnects it: its posts and queues stay.")
    elif not reason and not entry["owned"]:
        note = _("It belongs to somebody else, so HighLevel may refuse it.")
    kind = entry["kind"]
    return Offer(
        key=entry["key"],
        name=entry["name"] or entry["origin_id"] or _("Without a name"),
        handle=f"@{entry['username']}" if entry["username"] else "",
        kind=str(AccountType(kind).label) if kind in AccountType.values else "",
        reason=reason,
        note=note,
        ticked=not reason and (entry["key"] in ticked or is_target),
    )


def _outcome(item: dict[str, Any]) -> Outcome:
    state, words = item["state"], problem_words(item.get("problem", ""))
    looks: dict[str, tuple[str, str, str, str]] = {
        connect_attach.WAITING: ("mute", "hourglass", _("Waiting"), ""),
        connect_attach.SENDING: ("info", "loader-circle", _("Connecting"), ""),
        connect_attach.UNCONFIRMED: (
            "warn",
            "circle-question-mark",
            _("Unconfirmed"),
            _("HighLevel did not say whether it is connected. Rota looks it up before anything is sent again."),
        ),
        connect_attach.ATTACHED: (
            "ok",
            "check",
            _("Connected"),
            "" if item.get("account") else _("It appears in the list after the next sync, which is on its way."),
        ),
        connect_attach.REFUSED: ("bad", "x", _("Refused"), words),
        connect_attach.NOT_SENT: ("bad", "circle-slash", _("Not sent"), words),
        connect_attach.ABSENT: (
            "bad",
            "circle-slash",
            _("Not connected"),
            _("HighLevel does not list it, so it was not connected. It can be sent again."),
        ),
    }
    tone, icon, label, sentence = looks[state]
    return Outcome(item["key"], item["name"], state, tone, icon, label, sentence)
