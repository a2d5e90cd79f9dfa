"""Nudges to workers about imports. The sweep finds what a lost one left lying."""

from __future__ import annotations

from datetime import timedelta


def wake(import_id: int, *, wait: timedelta = timedelta()) -> None:
    """Ask a worker to move an import on after `wait`."""
    from planner.tasks import import_run_task

    import_run_task.apply_async((import_id,), countdown=wait.total_seconds() or None, retry=False)
