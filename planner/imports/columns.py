"""The columns of each kind of file: what they are called, what they hold, and what a sample shows in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from planner.imports.network_columns import NETWORK_COLUMNS


class FileKind(models.TextChoices):
    BASIC = "basic", _("HighLevel, basic")
    ADVANCED = "advanced", _("HighLevel, advanced")
    AGENCY = "agency", _("Agency file")


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is what Rota calls it, `header` how the sample writes it, in `group` where there are two header rows."""

    key: str
    header: str
    hint: Any
    example: str = ""
    group: str = ""
    required: bool = False

    @property
    def label(self) -> str:
        return f"{self.group}: {self.header}" if self.group else self.header


WHEN = "postAtSpecificTime (YYYY-MM-DD HH:mm:ss)"
GENERAL = "All Social"
_WHEN_HINT = _("When it goes out, on the location's clock. Empty for a draft.")
_ONE_KIND = _("Addresses with commas between them. Only one kind of media in a row.")
_TRUTH = _("TRUE or FALSE.")

BASIC = (
    Column("when", WHEN, _WHEN_HINT, "2027-04-05 10:00:00", required=True),
    Column("text", "content", _("What the post says."), "Three things to ask before whitening", required=True),
    Column("link", "link (OGmetaUrl)", _("The page that the preview shows."), "https://example.com/whitening"),
    Column("images", "imageUrls", _ONE_KIND, ""),
    Column("gif", "gifUrl", _("One GIF."), ""),
    Column("videos", "videoUrls", _ONE_KIND, ""),
    Column("thumbnail", "thumbnailUrl", _("The cover of the video."), ""),
)


def _group(name: str, prefix: str, *entries: tuple[str, str, Any, str]) -> tuple[Column, ...]:
    return tuple(Column(prefix + key, header, hint, example, name) for key, header, hint, example in entries)


ADVANCED = (
    Column("when", WHEN, _WHEN_HINT, "2027-04-05 10:00:00", GENERAL, required=True),
    Column("text", "content", _("What the post says."), "Three things to ask before whitening", GENERAL, required=True),
    Column("link", "OGmetaUrl (url)", _("The page that the preview shows."), "", GENERAL),
    Column("images", "imageUrls (comma-separated)", _ONE_KIND, "https://cdn.example.com/1.jpg", GENERAL),
    Column("gif", "gifUrl", _("One GIF."), "", GENERAL),
    Column("videos", "videoUrls (comma-separated)", _ONE_KIND, "", GENERAL),
    Column("thumbnail", "thumbnailUrl", _("The cover of the video."), "", GENERAL),
    Column("optimization", "mediaOptimization (true/false)", _TRUTH, "", GENERAL),
    Column("watermark", "applyWatermark (true/false)", _TRUTH, "false", GENERAL),
    Column("tags", "tags (comma-separated)", _("Tags of the location."), "winter", GENERAL),
    Column("category", "category", _("A category of the location."), "Tips", GENERAL),
    Column("comment", "followUpComment", _("Written under the post once it is out."), "", GENERAL),
    *_group("Facebook", "facebook.", ("type", "type (post/story/reel)", _("What it becomes on Facebook."), "post")),
    *_group("Instagram", "instagram.", ("type", "type (post/story/reel)", _("What it becomes on Instagram."), "post")),
    *_group(
        "LinkedIn",
        "linkedin.",
        ("pdfTitle", "pdfTitle", _("The title of a document."), ""),
        ("postAsPdf", "postAsPdf (true/false)", _("Show the pictures as pages of a document."), ""),
    ),
    *_group(
        "Google (GBP)",
        "google.",
        ("eventType", "eventType (call_to_action/event/offer)", _("What it is on Google."), ""),
        ("actionType", "actionType (none/order/book/shop/learn_more/call/sign_up)", _("The button."), ""),
        ("title", "title", _("The title of an event."), ""),
        ("offerTitle", "offerTitle", _("The title of an offer."), ""),
        ("startDate", "startDate (YYYY-MM-DD HH:mm:ss)", _("When the event or offer begins."), ""),
        ("endDate", "endDate (YYYY-MM-DD HH:mm:ss)", _("When the event or offer ends."), ""),
        ("termsConditions", "termsConditions", _("The address of an offer's terms."), ""),
        ("couponCode", "couponCode", _("The code of an offer."), ""),
        ("redeemOnlineUrl", "redeemOnlineUrl", _("Where an offer is taken up."), ""),
        ("actionUrl", "actionUrl", _("Where the button leads."), ""),
    ),
    *_group(
        "YouTube",
        "youtube.",
        ("title", "title", _("The title of the video."), ""),
        ("privacyLevel", "privacyLevel (private/public/unlisted)", _("Who sees the video."), ""),
        ("type", "type (video/short)", _("What it becomes on YouTube."), ""),
    ),
    *_group(
        "TikTok",
        "tiktok.",
        ("privacyLevel", "privacyLevel (everyone/friends/only_me)", _("Who sees it."), ""),
        ("promoteOtherBrand", "promoteOtherBrand (true/false)", _TRUTH, ""),
        ("enableComment", "enableComment (true/false)", _TRUTH, ""),
        ("enableDuet", "enableDuet (true/false)", _TRUTH, ""),
        ("enableStitch", "enableStitch (true/false)", _TRUTH, ""),
        ("videoDisclosure", "videoDisclosure (true/false)", _TRUTH, ""),
        ("promoteYourBrand", "promoteYourBrand (true/false)", _TRUTH, ""),
    ),
    *_group(
        "Community",
        "community.",
        ("title", "title", _("The title of the post."), ""),
        ("notifyAllGroupMembers", "notifyAllGroupMembers (true/false)", _TRUTH, ""),
    ),
    *_group(
        "Pinterest",
        "pinterest.",
        ("title", "title", _("The title of the pin."), ""),
        ("link", "link", _("Where the pin leads."), ""),
    ),
)

