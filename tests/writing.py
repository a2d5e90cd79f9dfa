"""For tests of writing posts: a desk at an agency in a sandbox, and what comes of its outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import ConnectedAccount, Member, Role, User
from highlevel.models import Change, Location
from highlevel.sandbox import Sandbox
from planner.composing import Composition
from planner.models import Post, PostStatus
from planner.services.post_writing import Order, posts_write
from tests.factories import make_user
from tests.outboxes import Clock, sweep
from tests.pulling import Agency, arrange


@dataclass
class Desk:
    """A manager at a client with a Facebook page and an Instagram profile, and a clock that tests move."""

    agency: Agency
    person: User
    clock: Clock

    @property
    def location(self) -> Location:
        return self.agency.location

    @property
    def accounts(self) -> dict[str, ConnectedAccount]:
        return {account.platform: account for account in ConnectedAccount.objects.filter(location=self.location)}

    def soon(self, **lengths: float) -> datetime:
        """An instant ahead of the clock, a day by default, to the second."""
        return (self.clock() + timedelta(**(lengths or {"days": 1}))).replace(microsecond=0)

    def compose(self, text: str = "Three things to ask", *networks: str, **fields: Any) -> Composition:
        """Scheduled for tomorrow on the page, unless told otherwise."""
        accounts = tuple(self.accounts[name] for name in networks or ("facebook",))
        given = {"scheduled_at": self.soon(), "status": PostStatus.SCHEDULED.value, "accounts": accounts}
        return Composition(location=self.location, text=text, **{**given, **fields})

    def write(self, text: str = "Three things to ask", *networks: str, **fields: Any) -> Post:
        (post,) = posts_write(order=Order(self.compose(text, *networks, **fields)), actor=self.person, now=self.clock())
        return post

    def send(self, rounds: int = 1) -> list[str]:
        """What the minute's round leads to, so often; the states in which things ended."""
        ended: list[str] = []
        for _round in range(rounds):
            self.clock.pass_(minutes=1)
            ended += sweep(self.clock)
        return ended

    def there(self) -> list[dict[str, Any]]:
        """The posts that HighLevel has, without the rows of single accounts and without deleted ones."""
        rows = self.agency.box.store.find("post", location=self.location.remote_id, order="rowid")
        return [row for row in rows if not row["deleted"] and not row["parentPostId"]]

    def states(self) -> list[tuple[str, str]]:
        """Operation and state of every change, oldest first."""
        return list(Change.objects.order_by("pk").values_list("operation", "state"))

    def colleague(self, role: Role, email: str = "ben@example.test") -> User:
        """Somebody else at the client, whom HighLevel knows too."""
        row = self.agency.box.add_user(
            firstName="Ben", lastName="Okri", email=email, location_ids=[self.location.remote_id]
        )
        person = make_user(email, name="Ben")
        Member.objects.update_or_create(
            location=self.location, remote_id=row["id"], defaults={"user": person, "role": role, "email": email}
        )
        return person


@pytest.fixture
def desk(db: None, settings: Settings, sandbox: Sandbox) -> Desk:
    """A desk whose client has been pulled and has no posts."""
    return make_desk(settings, sandbox)


def make_desk(settings: Settings, sandbox: Sandbox) -> Desk:
    """The same, for tests that need another kind of database."""
    agency = arrange(settings, sandbox)
    agency.pull()
    person = make_user("ana@example.test", name="Ana")
    member = Member.objects.filter(location=agency.location).earliest("pk")
    Member.objects.filter(pk=member.pk).update(user=person, role=Role.MANAGER)
    return Desk(agency, person, Clock(timezone.now()))
