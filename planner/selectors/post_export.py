"""Posts as rows of a table for spreadsheets, however many, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from planner.models import Post
from planner.network_links import network_link
from planner.selectors.keyset import Place, keyset_page
from planner.selectors.post_filters import PostFilters, matching
from planner.selectors.posts import BULKY, post_parts

CHUNK = 200


def export_head() -> list[str]:
    """What the columns are called, in the reader's language."""
    return [
        _("Post"),
        _("Client"),
        _("Time zone"),
        _("Date and time at the client"),
        _("Date and time in UTC"),
        _("Status"),
        _("Type"),
        _("Networks"),
        _("Accounts"),
        _("Text"),
        _("Follow-up comment"),
        _("Category"),
        _("Tags"),
        _("Media"),
        _("Links"),
        _("Errors"),
    ]


def export_rows(filters: PostFilters) -> Iterator[list[str]]:
    """Every post that passes the filters, in the order of the list. Four queries for each 200 posts."""
    posts = matching(filters).select_related("location", "category").defer(*BULKY)
    rows, place = post_parts(posts, whole=True), Place()
    while True:
        page = keyset_page(rows, place=place, size=CHUNK, newest_first=filters.newest_first)
        yield from map(_row, page.rows)
        if page.next is None:
            return
        place = Place.read(page.next)


def _row(post: Post) -> list[str]:
    targets = list(post.targets.all())
    accounts = [target.account for target in targets if target.account]
    links = [network_link(target.account.platform, target.network_post_id) for target in targets if target.account]
    errors = [f"{target}: {target.error}" for target in targets if target.error]
    at = post.published_at or post.scheduled_at
    return [
        str(post.pk),
        post.location.name,
        post.location.timezone,
        _minute(post.location.local(at)) if at else "",
        _minute(at.astimezone(UTC)) if at else "",
        post.get_status_display(),
        post.get_type_display(),
        ", ".join(dict.fromkeys(account.platform_label for account in accounts)),
        ", ".join(map(str, targets)),
        post.text,
        post.follow_up_comment,
        post.category.name if post.category else "",
        ", ".join(tag.name for tag in post.tags.all()),
        " ".join(media.url for media in post.media.all()),
        " ".join(link for link in links if link),
        "; ".join(errors or ([post.error] if post.error else [])),
    ]


def _minute(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M")
