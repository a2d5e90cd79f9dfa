"""Filters of the Posts page that somebody gave a name."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> SavedViewQuerySet:
        """One's own, and those that others share with the team."""
        return self.filter(Q(person=user) | Q(shared=True))


class SavedView(models.Model):
    """`filters` is the query of the page as `PostFilters.values` writes it, without the location. One's default is what
    the page opens with."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views", verbose_name=_("person")
    )
    name = models.CharField(_("name"), max_length=60)
    filters = models.TextField(_("filters"), blank=True, default="")
    shared = models.BooleanField(_("for the whole team"), default=False)
    is_default = models.BooleanField(_("opens first"), default=False)
    created_at = models.DateTimeField(_("made"))

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(
                fields=("person", "name"),
                name="saved_view_one_a_name",
                violation_error_message=_("You have a view of this name already."),
            ),
            models.UniqueConstraint(
                fields=("person",), condition=Q(is_default=True), name="saved_view_one_default_a_person"
            ),
        ]
        indexes = [models.Index(fields=("shared", "name"), name="saved_view_shared")]  # the tabs of the Posts page

    def __str__(self) -> str:
        return self.name
