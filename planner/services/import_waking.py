"""Nudges to workers about imports. The sweep finds what a lost one left lying."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from planner.models.csv_import import CsvImport


def wake(import_id: int, *, wait: timedelta = timedelta()) -> None:
    """Ask a worker to move an import on after `wait`."""
    from planner.tasks import import_run_task

    import_run_task.apply_async((import_id,), countdown=wait.total_seconds() or None, retry=False)


def look_now(import_id: int) -> None:
    """Have an import looked at once the caller's transaction commits, however long it was to wait for its next look.

    One that a runner is at work on is looked at when it was to be.
    """
    CsvImport.objects.filter(pk=import_id, claim="").update(claimed_until=None)
    transaction.on_commit(lambda: wake(import_id), robust=True)
