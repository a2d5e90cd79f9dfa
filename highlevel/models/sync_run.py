"""What each pull did, and where it stands."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeAlias

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from highlevel.models.location import Location


class RunKind(models.TextChoices):
    SCHEDULED = "scheduled", _("scheduled")
    ASKED = "asked", _("asked for")


class RunState(models.TextChoices):
    WAITING = "waiting", _("waiting for its turn")
    RUNNING = "running", _("running")
    DONE = "done", _("up to date")
    PARTIAL = "partial", _("partly done")
    FAILED = "failed", _("failed")
    INTERRUPTED = "interrupted", _("interrupted")


class SyncRunQuerySet(models.QuerySet["SyncRun"]):
    def troubled(self) -> SyncRunQuerySet:
        """Runs that a person should know of."""
        return self.filter(state__in=(RunState.PARTIAL, RunState.FAILED))


class SyncRun(models.Model):
    """One pull of one location. `error_*` says in which operation it broke, why, and HighLevel's trace id.

    `counts` maps a step's name to {seen, written, gone, unreadable, expected}; `expected` is HighLevel's own count, or
    None when it named none. `step` is the one at work, or the last one that was.
    """

    Kind: TypeAlias = RunKind
    State: TypeAlias = RunState

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="runs", verbose_name=_("location"))
    kind = models.CharField(_("kind"), max_length=16, choices=RunKind)
    state = models.CharField(_("state"), max_length=16, choices=RunState, default=RunState.RUNNING)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    step = models.CharField(_("step"), max_length=32, blank=True, default="")
    counts = models.JSONField(_("rows seen and written a step"), default=dict, blank=True)
    requests = models.PositiveIntegerField(_("requests spent"), default=0)
    error_code = models.CharField(_("error code"), max_length=64, blank=True, default="")
    error_operation = models.CharField(_("operation"), max_length=64, blank=True, default="")
    error_detail = models.TextField(_("what HighLevel said"), blank=True, default="")
    trace_id = models.CharField(_("trace id"), max_length=128, blank=True, default="")

    objects = SyncRunQuerySet.as_manager()

    class Meta:
        ordering = ("-started_at", "-pk")
        verbose_name = _("sync run")
        verbose_name_plural = _("sync runs")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RunKind.values), name="sync_run_kind_known"),
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="sync_run_state_known"),
            models.UniqueConstraint(
                fields=("location",), condition=Q(state="waiting"), name="sync_run_one_waiting_a_location"
            ),
        ]
        indexes = [
            models.Index(fields=("location", "-started_at"), name="sync_run_of_location"),  # a location's runs
            models.Index(fields=("-started_at", "-id"), name="sync_run_newest"),  # the Sync page, all locations
        ]

    def __str__(self) -> str:
        return f"{self.location} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def duration(self) -> timedelta | None:
        return self.finished_at - self.started_at if self.finished_at else None


class PullState(models.Model):
    """Where one step of one location stands: when it last ended, and the cursor of a listing that was cut short.

    `cursor` says which listing is under way (its request and its total); it is empty when nothing is to be resumed.
    """

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="pull_states")
    step = models.CharField(_("step"), max_length=32)
    pulled_at = models.DateTimeField(_("last complete"), null=True, blank=True)
    cursor = models.JSONField(_("resume from"), default=dict, blank=True)

    class Meta:
        verbose_name = _("pull state")
        verbose_name_plural = _("pull states")
        constraints = [models.UniqueConstraint(fields=("location", "step"), name="pull_state_one_a_step")]

    def __str__(self) -> str:
        return f"{self.location} {self.step}"


class PullPage(models.Model):
    """A page of a listing that is under way: what a resumed pull need not ask for again. Gone once the listing ends."""

    state = models.ForeignKey(PullState, on_delete=models.CASCADE, related_name="pages")
    listing = models.CharField(max_length=32)
    skip = models.PositiveIntegerField()
    ids = models.JSONField(default=list)
    kept_at = models.DateTimeField()

    class Meta:
        verbose_name = _("page of a pull")
        verbose_name_plural = _("pages of pulls")
        constraints = [models.UniqueConstraint(fields=("state", "listing", "skip"), name="pull_page_once")]

    def __str__(self) -> str:
        return f"{self.state} {self.listing} {self.skip}"
