"""What an import finds out about the media that a file names, and what each network objects to.

The sandbox fetches nothing. It reads the kind from the ending of the address, takes an ordinary picture or clip for
granted, and lets a query say otherwise: width, height, size (bytes), duration (seconds), frameRate, videoCodec,
audioCodec, audioChannels; `missing=1` is a file that cannot be fetched.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from highlevel.sandbox.world import ORIGIN

MB = 1_000_000

Media = dict[str, Any]
Rule = tuple[str, Callable[[Media], bool]]
"""The name of an error and the test that finds it."""

_IMAGES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp"}
_VIDEOS = {"mp4": "video/mp4", "mov": "video/mov", "webm": "video/webm", "avi": "video/avi", "mkv": "video/mkv"}
_NUMBERS = {"width": int, "height": int, "size": int, "duration": float, "frameRate": float, "audioChannels": int}
_TEXTS = {"videoCodec": "videoCodecName", "audioCodec": "audioCodecName"}


def inspect(url: str, kind: str) -> Media:
    """The particulars of a picture, gif or video; `error` is set when it cannot be used at all."""
    parts = urlsplit(url)
    said = dict(parse_qsl(parts.query))
    ending = parts.path.rpartition(".")[2].lower()
    known = _VIDEOS if kind == "video" else _IMAGES
    media: Media = {"url": url, "type": known.get(ending, f"{kind}/{ending}" if "." in parts.path else "")}
    if parts.scheme not in ("http", "https", urlsplit(ORIGIN).scheme) or not parts.hostname:
        return {**media, "error": "Invalid media url"}
    if parts.hostname.removeprefix("www.") in ("drive.google.com", "docs.google.com"):
        return {**media, "error": "Google Drive links are not supported"}
    if said.get("missing"):
        return {**media, "error": "Media could not be fetched"}
    media.update(_ordinary_video(ending) if kind == "video" else _ordinary_image(ending))
    media.update({name: _NUMBERS[name](value) for name, value in hints(url).items()})
    media.update({key: said[name] for name, key in _TEXTS.items() if name in said})
    if media["height"]:
        media["aspectRatio"] = round(media["width"] / media["height"], 4)
    return media


def hints(url: str) -> dict[str, float]:
    """The numbers that the query of an address says about its file."""
    said = dict(parse_qsl(urlsplit(url).query))
    return {name: float(said[name]) for name in _NUMBERS if said.get(name, "").replace(".", "", 1).isdecimal()}


def objections(media: Media, *, post_type: str = "post") -> dict[str, str]:
    """The first thing that each network holds against a medium, by the key of the row that says so."""
    if media.get("error"):
        return {}
    if media["type"].startswith("video/"):
        rules = _REEL_RULES if post_type == "reel" else _VIDEO_RULES
    else:
        rules = _IMAGE_RULES
    found = {}
    for key, tests in rules.items():
        first = next((name for name, fails in tests if fails(media)), None)
        if first:
            found[key] = first
    return found


ERROR_KEYS = {
    "instagram": "instagramError",
    "google": "gmbError",
    "facebook": "facebookError",
    "linkedin": "linkedinError",
    "tiktok": "tiktokError",
    "tiktok-business": "tiktokBusinessError",
}
"""The key that tells what a network objects to, by platform."""


def _ordinary_image(ending: str) -> Media:
    return {"size": 350_000, "width": 1080, "height": 1080, "aspectRatio": 1, "format": ending}


def _ordinary_video(ending: str) -> Media:
    return {
        "size": 18 * MB,
        "width": 1080,
        "height": 1350,
        "aspectRatio": 0.8,
        "duration": 24,
        "format": ending,
        "videoCodecName": "h264",
        "frameRate": 30,
        "audioCodecName": "aac",
        "audioChannels": 2,
        "displayAspectRatio": "4:5",
        "selectedPoster": 0,
    }


def _type_not(name: str, *endings: str) -> Rule:
    return name, lambda media: media["format"] not in endings


def _outside(name: str, key: str, low: float, high: float) -> Rule:
    return name, lambda media: not low <= media[key] <= high


def _not_in(name: str, key: str, *accepted: str) -> Rule:
    return name, lambda media: media[key] not in accepted


_STILLS = ("jpg", "jpeg", "png")
_CODECS = ("h264", "hevc")

_IMAGE_RULES: dict[str, tuple[Rule, ...]] = {
    "instagramError": (
        _type_not("imageType", *_STILLS),
        _outside("imageSize", "size", 1, 8 * MB),
        _outside("imageAspectRatio", "aspectRatio", 0.8, 1.91),
    ),
    "gmbError": (
        _type_not("imageType", *_STILLS),
        _outside("imageSize", "size", 1, 5 * MB),
        _outside("imageDimension", "width", 250, 3000),
        _outside("imageDimension", "height", 250, 3000),
    ),
    "facebookError": (_type_not("imageType", *_STILLS, "gif"), _outside("imageSize", "size", 1, 10 * MB)),
    "linkedinError": (_type_not("imageType", *_STILLS, "gif"), _outside("imageSize", "size", 1, 8 * MB)),
    "invalidError": (_outside("imageSize", "size", 1, 30 * MB), _outside("imageWidth", "width", 50, 10_000)),
}


def _video_rules(*, longest: float, largest: float) -> dict[str, tuple[Rule, ...]]:
    """The rules for videos; those of Instagram depend on whether it is a reel."""
    clip = (
        _type_not("videoType", "mp4", "mov", "webm"),
        _outside("videoSize", "size", 1, 1000 * MB),
        _outside("videoWidthHeight", "width", 360, 4096),
        _outside("videoWidthHeight", "height", 360, 4096),
        _not_in("videoCodec", "videoCodecName", *_CODECS),
        _outside("videoFrameRate", "frameRate", 23, 60),
    )
    return {
        "instagramError": (
            _type_not("videoType", "mp4", "mov"),
            _outside("videoSize", "size", 1, largest),
            _outside("videoDuration", "duration", 3, longest),
            _outside("videoAspectRatio", "aspectRatio", 0.5, 1.91),
            _outside("videoWidthHeight", "width", 1, 1920),
            _not_in("videoCodec", "videoCodecName", *_CODECS),
            _outside("videoFrameRate", "frameRate", 23, 60),
            _not_in("audioCodec", "audioCodecName", "aac"),
            _outside("audioCodecChannels", "audioChannels", 0, 2),
        ),
        "facebookError": (
            _outside("videoSize", "size", 1, 1000 * MB),
            _outside("videoDuration", "duration", 1, 240 * 60),
        ),
        "linkedinError": (
            _type_not("videoType", "mp4", "mov"),
            _outside("videoSize", "size", 1, 500 * MB),
            _outside("videoDuration", "duration", 3, 30 * 60),
        ),
        "tiktokError": (*clip, _outside("videoDuration", "duration", 3, 180)),
        "tiktokBusinessError": (*clip, _outside("videoDuration", "duration", 3, 600)),
    }


_VIDEO_RULES = _video_rules(longest=60, largest=100 * MB)
_REEL_RULES = _video_rules(longest=15 * 60, largest=300 * MB)
