"""Category queues as HighLevel has them."""

from queues.models.item import QueueItem
from queues.models.queue import CategoryQueue, QueueStatus

__all__ = ["CategoryQueue", "QueueItem", "QueueStatus"]
