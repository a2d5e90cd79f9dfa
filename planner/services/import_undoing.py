"""Stopping an import, and taking it back as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from highlevel.models import Location
from planner.imports.problems import as_json, problem
from planner.models import Post, PostStatus
from planner.models.csv_import import COMMITTABLE, LINKS, LIVE, CsvImport, CsvRow, ImportEngine, ImportState, RowState
from planner.services.import_claims import Run, import_move
from planner.services.import_errors import ImportProblem, NotNow
from planner.services.import_files import file_drop
from planner.services.import_highlevel import may_send_rows
from planner.services.import_parts import IN_REVIEW, PART_MADE, counts_again
from planner.services.import_waking import wake
from planner.services.post_deleting import OWN, posts_delete
from planner.services.post_errors import PostProblem
from planner.services.post_gate import senders_in

PAGE = 500
FIRST = 10  # posts that a preview names
MADE = (*LIVE, RowState.FAILED)  # states of rows that may have posts
OUT = (PostStatus.PUBLISHED, PostStatus.IN_PROGRESS, PostStatus.NOTIFICATION_SENT)  # nobody can take them back
BEFORE_POSTS = (ImportState.UPLOADED, ImportState.COLUMNS, ImportState.CHECKING, ImportState.CHECKED)
HAS_POSTS = Q(finalized_at__isnull=False) | Q(status__in=PART_MADE)  # parts of HighLevel's own import that may have
UNDOABLE = (ImportState.SENDING, ImportState.REVIEW, ImportState.DONE)


@dataclass(frozen=True, slots=True)
class UndoPreview:
    """What undoing an import does: posts that HighLevel is told to delete, posts that it never had and that simply go,
    and posts that are out on the networks and stay. `first` are some of the posts that go. `waiting` are rows of which
    HighLevel's own import has made no post yet."""

    deleted: int
    dropped: int
    stay: int
    first: Sequence[Post]
    waiting: int = 0


def import_cancel(*, csv_import: CsvImport, now: datetime) -> None:
    """Stop an import. Before its posts are made nothing of it stays; while they are made, the rows that are left are
    not made, and a runner says so on each. Raises NotNow once all are made: that takes an undo."""
    file = csv_import.file
    if csv_import.state in BEFORE_POSTS:
        if not import_move(csv_import, ImportState.CANCELLED, now=now, completed_at=now, file=""):
            raise NotNow
        file_drop(file)
        return
    if csv_import.state != ImportState.COMMITTING:
        raise NotNow
    with transaction.atomic():
        if not import_move(csv_import, ImportState.SENDING, now=now, file="", cursor=0):
            raise NotNow
        transaction.on_commit(lambda: wake(csv_import.pk), robust=True)
    file_drop(file)


def import_leave_rest(run: Run) -> bool:
    """Fail the rows of a stopped import that were not made, page by page, until all are or the time is up; whether all
    are."""
    if not run.csv_import.counted(*COMMITTABLE):
        return True
    ready = CsvRow.objects.filter(csv_import=run.csv_import, state__in=COMMITTABLE).order_by("number")
    while rows := dict(ready.values_list("pk", "state")[:PAGE]):
        with run.page():
            CsvRow.objects.filter(pk__in=rows).update(
                state=RowState.FAILED, failure=[as_json(problem("cancelled_before"))]
            )
            for state, number in Counter(rows.values()).items():
                run.count(RowState.FAILED, number, out_of=state)
        if run.out_of_time():
            return False
    return True


def import_undo_preview(csv_import: CsvImport) -> UndoPreview:
    """What an undo would delete now. Two queries. What HighLevel's own import made is known to HighLevel alone."""
    if csv_import.engine == ImportEngine.HIGHLEVEL:
        rows = csv_import.counted(*LIVE)
        made = csv_import.parts.filter(HAS_POSTS).exists()
        return UndoPreview(rows, 0, 0, ()) if made else UndoPreview(0, 0, 0, (), rows)
    posts = _links(csv_import)
    out = Q(post__status__in=OUT)
    numbers = posts.aggregate(
        deleted=Count("pk", filter=~out & Q(post__remote_id__isnull=False)),
        dropped=Count("pk", filter=~out & Q(post__remote_id=None)),
        stay=Count("pk", filter=out),
    )
    first = posts.exclude(out).select_related("post__location").order_by("csvrow__number", "pk")
    return UndoPreview(**numbers, first=[link.post for link in first[:FIRST]])


