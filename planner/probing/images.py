"""Facts of pictures. Only their heads are read: no pixel is unpacked."""

from __future__ import annotations

import warnings
from typing import IO

from PIL import Image, UnidentifiedImageError

from planner.probing.facts import Facts
from planner.probing.problems import Damaged, TooManyPixels

MOST_PIXELS = 120_000_000
FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
    "image/webp": "WEBP",
    "image/avif": "AVIF",
}
ORIENTATION = 0x0112
LYING = (5, 6, 7, 8)  # values of the EXIF orientation with which a viewer turns the picture by a quarter

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)  # else the limit is twice as high


def probe_image(file: IO[bytes], mime: str, size: int | None) -> Facts:
    """Width and height as a viewer shows them. Raises Damaged and TooManyPixels."""
    if mime not in FORMATS:
        return Facts(mime=mime, size=size)  # such as HEIC, which no network takes
    with opened(file, mime) as image:
        width, height = image.size
        if _orientation(image) in LYING:
            width, height = height, width
    return Facts(mime=mime, size=size, width=width, height=height)


def opened(file: IO[bytes], mime: str) -> Image.Image:
    """The picture, read as what it is and as nothing else. Raises Damaged and TooManyPixels."""
    try:
        return Image.open(file, formats=[FORMATS[mime]])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPixels from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError) as error:
        raise Damaged from error


def _orientation(image: Image.Image) -> int | None:
    try:
        found = image.getexif().get(ORIENTATION)
    except Exception:
        return None
    return found if isinstance(found, int) else None
