"""What category queues have on a connected account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Count, F, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.impact import Dependents, Feed, Holding, Impact, depends
from accounts.models import ConnectedAccount, User
from highlevel.models import Change
from highlevel.models.mirrored import MirroredQuerySet
from queues.models import QueueItem, QueueStatus

LIVING = (QueueStatus.ACTIVE, QueueStatus.PAUSED, QueueStatus.DRAFT)


class Queues(Dependents):
    """Queues with items that go out on an account, or would if the queue was active."""

    def impacts(self, accounts: Sequence[ConnectedAccount], now: datetime) -> Mapping[int, Impact]:
        broken = (
            Q(accounts__is_expired=True)
            | Q(accounts__missing_permission=True)
            | Q(accounts__expires_at__lte=F("scheduled_at"))
        )
        found = (
            _items(accounts)
            .values_list("accounts", "queue", "queue__category__name", "queue__category_remote_id", "queue__status")
            .annotate(next_at=Min("scheduled_at", filter=_dated(now)))
            .annotate(risk_at=Min("scheduled_at", filter=_dated(now) & broken))
            .order_by("queue__category__name", "queue")
        )
        feeds: dict[int, list[Feed]] = defaultdict(list)
        for account, _queue, name, remote_id, status, next_at, risk_at in found:
            feeds[account].append(Feed(name or remote_id, _state(status), next_at, risk_at))
        return {account: Impact(feeds=tuple(held)) for account, held in feeds.items()}

    def holdings(self, account: ConnectedAccount, now: datetime) -> list[Holding]:
        found = (
            _items([account])
            .values_list("queue", "queue__category__name", "queue__category_remote_id", "queue__status")
            .annotate(number=Count("pk"), next_at=Min("scheduled_at", filter=_dated(now)))
            .order_by("queue__category__name", "queue")
        )
        holdings = []
        for _queue, name, remote_id, status, number, next_at in found:
            about = {"number": number, "name": name or remote_id}
            label = (
                ngettext("%(number)d post of the queue %(name)s", "%(number)d posts of the queue %(name)s", number)
                % about
            )
            words = Feed(label, _state(status), next_at).words(account.location)
            why_not = _("Queue posts stay with the account; edit them in the queue to move them.")
            holdings.append(Holding(words, number, 0, why_not, ""))
        return holdings

    def move(self, account: ConnectedAccount, to: ConnectedAccount, actor: User, now: datetime) -> list[Change]:
        """Nothing: which item goes where is for the editor of the queue to decide."""
        return []


def _items(accounts: Sequence[ConnectedAccount]) -> MirroredQuerySet[QueueItem]:
    """What is in a queue that is there, for any of these accounts."""
    present = QueueItem.objects.present().filter(queue__gone_at=None, queue__status__in=LIVING)
    return present.filter(accounts__in=[account.pk for account in accounts])


def _dated(now: datetime) -> Q:
    return Q(queue__status=QueueStatus.ACTIVE, is_skipped=False, scheduled_at__gte=now)


def _state(status: str) -> str:
    """The state in words; nothing for a queue that runs."""
    return "" if status == QueueStatus.ACTIVE else str(QueueStatus(status).label)


depends(Queues())
