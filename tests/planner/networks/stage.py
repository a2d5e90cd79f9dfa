"""Posts that nothing speaks against, and what they are over the wire."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from highlevel.sandbox.clock import iso
from planner.networks import AccountFacts, Content, MediaFacts
from planner.remote import mime_of

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PICTURE = MediaFacts("https://media.example/bread.jpg", "image/jpeg")
CLIP = MediaFacts("https://media.example/oven.mp4", "video/mp4")
DAY = {"year": 2026, "month": 5, "day": 1}
SPAN = {"startDate": {"startDate": DAY}, "endDate": {"endDate": {**DAY, "day": 2}}}
POLL = {
    "question": "Rye or wheat?",
    "options": [{"text": "Rye"}, {"text": "Wheat"}],
    "settings": {"duration": "ONE_DAY"},
}
# Everything that one may post: the network and the kind of post.
KINDS = (
    ("facebook", "post"),
    ("facebook", "reel"),
    ("facebook", "story"),
    ("instagram", "post"),
    ("instagram", "reel"),
    ("instagram", "story"),
    ("linkedin", "post"),
    ("linkedin", "pdf"),
    ("linkedin", "poll"),
    ("google", "post"),
    ("tiktok", "post"),
    ("tiktok-business", "post"),
    ("youtube", "video"),
    ("youtube", "short"),
    ("pinterest", "post"),
    ("threads", "post"),
    ("bluesky", "post"),
)


def account(platform: str, **fields: Any) -> AccountFacts:
    return AccountFacts(id=f"{platform}-oauth_place_1", platform=platform, name="Kiln & Clay", **fields)


def plain(platform: str, format: str = "post", *, to: AccountFacts | None = None) -> Content:
    """A post with nothing wrong on an account of the network, two hours ahead."""
    silent = (platform, format) in (("instagram", "story"), ("facebook", "story"))
    content = Content(
        text="" if silent else "Fresh bread at nine",
        type=format if format in ("reel", "story") else "post",
        media=_media(platform, format),
        scheduled_at=NOW + timedelta(hours=2),
    )
    network = platform.removesuffix("-business")
    details = _details(network, format, to or account(platform))
    return replace(content, details={network: details} if details else {})


def _media(platform: str, format: str) -> tuple[MediaFacts, ...]:
    if format in ("reel", "video", "short") or platform.startswith("tiktok"):
        return (CLIP,)
    if format in ("story", "pdf") or platform in ("instagram", "pinterest"):
        return (PICTURE,)
    return ()


def _details(network: str, format: str, to: AccountFacts) -> dict[str, Any]:
    held: dict[str, dict[str, Any]] = {
        "google": {"gmbEventType": "STANDARD"},
        "tiktok": {"privacyLevel": "PUBLIC_TO_EVERYONE"},
        "youtube": {"title": "How we bake", "type": format},
        "pinterest": {"pinterestBoards": [{"accountId": to.id, "boards": ["1"]}]},
        "facebook": {"type": format},
        "instagram": {"type": format},
    }
    if format == "pdf":
        return {"postAsPdf": True, "pdfTitle": "Our year"}
    return {"poll": POLL} if format == "poll" else held.get(network, {})


def body_of(content: Content, account_ids: list[str], user_id: str) -> dict[str, Any]:
    """The request for a post; what is known of its files goes into their addresses, where the sandbox reads it."""
    body: dict[str, Any] = {
        "accountIds": account_ids,
        "userId": user_id,
        "type": content.type,
        "status": content.status,
        "summary": content.text,
        "media": [_file(item) for item in content.media],
        "scheduleDate": iso(content.scheduled_at) if content.scheduled_at else None,
        "followUpComment": content.follow_up_comment,
        "ogTagsDetails": dict(content.link_preview) or None,
        "postApprovalDetails": {"approver": content.approver} if content.approver else None,
        "tags": list(content.tags),
        "applyWatermark": content.apply_watermark,
    }
    for network, details in content.details.items():
        unsaid: dict[str, Any] = {}
        if network in ("facebook", "instagram"):
            unsaid = {"type": content.type}
        elif network == "linkedin":
            unsaid = {"postAsPdf": False, "pdfTitle": ""}
        body[f"{'gmb' if network == 'google' else network}PostDetails"] = {**unsaid, **details}
    return {key: value for key, value in body.items() if value is not None}


def _file(item: MediaFacts) -> dict[str, Any]:
    known: dict[str, float | None] = {"size": item.size, "width": item.width, "height": item.height}
    known |= {"duration": item.duration, "frameRate": item.frame_rate}
    file = {"url": _told(item.url, known), "type": mime_of(item.url, item.mime), "altText": item.alt_text}
    if item.thumbnail:
        file["thumbnail"] = _told(item.thumbnail, {"size": item.thumbnail_size})
    return file


def _told(url: str, known: dict[str, float | None]) -> str:
    said = {name: value for name, value in known.items() if value is not None}
    return f"{url}?{urlencode(said)}" if said else url
