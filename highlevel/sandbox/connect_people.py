"""Who can sign in at a network's sandbox page, and what each of them may connect. Nothing here is stored.

Three example people for every network: the first manages what the location has connected already and two new pages (the
second of which HighLevel cannot use, on networks that have a word for that), the second one new page, the third none.
"""

from dataclasses import dataclass, replace
from typing import Any

from highlevel.sandbox.resources.accounts import is_expired
from highlevel.sandbox.resources.medias import avatar_url
from highlevel.sandbox.store import Document
from highlevel.sandbox.world import World, base62, hash_of

NETWORKS = {
    "google": "Google",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "linkedin": "LinkedIn",
    "tiktok": "TikTok",
    "tiktok-business": "TikTok Business",
    "youtube": "YouTube",
    "pinterest": "Pinterest",
    "threads": "Threads",
    "bluesky": "Bluesky",
}
"""What people call each network, by the platform in a path."""

PEOPLE = ("Marta Olsen", "Devika Rao", "Tomás Ibarra")

_KINDS = {
    "facebook": "page",
    "instagram": "page",
    "linkedin": "page",
    "google": "location",
    "tiktok-business": "business",
}
_NEW_NAMES = (("Market Street branch", "Old archive"), ("Second studio",), ())
_DIGITS_ONLY = 10**17


@dataclass(frozen=True)
class Candidate:
    """A page, profile, channel or location that a person may connect. `usable` is false where HighLevel refuses it."""

    origin_id: str
    name: str
    avatar: str
    kind: str
    page_id: str
    connected: bool
    usable: bool

    @property
    def username(self) -> str:
        """A handle made from the name."""
        return "".join(letter for letter in self.name.lower() if letter.isalnum())


def candidates(world: World, attempt: Document) -> list[Candidate]:
    """What the person who signed in may connect, in a stable order."""
    place = PEOPLE.index(attempt["person"])
    held = _held(world, attempt) if place == 0 else []
    location = world.store.get("location", attempt["locationId"]) or {"name": "Location"}
    fresh = []
    for number, suffix in enumerate(_NEW_NAMES[place]):
        origin_id = _origin_id(attempt["platform"], hash_of(attempt["locationId"], attempt["platform"], place, number))
        fresh.append(
            _candidate(
                attempt["platform"],
                origin_id,
                f"{location['name']} {suffix}",
                usable=number == 0 or attempt["platform"] not in ("facebook", "instagram", "google"),
            )
        )
    known = {candidate.origin_id: candidate for candidate in held}
    now = world.clock.now()
    connected = {account["originId"] for account in connected_accounts(world, attempt) if not is_expired(account, now)}
    return [
        replace(candidate, connected=candidate.origin_id in connected)
        for candidate in [*held, *(one for one in fresh if one.origin_id not in known)]
    ]


def connected_accounts(world: World, attempt: Document) -> list[Document]:
    """The accounts of the attempt's network that its location has, oldest first."""
    found = world.store.find("account", location=attempt["locationId"], status=attempt["platform"], order="rowid")
    return [account for account in found if not account.get("deleted")]


def oauth_id(attempt: Document) -> str:
    """HighLevel's id of the person's sign-in at the network; the same at every sign-in."""
    return base62(hash_of("oauth", attempt["locationId"], attempt["platform"], attempt["person"])[:15], 20)


def listing(platform: str, found: list[Candidate], shape: str) -> dict[str, Any]:
    """The `results` of step 2. `shape` is "schema" (as the documents define them) or "example" (as they show them)."""
    as_example = shape == "example"
    if platform == "facebook":
        return {"pages": [{**_entry(one), "isOwned": one.usable} for one in found]}
    if platform == "instagram":
        business = [{"isBusinessAccount": one.usable} if as_example else {} for one in found]
        entries = [{**_entry(one), "pageId": one.page_id, **more} for one, more in zip(found, business, strict=True)]
        return {"accounts": entries}
    if platform == "google":
        return {"locations": _google(found[0])} if found else {}
    if platform == "linkedin":
        return _linkedin(found, as_example)
    if not as_example or platform in ("tiktok-business", "threads"):
        return {"profile": [_profile(platform, one) for one in found]}
    if platform == "youtube":
        return {"channels": [_entry(one) for one in found]}
    return _flat(platform, found[0]) if found else {}


def _held(world: World, attempt: Document) -> list[Candidate]:
    return [
        Candidate(
            origin_id=account["originId"],
            name=account["name"],
            avatar=account.get("avatar") or "",
            kind=account["type"],
            page_id=str((account.get("meta") or {}).get("pageId") or _page_id(account["originId"])),
            connected=True,
            usable=True,
        )
        for account in connected_accounts(world, attempt)
    ]


def _candidate(platform: str, origin_id: str, name: str, *, usable: bool) -> Candidate:
    return Candidate(
        origin_id, name, avatar_url(name), _KINDS.get(platform, "profile"), _page_id(origin_id), False, usable
    )


def _page_id(origin_id: str) -> str:
    return str(int.from_bytes(hash_of("page", origin_id)[:8], "big") % _DIGITS_ONLY)


def _origin_id(platform: str, digest: bytes) -> str:
    number = int.from_bytes(digest[:8], "big") % _DIGITS_ONLY
    if platform == "linkedin":
        return f"urn:li:organization:{number % 10**8}"
    if platform == "google":
        return f"locations/{number}"
    return f"UC{base62(digest[:15], 16)}" if platform == "youtube" else str(number)


def _entry(one: Candidate) -> dict[str, Any]:
    return {"id": one.origin_id, "name": one.name, "avatar": one.avatar, "isConnected": one.connected}


def _profile(platform: str, one: Candidate) -> dict[str, Any]:
    more: dict[str, Any] = {"websiteUrl": ""} if platform == "pinterest" else {"verified": True}
    return {**_entry(one), "username": one.username, "type": one.kind, **more}


def _linkedin(found: list[Candidate], as_example: bool) -> dict[str, Any]:
    def urn(one: Candidate) -> dict[str, str]:
        return {} if as_example else {"urn": one.origin_id}

    pages = [{**_entry(one), **urn(one)} for one in found if one.kind != "profile"]
    people = [{**_entry(one), **urn(one)} for one in found if one.kind == "profile"]
    if not as_example:
        return {"pages": pages, "profile": people}
    return {"pages": pages, **({"profile": people[0]} if people else {})}


def _google(one: Candidate) -> dict[str, Any]:
    return {
        "location": {
            "name": one.origin_id,
            "storeCode": f"S{_page_id(one.name)[:5]}",
            "title": one.name,
            "metadata": {"hasGoogleUpdated": True, "canDelete": True},
            "storefrontAddress": {"locality": "Springfield", "regionCode": "US"},
            "relationshipData": {},
            "maxLocation": False,
            "isVerified": one.usable,
            "isConnected": one.connected,
        },
        "account": {
            "name": f"accounts/{one.page_id}",
            "accountName": one.name,
            "type": "LOCATION_GROUP",
            "verificationState": "VERIFIED" if one.usable else "UNVERIFIED",
            "vettedState": "VETTED" if one.usable else "NOT_VETTED",
        },
    }


def _flat(platform: str, one: Candidate) -> dict[str, Any]:
    if platform == "tiktok":
        keys = {"openId": one.origin_id, "displayName": one.name, "avatarUrl": one.avatar}
    else:
        keys = {"id": one.origin_id, "username": one.username, "businessName": one.name, "avatar": one.avatar}
    return {**keys, "isConnected": one.connected}
