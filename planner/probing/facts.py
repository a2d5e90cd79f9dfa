"""What is known of a file by looking at it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`mime` is what the content is, whatever its name says, in HighLevel's spelling; `size` in bytes, `width` and
    `height` in pixels as shown, `duration` in seconds, `frame_rate` in frames a second. None is unknown or of no
    meaning for the kind. Codecs are in lower case: h264, hevc, vp9, av1, aac, mp3, opus, else the name that the file
    gives."""

    mime: str
    size: int | None
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    frame_rate: float | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    pages: int | None = None

    @property
    def is_film(self) -> bool:
        return self.mime.startswith("video/")

    def to_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Facts:
        """The facts that `to_json` wrote."""
        return cls(**{"size": None, **kept})
