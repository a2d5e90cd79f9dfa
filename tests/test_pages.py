"""Promises that hold for every page: it is reached through links, and it costs the same with many rows as with few."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from accounts.models import User
from highlevel.models import Location
from highlevel.models.change import OPEN
from highlevel.models.sync_run import RunKind, RunState
from planner.models import ApiKey, ChangeSet, CsvImport, ItemState, Post, PostStatus, SavedView, SetKind, SetState
from queues.models import QueueOffer
from tests.cast import HTMX
from tests.crowd import ZONES, fill, fill_import, owner_client
from tests.databases import beside_sqlite_only
from tests.factories import (
    make_account,
    make_category,
    make_check,
    make_group,
    make_import,
    make_location,
    make_member,
    make_post,
    make_run,
    make_tag,
    make_user,
)
from tests.outboxes import make_change
from tests.queues.drafting import make_draft

OURS = {"accounts", "planner", "queues"}
# Addresses that people come to from outside, or by sending a form, so no link of ours leads there.
FROM_ELSEWHERE = {
    "accounts:invitation_join": "a mail",
    "accounts:password_reset_confirm": "a mail",
    "accounts:password_reset_done": "the form for a forgotten password",
    "accounts:password_reset_complete": "the form for a new password",
    "accounts:sign_in_code": "the sign-in form",
    "accounts:second_factor_confirm": "the button that sets a second factor up",
    "accounts:agency_callback": "HighLevel, after consent",
    "accounts:agency_install": "the HighLevel page, once the app's client id is set",
    "accounts:connect_attempt": "the choice of a network",
    "accounts:connect_start": "the popup that the choice of a network opens",
    "planner:upload_states": "the script of the composer",
    "planner:link_preview": "the composer, once a link was looked at",
    "planner:compose_measured": "the files of the composer, while they are measured or on their way",
    "planner:api_imports": "scripts",
    "planner:api_import": "scripts",
    "planner:api_import_status": "scripts",
    "planner:api_import_rows": "scripts",
    "planner:thumbnail": "pictures on pages",
    "accounts:agency_finish": "HighLevel, after an installation from its marketplace",
}
QUEUES = 2  # each has pages of its own
SAME_KIND = 4  # pages that differ only in which row they show and in the values of their parameters
# What each page costs the database. Every page pays for: session; viewer; health of the mirror; accounts to reconnect.
CEILINGS = {
    # zones, before now, after now, the four numbers, overdue, failed, endangered, results of all, accounts, their number,
    # troubles, paused locations, changes that are stuck; of queues: stopped saves, dry ones, errors, failing accounts
    # with their queues
    "/": 4 + 18,
    # the view it opens with, the page, its results, tags, media, open changes, the number of posts, views
    "/posts/": 4 + 8,
    # the number, the page
    "/posts/sets/": 4 + 2,
    "/posts/views/": 4 + 2,
    # the states, the page, its groups, posts planned, queues, what is being disconnected, where one is a manager
    "/accounts/": 4 + 7,
    # number, page, runs of the page, requests of 24 hours, what may be checked; checks under way, those that ended;
    # paused locations
    "/sync/": 4 + 8,
    # the states, the number, the page, figures of items, what goes out next, changes, drafts, where one may write
    "/queues/": 4 + 8,
    # the page
    "/sync/runs/": 4 + 1,
    # the numbers, the page, where one decides about everything, where about one's own
    "/sync/changes/": 4 + 4,
    # the page, the number when there are more
    "/locations/": 4 + 1,
    # locations, posts, queues
    "/find/?q=winter": 4 + 3,
    # clients to choose from
    "/posts/compose/?location=all": 4 + 1,
    "/profile/": 4,
    # where one may upload, the page, the clients of its imports
    "/imports/": 4 + 3,
    # where one may upload
    "/imports/new/": 4 + 1,
    # the keys, the locations to choose from
    "/api-keys/": 4 + 2,
}


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [10, 1000])
def test_pages_cost_the_same_with_many_rows(rows: int):
    fill(rows)
    client = owner_client()
    more = {"/locations/": 1} if rows > 100 else {}
    expected = {address: queries + more.get(address, 0) for address, queries in CEILINGS.items()}
    assert {address: queries_of(client, address) for address in CEILINGS} == expected


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


# What the pages of an import cost somebody who manages its clients: above the four of every page the clients to choose
# from, the import, and whether one may change it.
IMPORT_CEILINGS = {
    # the rows with their locations; seven for what their plans name; first problems, dates that are not clear
    ("check", "checked"): 4 + 3 + 11,
    # once more whether one may change it; rows by client, those clients, plans by status, first and last date
    ("confirm", "checked"): 4 + 3 + 6,
    # the row; seven for what its plan names, its posts would be an eighth
    ("rows/2", "checked"): 4 + 3 + 9,
    # session, viewer, import, rows
    ("left-out.csv", "checked"): 4,
    # parts; the rows with their locations; seven for what their plans name; links to posts, posts
    ("results", "done"): 4 + 3 + 12,
    # once more whether one may change it; the figures, the first posts
    ("undo", "done"): 4 + 3 + 4,
}


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [10, 1000])
@pytest.mark.parametrize(("piece", "state"), IMPORT_CEILINGS)
def test_a_page_of_an_import_costs_the_same_with_many_rows(
    piece: str, state: str, rows: int, django_assert_num_queries: Callable[[int], Any]
):
    mia = make_user(name="Mia")
    made = fill_import(rows, state, mia)
    client = Client()
    client.force_login(mia, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/imports/{made.key}/{piece}" + ("" if piece.endswith(".csv") else "/")
    with django_assert_num_queries(IMPORT_CEILINGS[piece, state]):
        answer = client.get(address)
        assert b"".join(answer) if answer.streaming else answer.content
    assert answer.status_code == 200


@pytest.mark.django_db
def test_one_location_costs_one_query_more_at_most():
    fill(10)
    client = owner_client()
    client.get("/profile/", {"location": Location.objects.earliest("pk").pk})
    costs = {address: queries_of(client, address) for address in CEILINGS if "location=all" not in address}
    assert {address: cost for address, cost in costs.items() if cost > CEILINGS[address] + 1} == {}


def links(page: str, here: str) -> Iterator[tuple[str, bool]]:
    """The addresses a page leads to, and whether htmx is the one that asks."""
    for attribute, address in re.findall(r'\s(href|hx-get|data-loads)="([^"]*)"', page):
        whole = urldefrag(urljoin(here, unescape(address))).url
        parts = urlsplit(whole)
        if not parts.netloc and parts.path.startswith("/") and not parts.path.startswith(("/static/", "/admin/")):
            yield whole, attribute != "href"


def crawl(client: Client, start: str) -> tuple[set[str], dict[str, int]]:
    """The names of all addresses that links lead to, and every answer that was not 200 or 286."""
    found: set[str] = set()
    odd: dict[str, int] = {}
    kinds: Counter[Any] = Counter()
    waiting = deque([(start, False)])
    seen = {start}
    while waiting:
        address, by_htmx = waiting.popleft()
        parts = urlsplit(address)
        kind = (resolve(parts.path).route, by_htmx, tuple(sorted({name for name, _value in parse_qsl(parts.query)})))
        kinds[kind] += 1
        if kinds[kind] > SAME_KIND:
            continue
        answer = client.get(address, follow=True, headers=HTMX if by_htmx else {})
        if answer.status_code not in (200, 286):
            odd[address] = answer.status_code
        for path in (parts.path, *(urlsplit(step).path for step, _status in answer.redirect_chain)):
            match = resolve(path)
            if match.namespaces:
                found.add(match.view_name)
        page = "" if answer.streaming else answer.content.decode()
        for leads_to, htmx in links(page, address):
            if leads_to not in seen:
                seen.add(leads_to)
                waiting.append((leads_to, htmx))
    return found, odd


def readable_names(resolver: URLResolver, client: Client, spaces: tuple[str, ...] = ()) -> Iterator[str]:
    """The names of our addresses that answer to GET."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver) and (not entry.namespace or entry.namespace in OURS):
            yield from readable_names(entry, client, (*spaces, entry.namespace) if entry.namespace else spaces)
        elif isinstance(entry, URLPattern) and spaces and client.get(example(entry)).status_code != 405:
            yield ":".join((*spaces, str(entry.name)))


