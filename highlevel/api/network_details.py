"""What only one network has in a post. In answers any part may be missing, even what a request must carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from highlevel.api.payload import Keys, Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class TiktokDetails(Payload):
    """`privacy_level`: PUBLIC_TO_EVERYONE, MUTUAL_FOLLOW_FRIENDS or SELF_ONLY."""

    privacy_level: str | None = None
    promote_other_brand: bool | None = None
    enable_comment: bool | None = None
    enable_duet: bool | None = None
    enable_stitch: bool | None = None
    video_disclosure: bool | None = None
    promote_your_brand: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay(Payload):
    """A day without a zone."""

    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockTime(Payload):
    """A time of day without a zone."""

    hours: int
    minutes: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventStart(Payload):
    """When an event or offer begins, on the business's own clock."""

    day: Annotated[CalendarDay | None, Keys("startDate")] = None
    time: Annotated[ClockTime | None, Keys("startTime")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventEnd(Payload):
    """When an event or offer ends, on the business's own clock."""

    day: Annotated[CalendarDay | None, Keys("endDate")] = None
    time: Annotated[ClockTime | None, Keys("endTime")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleDetails(Payload):
    """`event_type`: STANDARD, EVENT or OFFER; `action_type` is lower case (none, book, call, ...)."""

    event_type: Annotated[str | None, Keys("gmbEventType")] = None
    title: str | None = None
    offer_title: str | None = None
    start: Annotated[EventStart | None, Keys("startDate")] = None
    end: Annotated[EventEnd | None, Keys("endDate")] = None
    terms_conditions: str | None = None
    url: str | None = None
    coupon_code: str | None = None
    redeem_online_url: str | None = None
    action_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueskyDetails(Payload):
    """Only in answers: HighLevel takes none of this from us."""

    shortened_links: tuple[str, ...] = ()
    reply_to: str | None = None
    quote_post: str | None = None
    language: str | None = None
    external_link: str | None = None
    external_link_title: str | None = None
    external_link_description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PollOption(Payload):
    """One answer of a poll."""

    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PollSettings(Payload):
    """`duration`: ONE_DAY, THREE_DAYS, SEVEN_DAYS or FOURTEEN_DAYS."""

    duration: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll(Payload):
    """A LinkedIn poll with 2 to 4 different options."""

    question: str | None = None
    options: tuple[PollOption, ...] | None = None
    settings: PollSettings | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedinDetails(Payload):
    """HighLevel wants `pdf_title` and `post_as_pdf` in a request even for a poll."""

    pdf_title: str | None = None
    post_as_pdf: bool | None = None
    poll: Poll | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardChoice(Payload):
    """The boards of one Pinterest account."""

    account_id: str | None = None
    boards: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PinterestDetails(Payload):
    """`board_ids` is the old form (by OAuth id); `pinterest_boards` wins where both are given."""

    title: str | None = None
    link: str | None = None
    board_ids: dict[str, Any] | None = None
    pinterest_boards: tuple[BoardChoice, ...] | None = None
    shortened_links: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FacebookDetails(Payload):
    """`type`: post, story or reel."""

    type: str | None = None
    text_format_preset_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstagramDetails(Payload):
    """`collaborators` maps an account id to user names without @."""

    type: str | None = None
    collaborators: dict[str, Any] | None = None
    show_on_feed: bool | None = None
    publish_via_push_notification: bool | None = None
    publisher_note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class YoutubeDetails(Payload):
    """`privacy_level`: private, public or unlisted; `type`: video or short."""

    title: str | None = None
    privacy_level: str | None = None
    type: str | None = None
