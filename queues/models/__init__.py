"""Category queues as HighLevel has them, and the sessions in which Rota edits them."""

from queues.models.item import QueueItem
from queues.models.offer import QueueOffer
from queues.models.queue import CategoryQueue, QueueStatus
from queues.models.session import DraftItem, DraftStep, EditSession, Interruption, SessionPerson, SessionState, StepKind

__all__ = [
    "CategoryQueue",
    "DraftItem",
    "DraftStep",
    "EditSession",
    "Interruption",
    "QueueItem",
    "QueueOffer",
    "QueueStatus",
    "SessionPerson",
    "SessionState",
    "StepKind",
]
