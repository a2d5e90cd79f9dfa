"""How long things take in the outbox. An installation can change them (`OUTBOX_*`), hardly any has a reason to."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

# A worker process is ended after so many seconds of one turn, so nothing that it sent leaves later.
HARD_LIMIT = settings.OUTBOX_TURN_SECONDS
SOFT_LIMIT = max(1, HARD_LIMIT * 2 // 3)
CLAIM_LEASE = timedelta(seconds=HARD_LIMIT * 10 / 9)  # after this the worker that claimed a change is surely gone
LOOK_LEASE = timedelta(seconds=HARD_LIMIT)  # how long one look-up keeps others away
SETTLING = timedelta(seconds=settings.OUTBOX_SETTLING_SECONDS)  # after this what is not there is not coming any more
LOOK_AFTER = timedelta(seconds=settings.OUTBOX_LOOK_SECONDS)  # when an unconfirmed change is first looked up
FIRST_WAIT = timedelta(seconds=settings.OUTBOX_RETRY_SECONDS)
LONGEST_WAIT = timedelta(minutes=15)
SOON = timedelta(seconds=60)  # longer waits are left to the sweep
HANDS_FREE = 1.0  # seconds of waiting for the request budget after which a worker turns to another location
PATIENCE = 5.0  # the same within a change, whose first requests would have to be sent again
