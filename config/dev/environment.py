"""The environment variables that local processes get where the machine's own environment leaves them out."""

from __future__ import annotations

import os

from config.dev.keys import local_keys
from config.dev.paths import VAR

HIGHLEVEL_NAMES = (
    "HIGHLEVEL_COMPANY_ID",
    "HIGHLEVEL_CLIENT_ID",
    "HIGHLEVEL_CLIENT_SECRET",
    "HIGHLEVEL_TOKEN",
    "HIGHLEVEL_LOCATION_TOKENS",
)


class EnvironmentProblem(Exception):
    """The environment contradicts itself; the text says how, and the cure."""


def local_environment(**additions: str) -> dict[str, str]:
    """This process's environment over `additions` over the local defaults: keys from var/secrets, SQLite in var."""
    defaults = {**local_keys(VAR / "secrets"), "DATABASE_URL": f"sqlite:///{VAR / 'rota.sqlite3'}"}
    given = {name: value for name, value in os.environ.items() if value}
    return {**defaults, **additions, **given, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONUNBUFFERED": "1"}


def uses_sandbox() -> bool:
    """Whether the sandbox stands in for HighLevel. Raises EnvironmentProblem when tokens are set but no address is."""
    if os.environ.get("HIGHLEVEL_BASE_URL"):
        return False
    stray = [name for name in HIGHLEVEL_NAMES if os.environ.get(name)]
    if stray:
        raise EnvironmentProblem(
            f"{', '.join(stray)} is set, but HIGHLEVEL_BASE_URL is not, so it is unclear whether you mean the real "
            "HighLevel or the sandbox. Set HIGHLEVEL_BASE_URL too, or unset the others."
        )
    return True


def without_highlevel() -> dict[str, str]:
    """This process's environment without a real HighLevel's address and tokens, which no test or bench may reach."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("HIGHLEVEL_") or name == "HIGHLEVEL_OPENAPI_DIR"
    }
