"""Step 2 of connecting answers in another shape for nearly every network; here they become one list.

Documents and examples contradict each other (an array or one object, under `pages`, `accounts`, `profile`, `channels`,
`locations` or nowhere), so anything that looks like an entry is taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from highlevel.api.errors import BadReply
from highlevel.api.payload import Json

# Where entries may sit, and what they are then.
CONTAINERS = {
    "pages": "page",
    "groups": "group",
    "accounts": "profile",
    "profile": "profile",
    "profiles": "profile",
    "channels": "profile",
    "locations": "location",
}
ID_KEYS = ("id", "_id", "originId", "openId", "urn", "channelId")
NAME_KEYS = ("name", "displayName", "title", "businessName", "username")
AVATAR_KEYS = ("avatar", "avatarUrl", "picture", "profilePhoto")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something that may be attached.

    `problem` is None, or why this one cannot be: missing_id, missing_page (an Instagram account without its Facebook
    page), not_business (a personal Instagram account), missing_account (a Google location without its account),
    not_verified (a Google location that Google lets nobody post to). `is_owned` is False for a Facebook page that
    belongs to somebody else, which HighLevel may or may not take.
    """

    kind: str
    origin_id: str | None
    name: str
    username: str | None
    avatar: str | None
    is_connected: bool
    is_owned: bool
    problem: str | None
    raw: Json


def choices_in(platform: str, body: Any, *, operation: str) -> tuple[Choice, ...]:
    """Every entry of a step 2 answer, whatever its shape. Raises BadReply when the answer is not an object or list."""
    results = body
    while isinstance(results, dict) and isinstance(results.get("results"), (dict, list)):
        results = results["results"]
    if not isinstance(results, (dict, list)):
        raise BadReply("the list of accounts is missing", operation=operation)
    return tuple(_choice(platform, kind, raw) for kind, raw in _entries(results))


def _entries(results: Json | list[Any]) -> Iterator[tuple[str, Json]]:
    if isinstance(results, list):
        yield from (("profile", raw) for raw in results if isinstance(raw, dict))
        return
    contained = False
    for key, kind in CONTAINERS.items():
        found = results.get(key)
        if isinstance(found, dict):
            found = [found]
        if isinstance(found, list):
            contained = True
            yield from ((kind, raw) for raw in found if isinstance(raw, dict))
    if not contained and (_first(results, ID_KEYS) or isinstance(results.get("location"), dict)):
        yield ("location" if isinstance(results.get("location"), dict) else "profile"), results


def _choice(platform: str, kind: str, raw: Json) -> Choice:
    seen = _location_of(raw)
    origin_id = _first(seen, ("name",) if platform == "google" else ID_KEYS)
    return Choice(
        kind=kind,
        origin_id=origin_id,
        name=_first(seen, ("title", "name") if platform == "google" else NAME_KEYS) or "",
        username=_first(seen, ("username",)),
        avatar=_first(seen, AVATAR_KEYS),
        is_connected=seen.get("isConnected") is True,
        is_owned=seen.get("isOwned") is not False,
        problem=_problem(platform, raw, origin_id),
        raw=raw,
    )


def _location_of(raw: Json) -> Json:
    inner = raw.get("location")
    return inner if isinstance(inner, dict) else raw


def _problem(platform: str, raw: Json, origin_id: str | None) -> str | None:
    if origin_id is None:
        return "missing_id"
    if platform == "instagram" and raw.get("isBusinessAccount") is False:
        return "not_business"
    if platform == "instagram" and not raw.get("pageId"):
        return "missing_page"
    if platform == "google" and not isinstance(raw.get("account"), dict):
        return "missing_account"
    if platform == "google" and _location_of(raw).get("isVerified") is False:
        return "not_verified"
    return None


def attach_body(platform: str, choice: Choice) -> Json:
    """The body of step 3: only the keys that this network's form knows, as HighLevel refuses others."""
    if choice.problem is not None or choice.origin_id is None:
        raise ValueError(f"This entry cannot be connected: {choice.problem}")
    if platform == "google":
        return {
            "location": _only(_location_of(choice.raw), GOOGLE_LOCATION_KEYS),
            "account": _only(choice.raw["account"], GOOGLE_ACCOUNT_KEYS),
        }
    plain: Json = {"originId": choice.origin_id, "name": choice.name, "avatar": choice.avatar or ""}
    if platform == "instagram":
        return {**plain, "pageId": str(choice.raw["pageId"])}
    if platform == "linkedin":
        urn = choice.raw.get("urn")
        return {"type": choice.kind, **plain, "urn": urn if isinstance(urn, str) else choice.origin_id}
    if platform == "pinterest":
        return {**plain, **_only(choice.raw, ("username", "websiteUrl"))}
    if platform == "facebook":
        return {"type": "page", **plain}
    if platform == "threads":
        return {"type": "profile", **plain}
    kind = "business" if platform == "tiktok-business" else "profile"
    return {"type": kind, **plain, **_only(choice.raw, ("verified", "username"))}


GOOGLE_LOCATION_KEYS = (
    "name",
    "storeCode",
    "title",
    "storefrontAddress",
    "metadata",
    "maxLocation",
    "isVerified",
    "isConnected",
)
GOOGLE_ACCOUNT_KEYS = ("name", "accountName", "type", "verificationState", "vettedState")


def _only(raw: Json, keys: tuple[str, ...]) -> Json:
    return {key: raw[key] for key in keys if raw.get(key) is not None}


def _first(raw: Json, keys: tuple[str, ...]) -> str | None:
    for key in keys:
        value = raw.get(key)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value).strip():
            return str(value)
    return None
