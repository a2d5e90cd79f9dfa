"""The memory of an installation under way: which answers of HighLevel's this browser is waiting for."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase

from highlevel.encryption import UnreadableSecret, decrypt, encrypt

STATES = "agency_states"
CODE = "agency_code"
STATE_LASTS = timedelta(minutes=15)
CODE_LASTS = timedelta(minutes=10)  # as long as HighLevel's own
MOST_STATES = 5  # installations begun in several windows


def state_new(session: SessionBase, *, now: datetime) -> str:
    """A fresh state for one installation from this browser."""
    state = secrets.token_urlsafe(32)
    held = dict(list(session.get(STATES, {}).items())[-(MOST_STATES - 1) :])
    session[STATES] = {**held, state: (now + STATE_LASTS).timestamp()}
    return state


def state_take(session: SessionBase, state: str, *, now: datetime) -> str:
    """Use up a state. Empty when it counts, else the code of the problem: wrong_state or late_state."""
    held = dict(session.get(STATES, {}))
    until = held.pop(state, None)
    session[STATES] = held
    if until is None:
        return "wrong_state"
    return "late_state" if now.timestamp() > until else ""


def code_keep(session: SessionBase, code: str, *, now: datetime) -> None:
    """Keep a code, encrypted, until an owner says that it is meant."""
    session[CODE] = {"code": encrypt(code), "until": (now + CODE_LASTS).timestamp()}


def code_waits(session: SessionBase) -> bool:
    return CODE in session


def code_take(session: SessionBase, *, now: datetime) -> str:
    """Use up the kept code; empty when there is none or it is too old."""
    held = session.pop(CODE, None)
    if not held or now.timestamp() > held["until"]:
        return ""
    try:
        return decrypt(held["code"])
    except UnreadableSecret:
        return ""
