"""The Accounts page: who sees what, states, posts at risk, filters, order, paging, cost."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.impact import impacts
from accounts.models import ConnectedAccount
from accounts.models.connected_account import Health
from accounts.scope import Scope
from accounts.selectors.accounts import AccountFilters, account_list_page
from planner.models import PostStatus
from tests.cast import HISTORY, HTMX, Cast
from tests.factories import (
    make_account,
    make_category,
    make_group,
    make_location,
    make_post,
    make_queue,
    make_queue_item,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def listed(client: Client, query: str = "") -> list[int]:
    answer = client.get(f"/accounts/?{query}")
    assert answer.status_code == 200
    return [int(key) for key in re.findall(r'<tr id="account-(\d+)"', answer.content.decode())]


def test_everybody_sees_the_accounts_of_their_locations(cast: Cast) -> None:
    a, b = make_account(cast.a), make_account(cast.b)
    make_account(cast.a, gone_at=NOW)
    assert set(listed(cast.as_ana)) == {a.pk, b.pk}
    assert listed(cast.as_ben) == [a.pk]
    assert listed(cast.as_cleo) == [b.pk]
    assert cast.as_ben.get(f"/accounts/?location={cast.b.pk}").status_code == 404
    assert cast.as_nobody.get("/accounts/").status_code == 302
    assert cast.as_ana.post("/accounts/").status_code == 405


def test_one_address_serves_the_page_and_its_pieces(cast: Cast) -> None:
    make_group(cast.a, make_account(cast.a), name="Video")
    ana = cast.as_ana
    results = ana.get("/accounts/?q=Atlas", headers={**HTMX, "HX-Target": "results"})
    assert results.content.decode().lstrip().startswith('<div id="results"')
    assert results.headers["HX-Push-Url"] == "/accounts/?location=all&q=Atlas"
    whole = ana.get("/accounts/", headers={**HTMX, "HX-Target": "accounts"}).content.decode()
    assert whole.lstrip().startswith('<div id="accounts"')
    picked = ana.get("/accounts/?pick=group&find=vid", headers={**HTMX, "HX-Target": "choices-group"}).content.decode()
    assert "Video" in picked
    assert "<table" not in picked
    assert "<html" in ana.get("/accounts/", headers=HISTORY).content.decode()
    assert "Video" in ana.get("/accounts/?pick=group").content.decode(), "works without scripts"


@pytest.mark.parametrize(
    ("fields", "health", "words"),
    [
        ({}, "good", "Good"),
        ({"expires_at": 15 * DAY}, "good", "Good"),
        ({"expires_at": 14 * DAY}, "expires_soon", "Expires in 14 days"),
        ({"expires_at": 30 * HOUR}, "expires_soon", "Expires in 1 day"),
        ({"expires_at": HOUR}, "expires_soon", "Expires today"),
        ({"expires_at": 0 * HOUR}, "expired", "Expired"),
        ({"is_expired": True}, "expired", "Expired"),
        ({"is_expired": True, "missing_permission": True}, "expired", "Expired"),
        ({"missing_permission": True, "expires_at": DAY}, "no_permission", "Missing permission"),
        ({"missing_permission": True}, "no_permission", "Missing permission"),
    ],
)
def test_the_state_is_the_same_in_words_in_the_tally_and_for_the_filter(
    cast: Cast, fields: dict[str, Any], health: str, words: str
) -> None:
    """Three ways to the same answer: the model's rule, the query that sorts and counts, the model's queryset."""
    away = fields.get("expires_at")
    given = {**fields, "expires_at": NOW + away} if isinstance(away, timedelta) else fields
    account = make_account(make_location(timezone="UTC"), **given)
    scope = Scope(cast.ana, None)
    page = account_list_page(AccountFilters(scope), number="", now=NOW)
    assert [(line.health.value, line.words) for line in page.lines] == [(health, words)]
    assert {state.value: number for state, number in page.tally if number} == {health: 1}
    for state in Health.values:
        found = account_list_page(AccountFilters(scope, health=(state,)), number="", now=NOW).lines
        by_model = ConnectedAccount.objects.with_health(state, NOW)
        assert [line.account for line in found] == list(by_model) == ([account] if state == health else [])


def test_posts_at_risk_are_those_that_go_out_after_the_end(cast: Cast) -> None:
    good = make_account(cast.a)
    soon = make_account(cast.a, expires_at=NOW + 3 * DAY)
    expired = make_account(cast.a, is_expired=True, expires_at=NOW - DAY)
    barred = make_account(cast.a, missing_permission=True)
    everywhere = (good, soon, expired, barred)
    make_post(cast.a, *everywhere, at=NOW + DAY)
    make_post(cast.a, *everywhere, at=NOW + 4 * DAY)
    make_post(cast.a, *everywhere, at=NOW + 5 * DAY, status=PostStatus.PENDING)
    for quiet in (PostStatus.DRAFT, PostStatus.PUBLISHED, PostStatus.FAILED):
        make_post(cast.a, *everywhere, at=NOW + 6 * DAY, status=quiet)
    make_post(cast.a, *everywhere, at=NOW + 6 * DAY, gone_at=NOW)
    make_post(cast.a, *everywhere, at=NOW - DAY)
    found = impacts(list(everywhere), now=NOW)
    assert {pk: impact.planned for pk, impact in found.items()} == dict.fromkeys(found, 3)
    assert {pk: impact.first_at for pk, impact in found.items()} == dict.fromkeys(found, NOW + DAY)
    assert {pk: (impact.at_risk, impact.risk_at) for pk, impact in found.items()} == {
        good.pk: (0, None),
        soon.pk: (2, NOW + 4 * DAY),
        expired.pk: (3, NOW + DAY),
        barred.pk: (3, NOW + DAY),
    }


def test_the_number_at_risk_leads_to_those_posts(cast: Cast) -> None:
    now = datetime.now(UTC)
    account = make_account(cast.a, is_expired=True)
    coming = [make_post(cast.a, account, at=now + number * DAY) for number in (1, 2)]
    make_post(cast.a, account, at=now - 3 * DAY, status=PostStatus.PUBLISHED)
    ana = cast.as_ana
    page = ana.get("/accounts/").content.decode()
    link = re.search(r'class="link tone-bad" href="([^"]+)">2 posts at risk<', page)
    assert link is not None
    target = ana.get(link[1].replace("&amp;", "&")).content.decode()
    assert [int(key) for key in re.findall(r'<li id="post-(\d+)"', target)] == [post.pk for post in coming]


def test_filters_narrow_and_values_of_one_filter_widen(cast: Cast) -> None:
    one = make_account(cast.a, "facebook", name="Alpha", is_expired=True)
    two = make_account(cast.a, "mastodon", name="Beta")
    three = make_account(cast.b, "facebook", name="Gamma", missing_permission=True)
    make_group(cast.a, two, name="Video")
    make_group(cast.b, three, name="video")
    make_group(cast.b, one, name="Gone", gone_at=NOW)
    ana = cast.as_ana
    assert set(listed(ana, "network=facebook")) == {one.pk, three.pk}
    assert listed(ana, "network=mastodon") == [two.pk], "a network that Rota has never heard of"
    assert listed(ana, "health=expired&health=no_permission") == [one.pk, three.pk]
    assert set(listed(ana, "group=Video")) == {two.pk, three.pk}, "the same name in two locations"
    assert listed(ana, "group=Gone") == []
    assert listed(ana, "q=birch+gam") == [three.pk]
    assert listed(ana, "q=%25") == []
    assert listed(ana, "network=facebook&health=expired&q=alpha") == [one.pk]
    assert listed(ana, "network=facebook&health=good") == []


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("health=fine", "“fine” is not a state of an account."),
        ("network=a+b", "“a b” cannot be the name of a network."),
        ("group=a%00", "cannot be a group."),
        ("sort=price", "Accounts cannot be sorted by “price”."),
        ("page=two", "“two” is not the number of a page."),
        ("q=" + "x" * 201, "The search is longer than 200 characters."),
    ],
)
def test_a_value_that_cannot_be_read_is_named_and_the_other_filters_hold(cast: Cast, query: str, sentence: str) -> None:
    expired = make_account(cast.a, is_expired=True)
    make_account(cast.a)
    assert sentence in cast.as_ana.get(f"/accounts/?{query}").content.decode()
    assert listed(cast.as_ana, f"{query}&health=expired") == [expired.pk]


def test_order(cast: Cast) -> None:
    now = datetime.now(UTC)
    good = make_account(cast.a, "linkedin", name="a")
    late = make_account(cast.b, "facebook", name="B", expires_at=now + 9 * DAY)
    soon = make_account(cast.b, "instagram", name="c", expires_at=now + 2 * DAY)
    expired = make_account(cast.a, "bluesky", name="D", is_expired=True)
    barred = make_account(cast.a, "youtube", name="e", missing_permission=True)
    ana = cast.as_ana
    assert listed(ana) == [expired.pk, barred.pk, soon.pk, late.pk, good.pk]
    by_name = [good.pk, late.pk, soon.pk, expired.pk, barred.pk]
    assert listed(ana, "sort=name") == by_name
    assert listed(ana, "sort=-name") == by_name[::-1]
    assert listed(ana, "sort=network") == [expired.pk, late.pk, soon.pk, good.pk, barred.pk]
    assert listed(ana, "sort=client")[-2:] == [late.pk, soon.pk]
    assert listed(ana, "sort=expires")[:2] == [soon.pk, late.pk]
    assert listed(ana, "sort=-expires")[:2] == [late.pk, soon.pk], "those without a date stay last"
    page = ana.get("/accounts/?sort=-name").content.decode()
    assert re.search(r'<th scope="col" class="col-name" aria-sort="descending">', page)


def test_paging_reaches_every_account_once(cast: Cast) -> None:
    wanted = {make_account(cast.a, name=f"Account {number:03}").pk for number in range(120)}
    ana = cast.as_ana
    pages = [listed(ana, f"sort=name&page={number}") for number in (1, 2, 3, 4, 5)]
    assert [len(page) for page in pages] == [25, 25, 25, 25, 20]
    assert {key for page in pages for key in page} == wanted
    assert listed(ana, "sort=name&page=99") == pages[4]
    assert listed(ana, "sort=name&page=0") == pages[4]
    page = ana.get("/accounts/?location=all&sort=name&page=2").content.decode()
    assert "26–50 of 120" in page
    for word, link in (("First", "?"), ("Previous", "page=1"), ("Next", "page=3"), ("Last", "page=5")):
        assert re.search(rf'href="[^"]*{re.escape(link)}[^"]*"[^>]*>(?:<svg.*?</svg>)?{word}', page, re.DOTALL), word


@pytest.mark.parametrize("rows", [10, 100])
def test_the_page_costs_the_same_however_many_rows(cast: Cast, rows: int, django_assert_num_queries) -> None:
    for number in range(rows):
        place = make_location(f"Client {number}")
        account = make_account(place, is_expired=not number % 2)
        make_group(place, account, name=f"Group {number}")
        make_post(place, account)
        make_queue_item(make_queue(make_category(place)), account)
    ana = cast.as_ana
    # session, person; tally, page with clients, groups, posts planned, queues, disconnections, where one is manager;
    # around it: mirror, expired accounts
    with django_assert_num_queries(11):
        ana.get("/accounts/")
    # and the count
    with django_assert_num_queries(12):
        ana.get("/accounts/?health=expired&group=Group+4&group=Group+6&q=client&sort=-expires")
    # session, person; choices
    with django_assert_num_queries(3):
        ana.get("/accounts/?pick=group", headers={**HTMX, "HX-Target": "choices-group"})


def test_hostile_names_are_shown_as_text(cast: Cast) -> None:
    text = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    cast.a.name = text
    cast.a.colour = '"/><script>'[:7]
    cast.a.save()
    make_group(cast.a, make_account(cast.a, text[:32], name=text, type=text[:32]), name=text)
    page = cast.as_ana.get("/accounts/", {"group": text, "q": "<script>alert(1)</script>"}).content.decode()
    body = page[page.index('<div id="accounts"') : page.index("</main>")]
    assert "<script" not in body
    assert "<img" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body


def test_empty_pages_say_what_to_do(cast: Cast) -> None:
    ana = cast.as_ana
    page = ana.get("/accounts/").content.decode()
    assert "No accounts yet" in page
    assert 'href="/sync/">Open Sync' in page
    make_account(cast.a)
    page = ana.get("/accounts/?health=expired").content.decode()
    assert "No account matches" in page
    assert 'href="?location=all">Clear the filters' in page


def test_what_a_manager_can_do_stands_beside_each_account(cast: Cast) -> None:
    account = make_account(cast.a)
    shown = cast.as_ana.get("/accounts/").content.decode()
    assert f'href="/connect/?reconnect={account.pk}"' in shown
    assert f'href="/accounts/{account.pk}/disconnect/"' in shown
    assert 'data-connect href="/connect/"' in shown
    assert "disconnect/" not in cast.as_ben.get("/accounts/").content.decode()
    cast.as_ana.post(f"/accounts/{account.pk}/disconnect/")
    shown = cast.as_ana.get("/accounts/").content.decode()
    assert "Being disconnected" in shown
    assert "reconnect=" not in shown
