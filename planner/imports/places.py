"""What the rows of a file may name: locations, accounts, categories, tags, people. Read once a location."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.db.models import Q

from accounts.access import WRITERS, locations_for
from accounts.models import ConnectedAccount, Member, Role, User
from accounts.services.people_binding import acts_as_in
from highlevel.models import Location
from planner.models import Category, Tag
from planner.services.post_gate import senders_in

MOST_PLACES = 200  # locations that are held at a time, or as many as are asked for at once
APPROVERS = (Role.MANAGER, Role.APPROVER)


def same_name(text: str) -> str:
    """A name as names are compared: without case, blanks that a page would not show, signs that nobody sees, and
    whichever way its accents are stored."""
    if not text.isascii():
        text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFC", " ".join(text.split()).casefold())


@dataclass(slots=True)
class Place:
    """One location. Names are compared as `same_name` has them; a name that several have leads to all of them."""

    location: Location
    zone: ZoneInfo
    may_write: bool
    may_send: bool
    accounts: dict[int, ConnectedAccount] = field(default_factory=dict)
    by_word: dict[str, list[ConnectedAccount]] = field(default_factory=dict)
    by_network: dict[str, list[ConnectedAccount]] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)
    approvers: dict[str, set[str]] = field(default_factory=dict)

    def category(self, pk: int | None) -> Category | None:
        """The category with that key, if the location still has it."""
        return next((one for one in self.categories.values() if one.pk == pk), None) if pk else None


class Places:
    """The locations that the rows of one person may be about; `only` (keys) narrows them, as an API key does: `limited`
    tells."""

    def __init__(self, actor: User, *, only: Iterable[int] | None = None) -> None:
        seen = actor.locations() if only is None else actor.locations().filter(pk__in=list(only))
        self._locations = {location.pk: location for location in seen.defer("remote")}
        self.limited = only is not None
        self._actor = actor
        self._voices: Set[int] | None = None
        self._writable = set(locations_for(actor, *WRITERS).values_list("pk", flat=True))
        self._sendable = senders_in(actor, self._locations)
        self._by_id = {location.remote_id: location.pk for location in self._locations.values()}
        self._by_name: dict[str, list[int]] = {}
        for location in self._locations.values():
            self._by_name.setdefault(same_name(location.name), []).append(location.pk)
        self._held: dict[int, Place] = {}

    def find_id(self, remote_id: str) -> int | None:
        """The key of the location with that HighLevel id."""
        return self._by_id.get(remote_id)

    def find_name(self, name: str) -> list[int]:
        """The keys of the locations with that name."""
        return self._by_name.get(same_name(name), [])

    def speaks(self, pk: int) -> bool:
        """Whether HighLevel knows the person as somebody at that location: every post is made in such a name. Two
        queries the first time."""
        if self._voices is None:
            self._voices = acts_as_in(user=self._actor, locations=self._locations).keys()
        return pk in self._voices

    def load(self, keys: Iterable[int]) -> None:
        """Read what is not held yet of these locations. Four queries, or none."""
        named = [pk for pk in dict.fromkeys(keys) if pk in self._locations]
        wanted = [pk for pk in named if pk not in self._held]
        if not wanted:
            return
        if len(self._held) + len(wanted) > MOST_PLACES:
            self._held.clear()
            wanted = named  # those that were held are read with the others, not one by one later
        for pk in wanted:
            location = self._locations[pk]
            self._held[pk] = Place(location, location.zone, pk in self._writable, pk in self._sendable)
        self._load_accounts(wanted)
        for category in Category.objects.present().filter(location__in=wanted).defer("remote"):
            self._held[category.location_id].categories[same_name(category.name)] = category
        for tag in Tag.objects.present().filter(location__in=wanted).defer("remote"):
            self._held[tag.location_id].tags[same_name(tag.name)] = tag
        self._load_approvers(wanted)

    def get(self, pk: int) -> Place | None:
        """A location with all that can be named in it; None for one that the person does not see."""
        if pk not in self._held:
            self.load([pk])
        return self._held.get(pk)

    def _load_accounts(self, wanted: list[int]) -> None:
        accounts = ConnectedAccount.objects.present().filter(location__in=wanted).defer("remote").order_by("pk")
        for account in accounts:
            place = self._held[account.location_id]
            place.accounts[account.pk] = account
            place.by_network.setdefault(account.platform, []).append(account)
            words = {*map(same_name, (account.name, account.remote_id, account.origin_id))}
            for word in words - {""}:
                place.by_word.setdefault(word, []).append(account)

    def _load_approvers(self, wanted: list[int]) -> None:
        members = Member.objects.present().filter(location__in=wanted).exclude(remote_id=None)
        # Somebody of HighLevel who has no sign-in here may approve there.
        able = members.filter(Q(role__in=APPROVERS) | Q(user=None))
        for pk, remote_id, name, email in able.values_list("location", "remote_id", "name", "email"):
            for word in {*map(same_name, (str(remote_id), name, email))} - {""}:
                self._held[pk].approvers.setdefault(word, set()).add(str(remote_id))