def example(entry: URLPattern) -> str:
    """An address that the pattern fits. Numbers are those of a location, because access to one is checked first."""
    parts = {
        "int:": str(Location.objects.values_list("pk", flat=True)[0]),
        "uuid:": str(CsvImport.objects.values_list("key", flat=True)[0]),
    }
    return "/" + re.sub(r"<(\w+:)?\w+>", lambda part: parts.get(part[1], "facebook"), str(entry.pattern))


@pytest.mark.timeout(400)
@pytest.mark.django_db
@beside_sqlite_only("follows links")
def test_every_page_is_reached_from_today():
    now = datetime.now(UTC)
    mia = make_user(name="Mia", is_owner=True)
    for number in range(60):
        location = make_location(f"Client {number}", timezone=ZONES[number % len(ZONES)], pulled_at=now)
        account = make_account(location, is_expired=number % 3 == 0)
        make_group(location, account)
        make_member(make_user(), location)
        parts: dict[str, Any] = {
            "category": make_category(location),
            "tags": (make_tag(location),),
            "media": ("https://a.test/a.jpg",),
        }
        make_check(make_post(location, account, at=now + timedelta(minutes=number - 30), **parts), "It is gone.")
        QueueOffer.objects.create(category=parts["category"], published_posts=number, checked_at=now)
        if number < QUEUES:
            make_draft(parts["category"], account, mia, now)
        make_post(location, account, at=now - timedelta(hours=1), status=PostStatus.FAILED, error="No", **parts)
        make_change(
            location, operation="account.delete", subject=f"account:{account.pk}", state=OPEN[number % len(OPEN)]
        )
        make_run(location, state=RunState.FAILED if number % 5 == 0 else RunState.DONE, error_code="timeout")
    make_run(location, state=RunState.WAITING, kind=RunKind.ASKED, finished_at=None)
    make_change(
        location,
        operation="post.edit",
        subject=f"post:{make_post(location, account).pk}",
        payload={"summary": "Ours", "title": "Ours"},
        base={"summary": "Before"},
        state="refused",
        error_code="changed_elsewhere",
        outcome={"seen": {"summary": "Theirs"}},
    )
    bulk = ChangeSet.objects.create(
        name="Move", actor=make_user(), kind=SetKind.DRAFT, state=SetState.PLANNED, total=1, created_at=now
    )
    bulk.items.create(position=0, post=Post.objects.earliest("pk"), title="Winter tyres", state=ItemState.READY)
    SavedView.objects.create(person=make_user(), name="Failed", filters="status=failed", shared=True, created_at=now)
    for state in ("columns", "checked", "done"):
        make_import(location, make_user(), state=state)
    client = owner_client()
    ApiKey.objects.create(person=User.objects.get(name="Ana"), name="Sheet", hint="rota_", created_at=now)
    found, odd = crawl(client, "/")
    found |= crawl(Client(), "/")[0]
    assert odd == {}
    named = set(readable_names(get_resolver(), client))
    assert len(named) >= 10
    assert sorted(named - found - set(FROM_ELSEWHERE)) == []


def test_the_crawl_has_rows_in_every_table_that_pages_show(db: None):
    """A table that is added needs rows above, or a page over it is only crawled empty."""
    shown = {
        "Location",
        "SyncRun",
        "Change",
        "ConnectedAccount",
        "AccountGroup",
        "Member",
        "User",
        "Category",
        "Tag",
        "Media",
        "Post",
        "PostTarget",
        "PostCheck",
        "CategoryQueue",
        "QueueItem",
        "QueueOffer",
        "EditSession",
        "DraftItem",
        "DraftStep",
        "SessionPerson",
        "ChangeSet",
        "ChangeSetItem",
        "SavedView",
        "CsvImport",
        "CsvRow",
        "ApiKey",
    }
    silent = {
        "ComposerDraft",
        "ImportPart",
        "HeaderMapping",
        "MediaUpload",
        "Credential",
        "PullState",
        "PullPage",
        "PostBundle",
        "Invitation",
        "ConnectAttempt",
        "WebhookEvent",
    }
    ours = {model.__name__ for model in apps.get_models() if model._meta.app_label in {"highlevel", *OURS}}
    assert ours - shown - silent == set()
