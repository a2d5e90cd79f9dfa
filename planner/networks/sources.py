"""The pages that the numbers are from, by the keys that the table uses."""

from __future__ import annotations

_HELP = "https://help.gohighlevel.com/support/solutions/articles"

SOURCES: dict[str, tuple[str, str]] = {
    "SP3": (
        "HighLevel's OpenAPI document of the Social Planner, v3",
        "https://github.com/GoHighLevel/highlevel-api-docs/blob/main/apps/v3/social-planner-v3.json",
    ),
    "HLIM": ("HighLevel help: content, image and video guidelines", f"{_HELP}/48001210585"),
    "HOLD": (
        "An older copy of the guidelines, December 2024",
        "https://gohighlevelassist.freshdesk.com/support/solutions/articles/48001210585",
    ),
    "HCUS": ("HighLevel help: customising posts", f"{_HELP}/155000000624"),
    "HIGR": ("HighLevel help: Instagram reels", f"{_HELP}/155000000441"),
    "HCOL": ("HighLevel help: Instagram collaborators", f"{_HELP}/155000004966"),
    "HYT": ("HighLevel help: YouTube", f"{_HELP}/155000002838"),
    "HPOLL": ("HighLevel help: LinkedIn polls", f"{_HELP}/155000008045"),
    "HPIN": ("HighLevel help: Pinterest pins", f"{_HELP}/155000002753"),
    "HTHR": ("HighLevel help: Threads", f"{_HELP}/155000006441"),
    "HBSK": ("HighLevel help: Bluesky", f"{_HELP}/155000006442"),
    "HCSV": ("HighLevel help: CSV import", f"{_HELP}/155000005411"),
    "HADV": ("HighLevel help: advanced CSV import", f"{_HELP}/155000005542"),
    "HX": ("HighLevel help: X is removed", f"{_HELP}/155000004342"),
    "I150": (
        "An answer of HighLevel's staff on posting to communities",
        "https://github.com/GoHighLevel/highlevel-api-docs/issues/150",
    ),
    "YTAPI": ("YouTube's own API reference", "https://developers.google.com/youtube/v3/docs/videos"),
}
"""Title and address of each page."""
