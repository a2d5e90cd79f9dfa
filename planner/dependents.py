"""What the planner has on a connected account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Count, F, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.impact import Dependents, Holding, Impact, depends
from accounts.models import ConnectedAccount, Platform, User
from highlevel.models import Change
from planner.models import PostStatus, PostTarget
from planner.services.post_moving import posts_movable, posts_move, posts_of

COMING = (PostStatus.SCHEDULED, PostStatus.PENDING, PostStatus.IN_PROGRESS, PostStatus.IN_REVIEW)
GOING_OUT = (PostStatus.PENDING, PostStatus.IN_PROGRESS)


class Posts(Dependents):
    """Posts that are to go out on an account."""

    def impacts(self, accounts: Sequence[ConnectedAccount], now: datetime) -> Mapping[int, Impact]:
        at = F("post__scheduled_at")
        broken = Q(account__is_expired=True) | Q(account__missing_permission=True) | Q(account__expires_at__lte=at)
        found = (
            PostTarget.objects.filter(account__in=[account.pk for account in accounts])
            .exclude(status=PostStatus.DELETED)
            .filter(post__gone_at=None, post__status__in=COMING, post__scheduled_at__gte=now)
            .order_by()
            .values_list("account")
            .annotate(
                planned=Count("post", distinct=True),
                first_at=Min(at),
                at_risk=Count("post", distinct=True, filter=broken),
                risk_at=Min(at, filter=broken),
            )
        )
        return {account: Impact(*figures) for account, *figures in found}

    def holdings(self, account: ConnectedAccount, now: datetime) -> list[Holding]:
        coming = Q(status__in=(PostStatus.SCHEDULED, PostStatus.IN_REVIEW))
        kinds = {
            "scheduled": coming & Q(scheduled_at__gt=now),
            "late": coming & ~Q(scheduled_at__gt=now),
            "going": Q(status__in=GOING_OUT),
            "draft": Q(status=PostStatus.DRAFT),
        }
        numbers = posts_of(account).aggregate(**{name: Count("pk", filter=which) for name, which in kinds.items()})
        movable = posts_movable(account, now).aggregate(
            **{name: Count("pk", filter=which) for name, which in kinds.items()}
        )
        return [
            Holding(
                self._label(name, number),
                number,
                movable[name],
                self._why_not(name, account),
                self._address(name, account),
            )
            for name, number in numbers.items()
            if number
        ]

    def move(self, account: ConnectedAccount, to: ConnectedAccount, actor: User, now: datetime) -> list[Change]:
        return posts_move(account=account, to=to, actor=actor, now=now)

    def _label(self, name: str, number: int) -> str:
        about = {"number": number}
        if name == "scheduled":
            return ngettext("%(number)d scheduled post", "%(number)d scheduled posts", number) % about
        if name == "late":
            return ngettext("%(number)d overdue post", "%(number)d overdue posts", number) % about
        if name == "going":
            return ngettext("%(number)d post on its way out", "%(number)d posts on their way out", number) % about
        return ngettext("%(number)d draft", "%(number)d drafts", number) % about

    def _why_not(self, name: str, account: ConnectedAccount) -> str:
        if name == "late":
            return _("HighLevel changes nothing whose date has passed.")
        if name == "going":
            return _("HighLevel changes nothing that is going out already.")
        if account.platform == Platform.PINTEREST and name != "draft":
            return _("A pin needs a board of its new account, which has to be chosen in HighLevel.")
        return _("They have no row in HighLevel yet.")

    def _address(self, name: str, account: ConnectedAccount) -> str:
        states = {"draft": ("draft",), "going": ("pending", "in_progress")}.get(name, ("scheduled", "in_review"))
        chosen = "".join(f"&status={state}" for state in states)
        return f"{reverse('planner:post_list')}?location={account.location_id}&account={account.pk}{chosen}&sort=oldest"


depends(Posts())