AGENCY = (
    Column("location_id", "teamId", _("The location's id in HighLevel."), "ve9EPM428h8vShlRW1KT"),
    Column("location", "location", _("The location's name, where there is no teamId."), ""),
    Column("title", "title", _("A title for the team. It is not published."), "Whitening, week 14"),
    Column(
        "when", "postDate", _("When it goes out, with an offset or on the location's clock."), "2027-04-05T10:00:00Z"
    ),
    Column("status", "status", _("DRAFT or SCHEDULED."), "SCHEDULED"),
    Column("networks", "socialAccountTypes", _("Networks with commas between them."), "INSTAGRAM,FACEBOOK"),
    Column("accounts", "accounts", _("Accounts by name or id, where a network alone does not say which."), ""),
    Column("text", "text", _("What the post says, where no network has a text of its own."), "Hello world!"),
    Column("media", "mediaUrls", _("Media for every network, with # between them."), ""),
    Column("category", "category", _("A category of the location."), ""),
    Column("tags", "tags", _("Tags of the location, with # between them."), ""),
    Column("comment", "followUpComment", _("Written under the post once it is out."), ""),
    Column("approver", "approver", _("Who approves it first, by name, e-mail or HighLevel id."), ""),
    *(
        Column(f"{network}.{name}", f"{prefix}{name}", hint, example)
        for network, prefix, names in NETWORK_COLUMNS
        for name, hint, example in names
    ),
)

COLUMNS = {FileKind.BASIC: BASIC, FileKind.ADVANCED: ADVANCED, FileKind.AGENCY: AGENCY}
BY_KEY = {kind: {column.key: column for column in columns} for kind, columns in COLUMNS.items()}
HEADER_ROWS = {FileKind.BASIC: 1, FileKind.ADVANCED: 2, FileKind.AGENCY: 1}
# Of an agency file one of each of these has to be there.
AGENCY_NEEDS = (("location_id", "location"), ("networks", "accounts"))

_BRACKETS = re.compile(r"\([^)]*\)")
_MARKS = re.compile(r"[\W_]+")


def normal(header: str) -> str:
    """A header without case, blanks, marks and what stands in brackets."""
    return _MARKS.sub("", _BRACKETS.sub("", header).casefold())
