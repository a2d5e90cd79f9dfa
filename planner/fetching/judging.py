"""Judging an address without fetching it: nobody is asked, not even a resolver."""

from __future__ import annotations

from highlevel.origin import sandbox_origin
from planner.fetching.places import read_place
from planner.fetching.problems import FetchProblem


def judge(url: str, *, trusted: frozenset[str], plain: bool = False) -> FetchProblem | None:
    """What speaks against an address by itself: BadAddress, NotHttps or PrivateAddress; None when it may be tried.

    `trusted` are origins that may be private and without encryption. `plain` lets http pass, for pages that people
    open; files that HighLevel fetches have to come over https.
    """
    try:
        read_place(url, trusted, plain=plain)
    except FetchProblem as problem:
        return problem
    return None


def trusted_origins() -> frozenset[str]:
    """The origin of the sandbox, where HighLevel is one on this machine; else none."""
    origin = sandbox_origin()
    return frozenset({origin} if origin else ())
