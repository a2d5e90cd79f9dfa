"""Small films for tests, written by hand: real headers, a body of nothing."""

from __future__ import annotations

import struct

TIMESCALE = 600
MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def make_mp4(
    *,
    width: int = 1080,
    height: int = 1920,
    seconds: float = 12.0,
    frame_rate: int = 30,
    body: int = 4096,
    headers_first: bool = True,
    brand: bytes = b"isom",
) -> bytes:
    """An MP4 (or, with the brand `qt  `, a QuickTime file) with one H.264 track and a body of so many bytes."""
    start = _box(b"ftyp", brand + struct.pack(">I", 512) + brand)
    movie = _movie(width, height, seconds, frame_rate)
    data = _box(b"mdat", b"\0" * body)
    return start + movie + data if headers_first else start + data + movie


def make_pdf(pages: int = 3) -> bytes:
    """A PDF of so many empty pages."""
    kids = " ".join(f"{number + 3} 0 R" for number in range(pages))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        *["<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"] * pages,
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = len(out)
    rows = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    out += f"xref\n0 {size}\n0000000000 65535 f \n{rows}trailer\n<< /Size {size} /Root 1 0 R >>\n".encode()
    return out + f"startxref\n{table}\n%%EOF\n".encode()


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


def _full(kind: bytes, *parts: bytes, flags: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", flags), *parts)


def _movie(width: int, height: int, seconds: float, frame_rate: int) -> bytes:
    length, frames = int(seconds * TIMESCALE), int(seconds * frame_rate)
    avcc = _box(b"avcC", bytes([1, 66, 0, 30, 0xFF, 0xE0, 0]))
    entry = _box(
        b"avc1",
        bytes(6) + struct.pack(">H", 1) + bytes(16) + struct.pack(">HH", width, height),
        struct.pack(">IIIH", 0x480000, 0x480000, 0, 1) + bytes(32) + struct.pack(">Hh", 24, -1),
        avcc,
    )
    table = _box(
        b"stbl",
        _full(b"stsd", struct.pack(">I", 1), entry),
        _full(b"stts", struct.pack(">III", 1, frames, TIMESCALE // frame_rate)),
        _full(b"stsc", struct.pack(">IIII", 1, 1, frames, 1)),
        _full(b"stsz", struct.pack(">II", 1, frames)),
        _full(b"stco", struct.pack(">II", 1, 0)),
    )
    media = _box(
        b"mdia",
        _full(b"mdhd", struct.pack(">IIIIHH", 0, 0, TIMESCALE, length, 0x55C4, 0)),
        _full(b"hdlr", bytes(4) + b"vide" + bytes(12) + b"Video\0"),
        _box(
            b"minf",
            _full(b"vmhd", bytes(8), flags=1),
            _box(b"dinf", _full(b"dref", struct.pack(">I", 1), _full(b"url ", flags=1))),
            table,
        ),
    )
    track = _full(
        b"tkhd",
        struct.pack(">IIIII", 0, 0, 1, 0, length) + bytes(16) + MATRIX + struct.pack(">II", width << 16, height << 16),
        flags=7,
    )
    head = _full(
        b"mvhd",
        struct.pack(">IIIIIH", 0, 0, TIMESCALE, length, 0x10000, 0x100) + bytes(10) + MATRIX + bytes(24),
        struct.pack(">I", 2),
    )
    return _box(b"moov", head, _box(b"trak", track, media))
