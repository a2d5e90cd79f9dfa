"""What the pages of queues show: the list, previews, the forecast, what is urgent; each at a known cost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from accounts.scope import Scope
from highlevel.models import Location
from planner.models import PostStatus
from queues.models import CategoryQueue, EditSession, QueueItem, QueueOffer, QueueStatus
from queues.schedule import ChangeKind
from queues.selectors.categories import categories_on_offer
from queues.selectors.editor import find_in_draft, latest_steps
from queues.selectors.forecasts import queue_forecast
from queues.selectors.preview import preview
from queues.selectors.queue_list import PROBLEMS, SORTS, QueueFilters, pause_preview, queue_list_page
from queues.selectors.urgent import urgent_queues
from queues.services.items import item_add, item_delete, item_edit, item_move
from queues.services.sessions import session_open
from tests.factories import make_account, make_category, make_location, make_member, make_post, make_queue, make_user
from tests.queues.drafting import DAILY, NOW, Desk, make_items

pytestmark = pytest.mark.django_db


def filters(user: User, **given: object) -> QueueFilters:
    return QueueFilters(Scope(user, None), **given)  # type: ignore[arg-type]


def many(number: int) -> User:
    for index in range(number):
        location = make_location(f"Client {index:02}")
        queue = make_queue(make_category(location, f"Topic {index:02}"), time_slots=DAILY, slots_a_week=7)
        items = make_items(queue, make_account(location), ["One", "Two"], scheduled_at=NOW + timedelta(days=1))
        queue.total_posts = len(items)
        queue.save()
    return make_user(is_owner=True)


@pytest.mark.parametrize("number", [2, 24])
def test_the_list_costs_the_same_with_many_queues(number: int, django_assert_num_queries) -> None:
    user = many(number)
    # tally, count, page, figures of items, next posts, changes, sessions
    with django_assert_num_queries(7):
        found = queue_list_page(filters(user), number="1", now=NOW)
        assert len([line.queue.location.name for line in found.lines]) == number
    assert found.tally == {"active": number}
    line = found.lines[0]
    assert (line.items, line.errors, line.cycle_days, line.next_text) == (2, 0, 2.0, "One")
    assert line.problems == ("repeats",)


def test_the_list_is_filtered_and_sorted() -> None:
    user = many(3)
    dry, broken, _plain = CategoryQueue.objects.order_by("pk")
    CategoryQueue.objects.update(returns_within_days=1)
    dry.items.update(gone_at=NOW)
    broken.items.filter(text="One").update(has_errors=True)

    def shown(**given: object) -> list[str]:
        found = queue_list_page(filters(user, **given), number="1", now=NOW)
        return [line.queue.category.name[-2:] for line in found.lines if line.queue.category]

    assert shown() == ["01", "00", "02"]
    assert shown(problems=("dry",)) == ["00"]
    assert shown(problems=("errors",)) == ["01"]
    assert shown(problems=("errors", "dry")) == ["01", "00"]
    assert shown(words=("client", "02")) == ["02"]
    assert shown(words=("02", "elsewhere")) == []
    assert shown(states=(QueueStatus.PAUSED,)) == []
    for sort in SORTS:
        assert sorted(shown(sort=sort)) == ["00", "01", "02"]
    for problem in PROBLEMS:
        assert set(shown(problems=(problem,))) <= {"00", "01", "02"}
    assert shown(sort="name", backwards=True) == ["02", "01", "00"]


def test_a_pause_says_what_it_stops() -> None:
    many(2)
    queues = list(CategoryQueue.objects.select_related("location", "category"))
    queues[1].status = QueueStatus.PAUSED
    (stopped,) = pause_preview(queues, now=NOW)
    assert (stopped.queue, stopped.slots, stopped.next_text) == (queues[0], 30, "One")


def test_a_preview_shows_what_moves() -> None:
    desk = Desk("ABC")
    desk.do(item_move, keys=desk.named("C"), place="top")
    desk.do(item_delete, keys=desk.named("B"))
    desk.do(item_edit, key=desk.keys["A"], edits={"summary": "Better"})
    content = {"accountIds": ["x"], "summary": "New", "media": [{"url": "https://cdn.example/a.png"}]}
    desk.do(item_add, content=content, place="bottom")

    found = preview(desk.session, start=NOW, end=NOW + timedelta(days=3), now=NOW)
    kinds = {(one.text, one.kind) for day in found.days for one in day.outings}
    assert kinds == {
        ("C", ChangeKind.MOVED),
        ("Better", ChangeKind.MOVED),
        ("New", ChangeKind.NEW),
        ("B", ChangeKind.GONE),
    }
    assert [day.day.isoformat() for day in found.days] == ["2026-06-01", "2026-06-02", "2026-06-03"]
    narrow = preview(desk.session, start=NOW, end=NOW + timedelta(days=3), now=NOW, account_ids=["x"])
    assert [(one.text, one.thumbnail) for day in narrow.days for one in day.outings] == [
        ("New", "https://cdn.example/a.png")
    ]


def test_items_are_found_by_what_the_draft_says() -> None:
    desk = Desk("ABC")
    desk.do(item_edit, key=desk.keys["C"], edits={"summary": "Needle"})
    key = desk.do(item_add, content={"accountIds": ["x"], "summary": "A needle too"}, place="top")
    assert find_in_draft(desk.session, "needle") == [(key, 0), (desk.keys["C"], 3)]
    assert find_in_draft(desk.session, "C") == []
    desk.do(item_edit, key=desk.keys["A"], edits={"variations": [{"content": "One"}, {"content": "Thread"}]})
    assert find_in_draft(desk.session, "thread") == [(desk.keys["A"], 1)]
    assert latest_steps(desk.session)[0].title == "One"


def test_the_forecast_sees_returns_collisions_and_expiries() -> None:
    desk = Desk("ABC")
    desk.queue.returns_within_days = 5
    first = NOW.replace(hour=8)
    make_post(desk.location, desk.account, at=first + timedelta(minutes=10))
    make_post(desk.location, desk.account, at=first + timedelta(minutes=10), status=PostStatus.DRAFT)
    other = make_queue(make_category(desk.location, "Other"), time_slots=DAILY, slots_a_week=7, current_order=1000)
    make_items(other, desk.account, ["Other"])
    desk.account.expires_at = NOW + timedelta(days=2)
    desk.account.save()

    found = queue_forecast(desk.queue, now=NOW).forecast
    assert (len(found.returns), found.returns[0].times) == (3, 29)
    assert {one.at for one in found.collisions if one.outing.at == first} == {first, first + timedelta(minutes=10)}
    assert found.expiries[0].outing.at == first + timedelta(days=2)

    desk.do(item_edit, key=desk.keys["A"], edits={"accountIds": ["elsewhere"]})
    drafted = queue_forecast(desk.queue, now=NOW, session=desk.session)
    assert not [one for one in drafted.forecast.collisions if one.outing.at == first]
    assert drafted.texts[desk.keys["B"]] == "B"


def test_what_is_urgent_is_found_over_all_queues(django_assert_num_queries) -> None:
    many(4)
    dry, broken, expiring, _plain = CategoryQueue.objects.order_by("pk")
    dry.items.update(gone_at=NOW)
    broken.items.filter(text="One").update(has_errors=True)
    account = expiring.location
    item = expiring.items.get(text="One")
    item.accounts.add(make_account(account, expires_at=NOW + timedelta(hours=1)))
    with django_assert_num_queries(5):
        found = urgent_queues(Location.objects.all(), now=NOW)
    assert [(one.queue.pk, one.kind, one.count) for one in found] == [
        (dry.pk, "dry", 0),
        (broken.pk, "errors", 1),
        (expiring.pk, "expiry", 1),
    ]


def test_categories_without_a_queue_are_on_offer_to_who_may_write(django_assert_num_queries) -> None:
    desk = Desk("A")
    free = make_category(desk.location, "Free")
    unknown = make_category(desk.location, "Unknown")
    QueueOffer.objects.create(category=free, published_posts=12, checked_at=NOW)
    with django_assert_num_queries(1):
        assert list(categories_on_offer(Scope(desk.ana, desk.location))) == [free, unknown]
    assert categories_on_offer(Scope(desk.ana, None))[0].queue_offer.published_posts == 12
    reader = make_user()
    make_member(reader, desk.location)
    assert not categories_on_offer(Scope(reader, None)).exists()


def test_a_queue_of_ten_thousand_items_is_edited() -> None:
    desk = Desk("A")
    QueueItem.objects.all().delete()
    make_items(desk.queue, desk.account, [f"Post {number}" for number in range(10_000)])
    EditSession.objects.all().delete()
    desk.session = session_open(queue=desk.queue, actor=desk.ana, now=NOW)
    keys = [entry[0] for entry in desk.session.cycle["items"]]
    desk.do(item_move, keys=keys[5000:5100], place="top")
    found = preview(desk.session, start=NOW, end=NOW + timedelta(days=31), now=NOW)
    assert found.tally[ChangeKind.MOVED] == 62
