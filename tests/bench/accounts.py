"""The Accounts page over 500 locations and 4,000 accounts, against the same page where nothing is connected."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.test import Client

from accounts.models import AccountGroup, ConnectedAccount, User
from highlevel.models import Change, Location
from planner.models import Post, PostStatus, PostTarget
from tests.bench.harness import Report

LOCATIONS, EACH, PLANNED = 500, 8, 5  # locations, accounts of each, posts planned on each account
PLATFORMS = ("facebook", "instagram", "google", "linkedin", "tiktok", "youtube", "pinterest", "threads")
WARM_UP, ROUNDS = 5, 60
LIMIT = 3.0  # times the empty page


def run(report: Report, arguments: Sequence[str]) -> int:
    """`arguments`: the number of locations, 500 unless given. Fails when the page costs more than 3 empty ones."""
    locations = int(arguments[0]) if arguments else LOCATIONS
    report.note(f"Writing {locations:,} locations with {locations * EACH:,} accounts ...")
    empty = _fill(locations)
    client = Client(SERVER_NAME="localhost")
    client.force_login(_owner(), backend="django.contrib.auth.backends.ModelBackend")
    pages = {
        "empty": f"/accounts/?location={empty.pk}",
        "whole": "/accounts/?location=all",
        "last": "/accounts/?location=all&sort=name&page=9999",
        "filtered": "/accounts/?location=all&health=expired&network=facebook&q=client&sort=-expires",
    }
    report.note(f"Asking for each page {ROUNDS} times ...")
    seconds = _time(client, pages)
    median = {name: statistics.median(found) * 1000 for name, found in seconds.items()}
    for name in ("whole", "last", "filtered"):
        report.line(f"accounts_{name}_ms", median[name], "ms", median["empty"], "empty page", "lower")
    worst = statistics.quantiles(seconds["whole"], n=20)[-1] * 1000
    report.line("accounts_whole_p95_ms", worst, "ms")
    ratio = median["whole"] / median["empty"]
    report.line("accounts_page_ratio", ratio, "times the empty page")
    return 0 if ratio <= LIMIT else 1


def _time(client: Client, pages: dict[str, str]) -> dict[str, list[float]]:
    """Seconds of each page, in turn, so that a slow moment of the machine meets all of them."""
    seconds: dict[str, list[float]] = {name: [] for name in pages}
    for turn in range(WARM_UP + ROUNDS):
        for name, address in pages.items():
            began = time.perf_counter()
            answer = client.get(address)
            spent = time.perf_counter() - began
            if answer.status_code != 200:
                raise RuntimeError(f"{address} answered {answer.status_code}")
            if turn >= WARM_UP:
                seconds[name].append(spent)
    return seconds


def _owner() -> User:
    return User.objects.create_user("ana@example.test", "correct horse battery", name="Ana", is_owner=True)


def _fill(number: int) -> Location:
    """The agency; returns a location where nothing is connected."""
    now = datetime.now(UTC)
    given = {"company_id": "c", "timezone": "Europe/London", "pulled_at": now}
    places = Location.objects.bulk_create(
        Location(name=f"Client {at:03}", remote_id=f"loc{at}", **given) for at in range(number)
    )
    accounts = ConnectedAccount.objects.bulk_create(
        ConnectedAccount(
            location=place,
            remote_id=f"acc-{at}-{side}",
            platform=PLATFORMS[side % len(PLATFORMS)],
            name=f"{place.name} {PLATFORMS[side % len(PLATFORMS)]}",
            is_expired=(at + side) % 20 == 0,
            expires_at=now + timedelta(days=(at + side) % 90) if side % 3 else None,
            remote={"id": f"acc-{at}-{side}", "meta": {"words": "x" * 400}},
        )
        for at, place in enumerate(places)
        for side in range(EACH)
    )
    groups = AccountGroup.objects.bulk_create(
        AccountGroup(location=place, remote_id=f"group{at}", name=f"Group {at % 12}") for at, place in enumerate(places)
    )
    AccountGroup.accounts.through.objects.bulk_create(
        AccountGroup.accounts.through(accountgroup=groups[at // EACH], connectedaccount=account)
        for at, account in enumerate(accounts)
    )
    posts = Post.objects.bulk_create(
        (
            Post(
                location_id=account.location_id,
                remote_id=f"post-{account.pk}-{turn}",
                text="Winter tyres",
                status=PostStatus.SCHEDULED,
                scheduled_at=now + timedelta(hours=turn + 1),
                display_at=now + timedelta(hours=turn + 1),
            )
            for account in accounts
            for turn in range(PLANNED)
        ),
        batch_size=5000,
    )
    PostTarget.objects.bulk_create(
        (
            PostTarget(
                post=post,
                account=accounts[at // PLANNED],
                account_remote_id=accounts[at // PLANNED].remote_id,
                status=post.status,
            )
            for at, post in enumerate(posts)
        ),
        batch_size=5000,
    )
    Change.objects.bulk_create(
        Change(
            location=account.location,
            subject=f"account:{account.pk}",
            operation="account.delete",
            payload={"name": account.name},
            not_before=now,
            created_at=now,
        )
        for account in accounts[::40]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself a minute after so many rows were written
    return Location.objects.create(name="Nothing connected", remote_id="loc-empty", **given)
