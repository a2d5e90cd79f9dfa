"""A database with rows in every table that pages list, as many as a test wants, and somebody who owns them all."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from django.test import Client

from accounts.models import ConnectedAccount, Member, Role, User
from highlevel.models import Change, Location, SyncRun
from highlevel.models.change import OPEN
from highlevel.models.sync_run import RunKind, RunState
from planner.models import (
    ChangeSet,
    CsvImport,
    CsvRow,
    Media,
    Post,
    PostCheck,
    PostStatus,
    PostTarget,
    SavedView,
    SetKind,
    SetState,
)
from queues.models import CategoryQueue, QueueItem
from tests.factories import make_import, make_user

ZONES = (
    "America/New_York",
    "Europe/London",
    "Asia/Kolkata",
    "Australia/Sydney",
    "Pacific/Auckland",
    "America/Sao_Paulo",
)


def owner_client() -> Client:
    ana = make_user(name="Ana", is_owner=True, is_staff=True, timezone="Europe/Madrid")
    client = Client()
    client.force_login(ana, backend="django.contrib.auth.backends.ModelBackend")
    return client


def fill(rows: int) -> None:
    """`rows` of everything that pages list: locations, accounts, posts with results, runs; in every state."""
    now = datetime.now(UTC)
    locations = Location.objects.bulk_create(
        Location(
            name=f"Client {number}",
            remote_id=f"loc{number}",
            company_id="c",
            timezone=ZONES[number % len(ZONES)],
            pulled_at=now,
        )
        for number in range(rows)
    )
    accounts = ConnectedAccount.objects.bulk_create(
        ConnectedAccount(
            location=location,
            remote_id=f"acc{location.pk}-{platform}",
            platform=platform,
            name=f"{location.name} {platform}",
            is_expired=number % 2 == 0,
            expires_at=now + timedelta(days=number % 20) if number % 2 else None,
        )
        for number, location in enumerate(locations)
        for platform in ("facebook", "instagram")
    )
    states = [state for state in PostStatus.values if state != PostStatus.DELETED]
    posts = Post.objects.bulk_create(
        Post(
            location=location,
            remote_id=f"post{number}",
            text="Winter tyres",
            status=states[number % len(states)],
            scheduled_at=now + timedelta(minutes=number % 600 - 300),
            display_at=now + timedelta(minutes=number % 600 - 300),
        )
        for number, location in enumerate(locations)
    )
    PostTarget.objects.bulk_create(
        PostTarget(post=post, account=accounts[2 * number + side], account_remote_id=f"a{side}", status=post.status)
        for number, post in enumerate(posts)
        for side in (0, 1)
    )
    Media.objects.bulk_create(Media(post=post, position=0, url="https://example.test/a.jpg") for post in posts)
    found = [{"level": "error", "field": "media.0", "network": "", "sentence": "It is gone."}]
    PostCheck.objects.bulk_create(
        PostCheck(post=post, checked_at=now, ok=False, findings={"en": found}) for post in posts
    )
    ended = (RunState.DONE, RunState.PARTIAL, RunState.FAILED, RunState.INTERRUPTED)
    queues = CategoryQueue.objects.bulk_create(
        CategoryQueue(location=location, remote_id=f"queue{number}", status="active")
        for number, location in enumerate(locations)
    )
    items = QueueItem.objects.bulk_create(
        QueueItem(
            location=queue.location, queue=queue, remote_id=f"item{queue.pk}", scheduled_at=now + timedelta(hours=1)
        )
        for queue in queues
    )
    through = QueueItem.accounts.through
    through.objects.bulk_create(
        through(queueitem=item, connectedaccount=accounts[2 * number]) for number, item in enumerate(items)
    )
    SyncRun.objects.bulk_create(
        SyncRun(
            location=location,
            kind=RunKind.SCHEDULED,
            state=ended[number % len(ended)],
            started_at=now - timedelta(minutes=1),
            finished_at=now,
            error_code="timeout" if number % len(ended) in (1, 2) else "",
            counts={"posts": {"seen": 4, "written": 1}},
        )
        for number, location in enumerate(locations)
    )
    Change.objects.bulk_create(
        Change(
            location=location,
            subject=f"account:{number}",
            operation="account.delete",
            payload={"name": "Winter page"},
            state=OPEN[number % len(OPEN)],
            attempts=number + 1,
            not_before=now,
            created_at=now - timedelta(hours=1),
        )
        for number, location in enumerate(locations)
    )
    person = make_user()
    ChangeSet.objects.bulk_create(
        ChangeSet(name=f"Move {number}", actor=person, kind=SetKind.DRAFT, state=SetState.DONE, total=1, created_at=now)
        for number in range(rows)
    )
    SavedView.objects.bulk_create(
        SavedView(person=person, name=f"View {number}", shared=True, created_at=now) for number in range(rows)
    )
    imports = CsvImport.objects.bulk_create(
        CsvImport(file_name=f"file{number}.csv", state="done", counts={"success": 1}, created_at=now, updated_at=now)
        for number in range(rows)
    )
    CsvRow.objects.bulk_create(
        CsvRow(csv_import=imports[number], number=2, place=1, state="success", location=location, created_at=now)
        for number, location in enumerate(locations)
    )
    SyncRun.objects.bulk_create(
        SyncRun(location=location, kind=RunKind.ASKED, state=RunState.WAITING, started_at=now)
        for location in locations[: rows // 2]
    )


def fill_import(rows: int, state: str, person: User) -> CsvImport:
    """An import of so many rows about 60 clients in which the person manages. A third of them is blocked; when the
    import is done the others have become posts."""
    now = datetime.now(UTC)
    places = Location.objects.bulk_create(
        Location(name=f"Imported {number}", remote_id=f"imported{number}", company_id="c", timezone="Europe/London")
        for number in range(60)
    )
    Member.objects.bulk_create(Member(location=place, user=person, role=Role.MANAGER) for place in places)
    accounts = ConnectedAccount.objects.bulk_create(
        ConnectedAccount(location=place, remote_id=f"page{place.pk}", platform="facebook", name=place.name)
        for place in places
    )
    made = make_import(places[0], make_user("uploader@example.test"), state=state)
    made.rows.all().delete()
    ready = "success" if state == "done" else "ready"
    held = CsvRow.objects.bulk_create(
        _import_row(made, number, accounts[number % 60], "blocked" if number % 3 == 2 else ready, now)
        for number in range(rows)
    )
    counts = Counter(row.state for row in held)
    CsvImport.objects.filter(pk=made.pk).update(counts=dict(counts), total_rows=rows)
    if state == "done":
        some = [row for row in held if row.state == "success"]
        posts = Post.objects.bulk_create(
            Post(location_id=row.location_id or 0, text="Imported", status="scheduled", display_at=now) for row in some
        )
        through = CsvRow.posts.through
        through._default_manager.bulk_create(
            through(csvrow_id=row.pk, post_id=post.pk) for row, post in zip(some, posts, strict=True)
        )
    return made


def _import_row(made: CsvImport, number: int, account: ConnectedAccount, state: str, now: datetime) -> CsvRow:
    post = {"accounts": [account.pk], "text": "Imported", "versions": {}, "type": "post", "details": {}}
    plan = {"location": account.location_id, "at": now.isoformat(), "status": "scheduled", "title": "", "comment": ""}
    more = {
        "approver": "",
        "watermark": None,
        "category": None,
        "tags": [],
        "posts": [post | {"media": [], "link": ""}],
    }
    wrong = {"code": "account_unknown", "column": "accounts", "value": "?", "about": {"location": account.name}}
    return CsvRow(
        csv_import=made,
        number=number + 2,
        place=number + 1,
        state=state,
        location_id=account.location_id,
        raw={"location": account.name, "text": "Imported"},
        plan=None if state == "blocked" else plan | more,
        problems=[wrong] if state == "blocked" else [],
        created_at=now,
    )
