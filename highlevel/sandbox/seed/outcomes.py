"""What became of a post: waiting, out, refused by a network, or taken back."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from highlevel.sandbox.seed.audience import Audience
from highlevel.sandbox.seed.corpus import Agency
from highlevel.sandbox.seed.place import Account, Place
from highlevel.sandbox.store import Document

# Chances of what a time in the past, or one to come, has led to.
_PAST = (("out", 0.905), ("draft", 0.035), ("deleted", 0.025), ("in_review", 0.01), ("failed", 0.025))
_AHEAD = (("scheduled", 0.69), ("in_review", 0.12), ("draft", 0.165), ("deleted", 0.025))

WHOLE = ("draft", "in_review")
"""Statuses in which a post on several accounts is still one row."""


@dataclass(frozen=True)
class Result:
    """What one account made of a post."""

    status: str
    error: str = ""


def fate(rng: Random, at: datetime, now: datetime) -> str:
    """A status, or "out" when the accounts decide."""
    options = _PAST if at <= now else _AHEAD
    (name,) = rng.choices([name for name, _ in options], [weight for _, weight in options])
    return name


def results(place: Place, agency: Agency, audience: Audience, fate: str, rng: Random, at: datetime) -> list[Result]:
    """A result for each account of the audience."""
    if fate == "failed":
        return [Result("failed", trouble(agency, audience, account, rng)) for account in audience.accounts]
    if fate in ("in_progress", "pending"):
        # The first account is through already, the others are on their way.
        waiting = [Result(fate) for _ in audience.accounts]
        return [Result("published"), *waiting[1:]] if len(waiting) > 1 else waiting
    if fate != "out":
        return [Result(fate) for _ in audience.accounts]
    by_hand = audience.format == "story" and len(audience.accounts) == 1 and audience.includes("instagram")
    return [_attempt(agency, audience, account, rng, at, by_hand=by_hand) for account in audience.accounts]


def trouble(agency: Agency, audience: Audience, account: Account, rng: Random, kind: str = "") -> str:
    """A text with which the account's network refuses, of that kind or of any that fits."""
    fitting = [
        entry
        for entry in agency.troubles
        if (not kind or entry.kind == kind)
        and (not entry.networks or account.platform in entry.networks)
        and (not entry.needs or audience.medium in entry.needs)
    ]
    return rng.choice(rng.choice(fitting).texts)


def approval(place: Place, agency: Agency, status: str, rng: Random) -> Document:
    """The `postApprovalDetails` of a post with that status; most posts need none."""
    notes = agency.notes
    asked = {"approver": place.approver, "requesterNote": rng.choice(notes["request"])}
    if status == "in_review":
        if rng.random() < 0.15:
            return {**asked, "approverNote": rng.choice(notes["rejected"]), "approvalStatus": "rejected"}
        return {**asked, "approverNote": "", "approvalStatus": "pending"}
    if status in ("scheduled", "published") and rng.random() < 0.15:
        return {**asked, "approverNote": rng.choice(notes["approved"]), "approvalStatus": "approved"}
    return {}


def _attempt(
    agency: Agency, audience: Audience, account: Account, rng: Random, at: datetime, *, by_hand: bool
) -> Result:
    luck = rng.random()
    if account.expired_at(at):
        return Result("failed", trouble(agency, audience, account, rng, "token"))
    if account.state == "limited" and luck < 0.18:
        return Result("failed", trouble(agency, audience, account, rng, "permission"))
    if luck < 0.03:
        return Result("failed", trouble(agency, audience, account, rng))
    return Result("notification_sent" if by_hand else "published")
