"""The columns that an agency file has for each network. Which of them HighLevel can take is said in `options`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

_MEDIA = _("Media for this network alone, with # between them.")
_TEXT = _("The text for this network, where it differs.")
_TRUTH = _("TRUE or FALSE.")
_LINK = _("The page that the preview shows.")
_COVER = _("The cover of the video.")
_NOT = _("HighLevel has no such setting: leave it empty.")
_ABSENT = _("HighLevel does not publish to this network: leave it empty.")

Names = tuple[tuple[str, Any, str], ...]


def _without(*names: str, why: Any = _NOT) -> Names:
    return tuple((name, why, "") for name in names)


NETWORK_COLUMNS: tuple[tuple[str, str, Names], ...] = (
    (
        "facebook",
        "facebook",
        (
            ("MediaUrls", _MEDIA, ""),
            ("Type", _("POST, STORY or REEL."), "POST"),
            ("Text", _TEXT, ""),
            ("Link", _LINK, ""),
            ("Thumbnail", _COVER, ""),
            *_without("MediaTitle", "NativeScheduleTime"),
        ),
    ),
    (
        "instagram",
        "instagram",
        (
            ("MediaUrls", _MEDIA, "https://cdn.example.com/1.jpg#https://cdn.example.com/2.jpg"),
            ("Type", _("POST, STORY or REEL."), "POST"),
            ("Text", _TEXT, ""),
            ("Thumbnail", _COVER, ""),
            ("ShareToFeed", _("Whether a reel is shown in the feed. TRUE or FALSE."), ""),
            ("Collaborators", _("User names with # between them."), ""),
            *_without(
                "ThumbnailOffset",
                "AutoFitImage",
                "AutoCropImage",
                "Tagged",
                "CarouselItems",
                "LocationId",
                "TrialParamsGraduationStrategy",
                "MusicSoundId",
                "MusicSoundVolume",
                "VideoOriginalSoundVolume",
            ),
        ),
    ),
    (
        "tiktok",
        "tiktok",
        (
            ("MediaUrls", _MEDIA, ""),
            ("Type", _("VIDEO."), ""),
            ("Text", _TEXT, ""),
            ("Thumbnail", _COVER, ""),
            ("Privacy", _("PUBLIC_TO_EVERYONE, MUTUAL_FOLLOW_FRIENDS or SELF_ONLY."), ""),
            ("IsBrandContent", _("Promotes another brand. TRUE or FALSE."), ""),
            ("IsOrganicBrandContent", _("Promotes your own brand. TRUE or FALSE."), ""),
            ("DisableComments", _TRUTH, ""),
            ("DisableDuet", _TRUTH, ""),
            ("DisableStitch", _TRUTH, ""),
            *_without(
                "ThumbnailOffset",
                "IsAiGenerated",
                "AutoAddMusic",
                "AutoScale",
                "UploadToDraft",
                "PhotoCoverIndex",
                "MusicSoundId",
                "MusicSoundVolume",
                "MusicSoundStart",
                "MusicSoundEnd",
                "VideoOriginalSoundVolume",
            ),
        ),
    ),
    (
        "youtube",
        "youtube",
        (
            ("MediaUrls", _MEDIA, ""),
            ("Type", _("VIDEO or SHORT."), ""),
            ("Title", _("The title of the video."), ""),
            ("Description", _TEXT, ""),
            ("Thumbnail", _COVER, ""),
            ("Privacy", _("PUBLIC, UNLISTED or PRIVATE."), ""),
            *_without("MadeForKids", "ContainsSyntheticMedia", "HasPaidProductPlacement"),
        ),
    ),
    (
        "linkedin",
        "linkedin",
        (
            ("MediaUrls", _MEDIA, ""),
            ("Text", _TEXT, ""),
            ("Link", _LINK, ""),
            ("Thumbnail", _COVER, ""),
            ("MediaTitle", _("The title of a PDF."), ""),
            ("Privacy", _("PUBLIC."), ""),
            *_without("HideFromFeed", "DisableReshare"),
        ),
    ),
    (
        "pinterest",
        "pinterest",
        (
            ("MediaUrls", _MEDIA, ""),
            ("BoardName", _("The number of the board, several with # between them."), ""),
            ("Title", _("The title of the pin."), ""),
            ("Description", _TEXT, ""),
            ("Link", _("Where the pin leads."), ""),
            ("Thumbnail", _COVER, ""),
            ("AltText", _("What the picture shows, for those who cannot see it."), ""),
            *_without("Note", "DominantColor"),
        ),
    ),
    ("threads", "threads", (("MediaUrls", _MEDIA, ""), ("Text", _TEXT, ""))),
    (
        "bluesky",
        "bluesky",
        (
            ("MediaUrls", _MEDIA, ""),
            ("Text", _TEXT, ""),
            ("VideoAlt", _("What the video shows, for those who cannot see it."), ""),
            *_without("Tags", "Labels", "QuoteUri", "ExternalUrl", "ExternalTitle", "ExternalDescription"),
        ),
    ),
    (
        "google",
        "googleBusiness",
        (
            ("MediaUrls", _MEDIA, ""),
            ("Text", _TEXT, ""),
            ("TopicType", _("STANDARD, EVENT or OFFER."), ""),
            ("CallToActionType", _("NONE, ORDER, BOOK, SHOP, LEARN_MORE, CALL or SIGN_UP."), ""),
            ("CallToActionUrl", _("Where the button leads."), ""),
            ("EventTitle", _("The title of the event or offer."), ""),
            ("EventStartDate", _("When the event or offer begins."), ""),
            ("EventEndDate", _("When the event or offer ends."), ""),
            ("OfferCouponCode", _("The code of the offer."), ""),
            ("OfferRedeemOnlineUrl", _("Where the offer is taken up."), ""),
            ("OfferTermsConditions", _("The terms of the offer."), ""),
            *_without("LanguageCode", "AlertType"),
        ),
    ),
    (
        "reddit",
        "reddit",
        _without("MediaUrls", "Subreddit", "Text", "Description", "Link", "Nsfw", "FlairId", why=_ABSENT),
    ),
    ("twitter", "twitter", _without("MediaUrls", "Text", "ReplySettings", why=_ABSENT)),
    ("mastodon", "mastodon", _without("MediaUrls", "Text", "Privacy", "Thumbnail", "Spoiler", why=_ABSENT)),
    ("discord", "discord", _without("MediaUrls", "ChannelId", "Text", "Username", "AvatarUrl", why=_ABSENT)),
    ("slack", "slack", _without("MediaUrls", "ChannelId", "Text", "Username", "AvatarUrl", why=_ABSENT)),
)
