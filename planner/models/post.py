"""A post: what was composed. What became of it on each account is a PostTarget."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from highlevel.models import Mirrored, MirroredQuerySet
from planner.models.label import Category, Tag
from planner.models.status import PostStatus


class PostType(models.TextChoices):
    POST = "post", _("Post")
    STORY = "story", _("Story")
    REEL = "reel", _("Reel")


class PostBundle(models.Model):
    """Posts that were written in one go: HighLevel takes one text a post, so versions of it become siblings.

    `key` comes from the page on which they were written, and is good for one bundle: sent twice it writes once.
    """

    key = models.UUIDField(_("key"), unique=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("bundle")
        verbose_name_plural = _("bundles")

    def __str__(self) -> str:
        return str(self.key)


class PostQuerySet(MirroredQuerySet["Post"]):
    def visible_to(self, user: User) -> PostQuerySet:
        """Posts of the locations that the person works for."""
        return self.filter(location__in=user.locations())

    def present(self) -> PostQuerySet:
        """Posts that HighLevel still has and does not call deleted."""
        return self.filter(gone_at=None).exclude(status=PostStatus.DELETED)

    def between(self, start: datetime, end: datetime) -> PostQuerySet:
        """Posts whose date falls in the half-open stretch of aware instants."""
        return self.filter(display_at__gte=start, display_at__lt=end)

    def overdue(self, before: datetime) -> PostQuerySet:
        """Posts that should have gone out before the aware instant and did not."""
        waiting = (PostStatus.SCHEDULED, PostStatus.PENDING, PostStatus.IN_PROGRESS)
        return self.filter(gone_at=None, status__in=waiting, scheduled_at__lt=before)


class Post(Mirrored):
    """A post that HighLevel does not have yet has no `remote_id`.

    `scheduled_at` is when it is meant to go out, `published_at` when it did, `display_at` what lists sort by:
    published, else scheduled, else the date HighLevel shows, else when it was made. All aware, in UTC.

    `details` holds the per-network settings keyed by network, `link_preview` the card of a link, both by HighLevel's
    keys. `approver` and `created_by` are ids of HighLevel's users. `title` is Rota's own, for the team.
    `fingerprint` is the digest of text, media, accounts, time and details. `version` grows by one with each local
    change. `deleting_at` is when somebody asked for its deletion, until HighLevel has confirmed it.
    """

    Status = PostStatus
    Type = PostType

    remote_id = models.CharField(  # type: ignore[assignment]
        _("HighLevel id"), max_length=255, null=True, blank=True
    )
    title = models.CharField(_("title"), max_length=255, blank=True, default="")
    text = models.TextField(_("text"), blank=True, default="")
    type = models.CharField(_("type"), max_length=16, choices=PostType, default=PostType.POST)
    status = models.CharField(_("status"), max_length=32, choices=PostStatus)
    scheduled_at = models.DateTimeField(_("scheduled for"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    display_at = models.DateTimeField(_("date"))
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("category")
    )
    tags = models.ManyToManyField(Tag, related_name="posts", blank=True, verbose_name=_("tags"))
    follow_up_comment = models.TextField(_("follow-up comment"), blank=True, default="")
    details = models.JSONField(_("settings a network"), default=dict, blank=True)
    link_preview = models.JSONField(_("link preview"), default=dict, blank=True)
    apply_watermark = models.BooleanField(_("with watermark"), null=True, blank=True)
    approver = models.CharField(_("HighLevel id of the approver"), max_length=64, blank=True, default="")
    requester_note = models.TextField(_("note to the approver"), blank=True, default="")
    approval_status = models.CharField(_("approval"), max_length=32, blank=True, default="")
    source = models.CharField(_("source"), max_length=32, blank=True, default="")
    error = models.TextField(_("error"), blank=True, default="")
    created_by = models.CharField(_("made by HighLevel user"), max_length=64, blank=True, default="")
    bundle = models.ForeignKey(
        PostBundle, on_delete=models.SET_NULL, null=True, blank=True, related_name="posts", verbose_name=_("bundle")
    )
    deleting_at = models.DateTimeField(_("deletion asked for"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    fingerprint = models.CharField(max_length=64, blank=True, default="", editable=False)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ("-display_at", "-pk")
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.CheckConstraint(condition=Q(type__in=PostType.values), name="post_type_known"),
            models.CheckConstraint(condition=Q(status__in=PostStatus.values), name="post_status_known"),
            models.UniqueConstraint(fields=("location", "remote_id"), name="post_one_a_remote_id"),
        ]
        indexes = [
            models.Index(fields=("location", "-display_at", "-id"), name="post_list_of_location"),  # list, calendar
            models.Index(fields=("-display_at", "-id"), name="post_list_of_all"),  # list, calendar, all locations
            models.Index(fields=("status", "-display_at", "-id"), name="post_list_of_status"),  # Today: failures, due
        ]

    def __str__(self) -> str:
        return self.text[:60] or str(self.get_type_display())
