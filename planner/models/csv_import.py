"""CSV imports: the file, what was made of its columns, and every row with its plan and its end."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from highlevel.models import Location
from planner.imports.columns import FileKind
from planner.imports.dates import DateOrder
from planner.imports.problems import from_json
from planner.models.post import Post


class ImportState(models.TextChoices):
    """Where an import stands. `review` is only of HighLevel's own import: its rows wait for a person's word."""

    UPLOADED = "uploaded", _("Being read")
    COLUMNS = "columns", _("Columns to confirm")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    COMMITTING = "committing", _("Posts being made")
    SENDING = "sending", _("On its way to HighLevel")
    REVIEW = "review", _("Rows to review")
    DONE = "done", pgettext_lazy("import", "Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", pgettext_lazy("import", "Cancelled")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


class ImportEngine(models.TextChoices):
    OUTBOX = "outbox", _("Rota")
    HIGHLEVEL = "highlevel", _("HighLevel's import")


class ImportOrigin(models.TextChoices):
    WIZARD = "wizard", _("uploaded here")
    SCRIPT = "script", _("sent by a script")
    HIGHLEVEL = "highlevel", _("made in HighLevel")


class PublicStatus(models.TextChoices):
    """An import's status as scripts see it."""

    PENDING = "PENDING", _("Waiting")
    PROCESSING = "PROCESSING", _("At work")
    COMPLETED = "COMPLETED", _("Completed")
    COMPLETED_WITH_ERRORS = "COMPLETED_WITH_ERRORS", _("Completed with errors")
    FAILED = "FAILED", _("Failed")
    RATE_LIMITED = "RATE_LIMITED", _("Waiting for HighLevel's limit")


IMPORT_MOVES: dict[str, frozenset[str]] = {
    ImportState.UPLOADED: frozenset({ImportState.COLUMNS, ImportState.FAILED, ImportState.CANCELLED}),
    ImportState.COLUMNS: frozenset({ImportState.CHECKING, ImportState.CANCELLED, ImportState.FAILED}),
    ImportState.CHECKING: frozenset({ImportState.CHECKED, ImportState.CANCELLED, ImportState.FAILED}),
    ImportState.CHECKED: frozenset({ImportState.CHECKING, ImportState.COMMITTING, ImportState.CANCELLED}),
    ImportState.COMMITTING: frozenset({ImportState.SENDING, ImportState.FAILED}),
    ImportState.SENDING: frozenset({ImportState.DONE, ImportState.REVIEW, ImportState.FAILED, ImportState.UNDOING}),
    ImportState.REVIEW: frozenset({ImportState.SENDING, ImportState.UNDOING}),
    ImportState.DONE: frozenset({ImportState.SENDING, ImportState.UNDOING}),
    ImportState.UNDOING: frozenset({ImportState.UNDONE}),
    ImportState.FAILED: frozenset(),
    ImportState.CANCELLED: frozenset(),
    ImportState.UNDONE: frozenset(),
}
RUNNING: tuple[str, ...] = (
    ImportState.UPLOADED,
    ImportState.CHECKING,
    ImportState.COMMITTING,
    ImportState.SENDING,
    ImportState.UNDOING,
)

ENDED: tuple[str, ...] = (ImportState.DONE, ImportState.CANCELLED, ImportState.UNDONE)


class CsvImportQuerySet(models.QuerySet["CsvImport"]):
    def visible_to(self, user: User) -> CsvImportQuerySet:
        """An owner sees all; others their own, those of a location that they work for, and files of many locations
        where they work for each that a row names. Locations are asked whether a row names them, not rows: of these
        there may be a million."""
        if user.is_owner:
            return self
        rows = CsvRow.objects.filter(csv_import=OuterRef("pk"), location__isnull=False)
        mine = user.locations().values("pk")
        named = CsvRow.objects.filter(csv_import=OuterRef(OuterRef("pk")), location=OuterRef("pk"))
        every = Exists(rows) & ~Exists(Location.objects.exclude(pk__in=mine).filter(Exists(named)))
        return self.filter(Q(person=user) | Q(location__in=mine) | (Q(location=None) & every))

    def to_run(self, now: datetime) -> CsvImportQuerySet:
        """Imports that a runner has to move on at the aware instant `now`, and that none is at work on."""
        free = Q(claimed_until=None) | Q(claimed_until__lt=now)
        return self.filter(free, state__in=RUNNING).order_by("pk")


