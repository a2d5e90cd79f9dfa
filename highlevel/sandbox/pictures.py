"""Pictures for posts and people without a single file: drawn from their name, always the same."""

import io
import struct
import zlib
from functools import lru_cache
from html import escape

from PIL import Image

from highlevel.sandbox.world import hash_of

SHAPES: dict[str, tuple[int, int]] = {"square": (1080, 1080), "portrait": (1080, 1350), "wide": (1200, 630)}
"""Sizes in pixels that fit the networks' limits, by the name that an address carries."""

PNG = b"\x89PNG\r\n\x1a\n"
_SHADES = 96


@lru_cache(maxsize=128)
def draw_png(name: str, shape: str) -> bytes:
    """A PNG of soft colours, a sun and hills. Raises KeyError for an unknown shape."""
    width, height = SHAPES[shape]
    digest = hash_of("picture", name)
    ramp = bytes(i * _SHADES // (width + height) for i in range(width + height))
    sun = (width * (30 + digest[0] % 40) // 100, height * (20 + digest[1] % 20) // 100, width // (7 + digest[2] % 4))
    hills = [
        (height * (55 + digest[3 + n] % 15 + 12 * n) // 100, digest[6 + n] % 5 + 2, _SHADES + 1 + n) for n in (0, 1)
    ]
    raw = b"".join(b"\x00" + _row(y, width, ramp, sun, hills) for y in range(height))
    palette = _palette(digest)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = [(b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(raw, 6)), (b"IEND", b"")]
    return PNG + b"".join(_chunk(kind, data) for kind, data in parts)


@lru_cache(maxsize=128)
def draw_jpeg(name: str, shape: str) -> bytes:
    """The same picture as a JPEG."""
    file = io.BytesIO()
    Image.open(io.BytesIO(draw_png(name, shape))).convert("RGB").save(file, "JPEG", quality=85)
    return file.getvalue()


def draw_avatar(name: str) -> str:
    """An SVG of the initials of a name on a colour of its own."""
    words = [word for word in name.split() if word[0].isalnum()] or ["?"]
    initials = (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
    hue = int.from_bytes(hash_of("avatar", name)[:2], "big") % 360
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128" viewBox="0 0 128 128">'
        f'<rect width="128" height="128" fill="hsl({hue},45%,42%)"/>'
        '<text x="64" y="64" dy=".36em" text-anchor="middle" font-family="sans-serif" font-size="52" fill="#fff">'
        f"{escape(initials)}</text></svg>"
    )


def draw_face(name: str) -> bytes:
    """A PNG of 120 pixels a side with a pattern of its own, the same on both sides, as networks give for people."""
    digest = hash_of("avatar", name)
    cells = [[bool(digest[5 * y + min(x, 4 - x)] & 1) for x in range(5)] for y in range(5)]
    lines = [bytes(10) + b"".join(bytes([cell]) * 20 for cell in row) + bytes(10) for row in cells]
    rows = [bytes(120)] * 10 + [line for line in lines for _row in range(20)] + [bytes(120)] * 10
    palette = bytes([238, 240, 243]) + bytes(60 + part // 2 for part in digest[26:29])
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", 120, 120, 8, 3, 0, 0, 0)),
        (b"PLTE", palette),
        (b"IDAT", zlib.compress(b"".join(b"\x00" + row for row in rows), 6)),
        (b"IEND", b""),
    ]
    return PNG + b"".join(_chunk(kind, data) for kind, data in parts)


def draw_mp4(name: str) -> bytes:
    """The smallest file that calls itself an MP4: a header and an empty body that differs by name. It does not play."""
    return _box(b"ftyp", b"isom\x00\x00\x02\x00isomiso2mp41") + _box(b"mdat", hash_of("video", name) * 64)


def _row(y: int, width: int, ramp: bytes, sun: tuple[int, int, int], hills: list[tuple[int, int, int]]) -> bytes:
    line = bytearray(ramp[y : y + width])
    centre_x, centre_y, radius = sun
    if (reach := radius * radius - (y - centre_y) ** 2) > 0:
        half = int(reach**0.5)
        line[centre_x - half : centre_x + half] = bytes([_SHADES]) * (2 * half)
    for crest, slope, shade in hills:
        if y > crest:
            reach_x = min(width, (y - crest) * slope + width // 6)
            start = 0 if shade % 2 else width - reach_x
            line[start : start + reach_x] = bytes([shade]) * reach_x
    return bytes(line[:width])


def _palette(digest: bytes) -> bytes:
    top, bottom = digest[10:13], digest[13:16]
    colours = [
        tuple(90 + (a * (_SHADES - i) + b * i) // _SHADES * 150 // 255 for a, b in zip(top, bottom, strict=True))
        for i in range(_SHADES)
    ]
    accents = [(255, 241, 200), tuple(30 + part // 3 for part in top), tuple(20 + part // 4 for part in bottom)]
    return bytes(part for colour in (*colours, *accents) for part in colour)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", 8 + len(data)) + kind + data
