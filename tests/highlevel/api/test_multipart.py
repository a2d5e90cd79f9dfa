"""Forms with files: sent piece by piece, of a length that is right, as often as an attempt needs."""

from __future__ import annotations

import io
from email.parser import BytesParser
from typing import Any

from highlevel.api.multipart import CHUNK, Multipart


def read(form: Multipart) -> dict[str, tuple[str | None, bytes, str]]:
    """The parts as a server reads them."""
    body = b"".join(form)
    assert len(body) == len(form)
    whole = BytesParser().parsebytes(f"Content-Type: {form.content_type}\r\n\r\n".encode() + body)
    found: dict[str, Any] = {}
    for part in whole.get_payload():
        name = part.get_param("name", header="content-disposition")  # type: ignore[union-attr]
        found[str(name)] = (part.get_filename(), part.get_payload(decode=True), part.get_content_type())  # type: ignore[union-attr]
    return found


def test_every_kind_of_part_arrives_as_it_is():
    data = bytes(range(256)) * (CHUNK // 100)
    form = Multipart(
        {
            "file": ("a.png", io.BytesIO(data), "image/png"),
            "small": ("b.csv", b"a,b\r\n", "text/csv"),
            "name": (None, "Zähne ✓", "text/plain"),
        }
    )
    assert read(form) == {
        "file": ("a.png", data, "image/png"),
        "small": ("b.csv", b"a,b\r\n", "text/csv"),
        "name": (None, "Zähne ✓".encode(), "text/plain"),
    }


def test_a_file_is_read_in_pieces_and_from_its_beginning_each_time():
    file = io.BytesIO(b"x" * (3 * CHUNK))
    file.seek(100)
    form = Multipart({"file": ("a.mp4", file, "video/mp4")})
    assert max(map(len, form)) == CHUNK
    assert b"".join(form) == b"".join(form)


def test_a_name_cannot_break_out_of_its_header():
    form = Multipart({"file": ('a"\r\nX-Evil: 1.png', b"x", "image/png")})
    assert b"\r\nX-Evil" not in b"".join(form)
