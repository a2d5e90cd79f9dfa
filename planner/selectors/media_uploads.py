"""How far uploads have come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from highlevel.causes import cause_in_words
from highlevel.models import Change, Location
from highlevel.models.change import ChangeState
from planner.models import MediaUpload, UploadState
from planner.outbox.uploading import MEDIA_UPLOAD, upload_subject

MOST = 100  # uploads in one answer
UNDER_WAY = (ChangeState.SENDING, ChangeState.UNCONFIRMED)


@dataclass(frozen=True, slots=True)
class UploadLine:
    """An upload and its state: waiting, sending, ready or refused. `error` is a sentence, empty when all is well."""

    upload: MediaUpload
    state: str
    error: str


def upload_lines(location: Location, keys: Iterable[int]) -> list[UploadLine]:
    """The uploads of the location among these keys, at most MOST. Two queries."""
    found = list(MediaUpload.objects.filter(location=location, pk__in=list(keys)[:MOST]).order_by("pk"))
    subjects = [upload_subject(upload) for upload in found if upload.state != UploadState.READY]
    changes = Change.objects.open().filter(subject__in=subjects, operation=MEDIA_UPLOAD)
    states = dict(changes.exclude(state=ChangeState.REFUSED).values_list("subject", "state")) if subjects else {}
    return [_line(upload, states.get(upload_subject(upload))) for upload in found]


def _line(upload: MediaUpload, change: str | None) -> UploadLine:
    if change is not None:
        return UploadLine(upload, "sending" if change in UNDER_WAY else "waiting", "")
    return UploadLine(upload, upload.state, cause_in_words(upload.error))
