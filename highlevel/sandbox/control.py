"""Steering a sandbox from another process: /sandbox/... , guarded by a key that the command line prints."""

import hmac
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from html import escape
from typing import Any

from werkzeug import Response
from werkzeug.utils import redirect

from highlevel.sandbox import arrange, tokens, webhooks
from highlevel.sandbox.clock import iso, parse_iso
from highlevel.sandbox.html import html_page
from highlevel.sandbox.operations import OPERATIONS, Call, page
from highlevel.sandbox.resources.locations import company, set_active
from highlevel.sandbox.world import ORIGIN

KEY_HEADER = "X-Sandbox-Key"

Control = Callable[[Call, dict[str, Any]], Any]


def control(method: str, path: str) -> Callable[[Control], Control]:
    """Register the decorated `handler(call, body)`, which returns JSON or raises ValueError or KeyError (a 400)."""

    def register(handler: Control) -> Control:
        def guarded(call: Call) -> Response:
            key = call.request.headers.get(KEY_HEADER, "")
            if not hmac.compare_digest(key.encode(), str(company(call.world)["controlKey"]).encode()):
                return _json(401, {"error": f"The {KEY_HEADER} header is missing or wrong."})
            try:
                body = json.loads(call.request.get_data() or b"{}")
                return _json(200, handler(call, body), origin=call.request.host_url.rstrip("/"))
            except (ValueError, KeyError, TypeError) as problem:
                return _json(400, {"error": f"{type(problem).__name__}: {problem}"})

        page(f"sandbox {method} {path}", method, "/sandbox" + path)(guarded)
        return handler

    return register


@control("GET", "/state")
def state(call: Call, body: dict[str, Any]) -> Any:
    """Who the agency is, what is held, where the clock stands."""
    world = call.world
    agency = company(world)
    return {
        **{name: agency[name] for name in ("clientId", "clientSecret", "agencyToken", "appId")},
        "companyId": agency["id"],
        "locationIds": [doc["id"] for doc in world.store.find("location", parent=agency["id"], order="rowid")],
        "clock": _clock(call),
        "settings": dict(world.settings),
        "limits": _limits(call),
        "documents": world.store.kinds(),
        "requests": world.log.count(),
    }


@control("GET", "/clock")
def read_clock(call: Call, body: dict[str, Any]) -> Any:
    """The sandbox's present."""
    return _clock(call)


@control("POST", "/clock")
def move_clock(call: Call, body: dict[str, Any]) -> Any:
    """{"set": ISO}, {"advance": seconds} and/or {"running": true or false}; what falls due meanwhile happens."""
    clock = call.world.clock
    if "running" in body:
        (clock.run if body["running"] else clock.stop)()
    if "set" in body:
        clock.set(parse_iso(body["set"]))
    if "advance" in body:
        clock.advance(timedelta(seconds=float(body["advance"])))
    call.world.tick()
    return _clock(call)


@control("GET", "/faults")
def read_faults(call: Call, body: dict[str, Any]) -> Any:
    """Every fault and how often it struck."""
    return {"faults": call.world.faults.all()}


@control("POST", "/faults")
def add_fault(call: Call, body: dict[str, Any]) -> Any:
    """{"operation", "kind", "times", "after", "probability", "location", ...detail}."""
    return asdict(call.world.faults.add(**body))


@control("DELETE", "/faults")
def clear_faults(call: Call, body: dict[str, Any]) -> Any:
    """Forget all faults."""
    call.world.faults.clear()
    return {"faults": []}


@control("DELETE", "/faults/{id}")
def remove_fault(call: Call, body: dict[str, Any]) -> Any:
    """Forget one fault."""
    if not call.world.faults.remove(int(call.path["id"])):
        raise KeyError(call.path["id"])
    return {"faults": call.world.faults.all()}


@control("GET", "/log")
def read_log(call: Call, body: dict[str, Any]) -> Any:
    """Entries, oldest first: ?operation=, location=, after= (number), limit= (the latest so many, 1000)."""
    query = call.query
    found = call.world.log.entries(
        query.get("operation"), after=int(query.get("after", 0)), location=query.get("location")
    )
    return {"entries": [entry.as_dict() for entry in found[-int(query.get("limit", 1000)) :]], "total": len(found)}


@control("DELETE", "/log")
def clear_log(call: Call, body: dict[str, Any]) -> Any:
    """Forget all entries."""
    call.world.log.clear()
    return {"entries": []}


@control("POST", "/tokens")
def make_token(call: Call, body: dict[str, Any]) -> Any:
    """{"locationId" (or none for the agency), "scopes" (default all), "private" (default false)} gives {"token"}."""
    agency = company(call.world)
    location_id = body.get("locationId", "")
    token = tokens.issue(
        call.world,
        purpose="private" if body.get("private") else "access",
        kind="location" if location_id else "company",
        company_id=agency["id"],
        location_id=location_id,
        user_id=agency["ownerId"],
        scopes=tuple(body.get("scopes") or tokens.SCOPES),
        app_id="" if body.get("private") else agency["appId"],
    )
    return {"token": token.id, "expiresAt": iso(token.expires_at) if token.expires_at else None}


@control("DELETE", "/tokens/{locationId}")
def revoke_tokens(call: Call, body: dict[str, Any]) -> Any:
    """Withdraw every token of a location, private ones included."""
    purposes = ("access", "refresh", "private")
    return {"revoked": tokens.revoke(call.world, location_id=call.path["locationId"], purposes=purposes)}


