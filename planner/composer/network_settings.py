"""The settings of single networks as fields of the composer. Keys and values are HighLevel's [SP3]."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

TEXT, LINES, LINK, CHOICE, FLAG, DAY, CLOCK = "text", "lines", "link", "choice", "flag", "day", "clock"
OPTIONS, NAMES, BOARDS = "options", "names", "boards"
PER_ACCOUNT = (NAMES, BOARDS)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `path` is where HighLevel keeps it, `slot` what findings and fields call it where that differs.

    `most` is the number of characters that a field takes at most to count down from, as the table of networks says.
    `only` names a choice of another setting (`gmbEventType=EVENT OFFER`) beside which it is shown.
    """

    network: str
    path: str
    label: Any
    kind: str = TEXT
    choices: tuple[tuple[str, Any], ...] = ()
    help: Any = ""
    slot: str = ""
    only: str = ""

    @property
    def name(self) -> str:
        """The name of its field, and of what is found about it."""
        return f"details.{self.network}.{self.slot or self.path}"


_KINDS = (("", _("As chosen above")), ("post", _("Post")), ("story", _("Story")), ("reel", _("Reel")))
_DATED = "EVENT OFFER"

SETTINGS: tuple[Setting, ...] = (
    Setting("facebook", "type", _("Goes out as"), CHOICE, _KINDS),
    Setting(
        "facebook",
        "textFormatPresetId",
        _("Text background"),
        help=_("The id of one of Facebook's backgrounds, for a short text without media."),
    ),
    Setting("instagram", "type", _("Goes out as"), CHOICE, _KINDS),
    Setting(
        "instagram",
        "collaborators",
        _("Collaborators"),
        NAMES,
        help=_("User names without @, separated by commas."),
    ),
    Setting("instagram", "showOnFeed", _("Show the reel on the feed too"), FLAG),
    Setting("instagram", "publishViaPushNotification", _("Publish the story by a notification on the phone"), FLAG),
    Setting("instagram", "publisherNote", _("Note to who publishes it"), LINES),
    Setting("linkedin", "postAsPdf", _("Make a document of the images"), FLAG),
    Setting("linkedin", "pdfTitle", _("Title of the document")),
    Setting("linkedin", "poll.question", _("Question of a poll")),
    Setting("linkedin", "poll.options", _("Answer"), OPTIONS),
    Setting(
        "linkedin",
        "poll.settings.duration",
        _("The poll is open for"),
        CHOICE,
        (
            ("", _("Choose")),
            ("ONE_DAY", _("1 day")),
            ("THREE_DAYS", _("3 days")),
            ("SEVEN_DAYS", _("7 days")),
            ("FOURTEEN_DAYS", _("14 days")),
        ),
    ),
    Setting(
        "google",
        "gmbEventType",
        _("What it is"),
        CHOICE,
        (("", _("Choose")), ("STANDARD", _("Update")), ("EVENT", _("Event")), ("OFFER", _("Offer"))),
    ),
    Setting("google", "title", _("Title"), only=f"gmbEventType={_DATED}"),
    Setting("google", "offerTitle", _("Title of the offer"), only="gmbEventType=OFFER"),
    Setting("google", "startDate.startDate", _("From"), DAY, slot="startDate", only=f"gmbEventType={_DATED}"),
    Setting("google", "startDate.startTime", _("at"), CLOCK, slot="startTime", only=f"gmbEventType={_DATED}"),
    Setting("google", "endDate.endDate", _("Until"), DAY, slot="endDate", only=f"gmbEventType={_DATED}"),
    Setting("google", "endDate.endTime", _("at"), CLOCK, slot="endTime", only=f"gmbEventType={_DATED}"),
    Setting("google", "couponCode", _("Coupon code"), only="gmbEventType=OFFER"),
    Setting("google", "redeemOnlineUrl", _("Address to redeem it online"), LINK, only="gmbEventType=OFFER"),
    Setting("google", "termsConditions", _("Terms and conditions"), LINK, only="gmbEventType=OFFER"),
    Setting(
        "google",
        "actionType",
        _("Button"),
        CHOICE,
        (
            ("", _("No button")),
            ("order", _("Order online")),
            ("book", _("Book")),
            ("shop", _("Shop")),
            ("learn_more", _("Learn more")),
            ("sign_up", _("Sign up")),
            ("call", _("Call now")),
        ),
        only="gmbEventType=STANDARD EVENT",
    ),
    Setting("google", "url", _("Address behind the button"), LINK, only="gmbEventType=STANDARD EVENT"),
    Setting(
        "tiktok",
        "privacyLevel",
        _("Who may see it"),
        CHOICE,
        (
            ("", _("Choose")),
            ("PUBLIC_TO_EVERYONE", _("Everyone")),
            ("MUTUAL_FOLLOW_FRIENDS", _("Friends")),
            ("SELF_ONLY", _("Only the account itself")),
        ),
    ),
    Setting("tiktok", "enableComment", _("Allow comments"), FLAG),
    Setting("tiktok", "enableDuet", _("Allow duets"), FLAG),
    Setting("tiktok", "enableStitch", _("Allow stitches"), FLAG),
    Setting("tiktok", "videoDisclosure", _("The video promotes something"), FLAG),
    Setting("tiktok", "promoteYourBrand", _("It promotes the client's own brand"), FLAG),
    Setting("tiktok", "promoteOtherBrand", _("It promotes another brand (paid partnership)"), FLAG),
    Setting("youtube", "title", _("Title")),
    Setting(
        "youtube",
        "privacyLevel",
        _("Who may see it"),
        CHOICE,
        (
            ("", _("Choose")),
            ("public", _("Everyone")),
            ("unlisted", _("Whoever has the link")),
            ("private", _("Only the channel")),
        ),
    ),
    Setting(
        "youtube", "type", _("Goes out as"), CHOICE, (("", _("Choose")), ("video", _("Video")), ("short", _("Short")))
    ),
    Setting("pinterest", "title", _("Title")),
    Setting("pinterest", "link", _("Address that the pin leads to"), LINK),
    Setting(
        "pinterest",
        "pinterestBoards",
        _("Boards"),
        BOARDS,
        help=_("Ids of boards, separated by commas. HighLevel tells no names; those used before are listed."),
    ),
)

NEW: dict[str, str] = {
    "details.youtube.privacyLevel": "public",
    "details.youtube.type": "video",
    "details.google.gmbEventType": "STANDARD",
    "details.instagram.showOnFeed": "on",
    "details.linkedin.poll.settings.duration": "SEVEN_DAYS",
    "details.tiktok.enableComment": "on",
    "details.tiktok.enableDuet": "on",
    "details.tiktok.enableStitch": "on",
}
"""What stands in the fields of a new post."""

PREVIEW_FIELDS = (
    ("link_preview.metaLink", _("Address"), LINK),
    ("link_preview.ogTitle", _("Title"), TEXT),
    ("link_preview.ogDescription", _("Description"), LINES),
    ("link_preview.metaImage", _("Address of the picture"), LINK),
)


def settings_of(network: str) -> Iterator[Setting]:
    """The settings of one network, in the order of the page."""
    return (setting for setting in SETTINGS if setting.network == network)
