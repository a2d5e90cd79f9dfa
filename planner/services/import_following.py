"""Rows that had ended and whose change ends otherwise after all: HighLevel or a person on the Changes page decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from planner.models.csv_import import LINKS, LIVE, CsvImport, CsvRow, ImportState, RowState
from planner.services.import_claims import import_move
from planner.services.import_parts import counts_again
from planner.services.import_waking import look_now

FOLLOWED = (ImportState.SENDING, ImportState.DONE)


def posts_rows_follow(*, posts: Sequence[int], now: datetime) -> None:
    """Have the failed rows of posts settled again, because their creation has ended anew. One query when there is none.

    Call it in the transaction that records how the creation ended.
    """
    _follow({"posts__in": posts}, now)


def part_rows_follow(*, part: int, now: datetime) -> None:
    """Have the failed rows of a part followed again, because HighLevel takes the part after all."""
    _follow({"part": part}, now)


def posts_rows_after_undo(*, posts: Sequence[int]) -> None:
    """Have rows of undone imports say whether their posts are there, because the deletion of these has ended: one that
    HighLevel refused, or that somebody gave up, leaves its post. One query when no undone import has made them.

    Call it in the transaction that records how the deletion ended.
    """
    undone = (ImportState.UNDOING, ImportState.UNDONE)
    rows = CsvRow.objects.filter(posts__in=posts, csv_import__state__in=undone).order_by("pk")
    held = dict(rows.values_list("pk", "csv_import").distinct())
    if not held:
        return
    there = LINKS.filter(
        csvrow=OuterRef("pk"), post__gone_at=None, post__deleting_at=None, post__remote_id__isnull=False
    )
    known = CsvRow.objects.filter(pk__in=list(held)).annotate(there=Exists(there))
    stay = list(known.filter(state=RowState.UNDONE, there=True).values_list("pk", flat=True))
    go = list(known.filter(state=RowState.SUCCESS, there=False).values_list("pk", flat=True))
    _let_go_of_fingerprints(stay)
    CsvRow.objects.filter(pk__in=stay).update(state=RowState.SUCCESS)
    CsvRow.objects.filter(pk__in=go).update(state=RowState.UNDONE)
    for import_id in {held[key] for key in (*stay, *go)}:
        CsvImport.objects.filter(pk=import_id).update(counts=counts_again(import_id))


def _let_go_of_fingerprints(keys: Sequence[int]) -> None:
    """The file may have been uploaded again meanwhile: then another row holds the fingerprint already."""
    twins = CsvRow.objects.filter(fingerprint=OuterRef("fingerprint"), state__in=LIVE)
    rows = CsvRow.objects.filter(pk__in=keys).exclude(fingerprint="")
    taken = list(rows.filter(Exists(twins)).order_by().values_list("pk", flat=True))
    CsvRow.objects.filter(pk__in=taken).update(fingerprint="")


def _follow(of: dict[str, Any], now: datetime) -> None:
    failed = CsvRow.objects.filter(**of, state=RowState.FAILED, csv_import__state__in=FOLLOWED)
    for import_id in failed.order_by().values_list("csv_import", flat=True).distinct():
        _revive(import_id, of, now)


def _revive(import_id: int, of: dict[str, Any], now: datetime) -> None:
    with transaction.atomic():
        csv_import = CsvImport.objects.select_for_update().get(pk=import_id)
        rows = CsvRow.objects.filter(**of, csv_import=csv_import, state=RowState.FAILED)
        keys = list(rows.order_by().values_list("pk", flat=True).distinct())
        if not keys or csv_import.state not in FOLLOWED:
            return
        _let_go_of_fingerprints(keys)
        CsvRow.objects.filter(pk__in=keys).update(state=RowState.COMMITTED, error="", failure=[])
        counts = dict(csv_import.counts)
        counts[RowState.COMMITTED] = counts.get(RowState.COMMITTED, 0) + len(keys)
        counts[RowState.FAILED] = counts.get(RowState.FAILED, 0) - len(keys)
        kept = {state: number for state, number in counts.items() if number}
        CsvImport.objects.filter(pk=import_id).update(counts=kept, updated_at=now)
        if csv_import.state == ImportState.DONE:
            import_move(csv_import, ImportState.SENDING, now=now, completed_at=None)
        look_now(import_id)
