"""The queue of a category: posts that go out in turn, again and again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from highlevel.models import Mirrored, MirroredQuerySet
from planner.models import Category

RETURNS_WITHIN_DAYS = 30


class QueueStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    UNKNOWN = "unknown", _("Unknown")

    @classmethod
    def read(cls, text: str) -> QueueStatus:
        """HighLevel's word as one of ours; a word that is new to us is UNKNOWN, and stays readable in `remote`."""
        return cls(text) if text in cls.values else cls.UNKNOWN


class CategoryQueueQuerySet(MirroredQuerySet["CategoryQueue"]):
    def visible_to(self, user: User) -> CategoryQueueQuerySet:
        """Queues of the locations that the person works for."""
        return self.filter(location__in=user.locations())


class CategoryQueue(Mirrored):
    """`time_slots` are the weekly slots on the location's clock (`dayOfWeek` 0 is Sunday, `time` HH:mm);
    `skipped_at` the instants that are left out, as ISO text in UTC. `current_order` is the order of the item that goes
    next. `category` is empty until its category is mirrored; `category_remote_id` says which one it is.

    `returns_within_days` is Rota's own: an item that goes out again sooner is pointed out. `disagreement` holds how
    HighLevel's next dates differ from ours, empty while they agree (see `queues.agreement`).
    """

    Status = QueueStatus

    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="queues", verbose_name=_("category")
    )
    category_remote_id = models.CharField(_("HighLevel category id"), max_length=255, blank=True, default="")
    status = models.CharField(_("status"), max_length=16, choices=QueueStatus)
    time_slots = models.JSONField(_("weekly slots"), default=list, blank=True)
    slots_a_week = models.PositiveSmallIntegerField(_("number of weekly slots"), default=0)
    skipped_at = models.JSONField(_("skipped dates"), default=list, blank=True)
    enable_future_posts = models.BooleanField(_("takes future posts of its category"), default=False)
    prioritize_new_content = models.BooleanField(_("puts new posts first"), default=False)
    current_order = models.FloatField(_("order of the next item"), null=True, blank=True)
    last_scheduled_at = models.DateTimeField(_("last scheduled for"), null=True, blank=True)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    total_posts = models.PositiveIntegerField(_("number of posts"), null=True, blank=True)
    current_post_remote_id = models.CharField(
        _("HighLevel id of the scheduled post"), max_length=255, blank=True, default=""
    )
    returns_within_days = models.PositiveSmallIntegerField(
        _("days within which nothing should return"), default=RETURNS_WITHIN_DAYS
    )
    disagreement = models.JSONField(_("dates that HighLevel sees differently"), default=dict, blank=True)

    objects = CategoryQueueQuerySet.as_manager()

    class Meta:
        ordering = ("category__name", "pk")
        verbose_name = _("category queue")
        verbose_name_plural = _("category queues")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=QueueStatus.values), name="queue_status_known"),
            models.UniqueConstraint(fields=("location", "remote_id"), name="queue_one_a_remote_id"),
        ]

    def __str__(self) -> str:
        return str(self.category or self.category_remote_id)
