"""Why something about people cannot be done. Each error's text is a sentence for the person who tried."""

from __future__ import annotations


class PeopleError(Exception):
    """A change to people or their access that is refused. `str()` says why and what to do."""


class LastOwner(PeopleError):
    """It would leave the agency without an owner."""


class BeyondRole(PeopleError):
    """The actor's role does not reach that far."""


class Deactivated(PeopleError):
    """It is about somebody who was deactivated."""


class BindingTaken(PeopleError):
    """Somebody else acts as that HighLevel user already."""


class InvitationClosed(PeopleError):
    """The invitation was used, taken back or has expired in the meantime."""


class InvitationExists(PeopleError):
    """The e-mail has an open invitation already."""


class NothingToInvite(PeopleError):
    """The person has all that the invitation would give."""


class WrongCode(PeopleError):
    """The code is not the one that the app shows, was used before, or came too soon after a wrong one."""
