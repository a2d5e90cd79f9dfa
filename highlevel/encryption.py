"""Secrets at rest: encrypted with the first of ENCRYPTION_KEYS, readable with any of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models.functions import Cast


class UnreadableSecret(Exception):
    """A stored secret was encrypted with a key that is no longer in ENCRYPTION_KEYS."""


def cipher() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])


def encrypt(secret: str) -> str:
    return cipher().encrypt(secret.encode()).decode()


def decrypt(sealed: str) -> str:
    """The secret. Raises UnreadableSecret when no present key fits."""
    try:
        return cipher().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise UnreadableSecret("No key in ENCRYPTION_KEYS opens this secret. Add the key it was made with.") from None


class EncryptedTextField(models.TextField):
    """Text that is encrypted in the database. The empty text stays empty; lookups on it make no sense."""

    def get_prep_value(self, value: Any) -> str:
        return encrypt(value) if value else ""

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str:
        return decrypt(value) if value else ""


@dataclass(frozen=True, slots=True)
class Reencrypted:
    """How many secrets were encrypted anew, how many had the first key already, and the rows that no key opens."""

    renewed: int
    current: int
    unreadable: tuple[str, ...]


def reencrypt() -> Reencrypted:
    """Encrypt every stored secret with the first key. A secret that somebody replaces meanwhile stays theirs."""
    renewed, current, unreadable = 0, 0, []
    first = Fernet(settings.ENCRYPTION_KEYS[0])
    for model in apps.get_models():
        for field in (field for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)):
            rows = model._base_manager.annotate(sealed=Cast(field.name, models.TextField())).exclude(sealed="")
            for pk, sealed in rows.values_list("pk", "sealed"):
                if _opens(first, sealed):
                    current += 1
                    continue
                try:
                    renewed += rows.filter(pk=pk, sealed=sealed).update(**{field.name: decrypt(sealed)})
                except UnreadableSecret:
                    unreadable.append(f"{model._meta.label_lower} {pk} {field.name}")
    return Reencrypted(renewed, current, tuple(unreadable))


def _opens(key: Fernet, sealed: str) -> bool:
    try:
        key.decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True
