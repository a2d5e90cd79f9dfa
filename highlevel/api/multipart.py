"""A form with files, sent piece by piece: a film is never held in memory."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from urllib3.fields import RequestField

from highlevel.api.exchange import FilePart

CHUNK = 64 * 1024


class Multipart:
    """The body of a request, of a length that is known before; each attempt makes its own.

    The content of a part is text, bytes, or an open file, which is read from its beginning.
    """

    def __init__(self, parts: Mapping[str, FilePart]) -> None:
        self.boundary = uuid.uuid4().hex
        self._pieces: list[Any] = []
        for name, (file_name, content, content_type) in parts.items():
            head = RequestField(name, data=b"", filename=file_name)
            head.make_multipart(content_type=content_type)
            self._pieces.append(f"--{self.boundary}\r\n{head.render_headers()}".encode())
            self._pieces.append(content.encode() if isinstance(content, str) else content)
            self._pieces.append(b"\r\n")
        self._pieces.append(f"--{self.boundary}--\r\n".encode())

    @property
    def content_type(self) -> str:
        return f"multipart/form-data; boundary={self.boundary}"

    def __len__(self) -> int:
        return sum(map(_length, self._pieces))

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, bytes):
                yield piece
                continue
            piece.seek(0)
            while chunk := piece.read(CHUNK):
                yield chunk


def _length(piece: Any) -> int:
    return len(piece) if isinstance(piece, bytes) else int(piece.seek(0, os.SEEK_END))
