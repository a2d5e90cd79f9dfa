"""Media and tags of the posts that were rewritten."""

from __future__ import annotations

from collections.abc import Iterable

from highlevel.pull import fit
from highlevel.pull.bulk import bulk_write
from highlevel.pull.rows import as_json
from planner.mirror.families import Family
from planner.mirror.reading import Known
from planner.models import Media, Post

SHOWN = ("url", "kind", "thumbnail", "caption", "alt_text")


def save_media(families: Iterable[Family]) -> None:
    """Make each post's media those of its row, writing only what differs. At most three queries."""
    wanted = {
        (family.pk, position): {
            "post_id": family.pk,
            "position": position,
            "url": item.url or "",
            "kind": fit(item.type, 64),
            "thumbnail": item.thumbnail or "",
            "caption": item.caption or "",
            "alt_text": item.alt_text or "",
            "facts": "{}",
            "remote": as_json(item.raw),
        }
        for family in families
        for position, item in enumerate(family.source.media)
    }
    known_posts = [family.pk for family in families if family.held is not None]
    held = Media.objects.filter(post__in=known_posts) if known_posts else ()
    stale = []
    for media in held:
        place = (media.post_id, media.position)
        new = wanted.get(place)
        if new is not None and media.url == new["url"]:
            new["facts"] = as_json(media.facts)
        if new is None:
            stale.append(media.pk)
        elif as_json(media.remote) == new["remote"] and all(getattr(media, name) == new[name] for name in SHOWN):
            del wanted[place]
    if stale:
        Media.objects.filter(pk__in=stale).delete()
    bulk_write(Media, list(wanted.values()), unique=("post_id", "position"))


def save_tags(families: Iterable[Family], *, known: Known) -> None:
    """Make each post's tags those of its row, as far as the tags are mirrored. At most three queries."""
    through = Post.tags.through
    wanted = {(family.pk, known.tags[name]) for family in families for name in family.source.tags if name in known.tags}
    known_posts = [family.pk for family in families if family.held is not None]
    held = through._default_manager.filter(post__in=known_posts) if known_posts else None
    rows = held.values_list("pk", "post_id", "tag_id") if held is not None else ()
    present = {(post, tag): pk for pk, post, tag in rows}
    stale = [pk for pair, pk in present.items() if pair not in wanted]
    if stale:
        through._default_manager.filter(pk__in=stale).delete()
    missing = sorted(wanted - present.keys())
    if missing:
        bulk_write(through, [{"post_id": post, "tag_id": tag} for post, tag in missing])
