"""What a post must fulfil before it may be planned or published. Drafts are spared nearly all of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from highlevel.sandbox.clock import parse_iso
from highlevel.sandbox.resources.comments import LENGTHS
from highlevel.sandbox.resources.detail_rules import complaints_of_details
from highlevel.sandbox.resources.ids import NOT_AN_OBJECT_ID, is_object_id, is_user_id
from highlevel.sandbox.resources.post_fields import MIME_TYPES
from highlevel.sandbox.store import Document

MOST_PAGES = 300
COMMENTED = ("facebook", "instagram", "linkedin", "youtube")
"""Networks on which a follow-up comment is written."""


@dataclass(frozen=True)
class Network:
    """What a network wants of a kind of post: must there be media, how many, may kinds be mixed. -1 is no limit."""

    title: str
    media: str = ""
    images: int = -1
    videos: int = -1
    files: int = -1
    mixed: bool = True


NETWORKS: dict[str, Network] = {
    "facebook": Network("Facebook", mixed=False),
    "instagram": Network("Instagram", "image or video", 10, 10, 10),
    "linkedin": Network("Linkedin", images=9, videos=9, mixed=False),
    "google": Network("Google", videos=0),
    "tiktok": Network("Tiktok", "video", 0, 1),
    "tiktok-business": Network("Tiktok Business", "video", 0, 1),
    "youtube": Network("Youtube", "video", 0, 1),
    "pinterest": Network("Pinterest", "image or video", 1, 1, mixed=False),
    "threads": Network("Threads", images=20, videos=20, files=20),
    "bluesky": Network("Bluesky", images=4, videos=1, mixed=False),
}
STORIES: dict[str, Network] = {
    "facebook": Network("Facebook", "image or video", 1, 1, mixed=False),
    "instagram": Network("Instagram", "image or video", 10, 10, 10),
}

Post = dict[str, Any]


def complaints(body: Post, status: str, accounts: dict[str, Document], now: datetime) -> list[str]:
    """Everything that speaks against saving `body` with `status`. `accounts` are the location's, by id."""
    found = list(_bad_always(body))
    if status == "draft":
        return found
    chosen = [accounts[id] for id in body["accountIds"] if id in accounts]
    return [
        *found,
        *_bad_accounts(body, accounts),
        *_bad_schedule(body, status, now),
        *_bad_media_types(body),
        *(
            complaint
            for platform in dict.fromkeys(account["platform"] for account in chosen)
            for complaint in (
                *complaints_of_details(body, platform, post_type(body, platform)),
                *_bad_for_network(body, platform),
                *_bad_words(body, platform),
            )
        ),
        *(complaint for account in chosen for complaint in _bad_for_account(body, account)),
    ]


def post_type(body: Post, platform: str) -> str:
    """post, story or reel on that network: its own details override the post's type."""
    details = body.get(f"{platform}PostDetails") or {}
    own = details.get("type") if platform in ("facebook", "instagram") else None
    return str(own or body.get("type") or "post")


def _bad_always(body: Post) -> Iterator[str]:
    for name in ("userId", "createdBy"):
        if body.get(name) and not is_user_id(body[name]):
            yield f"{name} must be a valid user id"
    if any(not is_object_id(tag) for tag in body.get("tags") or []):
        yield f"tags: {NOT_AN_OBJECT_ID}"
    if body.get("categoryId") and not is_object_id(body["categoryId"]):
        yield f"categoryId: {NOT_AN_OBJECT_ID}"
    preset = (body.get("facebookPostDetails") or {}).get("textFormatPresetId", "absent")
    if not (preset or "").strip():
        yield "facebookPostDetails.textFormatPresetId must be a valid preset id"


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
        cover = item.get("thumbnail") or item["url"]
        ending = urlsplit(cover).path.rpartition(".")[2].lower()
        if cover != item["url"] and ending in ("gif", "mp4", "mov", "webm"):
            yield f"media.{index}.thumbnail must be a JPEG or PNG image"


def _bad_for_network(body: Post, platform: str) -> Iterator[str]:
    if platform not in NETWORKS:
        yield f"{platform.title()} Account, is not supported"
        return
    network = NETWORKS[platform]
    kind = post_type(body, platform) if platform in STORIES else "post"
    images = sum(item["type"].startswith("image") for item in body.get("media") or [])
    videos = len(body.get("media") or []) - images
    linkedin = (body.get("linkedinPostDetails") or {}) if platform == "linkedin" else {}
    if kind == "reel":
        if (images, videos) != (0, 1):
            yield f"{network.title} Reel, would require exactly one video"
    elif kind == "story":
        yield from _bad_story(body, network.title, platform, images + videos)
        yield from _bad_numbers(STORIES[platform], images, videos)
    elif linkedin.get("postAsPdf"):
        if not 0 < images <= MOST_PAGES or videos:
            yield f"Linkedin Account, would require 1 to {MOST_PAGES} images for a PDF"
    elif (network.media and not images + videos) or (network.media == "video" and not videos):
        yield f"{network.title} Account, would require {network.media}"
    else:
        if not (body.get("summary") or "").strip() and not images + videos and not linkedin.get("poll"):
            yield f"{network.title} Account, would require content or media"
        yield from _bad_numbers(network, images, videos)


def _bad_words(body: Post, platform: str) -> Iterator[str]:
    if platform in COMMENTED and len((body.get("followUpComment") or "").strip()) > LENGTHS[platform]:
        yield f"followUpComment must be shorter than or equal to {LENGTHS[platform]} characters on {platform}"
    if platform == "youtube" and not ((body.get("youtubePostDetails") or {}).get("title") or "").strip():
        yield "youtubePostDetails.title should not be empty"


def _bad_numbers(network: Network, images: int, videos: int) -> Iterator[str]:
    for name, number, most in (
        ("images", images, network.images),
        ("videos", videos, network.videos),
        ("files", images + videos, network.files),
    ):
        if -1 < most < number:
            yield f"{network.title} Account, supports at most {most} {name}"
    if images and videos and not network.mixed:
        yield f"{network.title} Account, does not support images and videos in one post"


def _bad_story(body: Post, title: str, platform: str, media: int) -> Iterator[str]:
    notified = (body.get("instagramPostDetails") or {}).get("publishViaPushNotification")
    if not media:
        yield f"{title} Story, would require image or video"
    # A caption on Facebook is merely not shown.
    if platform == "instagram" and (body.get("summary") or "").strip() and not notified:
        yield f"{title} Story will not support caption for publishing post directly"


def _bad_for_account(body: Post, account: Document) -> Iterator[str]:
    if account["platform"] == "facebook" and account["type"] == "group" and post_type(body, "facebook") == "reel":
        yield "Facebook Reel, is not supported on groups"
    if account["platform"] == "pinterest" and not _has_board(body.get("pinterestPostDetails") or {}, account):
        yield "pinterestPostDetails.pinterestBoards should not be empty"


def _has_board(details: Post, account: Document) -> bool:
    known = (account["id"], account["oauthId"])
    named = {chosen["accountId"] for chosen in details.get("pinterestBoards") or []}
    return any(id in named or id in (details.get("boardIds") or {}) for id in known)
