"""What somebody has typed into the composer and not saved yet."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from highlevel.models import Location
from planner.models.post import Post


class ComposerDraft(models.Model):
    """Everything in the fields of one composer, kept as it is typed, for the person alone who types it.

    `post` is the one that is edited, empty for a new one. `subject` names whatever else is written, in words of the
    floor that it belongs to; it is empty for posts. `key` is the page's: a new post is written under it, so that
    saving twice writes once. `base` is what the fields showed when the page was opened, `version` the post's then.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="composer_drafts", verbose_name=_("person")
    )
    location = models.ForeignKey(
        Location, on_delete=models.CASCADE, related_name="composer_drafts", verbose_name=_("location")
    )
    post = models.ForeignKey(
        Post,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="composer_drafts",
        verbose_name=_("post"),
    )
    subject = models.CharField(_("subject"), max_length=64, blank=True, default="")
    key = models.UUIDField(_("key"), default=uuid.uuid4, editable=False)
    data = models.JSONField(_("fields"), default=dict, blank=True)
    base = models.JSONField(_("fields when it was opened"), default=dict, blank=True)
    version = models.PositiveIntegerField(_("version of the post"), default=0)
    updated_at = models.DateTimeField(_("kept"))

    class Meta:
        ordering = ("-updated_at", "-pk")
        verbose_name = _("unfinished post")
        verbose_name_plural = _("unfinished posts")
        constraints = [
            models.UniqueConstraint(fields=("person", "key"), name="composer_draft_one_a_key"),
            models.UniqueConstraint(
                fields=("person", "post"), condition=Q(post__isnull=False), name="composer_draft_one_a_post"
            ),
            models.UniqueConstraint(
                fields=("person", "subject"), condition=~Q(subject=""), name="composer_draft_one_a_subject"
            ),
        ]
        indexes = [
            # the composer: what the person left unfinished at a client
            models.Index(fields=("person", "location", "-updated_at"), name="composer_draft_of_person"),
        ]

    def __str__(self) -> str:
        texts = self.data.get("text") or [""]
        return " ".join(str(texts[0]).split())[:60] or str(_("No text yet"))
