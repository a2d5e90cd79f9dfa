"""What category queues add to the accounts page and to the question before an account goes."""

# ruff: noqa: F811, the fixture `cast` is asked for by its name

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.impact import Feed, holdings, impacts
from queues.models import QueueStatus
from tests.cast import HTMX, Cast, cast  # noqa: F401
from tests.factories import make_account, make_category, make_post, make_queue, make_queue_item

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def test_each_queue_counts_once_with_its_next_date(cast: Cast) -> None:
    account, other = make_account(cast.a), make_account(cast.a)
    tips = make_queue(make_category(cast.a, "Tips"))
    offers = make_queue(make_category(cast.a, "Offers"), QueueStatus.PAUSED)
    make_queue_item(tips, account, other, scheduled_at=NOW + 3 * DAY)
    make_queue_item(tips, account, scheduled_at=NOW + 2 * DAY)
    make_queue_item(tips, account, scheduled_at=NOW + DAY, is_skipped=True)
    make_queue_item(tips, account, scheduled_at=NOW - DAY)
    make_queue_item(offers, account, scheduled_at=NOW + DAY)
    make_queue_item(tips, scheduled_at=NOW + DAY)
    found = impacts([account, other], now=NOW)
    assert found[account.pk].feeds == (Feed("Offers", "Paused", None), Feed("Tips", "", NOW + 2 * DAY))
    assert found[other.pk].feeds == (Feed("Tips", "", NOW + 3 * DAY),)
    assert (found[account.pk].planned, found[account.pk].first_at) == (0, None)


def test_what_is_gone_or_of_an_unknown_kind_does_not_count(cast: Cast) -> None:
    account = make_account(cast.a)
    category = make_category(cast.a)
    make_queue_item(make_queue(category), account, gone_at=NOW)
    make_queue_item(make_queue(category, gone_at=NOW), account)
    make_queue_item(make_queue(category, QueueStatus.UNKNOWN), account)
    assert impacts([account], now=NOW)[account.pk].feeds == ()
    assert holdings(account, now=NOW) == []


def test_a_queue_is_at_risk_from_the_first_post_after_the_end(cast: Cast) -> None:
    good = make_account(cast.a)
    soon = make_account(cast.a, expires_at=NOW + 3 * DAY)
    expired = make_account(cast.a, is_expired=True)
    barred = make_account(cast.a, missing_permission=True)
    queue = make_queue(make_category(cast.a))
    for days in (1, 4, 5):
        make_queue_item(queue, good, soon, expired, barred, scheduled_at=NOW + days * DAY)
    found = impacts([good, soon, expired, barred], now=NOW)
    assert {pk: [feed.risk_at for feed in impact.feeds] for pk, impact in found.items()} == {
        good.pk: [None],
        soon.pk: [NOW + 4 * DAY],
        expired.pk: [NOW + DAY],
        barred.pk: [NOW + DAY],
    }


def test_holdings_name_the_queue_and_cannot_move(cast: Cast) -> None:
    account = make_account(cast.a)
    tips = make_queue(make_category(cast.a, "Tips"))
    for days in (1, 2):
        make_queue_item(tips, account, scheduled_at=NOW + days * DAY)
    make_queue_item(make_queue(make_category(cast.a, "Winter"), QueueStatus.DRAFT), account)
    found = holdings(account, now=NOW)
    assert [(held.label, held.number, held.movable, held.address) for held in found] == [
        ("2 posts of the queue Tips, next on 21 Nov", 2, 0, ""),
        ("1 post of the queue Winter (Draft)", 1, 0, ""),
    ]


@pytest.mark.parametrize("queues", [1, 30])
def test_the_number_of_queries_does_not_grow(cast: Cast, queues: int, django_assert_num_queries) -> None:
    account = make_account(cast.a)
    for number in range(queues):
        make_queue_item(make_queue(make_category(cast.a, f"Tips {number}")), account)
    with django_assert_num_queries(2):  # posts, queues
        impacts([account], now=NOW)
    with django_assert_num_queries(3):  # posts, those that can move, queues
        assert len(holdings(account, now=NOW)) == queues


def test_the_accounts_page_says_it(cast: Cast) -> None:
    expired, quiet = make_account(cast.a, is_expired=True), make_account(cast.a)
    make_queue_item(make_queue(make_category(cast.a, "<b>Tips</b>")), expired, scheduled_at=NOW + DAY)
    make_queue_item(make_queue(make_category(cast.a, "Winter"), QueueStatus.PAUSED), expired)
    with time_machine.travel(NOW, tick=False):
        page = cast.as_ana.get("/accounts/").content.decode()
    text = re.sub(r"\s+", " ", re.sub(r"</?(?:span|p)[^>]*>", "", page))
    assert "Queues: &lt;b&gt;Tips&lt;/b&gt;, at risk from 21 Nov; Winter (Paused)" in text
    assert text.count("nothing planned") == 1, quiet


def test_the_question_says_it_and_offers_no_move(cast: Cast) -> None:
    account, _other = make_account(cast.a), make_account(cast.a)
    make_queue_item(make_queue(make_category(cast.a, "Tips")), account, scheduled_at=NOW + DAY)
    address = reverse("accounts:disconnect", args=[account.pk])
    with time_machine.travel(NOW, tick=False):
        shown = cast.as_ana.get(address, headers=HTMX).content.decode()
        assert "1 post of the queue Tips, next on 21 Nov" in shown
        assert "None of them can move. Queue posts stay with the account;" in re.sub(r"\s+", " ", shown).replace(
            "</span>", ""
        )
        assert 'name="plans"' not in shown
        assert 'href=""' not in shown
        make_post(cast.a, account)
        assert 'name="plans"' in cast.as_ana.get(address, headers=HTMX).content.decode()
