"""The last look at a post before it is due."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from planner.models.post import Post
from planner.models.status import PostStatus

CHECKED = (PostStatus.SCHEDULED, PostStatus.IN_REVIEW)  # posts that are looked at before they are due


class CheckKind(models.TextChoices):
    WRITTEN = "written", _("Once it was written")
    DAY = "day", _("A day ahead")
    HOUR = "hour", _("An hour ahead")


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was found, in the reader's language; `field` and `network` are those of a Finding."""

    level: str
    field: str
    network: str
    sentence: str


class PostCheck(models.Model):
    """What was found when a post was looked at before it is due. Without `checked_at` it has not been yet.

    A post that is written more than a day ahead has its files looked at soon, if nobody has measured them.
    `fingerprint` is the post's at the time: a post that has changed since is looked at anew. `ok` is false when
    something stands against its going out. `findings` has a list a language, because nobody was there to read them.
    """

    Kind = CheckKind

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="due_check", verbose_name=_("post"))
    kind = models.CharField(_("when"), max_length=8, choices=CheckKind, default=CheckKind.DAY)
    fingerprint = models.CharField(max_length=64, blank=True, default="", editable=False)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    ok = models.BooleanField(_("nothing against it"), default=True)
    findings = models.JSONField(_("found"), default=dict, blank=True)
    claim = models.CharField(max_length=36, blank=True, default="", editable=False)
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)

    class Meta:
        verbose_name = _("check before due")
        verbose_name_plural = _("checks before due")
        constraints = [models.CheckConstraint(condition=Q(kind__in=CheckKind.values), name="post_check_kind_known")]
        indexes = [
            models.Index(fields=("post",), condition=Q(ok=False), name="post_check_bad"),  # Today
            models.Index(fields=("checked_at",), name="post_check_age"),  # the daily clean-up
            models.Index(fields=("checked_at",), condition=Q(kind="written"), name="post_check_written"),  # the beat
        ]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.get_kind_display()}"

    @property
    def current(self) -> bool:
        """Whether it speaks of the post as it is now."""
        return self.checked_at is not None and self.fingerprint == self.post.fingerprint

    @property
    def told(self) -> list[Told]:
        """What was found, errors first, in the language of whoever reads now."""
        held = self.findings.get(get_language() or "") or self.findings.get(settings.LANGUAGE_CODE) or []
        return [Told(**one) for one in held]
