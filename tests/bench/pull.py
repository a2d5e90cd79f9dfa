"""The pull of one large location, over HTTP, against a plain loop of update_or_create over the same rows.

The yardstick is given its rows already fetched and read, and a transaction a hundred rows. So the time that the sandbox
takes to answer is not counted for the pull either; everything else is: reading the rows, comparing, writing, the claim,
the cursor, the note of its progress, and the steps before the posts.
"""

from __future__ import annotations

import json
import logging
import math
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from django.conf import settings
from django.db import connection, transaction

from accounts.models import ConnectedAccount
from highlevel.api import Lane, RemotePost
from highlevel.client import client_for
from highlevel.models import Credential, Location, SyncRun
from highlevel.pull import pull_location
from highlevel.pull.walking import PAGE_SIZE
from highlevel.sandbox.box import CONTROL_HEADER
from planner.mirror.reading import UNDATED, accounts_of, details_of, is_root, status_of
from planner.models import Category, Media, Post, PostTarget, Tag
from tests.bench.harness import Report, sandbox
from tests.bench.pull_content import plant

POSTS = 10_000
SINGLE_STEPS = 7  # location, members, accounts, categories, tags, queues and imports (none here), a request each


def run(report: Report, arguments: Sequence[str]) -> int:
    """`arguments`: the number of posts, 10,000 unless given. Fails when both ways did not store the same."""
    posts = int(arguments[0]) if arguments else POSTS
    with tempfile.TemporaryDirectory(prefix="rota-bench-") as folder:
        data = Path(folder) / "sandbox.sqlite3"
        report.note(f"Writing {posts:,} posts into a sandbox ...")
        remote_id = plant(data, posts)
        with sandbox(more=("--data", str(data))) as note, _pointed_at(note):
            return _measure(report, note, remote_id)


def _measure(report: Report, note: dict[str, str], remote_id: str) -> int:
    Credential.objects.create(
        level=Credential.Level.COMPANY,
        kind=Credential.Kind.PRIVATE,
        company_id=note["company_id"],
        access_token=note["agency_token"],
    )
    location = Location.objects.create(remote_id=remote_id, company_id=note["company_id"], name="Large")
    report.note("The pull ...")
    with _counted() as first_count, _answers() as answers:
        began = time.perf_counter()
        first = _pull(location)
        seconds = time.perf_counter() - began - answers.seconds
    report.note("The pull again, with nothing changed ...")
    with _counted() as second_count:
        _pull(location)
    remote = _fetched(location)
    plain = _copied(location)
    report.note(f"The plain loop over {len(remote):,} rows ...")
    began = time.perf_counter()
    _plain_loop(plain, remote)
    loop = time.perf_counter() - began

    rows = first.counts["posts"]["seen"]
    pages = math.ceil(rows / PAGE_SIZE) + 1  # the drafts are a listing of their own, which is empty here
    report.line("rows", rows / seconds, "rows/s", len(remote) / loop, "update_or_create, a row at a time")
    report.line("requests_over_minimum", first.requests - SINGLE_STEPS - pages, "requests")
    report.line("queries_per_page", max(first_count.pages), "queries")
    report.line("second_pull_writes", second_count.writes, "rows")
    same = _dump(location) == _dump(plain)
    if not same:
        report.note("The pull and the loop did not store the same.")
    return 0 if same else 1


@contextmanager
def _pointed_at(note: dict[str, str]) -> Iterator[None]:
    """The settings of this process, and a rate limit at both ends that is out of the way."""
    plenty = 10_000_000
    settings.HIGHLEVEL_BASE_URL, settings.HIGHLEVEL_COMPANY_ID = note["url"], note["company_id"]
    settings.HIGHLEVEL_REQUESTS_PER_INTERVAL = settings.HIGHLEVEL_REQUESTS_PER_DAY = plenty
    answer = requests.post(
        f"{note['url']}/sandbox/limits",
        json={"interval_max": plenty, "daily_max": plenty},
        headers={CONTROL_HEADER: note["control_key"]},
        timeout=10,
    )
    answer.raise_for_status()
    yield


def _pull(location: Location) -> SyncRun:
    run = pull_location(location_id=location.pk, kind=SyncRun.Kind.SCHEDULED, share=timedelta(hours=1))
    if run is None or run.state != SyncRun.State.DONE:
        raise RuntimeError(f"The pull did not end well: {run and (run.state, run.error_code, run.error_detail)}")
    return run


class Answers(logging.Handler):
    """Adds up how long HighLevel took to answer, from the line that the client logs a request."""

    seconds = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        if isinstance(record.args, tuple) and record.msg.startswith("operation="):
            self.seconds += float(str(record.args[3])) / 1000


@contextmanager
def _answers() -> Iterator[Answers]:
    log, answers = logging.getLogger("highlevel.api"), Answers()
    log.addHandler(answers)
    log.propagate = False
    try:
        yield answers
    finally:
        log.removeHandler(answers)


