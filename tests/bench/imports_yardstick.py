"""Importing agency rows with django-import-export: the same gate for each row, the same rows in the same tables."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.db import transaction
from import_export import fields, resources, widgets

from accounts.models import ConnectedAccount, User
from accounts.services.people_binding import acts_as
from highlevel.models import Change, Location
from planner.composing import Composition, MediaItem
from planner.history import CREATED, Entry, history_record
from planner.models import Category, Media, Post, PostBundle, PostTarget, Tag
from planner.outbox.subjects import POST_CREATE, TITLE, post_subject, title_of
from planner.services.post_columns import columns_of, media_rows, target_rows, told
from planner.services.post_gate import post_findings, senders_in
from planner.wire import body_of


class PostResource(resources.ModelResource):  # type: ignore[misc]
    """A post a row. New rows only, no diff and no look-up of an existing one: the quickest that it can be set up."""

    location = fields.Field("location", "teamId", widgets.ForeignKeyWidget(Location, "remote_id"))
    title = fields.Field("title", "title")
    text = fields.Field("text", "text")
    scheduled_at = fields.Field("scheduled_at", "postDate")
    follow_up_comment = fields.Field("follow_up_comment", "followUpComment")

    class Meta:
        model = Post
        fields = ("location", "title", "text", "scheduled_at", "follow_up_comment")
        import_id_fields = ()
        force_init_instance = True
        skip_diff = True
        use_transactions = True

    def __init__(self, person: User, now: datetime) -> None:
        super().__init__()
        self.person, self.now = person, now
        self.senders = senders_in(person, Location.objects.values_list("pk", flat=True))
        self.voices: dict[int, str] = {}

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        row["postDate"] = datetime.fromisoformat(row["postDate"])

    def before_save_instance(self, instance: Post, row: dict[str, Any], **kwargs: Any) -> None:
        composition = self._composition(instance, row)
        found = post_findings(composition, may_send=instance.location_id in self.senders, now=self.now)
        if any(finding.is_error for finding in found):
            raise ValidationError([finding.sentence for finding in found])
        for name, value in columns_of(composition, now=self.now).items():
            setattr(instance, name, value)
        instance.bundle = PostBundle.objects.create(key=uuid.uuid4(), created_at=self.now)
        instance.source, instance.created_by = "composer", self._voice(instance.location)
        self.composition = composition

    def after_save_instance(self, instance: Post, row: dict[str, Any], **kwargs: Any) -> None:
        composition = self.composition
        for target in target_rows(instance, composition):
            PostTarget.objects.create(**target)
        for media in media_rows(instance, composition.media):
            Media.objects.create(**media)
        instance.tags.set(composition.tags)
        changes = {name: (None, value) for name, value in told(composition).items() if value}
        history_record([Entry(instance, CREATED, changes)], actor=self.person, now=self.now)
        Change.objects.create(
            location=instance.location,
            subject=post_subject(instance),
            operation=POST_CREATE,
            payload={"body": body_of(composition, user_id=instance.created_by), TITLE: title_of(instance.text)},
            actor=self.person,
            not_before=self.now,
            created_at=self.now,
        )

    def _voice(self, location: Location) -> str:
        if location.pk not in self.voices:
            self.voices[location.pk] = acts_as(user=self.person, location=location) or ""
        return self.voices[location.pk]

    def _composition(self, instance: Post, row: dict[str, Any]) -> Composition:
        networks = row["socialAccountTypes"].lower().split(",")
        accounts = ConnectedAccount.objects.filter(location=instance.location, platform__in=networks)
        return Composition(
            location=instance.location,
            accounts=tuple(accounts),
            text=instance.text,
            media=tuple(MediaItem(url, "image/jpeg") for url in row["facebookMediaUrls"].split("#")),
            follow_up_comment=instance.follow_up_comment,
            category=Category.objects.get(location=instance.location, name=row["category"]),
            tags=tuple(Tag.objects.filter(location=instance.location, name__in=row["tags"].split("#"))),
            scheduled_at=instance.scheduled_at,
            status=row["status"].lower(),
            title=instance.title,
        )


def yardstick_dry_run(headers: Sequence[str], rows: Iterable[Sequence[str]], person: User) -> int:
    """Go through the rows as the import does, and roll back; returns how many are valid."""
    result = PostResource(person, datetime.now(UTC)).import_data(_dataset(headers, rows), dry_run=True)
    return 0 if result.has_errors() or result.has_validation_errors() else len(result.rows)


def yardstick(headers: Sequence[str], rows: Iterable[Sequence[str]], person: User) -> int:
    """Import the rows; returns how many became posts with all their parts."""
    data = _dataset(headers, rows)
    before = Post.objects.count(), PostTarget.objects.count(), Media.objects.count()
    with transaction.atomic():
        result = PostResource(person, datetime.now(UTC)).import_data(data, raise_errors=True)
    made = Post.objects.count() - before[0]
    parts = PostTarget.objects.count() - before[1] == 2 * made and Media.objects.count() - before[2] == made
    return made if parts and not result.has_errors() else 0


def _dataset(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> tablib.Dataset:
    return tablib.Dataset(*map(tuple, rows), headers=list(headers))
