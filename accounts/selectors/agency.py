"""How Rota is connected to HighLevel, and the locations an owner chooses from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.selectors.paused import PausedLocation, paused_location
from highlevel.installing import can_install
from highlevel.keeping import connected_company
from highlevel.models import Credential, Location, WebhookEvent
from highlevel.models.location import LocationQuerySet
from highlevel.scopes import Scope, lacking

PAGE_SIZE = 50
READING = timedelta(minutes=2)  # how long a new connection may take until its first location is listed
STATES: dict[str, str | Promise] = {
    "": _("All"),
    "working": _("Worked for"),
    "new": _("Not worked for"),
    "paused": _("Paused"),
}


@dataclass(frozen=True, slots=True)
class Connection:
    """The company's credential (None: there is none), what it lacks, and how many locations have a token of their own.

    `heard_at` is when the last webhook came, None when none ever did.
    """

    credential: Credential | None
    company_id: str
    lacks: tuple[Scope, ...]
    own_tokens: int
    heard_at: datetime | None
    can_install: bool

    @property
    def lacks_words(self) -> str:
        """What is not possible for want of a scope, as one list."""
        return ", ".join(str(scope.purpose) for scope in self.lacks)

    @property
    def verdict(self) -> str:
        """`app`, `token`, `locations`, `none`, or `refused`."""
        if self.credential is None:
            return "locations" if self.own_tokens else "none"
        if self.credential.state == Credential.State.REFUSED:
            return "refused"
        return "app" if self.credential.kind == Credential.Kind.OAUTH else "token"


@dataclass(frozen=True, slots=True)
class AgencyFilter:
    """What the list is narrowed to. `state` is a key of STATES."""

    text: str = ""
    state: str = ""

    @classmethod
    def read(cls, query: dict[str, str]) -> AgencyFilter:
        state = query.get("state", "")
        return cls(query.get("q", "").strip()[:100], state if state in STATES else "")

    def locations(self) -> LocationQuerySet:
        """Every location of the agency that fits, worked for or not."""
        found = Location.objects.filter(_state_filter(self.state), gone_at=None)
        return found.filter(Q(name__icontains=self.text) | Q(remote_id=self.text)) if self.text else found

    @property
    def query(self) -> str:
        """As part of an address; empty for everything."""
        kept = {name: value for name, value in (("q", self.text), ("state", self.state)) if value}
        return f"?{urlencode(kept)}" if kept else ""


@dataclass(frozen=True, slots=True)
class AgencyLine:
    """A location, how Rota speaks for it (a kind of credential; `company` or empty), and why it is paused if it is."""

    location: Location
    speaks: str
    paused: PausedLocation | None


@dataclass(frozen=True, slots=True)
class Tab:
    state: str
    label: str | Promise
    number: int


@dataclass(frozen=True, slots=True)
class AgencyPage:
    """One page of locations. `not_working` is how many of all that match are not worked for; `reading` says that the
    list is being fetched for the first time."""

    lines: list[AgencyLine]
    page: Page[Location]
    tabs: list[Tab]
    not_working: int
    reading: bool


def connection() -> Connection:
    """How Rota is connected, in four queries."""
    secrets = ("access_token", "refresh_token")
    company_id = connected_company()
    held = Credential.objects.defer(*secrets)
    company = held.filter(level=Credential.Level.COMPANY).order_by("pk").first()
    own = held.filter(level=Credential.Level.LOCATION).exclude(kind=Credential.Kind.MINTED).count()
    heard = WebhookEvent.objects.values_list("received_at", flat=True).first()
    lacks = lacking(company.scopes, agency=True) if company else ()
    return Connection(company, company_id, lacks, own, heard, can_install())


def agency_page(chosen: AgencyFilter, held: Connection, *, number: str, now: datetime) -> AgencyPage:
    """A page of locations by name in five queries: tabs, number, page, its credentials, those not worked for."""
    counts = Location.objects.filter(gone_at=None).aggregate(
        **{state or "all": Count("pk", filter=_state_filter(state)) for state in STATES}
    )
    found = chosen.locations()
    own = Prefetch("credentials", Credential.objects.defer("access_token", "refresh_token"))
    page = Paginator(found.defer("remote").prefetch_related(own), PAGE_SIZE).get_page(number)
    lines = [_line(row, held) for row in page.object_list]
    tabs = [Tab(state, label, counts[state or "all"]) for state, label in STATES.items()]
    fresh = held.credential is not None and held.credential.updated_at > now - READING
    return AgencyPage(lines, page, tabs, found.filter(is_active=False).count(), fresh and not counts["all"])


def _state_filter(state: str) -> Q:
    working = Q(is_active=True)
    return {
        "working": working & Q(paused_at=None),
        "new": ~working,
        "paused": working & Q(paused_at__isnull=False),
    }.get(state, Q(pk__isnull=False))


def _line(location: Location, held: Connection) -> AgencyLine:
    own = next(iter(location.credentials.all()), None)
    if own is not None and own.kind != Credential.Kind.MINTED:
        speaks = own.kind
    else:
        speaks = "company" if held.credential else ""
    return AgencyLine(location, speaks, paused_location(location) if location.paused_at else None)
