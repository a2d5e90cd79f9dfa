"""A process that checks and commits one import, and says by how much its memory rose above an idle worker's.

A workbook it only reads, because that leaves a text file."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import django


def main(import_id: int, person_id: int) -> None:
    django.setup()
    import planner.tasks  # noqa: F401  what a worker has loaded
    from accounts.models import User
    from config.celery import app
    from planner.imports.columns import FileKind
    from planner.models import CsvImport
    from planner.services.import_committing import import_commit
    from planner.services.import_reading import import_columns_set, import_read
    from tests.bench.imports import _until

    app.loader.import_default_modules()
    person = User.objects.get(pk=person_id)
    made = CsvImport.objects.get(pk=import_id)
    idle = _figure("VmRSS")
    _forget_peak()
    import_read(made, now=datetime.now(UTC))
    read = _figure("VmHWM") - idle
    if made.file_name.endswith(".xlsx"):
        print(json.dumps({"reading": read}))
        return
    import_columns_set(csv_import=made, actor=person, now=datetime.now(UTC), kind=FileKind.AGENCY)
    _until(made, "checked")
    check = _figure("VmHWM") - idle
    _forget_peak()
    import_commit(csv_import=made, actor=person, now=datetime.now(UTC))
    _until(made, "sending")
    commit = _figure("VmHWM") - idle
    print(json.dumps({"check": check, "commit": commit}))


def _figure(name: str) -> float:
    """Megabytes of this process, as Linux counts them."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024 / 1_000_000
    raise RuntimeError("This machine does not say how much memory a process takes.")


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
