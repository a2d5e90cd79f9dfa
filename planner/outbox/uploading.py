"""Telling HighLevel of a file: into the media library, once."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from highlevel.api import HighLevel, Rejected, RemoteError
from highlevel.models import Change
from highlevel.outbox import Finding, Found, Handler, NotThere, Outcome, handler, subject_key
from planner.models import MediaUpload, UploadState
from planner.outbox.subjects import TITLE

MEDIA_UPLOAD = "media.upload"
KIND = "upload"
MOST_ATTEMPTS = 6  # a film that a worker has no time to send would be begun anew for ever
SENT_AS = {"video/mov": "video/quicktime"}  # in the library, where types are those of the web


def upload_subject(upload: MediaUpload) -> str:
    return f"{KIND}:{upload.pk}"


@handler
class MediaUploadSend(Handler):
    """Put a file into the media library of its location. It is found again by its name, which no other file has."""

    operation = MEDIA_UPLOAD

    def send(self, change: Change, client: HighLevel, now: datetime) -> Outcome:
        upload = MediaUpload.objects.get(pk=subject_key(change, KIND))
        if change.attempts > MOST_ATTEMPTS:
            raise Rejected("It was cut off again and again", operation=MEDIA_UPLOAD, code="upload_endless")
        try:
            file = upload.path.open("rb")
        except OSError:
            raise Rejected("The file is not kept here", operation=MEDIA_UPLOAD, code="file_missing") from None
        with file:
            done = client.medias.upload(
                file_name=upload.remote_name, content=file, content_type=SENT_AS.get(upload.mime, upload.mime)
            )
        return Outcome({"url": done.url, "id": done.file_id})

    def look(self, change: Change, client: HighLevel, now: datetime) -> Finding:
        upload = MediaUpload.objects.get(pk=subject_key(change, KIND))
        name = upload.remote_name
        for row in client.medias.list(query=upload.key.hex, limit=20):
            if row.url and name in (row.name, row.path):
                return Found(Outcome({"url": row.url, "id": row.id or ""}))
        return NotThere()

    def title(self, change: Change) -> str:
        return _("Put “%(file)s” into the media library") % {"file": change.payload.get(TITLE, "")}

    def done(self, change: Change, outcome: Outcome, now: datetime) -> None:
        _settle(change, now, state=UploadState.READY, url=outcome.kept["url"], remote_id=outcome.kept["id"], error="")

    def refused(self, change: Change, error: RemoteError, now: datetime) -> None:
        _settle(change, now, state=UploadState.REFUSED, error=error.code[:64])

    def cancelled(self, change: Change, now: datetime) -> None:
        _settle(change, now, state=UploadState.REFUSED, error="upload_refused")


def _settle(change: Change, now: datetime, **fields: str) -> None:
    held = MediaUpload.objects.filter(pk=subject_key(change, KIND)).exclude(state=UploadState.READY)
    held.update(settled_at=now, **fields)
