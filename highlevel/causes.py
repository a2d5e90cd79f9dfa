"""Why something did not work, in a sentence for people. The codes are those of `highlevel.api.errors` and our own."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import ngettext as _n

CAUSES = {
    "unreachable": gettext_lazy("HighLevel could not be reached. Nothing was sent; the next run tries again."),
    "limiter_unavailable": gettext_lazy("Redis does not answer, so no request could be counted and none was sent."),
    "outcome_unknown": gettext_lazy("The request was sent, but no trustworthy answer came back."),
    "rate_limited": gettext_lazy("HighLevel asked for a pause, because too many requests came at once."),
    "daily_limit": gettext_lazy("The location's requests for today are used up. Work goes on tomorrow."),
    "remote_down": gettext_lazy("HighLevel had a fault of its own, or broke off its answer."),
    "timeout": gettext_lazy("HighLevel took too long to answer."),
    "blocked_at_edge": gettext_lazy("The network in front of HighLevel turned the request away."),
    "rejected": gettext_lazy("HighLevel refused the request."),
    "no_such_route": gettext_lazy("HighLevel does not know this request. Check HIGHLEVEL_VERSION."),
    "bad_version": gettext_lazy("HighLevel does not accept the Version header. Check HIGHLEVEL_VERSION."),
    "not_found": gettext_lazy("What was asked for does not exist in HighLevel any more."),
    "changed_elsewhere": gettext_lazy("Somebody changed it in HighLevel meanwhile, so nothing was overwritten."),
    "conflict": gettext_lazy("HighLevel does not allow this in the present state."),
    "bad_credentials": gettext_lazy("HighLevel refuses the token. Connect the location again or replace its token."),
    "credential_refused": gettext_lazy("HighLevel refused the token earlier. Replace it, then check again."),
    "no_credential": gettext_lazy("No token is stored for this location, and none of the company to make one from."),
    "invalid_grant": gettext_lazy("The connection to HighLevel has ended. Connect the location again."),
    "forbidden": gettext_lazy("The token may not do this. Check what it is allowed to do in HighLevel."),
    "missing_scope": gettext_lazy("The token lacks a scope for this. Add the scope in HighLevel."),
    "location_inactive": gettext_lazy("HighLevel has paused this location. It works again once it is active there."),
    "not_installed": gettext_lazy("The app is not installed in this location. Install it there in HighLevel."),
    "renewal_busy": gettext_lazy("The token is being renewed and that takes long. The next run tries again."),
    "upload_waiting": gettext_lazy("It waits for a picture or film that is still on its way to HighLevel."),
    "upload_refused": gettext_lazy("A picture or film of it did not get to HighLevel. Choose the file again."),
    "upload_endless": gettext_lazy("The file was cut off each time it was sent. Try again later, or a smaller file."),
    "file_missing": gettext_lazy("The file is not kept any more. Choose it again."),
    "bad_reply": gettext_lazy("HighLevel's answer could not be read."),
    "queue_moved": gettext_lazy("The queue was changed in HighLevel after this draft was begun, so nothing was saved."),
    "foreign_session": gettext_lazy(
        "Somebody edits the queue in HighLevel and has not saved there, so nothing was touched."
    ),
    "draft_changed": gettext_lazy("The draft was edited after this. Save it again from the page of the queue."),
    "staging_stopped": gettext_lazy("The save was cut off before it took effect. It goes on where it stopped."),
    "skip_kept": gettext_lazy("HighLevel kept the date skipped. It offers apps no way to take that back."),
    "internal": gettext_lazy("Rota itself failed here. The log says more."),
}

# Found out by Rota, not said by HighLevel: the sentence above is all there is to say.
OF_OURS = frozenset(
    {
        "changed_elsewhere",
        "upload_waiting",
        "upload_refused",
        "upload_endless",
        "file_missing",
        "queue_moved",
        "foreign_session",
        "draft_changed",
        "staging_stopped",
        "skip_kept",
    }
)


def cause_in_words(code: str, *, unreadable: int = 0) -> str:
    """The cause behind an error code as one sentence in the reader's language; empty for no code.

    `unreadable` is the number of rows for the code `unreadable_rows`. An unknown code is named in the sentence.
    """
    if not code:
        return ""
    if code == "unreadable_rows":
        return _n(
            "%(count)d row of HighLevel could not be read in full; all others were saved.",
            "%(count)d rows of HighLevel could not be read in full; all others were saved.",
            unreadable or 1,
        ) % {"count": unreadable or 1}
    sentence = CAUSES.get(code)
    return str(sentence) if sentence else _("Something went wrong (%(code)s).") % {"code": code}
