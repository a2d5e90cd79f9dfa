"""From one row of an import file to what the import says about it, and to the post it becomes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from highlevel.sandbox.clock import iso
from highlevel.sandbox.csv_files import Cells
from highlevel.sandbox.csv_media import ERROR_KEYS, Media, inspect, objections
from highlevel.sandbox.store import Document

MOST_IMAGES = 10

_DATE_FORMS = tuple(
    f"{day} {hour}" for day in ("%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%m-%d-%Y") for hour in ("%H:%M:%S", "%H:%M")
)
_SERIAL_START = datetime(1899, 12, 30)  # noqa: DTZ001 - wall-clock time; the zone is added by the caller
_TRUE = ("true", "yes", "1")
_GOOGLE_TYPES = {"call_to_action": "STANDARD", "event": "EVENT", "offer": "OFFER"}
_TIKTOK_PRIVACY = {"everyone": "PUBLIC_TO_EVERYONE", "friends": "MUTUAL_FOLLOW_FRIENDS", "only_me": "SELF_ONLY"}


class BadRow(Exception):
    """A row that cannot become a post; the text is HighLevel's message."""


@dataclass(frozen=True)
class Setting:
    """What a row is judged against."""

    now: datetime
    zone: ZoneInfo
    accounts: list[Document]
    kind: str


def row_document(row_id: str, cells: Cells, setting: Setting) -> Document:
    """The row as the import keeps it; `errorMessage` says what is wrong, "" when nothing is."""
    problems: list[str] = []
    post_type = _post_type(cells)
    medias = _medias(cells, post_type, setting, problems)
    moment = _moment(cells.get("postAtSpecificTime", ""), setting.zone, problems)
    if moment and moment <= setting.now:
        problems.append("Schedule date must be in the future")
    summary, link = cells.get("content", ""), cells.get("link", "")
    if not summary and not medias and not link:
        problems.append("Post must have content or media")
    if not medias and any(account["platform"] in _MEDIA_ONLY for account in setting.accounts):
        problems.append("Instagram, Pinterest, TikTok and YouTube posts require an image or a video")
    if medias and link:
        summary = f"{summary} {link}".strip()
    return {
        "_id": row_id,
        "accountIds": [account["id"] for account in setting.accounts],
        "link": _link(link) if link else {},
        "medias": medias,
        "scheduleDate": iso(moment) if moment else "",
        "summary": summary,
        "followUpComment": cells.get("followUpComment", ""),
        "type": post_type,
        **_network_details(cells, setting.zone, problems),
        "errorMessage": "; ".join(problems),
        "csvFileType": setting.kind,
        "mediaOptimization": _truth(cells.get("mediaOptimization", "")),
        "applyWatermark": _truth(cells.get("applyWatermark", "")),
        "status": "pending",
        "updatedAt": iso(setting.now),
        "tags": _listed(cells.get("tags", "")),
        "category": cells.get("category", ""),
        "postId": None,
    }


_MEDIA_ONLY = ("instagram", "pinterest", "tiktok", "tiktok-business", "youtube")


def post_payload(row: Document) -> dict[str, Any]:
    """The body of a post as a create request has it, without status, user, category and tags."""
    details = {key: value for key, value in row.items() if key.endswith("PostDetails")}
    media = [{"url": medium["url"], "type": medium["type"]} for medium in row["medias"]]
    link = row["link"]
    payload = {
        "accountIds": row["accountIds"],
        "summary": row["summary"],
        "media": media,
        "type": row["type"],
        "followUpComment": row["followUpComment"],
        "applyWatermark": row["applyWatermark"],
        **details,
    }
    if row["scheduleDate"]:
        payload["scheduleDate"] = row["scheduleDate"]
    if link and not media:
        payload["ogTagsDetails"] = {"metaLink": link["url"], "ogTitle": link["ogTitle"]}
    return payload


def _post_type(cells: Cells) -> str:
    return (cells.get("Facebook.type") or cells.get("Instagram.type") or "post").lower()


def _medias(cells: Cells, post_type: str, setting: Setting, problems: list[str]) -> list[Media]:
    sources = {
        "image": _listed(cells.get("imageUrls", "")),
        "gif": _listed(cells.get("gifUrl", "")),
        "video": _listed(cells.get("videoUrls", "")),
    }
    if sum(bool(urls) for urls in sources.values()) > 1:
        problems.append("Only one kind of media is allowed in a row")
    if len(sources["image"]) > MOST_IMAGES:
        problems.append(f"A post takes at most {MOST_IMAGES} images")
    if len(sources["gif"]) > 1:
        problems.append("A post takes one gif")
    asked = {ERROR_KEYS[account["platform"]] for account in setting.accounts if account["platform"] in ERROR_KEYS}
    medias = []
    for kind, urls in sources.items():
        for url in urls:
            media = inspect(url, "video" if kind == "video" else "image")
            found = objections(media, post_type=post_type)
            media.update({key: name for key, name in found.items() if key in asked or key == "invalidError"})
            medias.append(media)
    if any(key == "error" or key.endswith("Error") for media in medias for key in media):
        problems.append("Invalid media format")
    return medias


