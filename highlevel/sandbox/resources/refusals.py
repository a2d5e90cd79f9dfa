"""What the networks themselves object to when a post reaches them: words too long, files that do not fit.

HighLevel lists no message for any of it, so such posts are taken and fail when they go out. A file is judged by what
the sandbox knows of it: its MIME type, its size when it is in the media library, and what the query of its address
says (see `csv_media`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf

import regex

from highlevel.sandbox.csv_media import hints
from highlevel.sandbox.resources.post_rules import post_type
from highlevel.sandbox.store import Document
from highlevel.sandbox.world import World

TOO_MANY_HASHTAGS = "The caption has more than 30 hashtags."

MB = 1_000_000
Range = tuple[float, float]

_ANY: Range = (0, inf)
_LINK = regex.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?'()\[\]{}]", regex.IGNORECASE)
_LINK_LENGTH = 23
_HASHTAG = regex.compile(r"[#＃](?=[\p{L}\p{N}_\p{Extended_Pictographic}])")


@dataclass(frozen=True)
class Fit:
    """The files that a network takes: endings of MIME types, bytes, seconds, pixels, width by height, frames a second,
    and the bytes of the picture on top of a video."""

    types: str = ""
    size: float = inf
    seconds: Range = _ANY
    width: Range = _ANY
    height: Range = _ANY
    ratio: Range = _ANY
    rate: Range = _ANY
    cover: float = inf


@dataclass(frozen=True)
class Taste:
    """What a network takes of a kind of post."""

    text: float = inf
    hashtags: float = inf
    image: Fit = field(default_factory=Fit)
    video: Fit = field(default_factory=Fit)
    together: float = inf


_LIKED = "jpeg jpg png"
_FACEBOOK_CLIP = Fit(size=1000 * MB, seconds=(1, 14_400), cover=10 * MB)
_TIKTOK_CLIP = Fit("mp4 mov webm", 1000 * MB, seconds=(3, 180), width=(360, 4096), height=(360, 4096), rate=(23, 60))
_INSTAGRAM_CLIP = Fit("mp4 mov", 100 * MB, seconds=(3, 60))

TASTES: dict[tuple[str, str], Taste] = {
    ("facebook", "post"): Taste(62_000, image=Fit(f"{_LIKED} gif", 10 * MB), video=_FACEBOOK_CLIP),
    ("facebook", "reel"): Taste(
        62_000, video=Fit(size=1000 * MB, seconds=(3, 90), width=(540, inf), height=(960, inf), cover=10 * MB)
    ),
    ("facebook", "story"): Taste(62_000, image=Fit(size=4 * MB), video=Fit(size=1000 * MB, seconds=(3, 60))),
    ("instagram", "post"): Taste(
        2200,
        30,
        Fit(_LIKED, 8 * MB, ratio=(0.8, 1.91)),
        Fit("mp4 mov", 100 * MB, seconds=(3, 60), width=(0, 1920), cover=8 * MB),
    ),
    ("instagram", "reel"): Taste(2200, 30, video=Fit("mp4 mov", 1000 * MB, seconds=(3, 900), cover=8 * MB)),
    ("instagram", "story"): Taste(image=Fit("jpeg jpg", 8 * MB), video=_INSTAGRAM_CLIP),
    ("linkedin", "post"): Taste(
        3000,
        image=Fit(f"{_LIKED} gif", 8 * MB, width=(0, 6012), height=(0, 6012)),
        video=Fit("mp4 mov", 500 * MB, seconds=(3, 1800), cover=10 * MB),
    ),
    ("linkedin", "pdf"): Taste(3000, image=Fit(f"{_LIKED} gif", 10 * MB), together=100 * MB),
    ("google", "post"): Taste(1500, image=Fit(_LIKED, 5 * MB, width=(250, 3000), height=(250, 3000))),
    ("tiktok", "post"): Taste(150, video=_TIKTOK_CLIP),
    ("tiktok-business", "post"): Taste(
        2200, video=Fit(size=1000 * MB, seconds=(3, 600), width=(360, inf), height=(360, inf))
    ),
    ("youtube", "video"): Taste(5000, video=Fit(size=256_000 * MB, seconds=(0, 43_200), cover=2 * MB)),
    ("youtube", "short"): Taste(5000, video=Fit(size=256_000 * MB, seconds=(0, 180))),
    ("pinterest", "post"): Taste(
        800,
        image=Fit(_LIKED, 10 * MB),
        video=Fit("mp4 mov webm", 2000 * MB, seconds=(4, 300), ratio=(0.5, 1), cover=10 * MB),
    ),
    # What is too long for Threads becomes a reply.
    ("threads", "post"): Taste(
        image=Fit(_LIKED, 8 * MB, width=(320, 1440)),
        video=Fit("mp4 mov", 1000 * MB, seconds=(0, 300), rate=(23, 60)),
    ),
    ("bluesky", "post"): Taste(300, image=Fit(_LIKED, MB), video=Fit("mp4 mov", 50 * MB, seconds=(0, 180))),
}


def objection(world: World, doc: Document, platform: str) -> str:
    """What a network says against a post, empty when nothing."""
    taste = TASTES.get((platform, _kind(doc, platform)), Taste())
    return next(_objections(world, doc, platform, taste), "")


def _kind(doc: Document, platform: str) -> str:
    if platform in ("facebook", "instagram"):
        return post_type(doc, platform)
    if platform == "youtube":
        return str((doc.get("youtubePostDetails") or {}).get("type") or "video")
    if platform == "linkedin" and (doc.get("linkedinPostDetails") or {}).get("postAsPdf"):
        return "pdf"
    return "post"


def _objections(world: World, doc: Document, platform: str, taste: Taste) -> Iterator[str]:
    if _length(doc["summary"], platform) > taste.text:
        yield f"The text is longer than {taste.text:g} characters."
    if len(_HASHTAG.findall(_LINK.sub(" ", doc["summary"]))) > taste.hashtags:
        yield TOO_MANY_HASHTAGS
    files = (doc.get("media") or [])[: 1 if platform == "google" else None]
    total = 0.0
    for item in files:
        facts = _facts(world, doc["locationId"], item["url"])
        total += facts.get("size", 0)
        fit = taste.image if item["type"].startswith("image") else taste.video
        yield from _misfits(item, facts, fit)
    if total > taste.together:
        yield "The document is too large."


def _misfits(item: Document, facts: dict[str, float], fit: Fit) -> Iterator[str]:
    if fit.types and item["type"].rpartition("/")[2] not in fit.types.split():
        yield f"Files of the type {item['type']} are not supported."
    if facts.get("size", 0) > fit.size:
        yield "The file is too large."
    if "width" in facts and "height" in facts and facts["height"]:
        facts = {**facts, "ratio": facts["width"] / facts["height"]}
    for name, limits, said in (
        ("duration", fit.seconds, "The duration of the video is not supported."),
        ("width", fit.width, "The width of the file is not supported."),
        ("height", fit.height, "The height of the file is not supported."),
        ("ratio", fit.ratio, "The aspect ratio of the file is not supported."),
        ("frameRate", fit.rate, "The video could not be processed: frame rate is out of range."),
    ):
        if name in facts and not limits[0] <= facts[name] <= limits[1]:
            yield said
    if hints(item.get("thumbnail") or "").get("size", 0) > fit.cover:
        yield "The cover image is too large."


def _facts(world: World, location_id: str, url: str) -> dict[str, float]:
    """What is known of a file: what its address says of it, and its size when it was uploaded here."""
    kept = [doc for doc in world.store.find("media", location=location_id) if doc["url"] == url and doc["size"]]
    return {**({"size": float(kept[0]["size"])} if kept else {}), **hints(url)}


def _length(text: str, platform: str) -> int:
    if platform != "bluesky":
        return len(text.encode("utf-16-le", errors="surrogatepass")) // 2
    words = _LINK.split(text)
    return sum(len(regex.findall(r"\X", part)) for part in words) + _LINK_LENGTH * (len(words) - 1)
