"""Rows for tests. Every `make_*` fills what it is not told; `now` is the clock of the test's story."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from accounts.models import AccountGroup, ConnectedAccount, Member, Role, User
from highlevel.models import Location, SyncRun
from highlevel.models.sync_run import RunKind, RunState
from planner.models import Category, CsvImport, CsvRow, Media, Post, PostCheck, PostStatus, PostTarget, Tag
from planner.services.import_files import file_keep
from queues.models import CategoryQueue, QueueItem, QueueStatus

PASSWORD = "correct horse battery"
_numbers = count(1)


def _id(kind: str) -> str:
    return f"{kind}-{next(_numbers):06d}"


def make_location(name: str = "Harbour Dental", **fields: Any) -> Location:
    given = {"remote_id": _id("loc"), "company_id": "company-1", "timezone": "Europe/London", "colour": "#2f6f8f"}
    return Location.objects.create(name=name, **{**given, **fields})


def make_user(email: str | None = None, *, password: str = PASSWORD, **fields: Any) -> User:
    return User.objects.create_user(email or f"{_id('person')}@example.test", password, **fields)


def make_member(user: User, location: Location, role: Role = Role.VIEWER, **fields: Any) -> Member:
    given = {"remote_id": _id("user"), "name": user.name, "email": user.email}
    return Member.objects.create(user=user, location=location, role=role, **{**given, **fields})


def make_account(location: Location, platform: str = "facebook", **fields: Any) -> ConnectedAccount:
    given = {"remote_id": _id("acc"), "name": f"{location.name} page", "type": "page", "origin_id": _id("origin")}
    return ConnectedAccount.objects.create(location=location, platform=platform, **{**given, **fields})


def make_group(
    location: Location, *accounts: ConnectedAccount, name: str = "Everywhere", **fields: Any
) -> AccountGroup:
    group = AccountGroup.objects.create(location=location, name=name, **{"remote_id": _id("group"), **fields})
    group.accounts.set(accounts)
    return group


def make_category(location: Location, name: str = "Tips", **fields: Any) -> Category:
    given = {"remote_id": _id("cat"), "primary_colour": "#5b7f3a"}
    return Category.objects.create(location=location, name=name, **{**given, **fields})


def make_tag(location: Location, name: str = "winter", **fields: Any) -> Tag:
    return Tag.objects.create(location=location, name=name, **{"remote_id": _id("tag"), **fields})


def make_post(
    location: Location,
    *accounts: ConnectedAccount,
    at: datetime | None = None,
    status: str = PostStatus.SCHEDULED,
    tags: tuple[Tag, ...] = (),
    media: tuple[str, ...] = (),
    **fields: Any,
) -> Post:
    """A post at the aware instant `at` (default: in an hour), with a target in the same state for each account."""
    instant = at or datetime.now(UTC) + timedelta(hours=1)
    published = instant if status == PostStatus.PUBLISHED else None
    given = {
        "remote_id": _id("post"),
        "text": "Three things to ask before whitening",
        "scheduled_at": None if status == PostStatus.DRAFT else instant,
        "published_at": published,
        "display_at": instant,
    }
    post = Post.objects.create(location=location, status=status, **{**given, **fields})
    for account in accounts:
        make_target(post, account, published_at=published)
    if tags:
        post.tags.set(tags)
    Media.objects.bulk_create(
        Media(post=post, position=place, url=url, kind="image") for place, url in enumerate(media)
    )
    return post


def make_target(post: Post, account: ConnectedAccount, **fields: Any) -> PostTarget:
    given = {"status": post.status, "error": post.error}
    return PostTarget.objects.create(
        post=post, account=account, account_remote_id=account.remote_id, **{**given, **fields}
    )


def make_check(post: Post, *sentences: str, **fields: Any) -> PostCheck:
    """A look at the post as it is now, a minute ago, that found these errors; everything is well without any."""
    told = [{"level": "error", "field": "media.0", "network": "", "sentence": sentence} for sentence in sentences]
    given = {
        "fingerprint": post.fingerprint,
        "checked_at": datetime.now(UTC) - timedelta(minutes=1),
        "ok": not sentences,
        "findings": {"en": told, "es": told},
    }
    return PostCheck.objects.create(post=post, **{**given, **fields})


def make_queue(category: Category, status: str = QueueStatus.ACTIVE, **fields: Any) -> CategoryQueue:
    given = {"remote_id": _id("queue"), "category_remote_id": category.remote_id}
    return CategoryQueue.objects.create(
        location=category.location, category=category, status=status, **{**given, **fields}
    )


def make_queue_item(queue: CategoryQueue, *accounts: ConnectedAccount, **fields: Any) -> QueueItem:
    given = {"remote_id": _id("item"), "account_remote_ids": [account.remote_id for account in accounts]}
    item = QueueItem.objects.create(location=queue.location, queue=queue, **{**given, **fields})
    item.accounts.set(accounts)
    return item


def make_run(
    location: Location, *, started: datetime | None = None, state: str = RunState.DONE, **fields: Any
) -> SyncRun:
    """A run that began at the aware instant `started` (default: a minute ago) and, unless it runs, took 4 seconds."""
    begun = started or datetime.now(UTC) - timedelta(minutes=1)
    given = {
        "kind": RunKind.SCHEDULED,
        "finished_at": None if state == RunState.RUNNING else begun + timedelta(seconds=4),
        "requests": 7,
        "counts": {"posts": {"seen": 40, "written": 3}},
    }
    return SyncRun.objects.create(location=location, started_at=begun, state=state, **{**given, **fields})


def _unknown_account(name: str, location: Location) -> dict[str, Any]:
    about = {"location": location.name}
    return {"code": "account_unknown", "column": "accounts", "value": name, "about": about}


def make_import(location: Location, person: User, *, word: str = "Winter", **fields: Any) -> CsvImport:
    """An agency file that is checked: row 2 is ready, row 3 blocked. Its words begin with `word`."""
    head = ["location", "text", "accounts"]
    rows = [[location.name, f"{word} row", f"{word} page"], [location.name, f"{word} wrong", f"{word} nobody"]]
    file, size = file_keep(f"{','.join(cells)}\n".encode() for cells in (head, *rows))
    now = datetime.now(UTC)
    given = {
        "kind": "agency",
        "state": "checked",
        "file_name": f"{word}.csv",
        "layout": {"encoding": "utf-8", "delimiter": ",", "first": 1, "head": [head, rows[0]], "records": 3},
        "headers": {"labels": head, "keys": head, "digest": word[:32]},
        "counts": {"ready": 1, "blocked": 1},
        "created_at": now,
        "updated_at": now,
    }
    made = CsvImport.objects.create(person=person, file=file, file_size=size, total_rows=2, **{**given, **fields})
    problems: tuple[list[Any], ...] = ([], [_unknown_account(rows[1][2], location)])
    for place, (cells, state, wrong) in enumerate(zip(rows, ("ready", "blocked"), problems, strict=True), 1):
        CsvRow.objects.create(
            csv_import=made,
            number=place + 1,
            place=place,
            state=state,
            location=location,
            raw=dict(zip(head, cells, strict=True)),
            problems=wrong,
            created_at=now,
        )
    return made
