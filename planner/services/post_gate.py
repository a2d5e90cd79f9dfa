"""The one gate that everything passes that is to be sent, whichever page, file, script or queue it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.access import locations_for
from accounts.models import ConnectedAccount, Role, User
from planner.composing import Composition, MediaItem
from planner.models import Post, PostStatus
from planner.networks import AccountFacts, Content, Finding, Level, MediaFacts, check
from planner.networks.content import ending_format
from planner.services.post_errors import NotEditable

# A creator writes and submits; that something goes out is for the others to decide.
SENDERS = (Role.MANAGER, Role.APPROVER)
GOING_OUT = (PostStatus.SCHEDULED, PostStatus.PUBLISHED)
EDITABLE = (PostStatus.DRAFT, PostStatus.SCHEDULED, PostStatus.IN_REVIEW, PostStatus.FAILED)


def senders_in(user: User, locations: Iterable[int]) -> set[int]:
    """Those of the locations (primary keys) in which the person may decide that something goes out. One query."""
    return set(locations_for(user, *SENDERS).filter(pk__in=list(locations)).values_list("pk", flat=True))


def post_findings(composition: Composition, *, may_send: bool, now: datetime, source: str = "") -> list[Finding]:
    """What speaks against writing the composition as it is, errors first. `source` as in Content. No query."""
    content = content_of(composition, source=source)
    found = check(content, [account_facts(one, now) for one in composition.accounts], now=now)
    if composition.status in GOING_OUT and not may_send:
        words = _("Your role writes and submits. Send the post for approval instead, or save it as a draft.")
        return [Finding(Level.ERROR, "needs_approval", "status", "", words), *found]
    return found


def content_of(composition: Composition, *, source: str = "") -> Content:
    """The composition as the validator reads it."""
    return Content(
        text=composition.text,
        type=composition.type,
        media=tuple(media_facts(item) for item in composition.media),
        details=composition.details,
        follow_up_comment=composition.follow_up_comment,
        link_preview=composition.link_preview,
        scheduled_at=composition.scheduled_at,
        status=composition.status,
        approver=composition.approver,
        tags=tuple(tag.remote_id for tag in composition.tags),
        apply_watermark=composition.apply_watermark,
        source=source,
    )


def account_facts(account: ConnectedAccount, now: datetime) -> AccountFacts:
    """An account as the validator reads it, judged at the aware instant `now`."""
    return AccountFacts(
        id=account.remote_id,
        platform=account.platform,
        type=account.type,
        name=str(account),
        expired=account.is_expired or (account.expires_at is not None and account.expires_at <= now),
        expires_at=account.expires_at,
    )


FACTS = (
    "size",
    "width",
    "height",
    "duration",
    "frame_rate",
    "video_codec",
    "audio_codec",
    "pages",
    "thumbnail_size",
)


def media_facts(item: MediaItem) -> MediaFacts:
    """A file as the validator reads it: what it was measured to be, else what it is said to be."""
    known = {name: item.facts[name] for name in FACTS if item.facts.get(name) is not None} if item.facts else {}
    measured, ending = str(item.facts.get("mime") or ""), ending_format(item.url)
    return MediaFacts(
        url=item.url,
        mime=measured or item.kind,
        alt_text=item.alt_text,
        thumbnail=item.thumbnail,
        promised=ending if measured and ending != measured else "",
        held=item.held,
        **known,
    )


def require_editable(post: Post) -> None:
    """Pass when HighLevel would still take an edit of the post; else raise NotEditable with the reason."""
    if post.gone_at is not None or post.status == PostStatus.DELETED:
        raise NotEditable(_("This post is deleted in HighLevel."))
    if post.deleting_at is not None:
        raise NotEditable(_("This post is being deleted."))
    if post.status in EDITABLE or (post.status == PostStatus.PENDING and post.remote_id is None):
        return
    if post.status == PostStatus.PUBLISHED:
        raise NotEditable(_("This post is published. What is on the networks can only be changed there."))
    raise NotEditable(_("This post is going out now."))
