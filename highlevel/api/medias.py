"""The media library: upload a file, or have HighLevel fetch one, and list what is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, Annotated, Any

from highlevel.api.exchange import FilePart
from highlevel.api.payload import Keys, Payload
from highlevel.api.resource import Answer, Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedMedia(Payload):
    """Where an upload ended up."""

    file_id: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFile(Payload):
    """A file or folder of the library."""

    url: str | None = None
    id: Annotated[str | None, Keys("_id", "id")] = None
    name: str | None = None
    path: str | None = None
    parent_id: str | None = None
    type: str | None = None


class Medias(Resource):
    """The library of the client's location."""

    def upload(
        self, *, file_name: str, content: bytes | IO[bytes], content_type: str, parent_id: str | None = None
    ) -> UploadedMedia:
        """Upload a file of at most 25 MB (500 MB for a video)."""
        parts: dict[str, FilePart] = {"file": (file_name, content, content_type), "name": _text_part(file_name)}
        return self._upload(parts, parent_id)

    def upload_hosted(self, *, file_url: str, name: str | None = None, parent_id: str | None = None) -> UploadedMedia:
        """Have HighLevel fetch a file from a public address."""
        parts: dict[str, FilePart] = {"hosted": _text_part("true"), "fileUrl": _text_part(file_url)}
        if name is not None:
            parts["name"] = _text_part(name)
        return self._upload(parts, parent_id)

    def _upload(self, parts: dict[str, FilePart], parent_id: str | None) -> UploadedMedia:
        if parent_id is not None:
            parts["parentId"] = _text_part(parent_id)
        return self._call("upload-media-content", lambda answer: answer.one(UploadedMedia), files=parts)

    def list(
        self,
        *,
        offset: int | None = None,
        limit: int | None = None,
        sort_by: str = "createdAt",
        sort_order: str = "desc",
        type: str = "file",
        query: str | None = None,
        parent_id: str | None = None,
        fetch_all: bool | None = None,
    ) -> tuple[MediaFile, ...]:
        """Files (or, with `type` "folder", folders) of the location."""
        return self._call(
            "fetch-media-content",
            _files,
            query={
                "offset": offset,
                "limit": limit,
                "sortBy": sort_by,
                "sortOrder": sort_order,
                "type": type,
                "query": query,
                "altType": "location",
                "altId": self._location,
                "parentId": parent_id,
                "fetchAll": fetch_all,
            },
        )


def _text_part(text: str) -> FilePart:
    return (None, text, "text/plain")


def _files(answer: Answer) -> tuple[MediaFile, ...]:
    """The documents call the rows strings, their example shows objects: a string is taken as an address."""
    found: Any = answer.find("files")
    if isinstance(found, list) and any(isinstance(row, str) for row in found):
        return tuple(
            MediaFile(url=row)
            if isinstance(row, str)
            else MediaFile.from_payload(row, operation=answer.operation.name, where="files")
            for row in found
        )
    return answer.many(MediaFile, "files")
