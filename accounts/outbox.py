"""What is told to HighLevel about connected accounts."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import ConnectedAccount
from highlevel.api import HighLevel, NotFound
from highlevel.models import Change
from highlevel.outbox import Finding, Found, Handler, NotThere, Outcome, handler, subject_key

DELETE = "account.delete"
KIND = "account"


def account_subject(account: ConnectedAccount) -> str:
    return f"{KIND}:{account.pk}"


@handler
class AccountDelete(Handler):
    """Disconnect an account. The payload holds `remote_id`, `name`, and `user_id` of the HighLevel user who does it."""

    operation = DELETE
    repeatable = True

    def send(self, change: Change, client: HighLevel, now: datetime) -> Outcome:
        try:
            client.accounts.delete(
                account_id=change.payload["remote_id"],
                company_id=change.location.company_id or None,
                user_id=change.payload.get("user_id") or None,
            )
        except NotFound:
            return Outcome({"was_gone": True})
        return Outcome()

    def look(self, change: Change, client: HighLevel, now: datetime) -> Finding:
        there = {account.id for account in client.accounts.list().accounts if not account.deleted}
        return NotThere() if change.payload["remote_id"] in there else Found()

    def title(self, change: Change) -> str:
        return _("Disconnect %(account)s") % {"account": change.payload.get("name", "")}

    def done(self, change: Change, outcome: Outcome, now: datetime) -> None:
        held = ConnectedAccount.objects.filter(Q(gone_at=None), pk=subject_key(change, KIND))
        held.update(gone_at=now)

    def address(self, change: Change) -> str:
        return reverse("accounts:disconnect", args=[subject_key(change, KIND)])
