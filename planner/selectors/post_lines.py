"""A post as one line of a list: what became of it on each account, what went wrong, what it carries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from planner.models import Media, Post, PostStatus, PostTarget
from planner.network_links import network_link
from planner.selectors.post_local import Local

GRACE = timedelta(minutes=15)
WAITING = (PostStatus.SCHEDULED, PostStatus.PENDING, PostStatus.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class Result:
    """A post on one account. `platform` is empty when the account is not connected any more."""

    account: str
    platform: str
    network: str
    status: str
    error: str
    link: str
    published_at: datetime | None
    reactions: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a network said, and on which networks; `networks` is empty when HighLevel did not say where."""

    networks: str
    text: str


@dataclass(frozen=True, slots=True)
class PostLine:
    """`text` is the beginning of the post; `late` says that it should have gone out and did not; `local` is what
    HighLevel does not know of it yet."""

    post: Post
    text: str
    results: tuple[Result, ...]
    troubles: tuple[Trouble, ...]
    media: tuple[str, ...]
    late: bool
    local: Local | None


def post_line(post: Post, *, text: str, now: datetime, local: Local | None = None) -> PostLine:
    """The line of a post whose targets (with accounts) and media were fetched with it."""
    targets = list(post.targets.all())
    return PostLine(
        post=post,
        text=text,
        results=tuple(result(target) for target in targets),
        troubles=tuple(troubles(post, targets)),
        media=tuple(media_words(list(post.media.all()))),
        late=post.status in WAITING and post.scheduled_at is not None and post.scheduled_at < now - GRACE,
        local=local,
    )


def result(target: PostTarget) -> Result:
    account = target.account
    platform = account.platform if account else ""
    return Result(
        account=str(account) if account else target.account_remote_id,
        platform=platform,
        network=account.platform_label if account else _("Not connected any more"),
        status=target.status,
        error=target.error,
        link=network_link(platform, target.network_post_id),
        published_at=target.published_at,
        reactions=tuple(_reactions(target.insights)),
    )


def troubles(post: Post, targets: list[PostTarget]) -> list[Trouble]:
    """Each different error once, with the networks that gave it; the post's own where no account has one."""
    said: dict[str, list[str]] = {}
    for target in targets:
        if target.error:
            name = target.account.platform_label if target.account else target.account_remote_id
            said.setdefault(target.error, []).append(name)
    if said:
        return [Trouble(", ".join(dict.fromkeys(names)), text) for text, names in said.items()]
    return [Trouble("", post.error)] if post.error else []


def media_words(media: list[Media]) -> list[str]:
    """What a post carries, counted: `3 images`, `1 video`."""
    counted = Counter(media_kind(item.kind) for item in media)
    words = {
        "image": lambda number: ngettext("%d image", "%d images", number),
        "gif": lambda number: ngettext("%d GIF", "%d GIFs", number),
        "video": lambda number: ngettext("%d video", "%d videos", number),
        "file": lambda number: ngettext("%d file", "%d files", number),
    }
    return [words[kind](number) % number for kind, number in counted.items()]


def media_kind(kind: str) -> str:
    """`image`, `gif`, `video` or `file`, from HighLevel's word or MIME type."""
    word = kind.lower()
    if "gif" in word:
        return "gif"
    return next((known for known in ("image", "video") if word == known or word.startswith(f"{known}/")), "file")


def _reactions(insights: dict[str, Any]) -> list[tuple[str, int]]:
    words = {"like": _("Likes"), "comment": _("Comments"), "share": _("Shares")}
    return [
        (word, number)
        for key, word in words.items()
        if isinstance(number := insights.get(key), int) and not isinstance(number, bool)
    ]
