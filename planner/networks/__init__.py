"""What every network allows, and the check of a post against it."""

from planner.networks.browser import for_browser
from planner.networks.content import AccountFacts, Content, MediaFacts
from planner.networks.counting import Count, count, hashtags, mentions
from planner.networks.findings import Code, Finding, Level
from planner.networks.validator import check

__all__ = [
    "AccountFacts",
    "Code",
    "Content",
    "Count",
    "Finding",
    "Level",
    "MediaFacts",
    "check",
    "count",
    "for_browser",
    "hashtags",
    "mentions",
]
