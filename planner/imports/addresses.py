"""What speaks against addresses in the cells of a file; a row's media are fetched later, one by one."""

from __future__ import annotations

import re

from planner.fetching import BadAddress, PrivateAddress, judge, trusted_origins
from planner.imports.problems import Problem, problem
from planner.networks.rules_addresses import on_drive
from planner.remote import MIME_BY_ENDING, ending_of

SEVERAL = re.compile(r"[\s,;|]https?://", re.IGNORECASE)


def media_problem(url: str, column: str, *, mark: str = "#") -> Problem | None:
    """What speaks against fetching a file from there: HighLevel wants https and the public internet. `mark` stands
    between the entries of a list."""
    if SEVERAL.search(url):
        return problem("media_several", column, url, mark=mark)
    found = judge(url, trusted=trusted_origins())
    if found is not None:
        return problem("media_private" if isinstance(found, PrivateAddress) else "media_not_https", column, url)
    return problem("drive_link", column, url) if on_drive(url) else None


def page_problem(url: str, column: str) -> Problem | None:
    """What speaks against linking to a page."""
    found = judge(url, trusted=trusted_origins(), plain=True)
    return problem("url", column, url) if isinstance(found, BadAddress) else None


def mime_by_address(url: str, family: str) -> str:
    """The MIME type that the ending of the address names, else HighLevel's word for the family (image, gif, video)."""
    return MIME_BY_ENDING.get(ending_of(url), "") or family
