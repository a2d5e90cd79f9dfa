"""What a post must fulfil before it may be planned or published. Drafts are spared all of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from highlevel.sandbox.clock import parse_iso
from highlevel.sandbox.resources.ids import NOT_AN_OBJECT_ID, is_object_id, is_user_id
from highlevel.sandbox.resources.post_fields import MIME_TYPES
from highlevel.sandbox.store import Document

MOST_COLLABORATORS = 3


@dataclass(frozen=True)
class Network:
    """What a network wants of a plain post: must there be media, how many, may kinds be mixed. -1 is no limit."""

    title: str
    media: str = ""
    images: int = -1
    videos: int = -1
    mixed: bool = True


NETWORKS: dict[str, Network] = {
    "facebook": Network("Facebook", mixed=False),
    "instagram": Network("Instagram", "image or video", 10, 10),
    "linkedin": Network("Linkedin", images=9, videos=9, mixed=False),
    "google": Network("Google", videos=0),
    "tiktok": Network("Tiktok", "video", 0, 1),
    "tiktok-business": Network("Tiktok Business", "video", 0, 1),
    "youtube": Network("Youtube", "video", 0, 1),
    "pinterest": Network("Pinterest", "image or video", 1, 1, mixed=False),
    "threads": Network("Threads", images=20, videos=20),
    "bluesky": Network("Bluesky", images=4, videos=1, mixed=False),
}

Post = dict[str, Any]


def complaints(body: Post, status: str, accounts: dict[str, Document], now: datetime) -> list[str]:
    """Everything that speaks against saving `body` with `status`. `accounts` are the location's, by id."""
    found = list(_bad_ids(body))
    if status == "draft":
        return found
    return [
        *found,
        *_bad_accounts(body, accounts),
        *_bad_schedule(body, status, now),
        *_bad_media_types(body),
        *_bad_details(body),
        *(
            complaint
            for platform in dict.fromkeys(accounts[id]["platform"] for id in body["accountIds"] if id in accounts)
            for complaint in _bad_for_network(body, platform)
        ),
    ]


def post_type(body: Post, platform: str) -> str:
    """post, story or reel on that network: its own details override the post's type."""
    details = body.get(f"{platform}PostDetails") or {}
    own = details.get("type") if platform in ("facebook", "instagram") else None
    return str(own or body.get("type") or "post")


def _bad_ids(body: Post) -> Iterator[str]:
    for name in ("userId", "createdBy"):
        if body.get(name) and not is_user_id(body[name]):
            yield f"{name} must be a valid user id"
    if any(not is_object_id(tag) for tag in body.get("tags") or []):
        yield f"tags: {NOT_AN_OBJECT_ID}"
    if body.get("categoryId") and not is_object_id(body["categoryId"]):
        yield f"categoryId: {NOT_AN_OBJECT_ID}"


def _bad_accounts(body: Post, accounts: dict[str, Document]) -> Iterator[str]:
    if not body["accountIds"]:
        yield "accountIds should not be empty"
    if any(id not in accounts for id in body["accountIds"]):
        yield "Invalid account id in accountIds list"
    if len(set(body["accountIds"])) < len(body["accountIds"]):
        yield "All accountIds's elements must be unique"


def _bad_schedule(body: Post, status: str, now: datetime) -> Iterator[str]:
    if status == "published":
        return
    if not body.get("scheduleDate"):
        yield "scheduleDate should not be empty"
    elif parse_iso(body["scheduleDate"]) <= now:
        yield "scheduleDate must be after current date"
    if status == "in_review" and not (body.get("postApprovalDetails") or {}).get("approver"):
        yield "postApprovalDetails.approver should not be empty"


def _bad_media_types(body: Post) -> Iterator[str]:
    for index, item in enumerate(body.get("media") or []):
        if item["type"] not in MIME_TYPES:
            yield f"media.{index}.Invalid media format type"
        elif "://" not in item["url"]:
            yield f"media.{index}.url must be a URL address"


