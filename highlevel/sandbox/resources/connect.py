"""Connecting an account in three steps: start, sign in, list, attach.

Documents
`connect_attempt` (location = locationId, status started, signed_in, refused, closed or expired, ref = platform). Keys:
_id (the accountId of the window message and of steps 2 and 3), locationId, platform, userId, placement, reconnect (what
the start was given, or ""), person, status, createdAt. Nothing needs to be seeded; what a person can connect is derived
from the platform and the person, and counts as connected when an `account` document of the location has its originId.
Setting "connect_shape": "schema" or "example", the shape of step 2.
"""

from datetime import timedelta
from typing import Any

from werkzeug import Response

from highlevel.sandbox.app import Exchange
from highlevel.sandbox.clock import iso, parse_iso
from highlevel.sandbox.connect_pages import PATH
from highlevel.sandbox.connect_people import NETWORKS, Candidate, candidates, connected_accounts, listing, oauth_id
from highlevel.sandbox.fields import Field, Fields, choice, nested, text
from highlevel.sandbox.operations import PREFIX, Call, Operation, Refusal, Reply, operation, page
from highlevel.sandbox.resources.accounts import is_expired
from highlevel.sandbox.store import Document
from highlevel.sandbox.world import DEFAULTS, hash_of

DEFAULTS["connect_shape"] = "schema"

LASTS = timedelta(hours=1)
"""How long a sign-in can be used for steps 2 and 3."""

_START = f"{PREFIX}/oauth/{{platform}}/start"
_ACCOUNTS = f"{PREFIX}/oauth/{{locationId}}/{{platform}}/accounts/{{accountId}}"
# How many days a network lets HighLevel publish; None for until it is revoked.
_DAYS = {"youtube": None, "google": None, "pinterest": 365, "tiktok": 365, "tiktok-business": 365}
_FETCHED = {"google": "Google Business", "tiktok": "Tiktok", "tiktok-business": "Tiktok Business"}
_ADDED = {"google": "Google Business", "tiktok-business": "TikTok"}

_ANY = Field(kind="any")
_TYPES = ("page", "group", "profile", "location", "business")
_COMMON = Fields(originId=text(required=True), name=text(), avatar=text(), type=choice(*_TYPES))
_NAMED = _COMMON | Fields(name=text(required=True))
_HANDLED = _NAMED | Fields(verified=Field(kind="boolean"), username=text())
_BODIES: dict[str, Fields] = {
    "facebook": _NAMED | Fields(type=choice("page", required=True)),
    "instagram": Fields(originId=text(), name=text(), avatar=text(), pageId=text(), type=choice("page")),
    "linkedin": _NAMED | Fields(type=choice(*_TYPES, required=True), urn=text()),
    "tiktok": _HANDLED,
    "tiktok-business": _HANDLED,
    "youtube": _HANDLED,
    "threads": _HANDLED,
    "pinterest": _COMMON
    | Fields(
        verified=Field(kind="boolean"), username=text(), websiteUrl=text(), companyId=text(), originAccountType=text()
    ),
    "google": Fields(
        location=nested(
            Fields(
                name=text(required=True),
                title=text(required=True),
                storeCode=text(),
                storefrontAddress=_ANY,
                metadata=_ANY,
                relationshipData=_ANY,
                maxLocation=_ANY,
                isVerified=_ANY,
                isConnected=_ANY,
            ),
            required=True,
        ),
        account=nested(
            Fields({name: text(required=True) for name in ("name", "accountName", "type", "verificationState")})
            | Fields(vettedState=text(required=True)),
            required=True,
        ),
    ),
}
_ALL = Fields({name: _ANY for fields in _BODIES.values() for name in fields.fields})


@page("start-oauth", "GET", _START)
def start_page(call: Call) -> Response:
    """Step 1: off to the network's sign-in page, by redirect."""
    response = Exchange(call.world, _STARTING, call.path, call.request).run()
    target = call.request.environ.get("sandbox.sign_in")
    if response.status_code == 302 and target:
        response.headers["Location"] = call.request.host_url.rstrip("/") + target
    return response


def start(call: Call) -> Reply:
    """Note the attempt and name the page on which it goes on."""
    platform = _platform(call)
    attempt = {
        "_id": call.world.new_id(),
        "locationId": call.location_id,
        "platform": platform,
        "userId": call.query["userId"],
        "placement": call.query.get("page", ""),
        "reconnect": call.query.get("reconnect", ""),
        "person": "",
        "status": "started",
        "createdAt": iso(call.now),
    }
    call.world.store.insert("connect_attempt", attempt, location=call.location_id, status="started", ref=platform)
    call.request.environ["sandbox.sign_in"] = f"{PATH}/{attempt['_id']}"
    return Reply(302, {"message": "Found"})


_STARTING = Operation(
    name="start-oauth",
    method="GET",
    path=_START,
    handler=start,
    scope="socialplanner/oauth.readonly",
    status=302,
    body=None,
    query=Fields(locationId=text(required=True), userId=text(required=True), page=text(), reconnect=text()),
    form=None,
    location="query",
    token="location",  # noqa: S106 - the kind of token
    version=True,
)


