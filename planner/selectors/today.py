"""The Today page: what goes out, what needs a person, which accounts are about to fail."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from operator import or_

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
    When,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce, Left

from accounts.models import ConnectedAccount
from accounts.models.connected_account import EXPIRES_SOON
from accounts.scope import Scope
from accounts.zones import zone_named
from planner.models import Post, PostQuerySet, PostStatus, PostTarget
from planner.models.post_check import CHECKED
from planner.selectors.post_lines import GRACE, WAITING, Result, Trouble, result, troubles

BEFORE_NOW, IN_ALL = 6, 20  # lines of the day's list
NEEDS, ACCOUNTS = 6, 6  # lines of the other lists
FAILURES_FROM = timedelta(days=7)
EXCERPT = 160  # characters
NOT_GOING_OUT = (PostStatus.DRAFT, PostStatus.DELETED)
BULKY = ("text", "remote", "details", "follow_up_comment", "location__remote")


@dataclass(frozen=True, slots=True)
class Line:
    """A post as Today shows it. `text` is its beginning."""

    post: Post
    text: str
    results: tuple[Result, ...]
    troubles: tuple[Trouble, ...]
    late: bool


@dataclass(frozen=True, slots=True)
class GoingOut:
    """The day's posts around now; `total` counts the whole day, `first` and `last` are the days it spans over zones."""

    before: list[Line]
    after: list[Line]
    total: int
    first: date
    last: date

    @property
    def shown(self) -> int:
        return len(self.before) + len(self.after)


@dataclass(frozen=True, slots=True)
class Lines:
    """The first of `total` posts."""

    shown: list[Line]
    total: int


@dataclass(frozen=True, slots=True)
class Endangered:
    """The first of `total` posts that are coming up and of which the check before due found something, with it."""

    shown: list[tuple[Post, str, str]]
    total: int


@dataclass(frozen=True, slots=True)
class AccountAtRisk:
    """An account that has to be reconnected, and how many posts will fail if nobody does. `days` until it expires."""

    account: ConnectedAccount
    health: str
    posts: int
    days: int | None


@dataclass(frozen=True, slots=True)
class AccountsAtRisk:
    """The most urgent of `total` accounts."""

    shown: list[AccountAtRisk]
    total: int


@dataclass(frozen=True, slots=True)
class Today:
    going_out: GoingOut
    overdue: Lines
    failed: Lines
    endangered: Endangered
    accounts: AccountsAtRisk

    @property
    def needs(self) -> int:
        """How many posts wait for a person."""
        return self.overdue.total + self.failed.total + self.endangered.total


def today_page(scope: Scope, *, now: datetime) -> Today:
    """Everything on Today at the aware instant `now`, in ten queries whatever the number of rows.

    Queries: zones; the day before now; the day after now; overdue; failed; endangered; the numbers of these;
    results of all of these with their accounts; accounts at risk with their number.
    """
    posts = Post.objects.present().filter(location__in=scope.locations())
    days = _days(scope, now)
    of_today = posts.exclude(status__in=NOT_GOING_OUT).filter(_within(days))
    before = list(_light(of_today.filter(display_at__lt=now)).order_by("-display_at", "-pk")[:IN_ALL])
    after = list(_light(of_today.filter(display_at__gte=now)).order_by("display_at", "pk")[:IN_ALL])
    before = before[: max(BEFORE_NOW, IN_ALL - len(after))][::-1]
    after = after[: IN_ALL - len(before)]
    overdue, failed = _overdue(posts, now), _failed(posts, now)
    late = list(_light(overdue).order_by("-display_at", "-pk")[:NEEDS])
    wrong = list(_light(failed).order_by("-display_at", "-pk")[:NEEDS])
    endangered = _endangered(posts, now)
    coming = list(_light(endangered).select_related("due_check").order_by("display_at", "pk")[:NEEDS])
    numbers = posts.aggregate(
        today=Count("pk", filter=Q(pk__in=of_today.values("pk"))),
        overdue=Count("pk", filter=Q(pk__in=overdue.values("pk"))),
        failed=Count("pk", filter=Q(pk__in=failed.values("pk"))),
        endangered=Count("pk", filter=Q(pk__in=endangered.values("pk"))),
    )
    _add_results([*before, *after, *late, *wrong])
    return Today(
        GoingOut(
            [_line(post, now) for post in before],
            [_line(post, now) for post in after],
            numbers["today"],
            min(days.values(), default=now.date()),
            max(days.values(), default=now.date()),
        ),
        Lines([_line(post, now) for post in late], numbers["overdue"]),
        Lines([_line(post, now) for post in wrong], numbers["failed"]),
        Endangered([(post, *_danger(post)) for post in coming], numbers["endangered"]),
        accounts_at_risk(scope, now=now),
    )


def next_post(scope: Scope, *, now: datetime) -> Post | None:
    """The next post that goes out, for the page of a day without any."""
    coming = Post.objects.present().filter(location__in=scope.locations(), status__in=WAITING, display_at__gte=now)
    return coming.select_related("location").defer(*BULKY).order_by("display_at", "pk").first()


