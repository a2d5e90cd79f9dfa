"""What people change about themselves."""

from __future__ import annotations

from accounts.models import User


def profile_update(*, user: User, name: str, language: str, timezone: str) -> User:
    """Keep what the person chose; an empty language or zone means the browser's."""
    user.name, user.language, user.timezone = name, language, timezone
    user.save(update_fields=["name", "language", "timezone"])
    return user


def password_change(*, user: User, password: str) -> User:
    """Set a password that was checked before. Sessions elsewhere end, because they are bound to the old one."""
    user.set_password(password)
    user.save(update_fields=["password"])
    return user
