"""What Rota knows of HighLevel itself: locations, credentials and the runs that keep the mirror up to date."""

from highlevel.models.change import Change
from highlevel.models.credential import Credential
from highlevel.models.location import Location
from highlevel.models.mirrored import Mirrored, MirroredQuerySet
from highlevel.models.sync_run import PullPage, PullState, SyncRun
from highlevel.models.webhook import WebhookEvent

__all__ = [
    "Change",
    "Credential",
    "Location",
    "Mirrored",
    "MirroredQuerySet",
    "PullPage",
    "PullState",
    "SyncRun",
    "WebhookEvent",
]
