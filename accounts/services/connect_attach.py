"""Step 3: attach what was ticked, one by one, each at most once.

A choice is marked as being sent before it is sent, with the attempt in state `unconfirmed`; only one at a time can be.
So a process that dies leaves a choice that has to be looked up, never one that could be sent again. `results` holds a
version that each write must find unchanged.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from accounts.models import ConnectAttempt, ConnectedAccount
from accounts.models.connected_account import Health
from accounts.services.connect_choices import choice_of
from accounts.services.connect_mirror import account_among, accounts_read
from accounts.services.connect_problems import ConnectProblem, problem_of
from accounts.services.connect_wire import connect_client, credentials_noted
from highlevel.api import AttachedAccount, BadReply, HighLevel, OutcomeUnknown, RemoteAccount, RemoteError
from highlevel.pull import pull_ask

log = logging.getLogger("accounts.connect")
Clock = Callable[[], datetime]
Item = dict[str, Any]
State = ConnectAttempt.State

SETTLES_IN = timedelta(seconds=60)  # after that an account that HighLevel does not list was surely not attached
LOOKS_FOR = timedelta(minutes=3)  # how long the page looks by itself
MOST_RACES = 20  # lost races of one write before it gives up

WAITING, SENDING, UNCONFIRMED = "waiting", "sending", "unconfirmed"
ATTACHED, REFUSED, NOT_SENT, ABSENT = "attached", "refused", "not_sent", "absent"
AGAIN = (NOT_SENT, ABSENT)  # surely not attached, and worth another try


def connect_pick(*, attempt: ConnectAttempt, keys: list[str], usable: set[str]) -> ConnectAttempt:
    """Take the ticked choices, to be attached in this order. `usable` are the keys that may be ticked.

    Raises ConnectProblem: nothing_chosen, not_offered_here, busy.
    """
    entries = {entry["key"]: entry for entry in attempt.choices}
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        raise ConnectProblem("nothing_chosen")
    if not usable.issuperset(wanted):
        raise ConnectProblem("not_offered_here")
    if attempt.state not in (State.CHOOSING, State.DONE, State.FAILED) or not attempt.remote_account_id:
        raise ConnectProblem("busy")
    items = [{"key": key, "name": entries[key]["name"], "state": WAITING} for key in wanted]
    # What was attached before by this sign-in stays in the list of results.
    before = [item for item in items_of(attempt) if item["state"] == ATTACHED and item["key"] not in wanted]
    if not _save(attempt, before + items, problem="", finished_at=None):
        raise ConnectProblem("busy")
    return attempt


def connect_attach_next(*, attempt: ConnectAttempt, clock: Clock) -> ConnectAttempt:
    """Attach the next waiting choice and keep what became of it; changes nothing while another one is being sent."""
    items = items_of(attempt)
    item = next((one for one in items if one["state"] == WAITING), None)
    if attempt.state != State.ATTACHING or item is None:
        return attempt
    entry = next(one for one in attempt.choices if one["key"] == item["key"])
    item |= {"state": SENDING, "sent_at": clock().isoformat(), "before": _standing(attempt, entry, clock())}
    if not _save(attempt, items):
        attempt.refresh_from_db()
        return attempt
    outcome = _attach(attempt, entry, item, clock)
    return _record(attempt, item["key"], outcome, clock)


def connect_look(*, attempt: ConnectAttempt, clock: Clock) -> ConnectAttempt:
    """Look unconfirmed choices up in HighLevel's account list; nothing is sent. Raises RemoteError."""
    unsure = [item for item in items_of(attempt) if _may_look(item, clock())]
    if not unsure:
        return attempt
    location = attempt.location
    try:
        with connect_client(location, now=clock()) as client:
            accounts = accounts_read(client, location=location, now=clock())
    except RemoteError as error:
        credentials_noted(location, error, now=clock())
        raise
    entries = {entry["key"]: entry for entry in attempt.choices}
    for item in unsure:
        attempt = _record(attempt, item["key"], _found(attempt, entries[item["key"]], item, accounts, clock()), clock)
    return attempt


def looks_by_itself(attempt: ConnectAttempt, now: datetime) -> bool:
    """Whether something was sent so lately that looking it up every few seconds makes sense."""
    sent = [item["sent_at"] for item in items_of(attempt) if item["state"] in (SENDING, UNCONFIRMED)]
    return any(now - datetime.fromisoformat(instant) < LOOKS_FOR for instant in sent)


def items_of(attempt: ConnectAttempt) -> list[Item]:
    """A copy of the results, in the order in which they were ticked."""
    return [dict(item) for item in attempt.results.get("items", [])]


def _attach(attempt: ConnectAttempt, entry: dict[str, Any], item: Item, clock: Clock) -> Item:
    """Send it once, and read the list; what is to be kept of the outcome."""
    location = attempt.location
    try:
        client = connect_client(location, now=clock())
    except RemoteError as error:
        credentials_noted(location, error, now=clock())
        return {"state": NOT_SENT, "problem": problem_of(error)}
    with client:
        try:
            attached = client.connect.attach(
                platform=attempt.platform, account_id=attempt.remote_account_id, choice=choice_of(entry)
            )
        except (OutcomeUnknown, BadReply) as error:
            log.warning("connect attach unconfirmed: attempt=%s %s", attempt.pk, error)
            return {"state": UNCONFIRMED, "problem": problem_of(error)} | _look_now(client, attempt, entry, item, clock)
        except RemoteError as error:
            log.warning("connect attach failed: attempt=%s %s", attempt.pk, error)
            credentials_noted(location, error, now=clock())
            return {"state": NOT_SENT if error.transient else REFUSED, "problem": problem_of(error)}
        return {"state": ATTACHED, "problem": "", "account": _row_of(client, attempt, entry, attached, clock)}


