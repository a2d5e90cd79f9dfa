"""Files of a post that were uploaded here, and the address that each has once HighLevel keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from highlevel.api import PermanentError, TransientError
from highlevel.models import Change, Location
from planner.models import MediaUpload, UploadState
from planner.models.media_upload import upload_key
from planner.outbox.uploading import MEDIA_UPLOAD, upload_subject


class UploadNotReady(TransientError):
    """A file of the post is still on its way to HighLevel."""

    default_code = "upload_waiting"


class UploadLost(PermanentError):
    """A file of the post did not get to HighLevel, or is none of its client's."""

    default_code = "upload_refused"


def resolve_uploads(body: dict[str, Any], location: Location) -> dict[str, Any]:
    """The body of a post with the library's addresses in place of those of uploads. Two queries at most.

    Raises UploadNotReady while one is on its way, and UploadLost when one will not come.
    """
    wanted = {key for address in _addresses(body) if (key := upload_key(address)) is not None}
    if not wanted:
        return body
    found = MediaUpload.objects.filter(pk__in=wanted, location=location).in_bulk()
    urls = {found[key].address: _ready(found[key]) for key in wanted if key in found}
    if len(urls) < len(wanted):
        raise UploadLost("A file of the post is not among the client's uploads")
    media = [
        {field: urls.get(value, value) if isinstance(value, str) else value for field, value in item.items()}
        for item in body["media"]
    ]
    return {**body, "media": media}


def changes_for_uploads(addresses: Iterable[str]) -> list[Change]:
    """The open changes that bring these files to HighLevel, so that a post's own can go after them. One query."""
    keys = [key for address in addresses if (key := upload_key(address)) is not None]
    if not keys:
        return []
    subjects = [upload_subject(MediaUpload(pk=key)) for key in keys]
    return list(Change.objects.open().filter(subject__in=subjects, operation=MEDIA_UPLOAD))


def _addresses(body: dict[str, Any]) -> Iterator[str]:
    for item in body.get("media") or ():
        yield from (value for value in item.values() if isinstance(value, str))


def _ready(upload: MediaUpload) -> str:
    if upload.state == UploadState.READY:
        return upload.url
    if upload.state == UploadState.WAITING:
        raise UploadNotReady(f"“{upload.name}” is still on its way")
    raise UploadLost(f"“{upload.name}” did not get to the media library")
