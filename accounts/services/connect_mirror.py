"""Reading the account list after step 3, so that a new account is a row at once: the row that the next pull finds."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.mirror import mirror_accounts
from accounts.models import ConnectedAccount
from highlevel.api import HighLevel, RemoteAccount
from highlevel.models import Location
from highlevel.pull import Read, sound
from highlevel.pull.reading import Lists, read_row

log = logging.getLogger("accounts.connect")


def accounts_read(client: HighLevel, *, location: Location, now: datetime) -> list[RemoteAccount]:
    """Every account of the location as HighLevel has it now; rows are written as a pull writes them.

    An account that came back under a new id keeps its row, and with it its posts and queues. Raises RemoteError.
    """
    lists = Lists(
        client.transport,
        location_id=client.location_id,
        company_id=client.company_id,
        version=settings.HIGHLEVEL_VERSION,
    )
    raw_accounts, _groups = lists.accounts()
    reads = []
    for raw in raw_accounts:
        remote = sound(raw)
        row, _misfit = read_row(RemoteAccount, remote.raw)
        if row is not None:
            reads.append(Read(row, remote))
    accounts = [read.row for read in reads]
    with transaction.atomic():
        _keep_identities(location, accounts)
        mirror_accounts(location=location, accounts=reads, now=now)
    return accounts


def account_among(
    accounts: list[RemoteAccount], *, platform: str, origin_id: str | None, ids: tuple[str | None, ...] = ()
) -> RemoteAccount | None:
    """The account with one of these ids, else the one of this network that stands for the same page or profile."""
    live = [account for account in accounts if not account.deleted]
    named = [account for account in live if account.id in ids]
    same = [account for account in live if account.platform == platform and account.origin_id == origin_id]
    return next(iter(named or same), None)


def _keep_identities(location: Location, accounts: list[RemoteAccount]) -> None:
    """HighLevel's ids hold who signed in: when somebody else reconnects a page, it may come back under another id."""
    listed = {account.id for account in accounts}
    held = {row.remote_id: row for row in ConnectedAccount.objects.filter(location=location).exclude(origin_id="")}
    lost = {(row.platform, row.origin_id): row for remote_id, row in held.items() if remote_id not in listed}
    for account in accounts:
        row = lost.get((account.platform or "", account.origin_id or ""))
        if row is not None and account.id not in held and not account.deleted:
            log.info("account came back under another id: account=%s", row.pk)
            ConnectedAccount.objects.filter(pk=row.pk).update(remote_id=account.id, remote_hash="", gone_at=None)
