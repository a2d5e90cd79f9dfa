"""The admin of people and connected accounts."""

from accounts.admin import accounts, invitations, people, second_factor

__all__ = ["accounts", "invitations", "people", "second_factor"]
