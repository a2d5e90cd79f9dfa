"""Rules for files: kind, number, weight, length, shape, alternative text and cover."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from planner.networks.content import Content, MediaFacts, ending_format
from planner.networks.findings import Code, Finding, Level
from planner.networks.judging import Case, above, duration_words, format_words, number_words, outside, size_words
from planner.networks.limits import API_TYPES, FileRules, Limit, Span
from planner.networks.table import ALT_TEXT, COVER

# HighLevel's import names a codec as a reason to refuse a video; these are what its networks take.
VIDEO_CODECS = ("h264", "hevc")
AUDIO_CODEC = "aac"
CODEC_MATTERS = ("instagram", "tiktok", "tiktok-business")


def each_file(content: Content) -> Iterator[Finding]:
    """What holds for a file on every network."""
    for index, item in enumerate(content.media):
        field = f"media.{index}"
        if "/" in item.mime and item.format not in API_TYPES:
            said = _("HighLevel takes no files of the type %(value)s. Use JPEG, PNG, GIF, MP4, MOV or WebM.")
            yield Finding(Level.ERROR, Code.MEDIA_TYPE, field, "", said % {"value": item.mime})
        if item.promised:
            said = _("The address ends like a %(limit)s file, and the file is %(value)s. Rename or replace it.")
            words = {"value": format_words(item.mime), "limit": format_words(item.promised)}
            yield Finding(Level.WARNING, Code.MEDIA_ENDING, field, "", said % words)
        if beyond := above(ALT_TEXT, len(item.alt_text)):
            said = _("The alternative text has %(value)s characters, the limit is %(limit)s. Shorten it.")
            words = {"value": number_words(len(item.alt_text)), "limit": number_words(beyond[1])}
            yield Finding(Level.ERROR, Code.ALT_TEXT_TOO_LONG, f"{field}.alt_text", "", said % words, even_draft=True)
        if item.cover:
            yield from _cover(item, field)
    videos = [index for index, item in enumerate(content.media) if item.kind == "video"]
    for index in videos[1:]:
        if content.media[index].cover:
            said = _("Only the first video shows its cover.")
            yield Finding(Level.WARNING, Code.COVER_UNUSED, f"media.{index}.thumbnail", "", said)


def _cover(item: MediaFacts, field: str) -> Iterator[Finding]:
    promised = ending_format(item.cover)
    if promised and promised not in ("image/jpeg", "image/png"):
        said = _("A cover is a JPEG or PNG image. Choose another one.")
        yield Finding(Level.ERROR, Code.COVER_FORMAT, f"{field}.thumbnail", "", said)
    if beyond := above(COVER, item.thumbnail_size):
        said = _("The cover has %(value)s. HighLevel advises %(limit)s or less.")
        words = {"value": size_words(item.thumbnail_size or 0), "limit": size_words(beyond[1])}
        yield Finding(Level.WARNING, Code.COVER_SIZE, f"{field}.thumbnail", "", said % words)


def numbers(case: Case) -> Iterator[Finding]:
    """How many files there are, and whether they go together."""
    content, rules = case.content, case.rules
    images, videos = content.counted("image"), content.counted("video")
    if case.format != "poll":
        yield from _image_count(case, rules.images, images)
        yield from _video_count(case, rules.videos, videos)
    if beyond := above(rules.files, len(content.media)):
        said = _("%(network)s: there are %(value)s files, the limit is %(limit)s. Remove some.")
        words = {"network": case.name, "value": number_words(len(content.media)), "limit": number_words(beyond[1])}
        yield case.error(Code.MEDIA_TOO_MANY, "media", said % words)
    if images and videos and not rules.mixed:
        said = _("%(network)s: images and videos cannot be in one post. Keep one kind.") % {"network": case.name}
        yield case.error(Code.MEDIA_MIXED, "media", said)
    pages = sum(item.pages or 1 for item in content.media)
    if beyond := above(rules.pages, pages):
        said = _("%(network)s: the document has %(value)s pages, the limit is %(limit)s. Remove some.")
        words = {"network": case.name, "value": number_words(pages), "limit": number_words(beyond[1])}
        yield case.error(Code.MEDIA_PAGES, "media", said % words)
    weight = sum(item.size or 0 for item in content.media)
    if beyond := above(rules.weight, weight):
        said = _("%(network)s: the files have %(value)s together, the limit is %(limit)s. Remove or shrink some.")
        words = {"network": case.name, "value": size_words(weight), "limit": size_words(beyond[1])}
        yield case.error(Code.MEDIA_SIZE, "media", said % words)


def _image_count(case: Case, rules: FileRules, images: int) -> Iterator[Finding]:
    beyond = above(rules.count, images)
    if not beyond:
        return
    level, limit = beyond
    words = {"network": case.name, "value": number_words(images), "limit": number_words(limit)}
    if limit == 0:
        said = _("%(network)s: no images are possible here. Remove them.")
        yield case.error(Code.MEDIA_NOT_ALLOWED, "media", said % words)
    elif rules.first_only:
        said = _("%(network)s: only the first image is used.")
        yield case.warning(Code.MEDIA_NOT_USED, "media", said % words)
    elif level is Level.ERROR:
        said = ngettext(
            "%(network)s: there are %(value)s images, the limit is %(limit)s image. Remove some.",
            "%(network)s: there are %(value)s images, the limit is %(limit)s images. Remove some.",
            int(limit),
        )
        yield case.error(Code.MEDIA_TOO_MANY, "media", said % words)
    else:
        said = _("%(network)s: there are %(value)s images. HighLevel advises %(limit)s or less.")
        yield case.warning(Code.MEDIA_TOO_MANY, "media", said % words)


def _video_count(case: Case, rules: FileRules, videos: int) -> Iterator[Finding]:
    beyond = above(rules.count, videos)
    if not beyond:
        return
    level, limit = beyond
    words = {"network": case.name, "value": number_words(videos), "limit": number_words(limit)}
    if limit == 0:
        said = _("%(network)s: no videos are possible here. Remove them.")
        yield case.error(Code.MEDIA_NOT_ALLOWED, "media", said % words)
    elif level is Level.ERROR:
        said = ngettext(
            "%(network)s: there are %(value)s videos, the limit is %(limit)s video. Remove some.",
            "%(network)s: there are %(value)s videos, the limit is %(limit)s videos. Remove some.",
            int(limit),
        )
        yield case.error(Code.MEDIA_TOO_MANY, "media", said % words)
    else:
        said = _("%(network)s: there are %(value)s videos. HighLevel advises %(limit)s or less.")
        yield case.warning(Code.MEDIA_TOO_MANY, "media", said % words)


def files(case: Case) -> Iterator[Finding]:
    """What a network has against single files. Those that it drops anyway are spared."""
    for index, item in enumerate(case.content.media):
        rules = case.rules.images if item.kind == "image" else case.rules.videos
        if not item.kind or rules.count.forbids or (rules.first_only and index):
            continue
        field = f"media.{index}"
        yield from _format(case, rules, item, field)
        yield from _size(case, rules, item, field)
        if item.kind == "video":
            yield from _duration(case, rules.seconds, item, field)
            yield from _frame_rate(case, rules.rate, item, field)
            yield from _codec(case, item, field)
            yield from _cover_here(case, rules, item, field)
        yield from _shape(case, rules, item, field)
        yield from _alt_text(case, case.network.alt_text, item, field)


def _format(case: Case, rules: FileRules, item: MediaFacts, field: str) -> Iterator[Finding]:
    known, formats = item.format, rules.formats
    if known in formats.unsure:
        said = _("%(network)s: %(value)s files may be refused. %(limit)s is sure to work.")
        yield case.warning(Code.MEDIA_FORMAT, field, said % _format_words(case, rules, known))
    elif known in API_TYPES and formats.accepted and known not in formats.accepted:
        said = _("%(network)s: %(value)s files are not taken. Use one of these: %(limit)s.")
        yield case.error(Code.MEDIA_FORMAT, field, said % _format_words(case, rules, known))


def _format_words(case: Case, rules: FileRules, known: str) -> dict[str, str]:
    taken = ", ".join(dict.fromkeys(map(format_words, rules.formats.accepted)))
    return {"network": case.name, "value": format_words(known), "limit": taken}


def _size(case: Case, rules: FileRules, item: MediaFacts, field: str) -> Iterator[Finding]:
    if not (beyond := above(rules.size, item.size)):
        return
    words = {"network": case.name, "value": size_words(item.size or 0), "limit": size_words(beyond[1])}
    if beyond[0] is Level.ERROR:
        said = _("%(network)s: the file has %(value)s, the limit is %(limit)s. Shrink or replace it.")
    else:
        said = _("%(network)s: the file has %(value)s. One page of HighLevel’s help gives %(limit)s as the limit.")
    yield case.found(beyond[0], Code.MEDIA_SIZE, field, said % words)


def _duration(case: Case, span: Span, item: MediaFacts, field: str) -> Iterator[Finding]:
    for level, limit, over in outside(span, item.duration):
        words = {"network": case.name, "value": duration_words(item.duration or 0), "limit": duration_words(limit)}
        if over and level is Level.ERROR:
            said = _("%(network)s: the video is %(value)s, the limit is %(limit)s. Trim or replace it.")
        elif over:
            said = _("%(network)s: the video is %(value)s. One page of HighLevel’s help gives %(limit)s as the limit.")
        else:
            said = _("%(network)s: the video is %(value)s, at least %(limit)s are needed. Replace it.")
        yield case.found(level, Code.MEDIA_DURATION, field, said % words)


def _frame_rate(case: Case, span: Span, item: MediaFacts, field: str) -> Iterator[Finding]:
    for level, limit, over in outside(span, item.frame_rate):
        words = {"network": case.name, "value": number_words(item.frame_rate or 0), "limit": number_words(limit)}
        if over:
            said = _("%(network)s: the video has %(value)s frames a second, the limit is %(limit)s. Convert it.")
        else:
            said = _("%(network)s: the video has %(value)s frames a second, at least %(limit)s are needed. Convert it.")
        yield case.found(level, Code.MEDIA_FRAME_RATE, field, said % words)


def _shape(case: Case, rules: FileRules, item: MediaFacts, field: str) -> Iterator[Finding]:
    for span, value in ((rules.width, item.width), (rules.height, item.height)):
        for level, limit, over in outside(span, value):
            words = {
                "network": case.name,
                "width": item.width or "?",
                "height": item.height or "?",
                "limit": f"{limit:g}",
            }
            if over:
                said = _("%(network)s: the file is %(width)s × %(height)s pixels, the limit is %(limit)s. Shrink it.")
            elif level is Level.ERROR:
                said = _(
                    "%(network)s: the file is %(width)s × %(height)s pixels, at least %(limit)s are needed."
                    " Use a larger one."
                )
            else:
                said = _(
                    "%(network)s: the file is %(width)s × %(height)s pixels. One page of HighLevel’s help asks for at"
                    " least %(limit)s."
                )
            yield case.found(level, Code.MEDIA_DIMENSIONS, field, said % words)
    if item.width and item.height:
        for level, _limit, _over in outside(rules.ratio, item.width / item.height):
            words = {"network": case.name, "width": item.width, "height": item.height, "limit": _ratios(rules.ratio)}
            if level is Level.ERROR:
                said = _("%(network)s: %(width)s × %(height)s is not a shape that fits (%(limit)s). Crop it.")
            else:
                said = _("%(network)s: %(width)s × %(height)s is not the shape meant for this (%(limit)s).")
            yield case.found(level, Code.MEDIA_RATIO, field, said % words)


_RATIOS = {0.5: "1:2", 0.8: "4:5", 1: "1:1", 1.91: "1.91:1"}


def _ratios(span: Span) -> str:
    least, most = span.least.shown, span.most.shown
    if least is None:
        return _("upright")
    if least not in _RATIOS:
        return "9:16"
    return f"{_RATIOS[least]} – {_RATIOS[most or 1]}"


def _codec(case: Case, item: MediaFacts, field: str) -> Iterator[Finding]:
    if case.platform not in CODEC_MATTERS:
        return
    if item.video_codec and item.video_codec.lower() not in VIDEO_CODECS:
        said = _("%(network)s: videos with the codec %(value)s may be refused. H.264 is sure to work.")
        yield case.warning(Code.MEDIA_CODEC, field, said % {"network": case.name, "value": item.video_codec})
    if case.platform == "instagram" and item.audio_codec and item.audio_codec.lower() != AUDIO_CODEC:
        said = _("%(network)s: sound with the codec %(value)s may be refused. AAC is sure to work.")
        yield case.warning(Code.MEDIA_CODEC, field, said % {"network": case.name, "value": item.audio_codec})


def _cover_here(case: Case, rules: FileRules, item: MediaFacts, field: str) -> Iterator[Finding]:
    if not item.cover:
        return
    if not rules.covers:
        said = _("%(network)s: no cover is shown here.") % {"network": case.name}
        yield case.warning(Code.COVER_UNUSED, f"{field}.thumbnail", said)
    elif beyond := above(rules.cover, item.thumbnail_size):
        said = _("%(network)s: the cover has %(value)s, the limit is %(limit)s. Shrink or replace it.")
        words = {"network": case.name, "value": size_words(item.thumbnail_size or 0), "limit": size_words(beyond[1])}
        yield case.error(Code.COVER_SIZE, f"{field}.thumbnail", said % words)


def _alt_text(case: Case, limit: Limit, item: MediaFacts, field: str) -> Iterator[Finding]:
    beyond = above(limit, len(item.alt_text)) if item.kind == "image" else None
    if beyond and beyond[0] is Level.WARNING:
        said = _("%(network)s: the alternative text has %(value)s characters and is cut off after %(limit)s.")
        words = {"network": case.name, "value": number_words(len(item.alt_text)), "limit": number_words(beyond[1])}
        yield case.warning(Code.ALT_TEXT_CUT, f"{field}.alt_text", said % words)
