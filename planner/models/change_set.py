"""Bulk actions: what shall happen to many posts, planned post by post, carried out, and undone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from planner.models.post import Post


class SetKind(models.TextChoices):
    SHIFT = "shift", _("Move by a length of time")
    DATE = "date", _("Move to a date")
    TAGS_ADD = "tags_add", _("Add tags")
    TAGS_REMOVE = "tags_remove", _("Remove tags")
    CATEGORY = "category", _("Set the category")
    DRAFT = "draft", _("Make drafts of them")
    DELETE = "delete", _("Delete")


class SetState(models.TextChoices):
    PLANNING = "planning", _("Being checked")
    PLANNED = "planned", _("To be confirmed")
    RUNNING = "running", _("Running")
    DONE = "done", pgettext_lazy("bulk action", "Done")
    PARTLY = "partly", _("Partly done")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    UNDONE_PARTLY = "undone_partly", _("Partly undone")


MOVES: dict[str, frozenset[str]] = {
    SetState.PLANNING: frozenset({SetState.PLANNED}),
    SetState.PLANNED: frozenset({SetState.RUNNING}),
    SetState.RUNNING: frozenset({SetState.DONE, SetState.PARTLY}),
    SetState.DONE: frozenset({SetState.UNDOING}),
    SetState.PARTLY: frozenset({SetState.UNDOING}),
    SetState.UNDOING: frozenset({SetState.UNDONE, SetState.UNDONE_PARTLY}),
    SetState.UNDONE: frozenset(),
    SetState.UNDONE_PARTLY: frozenset(),
}
AT_WORK = (SetState.PLANNING, SetState.RUNNING, SetState.UNDOING)


class ItemState(models.TextChoices):
    NEW = "new", _("Not checked yet")
    READY = "ready", _("Ready")
    SAME = "same", _("Already so")
    BLOCKED = "blocked", _("Left out")
    DONE = "done", pgettext_lazy("bulk action", "Done")
    MOVED = "moved", _("Changed meanwhile")
    FAILED = "failed", _("Refused")
    UNDONE = "undone", _("Undone")
    KEPT = "kept", _("Could not be undone")


class ChangeSetQuerySet(models.QuerySet["ChangeSet"]):
    def visible_to(self, user: User) -> ChangeSetQuerySet:
        """One's own; an owner of the agency sees everybody's."""
        return self.all() if user.is_owner else self.filter(actor=user)

    def at_work(self) -> ChangeSetQuerySet:
        """Those that a worker has to go on with."""
        return self.filter(state__in=AT_WORK)


class ChangeSet(models.Model):
    """One bulk action. `parameters` are those of its kind; `counts` says how many items are in each state.

    A worker holds a `claim` until `claimed_until`; after that another may go on.
    """

    Kind = SetKind
    State = SetState

    name = models.CharField(_("name"), max_length=120)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="change_sets", verbose_name=_("person")
    )
    kind = models.CharField(_("action"), max_length=16, choices=SetKind)
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=16, choices=SetState, default=SetState.PLANNING)
    total = models.PositiveIntegerField(_("posts"), default=0)
    counts = models.JSONField(_("posts in each state"), default=dict, blank=True)
    claim = models.CharField(max_length=36, blank=True, default="", editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("made"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = ChangeSetQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("bulk action")
        verbose_name_plural = _("bulk actions")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=SetKind.values), name="change_set_kind_known"),
            models.CheckConstraint(condition=Q(state__in=SetState.values), name="change_set_state_known"),
        ]
        indexes = [
            models.Index(fields=("state", "claimed_until"), name="change_set_at_work"),  # the sweep
            models.Index(fields=("actor", "-id"), name="change_set_of_person"),  # the list of one's own
        ]

    def __str__(self) -> str:
        return self.name


class ChangeSetItem(models.Model):
    """What a bulk action does to one post. `before` and `after` are what it changes, as JSON; `version` is the post's
    when it was planned, `made_version` the one that carrying it out made."""

    State = ItemState

    set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="items", verbose_name=_("bulk action"))
    position = models.PositiveIntegerField(_("position"))
    post = models.ForeignKey(
        Post, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("post"), db_index=True
    )
    title = models.CharField(_("text"), max_length=120, blank=True, default="")
    state = models.CharField(_("state"), max_length=16, choices=ItemState, default=ItemState.NEW)
    before = models.JSONField(_("before"), default=dict, blank=True)
    after = models.JSONField(_("after"), default=dict, blank=True)
    version = models.PositiveIntegerField(_("version"), default=0)
    made_version = models.PositiveIntegerField(_("version afterwards"), null=True, blank=True)
    problem = models.TextField(_("problem"), blank=True, default="")
    again = models.ForeignKey(
        Post, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("written again as")
    )

    class Meta:
        ordering = ("position",)
        verbose_name = _("post of a bulk action")
        verbose_name_plural = _("posts of bulk actions")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ItemState.values), name="change_set_item_state_known"),
            models.UniqueConstraint(fields=("set", "position"), name="change_set_item_one_a_position"),
        ]
        indexes = [
            models.Index(fields=("set", "state", "position"), name="change_set_item_of_state"),  # chunks, the page
        ]

    def __str__(self) -> str:
        return self.title
