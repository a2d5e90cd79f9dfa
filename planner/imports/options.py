"""What each network's columns set, in HighLevel's keys; and which of them HighLevel has nothing for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from planner.imports.draft import TRUTHS, Draft, listed
from planner.imports.network_columns import NETWORK_COLUMNS

Option = Callable[[Draft, str, str], None]
"""Reads one cell that is not empty: the draft, the column's key, the cell."""

ABSENT = {"reddit": "Reddit", "twitter": "X", "mastodon": "Mastodon", "discord": "Discord", "slack": "Slack"}
POST_TYPES = {"post": "post", "story": "story", "reel": "reel"}
TIKTOK_PRIVACY = {
    "public_to_everyone": "PUBLIC_TO_EVERYONE",
    "everyone": "PUBLIC_TO_EVERYONE",
    "mutual_follow_friends": "MUTUAL_FOLLOW_FRIENDS",
    "friends": "MUTUAL_FOLLOW_FRIENDS",
    "self_only": "SELF_ONLY",
    "only_me": "SELF_ONLY",
}
YOUTUBE_PRIVACY = {"public": "public", "unlisted": "unlisted", "private": "private"}
ACTIONS = {name: name for name in ("none", "order", "book", "shop", "learn_more", "call", "sign_up")}
TOPICS = {"standard": "STANDARD", "call_to_action": "STANDARD", "event": "EVENT", "offer": "OFFER"}


def read_options(draft: Draft, cells: dict[str, str]) -> None:
    """Let every cell of a network's column into the draft."""
    for key, value in cells.items():
        option = OPTIONS.get(key)
        if option is not None:
            option(draft, key, value)
    _settle_google(draft)
    _settle_tiktok(draft)


def _network(key: str) -> str:
    return key.partition(".")[0]


def _word(name: str) -> Option:
    return lambda draft, key, value: draft.detail(_network(key), name, value)


def _choice(name: str, choices: dict[str, str]) -> Option:
    def read(draft: Draft, key: str, value: str) -> None:
        found = draft.choice(key, value, choices)
        if found is not None:
            draft.detail(_network(key), name, found)

    return read


def _truth(name: str, *, opposite: bool = False) -> Option:
    def read(draft: Draft, key: str, value: str) -> None:
        found = draft.truth(key, value)
        if found is not None:
            draft.detail(_network(key), name, found is not opposite)

    return read


def _moment(name: str, clock: str) -> Option:
    def read(draft: Draft, key: str, value: str) -> None:
        found = draft.wall(key, value)
        if found is not None:
            draft.detail("google", name, {name: _day(found), clock: _time(found)})

    return read


def _day(wall: datetime) -> dict[str, int]:
    return {"year": wall.year, "month": wall.month, "day": wall.day}


def _time(wall: datetime) -> dict[str, int]:
    return {"hours": wall.hour, "minutes": wall.minute, "seconds": wall.second}


def _text(draft: Draft, key: str, value: str) -> None:
    draft.texts[_network(key)] = value


def _link(draft: Draft, key: str, value: str) -> None:
    draft.links[_network(key)] = value


def _cover(draft: Draft, key: str, value: str) -> None:
    draft.covers[_network(key)] = value


def _alt(draft: Draft, key: str, value: str) -> None:
    draft.alts[_network(key)] = value


def _files(draft: Draft, key: str, value: str) -> None:
    draft.files(_network(key), key, listed(value))


def _post_type(draft: Draft, key: str, value: str) -> None:
    found = draft.choice(key, value, POST_TYPES)
    if found is not None:
        draft.types[_network(key)] = found
        draft.detail(_network(key), "type", found)


def _collaborators(draft: Draft, key: str, value: str) -> None:
    """User names; they are given to the accounts once those are known."""
    draft.detail("instagram", "collaborators", [name.removeprefix("@") for name in listed(value.replace(",", "#"))])


def _boards(draft: Draft, key: str, value: str) -> None:
    """Numbers of boards; they are given to the accounts once those are known."""
    boards = listed(value)
    for name in boards:
        if not (name.isascii() and name.isalnum() and any(map(str.isdigit, name)) and len(name) >= 6):
            draft.complain("pinterest_board", key, name)
            return
    draft.detail("pinterest", "pinterestBoards", boards)


def _document_title(draft: Draft, key: str, value: str) -> None:
    draft.detail("linkedin", "pdfTitle", value)
    draft.detail("linkedin", "postAsPdf", True)


def _accepted(choices: dict[str, str]) -> Option:
    """A setting of which HighLevel has one value only, which needs no key."""

    def read(draft: Draft, key: str, value: str) -> None:
        draft.choice(key, value, choices)

    return read


def _unavailable(draft: Draft, key: str, value: str) -> None:
    """A setting that HighLevel lacks; switched off it does no harm."""
    if TRUTHS.get(value.lower()) is not False:
        draft.complain("option_unavailable", key, value)


def _only_in_file(draft: Draft, key: str, value: str) -> None:
    """A setting that HighLevel takes in its own import, and nowhere else."""
    if draft.by_highlevel:
        draft.truth(key, value)
    else:
        _unavailable(draft, key, value)


