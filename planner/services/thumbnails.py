"""Small copies of foreign pictures: no browser of ours asks a foreign server, and none gets foreign bytes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.cache import cache
from PIL import Image, ImageOps

from planner.fetching import FetchProblem, TooLarge, TooSlow, fetcher
from planner.models import MediaUpload
from planner.models.media_upload import upload_key
from planner.probing.images import FORMATS, opened
from planner.probing.kinds import LOOKED_AT, kind_of
from planner.probing.problems import Damaged, ProbeProblem, TooManyPixels, UnknownKind

SIZES = range(16, 641)  # pixels of the page, of the shorter side
DENSITY = 2  # pixels of a screen for each of these
LONGEST_SIDE = 3  # times the shorter one; the rest is cut off
MOST_BYTES = 25 * 1024 * 1024
MOST_PIXELS = 50_000_000  # but for JPEG, which is unpacked small
IN_REQUEST, IN_TASK = 5.0, 20.0  # seconds
SLOTS = 3  # foreign servers that web processes wait for at once, all of them together
HELD = 60  # seconds after which whoever makes a copy is taken for dead
FAILED_FOR = 600  # seconds for which a server is not asked again
KEPT = timedelta(days=30)
ROOM = 500 * 1024 * 1024  # bytes of all copies, after the daily clean-up


class Copy(StrEnum):
    """What there is of a picture: a copy, one that is being made, a film (which has none), or nothing."""

    READY = "ready"
    PENDING = "pending"
    FILM = "film"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A picture's small copy at `path`, if it is READY."""

    state: Copy
    path: Path


def thumbnail_now(url: str, size: int) -> Thumbnail:
    """The copy, made within five seconds if few others are being made; else it is PENDING and a worker makes it."""
    found = _kept(url, size)
    if found is not None:
        return found
    if not cache.add(_key("making", url, size), 1, HELD):
        return Thumbnail(Copy.PENDING, thumbnail_path(url, size))
    with _slot() as free:
        made = _made(url, size, IN_REQUEST) if free else None
    if made is None:
        _hand_on(url, size)
        return Thumbnail(Copy.PENDING, thumbnail_path(url, size))
    cache.delete(_key("making", url, size))
    return made


def thumbnail_make(url: str, size: int) -> Copy:
    """Make the copy unless there is one, or the server failed lately; for workers, who have time."""
    try:
        found = _kept(url, size) or _made(url, size, IN_TASK)
        return found.state if found else _failed(url, size, Copy.FAILED).state
    finally:
        cache.delete(_key("making", url, size))


def thumbnail_path(url: str, size: int) -> Path:
    """Where the copy lies, if there is one."""
    digest = hashlib.sha256(f"{size} {url}".encode()).hexdigest()
    return thumbnails_folder() / digest[:2] / f"{digest}.webp"


def thumbnails_folder() -> Path:
    return Path(settings.FILES_DIR) / "thumbnails"


def thumbnails_clean(*, now: datetime) -> int:
    """Remove copies that were made long ago, then the oldest until the rest has room; returns how many."""
    held = [(path.stat(), path) for path in thumbnails_folder().glob("*/*")]
    held.sort(key=lambda one: one[0].st_mtime, reverse=True)
    before, used, removed = (now - KEPT).timestamp(), 0, 0
    for status, path in held:
        used += status.st_size
        if status.st_mtime < before or used > ROOM:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _kept(url: str, size: int) -> Thumbnail | None:
    path = thumbnail_path(url, size)
    if path.exists():
        return Thumbnail(Copy.READY, path)
    failed = cache.get(_key("failed", url, size))
    return Thumbnail(Copy(failed), path) if failed else None


def _made(url: str, size: int, seconds: float) -> Thumbnail | None:
    """The copy, or why there is none; None when the server was too slow for so many seconds."""
    try:
        with tempfile.TemporaryFile() as file:
            mime = _get(url, file, seconds)
            if mime.startswith("video/"):
                return _failed(url, size, Copy.FILM)
            _store(_small(file, mime, size), thumbnail_path(url, size))
    except TooSlow:
        return None
    except (FetchProblem, ProbeProblem, OSError):
        return _failed(url, size, Copy.FAILED)
    return Thumbnail(Copy.READY, thumbnail_path(url, size))


def _failed(url: str, size: int, state: Copy) -> Thumbnail:
    cache.set(_key("failed", url, size), state.value, FAILED_FOR)
    return Thumbnail(state, thumbnail_path(url, size))


def _get(url: str, file: IO[bytes], seconds: float) -> str:
    """Fetch a picture into the file and say what it is; of a film and anything else no more than that is read."""
    key = upload_key(url)
    upload = MediaUpload.objects.filter(pk=key).first() if key is not None else None
    if upload is not None and upload.file:
        mime = upload.mime
        if mime in FORMATS:
            file.write(upload.path.read_bytes())
        return mime
    start, mime = b"", ""
    address = upload.url if upload is not None else url
    with fetcher().stream(address, most_bytes=MOST_BYTES, timeout=seconds, part=(0, MOST_BYTES - 1)) as stream:
        if stream.head.size is not None and stream.head.size > MOST_BYTES and stream.head.mime.startswith("image/"):
            raise TooLarge
        for chunk in stream.chunks:
            file.write(chunk)
            if not mime:
                start += chunk
                mime = kind_of(start[:LOOKED_AT]) if len(start) >= LOOKED_AT else ""
                if mime and mime not in FORMATS:
                    break
    return mime or kind_of(start[:LOOKED_AT])


def _small(file: IO[bytes], mime: str, size: int) -> Image.Image:
    """The picture as a viewer shows it, its shorter side at most so many pixels of the page. SVG is not drawn."""
    if mime not in FORMATS:
        raise UnknownKind
    file.seek(0)
    edge = size * DENSITY
    with opened(file, mime) as image:
        if mime != "image/jpeg" and image.width * image.height > MOST_PIXELS:
            raise TooManyPixels
        try:
            image.draft("RGB", (edge, edge))
            whole = ImageOps.exif_transpose(image)
            plain = whole.convert("RGBA" if whole.has_transparency_data else "RGB")
        except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError) as error:
            raise Damaged from error
    factor = min(1.0, edge / min(plain.size))
    scaled = plain.resize([max(1, round(side * factor)) for side in plain.size], Image.Resampling.LANCZOS)
    most = LONGEST_SIDE * edge
    if max(scaled.size) <= most:
        return scaled
    left, top = (max(0, (side - most) // 2) for side in scaled.size)
    return scaled.crop((left, top, left + min(scaled.width, most), top + min(scaled.height, most)))


def _store(image: Image.Image, path: Path) -> None:
    """Write the copy so that nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        try:
            image.save(file, "WEBP", quality=80, method=4)
            file.flush()
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise


@contextmanager
def _slot() -> Iterator[bool]:
    """Whether one of the few places is free in which a web process waits for a foreign server."""
    for number in range(SLOTS):
        name = f"thumbnail:slot:{number}"
        if cache.add(name, 1, int(IN_REQUEST * 3)):
            try:
                yield True
            finally:
                cache.delete(name)
            return
    yield False


def _hand_on(url: str, size: int) -> None:
    from planner.tasks import thumbnail_task

    thumbnail_task.apply_async((url, size), expires=HELD, retry=False)


def _key(kind: str, url: str, size: int) -> str:
    return f"thumbnail:{kind}:{thumbnail_path(url, size).stem}"