def import_undo(*, csv_import: CsvImport, actor: User, now: datetime) -> None:
    """Have every post of the import deleted that is not out yet. A second call does nothing.

    Raises NotNow when no post was made, ImportProblem when the person may not delete some of them.
    """
    if csv_import.state in (ImportState.UNDOING, ImportState.UNDONE):
        return
    if csv_import.state not in UNDOABLE:
        raise NotNow
    named = CsvRow.objects.filter(csv_import=csv_import, location=OuterRef("pk"))
    places = set(Location.objects.filter(Exists(named)).values_list("pk", flat=True))
    lacking = places - senders_in(actor, places)
    scheduled = _links(csv_import).exclude(post__status__in=(*OUT, *OWN))
    if lacking and (scheduled.filter(post__location__in=lacking).exists() or _made_to_go_out(csv_import, actor)):
        raise ImportProblem(_("Your role may delete drafts and posts in review only; ask a manager to undo this."))
    with transaction.atomic():
        if not import_move(csv_import, ImportState.UNDOING, now=now, undone_by=actor, cursor=0):
            raise NotNow
        transaction.on_commit(lambda: wake(csv_import.pk), robust=True)


def _made_to_go_out(csv_import: CsvImport, actor: User) -> bool:
    """Whether HighLevel's own import has made posts that are not in review and not the person's to delete."""
    made = csv_import.parts.filter(HAS_POSTS).exclude(status=IN_REVIEW)
    return made.exists() and not may_send_rows(actor, csv_import)


def import_take_back(run: Run) -> bool:
    """Delete the posts page by page until all are done or the time is up; whether all are done. Rows stay whose posts
    are out, or not the person's to delete any more."""
    csv_import, actor = run.csv_import, run.csv_import.undone_by
    while actor and (rows := _made(csv_import)):
        keys = [row.pk for row in rows]
        with run.page() as now:
            there = Post.objects.filter(csv_rows__in=keys, gone_at=None).exclude(status__in=OUT)
            posts = list(there.distinct().only("pk"))
            kept = Q(posts__status__in=OUT) | Q(posts__in=_delete(posts, actor, now))
            stay = set(CsvRow.objects.filter(kept, pk__in=keys).values_list("pk", flat=True))
            csv_import.cursor = rows[-1].number
            gone = [row for row in rows if row.pk not in stay]
            CsvRow.objects.filter(pk__in=[row.pk for row in gone]).update(state=RowState.UNDONE)
            for state in MADE:
                run.count(RowState.UNDONE, sum(row.state == state for row in gone), out_of=state)
        if run.out_of_time():
            return False
    # Counted, because a deletion that HighLevel has refused meanwhile has given its row back.
    counts = counts_again(csv_import.pk)
    run.move(ImportState.UNDONE, completed_at=run.clock(), rate_limit_reset_at=None, counts=counts)
    return True


def _delete(posts: Sequence[Post], actor: User, now: datetime) -> list[Post]:
    """Delete the posts; returns those that the person may not delete."""
    try:
        posts_delete(posts=posts, actor=actor, now=now, wait=timedelta(), note=_("Import undone"))
    except PostProblem:
        middle = len(posts) // 2
        return [*_delete(posts[:middle], actor, now), *_delete(posts[middle:], actor, now)] if middle else list(posts)
    return []


def _made(csv_import: CsvImport) -> list[CsvRow]:
    """The next rows with posts to take back: those that failed too, because HighLevel may have one of their posts."""
    behind = CsvRow.objects.filter(csv_import=csv_import, state__in=MADE, number__gt=csv_import.cursor)
    rows = behind.filter(Exists(LINKS.filter(csvrow=OuterRef("pk"))))
    return list(rows.only("pk", "number", "state").order_by("number")[:PAGE])


def _links(csv_import: CsvImport) -> QuerySet[Any]:
    """The rows' links to their posts that are still there."""
    there = LINKS.filter(csvrow__csv_import=csv_import, post__gone_at=None, post__deleting_at=None)
    return there.exclude(post__status=PostStatus.DELETED)
