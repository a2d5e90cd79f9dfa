"""One post of a category queue."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import ConnectedAccount
from highlevel.models import Mirrored, MirroredQuerySet
from queues.models.queue import CategoryQueue


class QueueItem(Mirrored):
    """Items go out by rising `order`, from the queue's `current_order` on, and begin again after the last.

    `scheduled_at` is the aware instant of the next slot, empty while the queue stands still; with `is_skipped` the slot
    passes without the post. `accounts` are those that are mirrored among `account_remote_ids`.

    `content` is what the item says by HighLevel's own keys (see `queues.content`), and `content_hash` the digest of
    what of it can be compared. `variation` is the index of the variation that goes out next. `times_out` and
    `last_out_at` count what a pull saw go out; HighLevel tells neither.
    """

    queue = models.ForeignKey(CategoryQueue, on_delete=models.CASCADE, related_name="items", verbose_name=_("queue"))
    order = models.FloatField(_("order"), default=0)
    text = models.TextField(_("text"), blank=True, default="")
    scheduled_at = models.DateTimeField(_("scheduled for"), null=True, blank=True)
    is_skipped = models.BooleanField(_("skipped once"), default=False)
    accounts = models.ManyToManyField(
        ConnectedAccount, related_name="queue_items", blank=True, verbose_name=_("accounts")
    )
    account_remote_ids = models.JSONField(_("HighLevel account ids"), default=list, blank=True)
    post_remote_id = models.CharField(_("HighLevel id of the original post"), max_length=255, blank=True, default="")
    content = models.JSONField(_("content"), default=dict, blank=True)
    content_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    variations = models.PositiveSmallIntegerField(_("number of variations"), default=0)
    variation = models.PositiveSmallIntegerField(_("variation that goes out next"), default=0)
    errors = models.JSONField(_("errors"), default=list, blank=True)
    has_errors = models.BooleanField(_("has errors"), default=False)
    times_out = models.PositiveIntegerField(_("times seen going out"), default=0)
    last_out_at = models.DateTimeField(_("last seen going out"), null=True, blank=True)

    objects = MirroredQuerySet.as_manager()

    class Meta:
        ordering = ("queue", "order", "pk")
        verbose_name = _("queue item")
        verbose_name_plural = _("queue items")
        constraints = [models.UniqueConstraint(fields=("location", "remote_id"), name="queue_item_one_a_remote_id")]
        indexes = [models.Index(fields=("queue", "order", "id"), name="queue_item_in_order")]  # the cycle of a queue

    def __str__(self) -> str:
        return self.text[:60] or self.remote_id
