"""Installing the app and getting tokens: authorization codes, refresh, location tokens, installed locations.

Old (v2) and new (v3) paths and spellings are the same operations; an answer is spelled like its question.
"""

import base64
import json
from typing import Any

from highlevel.sandbox import tokens
from highlevel.sandbox.fields import Fields, boolean_string, number_string, text
from highlevel.sandbox.operations import Call, Refusal, Reply, operation
from highlevel.sandbox.resources.locations import company
from highlevel.sandbox.store import Document
from highlevel.sandbox.tokens import Token

_CAMEL = {
    "clientId": "client_id",
    "clientSecret": "client_secret",
    "grantType": "grant_type",
    "code": "code",
    "refreshToken": "refresh_token",
    "userType": "user_type",
    "redirectUri": "redirect_uri",
}
_TOKEN_BODY = Fields({name: text() for pair in _CAMEL.items() for name in pair})
_LOCATION_BODY = Fields(companyId=text(required=True), locationId=text(required=True))
_SPELLED = {"accessToken": "access_token", "tokenType": "token_type", "expiresIn": "expires_in"} | {
    "refreshToken": "refresh_token"
}


@operation(
    "get-access-token",
    "POST",
    "/oauth/token",
    scope=None,
    token=None,
    version=False,
    body=_TOKEN_BODY,
    form=_TOKEN_BODY,
)
def get_access_token(call: Call) -> Reply:
    """A pair of tokens for an authorization code or a refresh token (each good for one exchange)."""
    camel = any(name in call.body for name in ("clientId", "grantType"))
    asked = {snake: call.body.get(name) or call.body.get(snake) or "" for name, snake in _CAMEL.items()}
    for name in ("client_id", "client_secret", "grant_type"):
        if not asked[name]:
            raise Refusal(400, f"Missing parameter: {_spell(name, camel)}")
    agency = company(call.world)
    if asked["client_id"] != agency["clientId"] or asked["client_secret"] != agency["clientSecret"]:
        raise Refusal(401, "Invalid client: client credentials are invalid")
    granted = _granted(call, asked, camel)
    return Reply(200, _pair(call, granted, camel=camel))


@operation(
    "get-location-access-token",
    "POST",
    "/oauth/location-token",
    scope="oauth.write",
    token="company",  # noqa: S106 - the kind of token
    body=_LOCATION_BODY,
    form=_LOCATION_BODY,
    aliases=("/oauth/locationToken",),
)
def get_location_token(call: Call) -> Reply:
    """A token for one of the agency's locations; the new path also gives a refresh token."""
    location = call.world.store.get("location", call.body["locationId"])
    if (
        location is None
        or location["companyId"] != call.body["companyId"]
        or location["companyId"] != call.bearer.company_id
    ):
        raise Refusal(400, "Location not found")
    if not location["active"]:
        raise Refusal(400, "Location is not active")
    if call.bearer.purpose == "access" and not location.get("installed"):
        raise Refusal(400, "App is not installed on this location")
    modern = call.request.path.endswith("/location-token")
    answer = _pair(call, call.bearer, location_id=location["id"], refresh=modern, camel=modern)
    for name in ("companyId", "userType", "isBulkInstallation"):
        answer.pop(name, None)
    return Reply(200, answer | {"appId": company(call.world)["appId"], "versionId": company(call.world)["appId"]})


@operation(
    "get-installed-location",
    "GET",
    "/oauth/installed-locations",
    scope="oauth.readonly",
    token="company",  # noqa: S106
    query=Fields(
        companyId=text(required=True),
        appId=text(required=True),
        pageSize=number_string(),
        pageToken=text(),
        skip=number_string(),
        limit=number_string(),
        query=text(),
        isInstalled=boolean_string(),
        restrictToUserLocations=boolean_string(),
        versionId=text(),
        onTrial=boolean_string(),
        planId=text(),
        locationId=text(),
    ),
    aliases=("/oauth/installedLocations",),
)
def get_installed_locations(call: Call) -> Reply:
    """The agency's locations and whether the app is installed there; by page token on the new path."""
    query = call.query
    if query["appId"] != company(call.world)["appId"] or query["companyId"] != call.bearer.company_id:
        details = {"resource": "App", "identifier": query["appId"]}
        error = {"code": "RESOURCE_NOT_FOUND", "message": "The requested app was not found.", "details": details}
        raise Refusal(404, "Not found", payload={"error": error})
    found = [
        doc
        for doc in call.world.store.find("location", parent=query["companyId"], order="rowid")
        if _wanted(doc, query)
    ]
    if call.request.path.endswith("/installedLocations"):
        skip, limit = call.page(limit=20)
        rows = [_installed(doc) for doc in found[skip : skip + limit]]
        return Reply(200, {"locations": rows, "count": len(found), "installToFutureLocations": False})
    skip, size = _place(query.get("pageToken")), int(float(query.get("pageSize") or 20))
    rows = [_installed(doc) for doc in found[skip : skip + size]]
    pagination: dict[str, Any] = {
        "totalRecords": len(found),
        "hasNextPage": skip + size < len(found),
        "hasPrevPage": skip > 0,
        "currentPageSize": len(rows),
    }
    if pagination["hasNextPage"]:
        pagination["nextPageToken"] = _page_token(skip + size)
    if pagination["hasPrevPage"]:
        pagination["prevPageToken"] = _page_token(max(0, skip - size))
    return Reply(200, {"items": rows, "pagination": pagination, "installToFutureLocations": False})