def _bad_details(body: Post) -> Iterator[str]:
    yield from _bad_tiktok(body.get("tiktokPostDetails") or {})
    yield from _bad_google(body.get("gmbPostDetails") or {})
    linkedin = body.get("linkedinPostDetails") or {}
    if linkedin.get("postAsPdf") and not linkedin.get("pdfTitle"):
        yield "linkedinPostDetails.pdfTitle should not be empty"
    if linkedin.get("poll") and (body.get("media") or (body.get("ogTagsDetails") or {}).get("metaLink")):
        yield "linkedinPostDetails.poll can not be combined with media or a link preview"
    if (body.get("facebookPostDetails") or {}).get("textFormatPresetId"):
        yield from _bad_text_background(body)
    for handles in ((body.get("instagramPostDetails") or {}).get("collaborators") or {}).values():
        if not isinstance(handles, list) or len(handles) > MOST_COLLABORATORS:
            yield f"instagramPostDetails.collaborators must contain no more than {MOST_COLLABORATORS} elements"


def _bad_tiktok(details: Post) -> Iterator[str]:
    if details.get("videoDisclosure"):
        if details.get("privacyLevel") == "SELF_ONLY":
            yield "tiktokPostDetails.videoDisclosure is not allowed with privacyLevel SELF_ONLY"
        if not (details.get("promoteYourBrand") or details.get("promoteOtherBrand")):
            yield "tiktokPostDetails.videoDisclosure requires promoteYourBrand or promoteOtherBrand"


def _bad_google(details: Post) -> Iterator[str]:
    required = {"EVENT": ("title", "startDate", "endDate"), "OFFER": ("offerTitle", "startDate", "endDate")}
    for name in required.get(details.get("gmbEventType", ""), ()):
        if not details.get(name):
            yield f"gmbPostDetails.{name} should not be empty"
    if details.get("actionType", "none") not in ("none", "call") and not details.get("url"):
        yield "gmbPostDetails.url should not be empty"


def _bad_text_background(body: Post) -> Iterator[str]:
    if body.get("media") or post_type(body, "facebook") != "post":
        yield "facebookPostDetails.textFormatPresetId is only allowed on a feed post without media"
    if len(body.get("summary") or "") > 130:
        yield "summary must be shorter than or equal to 130 characters with textFormatPresetId"


def _bad_for_network(body: Post, platform: str) -> Iterator[str]:
    network = NETWORKS[platform]
    kind = post_type(body, platform)
    images = sum(item["type"].startswith("image") for item in body.get("media") or [])
    videos = len(body.get("media") or []) - images
    text = (body.get("summary") or "").strip()
    if kind == "reel" and platform in ("facebook", "instagram") and (images, videos) != (0, 1):
        yield f"{network.title} Reel, would require exactly one video"
    elif (network.media and not images + videos) or (network.media == "video" and not videos):
        yield f"{network.title} Account, would require {network.media}"
    elif kind == "story" and platform in ("facebook", "instagram"):
        yield from _bad_story(body, network, images + videos, text)
    elif not text and not images + videos and not (body.get("linkedinPostDetails") or {}).get("poll"):
        yield f"{network.title} Account, would require content or media"
    pdf = platform == "linkedin" and (body.get("linkedinPostDetails") or {}).get("postAsPdf")
    if -1 < network.images < images and not pdf:
        yield f"{network.title} Account, supports at most {network.images} images"
    if -1 < network.videos < videos:
        yield f"{network.title} Account, supports at most {network.videos} videos"
    if images and videos and not network.mixed:
        yield f"{network.title} Account, does not support images and videos in one post"


def _bad_story(body: Post, network: Network, media: int, text: str) -> Iterator[str]:
    notified = (body.get("instagramPostDetails") or {}).get("publishViaPushNotification")
    if not media:
        yield f"{network.title} Story, would require image or video"
    if text and not notified:
        yield f"{network.title} Story will not support caption for publishing post directly"
