"""What beat starts for posts."""

from __future__ import annotations

from datetime import timedelta

from highlevel.regular import regular

regular("Remove files that are not needed", "planner.tasks.files_clean_task", every=timedelta(days=1))
regular("Check posts before they are due", "planner.tasks.post_checks_task", every=timedelta(minutes=1))
regular("Move imports on", "planner.tasks.imports_sweep_task", every=timedelta(minutes=1))
regular("Go on with bulk actions", "planner.tasks.change_set_sweep_task", every=timedelta(minutes=1))
