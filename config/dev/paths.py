"""Where ./dev keeps things."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = Path(os.environ.get("ROTA_VAR", "") or ROOT / "var").resolve()
LOGS = VAR / "log"
