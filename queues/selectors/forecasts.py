"""What a queue, or a draft of it, will run into in the coming 90 days."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models.functions import Left

from accounts.models import ConnectedAccount
from planner.models import PostStatus, PostTarget
from queues.content import ACCOUNTS, TEXT
from queues.drafts import cycle_read, live_base, schedule_of
from queues.forecast import HORIZON, Forecast, forecast
from queues.models import CategoryQueue, DraftItem, EditSession, QueueItem, QueueStatus
from queues.schedule import Cycle, CycleItem

EXCERPT = 80  # characters of a text that is spoken of
APART = timedelta(minutes=15)  # two posts on one account nearer than this collide
COMING = (PostStatus.SCHEDULED, PostStatus.IN_REVIEW, PostStatus.PENDING, PostStatus.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class QueueForecast:
    """A forecast with what it speaks of: accounts by HighLevel's id, and the beginnings of texts by item key."""

    forecast: Forecast
    accounts: Mapping[str, ConnectedAccount]
    texts: Mapping[str, str]


def queue_forecast(
    queue: CategoryQueue, *, now: datetime, session: EditSession | None = None, horizon: timedelta = HORIZON
) -> QueueForecast:
    """What the live queue will run into, or with a session its draft, as if it ran.

    Queries: items, what the draft changed, accounts, their other posts, the other queues of the location and their
    items, and the texts that are spoken of.
    """
    cycle = cycle_read(session.cycle) if session is not None else live_base(queue).cycle
    named = _accounts_of_items(queue, session)
    cycle = _with_last_out(cycle, named)
    accounts = {account.remote_id: account for account in _accounts(queue)}
    start, end = now, now + horizon
    found = forecast(
        schedule_of(queue, cycle, now=now, as_if_active=session is not None),
        accounts={key: names for key, (names, _last_out) in named.items()},
        posts=[*_posts(queue, start, end), *_other_queues(queue, start, end, now)],
        expiries={name: account.expires_at for name, account in accounts.items() if account.expires_at is not None},
        returns_within=timedelta(days=queue.returns_within_days),
        apart=APART,
        horizon=horizon,
    )
    return QueueForecast(found, accounts, _texts(found, session))


def _accounts_of_items(
    queue: CategoryQueue, session: EditSession | None
) -> dict[str, tuple[list[str], datetime | None]]:
    rows = QueueItem.objects.filter(queue=queue).values_list("pk", "account_remote_ids", "last_out_at")
    found: dict[str, tuple[list[str], datetime | None]] = {
        str(pk): (list(names), last_out) for pk, names, last_out in rows
    }
    if session is not None:
        for item in DraftItem.objects.filter(session=session).only("key", "source_id", "edits"):
            source = found.get(str(item.source_id), ([], None))
            found[item.key] = (list(item.edits.get(ACCOUNTS) or source[0]), found.get(item.key, ([], None))[1])
    return found


def _with_last_out(cycle: Cycle, named: Mapping[str, tuple[list[str], datetime | None]]) -> Cycle:
    def known(item: CycleItem) -> CycleItem:
        return item._replace(last_out=named[item.key][1]) if item.key in named else item

    return Cycle(tuple(known(item) for item in cycle.items), cycle.cursor)


def _accounts(queue: CategoryQueue) -> Collection[ConnectedAccount]:
    return list(ConnectedAccount.objects.present().filter(location=queue.location_id).defer("remote"))


def _posts(queue: CategoryQueue, start: datetime, end: datetime) -> list[tuple[str, datetime]]:
    """Other posts of the location, without the one that the queue has scheduled itself."""
    rows = PostTarget.objects.filter(
        post__location=queue.location_id,
        post__gone_at=None,
        post__status__in=COMING,
        post__display_at__gte=start,
        post__display_at__lt=end,
    )
    if queue.current_post_remote_id:
        rows = rows.exclude(post__remote_id=queue.current_post_remote_id)
    return [(name, at) for name, at in rows.values_list("account_remote_id", "post__display_at")]


def _other_queues(
    queue: CategoryQueue, start: datetime, end: datetime, now: datetime
) -> Iterator[tuple[str, datetime]]:
    """What the other queues of the location will publish, past the post that each has scheduled already."""
    others = list(
        CategoryQueue.objects.present()
        .filter(location=queue.location_id, status=QueueStatus.ACTIVE)
        .exclude(pk=queue.pk)
        .defer("remote")
    )
    items: dict[int, list[CycleItem]] = {other.pk: [] for other in others}
    named: dict[str, list[str]] = {}
    rows = QueueItem.objects.present().filter(queue__in=items).order_by("order", "scheduled_at", "pk")
    for pk, of, order, names in rows.values_list("pk", "queue", "order", "account_remote_ids"):
        items[of].append(CycleItem(str(pk), order))
        named[str(pk)] = names
    for other in others:
        other.location = queue.location
        cycle = Cycle.read(items[other.pk], other.current_order)
        outings = schedule_of(other, cycle, now=now).between(start, end)
        first = True
        for outing in outings:
            if outing.skipped:
                continue
            # The first is a scheduled post by now, which is among the posts.
            if not (first and other.current_post_remote_id):
                yield from ((name, outing.at) for name in named[outing.key])
            first = False


def _texts(found: Forecast, session: EditSession | None) -> dict[str, str]:
    keys = {one.outing.key for one in found.returns} | {one.outing.key for one in found.collisions}
    keys |= {one.outing.key for one in found.expiries} | {one.outing.key for one in found.clock_touches}
    rows = QueueItem.objects.filter(pk__in=[int(key) for key in keys if key.isdigit()])
    texts = dict(rows.annotate(beginning=Left("text", EXCERPT)).values_list("pk", "beginning"))
    said = {str(pk): text for pk, text in texts.items()}
    if session is not None:
        drafts = DraftItem.objects.filter(session=session, key__in=keys).values_list("key", "edits", "source__text")
        said |= {key: str(edits.get(TEXT) or text or "")[:EXCERPT] for key, edits, text in drafts}
    return said