def _row_of(
    client: HighLevel, attempt: ConnectAttempt, entry: dict[str, Any], attached: AttachedAccount, clock: Clock
) -> int | None:
    """The row of the attached account; None when the list cannot be read or lags, and the next pull brings it."""
    try:
        accounts = accounts_read(client, location=attempt.location, now=clock())
    except RemoteError as error:
        log.warning("connect list failed: attempt=%s %s", attempt.pk, error)
        return None
    ids = (attached.old_id, attached.id)
    found = account_among(accounts, platform=attempt.platform, origin_id=entry["origin_id"], ids=ids)
    return _pk(attempt, found)


def _look_now(client: HighLevel, attempt: ConnectAttempt, entry: dict[str, Any], item: Item, clock: Clock) -> Item:
    try:
        accounts = accounts_read(client, location=attempt.location, now=clock())
    except RemoteError as error:
        log.warning("connect look failed: attempt=%s %s", attempt.pk, error)
        return {}
    return _found(attempt, entry, item, accounts, clock())


def _found(
    attempt: ConnectAttempt, entry: dict[str, Any], item: Item, accounts: list[RemoteAccount], now: datetime
) -> Item:
    """What the account list says of a choice whose outcome is unknown; empty as long as it says nothing."""
    account = account_among(accounts, platform=attempt.platform, origin_id=entry["origin_id"])
    if account is not None and _is_news(account, item["before"], now):
        return {"state": ATTACHED, "problem": "", "account": _pk(attempt, account)}
    if now - datetime.fromisoformat(item["sent_at"]) < SETTLES_IN:
        return {}
    return {"state": ABSENT, "problem": ""}


def _is_news(account: RemoteAccount, before: dict[str, Any] | None, now: datetime) -> bool:
    """Whether the listed account is what was being attached: new to the list, or good again, or good for longer."""
    expires = account.expires_at
    if account.is_expired or (expires is not None and expires <= now):
        return False
    return before is None or before["expired"] or before["expires"] != (expires.isoformat() if expires else None)


def _standing(attempt: ConnectAttempt, entry: dict[str, Any], now: datetime) -> dict[str, Any] | None:
    """How the page or profile stands in the mirror before it is sent; None when it is new there."""
    held = ConnectedAccount.objects.filter(
        location=attempt.location, platform=attempt.platform, origin_id=entry["origin_id"] or "", gone_at=None
    ).first()
    if held is None:
        return None
    return {
        "expired": held.health(now) == Health.EXPIRED,
        "expires": held.expires_at.isoformat() if held.expires_at else None,
    }


def _may_look(item: Item, now: datetime) -> bool:
    """Unconfirmed, or being sent for so long that whoever sent it must have died."""
    if item["state"] == SENDING:
        return now - datetime.fromisoformat(item["sent_at"]) >= SETTLES_IN
    return bool(item["state"] == UNCONFIRMED)


def _pk(attempt: ConnectAttempt, account: RemoteAccount | None) -> int | None:
    if account is None:
        return None
    rows = ConnectedAccount.objects.filter(location=attempt.location, remote_id=account.id)
    return rows.values_list("pk", flat=True).first()


def _record(attempt: ConnectAttempt, key: str, outcome: Item, clock: Clock) -> ConnectAttempt:
    """Keep an outcome, whatever else was written to the attempt meanwhile."""
    for _race in range(MOST_RACES):
        attempt.refresh_from_db()
        items = items_of(attempt)
        item = next(one for one in items if one["key"] == key)
        if item["state"] == ATTACHED or not outcome:
            return attempt
        item |= outcome
        ended = _state_of(items) in (State.DONE, State.FAILED)
        if _save(attempt, items, finished_at=clock() if ended else None):
            break
    else:
        raise RuntimeError(f"The result of attempt {attempt.pk} could not be written")
    log.info("connect result: attempt=%s choice=%s state=%s", attempt.pk, key, outcome["state"])
    if outcome["state"] == ATTACHED:
        # A pull that read its list before this would call the new row gone: the one asked for here comes after it.
        pull_ask(locations=[attempt.location], now=clock())
    return attempt


def _save(attempt: ConnectAttempt, items: list[Item], **fields: Any) -> bool:
    """Write the results and the state that follows from them, if nobody wrote since they were read."""
    held = ConnectAttempt.objects.filter(pk=attempt.pk, state=attempt.state)
    version = attempt.results.get("version")
    held = held.filter(results__version=version) if version else held.exclude(results__has_key="version")
    fields |= {"results": {"version": (version or 0) + 1, "items": items}, "state": _state_of(items)}
    if not held.update(**fields):
        return False
    for name, value in fields.items():
        setattr(attempt, name, value)
    return True


def _state_of(items: list[Item]) -> str:
    """The attempt's state; while one is being sent no other can be taken."""
    states = {item["state"] for item in items}
    if SENDING in states:
        return State.UNCONFIRMED
    if WAITING in states:
        return State.ATTACHING
    if UNCONFIRMED in states:
        return State.UNCONFIRMED
    return State.DONE if ATTACHED in states else State.FAILED
