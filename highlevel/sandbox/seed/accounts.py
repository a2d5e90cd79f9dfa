"""Connected accounts of a location in every state of health, and their groups."""

from datetime import datetime, timedelta
from random import Random

from highlevel.sandbox.clock import iso
from highlevel.sandbox.resources.medias import avatar_url
from highlevel.sandbox.seed.corpus import Profile
from highlevel.sandbox.seed.details import board_id
from highlevel.sandbox.seed.hostile import NAMES
from highlevel.sandbox.seed.place import Account, Place
from highlevel.sandbox.store import Document

# Networks whose access never runs out by itself.
_ENDLESS = ("youtube", "google", "bluesky")

_SCOPES = {
    "facebook": "pages_manage_posts",
    "instagram": "instagram_content_publish",
    "linkedin": "w_organization_social",
    "youtube": "youtube.upload",
    "pinterest": "pins:write",
    "threads": "threads_content_publish",
    "tiktok": "video.publish",
}


def connected_accounts(place: Place) -> list[Account]:
    """The accounts of the location, as its client has them."""
    return [_account(place, profile, number) for number, profile in enumerate(place.client.profiles)]


def account_document(place: Place, account: Account) -> Document:
    """One account. A missing permission shows in `meta`, as HighLevel shows it."""
    created = iso(place.today - timedelta(days=place.random("connected", account.id).randint(90, 700)))
    meta: Document = {"hasStatisticsPermissions": account.state != "limited"}
    if account.platform == "google":
        meta |= {"hasGoogleUpdated": True, "canDelete": True}
    if account.platform == "pinterest":
        meta["boards"] = [
            {"id": board_id(place, account, number), "name": tag} for number, tag in enumerate(place.client.tags[:3])
        ]
    if account.state == "limited":
        meta["missingScopes"] = [_SCOPES.get(account.platform, "publish")]
    return {
        "id": account.id,
        "oauthId": account.oauth_id,
        "profileId": place.object_id("profile", account.origin_id),
        "locationId": place.id,
        "originId": account.origin_id,
        "name": account.name,
        "platform": account.platform,
        "type": account.type,
        "avatar": avatar_url(account.name),
        "expire": iso(account.expires) if account.expires else None,
        "isExpired": account.expired_at(place.now),
        "active": not account.expired_at(place.now),
        "deleted": False,
        "meta": meta,
        "createdAt": created,
        "updatedAt": created,
    }


def group_documents(place: Place) -> list[Document]:
    """The account groups; in a few locations somebody gave one a name that looks like markup or a formula."""
    found = []
    for number, (name, platforms) in enumerate(place.client.groups):
        odd = place.random("group name", number).random() < 0.08
        found.append(
            {
                "id": place.object_id("group", number),
                "name": place.random("odd group", number).choice(NAMES) if odd else name,
                "accountIds": [account.id for account in place.of(*platforms)],
                "locationId": place.id,
            }
        )
    return found


def _account(place: Place, profile: Profile, number: int) -> Account:
    origin_id = _origin_id(place, profile, number)
    oauth_id = place.object_id("oauth", number)
    ending = {"page": "_page", "profile": "_profile"}.get(profile.type, "")
    return Account(
        id=f"{oauth_id}_{place.id}_{origin_id}{ending}",
        oauth_id=oauth_id,
        origin_id=origin_id,
        platform=profile.platform,
        type=profile.type,
        name=f"{profile.name} {place.branch}".strip(),
        state=profile.state,
        expires=_expiry(place, profile, place.random("expiry", number)),
    )


def _expiry(place: Place, profile: Profile, rng: Random) -> datetime | None:
    minutes = timedelta(minutes=15 * rng.randint(0, 95))
    if profile.state == "expired":
        return place.today - timedelta(days=rng.randint(4, 12)) + minutes
    if profile.state == "expiring":
        return place.today + timedelta(days=rng.randint(2, 6)) + minutes
    return None if profile.platform in _ENDLESS else place.today + timedelta(days=rng.randint(50, 160)) + minutes


def _origin_id(place: Place, profile: Profile, number: int) -> str:
    if profile.platform == "youtube":
        return "UC" + place.object_id("channel", number)[:22]
    if profile.platform == "bluesky":
        return "did:plc:" + place.object_id("did", number)
    return place.digits("origin", number)
