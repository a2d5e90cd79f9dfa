"""Looking at posts once more before they are due: a day ahead, and an hour."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _

from planner.composing import composition_of
from planner.models import Post, PostCheck, PostQuerySet, PostStatus
from planner.models.post_check import CHECKED, CheckKind, Told
from planner.networks import Finding, Level, check
from planner.services.post_gate import account_facts, content_of
from planner.services.post_reach import Reach, reach

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
AGAIN = timedelta(minutes=10)  # until something bad is looked at anew, to see whether it has been put right
LEASE = timedelta(minutes=3)  # above the hard limit of the task
MOST = 60  # posts in one round of a minute: foreign servers must not hold every worker
KEPT = timedelta(days=30)


def posts_to_check(now: datetime) -> PostQuerySet:
    """Posts within a day of their time that have not been looked at for the stage they are in, or not since they
    changed, or not for a while since something was found; those that are due first, first."""
    held = Q(due_check__checked_at__isnull=False)
    news = (
        ~held
        | (held & ~Q(due_check__fingerprint=F("fingerprint")))
        | Q(due_check__kind=CheckKind.DAY, scheduled_at__lte=now + HOUR)
        | Q(due_check__ok=False, due_check__checked_at__lte=now - AGAIN)
    )
    free = Q(due_check__claimed_at=None) | Q(due_check__claimed_at__lte=now - LEASE)
    # A post that waits is listed under its time, and display_at is what the index holds.
    soon = Post.objects.present().filter(status__in=CHECKED, display_at__gt=now, display_at__lte=now + DAY)
    due = soon.filter(news, free, scheduled_at__gt=now, scheduled_at__lte=now + DAY, deleting_at=None)
    return due.filter(location__is_active=True, location__gone_at=None).order_by("display_at", "pk")


def post_checks_claim(*, now: datetime) -> tuple[str, list[int]]:
    """Take the posts to look at now; the claim, and their keys. Of two beats that ask at once one gets each post.
    Four queries."""
    wanted = list(posts_to_check(now).values_list("pk", flat=True)[:MOST])
    claim = str(uuid.uuid4())
    PostCheck.objects.bulk_create((PostCheck(post_id=pk) for pk in wanted), ignore_conflicts=True)
    free = Q(claimed_at=None) | Q(claimed_at__lte=now - LEASE)
    PostCheck.objects.filter(free, post__in=wanted).update(claim=claim, claimed_at=now)
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
    findings = _findings(post, now)
    taken = held.update(
        kind=CheckKind.HOUR if post.scheduled_at <= now + HOUR else CheckKind.DAY,
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


def _findings(post: Post, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """What stands against the post, a list a language: looked at once, and said in each."""
    seen = reach(composition_of(post))
    told: dict[str, list[dict[str, Any]]] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            told[language] = [asdict(_told(one)) for one in _said(post, seen, now)]
    return told


def _said(post: Post, seen: Reach, now: datetime) -> list[Finding]:
    found = [*_accounts_gone(post), *_approval(post)]
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
