"""For tests of the pull: an agency in a sandbox, settings that point there, and a dump of everything mirrored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import models
from django.utils import timezone
from pytest_django import Settings

from accounts.models import AccountGroup, ConnectedAccount, Member
from highlevel.models import Credential, Location, SyncRun
from highlevel.models.sync_run import RunKind
from highlevel.pull import pull_location
from highlevel.sandbox import Sandbox
from highlevel.sandbox.arrange import post_columns
from highlevel.sandbox.clock import iso
from planner.models import Category, Media, Post, PostTarget, Tag
from queues.models import CategoryQueue, QueueItem

MIRRORED: tuple[type[models.Model], ...] = (
    Location,
    Member,
    ConnectedAccount,
    AccountGroup,
    Category,
    Tag,
    Post,
    PostTarget,
    Media,
    CategoryQueue,
    QueueItem,
)
# What depends on when something was seen, not on what is there.
OF_A_RUN = {"id", "version", "synced_at", "pulled_at", "next_pull_at", "pull_claim", "pull_claimed_until", "created_at"}


@dataclass
class Agency:
    """A sandbox and one of its locations, known to Rota and speaking through the company's token."""

    box: Sandbox
    location: Location

    def pull(self, kind: RunKind = RunKind.SCHEDULED, **options: Any) -> SyncRun:
        """Bring the location up to date, at once and to the end."""
        run = pull_location(location_id=self.location.pk, kind=kind, **options)
        assert run is not None
        return run

    def clock(self, *, after: int, act: Callable[[], object]) -> Callable[[], datetime]:
        """A clock for `pull` that acts once, when that many more pages of posts have been answered."""
        waiting = [act]
        awaited = self.requests("get-posts") + after

        def now() -> datetime:
            if waiting and self.requests("get-posts") >= awaited:
                waiting.pop()()
            return timezone.now()

        return now

    def requests(self, operation: str | None = None) -> int:
        """How many requests the sandbox has seen."""
        return len(self.box.log.entries(operation=operation))


def point_at(settings: Settings, box: Sandbox) -> None:
    """Have this process talk to the sandbox, with a request budget that no test exhausts."""
    settings.HIGHLEVEL_BASE_URL = box.url
    settings.HIGHLEVEL_COMPANY_ID = box.company_id
    settings.HIGHLEVEL_CLIENT_ID = box.client_id
    settings.HIGHLEVEL_CLIENT_SECRET = box.client_secret
    settings.HIGHLEVEL_REQUESTS_PER_INTERVAL = box.limits.interval_max = 1_000


def make_company_credential(box: Sandbox) -> Credential:
    return Credential.objects.create(
        level=Credential.Level.COMPANY,
        kind=Credential.Kind.PRIVATE,
        company_id=box.company_id,
        access_token=box.agency_token,
    )


def make_known(box: Sandbox, remote_id: str, name: str = "Harbour Dental") -> Location:
    return Location.objects.create(remote_id=remote_id, company_id=box.company_id, name=name)


@pytest.fixture
def agency(db: None, settings: Settings, sandbox: Sandbox) -> Agency:
    """An agency with one location in London: two accounts, a group, a category, two tags and no posts."""
    return arrange(settings, sandbox)


def arrange(settings: Settings, box: Sandbox) -> Agency:
    point_at(settings, box)
    make_company_credential(box)
    remote_id = box.add_location(name="Harbour Dental", timezone="Europe/London")
    page = box.add_account(remote_id, platform="facebook", name="Harbour page")
    profile = box.add_account(remote_id, platform="instagram", name="Harbour pictures")
    box.add_group(remote_id, name="Everywhere", account_ids=[page["id"], profile["id"]])
    box.add_category(remote_id, name="Tips")
    box.add_tag(remote_id, tag="winter")
    box.add_tag(remote_id, tag="summer")
    box.add_user(firstName="Noor", lastName="Haddad", location_ids=[remote_id])
    return Agency(box, make_known(box, remote_id))


def add_posts(agency: Agency, count: int, **fields: Any) -> list[str]:
    """Scheduled posts of one account, an hour apart from tomorrow on; returns their ids."""
    store, place = agency.box.store, agency.location.remote_id
    account = store.find("account", location=place, order="rowid")[0]["id"]
    tag = store.find("tag", location=place, order="rowid")[0]["_id"]
    category = store.find("category", location=place, order="rowid")[0]["_id"]
    start = timezone.now() + timedelta(days=1)
    given = {"status": "scheduled", "tags": [tag], "categoryId": category, "accountId": account}
    picture = {"url": "https://cdn.example/tooth.png", "type": "image/png", "altText": "A tooth"}
    return [
        agency.box.add_post(
            place,
            **{
                "summary": f"Post number {number}",
                "scheduleDate": start + timedelta(hours=number),
                "media": [picture],
                **given,
                **fields,
            },
        )["_id"]
        for number in range(count)
    ]


