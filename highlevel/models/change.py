"""The outbox: one row a thing to tell HighLevel."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from highlevel.models.location import Location

LATE = timedelta(minutes=5)  # after this a change that has not arrived is shown on Today


class ChangeState(models.TextChoices):
    PENDING = "pending", _("Waiting")
    SENDING = "sending", _("Sending")
    DONE = "done", pgettext_lazy("change", "Done")
    UNCONFIRMED = "unconfirmed", _("Unconfirmed")
    REFUSED = "refused", pgettext_lazy("change", "Refused")
    CANCELLED = "cancelled", _("Cancelled")


MOVES: dict[str, frozenset[str]] = {
    ChangeState.PENDING: frozenset({ChangeState.SENDING, ChangeState.CANCELLED}),
    ChangeState.SENDING: frozenset(
        {ChangeState.DONE, ChangeState.PENDING, ChangeState.UNCONFIRMED, ChangeState.REFUSED}
    ),
    ChangeState.UNCONFIRMED: frozenset(
        {ChangeState.DONE, ChangeState.PENDING, ChangeState.REFUSED, ChangeState.CANCELLED}
    ),
    ChangeState.REFUSED: frozenset({ChangeState.PENDING, ChangeState.CANCELLED}),
    ChangeState.DONE: frozenset(),
    ChangeState.CANCELLED: frozenset(),
}
OPEN = (ChangeState.PENDING, ChangeState.SENDING, ChangeState.UNCONFIRMED, ChangeState.REFUSED)
MOVING = (ChangeState.PENDING, ChangeState.UNCONFIRMED)  # a worker goes on with them when their time comes


class ChangeQuerySet(models.QuerySet["Change"]):
    def open(self) -> ChangeQuerySet:
        """Changes that HighLevel does not know of for certain yet."""
        return self.filter(state__in=OPEN)

    def due(self, now: datetime) -> ChangeQuerySet:
        """Waiting changes that may be sent at the aware instant `now`, oldest first."""
        return self.filter(state=ChangeState.PENDING, not_before__lte=now).order_by("pk")

    def ready(self, now: datetime) -> ChangeQuerySet:
        """Due changes whose turn it is: no older one of their subject is open, nor one they come after, and their
        location is not paused."""
        older = Change.objects.open().filter(subject=OuterRef("subject"), pk__lt=OuterRef("pk"))
        earlier = Change.after.through.objects.filter(from_change=OuterRef("pk"), to_change__state__in=OPEN)
        return self.due(now).filter(~Exists(older), ~Exists(earlier), location__paused_at=None)

    def lost(self, now: datetime) -> ChangeQuerySet:
        """Unconfirmed changes that are due to be looked up, and whose location is not paused."""
        return self.filter(state=ChangeState.UNCONFIRMED, not_before__lte=now, location__paused_at=None)

    def moving_at(self, location_id: int, now: datetime) -> ChangeQuerySet:
        """What this location has to send or to look up, whether or not it is its turn; what is due longest first."""
        here = self.filter(location=location_id, state__in=MOVING, not_before__lte=now)
        return here.order_by("not_before", "pk")

    def stale(self, before: datetime) -> ChangeQuerySet:
        """Changes claimed before the aware instant by a worker that never came back."""
        return self.filter(state=ChangeState.SENDING, claimed_at__lt=before)

    def late(self, now: datetime) -> ChangeQuerySet:
        """Changes that should have reached HighLevel some minutes before the aware instant `now`."""
        return self.open().filter(created_at__lt=now - LATE)


class Change(models.Model):
    """One thing to tell HighLevel, written in the same transaction as the local edit.

    `subject` names what it is about, as `kind:pk` (`post:17`); changes of one subject go in order of their pk, and a
    change goes after all those in `after`, whatever their subject. `operation` is a key of the outbox's registry.
    `base` is the remote version the editor saw.
    """

    State = ChangeState

    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="changes", verbose_name=_("location"))
    subject = models.CharField(_("subject"), max_length=64)
    operation = models.CharField(_("operation"), max_length=64)
    payload = models.JSONField(_("payload"), default=dict, blank=True)
    base = models.JSONField(_("base version"), default=dict, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    after = models.ManyToManyField(
        "self", symmetrical=False, related_name="before", blank=True, verbose_name=_("goes after")
    )
    state = models.CharField(_("state"), max_length=16, choices=ChangeState, default=ChangeState.PENDING)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    looks = models.PositiveIntegerField(_("look-ups"), default=0)
    not_before = models.DateTimeField(_("not before"))
    claim = models.CharField(max_length=36, blank=True, default="", editable=False)
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    error_code = models.CharField(_("error code"), max_length=64, blank=True, default="")
    error_detail = models.TextField(_("what HighLevel said"), blank=True, default="")
    trace_id = models.CharField(_("trace id"), max_length=128, blank=True, default="")
    outcome = models.JSONField(_("outcome"), default=dict, blank=True)
    created_at = models.DateTimeField(_("made"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ChangeState.values), name="change_state_known"),
            models.UniqueConstraint(
                fields=("subject", "operation"),
                condition=Q(state="pending", attempts=0),
                name="change_one_fresh_an_operation",
            ),
        ]
        indexes = [
            models.Index(fields=("state", "not_before"), name="change_due"),  # the sweep: what to send now
            models.Index(  # a location's turn: what is due longest, however long its history is
                fields=("location", "not_before", "id"), condition=Q(state__in=MOVING), name="change_turn"
            ),
            models.Index(fields=("subject", "id"), name="change_of_subject"),  # order within a subject
            models.Index(fields=("location", "state"), name="change_of_location"),  # pause, what a location waits for
            models.Index(fields=("-created_at", "-id"), name="change_list"),  # Sync page: settled ones too
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.subject}"
