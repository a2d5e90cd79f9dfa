"""Editing a queue: the draft, what was done to it step by step, and who is at it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from highlevel.models import Change
from queues.models.queue import CategoryQueue

PRESENT_FOR = timedelta(seconds=60)  # after the last sign of life


class SessionState(models.TextChoices):
    OPEN = "open", _("Open")
    SAVING = "saving", _("Being saved")
    INTERRUPTED = "interrupted", _("Interrupted")
    SAVED = "saved", _("Saved")
    DISCARDED = "discarded", _("Discarded")


MOVES: dict[str, frozenset[str]] = {
    SessionState.OPEN: frozenset({SessionState.SAVING, SessionState.DISCARDED}),
    SessionState.SAVING: frozenset({SessionState.SAVED, SessionState.INTERRUPTED, SessionState.OPEN}),
    SessionState.INTERRUPTED: frozenset({SessionState.OPEN, SessionState.SAVING, SessionState.DISCARDED}),
    SessionState.SAVED: frozenset(),
    SessionState.DISCARDED: frozenset(),
}
LIVING = (SessionState.OPEN, SessionState.SAVING, SessionState.INTERRUPTED)
EDITABLE = (SessionState.OPEN, SessionState.INTERRUPTED)


class Interruption(models.TextChoices):
    """Why a save stopped with the draft as it was."""

    NONE = "", _("none")
    MOVED = "moved", _("the queue changed in HighLevel")
    FOREIGN = "foreign", _("somebody edits the queue in HighLevel")
    REFUSED = "refused", _("HighLevel refused the change")
    GONE = "gone", _("the queue is gone from HighLevel")


class EditSessionQuerySet(models.QuerySet["EditSession"]):
    def visible_to(self, user: User) -> EditSessionQuerySet:
        """Sessions of queues of the locations that the person works for."""
        return self.filter(queue__location__in=user.locations())

    def living(self) -> EditSessionQuerySet:
        """Sessions that hold a draft somebody may still want."""
        return self.filter(state__in=LIVING)


class EditSession(models.Model):
    """A draft of a queue, which all who edit it share. One that lives a queue.

    `base` is the live queue as the draft began from it, `cycle` the draft's own items in order; both are written by
    `queues.drafts`. `version` grows by one with every step: whoever acts on an older one is told what happened since.
    `steps` is the number of the last step that counts; steps behind it are undone.
    `interruption`, `problem` and `foreign` say why a save stopped: the words, and HighLevel's id of a session that is
    not ours.
    """

    State = SessionState

    queue = models.ForeignKey(CategoryQueue, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("queue"))
    state = models.CharField(_("state"), max_length=16, choices=SessionState, default=SessionState.OPEN)
    version = models.PositiveIntegerField(_("version"), default=1)
    base = models.JSONField(_("the queue it began from"), default=dict)
    cycle = models.JSONField(_("draft"), default=dict)
    steps = models.PositiveIntegerField(_("steps that count"), default=0)
    undone = models.PositiveIntegerField(_("steps that can be done again"), default=0)
    made = models.PositiveIntegerField(_("items made so far"), default=0)
    keep_in_draft = models.BooleanField(_("stays a draft"), default=False)
    interruption = models.CharField(
        _("why it stopped"), max_length=16, choices=Interruption, blank=True, default=Interruption.NONE
    )
    problem = models.TextField(_("what HighLevel said"), blank=True, default="")
    foreign = models.CharField(_("session of somebody else in HighLevel"), max_length=255, blank=True, default="")
    change = models.ForeignKey(
        Change, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("change")
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened"))
    touched_at = models.DateTimeField(_("last changed"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = EditSessionQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("edit session")
        verbose_name_plural = _("edit sessions")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SessionState.values), name="edit_session_state_known"),
            models.CheckConstraint(
                condition=Q(interruption__in=Interruption.values), name="edit_session_interruption_known"
            ),
            models.UniqueConstraint(
                fields=("queue",), condition=Q(state__in=LIVING), name="edit_session_one_that_lives"
            ),
        ]

    def __str__(self) -> str:
        return str(self.queue)

    @property
    def is_editable(self) -> bool:
        """Whether steps can be taken: not while it is being saved, nor afterwards."""
        return self.state in EDITABLE


class DraftItem(models.Model):
    """What a draft says of one item that it changed or made. `key` is its key in the draft's cycle.

    `source` is the item itself, or the one that it was cloned from; None for one that was written here. `content` is
    what the source said when it was first touched, or with `reset` what its original post says; `edits` go over it.
    Both are by the keys of `queues.content`.
    """

    session = models.ForeignKey(
        EditSession, on_delete=models.CASCADE, related_name="items", verbose_name=_("edit session")
    )
    key = models.CharField(_("key"), max_length=32)
    source = models.ForeignKey(
        "queues.QueueItem", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    content = models.JSONField(_("content to begin with"), default=dict, blank=True)
    edits = models.JSONField(_("edits"), default=dict, blank=True)
    reset = models.BooleanField(_("back to the original post"), default=False)
    post = models.ForeignKey(
        "planner.Post", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("post")
    )

    class Meta:
        ordering = ("pk",)
        verbose_name = _("draft of an item")
        verbose_name_plural = _("drafts of items")
        constraints = [models.UniqueConstraint(fields=("session", "key"), name="draft_item_one_a_key")]

    def __str__(self) -> str:
        return self.key

    @property
    def is_made_here(self) -> bool:
        """Whether HighLevel has no such item yet."""
        return not self.key.isdigit()


class StepKind(models.TextChoices):
    MOVE = "move", _("moved")
    EDIT = "edit", _("edited")
    CLONE = "clone", _("cloned")
    DELETE = "delete", _("deleted")
    ADD = "add", _("added")
    IMPORT = "import", _("imported")
    RESET = "reset", _("reset")
    REBASE = "rebase", _("brought up to date")


class DraftStep(models.Model):
    """One thing that was done to a draft: the part of it that changed, before and after.

    `number` counts from 1. Undoing goes back to the step before and keeps this one, until another step takes its place.
    """

    session = models.ForeignKey(
        EditSession, on_delete=models.CASCADE, related_name="history", verbose_name=_("edit session")
    )
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=16, choices=StepKind)
    count = models.PositiveIntegerField(_("number of items"), default=1)
    title = models.CharField(_("item"), max_length=120, blank=True, default="")
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("person")
    )
    at = models.DateTimeField(pgettext_lazy("step", "done"))
    version = models.PositiveIntegerField(_("version of the session it made"))

    class Meta:
        ordering = ("number",)
        verbose_name = _("step of a draft")
        verbose_name_plural = _("steps of drafts")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=StepKind.values), name="draft_step_kind_known"),
            models.UniqueConstraint(fields=("session", "number"), name="draft_step_one_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()}"


class SessionPerson(models.Model):
    """Somebody who has the editor of a session open, as long as signs of life come."""

    session = models.ForeignKey(
        EditSession, on_delete=models.CASCADE, related_name="people", verbose_name=_("edit session")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    joined_at = models.DateTimeField(_("joined"))
    seen_at = models.DateTimeField(_("last seen"))

    class Meta:
        ordering = ("joined_at", "pk")
        verbose_name = _("person at an edit session")
        verbose_name_plural = _("people at edit sessions")
        constraints = [models.UniqueConstraint(fields=("session", "user"), name="session_person_once")]

    def __str__(self) -> str:
        return str(self.user)