def add_family(agency: Agency, *, at: datetime | None = None, **fields: Any) -> tuple[str, list[str]]:
    """A post on both accounts: the id of its row, and of its accounts' rows."""
    store, place = agency.box.store, agency.location.remote_id
    accounts = [doc["id"] for doc in store.find("account", location=place, order="rowid")]
    given = {"status": "scheduled", "scheduleDate": at or timezone.now() + timedelta(days=2), **fields}
    root = agency.box.add_post(place, summary="To everybody", accountIds=accounts, **given)
    children = [
        agency.box.add_post(
            place, summary="To everybody", accountId=account, accountIds=[account], parentPostId=root["_id"], **given
        )["_id"]
        for account in accounts
    ]
    return root["_id"], children


def add_queue(agency: Agency, posts: Sequence[str], **fields: Any) -> str:
    """An active queue of the first category, every day at nine, with these posts in it; returns its id."""
    store, place = agency.box.store, agency.location.remote_id
    category = store.find("category", location=place, order="rowid")[0]["_id"]
    stamp = iso(timezone.now())
    queue_id = agency.box.world.new_id()
    queue = {
        "_id": queue_id,
        "locationId": place,
        "categoryId": category,
        "timeSlots": [{"_id": agency.box.world.new_id(), "dayOfWeek": day, "time": "09:00"} for day in range(7)],
        "enableFuturePosts": False,
        "prioritizeNewContent": True,
        "currentOrder": 1000,
        "status": "active",
        "startDate": stamp,
        "skipDateTime": [],
        "currentPostId": None,
        "totalPosts": len(posts),
        "lastScheduledTime": None,
        "createdBy": "",
        "createdAt": stamp,
        "updatedAt": stamp,
        **fields,
    }
    store.insert("queue", queue, location=place, status=queue["status"], ref=category)
    add_queue_items(agency, queue_id, posts)
    return queue_id


def add_queue_items(agency: Agency, queue_id: str, posts: Sequence[str]) -> list[str]:
    """Put posts at the end of a queue; returns the ids of their items."""
    store, place, stamp = agency.box.store, agency.location.remote_id, iso(timezone.now())
    held = store.count("queue_item", parent=queue_id)
    made = [agency.box.world.new_id() for _post in posts]
    for number, (item_id, post_id) in enumerate(zip(made, posts, strict=True), held + 1):
        item = {
            "_id": item_id,
            "locationId": place,
            "queueId": queue_id,
            "order": number * 1000,
            "variations": [],
            "primaryImage": "",
            "postId": post_id,
            "parentPostId": None,
            "modifiedPostPayload": None,
            "errors": [],
            "currentVariation": 0,
            "lastScheduledTime": None,
            "deleted": False,
            "createdAt": stamp,
            "updatedAt": stamp,
        }
        store.insert("queue_item", item, location=place, status="live", parent=queue_id)
    return made


def change_post(agency: Agency, post_id: str, *, later: timedelta = timedelta(minutes=1), **fields: Any) -> None:
    """Change a row behind Rota's back, as an edit in HighLevel does."""
    doc = agency.box.store.get("post", post_id)
    assert doc is not None
    stamp = (timezone.now() + later).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    doc = {**doc, "updatedAt": stamp, **fields}
    agency.box.store.update("post", post_id, doc, **post_columns(doc))


def dump() -> dict[str, list[str]]:
    """Everything that is mirrored, a text a row, comparable between databases and runs.

    Keys are HighLevel's ids, instants of a run are left out, and of `gone_at` only whether it is set.
    """
    return {model.__name__: sorted(map(str, _rows(model))) for model in MIRRORED}


def _rows(model: type[models.Model]) -> list[dict[str, Any]]:
    rows = []
    pointers = [field.name for field in model._meta.concrete_fields if field.is_relation]
    lists = [field.name for field in model._meta.many_to_many]
    for row in model._default_manager.select_related(*pointers).prefetch_related(*lists):
        shown: dict[str, Any] = {}
        for field in model._meta.concrete_fields:
            if field.name in OF_A_RUN:
                continue
            value = getattr(row, field.name)
            if field.name == "gone_at":
                value = value is not None
            elif isinstance(value, models.Model):
                value = getattr(value, "remote_id", None)
            elif isinstance(value, dict):
                value = sorted(value.items(), key=lambda item: item[0])
            shown[field.name] = value
        for name in lists:
            shown[name] = sorted(each.remote_id for each in getattr(row, name).all())
        rows.append(shown)
    return rows
