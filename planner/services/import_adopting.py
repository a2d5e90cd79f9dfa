"""Posts of rows that failed only in part: who asks for one once more takes it over, so that nothing is sent twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef

from highlevel.models import Change
from highlevel.models.change import ChangeState
from planner.composing import Composition, siblings
from planner.imports.places import Place
from planner.imports.plans import Plan, compositions
from planner.models import Post, PostStatus, PostTarget
from planner.models.csv_import import LINKS, CsvImport, CsvRow, ImportEngine, RowState
from planner.outbox.subjects import KIND, POST_CREATE

ENDED = (ChangeState.REFUSED, ChangeState.CANCELLED)

Key = tuple[int, datetime | None, str, frozenset[int]]
"""What tells two posts apart, as the outbox looks for them: location, instant, text, accounts."""


def parts_of(plan: Plan, place: Place) -> list[Composition]:
    """The posts that a plan asks for, each as HighLevel will know it. Raises LookupError as `compositions` does."""
    return [part for composition in compositions(plan, place) for part in siblings(composition)]


def key_of(part: Composition) -> Key:
    return part.location.pk, part.scheduled_at, part.text, frozenset(account.pk for account in part.accounts)


def posts_there(plans: Iterable[Plan]) -> dict[Key, int]:
    """The posts of failed rows that HighLevel has or may yet get, at the places and times of these plans, by what they
    say; each is for one row only. One query where no row has failed, else up to five."""
    dated = [plan for plan in plans if plan["at"]]
    with_failed = CsvImport.objects.filter(engine=ImportEngine.OUTBOX, counts__has_key=RowState.FAILED).order_by()
    if not dated or not with_failed.exists():
        return {}
    instants = {datetime.fromisoformat(plan["at"]) for plan in dated}
    near = Post.objects.filter(location__in={plan["location"] for plan in dated}, display_at__in=instants)
    alive = near.filter(gone_at=None, deleting_at=None).exclude(status=PostStatus.DELETED).order_by()
    # Asked for the posts first: a database that joins them with the failed rows begins with all of these.
    seen = {row[0]: row for row in alive.values_list("pk", "remote_id", "location", "scheduled_at", "text")}
    failed = LINKS.filter(post__in=list(seen), csvrow__state=RowState.FAILED).values_list("post", flat=True)
    held = [seen[post] for post in failed] if seen else []
    if not held:
        return {}
    lost = ended_creations([post for post, remote_id, *_about in held if not remote_id])
    accounts: dict[int, set[int]] = {}
    for post, account in PostTarget.objects.filter(post__in=[row[0] for row in held]).values_list("post", "account"):
        if account is not None:
            accounts.setdefault(post, set()).add(account)
    return {
        (place, at, text, frozenset(accounts.get(post, ()))): post
        for post, _remote_id, place, at, text in held
        if post not in lost
    }


def posts_adopt(pairs: Sequence[tuple[CsvRow, int]]) -> None:
    """Make posts of failed rows those of the rows that have asked for them again."""
    for row, post in pairs:
        LINKS.filter(post=post, csvrow__state=RowState.FAILED).update(csvrow=row.pk)


def ended_creations(posts: Sequence[int]) -> dict[int, Change]:
    """The latest creation of each of these posts where HighLevel will not get it, by the post's key. One query."""
    subjects = {f"{KIND}:{post}": post for post in posts}
    creations = Change.objects.filter(operation=POST_CREATE)
    later = creations.filter(subject=OuterRef("subject"), pk__gt=OuterRef("pk"))
    ended = creations.filter(subject__in=list(subjects), state__in=ENDED).exclude(Exists(later))
    return {subjects[one.subject]: one for one in ended.only("subject", "state", "error_code", "error_detail")}
