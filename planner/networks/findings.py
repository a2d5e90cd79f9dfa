"""What a check finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """ERROR is refused by HighLevel or by the network; WARNING may go out, but differently than meant, or fail."""

    ERROR = "error"
    WARNING = "warning"


class Code(StrEnum):
    """What is wrong, for programs; `docs/reference/networks.md` explains each."""

    ACCOUNTS_MISSING = "accounts_missing"
    ACCOUNT_TWICE = "account_twice"
    ACCOUNT_EXPIRED = "account_expired"
    ACCOUNT_EXPIRES = "account_expires"
    NETWORK_UNKNOWN = "network_unknown"
    NETWORK_UNSUPPORTED = "network_unsupported"
    TYPE_UNKNOWN = "type_unknown"
    TYPE_IGNORED = "type_ignored"
    REEL_ON_GROUP = "reel_on_group"
    SCHEDULE_MISSING = "schedule_missing"
    SCHEDULE_PAST = "schedule_past"
    SCHEDULE_SOON = "schedule_soon"
    APPROVER_MISSING = "approver_missing"
    TAG_UNKNOWN = "tag_unknown"
    WATERMARK_UNUSED = "watermark_unused"
    CONTENT_MISSING = "content_missing"
    TEXT_UNSENDABLE = "text_unsendable"
    TEXT_TOO_LONG = "text_too_long"
    TEXT_NOT_SHOWN = "text_not_shown"
    TEXT_ENCODED_TOO_LONG = "text_encoded_too_long"
    TEXT_CHARACTERS = "text_characters"
    HASHTAGS_TOO_MANY = "hashtags_too_many"
    COMMENT_TOO_LONG = "comment_too_long"
    COMMENT_UNUSED = "comment_unused"
    PREVIEW_UNUSED = "preview_unused"
    PREVIEW_ADDRESS = "preview_address"
    MEDIA_MISSING = "media_missing"
    MEDIA_TOO_MANY = "media_too_many"
    MEDIA_NOT_USED = "media_not_used"
    MEDIA_NOT_ALLOWED = "media_not_allowed"
    MEDIA_MIXED = "media_mixed"
    MEDIA_ADDRESS = "media_address"
    MEDIA_TYPE = "media_type"
    MEDIA_ENDING = "media_ending"
    MEDIA_FORMAT = "media_format"
    MEDIA_SIZE = "media_size"
    MEDIA_DURATION = "media_duration"
    MEDIA_DIMENSIONS = "media_dimensions"
    MEDIA_RATIO = "media_ratio"
    MEDIA_FRAME_RATE = "media_frame_rate"
    MEDIA_CODEC = "media_codec"
    MEDIA_PAGES = "media_pages"
    ALT_TEXT_TOO_LONG = "alt_text_too_long"
    ALT_TEXT_CUT = "alt_text_cut"
    COVER_FORMAT = "cover_format"
    COVER_SIZE = "cover_size"
    COVER_UNUSED = "cover_unused"
    DETAIL_MISSING = "detail_missing"
    DETAIL_TOO_LONG = "detail_too_long"
    DETAIL_UNKNOWN = "detail_unknown"
    DETAIL_ADDRESS = "detail_address"
    DETAIL_UNUSED = "detail_unused"
    DATES_WRONG = "dates_wrong"
    POLL_OPTIONS = "poll_options"
    POLL_CONFLICT = "poll_conflict"
    BOARDS_TOO_MANY = "boards_too_many"
    COLLABORATORS_TOO_MANY = "collaborators_too_many"
    COLLABORATORS_UNUSED = "collaborators_unused"
    BACKGROUND_CONFLICT = "background_conflict"
    BACKGROUND_TEXT_TOO_LONG = "background_text_too_long"
    DISCLOSURE_CONFLICT = "disclosure_conflict"
    PRIVACY_DEFAULT = "privacy_default"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that speaks against a post.

    `field` says where: text, media, media.0, media.0.alt_text, type, accounts, scheduled_at, approver, tags,
    follow_up_comment, link_preview, details.google.title and the like. `network` is HighLevel's platform, empty when it
    concerns all. `sentence` is for people: what is wrong, the limit, what to do. `even_draft` tells that HighLevel
    refuses it in a draft too.
    """

    level: Level
    code: str
    field: str
    network: str
    sentence: str
    even_draft: bool = False

    @property
    def is_error(self) -> bool:
        return self.level is Level.ERROR
