"""List, search and post page with 1,000,000 posts over 500 locations, against the same pages with 10,000.

Requests go through the whole of Django, signed in as an owner: pages of the list (the first, one in the middle, the last;
of all locations and of one; filtered), words (rare and common, long and short, in all locations and in one), and single
posts. Each address is asked for several times, in turn with an empty page, and its quickest answer counts, because other
work of the machine only ever adds to it; `p95` is that of the addresses of a kind.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from highlevel.models import Location
from planner.models import Post
from planner.selectors.keyset import Mark
from tests.bench.harness import Report
from tests.bench.pages_content import products, write_agency, write_posts

LOCATIONS, FEW, MANY = 500, 10_000, 1_000_000
ROUNDS = 5
LIMIT = 1.3
EMPTY = "/profile/"
COMMON = ("the", "and", "book", "month", "saturday", "parking", "insurance", "whitening", "halifaxdentist", "question")
SHORT = ("a", "ok", "no", "qz", "温泉", "is")
SEVERAL = ("book online", "free parking", "ask below", "insurance dentist")
NOWHERE = ("xqzzv", "nobody wrote this")
RARE = 8  # names of products
KINDS = ("list", "search", "post")


@dataclass(slots=True)
class Measured:
    """The least milliseconds, and the queries, of each address."""

    spent: dict[str, float] = field(default_factory=dict)
    queries: dict[str, int] = field(default_factory=dict)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.spent.values(), n=20)[-1]

    @property
    def slowest(self) -> str:
        address = max(self.spent, key=lambda one: self.spent[one])
        return f"{address} {self.spent[address]:.0f} ms"


def run(report: Report, arguments: Sequence[str]) -> int:
    """`arguments`: the larger number of posts, a million unless given. Fails when a p95 grows by more than 1.3, or when
    a page asks more queries. PostgreSQL only."""
    if connection.vendor != "postgresql":
        report.note("This bench is about PostgreSQL.")
        return 2
    many = int(arguments[0]) if arguments else MANY
    client = Client(SERVER_NAME="localhost")
    ana = User.objects.create_user("ana@example.test", "correct horse battery", name="Ana", is_owner=True)
    client.force_login(ana, backend="django.contrib.auth.backends.ModelBackend")
    write_agency(LOCATIONS)
    small = _at_size(report, client, 0, FEW)
    large = _at_size(report, client, FEW, many)
    constant = True
    for kind in KINDS:
        growth = large[kind].p95 / small[kind].p95
        report.line(f"{kind}_p95_growth", growth, "times")
        for name, held in (("few", small), ("many", large)):
            report.line(f"{kind}_p95_{name}_ms", held[kind].p95, "ms", held["empty"].p95, "empty page", "lower")
        worst = [max(held[kind].queries.values()) for held in (small, large)]
        report.line(f"{kind}_queries", worst[1], "queries", worst[0], "with few posts", "lower")
        constant = constant and worst[1] <= worst[0]
    report.note(f"The slowest search: {small['search'].slowest} with few posts, {large['search'].slowest} with many.")
    grown = [large[kind].p95 / small[kind].p95 for kind in KINDS]
    return 0 if constant and max(grown) <= LIMIT else 1


def _at_size(report: Report, client: Client, start: int, stop: int) -> dict[str, Measured]:
    began = time.perf_counter()
    write_posts(start, stop, locations=LOCATIONS)
    report.note(f"{stop:,} posts are there after {time.perf_counter() - began:.0f} s.")
    asked: dict[str, list[str]] = {"list": list(_lists()), "search": list(_searches()), "post": list(_posts(stop))}
    found = {kind: Measured() for kind in (*KINDS, "empty")}
    for kind, addresses in asked.items():
        for address in addresses:
            found[kind].queries[address] = _queries(client, address)
        _time(client, addresses, found[kind], found["empty"])
    return found


def _time(client: Client, addresses: Sequence[str], into: Measured, empty: Measured) -> None:
    spent: dict[str, list[float]] = {address: [] for address in addresses}
    for _turn in range(ROUNDS):
        for number, address in enumerate(addresses):
            spent[address].append(_ask(client, address))
            if number % 4 == 0:
                key = f"{addresses[0]} {number}"
                empty.spent[key] = min(_ask(client, EMPTY), empty.spent.get(key, float("inf")))
    into.spent = {address: min(all_of) for address, all_of in spent.items()}


def _ask(client: Client, address: str) -> float:
    began = time.perf_counter()
    answer = client.get(address)
    spent = (time.perf_counter() - began) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return spent


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        _ask(client, address)
    return len(captured)


def _scopes() -> list[str]:
    """All locations, and three of different trades."""
    return ["all", *map(str, Location.objects.order_by("pk").values_list("pk", flat=True)[7:10])]


def _lists() -> Iterator[str]:
    for scope in _scopes():
        posts = Post.objects.all() if scope == "all" else Post.objects.filter(location=int(scope))
        middle = posts.order_by("display_at", "pk")[posts.count() // 2]
        mark = Mark(middle.display_at, middle.pk)
        for more in ("", f"&page=after-{mark}", f"&page=before-{mark}", "&page=last", "&sort=oldest"):
            yield f"/posts/?location={scope}{more}"
        for more in (
            "status=failed",
            "status=scheduled&status=draft",
            "network=instagram",
            "category=Tips",
            "tag=tag+1",
        ):
            yield f"/posts/?location={scope}&{more}"
        day = middle.display_at.date().isoformat()
        yield f"/posts/?location={scope}&start={day}&end={day}"


def _searches() -> Iterator[str]:
    words = [*COMMON, *SHORT, *SEVERAL, *NOWHERE, *products()[1 : 3 * RARE : 3]]
    for scope in _scopes():
        for word in words:
            yield f"/posts/?location={scope}&q={word.replace(' ', '+')}"
    yield "/posts/?location=all&q=insurance&status=scheduled"
    yield "/posts/?location=all&q=month&page=last"


def _posts(number: int) -> Iterator[str]:
    keys = list(Post.objects.order_by("pk").values_list("pk", flat=True)[:: number // 40])
    for pk in keys:
        yield f"/posts/{pk}/"
