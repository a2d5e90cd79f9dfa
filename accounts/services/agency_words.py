"""What went wrong between an owner and HighLevel, in sentences that say what to do next."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from highlevel.pasting import TokenNotKept

INSTALL_PROBLEMS = {
    "no_app": gettext_lazy(
        "This installation of Rota has no marketplace app. Set HIGHLEVEL_CLIENT_ID and HIGHLEVEL_CLIENT_SECRET, "
        "or paste a token."
    ),
    "refused_by_you": gettext_lazy(
        "Access was refused in HighLevel, so nothing was changed. Install again when you are ready."
    ),
    "remote_error": gettext_lazy("HighLevel stopped the installation. Nothing was changed; try again."),
    "no_code": gettext_lazy("HighLevel sent you back without a code. Nothing was changed; install again."),
    "wrong_state": gettext_lazy(
        "This answer does not belong to an installation that was begun in this browser, or it was used before. "
        "Nothing was changed; install again from here."
    ),
    "late_state": gettext_lazy(
        "The installation took longer than 15 minutes, so its answer no longer counts. Install again."
    ),
    "late_code": gettext_lazy("HighLevel's code is older than 10 minutes and no longer counts. Install again."),
    "code_used": gettext_lazy("HighLevel does not take this code: it was used before or is too old. Install again."),
    "app_refused": gettext_lazy(
        "HighLevel does not know Rota's app. Check HIGHLEVEL_CLIENT_ID and HIGHLEVEL_CLIENT_SECRET, then install again."
    ),
    "location_inactive": gettext_lazy("HighLevel has paused this location. Make it active there, then install again."),
    "other_company": gettext_lazy(
        "That is another agency than the one Rota works for, so nothing was stored. Sign in to HighLevel with "
        "the right agency and install again."
    ),
    "unreachable": gettext_lazy(
        "HighLevel could not be reached to finish the installation. Nothing was changed; install again in a few "
        "minutes."
    ),
    "outcome_unknown": gettext_lazy(
        "HighLevel did not answer in time, so it is unknown whether the code was used. Nothing was stored; "
        "install again."
    ),
    "bad_reply": gettext_lazy("HighLevel's answer could not be read. Nothing was stored; install again."),
    "refused": gettext_lazy("HighLevel refused to finish the installation. Nothing was stored; install again."),
}


def install_problem(code: str) -> str:
    """The sentence for a code of an installation that failed; empty for one that is not known."""
    return str(INSTALL_PROBLEMS.get(code, ""))


def token_problem(error: TokenNotKept) -> str:
    """Why a pasted token was not stored, and what to do."""
    if error.code == "missing_scopes":
        names = ", ".join(f"{scope.name} ({scope.purpose})" for scope in error.scopes)
        return _(
            "The token lacks permissions that Rota needs: %(names)s. Add them in HighLevel; the token stays the "
            "same. Then paste it again."
        ) % {"names": names}
    words = {
        "not_accepted": _(
            "HighLevel does not accept this token. Copy it once more from Settings, Private Integrations; it is "
            "shown there only when it is made."
        ),
        "of_another_location": _("This token belongs to another location: %(name)s. Paste it for that one."),
        "of_a_location": _(
            "This is the token of one location, not of the agency. Choose “one location” and paste it again."
        ),
        "of_the_agency": _(
            "This is the agency's token, not one of a location. Choose “the agency” and paste it again."
        ),
        "of_another_company": _("This token belongs to another agency than the one Rota works for (it sees %(name)s)."),
        "app_connected": _("This is connected as a marketplace app already and works; a token is not needed."),
        "location_inactive": _("HighLevel has paused this location. Make it active there, then paste the token again."),
        "no_location": _("This token sees no location yet. Add one in HighLevel, then paste the token again."),
        "unknown_location": _(
            "HighLevel knows no location with this id. It is in the address of the location's pages there."
        ),
        "unreachable": _(
            "HighLevel could not be asked, so the token was not checked and not stored. Try again in a few minutes."
        ),
    }
    if error.code == "already_held":
        if error.name:
            return _("This token is in use already, for %(name)s. Nothing was changed.") % {"name": error.name}
        return _("This token is in use already, for the agency. Nothing was changed.")
    return words[error.code] % {"name": error.name}


def way_back(code: str) -> str:
    """What an owner can do about a paused location; `code` is the cause's."""
    if code == "location_inactive":
        return _("Make the location active in HighLevel. Rota notices by itself.")
    if code == "not_installed":
        return _("Install the app for this location in HighLevel. Rota notices by itself.")
    if code == "no_credential":
        return _("Install Rota in HighLevel, or paste a token for this location.")
    return _("Install Rota in HighLevel once more, or paste a new token. Waiting changes are sent then.")
