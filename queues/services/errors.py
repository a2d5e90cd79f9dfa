"""Why something about queues cannot be done. Each error's text is a sentence for the person who tried."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from highlevel.models import Location
from queues.models import DraftStep


class QueueProblem(Exception):
    """A change to a queue or its draft that is refused. The text says why and what to do."""


class QueueGone(QueueProblem):
    """The queue was deleted in HighLevel, or has left it."""

    def __init__(self) -> None:
        super().__init__(_("This queue does not exist in HighLevel any more. What was drafted is kept here."))


class QueueUnknown(QueueProblem):
    """The queue is in a state that Rota does not know."""

    def __init__(self) -> None:
        super().__init__(_("HighLevel calls the state of this queue by a name that Rota does not know."))


class NobodySpeaks(QueueProblem):
    """The person is matched with no HighLevel user of the client, in whose name HighLevel would take it."""

    def __init__(self, location: Location) -> None:
        words = _("HighLevel knows you as nobody at %(location)s. An owner can match you on the page of people.")
        super().__init__(words % {"location": location.name})


class DraftMoved(QueueProblem):
    """Somebody took steps that this person has not seen; `steps` are those, oldest first."""

    def __init__(self, steps: Sequence[DraftStep]) -> None:
        self.steps = tuple(steps)
        who = next((str(step.actor) for step in reversed(self.steps) if step.actor), "")
        if who:
            words = _("%(name)s changed this draft in another window. Look at it again, then go on.") % {"name": who}
        else:
            words = _("This draft was changed in another window. Look at it again, then go on.")
        super().__init__(words)


class DraftClosed(QueueProblem):
    """The session was saved or discarded, or is being saved."""

    def __init__(self, *, saving: bool) -> None:
        if saving:
            words = _("This draft is being saved. Wait for it to arrive in HighLevel, then go on.")
        else:
            words = _("This draft was closed in another window. Open the queue again to go on.")
        super().__init__(words)


class NothingToUndo(QueueProblem):
    """There is no step before, or none behind."""

    def __init__(self, *, redo: bool) -> None:
        super().__init__(_("There is nothing to do again.") if redo else _("There is nothing to undo."))


class NothingToSave(QueueProblem):
    """The draft is as the live queue."""

    def __init__(self) -> None:
        super().__init__(_("Nothing was changed, so there is nothing to save."))


class NoSuchItem(QueueProblem):
    """The draft does not hold an item of that key."""

    def __init__(self) -> None:
        super().__init__(_("This post is not in the queue any more. Somebody may have deleted it."))


class NoSuchPlace(QueueProblem):
    """The queue has no place of that number."""

    def __init__(self, most: int) -> None:
        super().__init__(_("There is no such position. The last one is %(number)d.") % {"number": most})


class NoOriginal(QueueProblem):
    """A reset of an item that was written in the queue."""

    def __init__(self) -> None:
        super().__init__(
            _("This post was written in the queue, so there is no original to go back to. Delete it instead.")
        )


class NoAccounts(QueueProblem):
    """An item that goes out nowhere."""

    def __init__(self) -> None:
        super().__init__(_("Choose at least one account for this post."))


class NothingToImport(QueueProblem):
    """The category has no published post that is not in the queue yet."""

    def __init__(self) -> None:
        super().__init__(_("Every published post of this category that Rota knows is in the queue already."))


class BadSlots(QueueProblem):
    """Weekly slots that cannot be; `sentences` name each."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__(" ".join(self.sentences))


class AlreadyQueued(QueueProblem):
    """The category has a queue."""

    def __init__(self, name: str) -> None:
        super().__init__(_("The category %(name)s has a queue already. Open that one instead.") % {"name": name})


class NotPossibleNow(QueueProblem):
    """The queue is in a state that does not allow this. The text says which."""


class ForeignSession(QueueProblem):
    """Somebody has a session open in HighLevel, and nobody has decided what becomes of it."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody edits this queue in HighLevel and has not saved. Wait until that is saved there, or decide "
                "to throw it away. Your draft is kept."
            )
        )