class CsvImport(models.Model):
    """One file. `key` names it in addresses and to scripts.

    `layout` and `headers` say how the file is read; `mapping` is what a person changed of the columns. `accounts`
    (keys) and `approver` (HighLevel's id) hold for rows that cannot name their own. `scope` are the keys of the
    locations that an API key is good for, None for all of the person's. `cursor` is the last row that the work at hand
    has come to, `counts` the number of rows in each state. `file` is the name of the file in the folder of imports,
    empty once it is not needed any more. `claim` is the runner's lock, believed until `claimed_until`; without a claim
    that is when the next runner has something to look at.
    """

    State = ImportState
    Engine = ImportEngine
    Origin = ImportOrigin

    key = models.UUIDField(_("key"), unique=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("location")
    )
    origin = models.CharField(_("origin"), max_length=16, choices=ImportOrigin, default=ImportOrigin.WIZARD)
    engine = models.CharField(_("way"), max_length=16, choices=ImportEngine, default=ImportEngine.OUTBOX)
    kind = models.CharField(_("kind"), max_length=16, choices=FileKind, blank=True, default="")
    state = models.CharField(_("state"), max_length=16, choices=ImportState, default=ImportState.UPLOADED)
    scope = models.JSONField(_("locations of the key"), null=True, blank=True)
    file_name = models.CharField(_("file"), max_length=255)
    file_size = models.BigIntegerField(_("size (bytes)"), default=0)
    file = models.CharField(max_length=64, blank=True, default="", editable=False)
    layout = models.JSONField(_("layout"), default=dict, blank=True)
    headers = models.JSONField(_("headers"), default=dict, blank=True)
    mapping = models.JSONField(_("columns by hand"), default=dict, blank=True)
    date_order = models.CharField(
        _("day and month"), max_length=8, choices=DateOrder, blank=True, default=DateOrder.ASK
    )
    accounts = models.JSONField(_("accounts"), default=list, blank=True)
    approver = models.CharField(_("HighLevel id of the approver"), max_length=64, blank=True, default="")
    total_rows = models.PositiveIntegerField(_("rows"), default=0)
    counts = models.JSONField(_("rows by state"), default=dict, blank=True)
    cursor = models.PositiveIntegerField(_("read up to row"), default=0)
    problem = models.JSONField(_("what is wrong with the file"), default=dict, blank=True)
    rate_limit_reset_at = models.DateTimeField(_("goes on"), null=True, blank=True)
    created_at = models.DateTimeField(_("uploaded"))
    updated_at = models.DateTimeField(_("moved on"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("undone by"),
    )
    claim = models.CharField(max_length=36, blank=True, default="", editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CsvImportQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("CSV import")
        verbose_name_plural = _("CSV imports")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state_known"),
            models.CheckConstraint(condition=Q(engine__in=ImportEngine.values), name="import_engine_known"),
            models.CheckConstraint(condition=Q(origin__in=ImportOrigin.values), name="import_origin_known"),
            models.CheckConstraint(condition=Q(kind__in=["", *FileKind.values]), name="import_kind_known"),
            models.CheckConstraint(condition=Q(date_order__in=DateOrder.values), name="import_date_order_known"),
        ]
        indexes = [
            models.Index(fields=("-created_at", "-id"), name="import_list"),  # the list of imports
            models.Index(fields=("state", "claimed_until"), name="import_to_run"),  # the sweep
        ]

    def __str__(self) -> str:
        return self.file_name

    def counted(self, *states: str) -> int:
        """How many rows are in one of the states."""
        return sum(int(self.counts.get(state, 0)) for state in states)

    @property
    def status(self) -> PublicStatus:
        """The status as scripts see it."""
        if self.state == ImportState.FAILED:
            return PublicStatus.FAILED
        if self.state in ENDED:
            wrong = self.counted(RowState.FAILED, RowState.BLOCKED, RowState.UNDONE)
            whole = self.state != ImportState.CANCELLED and not wrong
            return PublicStatus.COMPLETED if whole else PublicStatus.COMPLETED_WITH_ERRORS
        if self.started_at is None:
            return PublicStatus.PENDING
        return PublicStatus.RATE_LIMITED if self.rate_limit_reset_at else PublicStatus.PROCESSING


class ImportPart(models.Model):
    """One of the files of at most 90 rows in which HighLevel's own import takes a file.

    `remote_id` is HighLevel's id of the import, known once its accounts are set; `status` is HighLevel's word.
    `uploaded` is what HighLevel said of the file.
    """

    csv_import = models.ForeignKey(
        CsvImport, on_delete=models.CASCADE, related_name="parts", verbose_name=_("CSV import")
    )
    number = models.PositiveIntegerField(_("number"))
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+", verbose_name=_("location"))
    remote_id = models.CharField(_("HighLevel id"), max_length=64, null=True, blank=True)
    uploaded = models.JSONField(_("uploaded file"), default=dict, blank=True)
    status = models.CharField(_("status"), max_length=32, blank=True, default="")
    error = models.TextField(_("error"), blank=True, default="")
    rows_count = models.PositiveIntegerField(_("rows"), default=0)
    polled_at = models.DateTimeField(_("last asked"), null=True, blank=True)
    finalized_at = models.DateTimeField(_("finalised"), null=True, blank=True)

    class Meta:
        ordering = ("number",)
        verbose_name = _("part of an import")
        verbose_name_plural = _("parts of an import")
        constraints = [
            models.UniqueConstraint(fields=("csv_import", "number"), name="part_one_a_number"),
            models.UniqueConstraint(fields=("location", "remote_id"), name="part_one_a_remote_id"),
        ]

    def __str__(self) -> str:
        return f"{self.csv_import} ({self.number})"


class RowState(models.TextChoices):
    READY = "ready", _("Ready")
    WARNING = "warning", _("Ready, with a warning")
    BLOCKED = "blocked", _("Blocked")
    ALREADY = "already", _("Already imported")
    COMMITTED = "committed", _("On its way")
    SUCCESS = "success", pgettext_lazy("row", "Done")
    FAILED = "failed", _("Failed")
    UNDONE = "undone", _("Undone")


COMMITTABLE = (RowState.READY, RowState.WARNING)
LIVE = (RowState.COMMITTED, RowState.SUCCESS)
ROW_WRONG = (RowState.BLOCKED, RowState.FAILED)


class CsvRow(models.Model):
    """One row. `number` is the one that a spreadsheet shows, `place` counts the rows below the headers from 1.

    `raw` is what stood there, by header, or what a person made of it (`edited`); `plan` what the commit will do and
    nothing else, None where it will do nothing. `fingerprint` is the same for rows that ask for the same: of them one
    at most is live. Of a failed row `failure` holds the problems that came after the check, `error` what HighLevel said
    in its own words.
    """

    State = RowState

    csv_import = models.ForeignKey(
        CsvImport, on_delete=models.CASCADE, related_name="rows", verbose_name=_("CSV import")
    )
    number = models.PositiveIntegerField(_("row"))
    place = models.PositiveIntegerField(_("place"))
    state = models.CharField(_("state"), max_length=16, choices=RowState)
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("location")
    )
    raw = models.JSONField(_("as it stood in the file"), default=dict, blank=True)
    edited = models.BooleanField(_("edited"), default=False, db_default=False)
    plan = models.JSONField(_("plan"), null=True, blank=True)
    problems = models.JSONField(_("problems"), default=list, blank=True)
    fingerprint = models.CharField(max_length=32, blank=True, default="", editable=False)
    posts = models.ManyToManyField(Post, related_name="csv_rows", blank=True, verbose_name=_("posts"))
    error = models.TextField(_("error"), blank=True, default="")
    failure = models.JSONField(_("failure"), default=list, blank=True)
    part = models.ForeignKey(
        ImportPart, on_delete=models.SET_NULL, null=True, blank=True, related_name="rows", verbose_name=_("part")
    )
    remote_id = models.CharField(_("HighLevel id"), max_length=64, blank=True, default="")
    remote = models.JSONField(_("as HighLevel sent it"), default=dict, blank=True)
    created_at = models.DateTimeField(_("read"))

    class Meta:
        ordering = ("number",)
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of an import")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RowState.values), name="row_state_known"),
            models.UniqueConstraint(fields=("csv_import", "number"), name="row_one_a_number"),
            models.UniqueConstraint(
                fields=("fingerprint",),
                condition=Q(state__in=("committed", "success")) & ~Q(fingerprint=""),
                name="row_one_live_a_fingerprint",
            ),
        ]
        indexes = [
            models.Index(fields=("csv_import", "state", "number"), name="row_of_state"),  # commit, filter of the check
            models.Index(fields=("fingerprint", "csv_import"), name="row_of_fingerprint"),  # duplicates
            models.Index(fields=("csv_import", "location"), name="row_of_location"),  # who may see the import
        ]

    def __str__(self) -> str:
        return f"{self.csv_import} {self.number}"

    @property
    def why(self) -> str:
        """Why the row failed after its check: HighLevel's own words, or ours in the reader's language."""
        problems = [from_json(kept) for kept in self.failure]
        return self.error or " ".join(f"{problem.what} {problem.cure}" for problem in problems)


class HeaderMapping(models.Model):
    """What a person made of the columns of files with these headers; the next such file is read likewise."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    digest = models.CharField(max_length=32, editable=False)
    kind = models.CharField(_("kind"), max_length=16, choices=FileKind)
    mapping = models.JSONField(_("columns by hand"), default=dict, blank=True)
    used_at = models.DateTimeField(_("last used"))

    class Meta:
        ordering = ("-used_at",)
        verbose_name = _("mapping of headers")
        verbose_name_plural = _("mappings of headers")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=FileKind.values), name="mapping_kind_known"),
            models.UniqueConstraint(fields=("person", "digest"), name="mapping_one_a_header_set"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.digest[:8]}"


LINKS = CsvRow.posts.through._default_manager
"""The links between rows and their posts."""
