"""What HighLevel told Rota by webhook."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class WebhookState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    HANDLED = "handled", _("handled")
    IGNORED = "ignored", _("not for Rota")
    FAILED = "failed", _("failed")


class WebhookEvent(models.Model):
    """One verified delivery. `webhook_id` is HighLevel's; a second delivery with it is a replay and is not kept."""

    State = WebhookState

    webhook_id = models.CharField(_("webhook id"), max_length=128, unique=True)
    type = models.CharField(_("type"), max_length=64)
    body = models.JSONField(_("body"))
    sent_at = models.DateTimeField(_("sent"))
    received_at = models.DateTimeField(_("received"))
    state = models.CharField(_("state"), max_length=16, choices=WebhookState, default=WebhookState.WAITING)
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)
    problem = models.TextField(_("what went wrong"), blank=True, default="")

    class Meta:
        ordering = ("-received_at", "-pk")
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = [models.CheckConstraint(condition=Q(state__in=WebhookState.values), name="webhook_state_known")]
        indexes = [models.Index(fields=("state", "received_at"), name="webhook_waiting")]  # the worker: what to handle

    def __str__(self) -> str:
        return f"{self.type} {self.webhook_id}"
