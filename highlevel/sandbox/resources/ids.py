"""The two kinds of id that HighLevel uses, and how it complains about others."""

import re
from typing import Any

from highlevel.sandbox.operations import Refusal

_OBJECT_ID = re.compile(r"[0-9a-fA-F]{24}")
_SHORT_ID = re.compile(r"[0-9A-Za-z]{18,28}")
NOT_AN_OBJECT_ID = "Argument passed in must be a single String of 12 bytes or a string of 24 hex characters"


def is_object_id(value: Any) -> bool:
    """True for 24 hex digits, the form of post, category, tag and queue ids."""
    return isinstance(value, str) and bool(_OBJECT_ID.fullmatch(value))


def is_user_id(value: str) -> bool:
    """True for what a user id may look like: about 20 letters and digits, or 24 hex digits."""
    return bool(_SHORT_ID.fullmatch(value))


def check_object_id(value: str) -> str:
    """The id itself, or a 400 with the database's own words."""
    if not is_object_id(value):
        raise Refusal(400, NOT_AN_OBJECT_ID)
    return value
