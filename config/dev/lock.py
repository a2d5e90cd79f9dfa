"""./dev lock: requirements.in and requirements-dev.in turned into pinned files with hashes and without addresses."""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys

from config.dev.paths import ROOT

ADDRESS = re.compile(r"https?://|--(?:index-url|extra-index-url|find-links)|\bfile:", re.IGNORECASE)
HASHED = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"]
COMPILE = ["uv", "pip", "compile", "--quiet", *HASHED]
STEPS = (
    [*COMPILE, "requirements.in", "-o", "requirements.txt"],
    [*COMPILE, "-c", "requirements.txt", "requirements-dev.in", "-o", "requirements-dev.txt"],
)


def main(arguments: list[str]) -> int:
    """Compile both files with uv. Returns 2 with instructions when uv is missing, 1 when it fails."""
    parser = argparse.ArgumentParser(prog="./dev lock", description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    upgrade = ["--upgrade"] if parser.parse_args(arguments).upgrade else []
    steps = [[*step, *upgrade] for step in STEPS]
    if shutil.which("uv") is None:
        shown = "\n".join(f"    {' '.join(step)}" for step in steps)
        print(
            f"uv is not on PATH. Install it (for example: pip install uv), or run elsewhere:\n{shown}", file=sys.stderr
        )
        return 2
    for step in steps:
        if subprocess.run(step, cwd=ROOT, check=False).returncode:  # noqa: S603
            return 1
    named = [name for name in ("requirements.txt", "requirements-dev.txt") if ADDRESS.search((ROOT / name).read_text())]
    if named:
        print(
            f"{' and '.join(named)} names an address of a package index. Remove it before committing.", file=sys.stderr
        )
        return 1
    print("Wrote requirements.txt and requirements-dev.txt. The next ./dev installs them.")
    return 0
