"""The sign-in page that stands in for each network, and the window message with which it ends.

The message has the documented keys. Its `page` is what the setting "connect_page" says: "social-media-posting" (the
default) or "social_media_posting". Who refuses is sent back with an empty accountId; who closes sends nothing; an
expired session sends an accountId that steps 2 and 3 no longer accept.
"""

import json
from html import escape

from werkzeug import Response

from highlevel.sandbox.connect_people import NETWORKS, PEOPLE, connected_accounts
from highlevel.sandbox.html import html_page
from highlevel.sandbox.operations import Call, page
from highlevel.sandbox.resources.accounts import is_expired
from highlevel.sandbox.store import Document
from highlevel.sandbox.world import DEFAULTS, World

PATH = "/sandbox/sign-in"
DEFAULTS["connect_page"] = "social-media-posting"

_STATES = {"sign_in": "signed_in", "refuse": "refused", "close": "closed", "expired": "expired"}
_SENTENCES = {
    "signed_in": "You are signed in. This window closes by itself.",
    "refused": "You refused. This window closes by itself.",
    "closed": "This window closes by itself.",
    "expired": "Your session has expired. This window closes by itself.",
}
_SCRIPT = """
"use strict";
const answer = document.getElementById("answer");
if (answer.dataset.message && window.opener) {
  window.opener.postMessage(JSON.parse(answer.dataset.message), "*");
}
const close = () => window.close();
document.getElementById("close").addEventListener("click", close);
setTimeout(close, 150);
"""


@page("sign-in-page", "GET", PATH + "/{attemptId}")
def sign_in(call: Call) -> Response:
    """The choices: sign in as somebody, refuse, close the window, or find that the session has expired."""
    attempt = call.world.store.get("connect_attempt", call.path["attemptId"])
    if attempt is None or attempt["status"] != "started":
        return html_page("This sign-in is over", "<p>Start again in the app.</p>", status=404)
    network = NETWORKS[attempt["platform"]]
    people = "".join(
        f'<label><input type="radio" name="person" value="{escape(person)}"{" checked" if not place else ""}> '
        f"{escape(person)}</label>"
        for place, person in enumerate(PEOPLE)
    )
    return html_page(
        f"Sign in to {network}",
        f'<form method="post" action="{PATH}/{escape(attempt["_id"])}">'
        f"<fieldset><legend>Continue as</legend>{people}</fieldset>"
        f"<p>HighLevel asks to read your pages on {network} and to publish there.</p>"
        '<p><button name="answer" value="sign_in">Sign in and allow</button> '
        '<button name="answer" value="refuse">Refuse</button> '
        '<button name="answer" value="close">Close this window</button> '
        '<button name="answer" value="expired">Let the session expire</button></p></form>',
    )


@page("sign-in-answer", "POST", PATH + "/{attemptId}")
def sign_in_answer(call: Call) -> Response:
    """Record the choice, tell the window that opened this one, close."""
    store, state = call.world.store, _STATES.get(call.body.get("answer", ""))
    with store.transaction():
        attempt = store.get("connect_attempt", call.path["attemptId"])
        person = call.body.get("person", PEOPLE[0])
        if attempt is None or attempt["status"] != "started" or state is None or person not in PEOPLE:
            return html_page("This sign-in is over", "<p>Start again in the app.</p>", status=404)
        attempt = {**attempt, "status": state, "person": person}
        store.update("connect_attempt", attempt["_id"], attempt, status=state)
    message = "" if state == "closed" else json.dumps(window_message(call.world, attempt))
    return html_page(
        NETWORKS[attempt["platform"]],
        f'<p id="answer" role="status" data-message="{escape(message)}">{_SENTENCES[state]}</p>'
        f'<p><button id="close" type="button">Close</button></p><script src="{PATH}.js"></script>',
    )


@page("sign-in-script", "GET", PATH + ".js")
def sign_in_script(call: Call) -> Response:
    """What the last page of a sign-in runs."""
    return Response(_SCRIPT, content_type="text/javascript; charset=utf-8")


def window_message(world: World, attempt: Document) -> dict[str, object]:
    """What the sign-in window posts to the window that opened it."""
    signed_in = attempt["status"] == "signed_in"
    due = [account["id"] for account in connected_accounts(world, attempt) if is_expired(account, world.clock.now())]
    return {
        "actionType": "close",
        "page": world.settings["connect_page"],
        "platform": attempt["platform"],
        "placement": attempt["placement"],
        "accountId": "" if attempt["status"] == "refused" else attempt["_id"],
        "reconnectAccounts": due if signed_in else [],
    }
