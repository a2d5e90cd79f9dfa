"""Keeping what is typed into the composer, until it is saved or thrown away."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from planner.composer.writing import Writing
from planner.models import ComposerDraft, Post

KEPT_FOR = timedelta(days=60)  # after the last letter


def draft_keep(page: Writing, *, now: datetime, post: Post | None = None, subject: str = "") -> ComposerDraft:
    """Keep the fields of a page. Of a post that is edited, or of a subject, there is one draft a person: the last page
    wins.

    Drafts that nobody has touched for two months go.
    """
    held: dict[str, Any] = {
        "key": page.key,
        "location": page.location,
        "data": page.sheet.kept(),
        "base": page.before.kept(),
        "version": page.version,
        "updated_at": now,
    }
    known: dict[str, Any] = {"post": post} if post else {"subject": subject} if subject else {"key": page.key}
    draft, _made = ComposerDraft.objects.update_or_create(person=page.person, **known, defaults=held)
    ComposerDraft.objects.filter(person=page.person, updated_at__lt=now - KEPT_FOR).delete()
    return draft


def draft_discard(*, person: User, key: uuid.UUID) -> None:
    """Throw away what the page with this key kept, if it kept anything."""
    ComposerDraft.objects.filter(person=person, key=key).delete()
