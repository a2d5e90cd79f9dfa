"""The page on which an agency lets the app in: choose a location or the whole agency, then back with a code."""

from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from werkzeug import Response
from werkzeug.utils import redirect

from highlevel.sandbox import tokens, webhooks
from highlevel.sandbox.clock import iso
from highlevel.sandbox.html import html_page
from highlevel.sandbox.operations import Call, page
from highlevel.sandbox.resources.locations import company
from highlevel.sandbox.world import World

_KEPT = ("redirect_uri", "client_id", "scope", "state", "response_type", "loginWindowOpenMode")


@page("choose-location-page-before-v2", "GET", "/oauth/chooselocation")
@page("choose-location-page", "GET", "/v2/oauth/chooselocation")
def choose_location(call: Call) -> Response:
    """The form; 400 with the reason when the app's request is not in order."""
    if wrong := _complaint(call.world, call.query):
        return html_page("This app cannot be installed", f"<p>{escape(wrong)}</p>", status=400)
    agency = company(call.world)
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(call.query[name])}">'
        for name in _KEPT
        if name in call.query
    )
    places = call.world.store.find("location", parent=agency["id"], order="rowid")
    rows = "".join(
        f'<option value="{escape(doc["id"])}">{escape(doc["name"])}{" (has the app)" if doc.get("installed") else ""}'
        "</option>"
        for doc in sorted(places, key=lambda doc: str(doc["name"]).casefold())
    )
    scopes = "".join(f"<li><code>{escape(scope)}</code></li>" for scope in call.query["scope"].split())
    back = escape(urlsplit(call.query["redirect_uri"]).netloc)
    return html_page(
        "Install the app",
        f'<form method="post" action="/v2/oauth/chooselocation">{hidden}'
        '<label for="place">Where</label> <select id="place" name="locationId">'
        f'<option value="">The whole agency: {escape(agency["name"])}</option>'
        f'<optgroup label="One location only">{rows}</optgroup></select>'
        f"<p>It asks for these permissions, and sends you back to <strong>{back}</strong>:</p><ul>{scopes}</ul>"
        '<p><button name="answer" value="allow">Allow and install</button> '
        '<button name="answer" value="refuse">Refuse</button></p></form>',
    )


@page("choose-location-answer", "POST", "/v2/oauth/chooselocation")
def choose_location_answer(call: Call) -> Response:
    """Back to the app with `code`, or with `error`, and with the `state` that it sent."""
    form = call.body
    if wrong := _complaint(call.world, form):
        return html_page("This app cannot be installed", f"<p>{escape(wrong)}</p>", status=400)
    back = {"state": form["state"]} if "state" in form else {}
    if form.get("answer") != "allow":
        return redirect(_with(form["redirect_uri"], {"error": "access_denied", **back}))
    location_id = form.get("locationId", "")
    if location_id and call.world.store.get("location", location_id) is None:
        return html_page("This app cannot be installed", "<p>There is no such location.</p>", status=400)
    code = grant_code(
        call.world, location_id=location_id, scopes=tuple(form["scope"].split()), redirect_uri=form["redirect_uri"]
    )
    return redirect(_with(form["redirect_uri"], {"code": code, **back}))


def grant_code(world: World, *, location_id: str = "", scopes: tuple[str, ...], redirect_uri: str = "") -> str:
    """Install the app on a location (or, with "", on all of them) and return the authorization code, good once."""
    agency = company(world)
    fresh: list[str] = []
    with world.store.transaction():
        chosen = [world.store.get("location", location_id)] if location_id else world.store.find("location")
        for doc in chosen:
            if doc and not doc.get("installed"):
                installed = {**doc, "installed": True, "installedAt": iso(world.clock.now())}
                world.store.update("location", doc["id"], installed)
                fresh.append(doc["id"])
        code = tokens.issue(
            world,
            purpose="code",
            kind="location" if location_id else "company",
            company_id=agency["id"],
            location_id=location_id,
            user_id=agency["ownerId"],
            scopes=tuple(scope for scope in scopes if scope in tokens.SCOPES),
            app_id=agency["appId"],
            redirect_uri=redirect_uri,
        ).id
    told = [location_id] if location_id else ["", *fresh]
    webhooks.send(world, [webhooks.about_app(agency, "INSTALL", place) for place in told])
    return code


def _complaint(world: World, asked: dict[str, str]) -> str:
    if asked.get("client_id") != company(world)["clientId"]:
        return "The client id is unknown."
    if urlsplit(asked.get("redirect_uri", "")).scheme not in ("http", "https"):
        return "The redirect address must be a web address."
    if asked.get("response_type") != "code":
        return "The response type must be code."
    unknown = [scope for scope in asked.get("scope", "").split() if scope not in tokens.SCOPES]
    if unknown or not asked.get("scope"):
        return f"These scopes are not valid: {', '.join(unknown)}" if unknown else "The app asks for no scope."
    return ""


def _with(address: str, added: dict[str, str]) -> str:
    parts = urlsplit(address)
    return urlunsplit(
        parts._replace(query=urlencode([*parse_qsl(parts.query, keep_blank_values=True), *added.items()]))
    )
