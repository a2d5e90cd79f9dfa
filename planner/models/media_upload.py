"""Files that people gave to Rota, on their way to HighLevel's media library."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from highlevel.models import Location
from planner.networks.content import UPLOAD

MAKING = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "video/mp4": "mp4",
    "video/mov": "mov",
    "video/webm": "webm",
    "application/pdf": "pdf",
}
"""The kinds of file that HighLevel takes for posts, with the ending each gets."""


class UploadState(models.TextChoices):
    WAITING = "waiting", _("On its way")
    READY = "ready", _("In the media library")
    REFUSED = "refused", _("Not taken")


class MediaUploadQuerySet(models.QuerySet["MediaUpload"]):
    def visible_to(self, user: User) -> MediaUploadQuerySet:
        """Uploads of the locations that the person works for."""
        return self.filter(location__in=user.locations())


class MediaUpload(models.Model):
    """One file. Until it is in HighLevel's library it goes by `address`; then it has a `url`.

    `mime` and `facts` are what the content says (planner.probing). `file` is its name in the folder of uploads, empty
    once it is not kept here any more. `key` makes the name in HighLevel's library unique. `error` is a code for
    highlevel.causes.
    """

    State = UploadState

    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="media_uploads", verbose_name=_("location")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    file = models.CharField(_("file"), max_length=64, blank=True, default="")
    name = models.CharField(_("name"), max_length=255)
    mime = models.CharField(_("kind"), max_length=64)
    size = models.PositiveBigIntegerField(_("bytes"))
    facts = models.JSONField(_("measured"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=16, choices=UploadState, default=UploadState.WAITING)
    url = models.TextField(_("address in the library"), blank=True, default="")
    remote_id = models.CharField(_("HighLevel id"), max_length=255, blank=True, default="")
    error = models.CharField(_("error code"), max_length=64, blank=True, default="")
    created_at = models.DateTimeField(_("made"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    objects = MediaUploadQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=UploadState.values), name="upload_state_known"),
            models.CheckConstraint(condition=~Q(state="ready") | ~Q(url=""), name="upload_ready_has_address"),
        ]
        indexes = [
            # the daily clean-up: files that are here and need not be
            models.Index(fields=("settled_at",), condition=~Q(file=""), name="upload_kept_here"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """What stands for the file in a post until HighLevel has it."""
        return f"{UPLOAD}{self.pk}"

    @property
    def path(self) -> Path:
        """Where the file lies, if it is kept here."""
        return uploads_folder() / self.file

    @property
    def remote_name(self) -> str:
        """Its name in HighLevel's library, which no other file has."""
        return f"{self.key.hex}.{MAKING[self.mime]}"


def uploads_folder() -> Path:
    return Path(settings.FILES_DIR) / "uploads"


def upload_key(address: str) -> int | None:
    """The primary key in the address of an upload, None for any other address."""
    number = address.removeprefix(UPLOAD)
    return int(number) if number != address and number.isascii() and number.isdigit() and len(number) < 19 else None
