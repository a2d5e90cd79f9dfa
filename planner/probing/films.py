"""Facts of films, from their headers."""

from __future__ import annotations

from typing import IO, Any

from pymediainfo import MediaInfo

from planner.probing.facts import Facts
from planner.probing.problems import Damaged

CODECS = {
    "avc": "h264",
    "hevc": "hevc",
    "vp8": "vp8",
    "vp9": "vp9",
    "av1": "av1",
    "mpeg-4 visual": "mpeg4",
    "prores": "prores",
    "aac": "aac",
    "mpeg audio": "mp3",
    "opus": "opus",
    "vorbis": "vorbis",
    "pcm": "pcm",
    "ac-3": "ac3",
}


def probe_film(file: IO[bytes], mime: str, size: int | None) -> Facts:
    """Size, length and codecs of a film, as far as its headers tell. Raises Damaged."""
    file.seek(0)
    try:
        # An object, not a path: what the file refers to beside itself must not be opened.
        found = MediaInfo.parse(file, parse_speed=0, mediainfo_options={"File_TestContinuousFileNames": "0"})
    except (OSError, RuntimeError, ValueError) as error:
        raise Damaged from error
    tracks: list[dict[str, Any]] = [track.to_data() for track in found.tracks]
    kinds = {
        kind: next((one for one in tracks if one["track_type"] == kind), {}) for kind in ("General", "Video", "Audio")
    }
    video = kinds["Video"]
    width, height = _whole(video.get("width")), _whole(video.get("height"))
    if _number(video.get("rotation")) in (90.0, 270.0):
        width, height = height, width
    length = _number(video.get("duration")) or _number(kinds["General"].get("duration"))
    return Facts(
        mime=mime,
        size=size,
        width=width,
        height=height,
        duration=None if length is None else length / 1000,
        frame_rate=_number(video.get("frame_rate")),
        video_codec=_codec(video),
        audio_codec=_codec(kinds["Audio"]),
    )


def _codec(track: dict[str, Any]) -> str | None:
    name = str(track.get("format") or "").lower()
    return CODECS.get(name, name[:40]) or None


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _whole(value: Any) -> int | None:
    number = _number(value)
    return None if number is None else int(number)
