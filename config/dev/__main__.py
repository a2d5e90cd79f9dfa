"""`python -m config.dev VERB ...`: what ./dev runs once the virtual environment stands."""

from __future__ import annotations

import signal
import sys
from importlib import import_module

MODULES = {
    "up": "up",
    "test": "testing",
    "lint": "lint",
    "bench": "bench",
    "sandbox": "sandbox",
    "manage": "manage",
    "messages": "messages",
    "lock": "lock",
}


def main(arguments: list[str]) -> int:
    """Run one verb and return its exit code; 2 for a verb that does not exist."""
    verb, *rest = arguments or [""]
    if verb not in MODULES:
        print(f"No such verb: {verb!r}. ./dev help lists them.", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        return int(import_module(f"config.dev.{MODULES[verb]}").main(rest))
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