def _moment(text: str, zone: ZoneInfo, problems: list[str]) -> datetime | None:
    """The UTC instant of a wall-clock time of the location, None for a draft."""
    if not text:
        return None
    local = _local_time(text)
    if local is None:
        problems.append("Invalid date format")
        return None
    return local.replace(tzinfo=zone).astimezone(UTC)


def _local_time(text: str) -> datetime | None:
    if text.replace(".", "", 1).isdigit():
        # A workbook keeps a date as days since the end of 1899.
        return _SERIAL_START + timedelta(seconds=round(float(text) * 86400)) if float(text) < 2_900_000 else None
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - wall-clock time; the zone is added by the caller
        except ValueError:
            continue
    return None


def _link(url: str) -> dict[str, Any]:
    if not url.startswith(("http://", "https://")):
        return {"url": url, "ogTitle": "", "error": "Invalid link"}
    title = url.rstrip("/").rpartition("/")[2].replace("-", " ").capitalize()
    return {"url": url, "ogUrl": url, "ogTitle": title, "ogDescription": "", "ogSiteName": url.split("/")[2]}


def _network_details(cells: Cells, zone: ZoneInfo, problems: list[str]) -> dict[str, Any]:
    details: dict[str, Any] = {}
    for group, key in (("Facebook", "facebookPostDetails"), ("Instagram", "instagramPostDetails")):
        if kind := cells.get(f"{group}.type", "").lower():
            details[key] = {"type": _one_of(kind, ("post", "story", "reel"), f"{group} type", problems)}
    if cells.get("LinkedIn.pdfTitle"):
        as_pdf = _truth(cells.get("LinkedIn.postAsPdf", ""))
        details["linkedinPostDetails"] = {"pdfTitle": cells["LinkedIn.pdfTitle"], "postAsPdf": as_pdf}
    if event := cells.get("Google (GBP).eventType", "").lower():
        _one_of(event, tuple(_GOOGLE_TYPES), "Google event type", problems)
        details["gmbPostDetails"] = _google(cells, _GOOGLE_TYPES.get(event, "STANDARD"), zone, problems)
    if any(cells.get(f"YouTube.{name}") for name in ("title", "privacyLevel", "type")):
        details["youtubePostDetails"] = {
            "title": cells.get("YouTube.title", ""),
            "privacyLevel": cells.get("YouTube.privacyLevel") or "public",
            "type": cells.get("YouTube.type") or "video",
        }
    if privacy := cells.get("TikTok.privacyLevel", "").lower():
        _one_of(privacy, tuple(_TIKTOK_PRIVACY), "TikTok privacy level", problems)
        details["tiktokPostDetails"] = {
            "privacyLevel": _TIKTOK_PRIVACY.get(privacy, "SELF_ONLY"),
            **{name: _truth(cells.get(f"TikTok.{name}", "")) for name in _TIKTOK_SWITCHES},
        }
    if cells.get("Pinterest.title") or cells.get("Pinterest.link"):
        pinterest = {"title": cells.get("Pinterest.title", ""), "link": cells.get("Pinterest.link", "")}
        details["pinterestPostDetails"] = pinterest
    return details


_TIKTOK_SWITCHES = (
    "promoteOtherBrand",
    "enableComment",
    "enableDuet",
    "enableStitch",
    "videoDisclosure",
    "promoteYourBrand",
)


def _google(cells: Cells, kind: str, zone: ZoneInfo, problems: list[str]) -> dict[str, Any]:
    def cell(name: str) -> str:
        return cells.get(f"Google (GBP).{name}", "")

    names = ("title", "offerTitle", "termsConditions", "couponCode", "redeemOnlineUrl")
    details: dict[str, Any] = {"gmbEventType": kind, **{name: cell(name) for name in names if cell(name)}}
    details["actionType"] = cell("actionType").lower() or "none"
    if cell("actionUrl"):
        details["url"] = cell("actionUrl")
    for name, clock in (("startDate", "startTime"), ("endDate", "endTime")):
        moment = _moment(cell(name), zone, problems)
        if moment:
            local = moment.astimezone(zone)
            details[name] = {
                name: {"year": local.year, "month": local.month, "day": local.day},
                clock: {"hours": local.hour, "minutes": local.minute, "seconds": local.second},
            }
        elif kind != "STANDARD":
            problems.append(f"Google {kind.lower()} needs {name}")
    return details


def _one_of(value: str, accepted: tuple[str, ...], name: str, problems: list[str]) -> str:
    if value not in accepted:
        problems.append(f"{name} must be one of {', '.join(accepted)}")
        return accepted[0]
    return value


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _truth(text: str) -> bool:
    return text.strip().lower() in _TRUE
