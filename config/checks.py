"""Checks at start: what an installation got wrong, with the variable's name and the cure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from highlevel.webhooks.signatures import ed25519_key, rsa_key


@register(Tags.security)
def encryption_keys(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every key in ENCRYPTION_KEYS must be one that Fernet takes."""
    found: list[CheckMessage] = []
    for number, key in enumerate(settings.ENCRYPTION_KEYS, start=1):
        try:
            Fernet(key)
        except ValueError:
            found.append(
                Error(
                    f"ENCRYPTION_KEYS: key {number} is not 32 bytes in URL-safe base64.",
                    hint='Make one with: python -c "from cryptography.fernet import Fernet; '
                    'print(Fernet.generate_key().decode())"',
                    id="rota.E001",
                )
            )
    return found


@register(Tags.security)
def highlevel_address(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Tokens must not travel in clear text beyond this machine."""
    address = urlsplit(settings.HIGHLEVEL_BASE_URL)
    if address.scheme == "https" or address.hostname in ("127.0.0.1", "localhost", "::1"):
        return []
    return [
        Error(
            "HIGHLEVEL_BASE_URL is reached without encryption.",
            hint="Use https://; http:// is taken for a sandbox on this machine only.",
            id="rota.E002",
        )
    ]


@register(Tags.security)
def highlevel_access(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A token for the agency is of use only with the company it speaks for."""
    if settings.HIGHLEVEL_TOKEN and not settings.HIGHLEVEL_COMPANY_ID:
        return [
            Error(
                "HIGHLEVEL_TOKEN is set but HIGHLEVEL_COMPANY_ID is not.",
                hint="Set HIGHLEVEL_COMPANY_ID to the agency's company id, or use HIGHLEVEL_LOCATION_TOKENS.",
                id="rota.E003",
            )
        ]
    if bool(settings.HIGHLEVEL_CLIENT_ID) != bool(settings.HIGHLEVEL_CLIENT_SECRET):
        return [
            Warning(
                "Only one of HIGHLEVEL_CLIENT_ID and HIGHLEVEL_CLIENT_SECRET is set.",
                hint="Set both, or neither.",
                id="rota.W001",
            )
        ]
    return []


@register(Tags.security)
def webhook_keys(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A key that cannot be read would make every webhook fail, and nobody would notice."""
    found: list[CheckMessage] = []
    for name, read in (("HIGHLEVEL_WEBHOOK_KEYS", ed25519_key), ("HIGHLEVEL_WEBHOOK_RSA_KEYS", rsa_key)):
        for number, key in enumerate(getattr(settings, name), start=1):
            try:
                read(key)
            except ValueError as problem:
                found.append(
                    Error(
                        f"{name}: key {number} cannot be used: {problem}.",
                        hint="Copy it once more from HighLevel's documents, in base64 or PEM.",
                        id="rota.E004",
                    )
                )
    return found


@register(Tags.security)
def outbox_times(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """What is still being sent must not be taken for lost and sent a second time."""
    if settings.OUTBOX_SETTLING_SECONDS > settings.OUTBOX_TURN_SECONDS:
        return []
    return [
        Error(
            "OUTBOX_SETTLING_SECONDS is not above OUTBOX_TURN_SECONDS.",
            hint="Make it longer than a worker may take over one change.",
            id="rota.E005",
        )
    ]
