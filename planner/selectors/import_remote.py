"""What HighLevel has against a row of its own import, in sentences, and the words for its parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Platform
from planner.models.csv_import import CsvImport, CsvRow, ImportPart, RowState

# HighLevel's key of a medium, without its `Error`, and the network that it speaks for.
NETWORK_OF = {
    "instagram": Platform.INSTAGRAM,
    "gmb": Platform.GOOGLE,
    "facebook": Platform.FACEBOOK,
    "linkedin": Platform.LINKEDIN,
    "tiktok": Platform.TIKTOK,
    "tiktokBusiness": Platform.TIKTOK_BUSINESS,
}
KEY = re.compile(r"([A-Za-z]+)Error")
WORDS = {
    "imageSize": gettext_lazy("The image file is too large."),
    "imageAspectRatio": gettext_lazy("The image has the wrong shape."),
    "imageType": gettext_lazy("The image is of a kind that the network does not take."),
    "imageDimension": gettext_lazy("The image has the wrong width or height."),
    "imageWidth": gettext_lazy("The image is too narrow or too wide."),
    "videoType": gettext_lazy("The video is of a kind that the network does not take."),
    "videoDuration": gettext_lazy("The video is too long or too short."),
    "videoSize": gettext_lazy("The video file is too large."),
    "videoAspectRatio": gettext_lazy("The video has the wrong shape."),
    "videoWidthHeight": gettext_lazy("The video has the wrong width or height."),
    "videoCodec": gettext_lazy("The picture of the video is coded in a way that the network does not take."),
    "videoFrameRate": gettext_lazy("The video has too many or too few frames a second."),
    "audioCodec": gettext_lazy("The sound of the video is coded in a way that the network does not take."),
    "audioCodecChannels": gettext_lazy("The sound of the video has too many channels."),
}
# HighLevel's statuses of an import: tone, icon and word.
PARTS = {
    "": ("mute", "hourglass", gettext_lazy("waits to be sent")),
    "pending": ("info", "hourglass", gettext_lazy("received")),
    "importing": ("info", "loader-circle", gettext_lazy("being looked at")),
    "in_progress": ("warn", "hand", gettext_lazy("waits to be finalised")),
    "in_review": ("ok", "eye", gettext_lazy("made, in review")),
    "completed": ("ok", "check", gettext_lazy("completed")),
    "failed": ("bad", "x", gettext_lazy("failed")),
    "deleted": ("mute", "trash-2", gettext_lazy("deleted")),
}


@dataclass(frozen=True, slots=True)
class RemoteProblem:
    """One thing that HighLevel has against a row. `platform` is empty where it is about no network."""

    platform: str
    network: str
    words: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class RemoteLink:
    """The page that a row links to, as HighLevel has read its tags."""

    url: str
    title: str
    description: str
    site: str


def remote_link(row: CsvRow) -> RemoteLink | None:
    """What HighLevel has found at the link of a row; None where it has found nothing. No query."""
    link = row.remote.get("link") if isinstance(row.remote, dict) else None
    if not isinstance(link, dict) or link.get("error"):
        return None
    names = ("ogUrl", "ogTitle", "ogDescription", "ogSiteName")
    url, title, description, site = (str(link.get(name) or "") for name in names)
    found = RemoteLink(url or str(link.get("url") or ""), title, description, site)
    return found if title or description or site else None


def remote_problems(row: CsvRow) -> list[RemoteProblem]:
    """What HighLevel says of a row, its media file by file and network by network. No query."""
    remote = row.remote if isinstance(row.remote, dict) else {}
    found = [RemoteProblem("", "", str(remote["errorMessage"]))] if remote.get("errorMessage") else []
    link = remote.get("link")
    if isinstance(link, dict) and link.get("error"):
        found.append(RemoteProblem("", "", _("The page of the link cannot be read: %s") % link["error"]))
    media = remote.get("medias")
    for medium in media if isinstance(media, list) else ():
        if isinstance(medium, dict):
            found += _of_medium(medium)
    return found


def rows_refused(csv_import: CsvImport) -> int:
    """How many of the rows that wait to be finalised HighLevel has something against. It does not say what it makes of
    them. One query, over all these rows."""
    waiting = csv_import.rows.filter(state=RowState.COMMITTED).only("csv_import", "remote")
    return sum(bool(remote_problems(row)) for row in waiting.iterator(500))


def part_look(part: ImportPart) -> tuple[str, str, str]:
    """Tone, icon and word of a part; a status that is new is shown as it is."""
    if part.status == "in_progress" and part.finalized_at is not None:
        return "info", "loader-circle", _("posts being made")
    tone, icon, word = PARTS.get(part.status, ("ask", "circle-question-mark", part.status))
    return tone, icon, str(word)


def _of_medium(medium: dict[str, Any]) -> list[RemoteProblem]:
    file = str(medium.get("url") or "")
    found = []
    for key, code in medium.items():
        named = KEY.fullmatch(key)
        if not code or (named is None and key != "error"):
            continue
        platform = NETWORK_OF.get(named[1]) if named else None
        words = str(WORDS.get(str(code), code))
        found.append(RemoteProblem(platform or "", str(platform.label) if platform else "", words, file))
    return found
