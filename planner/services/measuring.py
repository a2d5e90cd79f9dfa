"""What the file at an address is, measured by a worker while somebody composes a post with it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.core.cache import cache
from kombu.exceptions import OperationalError
from redis import RedisError

from accounts.models import User
from accounts.services.people_throttle import attempt_allowed
from planner.fetching import FetchProblem, judge, trusted_origins
from planner.probing import Facts, ProbeProblem, probe_url
from planner.probing.remote import PROBLEMS, digest_of

logger = logging.getLogger(__name__)

KEPT = 3600  # seconds for which an answer serves
RESTS = 120  # seconds after a problem until the address may be looked at anew; the problem stands meanwhile
ASKED_FOR = 90  # seconds after which a worker that has not answered is taken for dead
MOST, WITHIN = 60, timedelta(minutes=1)  # addresses that one person can have looked at


class Measuring(StrEnum):
    """How far the look at a file is. NOBODY: nobody has asked, or whoever did was not answered."""

    NOBODY = "nobody"
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Measured:
    """Where the look at a file stands; `facts` when it is DONE, `problem` when it FAILED."""

    state: Measuring
    facts: Facts | None = None
    problem: FetchProblem | ProbeProblem | None = None


def media_measure(url: str) -> None:
    """Look at a file and keep what it is, or why it cannot be used. It may take most of a minute: for workers. A second
    call within the minute asks nobody."""
    told: dict[str, object]
    try:
        told, rests = {"facts": probe_url(url).to_json()}, KEPT
    except (FetchProblem, ProbeProblem) as problem:
        told, rests = {"problem": problem.code}, RESTS
    digest = digest_of(url)
    cache.set(f"measured:kept:{digest}", told, KEPT)
    cache.set(f"measured:asked:{digest}", 1, rests)


def media_measure_ask(urls: Iterable[str], *, person: User) -> None:
    """Have workers look at these addresses, but for those that are known or under way, that speak against themselves
    already, or that are too many for the person. Without Redis nobody is asked: writing does not depend on it."""
    try:
        _ask(urls, person)
    except (RedisError, OperationalError) as error:
        logger.warning("Files are not measured now: %s", error)


def _ask(urls: Iterable[str], person: User) -> None:
    trusted = trusted_origins()
    for url in dict.fromkeys(urls):
        asked = f"measured:asked:{digest_of(url)}"
        if cache.get(asked) or judge(url, trusted=trusted) is not None:
            continue
        if not attempt_allowed("measure", str(person.pk), most=MOST, within=WITHIN):
            return
        if cache.add(asked, 1, ASKED_FOR):
            from planner.tasks import media_measure_task

            media_measure_task.apply_async((url,), expires=ASKED_FOR, retry=False)


def media_measured(urls: Iterable[str]) -> dict[str, Measured]:
    """Where the look at each of these addresses stands; asks nobody, and knows of none without Redis."""
    digests = {url: digest_of(url) for url in urls}
    if not digests:
        return {}
    keys = [f"measured:{kind}:{digest}" for digest in digests.values() for kind in ("kept", "asked")]
    try:
        held = cache.get_many(keys)
    except RedisError:
        held = {}
    return {
        url: _told(held.get(f"measured:kept:{digest}"), f"measured:asked:{digest}" in held)
        for url, digest in digests.items()
    }


def _told(kept: dict[str, object] | None, asked: bool) -> Measured:
    if kept is None:
        return Measured(Measuring.PENDING if asked else Measuring.NOBODY)
    if "problem" in kept:
        return Measured(Measuring.FAILED, problem=PROBLEMS[str(kept["problem"])]())
    return Measured(Measuring.DONE, facts=Facts.from_json(kept["facts"]))  # type: ignore[arg-type]
