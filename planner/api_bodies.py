"""The form with a file that a script sends, also one whose length is not said beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _

from planner.api_access import ApiError
from planner.imports.reading import LARGEST_FILE

LARGEST_BODY = LARGEST_FILE + (1 << 20)  # the file, and what a form has around it
UNREADABLE = (MultiPartParserError, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def too_large() -> ApiError:
    """What a file that is larger than an import takes is answered."""
    words = _("The file is larger than the %(most)d MB that one import takes.")
    return ApiError(413, "file_too_large", words % {"most": LARGEST_FILE >> 20})


@contextmanager
def sent_form(request: HttpRequest) -> Iterator[tuple[UploadedFile, dict[str, str]]]:
    """The one file of a form and its fields; the file is closed afterwards. Raises ApiError."""
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise ApiError(415, "body_compressed", _("Send the body as it is, not compressed."))
    form = _in_chunks(request) if "Transfer-Encoding" in request.headers else _measured(request)
    try:
        files, fields = form.FILES.getlist("file"), form.POST.dict()
    except UNREADABLE:
        raise _unreadable() from None
    try:
        if not files:
            words = _("No file has come: send it, with its name, as the part “file” of a multipart form.")
            raise ApiError(400, "file_missing", words)
        if len(files) > 1:
            raise ApiError(400, "file_twice", _("Send one file at a time."))
        yield files[0], fields
    finally:
        form.close()


def _measured(request: HttpRequest) -> HttpRequest:
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > LARGEST_BODY:
        raise too_large()
    return request


def _in_chunks(request: HttpRequest) -> HttpRequest:
    """The request with its body read until it ends. Django reads as far as the length says, which such a body lacks:
    it would find nothing."""
    if not request.META.get("wsgi.input_terminated"):
        raise ApiError(411, "length_required", _("Say in the header Content-Length how long the body is."))
    body = _Bounded(request.META["wsgi.input"])
    return WSGIRequest({**request.META, "CONTENT_LENGTH": str(LARGEST_BODY + 1), "wsgi.input": body})


class _Bounded:
    """A body that is no longer than the largest one. Reading raises ApiError where it is, and where it breaks off."""

    def __init__(self, stream: Any) -> None:
        self._stream, self._seen = stream, 0
        self.readline = stream.readline

    def read(self, size: int = -1) -> bytes:
        try:
            data: bytes = self._stream.read(size)
        except Exception:  # each server has errors of its own for chunks that are none or break off
            raise _unreadable() from None
        self._seen += len(data)
        if self._seen > LARGEST_BODY:
            raise too_large()
        return data


def _unreadable() -> ApiError:
    return ApiError(400, "body_unreadable", _("The body is not a form with a file."))
