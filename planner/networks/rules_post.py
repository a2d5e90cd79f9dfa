"""Rules for the post as a whole: accounts, time, approval, kind, whether it says anything at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from planner.networks.content import AccountFacts, Content
from planner.networks.findings import Code, Finding, Level
from planner.networks.judging import Case
from planner.networks.limits import Needs
from planner.networks.table import CSV_AHEAD

TYPES = ("post", "story", "reel")
OBJECT_ID = re.compile(r"[0-9a-f]{24}")
# Only Facebook and Instagram know the difference; a video network shows a reel as the video that it is.
REELS_ARE_POSTS = ("linkedin", "google", "pinterest", "threads", "bluesky")


def accounts(content: Content, chosen: Sequence[AccountFacts]) -> Iterator[Finding]:
    """That there are some, each once, and none that has expired by then."""
    if not chosen:
        said = _("No account is chosen. Choose at least one.")
        yield Finding(Level.ERROR, Code.ACCOUNTS_MISSING, "accounts", "", said)
    if len({account.id for account in chosen}) < len(chosen):
        said = _("An account is chosen twice. Choose it once.")
        yield Finding(Level.ERROR, Code.ACCOUNT_TWICE, "accounts", "", said)
    for account in chosen:
        name = account.name or account.id
        if account.expired:
            said = _("The connection of %(account)s has ended. Reconnect the account.") % {"account": name}
            yield Finding(Level.ERROR, Code.ACCOUNT_EXPIRED, "accounts", account.platform, said)
        elif content.scheduled_at and account.expires_at and account.expires_at <= content.scheduled_at:
            said = _("The connection of %(account)s ends before the post goes out. Reconnect the account.")
            said %= {"account": name}
            yield Finding(Level.WARNING, Code.ACCOUNT_EXPIRES, "accounts", account.platform, said)


def schedule(content: Content, now: datetime) -> Iterator[Finding]:
    """That it has a date ahead where it needs one, and somebody to approve it."""
    if content.status != "published":
        if content.scheduled_at is None:
            said = _("There is no date. Choose when it goes out.")
            yield Finding(Level.ERROR, Code.SCHEDULE_MISSING, "scheduled_at", "", said)
        elif content.scheduled_at <= now:
            said = _("The date has passed. Choose one that lies ahead.")
            yield Finding(Level.ERROR, Code.SCHEDULE_PAST, "scheduled_at", "", said)
        elif content.source == "csv" and content.scheduled_at < now + CSV_AHEAD:
            said = _("The date is less than 10 minutes ahead, which may be too soon for an import.")
            yield Finding(Level.WARNING, Code.SCHEDULE_SOON, "scheduled_at", "", said)
    if content.status == "in_review" and not content.approver:
        said = _("Nobody is asked to approve it. Choose an approver.")
        yield Finding(Level.ERROR, Code.APPROVER_MISSING, "approver", "", said)


def labels(content: Content) -> Iterator[Finding]:
    """Its type and tags, and a watermark that nothing carries."""
    if content.type not in TYPES:
        said = _("A post is a post, a story or a reel. Choose one of them.")
        yield Finding(Level.ERROR, Code.TYPE_UNKNOWN, "type", "", said, even_draft=True)
    if not all(OBJECT_ID.fullmatch(tag) for tag in content.tags):
        said = _("HighLevel does not know one of the tags. Choose tags from the list.")
        yield Finding(Level.ERROR, Code.TAG_UNKNOWN, "tags", "", said, even_draft=True)
    if content.apply_watermark and content.media and not content.counted("image"):
        said = _("The watermark is put on images only, and there is none.")
        yield Finding(Level.WARNING, Code.WATERMARK_UNUSED, "media", "", said)


def kind(case: Case) -> Iterator[Finding]:
    """A kind of post that the network, or a group on it, does not have."""
    asked = case.content.type
    if asked == "story" and case.platform not in ("facebook", "instagram"):
        said = _("%(network)s: there are no stories here. It goes out as an ordinary post.") % {"network": case.name}
        yield case.warning(Code.TYPE_IGNORED, "type", said)
    elif asked == "reel" and case.platform in REELS_ARE_POSTS:
        said = _("%(network)s: there are no reels here. It goes out as an ordinary post.") % {"network": case.name}
        yield case.warning(Code.TYPE_IGNORED, "type", said)
    is_reel = case.platform == "facebook" and case.format == "reel"
    if is_reel and any(account.type == "group" for account in case.accounts):
        said = _("%(network)s: groups take no reels. Leave the group out, or make it an ordinary post.")
        said %= {"network": case.name}
        yield case.error(Code.REEL_ON_GROUP, "accounts", said)


def something(case: Case) -> Iterator[Finding]:
    """What the post must at least have on the network."""
    content, needs = case.content, case.rules.needs
    # A file of an unknown kind may be what is needed.
    unknown = any(not item.kind for item in content.media)
    if needs is Needs.CONTENT and not content.text.strip() and not content.media:
        said = _("%(network)s: there is neither text nor media. Write something, or add an image or a video.")
        yield case.error(Code.CONTENT_MISSING, "text", said % {"network": case.name})
    elif needs is Needs.MEDIA and not content.media:
        said = _("%(network)s: an image or a video is needed. Add one.")
        yield case.error(Code.MEDIA_MISSING, "media", said % {"network": case.name})
    elif needs is Needs.VIDEO and not content.counted("video") and not unknown:
        said = _("%(network)s: a video is needed. Add one.")
        yield case.error(Code.MEDIA_MISSING, "media", said % {"network": case.name})
    elif needs is Needs.IMAGE and not content.counted("image") and not unknown:
        said = _("%(network)s: images are needed, which become its pages. Add some.")
        yield case.error(Code.MEDIA_MISSING, "media", said % {"network": case.name})


def link_preview(case: Case) -> Iterator[Finding]:
    """A card for a link where none is shown."""
    if case.content.link_preview.get("metaLink") and case.network.preview is False:
        said = _("%(network)s: no card is shown for a link here.") % {"network": case.name}
        yield case.warning(Code.PREVIEW_UNUSED, "link_preview", said)
