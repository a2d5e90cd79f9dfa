"""./dev manage: Django's commands with the settings of the local installation."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from config.dev.environment import local_environment
from config.dev.paths import ROOT, VAR
from config.dev.running import running


def main(arguments: list[str]) -> NoReturn:
    """Become manage.py. While `./dev up` runs, the command gets its Redis and its HighLevel too."""
    note = running(VAR)
    env = local_environment(**(note.environment if note else {}))
    os.execve(sys.executable, [sys.executable, str(ROOT / "manage.py"), *arguments], env)  # noqa: S606
