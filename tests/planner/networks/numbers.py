"""Every number, written down once more, and posts that keep to it or go beyond by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from planner.networks import Code, Content
from tests.planner.networks.stage import CLIP, PICTURE, account, plain

WRITTEN = Path(__file__).with_name("table.txt")

CODES = {
    "text": Code.TEXT_TOO_LONG,
    "encoded": Code.TEXT_ENCODED_TOO_LONG,
    "octets": Code.TEXT_ENCODED_TOO_LONG,
    "hashtags": Code.HASHTAGS_TOO_MANY,
    "comment": Code.COMMENT_TOO_LONG,
    "alt_text": Code.ALT_TEXT_CUT,
    "files": Code.MEDIA_TOO_MANY,
    "pages": Code.MEDIA_PAGES,
    "weight": Code.MEDIA_SIZE,
    "count": Code.MEDIA_TOO_MANY,
    "size": Code.MEDIA_SIZE,
    "seconds": Code.MEDIA_DURATION,
    "width": Code.MEDIA_DIMENSIONS,
    "height": Code.MEDIA_DIMENSIONS,
    "ratio": Code.MEDIA_RATIO,
    "rate": Code.MEDIA_FRAME_RATE,
    "cover": Code.COVER_SIZE,
}
SPECIAL: dict[tuple[str, float], Code] = {
    ("facebook story text", 0): Code.TEXT_NOT_SHOWN,
    ("google post images.count", 1): Code.MEDIA_NOT_USED,
    ("linkedin poll images.count", 0): Code.POLL_CONFLICT,
    ("linkedin poll videos.count", 0): Code.POLL_CONFLICT,
    ("linkedin - alt_text", 4086): Code.ALT_TEXT_TOO_LONG,
    ("- linkedin.poll.options least", 2): Code.POLL_OPTIONS,
    ("- linkedin.poll.options most", 4): Code.POLL_OPTIONS,
    ("- pinterest.pinterestBoards.boards most", 25): Code.BOARDS_TOO_MANY,
    ("- instagram.collaborators most", 3): Code.COLLABORATORS_TOO_MANY,
    ("- instagram.collaborators most", 1): Code.COLLABORATORS_TOO_MANY,
    ("- facebook.textFormatPresetId length", 130): Code.BACKGROUND_TEXT_TOO_LONG,
    ("- media.altText length", 4086): Code.ALT_TEXT_TOO_LONG,
    ("- media.thumbnail size", 2_000_000): Code.COVER_SIZE,
}


@dataclass(frozen=True)
class Number:
    """One value of one number: which network and kind of post, what it is, and whether beyond it is an error."""

    platform: str
    format: str
    measure: str
    value: float
    error: bool
    line: str

    @property
    def code(self) -> Code:
        special = SPECIAL.get((self.line, self.value))
        if special is None and self.measure.endswith(".count") and self.value == 0:
            return Code.MEDIA_NOT_ALLOWED
        if special is None and self.line.startswith("- "):
            return Code.DETAIL_TOO_LONG
        return special or next(CODES[part] for part in reversed(self.measure.split(".")) if part in CODES)

    @property
    def needed(self) -> bool:
        """Whether one within is none at all, of what the network needs."""
        counted = self.measure in ("files", "images.count", "videos.count")
        return counted and self.value == 1 and bool(plain(self.platform, self.format).media)

    @property
    def step(self) -> float:
        return 0.01 if "ratio" in self.measure else 0.5 if "seconds" in self.measure else 1

    @property
    def around(self) -> tuple[Content, Content, Content]:
        """At the number, one within, one beyond."""
        inward = self.step if self.measure.endswith("least") else -self.step
        within = max(0, round(self.value + inward, 2)) if self.value or inward > 0 else 0
        return self.with_value(self.value), self.with_value(within), self.with_value(round(self.value - inward, 2))

    def with_value(self, value: float) -> Content:
        """A post with nothing special but this."""
        make = MAKERS.get(self.line) or next(
            MAKERS[part] for part in reversed(self.measure.split(".")) if part in MAKERS
        )
        return make(self, value)

    def __str__(self) -> str:
        return f"{self.line} {self.value:g}"


def _amount(text: str) -> float | None:
    units = {"M": 1_000_000, "G": 1_000_000_000}
    if text == "-":
        return None
    return float(text[:-1]) * units[text[-1]] if text[-1] in units else float(text)


def written() -> dict[str, tuple[float | None, float | None]]:
    """Both values of each number."""
    rows = (line.split() for line in WRITTEN.read_text().splitlines() if line[0] != "#")
    return {" ".join(row[:3]): (_amount(row[3]), _amount(row[4])) for row in rows}


def every_number() -> list[Number]:
    found = []
    for line, values in written().items():
        platform, format, measure = line.split()
        kind = format
        if platform == "-":
            owner = format.partition(".")[0]
            platform, kind = {"media": ("facebook", "post")}.get(owner, (owner, "post"))
            kind = "video" if owner == "youtube" else kind
        elif format == "-":
            kind = {"youtube": "video"}.get(platform, "post")
        for value, error in zip(values, (True, False), strict=True):
            if value is not None:
                found.append(Number(platform, kind, measure, value, error, line))
    return found


Maker = Callable[[Number, float], Content]


def _base(number: Number) -> Content:
    return plain(number.platform, number.format)


def _is_video(number: Number) -> bool:
    return "videos" in number.measure


def _with_file(number: Number, **facts: Any) -> Content:
    base = CLIP if _is_video(number) else PICTURE
    return replace(_base(number), media=(replace(base, **facts),))


def _text(number: Number, value: float) -> Content:
    return replace(_base(number), text="x" * int(value))


def _with_accent(number: Number, value: float) -> Content:
    # é is six signs in an address and two bytes.
    taken = 6 if number.measure == "encoded" else 2
    return replace(_base(number), text="x" * (int(value) - taken) + "é")


def _hashtags(number: Number, value: float) -> Content:
    return replace(_base(number), text=" ".join(f"#bread{each}" for each in range(int(value))))


def _count(number: Number, value: float) -> Content:
    base = _base(number)
    kept = base.media if number.value == 0 else ()
    return replace(base, media=kept + ((CLIP if _is_video(number) else PICTURE),) * int(value))


def _files(number: Number, value: float) -> Content:
    videos = min(1, int(value) // 2) if number.value > 1 else 0
    return replace(_base(number), media=(PICTURE,) * (int(value) - videos) + (CLIP,) * videos)


def _pages(number: Number, value: float) -> Content:
    return replace(_base(number), media=(PICTURE,) * int(value))


def _weight(number: Number, value: float) -> Content:
    each, rest = divmod(int(value), 20)
    sizes = [each + rest] + [each] * 19
    return replace(_base(number), media=tuple(replace(PICTURE, size=size) for size in sizes))


def _ratio(number: Number, value: float) -> Content:
    return _with_file(number, width=round(2000 * value), height=2000)


def _cover(number: Number, value: float) -> Content:
    file = replace(CLIP, thumbnail="https://media.example/cover.jpg", thumbnail_size=int(value))
    return replace(_base(number), media=(file,))


def _detail(*path: str) -> Maker:
    def make(number: Number, value: float) -> Content:
        base = _base(number)
        network = number.platform
        text = "https://bread.example/" if path[-1] == "link" else ""
        text += "x" * (int(value) - len(text))
        return replace(base, details={network: _put(dict(base.details.get(network, {})), path, text)})

    return make


def _put(held: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    head, *rest = path
    return {**held, head: _put(dict(held.get(head, {})), tuple(rest), value) if rest else value}


def _poll(number: Number, value: float) -> Content:
    base = plain("linkedin", "poll")
    options = [{"text": f"Answer {each}"} for each in range(int(value))]
    if number.measure == "length":
        options = [{"text": "Rye"}, {"text": "w" * int(value)}]
    return replace(base, details={"linkedin": _put(dict(base.details["linkedin"]), ("poll", "options"), options)})


def _question(number: Number, value: float) -> Content:
    base = plain("linkedin", "poll")
    return replace(
        base, details={"linkedin": _put(dict(base.details["linkedin"]), ("poll", "question"), "q" * int(value))}
    )


def _boards(number: Number, value: float) -> Content:
    chosen = {"accountId": account("pinterest").id, "boards": [str(each) for each in range(int(value))]}
    return replace(_base(number), details={"pinterest": {"pinterestBoards": [chosen]}})


def _collaborators(number: Number, value: float) -> Content:
    names = {account("instagram").id: [f"friend{each}" for each in range(int(value))]}
    return replace(_base(number), details={"instagram": {"type": "post", "collaborators": names}})


def _background(number: Number, value: float) -> Content:
    details = {"facebook": {"type": "post", "textFormatPresetId": "303063890126415"}}
    return replace(_base(number), text="x" * int(value), details=details)


def _short_title(number: Number, value: float) -> Content:
    return replace(_base(number), details={"youtube": {"title": "x" * int(value), "type": "short"}})


MAKERS: dict[str, Maker] = {
    "text": _text,
    "encoded": _with_accent,
    "octets": _with_accent,
    "hashtags": _hashtags,
    "comment": lambda number, value: replace(_base(number), follow_up_comment="x" * int(value)),
    "alt_text": lambda number, value: _with_file(number, alt_text="x" * int(value)),
    "files": _files,
    "pages": _pages,
    "weight": _weight,
    "count": _count,
    "size": lambda number, value: _with_file(number, size=int(value)),
    "seconds": lambda number, value: _with_file(number, duration=value),
    "width": lambda number, value: _with_file(number, width=int(value)),
    "height": lambda number, value: _with_file(number, height=int(value)),
    "ratio": _ratio,
    "rate": lambda number, value: _with_file(number, frame_rate=value),
    "cover": _cover,
    "- google.title length": _detail("title"),
    "- linkedin.pdfTitle length": _detail("pdfTitle"),
    "- linkedin.poll.question length": _question,
    "- pinterest.title length": _detail("title"),
    "- pinterest.link length": _detail("link"),
    "- youtube.title length": _detail("title"),
    "- linkedin.poll.options least": _poll,
    "- linkedin.poll.options most": _poll,
    "- linkedin.poll.options.text length": _poll,
    "- pinterest.pinterestBoards.boards most": _boards,
    "- instagram.collaborators most": _collaborators,
    "- facebook.textFormatPresetId length": _background,
    "- youtube.title-of-a-short length": _short_title,
    "- media.altText length": lambda number, value: _with_file(number, alt_text="x" * int(value)),
    "- media.thumbnail size": _cover,
}
