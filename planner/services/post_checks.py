"""Looking at posts once more before they are due: a day ahead, and an hour; at files that nobody measured, soon."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from planner.composing import composition_of
from planner.models import Media, Post, PostCheck, PostQuerySet, PostStatus
from planner.models.post_check import CHECKED, CheckKind, Told
from planner.networks import Finding, Level, check
from planner.networks.content import UPLOAD
from planner.services.post_gate import account_facts, content_of
from planner.services.post_reach import Reach, reach

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
AGAIN = timedelta(minutes=10)  # until something bad is looked at anew, to see whether it has been put right
EARLY_AGAIN = timedelta(hours=1)  # the same for a post that is more than a day ahead
LEASE = timedelta(minutes=3)  # above the hard limit of the task
MOST = 60  # posts in one round of a minute: foreign servers must not hold every worker
MOST_EARLY = 10  # of them further ahead, however many are near
KEPT = timedelta(days=30)


def posts_to_check(now: datetime) -> PostQuerySet:
    """Posts within a day of their time that have not been looked at for the stage they are in, or not since they
    changed, or not for a while since something was found; those that are due first, first."""
    held = Q(due_check__checked_at__isnull=False)
    news = (
        ~held
        | (held & ~Q(due_check__fingerprint=F("fingerprint")))
        | Q(due_check__kind=CheckKind.WRITTEN)
        | Q(due_check__kind=CheckKind.DAY, scheduled_at__lte=now + HOUR)
        | Q(due_check__ok=False, due_check__checked_at__lte=now - AGAIN)
    )
    # A post that waits is listed under its time, and display_at is what the index holds.
    soon = Post.objects.present().filter(status__in=CHECKED, display_at__gt=now, display_at__lte=now + DAY)
    soon = soon.filter(scheduled_at__gt=now, scheduled_at__lte=now + DAY, deleting_at=None)
    due = soon.filter(news, _free("due_check__", now))
    return due.filter(location__is_active=True, location__gone_at=None).order_by("display_at", "pk")


def post_checks_plan(*, posts: Iterable[Post], now: datetime) -> None:
    """Have the files of posts that were just written looked at soon, where nobody has measured them and the posts are
    more than a day ahead; those that are nearer are looked at anyway. Two queries."""
    ahead = [post for post in posts if post.status in CHECKED and post.scheduled_at and post.scheduled_at > now + DAY]
    unmeasured = Media.objects.filter(post__in=ahead, facts={}).exclude(url__startswith=UPLOAD)
    wanted = unmeasured.values_list("post", flat=True).distinct()
    PostCheck.objects.bulk_create(
        [PostCheck(post_id=pk, kind=CheckKind.WRITTEN) for pk in wanted],
        update_conflicts=True,
        unique_fields=["post"],
        update_fields=["kind", "checked_at", "claim", "claimed_at"],
    )


def checks_of_written(now: datetime) -> QuerySet[PostCheck]:
    """Looks at posts more than a day ahead that were planned, or found something an hour ago."""
    due = Q(checked_at=None) | Q(ok=False, checked_at__lte=now - EARLY_AGAIN)
    ahead = PostCheck.objects.filter(due, kind=CheckKind.WRITTEN, post__scheduled_at__gt=now + DAY)
    there = ahead.filter(post__status__in=CHECKED, post__gone_at=None, post__deleting_at=None)
    return there.filter(post__location__is_active=True, post__location__gone_at=None).order_by("checked_at", "pk")


def post_checks_claim(*, now: datetime) -> tuple[str, list[int]]:
    """Take the posts to look at now; the claim, and their keys. Of two beats that ask at once one gets each post.
    Five queries."""
    wanted = list(posts_to_check(now).values_list("pk", flat=True)[:MOST])
    early = checks_of_written(now).filter(_free("", now)).values_list("post", flat=True)
    wanted += early[: max(MOST - len(wanted), MOST_EARLY)]
    claim = str(uuid.uuid4())
    PostCheck.objects.bulk_create((PostCheck(post_id=pk) for pk in wanted), ignore_conflicts=True)
    PostCheck.objects.filter(_free("", now), post__in=wanted).update(claim=claim, claimed_at=now)
    return claim, list(PostCheck.objects.filter(claim=claim).order_by("pk").values_list("post", flat=True))


def post_check_before_due(*, post_id: int, claim: str, now: datetime) -> PostCheck | None:
    """Look at a post that was claimed, and keep what was found; None when there is nothing to look at any more, or
    somebody else has taken it. Never call it inside a transaction: it waits for foreign servers."""
    held = PostCheck.objects.filter(post=post_id, claim=claim)
    post = (
        Post.objects.present()
        .filter(pk=post_id, due_check__claim=claim, status__in=CHECKED, scheduled_at__gt=now)
        .select_related("location", "category")
        .defer("remote", "location__remote", "category__remote")
        .prefetch_related("targets__account", "media", "tags")
        .first()
    )
    if post is None or post.scheduled_at is None:
        held.update(claim="", claimed_at=None)
        return None
    kind = _kind(post.scheduled_at, now)
    findings = _findings(post, kind, now)
    taken = held.update(
        kind=kind,
        fingerprint=post.fingerprint,
        checked_at=now,
        ok=not any(one["level"] == Level.ERROR for one in findings[settings.LANGUAGE_CODE]),
        findings=findings,
        claim="",
        claimed_at=None,
    )
    return PostCheck.objects.get(post=post_id) if taken else None


def post_checks_clean(*, now: datetime) -> int:
    """Forget what was found long ago; returns how many."""
    deleted, _models = PostCheck.objects.filter(checked_at__lt=now - KEPT).delete()
    return deleted


def _free(prefix: str, now: datetime) -> Q:
    """Checks that no living worker has."""
    return Q(**{f"{prefix}claimed_at": None}) | Q(**{f"{prefix}claimed_at__lte": now - LEASE})


def _kind(at: datetime, now: datetime) -> CheckKind:
    if at > now + DAY:
        return CheckKind.WRITTEN
    return CheckKind.HOUR if at <= now + HOUR else CheckKind.DAY


def _findings(post: Post, kind: CheckKind, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """What stands against the post, a list a language: looked at once, and said in each."""
    # More than a day ahead a page may not be online yet, and nobody need have approved it.
    early = kind == CheckKind.WRITTEN
    seen = reach(composition_of(post), links=not early)
    told: dict[str, list[dict[str, Any]]] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            told[language] = [asdict(_told(one)) for one in _said(post, seen, early, now)]
    return told


def _said(post: Post, seen: Reach, early: bool, now: datetime) -> list[Finding]:
    found = [*_accounts_gone(post), *([] if early else _approval(post))]
    found += [Finding(Level.ERROR, one.code, one.field, "", str(one.sentence)) for one in seen.troubles]
    accounts = [account_facts(account, now) for account in seen.composition.accounts]
    # Warnings were there to be read when the post was written, and it was sent all the same.
    found += [one for one in check(content_of(seen.composition), accounts, now=now) if one.is_error]
    return list(dict.fromkeys(found))


def _accounts_gone(post: Post) -> list[Finding]:
    for target in post.targets.all():
        if target.status == PostStatus.DELETED or (target.account is not None and target.account.gone_at is None):
            continue
        words = _("An account of the post is not connected any more. Connect it again, or take it out of the post.")
        return [Finding(Level.ERROR, "account_gone", "accounts", "", words)]
    return []


def _approval(post: Post) -> list[Finding]:
    if post.approval_status == "rejected":
        words = _("The post was not approved, so HighLevel does not publish it. Change it and ask again.")
    elif post.status == PostStatus.IN_REVIEW:
        words = _("Nobody has approved the post yet, and HighLevel does not publish it before.")
    else:
        return []
    return [Finding(Level.ERROR, f"approval_{post.approval_status or 'pending'}"[:40], "approver", "", words)]


def _told(finding: Finding) -> Told:
    return Told(finding.level.value, finding.field, finding.network, finding.sentence)
