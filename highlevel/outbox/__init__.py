"""The outbox: what Rota has to tell HighLevel, as rows; sending them, and finding out what became of them.

A service writes a Change in the transaction of its edit (`change_record`). A worker claims it, sends it with no
transaction open, and records the outcome (`change_send`). What was sent and not answered is looked up, never blindly
repeated (`change_settle`). Locations take turns (`outbox_turn`). The sweep finds what was missed.
"""

from highlevel.outbox.errors import ChangedElsewhere, NotPossible
from highlevel.outbox.person import (
    CANCELLABLE,
    LOOKABLE,
    RETRYABLE,
    UNSENT,
    change_cancel,
    change_look_again,
    change_retry,
    changes_drop,
)
from highlevel.outbox.recording import Wish, change_record, changes_record, changes_record_at
from highlevel.outbox.registry import (
    Denied,
    Difference,
    Finding,
    Found,
    Handler,
    NotThere,
    Outcome,
    Unsure,
    handler,
    handler_of,
    subject_key,
)
from highlevel.outbox.sending import change_send
from highlevel.outbox.settling import change_settle
from highlevel.outbox.sweep import outbox_sweep
from highlevel.outbox.turns import outbox_turn

__all__ = [
    "CANCELLABLE",
    "LOOKABLE",
    "RETRYABLE",
    "UNSENT",
    "ChangedElsewhere",
    "Denied",
    "Difference",
    "Finding",
    "Found",
    "Handler",
    "NotPossible",
    "NotThere",
    "Outcome",
    "Unsure",
    "Wish",
    "change_cancel",
    "change_look_again",
    "change_record",
    "change_retry",
    "change_send",
    "change_settle",
    "changes_drop",
    "changes_record",
    "changes_record_at",
    "handler",
    "handler_of",
    "outbox_sweep",
    "outbox_turn",
    "subject_key",
]