@operation(
    "get-oauth-accounts",
    "GET",
    _ACCOUNTS,
    scope="socialplanner/oauth.readonly",
    location="path",
    query=Fields(search=text()),
)
def get_oauth_accounts(call: Call) -> dict[str, Any]:
    """Step 2: what the person who signed in may connect."""
    platform = _platform(call)
    wanted = call.query.get("search", "").casefold()
    found = [one for one in candidates(call.world, _attempt(call)) if wanted in one.name.casefold()]
    shape = call.world.settings["connect_shape"]
    name = _FETCHED.get(platform, NETWORKS[platform])
    return {"message": f"Fetched {name} Account", "results": listing(platform, found, shape)}


@operation(
    "attach-oauth-accounts",
    "POST",
    _ACCOUNTS,
    scope="socialplanner/oauth.write",
    status=201,
    location="path",
    body=_ALL,
)
def attach_oauth_account(call: Call) -> dict[str, Any]:
    """Step 3: connect one of them. One that needs reconnecting keeps its id and gets a new expiry."""
    platform = _platform(call)
    if complaints := _BODIES[platform].complaints(call.body):
        raise Refusal(422, complaints)
    attempt = _attempt(call)
    chosen = _chosen(call, attempt)
    held = next((one for one in connected_accounts(call.world, attempt) if one["originId"] == chosen.origin_id), None)
    if held is None:
        account = _new_account(call, attempt, chosen)
        call.world.store.insert(
            "account", account, location=call.location_id, ref=account["originId"], status=account["platform"]
        )
    elif attempt["reconnect"] or is_expired(held, call.now):
        account = {**held, "expire": _expiry(call, platform), "isExpired": False, "updatedAt": iso(call.now)}
        call.world.store.update("account", account["id"], account)
    else:
        raise Refusal(400, "This account is already connected")
    name = _ADDED.get(platform, NETWORKS[platform])
    # Some of the documents' shapes demand the platform beside the results.
    beside = {"platform": platform} if platform in ("youtube", "pinterest", "threads") else {}
    return {"message": f"Added {name} Account", "results": _record(account), **beside}


def _platform(call: Call) -> str:
    platform = call.path["platform"]
    if platform not in NETWORKS:
        raise Refusal(422, [f"platform must be one of the following values: {', '.join(NETWORKS)}"])
    if platform == "bluesky":
        raise Refusal(400, "Bluesky is currently not supported")
    return platform


def _attempt(call: Call) -> Document:
    attempt = call.world.store.get("connect_attempt", call.path["accountId"])
    if attempt is None or attempt["locationId"] != call.location_id or attempt["platform"] != call.path["platform"]:
        raise Refusal(400, "OAuth account not found")
    if attempt["status"] == "expired" or call.now - parse_iso(attempt["createdAt"]) > LASTS:
        raise Refusal(400, "Session expired, please sign in again")
    if attempt["status"] != "signed_in":
        raise Refusal(400, "OAuth account not found")
    return attempt


def _chosen(call: Call, attempt: Document) -> Candidate:
    body = call.body
    wanted = body["location"]["name"] if "location" in body else body.get("originId") or body.get("pageId")
    offered = candidates(call.world, attempt)
    chosen = next((one for one in offered if wanted and wanted in (one.origin_id, one.page_id)), None)
    if chosen is None:
        raise Refusal(400, "Account not found among those of the signed-in user")
    if not chosen.usable:
        raise Refusal(400, f"{chosen.name} cannot be connected: missing permissions or not verified")
    return chosen


def _new_account(call: Call, attempt: Document, chosen: Candidate) -> Document:
    platform, now = attempt["platform"], iso(call.now)
    person = oauth_id(attempt)
    suffix = {"page": "_page", "profile": "_profile"}.get(chosen.kind, "")
    meta: dict[str, Any] = {"pageId": chosen.page_id} if platform in ("facebook", "instagram") else {}
    if platform == "google":
        meta = {"storeCode": call.body["location"].get("storeCode", ""), "isVerified": True}
    return {
        "id": f"{person}_{call.location_id}_{chosen.origin_id}{suffix}",
        "oauthId": person,
        "profileId": hash_of("profile", call.location_id, platform, chosen.origin_id)[:12].hex(),
        "locationId": call.location_id,
        "originId": chosen.origin_id,
        "name": call.body.get("name") or chosen.name,
        "platform": platform,
        "type": chosen.kind,
        "avatar": call.body.get("avatar") or chosen.avatar,
        "expire": _expiry(call, platform),
        "isExpired": False,
        "active": True,
        "deleted": False,
        "meta": meta,
        "createdAt": now,
        "updatedAt": now,
    }


def _expiry(call: Call, platform: str) -> str | None:
    days = _DAYS.get(platform, 60)
    return None if days is None else iso(call.now + timedelta(days=days))


def _record(account: Document) -> dict[str, Any]:
    names = ("locationId", "originId", "platform", "type", "name", "avatar", "meta", "active", "deleted")
    return {
        "_id": hash_of("account", account["id"])[:12].hex(),
        "oAuthId": account["oauthId"],
        "oldId": account["id"],
        **{name: account[name] for name in names},
        "createdAt": account["createdAt"],
        "updatedAt": account["updatedAt"],
    }
