"""What the settings of each network must fulfil beyond their shape."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

MOST_COLLABORATORS = 3
LONGEST_ON_BACKGROUND = 130

Post = dict[str, Any]


def complaints_of_details(body: Post, platform: str, kind: str) -> Iterator[str]:
    """What is wrong with those of a network that the post goes to; `kind` is post, story or reel."""
    if platform in ("tiktok", "tiktok-business"):
        yield from _bad_tiktok(body.get("tiktokPostDetails") or {})
    elif platform == "google":
        yield from _bad_google(body.get("gmbPostDetails") or {})
    elif platform == "linkedin":
        yield from _bad_linkedin(body)
    elif platform == "facebook" and (body.get("facebookPostDetails") or {}).get("textFormatPresetId"):
        yield from _bad_text_background(body, kind)
    elif platform == "instagram":
        yield from _bad_collaborators(body.get("instagramPostDetails") or {}, kind)


def _bad_collaborators(details: Post, kind: str) -> Iterator[str]:
    for handles in (details.get("collaborators") or {}).values():
        if not isinstance(handles, list) or len(handles) > MOST_COLLABORATORS:
            yield f"instagramPostDetails.collaborators must contain no more than {MOST_COLLABORATORS} elements"
        elif handles and kind == "story":
            yield "instagramPostDetails.collaborators are only allowed for post and reel"


def _bad_tiktok(details: Post) -> Iterator[str]:
    if details.get("videoDisclosure"):
        if details.get("privacyLevel") == "SELF_ONLY":
            yield "tiktokPostDetails.videoDisclosure is not allowed with privacyLevel SELF_ONLY"
        if not (details.get("promoteYourBrand") or details.get("promoteOtherBrand")):
            yield "tiktokPostDetails.videoDisclosure requires promoteYourBrand or promoteOtherBrand"


def _bad_google(details: Post) -> Iterator[str]:
    kind = details.get("gmbEventType", "")
    required = {
        "EVENT": ("title", "startDate", "endDate"),
        "OFFER": ("offerTitle", "startDate", "endDate", "termsConditions", "couponCode", "redeemOnlineUrl"),
    }
    missing = [name for name in required.get(kind, ()) if not details.get(name)]
    yield from (f"gmbPostDetails.{name} should not be empty" for name in missing)
    if kind in required and "startDate" not in missing and "endDate" not in missing and not _in_order(details):
        yield "gmbPostDetails.endDate must be after startDate"
    if kind != "OFFER" and details.get("actionType", "none") not in ("none", "call") and not details.get("url"):
        yield "gmbPostDetails.url should not be empty"


def _in_order(details: Post) -> bool:
    """Whether an event ends after it begins; where no time is given it lasts the whole day."""
    moments = []
    for name, clock, unsaid in (("startDate", "startTime", (0, 0, 0)), ("endDate", "endTime", (23, 59, 59))):
        day, time = details[name].get(name) or {}, details[name].get(clock)
        hour = (time["hours"], time["minutes"], time["seconds"]) if time else unsaid
        try:
            moments.append(datetime(*(int(day[key]) for key in ("year", "month", "day")), *map(int, hour)))  # type: ignore[arg-type]  # noqa: DTZ001 - the business's own clock
        except (KeyError, ValueError, OverflowError):
            return False
    return moments[0] < moments[1]


def _bad_linkedin(body: Post) -> Iterator[str]:
    details = body.get("linkedinPostDetails") or {}
    if details.get("postAsPdf") and not (details.get("pdfTitle") or "").strip():
        yield "linkedinPostDetails.pdfTitle should not be empty"
    if details.get("poll") and details.get("postAsPdf"):
        yield "linkedinPostDetails.poll can not be combined with postAsPdf"
    if details.get("poll") and (body.get("media") or (body.get("ogTagsDetails") or {}).get("metaLink")):
        yield "linkedinPostDetails.poll can not be combined with media or a link preview"


def _bad_text_background(body: Post, kind: str) -> Iterator[str]:
    if kind != "post":
        yield "facebookPostDetails.textFormatPresetId is only allowed on a feed post"
    if len(body.get("summary") or "") > LONGEST_ON_BACKGROUND:
        yield f"summary must be shorter than or equal to {LONGEST_ON_BACKGROUND} characters with textFormatPresetId"