@dataclass
class Count:
    """Queries between two renewals of the claim, which are the pages; and rows of posts that were written."""

    pages: list[int] = field(default_factory=list)
    writes: int = 0


@contextmanager
def _counted() -> Iterator[Count]:
    count = Count()
    tables = {model._meta.db_table for model in (Post, PostTarget, Media, Tag, Category, ConnectedAccount)}

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "pull_claimed_until" in sql and sql.startswith("UPDATE"):
            count.pages.append(0)
        if count.pages:
            count.pages[-1] += 1
        result = execute(sql, params, many, context)
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and any(f'"{table}"' in sql for table in tables):
            count.writes += max(context["cursor"].rowcount, 1)
        return result

    with connection.execute_wrapper(watch):
        yield count


def _fetched(location: Location) -> list[RemotePost]:
    """Every row of the location's window, as the client reads it."""
    now = datetime.now(UTC)
    with client_for(location, lane=Lane.BACKGROUND, now=now) as client:
        start, end = now - timedelta(days=settings.PULL_DAYS_BACK), now + timedelta(days=settings.PULL_DAYS_AHEAD)
        return list(client.posts.iter(window_start=start, window_end=end, include_users=False))


def _copied(location: Location) -> Location:
    """A second location with the same accounts, categories and tags, and no posts."""
    plain = Location.objects.create(remote_id="plain", company_id=location.company_id, name="Plain")
    models: tuple[Any, ...] = (ConnectedAccount, Category, Tag)
    for model in models:
        rows = list(model._default_manager.filter(location=location))
        for row in rows:
            row.pk, row.location = None, plain
        model._default_manager.bulk_create(rows)
    return plain


def _plain_loop(location: Location, remote: Sequence[RemotePost]) -> None:
    """The usual way: each row looked up and saved by itself, parents before their children."""
    known = [
        dict(model._default_manager.filter(location=location).values_list("remote_id", "pk"))
        for model in (ConnectedAccount, Category, Tag)
    ]
    ordered = sorted(remote, key=lambda row: not is_root(row))
    for start in range(0, len(ordered), PAGE_SIZE):
        with transaction.atomic():
            for row in ordered[start : start + PAGE_SIZE]:
                _plain_row(location, row, *known)


def _plain_row(
    location: Location, row: RemotePost, accounts: dict[str, int], categories: dict[str, int], tags: dict[str, int]
) -> None:
    result = {
        "status": status_of(row),
        "error": row.error or "",
        "network_post_id": row.network_id or "",
        "published_at": row.published_at,
        "insights": row.insights.raw if row.insights else {},
    }
    if not is_root(row):
        post = Post.objects.get(location=location, remote_id=row.parent_post_id)
        name = row.account_id or ""
        kept = {"remote_id": row.id, "remote": row.raw, "account_id": accounts.get(name), **result}
        PostTarget.objects.update_or_create(post=post, account_remote_id=name, defaults=kept)
        return
    post, _ = Post.objects.update_or_create(
        location=location,
        remote_id=row.id,
        defaults={
            "text": row.summary or "",
            "type": row.type or "post",
            "status": status_of(row),
            "scheduled_at": row.schedule_date,
            "published_at": row.published_at,
            "display_at": row.published_at or row.schedule_date or row.display_date or UNDATED,
            "category_id": categories.get(row.category_id or ""),
            "follow_up_comment": row.follow_up_comment or "",
            "details": json.loads(details_of(row)),
            "source": row.source or "",
            "error": row.error or "",
            "created_by": row.created_by or "",
            "remote": row.raw,
            "remote_updated_at": row.updated_at,
            "synced_at": datetime.now(UTC),
            "gone_at": None,
        },
    )
    for name in accounts_of(row):
        PostTarget.objects.update_or_create(
            post=post, account_remote_id=name, remote_id="", defaults={"account_id": accounts.get(name), **result}
        )
    for position, item in enumerate(row.media):
        shown = {"url": item.url, "kind": item.type, "alt_text": item.alt_text or "", "remote": item.raw}
        Media.objects.update_or_create(
            post=post, position=position, defaults={**shown, "thumbnail": item.thumbnail or ""}
        )
    post.tags.set([tags[name] for name in row.tags if name in tags])


def _dump(location: Location) -> list[list[Any]]:
    """What both ways must agree on."""
    posts = Post.objects.filter(location=location)
    return [
        sorted(posts.values_list("remote_id", "text", "status", "display_at", "category__remote_id")),
        sorted(posts.filter(tags__isnull=False).values_list("remote_id", "tags__remote_id")),
        sorted(
            PostTarget.objects.filter(post__in=posts).values_list(
                "post__remote_id", "account__remote_id", "remote_id", "status", "network_post_id"
            )
        ),
        sorted(Media.objects.filter(post__in=posts).values_list("post__remote_id", "position", "url", "alt_text")),
    ]
