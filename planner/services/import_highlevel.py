"""Driving HighLevel's own import."""

from __future__ import annotations

from planner.services.import_claims import Run


def parts_prepare(run: Run) -> bool:
    raise NotImplementedError


def parts_follow(run: Run) -> bool:
    raise NotImplementedError
