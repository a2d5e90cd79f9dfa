"""The table: what every network allows. Nothing else in Rota states one of these numbers."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from planner.networks.limits import (
    CLIP,
    GB,
    JPEG,
    MB,
    MOVING,
    STILL,
    FileRules,
    Formats,
    Limit,
    Needs,
    Network,
    Rules,
    Span,
    Unit,
    advised,
    at,
    between,
)

_ANY_CLIP = (*CLIP, "video/webm")
_UPRIGHT = Span(advised(0.55), advised(0.57))
_FACEBOOK_TEXT = at(62_000).but(5_000, "HCUS", "an older article says 5,000")

FACEBOOK = Network(
    title="Facebook",
    titles={"reel": _("Facebook reel"), "story": _("Facebook story")},
    comment=at(8_000, "SP3"),
    preview=True,
    formats={
        "post": Rules(
            text=_FACEBOOK_TEXT,
            images=FileRules(count=advised(10), formats=Formats(MOVING), size=at(10 * MB)),
            videos=FileRules(count=advised(10), size=at(1 * GB), seconds=between(1, 240 * 60), cover=at(10 * MB)),
            mixed=False,
        ),
        "reel": Rules(
            text=_FACEBOOK_TEXT,
            needs=Needs.VIDEO,
            videos=FileRules(
                count=at(1),
                size=at(1 * GB),
                seconds=between(3, 90),
                width=Span(least=at(540)),
                height=Span(least=at(960)),
                ratio=_UPRIGHT,
                cover=at(10 * MB),
            ),
        ),
        "story": Rules(
            text=at(62_000).but(0, "SP3", "captions are not supported"),
            needs=Needs.MEDIA,
            images=FileRules(count=at(1), size=at(4 * MB)),
            videos=FileRules(count=at(1), size=at(1 * GB), seconds=between(3, 60)),
            files=at(1),
            mixed=False,
        ),
    },
)

_INSTAGRAM_TEXT = at(2_200)
_INSTAGRAM_ENCODED = advised(2_200, "HIGR", "the URL-encoded length counts")

INSTAGRAM = Network(
    title="Instagram",
    titles={"reel": _("Instagram reel"), "story": _("Instagram story")},
    comment=at(2_200, "SP3"),
    preview=False,
    alt_text=advised(1_000, "SP3"),
    formats={
        "post": Rules(
            text=_INSTAGRAM_TEXT,
            encoded=_INSTAGRAM_ENCODED,
            hashtags=at(30),
            needs=Needs.MEDIA,
            images=FileRules(count=at(10), formats=Formats(STILL), size=at(8 * MB), ratio=between(0.8, 1.91)),
            videos=FileRules(
                count=at(10),
                formats=Formats(CLIP),
                size=at(100 * MB),
                seconds=between(3, 60),
                width=Span(most=at(1920)),
                cover=at(8 * MB),
            ),
            files=at(10),
        ),
        "reel": Rules(
            text=_INSTAGRAM_TEXT,
            encoded=_INSTAGRAM_ENCODED,
            hashtags=at(30),
            needs=Needs.VIDEO,
            videos=FileRules(
                count=at(1),
                formats=Formats(CLIP),
                size=at(1 * GB, "HIGR").but(300 * MB, "HLIM", "the table says 300 MB, the guide 1 GB"),
                seconds=Span(at(3), at(15 * 60).but(90, "SP3", "up to 90 seconds")),
                ratio=_UPRIGHT,
                cover=at(8 * MB),
            ),
        ),
        "story": Rules(
            text=at(0),
            needs=Needs.MEDIA,
            images=FileRules(count=at(10), formats=Formats(JPEG), size=at(8 * MB)),
            videos=FileRules(
                count=at(10),
                formats=Formats(CLIP),
                size=at(100 * MB),
                seconds=Span(at(3), at(60).but(30, "HOLD", "the older copy says 30 s")),
            ),
            files=at(10),
        ),
    },
)

LINKEDIN = Network(
    title="LinkedIn",
    titles={"pdf": _("LinkedIn document"), "poll": _("LinkedIn poll")},
    comment=at(3_000, "SP3"),
    preview=True,
    alt_text=at(4_086, "SP3"),
    formats={
        "post": Rules(
            text=at(3_000),
            images=FileRules(
                count=at(9),
                formats=Formats(MOVING),
                size=at(8 * MB),
                width=Span(most=at(6012)),
                height=Span(most=at(6012)),
            ),
            videos=FileRules(
                count=at(9), formats=Formats(CLIP), size=at(500 * MB), seconds=between(3, 30 * 60), cover=at(10 * MB)
            ),
            mixed=False,
        ),
        "pdf": Rules(
            text=at(3_000),
            needs=Needs.IMAGE,
            images=FileRules(formats=Formats(MOVING), size=at(10 * MB)),
            pages=at(300, "SP3"),
            weight=at(100 * MB, "SP3"),
        ),
        "poll": Rules(text=at(3_000), needs=Needs.NOTHING),
    },
)

GOOGLE = Network(
    title=_("Google Business"),
    preview=True,
    formats={
        "post": Rules(
            text=at(1_500),
            images=FileRules(
                count=advised(1),
                formats=Formats(STILL),
                size=at(5 * MB),
                width=Span(at(250).but(720, "HOLD", "the older copy says 720"), at(3000)),
                height=Span(at(250).but(720, "HOLD", "the older copy says 720"), at(3000)),
                first_only=True,
            ),
        )
    },
)

_TIKTOK_SIDE = Span(least=at(360))

TIKTOK = Network(
    title="TikTok",
    preview=False,
    formats={
        "post": Rules(
            text=at(150),
            needs=Needs.VIDEO,
            videos=FileRules(
                count=at(1),
                formats=Formats(_ANY_CLIP),
                size=at(1 * GB),
                seconds=between(3, 180),
                width=between(360, 4096),
                height=between(360, 4096),
                rate=between(23, 60),
            ),
        )
    },
)

TIKTOK_BUSINESS = Network(
    title="TikTok Business",
    preview=False,
    formats={
        "post": Rules(
            text=at(2_200),
            needs=Needs.VIDEO,
            videos=FileRules(
                count=at(1), size=at(1 * GB), seconds=between(3, 600), width=_TIKTOK_SIDE, height=_TIKTOK_SIDE
            ),
        )
    },
)

_YOUTUBE_OCTETS = advised(5_000, "YTAPI", "a maximum length of 5000 bytes")

YOUTUBE = Network(
    title="YouTube",
    titles={"short": _("YouTube short")},
    comment=at(10_000, "SP3"),
    preview=False,
    formats={
        "video": Rules(
            text=at(5_000),
            octets=_YOUTUBE_OCTETS,
            needs=Needs.VIDEO,
            videos=FileRules(
                count=at(1),
                size=at(256 * GB).but(1 * GB, "HYT", "the table says 256 GB, the guide 1 GB"),
                seconds=Span(most=at(12 * 3600)),
                cover=at(2 * MB),
            ),
        ),
        "short": Rules(
            text=at(5_000),
            octets=_YOUTUBE_OCTETS,
            needs=Needs.VIDEO,
            videos=FileRules(
                count=at(1),
                size=at(256 * GB).but(1 * GB, "HYT", "the table says 256 GB, the guide 1 GB"),
                seconds=Span(most=at(3 * 60, "HYT").but(60, "SP3", "vertical, up to 60 seconds")),
                ratio=Span(most=advised(1, "SP3", "vertical")),
                covers=False,
            ),
        ),
    },
)

PINTEREST = Network(
    title="Pinterest",
    alt_text=advised(500, "SP3"),
    formats={
        "post": Rules(
            text=at(800, "SP3").but(500, "HLIM", "the help page says 500, the document 800"),
            needs=Needs.MEDIA,
            images=FileRules(
                count=at(1), formats=Formats((*STILL, "image/bmp", "image/tiff", "image/webp")), size=at(10 * MB)
            ),
            videos=FileRules(
                count=at(1),
                formats=Formats(("video/mp4",), unsure=("video/mov", "video/webm")),
                size=at(2 * GB).but(1 * GB, "HPIN", "the media library takes 1 GB"),
                seconds=between(4, 5 * 60),
                ratio=between(0.5, 1),
                cover=at(10 * MB),
            ),
            files=at(1),
            mixed=False,
        )
    },
)

THREADS = Network(
    title="Threads",
    alt_text=advised(1_000, "SP3"),
    formats={
        "post": Rules(
            text=advised(500, "HTHR", "the overflow becomes a threaded reply"),
            images=FileRules(count=at(20), formats=Formats(STILL), size=at(8 * MB), width=between(320, 1440)),
            videos=FileRules(
                count=at(20),
                formats=Formats(CLIP),
                size=at(1 * GB),
                seconds=Span(most=at(5 * 60)),
                rate=between(23, 60),
            ),
            files=at(20),
        )
    },
)

BLUESKY = Network(
    title="Bluesky",
    unit=Unit.GRAPHEMES,
    link_length=23,
    alt_text=advised(2_000, "SP3"),
    formats={
        "post": Rules(
            text=at(300, "HBSK"),
            images=FileRules(count=at(4, "HBSK"), formats=Formats(STILL), size=at(1 * MB, "HBSK")),
            videos=FileRules(
                count=at(1, "HBSK"),
                formats=Formats(CLIP),
                size=at(50 * MB, "HBSK"),
                seconds=Span(most=at(3 * 60, "HBSK")),
            ),
            mixed=False,
        )
    },
)

NETWORKS: dict[str, Network] = {
    "facebook": FACEBOOK,
    "instagram": INSTAGRAM,
    "linkedin": LINKEDIN,
    "google": GOOGLE,
    "tiktok": TIKTOK,
    "tiktok-business": TIKTOK_BUSINESS,
    "youtube": YOUTUBE,
    "pinterest": PINTEREST,
    "threads": THREADS,
    "bluesky": BLUESKY,
    # HighLevel's composer posts there, its API does not [I150]; X it has given up [HX].
    "community": Network(title=_("Community"), supported=False),
    "twitter": Network(title="X", supported=False),
}

DETAIL_LENGTHS: dict[str, Limit] = {
    "google.title": at(58, "SP3"),
    "linkedin.pdfTitle": at(100, "SP3"),
    "linkedin.poll.question": at(140, "SP3"),
    "pinterest.title": at(100, "SP3"),
    "pinterest.link": at(2_048, "SP3"),
    "youtube.title": at(100, "SP3"),
}
"""The longest settings of networks, in characters, by network and HighLevel's key."""

POLL_OPTION = at(30, "SP3")
POLL_OPTIONS = between(2, 4, "SP3")
BOARDS = at(25, "SP3")
COLLABORATORS = at(3, "SP3").but(1, "HCOL", "the help page says one, the document 3")
TEXT_BACKGROUND = at(130, "SP3")
SHORT_TITLE = advised(92, "HLIM", "#shorts is added to the title")
ALT_TEXT = at(4_086, "SP3")
COVER = advised(2 * MB, "SP3", "JPEG or PNG of 2 MB or less")
CSV_AHEAD = timedelta(minutes=10)
"""How far ahead HighLevel wants the rows of an import file [HCSV]."""

LOOSE: dict[str, Limit | Span] = {
    "linkedin.poll.options": POLL_OPTIONS,
    "linkedin.poll.options.text": POLL_OPTION,
    "pinterest.pinterestBoards.boards": BOARDS,
    "instagram.collaborators": COLLABORATORS,
    "facebook.textFormatPresetId": TEXT_BACKGROUND,
    "youtube.title of a short": SHORT_TITLE,
    "media.altText": ALT_TEXT,
    "media.thumbnail": COVER,
}
"""The numbers that belong to one setting, by what they are for."""
