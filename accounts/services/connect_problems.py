"""What can go wrong while an account is connected, in sentences that say what to do next."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from highlevel.api import Rejected, RemoteError
from highlevel.causes import cause_in_words

# What the browser finds out by itself; `connect.js` shows the sentence, which the page carries along.
TROUBLES = {
    "blocked": gettext_lazy(
        "The browser blocked the sign-in window. Allow pop-ups for this site (there is a sign for it in the address "
        "bar), then open the window again."
    ),
    "closed": gettext_lazy(
        "The sign-in window was closed before anybody had signed in. Nothing was connected. Open it again to go on."
    ),
    "silent": gettext_lazy(
        "The sign-in window has not answered for a long time. If it is still open, finish there; else open it again."
    ),
    "foreign_window": gettext_lazy(
        "An answer came from a window that was not opened here, and was ignored. Go on in the window that Rota opened."
    ),
    "foreign_origin": gettext_lazy(
        "An answer came from an address that is not HighLevel's, and was ignored. Go on in the sign-in window, or open "
        "it again. If your agency uses an address of its own for HighLevel, an owner has to add it to the settings "
        "of this installation (HIGHLEVEL_CONNECT_ORIGINS)."
    ),
    "other_network": gettext_lazy(
        "The window answered for another network, and was ignored. Close it, open it again and sign in there."
    ),
    "abandoned": gettext_lazy("The sign-in was left before it was finished. Nothing was connected."),
}
PROBLEMS = {
    "network_unknown": gettext_lazy("There is no such network. Choose one of those on offer."),
    "not_offered": gettext_lazy("HighLevel does not offer this network to apps like Rota. Connect it in HighLevel."),
    "nobody": gettext_lazy(
        "HighLevel wants to know who connects the account, and you are matched with no HighLevel user of this client. "
        "An owner can match you on the page of people."
    ),
    "gone": gettext_lazy("The account to reconnect is gone from HighLevel. Connect it as a new one."),
    "no_address": gettext_lazy("HighLevel did not say where to sign in. Close this window and try again later."),
    "not_secure": gettext_lazy(
        "HighLevel named an address that is not secure, so Rota did not follow it. Nothing was connected. Tell an "
        "owner of your agency."
    ),
    "over": gettext_lazy("This sign-in is over. Close this window and start again from the page of accounts."),
    "refused": gettext_lazy(
        "HighLevel was refused the access that it needs. Nothing was connected. Try again, and allow what it asks for."
    ),
    "no_account": gettext_lazy(
        "The sign-in window gave an answer that Rota cannot use. Nothing was connected. Try again."
    ),
    "nonce_unknown": gettext_lazy(
        "This answer belongs to no sign-in that Rota knows. Nothing was connected. Try again."
    ),
    "nonce_person": gettext_lazy("This answer belongs to somebody else's sign-in. Nothing was connected. Try again."),
    "nonce_location": gettext_lazy(
        "This answer belongs to a sign-in for another client. Nothing was connected. Try again."
    ),
    "nonce_network": gettext_lazy(
        "This answer belongs to a sign-in at another network. Nothing was connected. Try again."
    ),
    "nonce_attempt": gettext_lazy("This answer belongs to an earlier sign-in. Nothing was connected. Try again."),
    "nonce_session": gettext_lazy(
        "You have signed in to Rota anew since this was started. Nothing was connected. Try again."
    ),
    "nonce_old": gettext_lazy("This sign-in took too long to be safe. Nothing was connected. Try again."),
    "answered": gettext_lazy("This sign-in was answered before, and counts once. Start again to connect more."),
    "nothing_chosen": gettext_lazy("Tick at least one account that can be connected."),
    "not_offered_here": gettext_lazy("One of the chosen accounts is not on offer any more. Choose again."),
    "busy": gettext_lazy("Accounts of this sign-in are being connected already. Wait for the result."),
}


class ConnectProblem(Exception):
    """Connecting cannot go on like this; `code` is one of PROBLEMS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def problem_of(error: RemoteError) -> str:
    """An error of HighLevel as it is kept in `ConnectAttempt.problem` and in a result: the code, and what it said."""
    return f"remote:{error.code}|{error.message}" if isinstance(error, Rejected) else f"remote:{error.code}"


def problem_words(problem: str) -> str:
    """The sentence for a kept problem, in the reader's language; empty for none."""
    code, _bar, said = problem.partition("|")
    if not code:
        return ""
    if code == "remote:rejected" and said:
        return _("HighLevel refused: “%(said)s”.") % {"said": said[:300]}
    if code.startswith("remote:"):
        return cause_in_words(code.removeprefix("remote:"))
    sentence = PROBLEMS.get(code) or TROUBLES.get(code)
    return str(sentence) if sentence else cause_in_words(code)