@control("POST", "/locations")
def create_location(call: Call, body: dict[str, Any]) -> Any:
    """{"name", "timezone", ...} adds a location and sends LocationCreate."""
    doc = arrange.add_location(call.world, **{"timezone": "America/New_York", **body})
    webhooks.send(call.world, [webhooks.about_location(doc, "LocationCreate")])
    return {"locationId": doc["id"]}


@control("POST", "/locations/{locationId}")
def change_location(call: Call, body: dict[str, Any]) -> Any:
    """{"active": true or false} pauses or not; {"name", "timezone"} changes them and sends LocationUpdate."""
    location_id = call.path["locationId"]
    if "active" in body:
        set_active(call.world, location_id, bool(body["active"]))
    doc = call.world.store.get("location", location_id)
    if doc is None:
        raise KeyError(location_id)
    news: dict[str, Any] = {name: str(body[name]) for name in ("name", "timezone") if name in body}
    if news:
        doc = {**doc, **news}
        with call.world.store.transaction():
            call.world.store.update("location", location_id, doc)
        webhooks.send(call.world, [webhooks.about_location(doc, "LocationUpdate")])
    return {"locationId": location_id, "active": bool(doc["active"]), "name": doc["name"]}


@control("POST", "/uninstall")
def uninstall(call: Call, body: dict[str, Any]) -> Any:
    """{"locationId" (or none for the agency)} takes the app out, ends its tokens and sends UNINSTALL."""
    return {"ended": webhooks.uninstall(call.world, company(call.world), body.get("locationId", ""))}


@control("POST", "/webhooks")
def send_webhook(call: Call, body: dict[str, Any]) -> Any:
    """{"type", ...} is signed and sent as it is, with a timestamp and an id unless they are given."""
    webhooks.send(call.world, [{"type": str(body["type"]), **body}])
    return {"url": call.world.settings["webhook_url"], "key": webhooks.public_key(call.world)}


@control("GET", "/webhooks")
def read_webhooks(call: Call, body: dict[str, Any]) -> Any:
    """What was sent, oldest first, and the public key."""
    sent = [delivery.as_dict() for delivery in list(call.world.deliveries)]
    return {"deliveries": sent, "key": webhooks.public_key(call.world)}


@control("POST", "/settings")
def change_settings(call: Call, body: dict[str, Any]) -> Any:
    """Any of the settings that /sandbox/state shows, but the seed."""
    for name, value in body.items():
        if name not in call.world.settings or name == "seed":
            raise KeyError(name)
        call.world.settings[name] = value
    return dict(call.world.settings)


@control("POST", "/limits")
def change_limits(call: Call, body: dict[str, Any]) -> Any:
    """{"enabled", "interval_max", "interval_seconds", "daily_max"}; the counters start again."""
    for name, value in body.items():
        if name not in _limits(call):
            raise KeyError(name)
        setattr(call.world.limits, name, value)
    call.world.limits.reset()
    return _limits(call)


@page("sandbox", "GET", "/sandbox")
def describe(call: Call) -> Response:
    """What this is and what is in it, for a person."""
    world = call.world
    counts = "".join(
        f"<tr><td>{escape(kind)}</td><td>{count:,}</td></tr>"
        for kind, count in sorted(world.store.kinds().items())
        if kind not in ("setting", "media_content", "token")
    )
    locations = "".join(
        f"<tr><td>{escape(doc['name'])}</td><td>{escape(doc['timezone'])}</td><td>{doc['id']}</td></tr>"
        for doc in world.store.find("location", order="rowid", limit=60)
    )
    names = {entry.name for entry in OPERATIONS.values() if entry.page is None}
    return html_page(
        f"Sandbox of {company(world)['name']}",
        f"<p>{len(names)} operations answer here as HighLevel documents them. It is "
        f"<strong>{iso(world.clock.timestamp())}</strong> in the sandbox; {world.log.count():,} requests so far.</p>"
        f"<h2>Locations</h2><table>{locations}</table><h2>Documents</h2><table>{counts}</table>"
        "<h2>Control</h2><p>With the header <code>X-Sandbox-Key</code> and the key that the sandbox printed when it "
        "started:</p><pre>GET /sandbox/state\nPOST /sandbox/clock {&quot;advance&quot;: 3600}\n"
        "POST /sandbox/faults {&quot;operation&quot;: &quot;get-post&quot;, &quot;kind&quot;: &quot;delay&quot;}\n"
        "GET /sandbox/log?operation=create-post\nPOST /sandbox/tokens {&quot;locationId&quot;: &quot;...&quot;}</pre>",
    )


@page("front", "GET", "/")
def front(call: Call) -> Response:
    """To the description."""
    return redirect("/sandbox")


def _clock(call: Call) -> dict[str, Any]:
    clock = call.world.clock
    return {"now": iso(clock.timestamp()), "running": clock.running}


def _limits(call: Call) -> dict[str, Any]:
    names = ("enabled", "interval_max", "interval_seconds", "daily_max")
    return {name: getattr(call.world.limits, name) for name in names}


def _json(status: int, payload: Any, *, origin: str = "") -> Response:
    text = json.dumps(payload, ensure_ascii=False)
    return Response(text.replace(ORIGIN, origin) if origin else text, status, content_type="application/json")