def _only_word_in_file(draft: Draft, key: str, value: str) -> None:
    if not draft.by_highlevel:
        _unavailable(draft, key, value)


def _absent(draft: Draft, key: str, value: str) -> None:
    draft.complain("network_unavailable", key, value, network=ABSENT[_network(key)])


def _watermark(draft: Draft, key: str, value: str) -> None:
    draft.watermark = draft.truth(key, value)


def _settle_google(draft: Draft) -> None:
    google = draft.details.get("google")
    if google and google.get("gmbEventType") == "OFFER" and "title" in google and "offerTitle" not in google:
        google["offerTitle"] = google["title"]


def _settle_tiktok(draft: Draft) -> None:
    tiktok = draft.details.get("tiktok")
    if tiktok and (tiktok.get("promoteOtherBrand") or tiktok.get("promoteYourBrand")):
        tiktok.setdefault("videoDisclosure", True)


_SHARED: dict[str, Option] = {
    "MediaUrls": _files,
    "Text": _text,
    "Description": _text,
    "Link": _link,
    "Thumbnail": _cover,
}
_OWN: dict[str, Option] = {
    "facebook.Type": _post_type,
    "instagram.Type": _post_type,
    "instagram.ShareToFeed": _truth("showOnFeed"),
    "instagram.Collaborators": _collaborators,
    "tiktok.Type": _accepted({"video": "video"}),
    "tiktok.Privacy": _choice("privacyLevel", TIKTOK_PRIVACY),
    "tiktok.IsBrandContent": _truth("promoteOtherBrand"),
    "tiktok.IsOrganicBrandContent": _truth("promoteYourBrand"),
    "tiktok.DisableComments": _truth("enableComment", opposite=True),
    "tiktok.DisableDuet": _truth("enableDuet", opposite=True),
    "tiktok.DisableStitch": _truth("enableStitch", opposite=True),
    "youtube.Type": _choice("type", {"video": "video", "short": "short"}),
    "youtube.Title": _word("title"),
    "youtube.Privacy": _choice("privacyLevel", YOUTUBE_PRIVACY),
    "linkedin.MediaTitle": _document_title,
    "linkedin.Privacy": _accepted({"public": "public"}),
    "pinterest.BoardName": _boards,
    "pinterest.Title": _word("title"),
    "pinterest.Link": _word("link"),
    "pinterest.AltText": _alt,
    "bluesky.VideoAlt": _alt,
    "google.TopicType": _choice("gmbEventType", TOPICS),
    "google.CallToActionType": _choice("actionType", ACTIONS),
    "google.CallToActionUrl": _word("url"),
    "google.EventTitle": _word("title"),
    "google.EventStartDate": _moment("startDate", "startTime"),
    "google.EventEndDate": _moment("endDate", "endTime"),
    "google.OfferCouponCode": _word("couponCode"),
    "google.OfferRedeemOnlineUrl": _word("redeemOnlineUrl"),
    "google.OfferTermsConditions": _word("termsConditions"),
}
_ADVANCED: dict[str, Option] = {
    "watermark": _watermark,
    "facebook.type": _post_type,
    "instagram.type": _post_type,
    "linkedin.pdfTitle": _word("pdfTitle"),
    "linkedin.postAsPdf": _truth("postAsPdf"),
    "google.eventType": _choice("gmbEventType", TOPICS),
    "google.actionType": _choice("actionType", ACTIONS),
    "google.title": _word("title"),
    "google.offerTitle": _word("offerTitle"),
    "google.startDate": _moment("startDate", "startTime"),
    "google.endDate": _moment("endDate", "endTime"),
    "google.termsConditions": _word("termsConditions"),
    "google.couponCode": _word("couponCode"),
    "google.redeemOnlineUrl": _word("redeemOnlineUrl"),
    "google.actionUrl": _word("url"),
    "youtube.title": _word("title"),
    "youtube.privacyLevel": _choice("privacyLevel", YOUTUBE_PRIVACY),
    "youtube.type": _choice("type", {"video": "video", "short": "short"}),
    "tiktok.privacyLevel": _choice("privacyLevel", TIKTOK_PRIVACY),
    "tiktok.promoteOtherBrand": _truth("promoteOtherBrand"),
    "tiktok.enableComment": _truth("enableComment"),
    "tiktok.enableDuet": _truth("enableDuet"),
    "tiktok.enableStitch": _truth("enableStitch"),
    "tiktok.videoDisclosure": _truth("videoDisclosure"),
    "tiktok.promoteYourBrand": _truth("promoteYourBrand"),
    "pinterest.title": _word("title"),
    "pinterest.link": _word("link"),
    "optimization": _only_in_file,
    "community.title": _only_word_in_file,
    "community.notifyAllGroupMembers": _only_in_file,
}


def _option(network: str, key: str, name: str) -> Option:
    if network in ABSENT:
        return _absent
    return _OWN.get(key) or _SHARED.get(name) or _unavailable


OPTIONS: dict[str, Option] = {
    **{
        f"{network}.{name}": _option(network, f"{network}.{name}", name)
        for network, _prefix, names in NETWORK_COLUMNS
        for name, _hint, _example in names
    },
    **_ADVANCED,
}
