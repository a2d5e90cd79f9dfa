"""What is judged: a post as it would be sent, and what is known of its files and its accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import cached_property

from planner.remote import MIME_BY_ENDING, MIME_BY_OTHER_NAME, ending_of

UPLOAD = "rota-upload:"  # begins the address of a file that Rota has and HighLevel has not yet


@dataclass(frozen=True)
class MediaFacts:
    """What is known of one file. What is None or empty is not known, and never speaks against a post.

    `mime` is a MIME type, or HighLevel's word image, video or gif. `size` and `thumbnail_size` are bytes, `width` and
    `height` pixels, `duration` seconds, `frame_rate` frames a second, `pages` those of a PDF. `promised` is the MIME
    type of the address's ending where the content turned out to be another. `held` are addresses of it that HighLevel
    has taken.
    """

    url: str
    mime: str = ""
    size: int | None = None
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    frame_rate: float | None = None
    video_codec: str = ""
    audio_codec: str = ""
    pages: int | None = None
    alt_text: str = ""
    thumbnail: str = ""
    thumbnail_size: int | None = None
    promised: str = ""
    held: frozenset[str] = frozenset()

    @cached_property
    def format(self) -> str:
        """The MIME type as it is sent, by what was said or else by the ending of the address; empty when unknown."""
        if "/" in self.mime:
            return MIME_BY_OTHER_NAME.get(self.mime, self.mime)
        if self.mime.lower() == "gif":
            return "image/gif"
        found = ending_format(self.url)
        return found if not self.mime or found.startswith(f"{self.mime.lower()}/") else ""

    @cached_property
    def kind(self) -> str:
        """image, video, or empty for what is neither or not known."""
        family = self.format.partition("/")[0] or self.mime.lower()
        return family if family in ("image", "video") else ""

    @property
    def cover(self) -> str:
        """The address of the picture chosen for a video; HighLevel names the file itself where none was chosen."""
        return self.thumbnail if self.thumbnail != self.url else ""


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """A connected account; `id` is HighLevel's. `expires_at` is an aware instant, None when it does not expire."""

    id: str
    platform: str
    type: str = ""
    name: str = ""
    expired: bool = False
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """A post to judge.

    `type` is post, story or reel. `details` has the settings of each network under the network's name (facebook,
    instagram, linkedin, google, tiktok, youtube, pinterest), in HighLevel's own keys; `link_preview` has the keys of
    its ogTagsDetails. `status` is draft, scheduled, in_review, or published for what goes out at once and needs no
    date. `tags` are HighLevel's ids. `source` is csv for a row of HighLevel's import files, which have rules of their
    own.
    """

    text: str = ""
    type: str = "post"
    media: tuple[MediaFacts, ...] = ()
    details: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    follow_up_comment: str = ""
    link_preview: Mapping[str, Any] = field(default_factory=dict)
    scheduled_at: datetime | None = None
    status: str = "scheduled"
    approver: str = ""
    tags: tuple[str, ...] = ()
    apply_watermark: bool | None = None
    source: str = ""

    def settings(self, network: str) -> Mapping[str, Any]:
        """The settings of a network, empty when there are none."""
        found = self.details.get(network)
        return found if isinstance(found, Mapping) else {}

    def format(self, platform: str) -> str:
        """Which row of the table applies on a network: post, story, reel, pdf, poll, video or short."""
        settings = self.settings(platform)
        if platform in ("facebook", "instagram"):
            return _one_of(settings.get("type") or self.type, "post", "story", "reel")
        if platform == "linkedin":
            return "poll" if settings.get("poll") else "pdf" if settings.get("postAsPdf") else "post"
        if platform == "youtube":
            return _one_of(settings.get("type"), "video", "short")
        return "post"

    def counted(self, kind: str) -> int:
        """How many of the files are images or videos."""
        return sum(item.kind == kind for item in self.media)


def ending_format(url: str) -> str:
    """The MIME type that the ending of an address promises, empty when it promises none."""
    return MIME_BY_ENDING.get(ending_of(url), "")


def _one_of(value: Any, first: str, *others: str) -> str:
    return value if value in others else first
