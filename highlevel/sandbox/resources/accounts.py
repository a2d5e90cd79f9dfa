"""Connected accounts and their groups.

`account` (location = locationId, ref = originId, status = platform): id (`<oauthId>_<locationId>_<originId>[_page]`),
oauthId, profileId, locationId, originId, name, platform (google, facebook, instagram, linkedin, tiktok,
tiktok-business, youtube, pinterest, threads, bluesky), type (page, profile, location, business, ...), avatar (URL),
expire (UTC ISO or None), isExpired (True forces it; otherwise `expire` decides), active, deleted, meta {...},
createdAt, updatedAt.
`account_group` (location = locationId): id, name, accountIds, locationId.
"""

from datetime import datetime
from typing import Any

from highlevel.sandbox.clock import parse_iso
from highlevel.sandbox.fields import Fields, text
from highlevel.sandbox.operations import PREFIX, Call, Refusal, operation
from highlevel.sandbox.store import Document
from highlevel.sandbox.world import World

_SHOWN = ("id", "oauthId", "profileId", "name", "platform", "type", "expire", "meta", "originId", "avatar", "active")


def is_expired(account: Document, now: datetime) -> bool:
    """True when the network no longer lets HighLevel publish there."""
    expire = account.get("expire")
    return bool(account.get("isExpired")) or bool(expire and parse_iso(expire) <= now)


def account_show(account: Document, now: datetime) -> dict[str, Any]:
    """An account as the list shows it; keys without a value are left out."""
    shown = {name: account[name] for name in _SHOWN if account.get(name) is not None}
    return {**shown, "isExpired": is_expired(account, now)}


def accounts_of(world: World, location_id: str) -> list[Document]:
    """Every connected account of a location, oldest first."""
    return world.store.find("account", location=location_id, order="rowid")


@operation(
    "get-account",
    "GET",
    PREFIX + "/{locationId}/accounts",
    scope="socialplanner/account.readonly",
    location="path",
)
def list_accounts(call: Call) -> dict[str, Any]:
    """All accounts and groups of a location, unpaged."""
    groups = call.world.store.find("account_group", location=call.location_id, order="rowid")
    return {
        "message": "Fetched Accounts",
        "results": {
            "accounts": [account_show(doc, call.now) for doc in accounts_of(call.world, call.location_id)],
            "groups": [{name: doc[name] for name in ("id", "name", "accountIds")} for doc in groups],
        },
    }


@operation(
    "delete-account",
    "DELETE",
    PREFIX + "/{locationId}/accounts/{id}",
    scope="socialplanner/account.write",
    location="path",
    query=Fields(companyId=text(), userId=text()),
)
def delete_account(call: Call) -> dict[str, Any]:
    """Disconnect an account and take it out of its groups; posts planned for it stay and will fail."""
    store, id = call.world.store, call.path["id"]
    account = store.get("account", id)
    if account is None or account["locationId"] != call.location_id:
        raise Refusal(400, "Account not found")
    store.delete("account", id)
    for group in store.find("account_group", location=call.location_id):
        if id in group["accountIds"]:
            kept = [held for held in group["accountIds"] if held != id]
            store.update("account_group", group["id"], {**group, "accountIds": kept})
    return {"message": "Deleted Account", "results": {"locationId": call.location_id, "id": id}}