def accounts_at_risk(scope: Scope, *, now: datetime) -> AccountsAtRisk:
    """Accounts that have expired, lack a permission or expire soon: broken ones first, then by posts at risk."""
    broken = Q(is_expired=True) | Q(missing_permission=True) | Q(expires_at__lte=now)
    waiting = (
        PostTarget.objects.filter(
            account=OuterRef("pk"),
            post__gone_at=None,
            post__status__in=(*WAITING, PostStatus.IN_REVIEW),
            post__scheduled_at__gte=OuterRef("fails_from"),
        )
        .order_by()
        .values("account")
        .annotate(number=Count("post", distinct=True))
        .values("number")
    )
    found = ConnectedAccount.objects.filter(location__in=scope.locations(), gone_at=None).filter(
        broken | Q(expires_at__lte=now + EXPIRES_SOON)
    )
    lines = (
        found.annotate(
            fails_from=Case(When(broken, then=Value(now)), default=F("expires_at"), output_field=DateTimeField()),
            posts=Coalesce(Subquery(waiting), 0),
            turn=Case(When(broken, then=0), default=1),
        )
        .select_related("location")
        .defer("remote", "location__remote")
        .order_by("turn", "-posts", "expires_at", "pk")
    )
    shown = [_at_risk(account, now) for account in lines[:ACCOUNTS]]
    return AccountsAtRisk(shown, found.count())


def _at_risk(account: ConnectedAccount, now: datetime) -> AccountAtRisk:
    coming = account.expires_at is not None and account.expires_at > now
    days = (account.expires_at - now).days if coming and account.expires_at else None
    return AccountAtRisk(account, account.health(now), account.posts, days)  # type: ignore[attr-defined]


def _days(scope: Scope, now: datetime) -> dict[str, date]:
    """The date of today in each zone of the locations."""
    zones = scope.locations().order_by().values_list("timezone", flat=True).distinct()
    return {name: now.astimezone(zone_named(name)).date() for name in zones}


def _within(days: dict[str, date]) -> Q:
    """Today in each client's own zone. Zones whose day begins and ends together share a condition.

    The widest stretch around all of them is a condition of its own, so that an index over the date is used.
    """
    clocks: dict[tuple[datetime, datetime], list[str]] = defaultdict(list)
    for name, day in days.items():
        zone = zone_named(name)
        ends = [datetime.combine(day + timedelta(days=more), time.min, zone).astimezone(UTC) for more in (0, 1)]
        clocks[ends[0], ends[1]].append(name)
    if not clocks:
        return Q(pk__in=())
    widest = _between(min(start for start, _ in clocks), max(end for _, end in clocks))
    each = (Q(location__timezone__in=sorted(names)) & _between(*ends) for ends, names in clocks.items())
    return widest & reduce(or_, each)


def _between(start: datetime, end: datetime) -> Q:
    return Q(display_at__gte=start, display_at__lt=end)


def _overdue(posts: PostQuerySet, now: datetime) -> PostQuerySet:
    # A post that waits is listed under its scheduled time, and display_at is what the index holds.
    return posts.overdue(now - GRACE).filter(display_at__lt=now - GRACE)


def _failed(posts: PostQuerySet, now: datetime) -> PostQuerySet:
    """Posts of the last days that failed, as a whole or on one of their accounts."""
    somewhere = Exists(PostTarget.objects.filter(post=OuterRef("pk"), status=PostStatus.FAILED))
    return posts.filter(display_at__gte=now - FAILURES_FROM).filter(Q(status=PostStatus.FAILED) | Q(somewhere))


def _endangered(posts: PostQuerySet, now: datetime) -> PostQuerySet:
    """Posts still to go out whose last check, of what they are now, found something against it."""
    bad = posts.filter(due_check__ok=False, due_check__fingerprint=F("fingerprint"))
    return bad.filter(status__in=CHECKED, scheduled_at__gt=now, display_at__gt=now)


def _danger(post: Post) -> tuple[str, str]:
    """The post's beginning, and the first thing that was found."""
    told = post.due_check.told
    return post.excerpt, told[0].sentence if told else ""  # type: ignore[attr-defined]


def _light(posts: PostQuerySet) -> PostQuerySet:
    return posts.select_related("location").defer(*BULKY).annotate(excerpt=Left("text", EXCERPT))


def _add_results(posts: list[Post]) -> None:
    targets = PostTarget.objects.select_related("account").defer("remote", "account__remote", "account__avatar")
    prefetch_related_objects(posts, Prefetch("targets", targets))


def _line(post: Post, now: datetime) -> Line:
    targets = list(post.targets.all())
    return Line(
        post=post,
        text=post.excerpt,  # type: ignore[attr-defined]
        results=tuple(result(target) for target in targets),
        troubles=tuple(troubles(post, targets)),
        late=post.status in WAITING and post.scheduled_at is not None and post.scheduled_at < now - GRACE,
    )
