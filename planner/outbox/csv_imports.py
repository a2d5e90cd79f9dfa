"""Telling HighLevel about its own imports: begin one, finalise it, delete a row of it or all of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from highlevel.api import HighLevel, OutcomeUnknown, Rejected, RemoteError, is_gone
from highlevel.models import Change
from highlevel.outbox import (
    UNSENT,
    Denied,
    Finding,
    Found,
    Handler,
    NotThere,
    Outcome,
    Unsure,
    changes_drop,
    handler,
    subject_key,
)
from planner.models.csv_import import CsvRow, ImportPart
from planner.services.import_following import part_rows_follow
from planner.services.import_parts import (
    finalize_failed,
    part_began,
    part_deleted,
    part_file,
    part_finalized,
    part_refused,
    row_deleted,
    row_kept,
)

CSV_BEGIN = "csv.begin"
CSV_FINALIZE = "csv.finalize"
CSV_DELETE = "csv.delete"
CSV_DELETE_ROW = "csv.delete_row"
PART = "import_part"
ROW = "csv_row"
FILE, USER, KEY = "file", "user", "import"  # of a payload: the file's name, who speaks, the import's key
FINALISED = ("in_review", "completed", "failed")


def part_subject(part: ImportPart) -> str:
    return f"{PART}:{part.pk}"


def row_subject(row: CsvRow) -> str:
    return f"{ROW}:{row.pk}"


class ImportHandler(Handler):
    """A change of an import: its page is that of the import, where its parts and rows are."""

    def address(self, change: Change) -> str:
        return reverse("planner:import_show", args=[UUID(change.payload[KEY])])


@handler
class CsvBegin(ImportHandler):
    """Upload a part and set its accounts. The upload alone does nothing; the accounts begin the import, once."""

    operation = CSV_BEGIN

    def send(self, change: Change, client: HighLevel, now: datetime) -> Outcome:
        part = _part(change)
        uploaded = client.csv.upload(file_name=change.payload[FILE], content=part_file(part))
        found = client.csv.set_accounts(
            uploaded=uploaded,
            account_ids=change.payload["accounts"],
            user_id=change.payload[USER],
            approver=change.payload["approver"] or None,
        )
        if not found:
            # Some servers begin the import without naming it. Which one it is is for the look-up to find out.
            raise OutcomeUnknown("HighLevel took the file and did not say which import it is", operation="set-accounts")
        return Outcome({"id": found})

    def look(self, change: Change, client: HighLevel, now: datetime) -> Finding:
        found = _by_name(change, client)
        return Found(Outcome({"id": found})) if found else NotThere()

    def title(self, change: Change) -> str:
        return _("Hand “%(file)s” to HighLevel's import") % {"file": change.payload[FILE]}

    def done(self, change: Change, outcome: Outcome, now: datetime) -> None:
        part_began(subject_key(change, PART), outcome.kept["id"])
        part_rows_follow(part=subject_key(change, PART), now=now)

    def refused(self, change: Change, error: RemoteError, now: datetime) -> None:
        part_refused(subject_key(change, PART), error.message)

    def cancelled(self, change: Change, now: datetime) -> None:
        part_refused(subject_key(change, PART), "")


@handler
class CsvFinalize(ImportHandler):
    """Have posts made of the rows that have no error."""

    operation = CSV_FINALIZE

    def send(self, change: Change, client: HighLevel, now: datetime) -> Outcome:
        try:
            client.csv.finalize(csv_id=_remote_id(change), user_id=change.payload[USER])
        except Rejected:
            # Somebody may have finalised it there, or an answer was lost: HighLevel has no refusal of its own for that.
            if _status(change, client) not in FINALISED:
                raise
        return Outcome()

    def look(self, change: Change, client: HighLevel, now: datetime) -> Finding:
        try:
            status = _status(change, client)
        except RemoteError as error:
            if import_gone(error):
                return Denied(error)
            raise
        if status is None:
            return Unsure(_("HighLevel does not say how far the import is."))
        return Found() if status in FINALISED else NotThere()

    def title(self, change: Change) -> str:
        return _("Finalise HighLevel's import of “%(file)s”") % {"file": change.payload[FILE]}

    def done(self, change: Change, outcome: Outcome, now: datetime) -> None:
        part_finalized(subject_key(change, PART), now)

    def refused(self, change: Change, error: RemoteError, now: datetime) -> None:
        finalize_failed(subject_key(change, PART), error.message)

    def cancelled(self, change: Change, now: datetime) -> None:
        finalize_failed(subject_key(change, PART), "")


@handler
class CsvDelete(ImportHandler):
    """Delete an import and the posts of it that are not out; that it is gone already is as good."""

    operation = CSV_DELETE
    repeatable = True

    def send(self, change: Change, client: HighLevel, now: datetime) -> Outcome:
        try:
            client.csv.delete(csv_id=_remote_id(change))
        except RemoteError as error:
            if not import_gone(error):
                raise
        return Outcome()

    def look(self, change: Change, client: HighLevel, now: datetime) -> Finding:
        try:
            held = client.csv.get(csv_id=_remote_id(change), limit=1).csv
        except RemoteError as error:
            if import_gone(error):
                return Found()
            raise
        return Found() if held is None or held.status == "deleted" else NotThere()

    def title(self, change: Change) -> str:
        return _("Delete HighLevel's import of “%(file)s”") % {"file": change.payload[FILE]}

    def done(self, change: Change, outcome: Outcome, now: datetime) -> None:
        part_deleted(subject_key(change, PART))

    def refused(self, change: Change, error: RemoteError, now: datetime) -> None:
        ImportPart.objects.filter(pk=subject_key(change, PART)).update(error=error.message)


@handler
class CsvDeleteRow(ImportHandler):
    """Delete one row of an import; that it is gone already is as good."""

    operation = CSV_DELETE_ROW
    repeatable = True

    def send(self, change: Change, client: HighLevel, now: datetime) -> Outcome:
        row = _row(change)
        assert row.part is not None
        try:
            client.csv.delete_row(csv_id=str(row.part.remote_id), post_id=row.remote_id)
        except RemoteError as error:
            if not import_gone(error):
                raise
        return Outcome()

    def look(self, change: Change, client: HighLevel, now: datetime) -> Finding:
        row = _row(change)
        assert row.part is not None
        try:
            held = any(one.id == row.remote_id for one in client.csv.iter_rows(csv_id=str(row.part.remote_id)))
        except RemoteError as error:
            if not import_gone(error):
                raise
            held = False
        return NotThere() if held else Found()

    def title(self, change: Change) -> str:
        about = {"row": change.payload["row"], "file": change.payload[FILE]}
        return _("Delete row %(row)d of HighLevel's import of “%(file)s”") % about

    def done(self, change: Change, outcome: Outcome, now: datetime) -> None:
        row_deleted(subject_key(change, ROW))

    def refused(self, change: Change, error: RemoteError, now: datetime) -> None:
        row_kept(subject_key(change, ROW), error.message)
        # A part that was to be finalised without the row waits for a person again.
        part = _row(change).part
        assert part is not None
        finalizing = Change.objects.filter(subject=part_subject(part), operation=CSV_FINALIZE, state__in=UNSENT)
        changes_drop(changes=finalizing, now=now)

    def cancelled(self, change: Change, now: datetime) -> None:
        row_kept(subject_key(change, ROW), "")


def import_gone(error: RemoteError) -> bool:
    """Whether HighLevel says that an import or a row is not there; it has no status of its own for that."""
    return is_gone(error) or "not found" in error.message.lower()


def _part(change: Change) -> ImportPart:
    return ImportPart.objects.select_related("csv_import", "location").get(pk=subject_key(change, PART))


def _status(change: Change, client: HighLevel) -> str | None:
    """HighLevel's word for how far the import is."""
    held = client.csv.get(csv_id=_remote_id(change), limit=1).csv
    return held.status if held else None


def _remote_id(change: Change) -> str:
    return str(ImportPart.objects.values_list("remote_id", flat=True).get(pk=subject_key(change, PART)))


def _row(change: Change) -> CsvRow:
    return CsvRow.objects.select_related("part").only("remote_id", "part__remote_id").get(pk=subject_key(change, ROW))


def _by_name(change: Change, client: HighLevel) -> str | None:
    """The id of the import of a file; its name is good for one import only."""
    held = client.csv.iter(user_id=change.payload[USER])
    return next((one.id for one in held if one.file_name == change.payload[FILE] and one.id), None)
