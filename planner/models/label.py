"""Categories and tags of a location."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from highlevel.models import Mirrored, MirroredQuerySet


class Category(Mirrored):
    """What kind of content a post is. The colours are HighLevel's, as #rrggbb, or empty."""

    name = models.CharField(_("name"), max_length=255)
    primary_colour = models.CharField(_("colour"), max_length=16, blank=True, default="")
    secondary_colour = models.CharField(_("second colour"), max_length=16, blank=True, default="")

    objects = MirroredQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [models.UniqueConstraint(fields=("location", "remote_id"), name="category_one_a_remote_id")]

    def __str__(self) -> str:
        return self.name


class Tag(Mirrored):
    """A word that posts are found by."""

    name = models.CharField(_("name"), max_length=255)

    objects = MirroredQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [models.UniqueConstraint(fields=("location", "remote_id"), name="tag_one_a_remote_id")]

    def __str__(self) -> str:
        return self.name
