"""Keeps people, connected accounts and groups as HighLevel has them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.models import AccountGroup, ConnectedAccount, Member
from accounts.services.people_binding import members_bind
from highlevel.api import RemoteAccount, RemoteGroup, RemoteUser
from highlevel.models import Location
from highlevel.pull import Fresh, Pull, Read, fit, mirror_gone, mirror_rows, readable, step, walk_all
from highlevel.pull.links import links_set
from highlevel.pull.reading import row_name


@step("members", order=20)
def pull_members(pull: Pull) -> None:
    """The people who may work in the location. Role and sign-in are Rota's own and stay as they are."""
    walk_all(
        pull,
        operation="search-users",
        fetch=pull.lists.users,
        cls=RemoteUser,
        save=lambda rows, now: mirror_members(location=pull.location, users=rows, now=now),
        gone=lambda seen, now: mirror_gone(Member, location=pull.location, seen=seen, now=now),
    )


@step("accounts", order=30)
def pull_accounts(pull: Pull) -> None:
    """Connected accounts and groups, which HighLevel gives in one answer."""
    raw_accounts, raw_groups = pull.lists.accounts()
    accounts = list(readable(pull, RemoteAccount, raw_accounts, operation="get-account"))
    groups = list(readable(pull, RemoteGroup, raw_groups, operation="get-account"))
    tally, location = pull.tally, pull.location
    with pull.page() as now:
        tally.seen += len(raw_accounts) + len(raw_groups)
        tally.written += mirror_accounts(location=location, accounts=accounts, now=now)
        tally.written += mirror_groups(location=location, groups=groups, now=now)
        for model, rows in ((ConnectedAccount, raw_accounts), (AccountGroup, raw_groups)):
            names = [row_name(row) for row in rows]
            # A row without an id may be any of ours, so then none can be called gone.
            if None not in names:
                seen = {name for name in names if name}
                tally.gone += mirror_gone(model, location=location, seen=seen, now=now)


def mirror_members(*, location: Location, users: Iterable[Read[RemoteUser]], now: datetime) -> int:
    """Save the people that changed; returns how many. Two queries, and one more when something changed.

    Who is a member by Rota alone becomes, by e-mail, the HighLevel user that was written. Nobody gains access by it.
    """
    written = mirror_rows(Member, location=location, rows=map(_member, users), now=now)
    members_bind(location=location, remote_ids=written)
    return len(written)


def mirror_accounts(*, location: Location, accounts: Iterable[Read[RemoteAccount]], now: datetime) -> int:
    """Save the connected accounts that changed; returns how many. Two queries."""
    rows = map(_account, accounts)
    return len(mirror_rows(ConnectedAccount, location=location, rows=rows, now=now))


def mirror_groups(*, location: Location, groups: Iterable[Read[RemoteGroup]], now: datetime) -> int:
    """Save the groups that changed, with their accounts; returns how many. At most six queries.

    An account that is not mirrored is left out, and the group written again once it is: the digest says who is missing.
    """
    wanted = list(groups)
    if not wanted:
        return 0
    named = {name for read in wanted for name in read.row.account_ids}
    known = dict(ConnectedAccount.objects.filter(location=location, remote_id__in=named).values_list("remote_id", "pk"))
    changed = mirror_rows(
        AccountGroup,
        location=location,
        rows=[_group(read, known) for read in wanted],
        now=now,
    )
    members = {read.row.id: read.row.account_ids for read in wanted}
    linked = {pk: {known[name] for name in members[group] if name in known} for group, pk in changed.items()}
    links_set(AccountGroup.accounts.through, "accountgroup_id", "connectedaccount_id", linked)
    return len(changed)


def _member(read: Read[RemoteUser]) -> Fresh:
    user = read.row
    name = user.name or " ".join(part for part in (user.first_name, user.last_name) if part)
    values = {"name": fit(name, 255), "email": fit(user.email, 254)}
    return Fresh(user.id, read.remote, None, values, deleted=bool(user.deleted))


def _account(read: Read[RemoteAccount]) -> Fresh:
    account = read.row
    values: dict[str, Any] = {
        "platform": fit(account.platform, 32),
        "type": fit(account.type, 32),
        "name": fit(account.name, 255),
        "avatar": account.avatar or "",
        "profile_id": fit(account.profile_id, 255),
        "origin_id": fit(account.origin_id, 255),
        "oauth_id": fit(account.oauth_id, 255),
        "expires_at": account.expires_at,
        "is_expired": bool(account.is_expired),
        "missing_permission": _lacks_permission(account),
    }
    return Fresh(account.id, read.remote, account.updated_at, values, deleted=bool(account.deleted))


def _lacks_permission(account: RemoteAccount) -> bool:
    """HighLevel tells in undocumented fields, beside the others or inside `meta`, that a network withheld something."""
    told = {**(account.meta or {}), **account.raw}
    return told.get("hasStatisticsPermissions") is False or bool(told.get("missingScopes"))


def _group(read: Read[RemoteGroup], known: dict[str, int]) -> Fresh:
    missing = sorted(set(read.row.account_ids) - known.keys())
    return Fresh(read.row.id, read.remote.marked(*missing), None, {"name": fit(read.row.name, 255)})
