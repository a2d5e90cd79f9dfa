"""Pictures and films of a post, in their order."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from planner.models.post import Post


class Media(models.Model):
    """One picture, film or document. `kind` is HighLevel's word when reading: image, video, gif, or a MIME type.

    `facts` is what Rota measured of the file: size (bytes), width, height (pixels), duration (s) and the like.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="media", verbose_name=_("post"))
    position = models.PositiveSmallIntegerField(_("position"))
    url = models.TextField(_("address"))
    kind = models.CharField(_("kind"), max_length=64, blank=True, default="")
    thumbnail = models.TextField(_("thumbnail address"), blank=True, default="")
    caption = models.TextField(_("caption"), blank=True, default="")
    alt_text = models.TextField(_("alternative text"), blank=True, default="")
    facts = models.JSONField(_("measured"), default=dict, blank=True)
    remote = models.JSONField(_("as HighLevel sent it"), default=dict, blank=True)

    class Meta:
        ordering = ("position",)
        verbose_name = _("media")
        verbose_name_plural = _("media")
        constraints = [models.UniqueConstraint(fields=("post", "position"), name="media_one_a_position")]

    def __str__(self) -> str:
        return self.url
