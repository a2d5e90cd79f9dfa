"""Telling the letters of a text file."""

from __future__ import annotations

import codecs
from pathlib import Path

from charset_normalizer import from_bytes

from planner.imports.problems import BadFile

HEAD = 64 * 1024  # bytes that are looked at
CHUNK = 1 << 20
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
MAGIC = (
    (b"\x89PNG", "file_image"),
    (b"\xff\xd8\xff", "file_image"),
    (b"GIF8", "file_image"),
    (b"II*\0", "file_image"),
    (b"MM\0*", "file_image"),
    (b"%PDF", "file_pdf"),
    (b"\xd0\xcf\x11\xe0", "file_old_workbook"),
)
CONTROLS = bytes(range(9)) + bytes(range(14, 32))


def encoding_of(path: Path) -> str:
    """The name of the file's encoding. Raises BadFile for what is no text.

    All of the file is looked at for UTF-8, because a single letter at its end may say that it is something else.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip():
        raise BadFile("file_empty")
    _refuse_known(head)
    for mark, name in BOMS:
        if head.startswith(mark):
            return name
    if wide := _without_mark(head):
        return wide
    if len(head) - len(head.translate(None, CONTROLS)) > max(8, len(head) * 0.02):
        raise BadFile("file_binary")
    if b"\0" in head:
        raise BadFile("file_nul", row=head[: head.index(b"\0")].count(b"\n") + 1)
    stray = _first_stray(path)
    return "utf-8" if stray is None else _eight_bit(path, stray)


def _refuse_known(head: bytes) -> None:
    for start, code in MAGIC:
        if head.startswith(start):
            raise BadFile(code)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        raise BadFile("file_image")


def _without_mark(head: bytes) -> str:
    """UTF-16 that does not say so: every other byte of mostly Western text is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) / 2
    if odd > half * 0.4 and even < half * 0.05:
        return "utf-16-le"
    if even > half * 0.4 and odd < half * 0.05:
        return "utf-16-be"
    return ""


def _first_stray(path: Path) -> int | None:
    """Where the first byte is that UTF-8 does not allow; None when there is none."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    seen = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return seen
            seen += len(chunk)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return max(0, seen - HEAD)
    return None


def _eight_bit(path: Path, stray: int) -> str:
    """The 8-bit encoding, judged by the stretch that is not UTF-8. Raises BadFile, also where most letters of it are
    UTF-8 all the same: read in another way each of them would be two wrong ones."""
    with path.open("rb") as file:
        file.seek(stray)
        sample = file.read(CHUNK)
    as_utf8 = sample.decode("utf-8", "replace")
    wrong = as_utf8.count("\ufffd")
    if sum(sign > "\x7f" for sign in as_utf8) > 2 * wrong:
        raise BadFile("file_encoding")
    near = next((place for place in range(len(sample)) if sample[place] > 127), 0)
    found = from_bytes(sample[max(0, near - 2048) : near + HEAD], cp_isolation=["cp1252"]).best()
    if found is None:
        raise BadFile("file_encoding")
    return "cp1252"
