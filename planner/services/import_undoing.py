"""Stopping an import, and taking it back as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from planner.imports.problems import as_json, problem
from planner.models import Post, PostQuerySet, PostStatus
from planner.models.csv_import import COMMITTABLE, LIVE, CsvImport, CsvRow, ImportEngine, ImportState, RowState
from planner.services.import_claims import Run, import_move
from planner.services.import_errors import ImportProblem, NotNow
from planner.services.import_files import file_drop
from planner.services.import_waking import wake
from planner.services.post_deleting import OWN, posts_delete
from planner.services.post_errors import PostProblem
from planner.services.post_gate import senders_in

PAGE = 500
OUT = (PostStatus.PUBLISHED, PostStatus.IN_PROGRESS, PostStatus.NOTIFICATION_SENT)  # nobody can take them back
BEFORE_POSTS = (ImportState.UPLOADED, ImportState.COLUMNS, ImportState.CHECKING, ImportState.CHECKED)
UNDOABLE = (ImportState.SENDING, ImportState.REVIEW, ImportState.DONE)


@dataclass(frozen=True, slots=True)
class UndoPreview:
    """What undoing an import does: posts that HighLevel is told to delete, posts that it never had and that simply go,
    and posts that are out on the networks and stay. `first` are some of the posts that go."""

    deleted: int
    dropped: int
    stay: int
    first: Sequence[Post]


def import_cancel(*, csv_import: CsvImport, now: datetime) -> None:
    """Stop an import. Before its posts are made nothing of it stays; while they are made, the rows that are left are
    not made. Raises NotNow once all are made: that takes an undo."""
    file = csv_import.file
    if csv_import.state in BEFORE_POSTS:
        if not import_move(csv_import, ImportState.CANCELLED, now=now, completed_at=now, file=""):
            raise NotNow
        file_drop(file)
        return
    if csv_import.state != ImportState.COMMITTING:
        raise NotNow
    with transaction.atomic():
        if not import_move(csv_import, ImportState.SENDING, now=now, file=""):
            raise NotNow
        rows = CsvRow.objects.filter(csv_import=csv_import, state__in=COMMITTABLE)
        number = rows.update(state=RowState.FAILED, failure=[as_json(problem("cancelled_before"))])
        held = CsvImport.objects.select_for_update().get(pk=csv_import.pk)
        counts = {state: left for state, left in held.counts.items() if state not in COMMITTABLE}
        counts[RowState.FAILED] = counts.get(RowState.FAILED, 0) + number
        CsvImport.objects.filter(pk=csv_import.pk).update(counts=counts)
        csv_import.counts = counts
        transaction.on_commit(lambda: wake(csv_import.pk), robust=True)
    file_drop(file)


def import_undo_preview(csv_import: CsvImport) -> UndoPreview:
    """What an undo would delete now. Four queries. What HighLevel's own import made is known to HighLevel alone."""
    if csv_import.engine == ImportEngine.HIGHLEVEL:
        return UndoPreview(csv_import.counted(*LIVE), 0, 0, ())
    posts = _posts(csv_import)
    going = posts.exclude(status__in=OUT)
    at_highlevel = going.exclude(remote_id=None).count()
    return UndoPreview(
        deleted=at_highlevel,
        dropped=going.count() - at_highlevel,
        stay=posts.filter(status__in=OUT).count(),
        first=list(going.select_related("location").order_by("display_at", "pk").defer("remote")[:10]),
    )


def import_undo(*, csv_import: CsvImport, actor: User, now: datetime) -> None:
    """Have every post of the import deleted that is not out yet. A second call does nothing.

    Raises NotNow when no post was made, ImportProblem when the person may not delete some of them.
    """
    if csv_import.state in (ImportState.UNDOING, ImportState.UNDONE):
        return
    if csv_import.state not in UNDOABLE:
        raise NotNow
    posts = _posts(csv_import).exclude(status__in=OUT)
    places = set(posts.order_by().values_list("location", flat=True).distinct())
    lacking = places - senders_in(actor, places)
    if lacking and posts.filter(location__in=lacking).exclude(status__in=OWN).exists():
        raise ImportProblem(_("Your role may delete drafts and posts in review only; ask a manager to undo this."))
    with transaction.atomic():
        if not import_move(csv_import, ImportState.UNDOING, now=now, undone_by=actor, cursor=0):
            raise NotNow
        transaction.on_commit(lambda: wake(csv_import.pk), robust=True)


def import_take_back(run: Run) -> bool:
    """Delete the posts page by page until all are done or the time is up; whether all are done."""
    csv_import, actor = run.csv_import, run.csv_import.undone_by
    while actor and (rows := _live(csv_import)):
        keys = [row.pk for row in rows]
        with run.page() as now:
            posts = list(Post.objects.filter(csv_rows__in=keys, gone_at=None).exclude(status__in=OUT).distinct())
            try:
                with transaction.atomic():
                    posts_delete(posts=posts, actor=actor, now=now, wait=timedelta(), note=_("Import undone"))
            except PostProblem:
                break
            stay = set(CsvRow.objects.filter(pk__in=keys, posts__status__in=OUT).values_list("pk", flat=True))
            csv_import.cursor = rows[-1].number
            gone = [row for row in rows if row.pk not in stay]
            CsvRow.objects.filter(pk__in=[row.pk for row in gone]).update(state=RowState.UNDONE)
            for state in LIVE:
                run.count(RowState.UNDONE, sum(row.state == state for row in gone), out_of=state)
        if run.out_of_time():
            return False
    run.move(ImportState.UNDONE, completed_at=run.clock(), rate_limit_reset_at=None)
    return True


def _live(csv_import: CsvImport) -> list[CsvRow]:
    rows = CsvRow.objects.filter(csv_import=csv_import, state__in=LIVE, number__gt=csv_import.cursor)
    return list(rows.only("pk", "number", "state").order_by("number")[:PAGE])


def _posts(csv_import: CsvImport) -> PostQuerySet:
    deleted = Q(status=PostStatus.DELETED) | Q(deleting_at__isnull=False)
    mine = CsvRow.posts.through._default_manager.filter(csvrow__csv_import=csv_import, csvrow__state__in=LIVE)
    return Post.objects.filter(gone_at=None, pk__in=mine.values("post")).exclude(deleted)