def _granted(call: Call, asked: dict[str, str], camel: bool) -> Token:
    grant = asked["grant_type"]
    if grant == "client_credentials":
        agency = company(call.world)
        return Token("", "code", "company", agency["id"], "", agency["ownerId"], tokens.SCOPES, agency["appId"])
    if grant not in ("authorization_code", "refresh_token"):
        raise Refusal(400, f"Invalid parameter: {_spell('grant_type', camel)}")
    name = "code" if grant == "authorization_code" else "refresh_token"
    if not asked[name]:
        raise Refusal(400, f"Missing parameter: {_spell(name, camel)}")
    held = tokens.find(call.world, asked[name])
    purpose = "code" if name == "code" else "refresh"
    if held is None or held.used or held.purpose != purpose:
        what = "authorization code" if purpose == "code" else "refresh token"
        raise Refusal(400, f"Invalid grant: {what} is invalid")
    if held.redirect_uri and asked["redirect_uri"] not in ("", held.redirect_uri):
        raise Refusal(400, f"Invalid parameter: {_spell('redirect_uri', camel)}")
    if held.location_id:
        _check_active(call, held.location_id)
    tokens.spend(call.world, held)
    return held


def _check_active(call: Call, location_id: str) -> None:
    location = call.world.store.get("location", location_id)
    if location is None or not location["active"]:
        raise Refusal(400, "Location is not active")


def _pair(call: Call, source: Token, *, location_id: str = "", refresh: bool = True, camel: bool) -> dict[str, Any]:
    at = location_id or source.location_id
    answer: dict[str, Any] = {
        "tokenType": "Bearer",
        "expiresIn": tokens.ACCESS_SECONDS,
        "scope": " ".join(source.scopes),
    }
    for purpose, name in (("access", "accessToken"), ("refresh", "refreshToken"))[: 2 if refresh else 1]:
        answer[name] = tokens.issue(
            call.world,
            purpose=purpose,  # type: ignore[arg-type]
            kind="location" if at else "company",
            company_id=source.company_id,
            location_id=at,
            user_id=source.user_id,
            scopes=source.scopes,
            app_id=company(call.world)["appId"],
        ).id
    answer |= {"userType": "Location" if at else "Company", "companyId": source.company_id, "userId": source.user_id}
    answer["isBulkInstallation"] = not at
    if at:
        answer["locationId"] = at
    else:
        installed = call.world.store.find("location", parent=source.company_id, order="rowid")
        answer["approvedLocations"] = [doc["id"] for doc in installed if doc.get("installed")]
    return {_spell(_SPELLED.get(name, name), camel): value for name, value in answer.items()}


def _spell(name: str, camel: bool) -> str:
    if not camel:
        return name
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


def _wanted(doc: Document, query: dict[str, str]) -> bool:
    return (
        query.get("query", "").casefold() in doc["name"].casefold()
        and query.get("isInstalled") in (None, "true" if doc.get("installed") else "false")
        and query.get("locationId") in (None, doc["id"])
    )


def _installed(doc: Document) -> dict[str, Any]:
    shown = {
        "_id": doc["id"],
        "name": doc["name"],
        "address": doc.get("address", ""),
        "isInstalled": bool(doc.get("installed")),
    }
    return {**shown, **({"installedAt": doc["installedAt"]} if doc.get("installedAt") else {})}


def _page_token(skip: int) -> str:
    return base64.urlsafe_b64encode(json.dumps({"skip": skip}).encode()).decode()


def _place(token: str | None) -> int:
    if not token:
        return 0
    try:
        return int(json.loads(base64.urlsafe_b64decode(token))["skip"])
    except (ValueError, KeyError, TypeError):
        details = {"parameter": "pageToken"}
        error = {"code": "INVALID_ARGUMENT", "message": "The page token is not valid.", "details": details}
        raise Refusal(400, "Invalid page token", payload={"error": error}) from None
