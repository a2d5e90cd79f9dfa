"""Keeping what is typed into the composer, until it is saved or thrown away."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from accounts.models import User
from highlevel.models import Location
from planner.composer.sheet import Sheet
from planner.models import ComposerDraft, Post

KEPT_FOR = timedelta(days=60)  # after the last letter


def draft_keep(
    *,
    person: User,
    location: Location,
    post: Post | None,
    key: uuid.UUID,
    sheet: Sheet,
    base: Sheet,
    version: int,
    now: datetime,
) -> ComposerDraft:
    """Keep the fields of a page. Of a post that is edited there is one draft a person: the last page wins.

    Drafts that nobody has touched for two months go.
    """
    held = {"location": location, "data": sheet.kept(), "base": base.kept(), "version": version, "updated_at": now}
    if post is not None:
        draft, _made = ComposerDraft.objects.update_or_create(person=person, post=post, defaults={**held, "key": key})
    else:
        draft, _made = ComposerDraft.objects.update_or_create(person=person, key=key, defaults=held)
    ComposerDraft.objects.filter(person=person, updated_at__lt=now - KEPT_FOR).delete()
    return draft


def draft_discard(*, person: User, key: uuid.UUID) -> None:
    """Throw away what the page with this key kept, if it kept anything."""
    ComposerDraft.objects.filter(person=person, key=key).delete()
