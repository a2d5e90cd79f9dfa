"""Two locations with everything that pages show, somebody of each role in one, and a manager of the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import ConnectAttempt, ConnectedAccount, Invitation, Role, User
from accounts.outbox import DELETE, account_subject
from accounts.services.people_invitations import token_digest
from highlevel.models import Change, Location
from planner.models import ApiKey, ChangeSet, CsvImport, Post, PostStatus, SavedView
from queues.models import QueueItem
from tests.factories import (
    make_account,
    make_category,
    make_group,
    make_import,
    make_location,
    make_member,
    make_post,
    make_queue,
    make_queue_item,
    make_run,
    make_tag,
    make_user,
)

PERSONS = ("owner", "manager", "creator", "approver", "viewer", "stranger", "anonymous")
TABLE = Path(__file__).parent / "table.txt"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
OWN, OTHER = "own", "other"
ADMIN = "admin/"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what each person gets for a method and a route, about the own or the other location."""

    method: str
    route: str
    whose: str
    answers: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        return self.method, self.route, self.whose


def read_table() -> dict[tuple[str, str, str], Row]:
    """The rows of `table.txt` by method, route and whose."""
    rows: dict[tuple[str, str, str], Row] = {}
    for number, line in enumerate(TABLE.read_text().splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        method, route, whose, *answers = line.split()
        row = Row(method, "" if route == "/" else route, whose, tuple(answers))
        if len(answers) != len(PERSONS) or row.key in rows:
            raise ValueError(f"{TABLE.name}, line {number}: {line!r} has not one answer a person, or is there twice.")
        rows[row.key] = row
    return rows


def routes() -> Iterator[str]:
    """Every address of the product as Django writes it; the admin's are told apart by their beginning."""
    yield from _under(get_resolver(), "")


def _under(resolver: URLResolver, before: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _under(entry, route)
        elif isinstance(entry, URLPattern):
            yield route


@dataclass(slots=True)
class Place:
    """A location, what is in it, and the words that nobody outside may read."""

    location: Location
    person: User
    invitation: Invitation
    attempt: ConnectAttempt
    account: ConnectedAccount
    change: Change
    post: Post
    item: QueueItem
    change_set: ChangeSet
    view: SavedView
    csv_import: CsvImport
    key: ApiKey
    secrets: tuple[str, ...]
    token: str


@dataclass(slots=True)
class Stage:
    """Everybody, and both locations. `own` is where the roles work, `other` the stranger's."""

    own: Place
    other: Place
    users: dict[str, User] = field(default_factory=dict)

    def client(self, person: str) -> Client:
        client = Client(raise_request_exception=False)
        if person in self.users:
            client.force_login(self.users[person], backend="django.contrib.auth.backends.ModelBackend")
        return client

    def hidden_from(self, person: str) -> tuple[str, ...]:
        """The words that must not be in any answer to this person."""
        if person == "owner":
            return ()
        if person == "anonymous":
            return self.own.secrets + self.other.secrets
        return self.own.secrets if person == "stranger" else self.other.secrets

    def address(self, route: str, whose: str) -> str:
        """The route with its parts filled in for an object of that location."""
        place = self.own if whose == OWN else self.other
        parts: dict[str, Any] = {
            "<int:person_id>": place.person.pk,
            "<int:location_id>": place.location.pk,
            "<int:invitation_id>": place.invitation.pk,
            "<int:attempt_id>": place.attempt.pk,
            "<int:account_id>": place.account.pk,
            "<int:change_id>": place.change.pk,
            "<int:post_id>": place.post.pk,
            "<int:queue_id>": place.item.queue_id,
            "<str:key>": place.item.pk,
            "<str:import_id>": "import_of_nobody",
            "<int:set_id>": place.change_set.pk,
            "<int:view_id>": place.view.pk,
            "<uuid:key>": place.csv_import.key,
            "<int:number>": 2,
            "<int:key_id>": place.key.pk,
            "<str:kind>": "agency",
            "<str:token>": place.token,
            "<str:uidb64>": "MQ",
        }
        for part, value in parts.items():
            route = route.replace(part, str(value))
        if "<" in route:
            raise ValueError(f"Say in tests/access_matrix/stage.py what fills the parts of {route!r}.")
        return f"/{route}"


def set_stage() -> Stage:
    """Everything in the database. Words of a location begin with its own made-up name, so that a leak is found."""
    ana = make_user("ana@agency.test", name="Ana", is_owner=True)
    own = _place("Quillbrook", ana)
    other = _place("Zephyrdale", ana)
    users = {"owner": ana}
    for role in Role:
        users[role.value] = make_user(f"{role.value}@quillbrook.test", name=f"Quillbrook {role.value}")
        make_member(users[role.value], own.location, role)
    users["stranger"] = make_user("manager@zephyrdale.test", name="Zephyrdale manager")
    make_member(users["stranger"], other.location, Role.MANAGER)
    for place, manager in ((own, "manager"), (other, "stranger")):
        ConnectAttempt.objects.filter(pk=place.attempt.pk).update(user=users[manager])
        ChangeSet.objects.filter(pk=place.change_set.pk).update(actor=users[manager])
        SavedView.objects.filter(pk=place.view.pk).update(person=users[manager])
        ApiKey.objects.filter(pk=place.key.pk).update(person=users[manager])
        CsvImport.objects.filter(pk=place.csv_import.pk).update(person=users[manager])
    return Stage(own, other, users)


def _place(word: str, ana: User) -> Place:
    low = word.lower()
    location = make_location(f"{word} Works")
    account = make_account(location, name=f"{word} page")
    make_group(location, account, name=f"{word} group")
    category = make_category(location, f"{word} tips")
    tag = make_tag(location, f"{low}-tag")
    soon = datetime.now(UTC) + timedelta(hours=1)
    post = make_post(location, account, text=f"{word} caption", at=soon, tags=(tag,), category=category)
    make_post(location, account, text=f"{word} failure", status=PostStatus.FAILED, error=f"{word} was refused")
    make_run(location, state="failed", error_code="timeout", error_detail=f"{word} timed out")
    person = make_user(f"person@{low}.test", name=f"{word} person")
    make_member(person, location, Role.VIEWER)
    token = f"{low}-invitation-token"
    invitation = Invitation.objects.create(
        email=f"invited@{low}.test",
        name=f"{word} invited",
        token_digest=token_digest(token),
        role=Role.VIEWER,
        invited_by=ana,
        created_at=NOW,
        expires_at=datetime(2099, 1, 1, tzinfo=UTC),
    )
    invitation.locations.set([location])
    attempt = ConnectAttempt.objects.create(
        nonce_digest=f"{low}-nonce",
        session_digest=f"{low}-session",
        user=person,
        location=location,
        platform="facebook",
        created_at=datetime.now(UTC),
        choices=[],
    )
    leaving = make_account(location, "instagram", name=f"{word} pictures")
    change = Change.objects.create(
        location=location,
        subject=account_subject(leaving),
        operation=DELETE,
        payload={"remote_id": leaving.remote_id, "name": leaving.name},
        state=Change.State.REFUSED,
        error_detail=f"{word} said no",
        created_at=datetime.now(UTC),
        not_before=NOW,
    )
    slots = [{"dayOfWeek": day, "time": "09:00"} for day in range(7)]
    queue = make_queue(category, time_slots=slots, slots_a_week=7, current_order=1000)
    said = {"summary": f"{word} item", "accountIds": [account.remote_id], "media": []}
    items = [make_queue_item(queue, account, order=1000 * turn, text=f"{word} item", content=said) for turn in (1, 2)]
    change_set = ChangeSet.objects.create(
        name=f"{word} drafts", actor=person, kind="draft", state="planned", total=1, counts={"ready": 1}, created_at=NOW
    )
    change_set.items.create(position=0, post=post, title=f"{word} caption", state="ready")
    view = SavedView.objects.create(person=person, name=f"{word} view", filters="status=failed", created_at=NOW)
    key = ApiKey.objects.create(person=ana, name=f"{word} key", digest=word, hint="rota_", created_at=NOW)
    return Place(
        location,
        person,
        invitation,
        attempt,
        account,
        change,
        post,
        items[1],
        change_set,
        view,
        make_import(location, ana, word=word),
        key,
        (word, low),
        token,
    )
