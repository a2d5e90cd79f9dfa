"""Categories as places for a queue."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from planner.models import Category


class QueueOffer(models.Model):
    """How many published posts HighLevel would put into the queue of a category, or has put there."""

    category = models.OneToOneField(
        Category, on_delete=models.CASCADE, related_name="queue_offer", verbose_name=_("category")
    )
    published_posts = models.PositiveIntegerField(_("published posts"), default=0)
    checked_at = models.DateTimeField(_("asked"))

    class Meta:
        ordering = ("category__name", "pk")
        verbose_name = _("category on offer")
        verbose_name_plural = _("categories on offer")

    def __str__(self) -> str:
        return str(self.category)
