"""The secrets of a local installation, made once and kept in var for this user alone."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

NAMES = ("SECRET_KEY", "ENCRYPTION_KEYS")


def local_keys(path: Path) -> dict[str, str]:
    """The secrets in the file `path` (lines NAME=value, mode 0600). What is missing is made and written first."""
    held = dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line) if path.is_file() else {}
    made = {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ENCRYPTION_KEYS": base64.urlsafe_b64encode(os.urandom(32)).decode(),
    }
    keys = {name: held.get(name) or made[name] for name in NAMES}
    if keys != held:
        write_private(path, "".join(f"{name}={value}\n" for name, value in keys.items()))
    return keys


def owner_password(path: Path) -> str:
    """The password of the sandbox's owner in the file `path`, made on the first call."""
    if not path.is_file():
        write_private(path, secrets.token_urlsafe(12))
    return path.read_text().strip()


def write_private(path: Path, text: str) -> None:
    """Write a file that only this user can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    fresh.replace(path)
