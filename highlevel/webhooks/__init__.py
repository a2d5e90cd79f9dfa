"""What HighLevel tells Rota by itself: deliveries are verified and kept at once, and handled by a worker.

A delivery counts when its signature fits one of HIGHLEVEL_WEBHOOK_KEYS over the bytes as they came, when it is at most
five minutes old, and when its id was not seen before.
"""

from highlevel.webhooks.handling import webhook_handle, webhooks_waiting
from highlevel.webhooks.receiving import LARGEST, Refused, webhook_receive

__all__ = ["LARGEST", "Refused", "webhook_handle", "webhook_receive", "webhooks_waiting"]
