"""Rows that had failed and whose change goes on after all, because a person decided so on the Changes page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from planner.models.csv_import import LIVE, CsvImport, CsvRow, ImportState, RowState
from planner.services.import_claims import import_move
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
        # The file may have been uploaded again meanwhile: then another row holds the fingerprint already.
        twins = CsvRow.objects.filter(fingerprint=OuterRef("fingerprint"), state__in=LIVE)
        failed = CsvRow.objects.filter(pk__in=keys)
        taken = failed.exclude(fingerprint="").filter(Exists(twins)).order_by().values_list("pk", flat=True)
        CsvRow.objects.filter(pk__in=list(taken)).update(fingerprint="")
        failed.update(state=RowState.COMMITTED, error="", failure=[])
        counts = dict(csv_import.counts)
        counts[RowState.COMMITTED] = counts.get(RowState.COMMITTED, 0) + len(keys)
        counts[RowState.FAILED] = counts.get(RowState.FAILED, 0) - len(keys)
        kept = {state: number for state, number in counts.items() if number}
        CsvImport.objects.filter(pk=import_id).update(counts=kept, updated_at=now)
        if csv_import.state == ImportState.DONE:
            import_move(csv_import, ImportState.SENDING, now=now, completed_at=None)
        look_now(import_id)
