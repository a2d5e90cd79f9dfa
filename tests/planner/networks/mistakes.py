"""What can be wrong with a post apart from numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from planner.networks import Code, Content, MediaFacts
from tests.planner.networks.stage import CLIP, DAY, NOW, PICTURE, POLL, SPAN, account, plain


@dataclass(frozen=True)
class Mistake:
    """A post with one mistake. `refused` is whether HighLevel or the network says no, `by_highlevel` whether the
    sandbox can judge it, `even_draft` whether a draft is refused too. `account` has fields of the account."""

    name: str
    platform: str
    content: Content
    code: Code
    field: str
    refused: bool = True
    even_draft: bool = False
    by_highlevel: bool = True
    account: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        return self.name


def _made(platform: str, format: str = "post", **changes: Any) -> Content:
    return replace(plain(platform, format), **changes)


def _with(platform: str, details: dict[str, Any] | None, format: str = "post", **changes: Any) -> Content:
    network = platform.removesuffix("-business")
    held = {**plain(platform, format).details.get(network, {}), **(details or {})}
    return _made(platform, format, details={network: held} if details is not None else {}, **changes)


def _file(base: MediaFacts, **facts: Any) -> tuple[MediaFacts, ...]:
    return (replace(base, **facts),)


OFFER = {
    "gmbEventType": "OFFER",
    "offerTitle": "Two for one",
    "termsConditions": "https://bread.example/terms",
    "couponCode": "RYE",
    "redeemOnlineUrl": "https://bread.example/offer",
    **SPAN,
}
EVENT = {"gmbEventType": "EVENT", "title": "Open day", **SPAN}
BACKWARDS = {**SPAN, "endDate": {"endDate": {**DAY, "month": 4}}}
SAME_TIME = {
    "startDate": {"startDate": DAY, "startTime": {"hours": 9, "minutes": 0, "seconds": 0}},
    "endDate": {"endDate": DAY, "endTime": {"hours": 9, "minutes": 0, "seconds": 0}},
}
NO_DAY = {**SPAN, "startDate": {"startDate": {**DAY, "month": 2, "day": 30}}}
BOTH = (PICTURE, CLIP)
QUICKTIME = MediaFacts("https://media.example/oven.mov", "video/quicktime")
SVG = MediaFacts("https://media.example/logo.svg", "image/svg+xml")
GIF = MediaFacts("https://media.example/oven.gif", "image/gif")
PNG = MediaFacts("https://media.example/bread.png", "image/png")
WEBM = MediaFacts("https://media.example/oven.webm", "video/webm")
CARD = {"metaLink": "https://bread.example/", "ogTitle": "Bread"}
PAST, NEVER = NOW - timedelta(seconds=1), None
FRIENDS = {account("instagram").id: ["friend"]}


def _missing(network: str, held: dict[str, Any], *names: str) -> list[Mistake]:
    return [
        Mistake(
            f"{network} without {name}",
            network,
            _with(network, {key: value for key, value in held.items() if key != name}),
            Code.DETAIL_MISSING,
            f"details.{network}.{name}",
        )
        for name in names
    ]


MISTAKES: tuple[Mistake, ...] = (
    Mistake("no date", "facebook", _made("facebook", scheduled_at=NEVER), Code.SCHEDULE_MISSING, "scheduled_at"),
    Mistake("a date that has passed", "facebook", _made("facebook", scheduled_at=PAST), Code.SCHEDULE_PAST, "scheduled_at"),
    Mistake("nobody to approve", "facebook", _made("facebook", status="in_review"), Code.APPROVER_MISSING, "approver"),
    Mistake("an unknown type", "facebook", _made("facebook", type="page"), Code.TYPE_UNKNOWN, "type", even_draft=True),
    Mistake("a tag by its name", "facebook", _made("facebook", tags=("bread",)), Code.TAG_UNKNOWN, "tags", even_draft=True),
    Mistake("an expired account", "facebook", plain("facebook"), Code.ACCOUNT_EXPIRED, "accounts", account=(("expired", True),)),
    Mistake(
        "an account that expires before",
        "facebook",
        plain("facebook"),
        Code.ACCOUNT_EXPIRES,
        "accounts",
        refused=False,
        by_highlevel=False,
        account=(("expires_at", NOW + timedelta(hours=1)),),
    ),
    Mistake("a community", "community", plain("facebook"), Code.NETWORK_UNSUPPORTED, "accounts"),
    Mistake("a network of tomorrow", "mastodon", plain("facebook"), Code.NETWORK_UNKNOWN, "accounts", refused=False, by_highlevel=False),
    Mistake("a watermark without image", "facebook", _made("facebook", media=(CLIP,), apply_watermark=True), Code.WATERMARK_UNUSED, "media", refused=False),
    # The kind of post
    Mistake("a story on LinkedIn", "linkedin", _made("linkedin", type="story"), Code.TYPE_IGNORED, "type", refused=False),
    Mistake("a reel on Bluesky", "bluesky", _made("bluesky", type="reel"), Code.TYPE_IGNORED, "type", refused=False),
    Mistake("a reel in a group", "facebook", plain("facebook", "reel"), Code.REEL_ON_GROUP, "accounts", account=(("type", "group"),)),
    # Nothing to say
    *(
        Mistake(f"nothing on {network}", network, _made(network, text=" \n", media=()), Code.CONTENT_MISSING, "text")
        for network in ("facebook", "linkedin", "google", "threads", "bluesky")
    ),
    *(
        Mistake(f"words alone on {network} {format}", network, _made(network, format, media=()), Code.MEDIA_MISSING, "media")
        for network, format in (
            ("instagram", "post"),
            ("instagram", "reel"),
            ("instagram", "story"),
            ("facebook", "reel"),
            ("facebook", "story"),
            ("linkedin", "pdf"),
            ("tiktok", "post"),
            ("tiktok-business", "post"),
            ("youtube", "video"),
            ("youtube", "short"),
            ("pinterest", "post"),
        )
    ),
    *(
        Mistake(f"an image as {network} {format}", network, _made(network, format, media=(PICTURE,)), Code.MEDIA_MISSING, "media")
        for network, format in (("facebook", "reel"), ("instagram", "reel"), ("tiktok", "post"), ("youtube", "video"))
    ),
    # Files
    *(
        Mistake(f"images and videos on {network}", network, _made(network, media=BOTH), Code.MEDIA_MIXED, "media")
        for network in ("facebook", "linkedin", "pinterest", "bluesky")
    ),
    Mistake("a drawing", "facebook", _made("facebook", media=(SVG,)), Code.MEDIA_TYPE, "media.0"),
    Mistake("a file name for an address", "facebook", _made("facebook", media=_file(PICTURE, url="bread.jpg")), Code.MEDIA_ADDRESS, "media.0"),
    Mistake("a file without encryption", "facebook", _made("facebook", media=_file(PICTURE, url="http://media.example/a.jpg")), Code.MEDIA_ADDRESS, "media.0", by_highlevel=False),
    Mistake("a file inside a network", "facebook", _made("facebook", media=_file(PICTURE, url="https://nas.local/a.jpg")), Code.MEDIA_ADDRESS, "media.0", by_highlevel=False),
    Mistake("a file inside that HighLevel has taken", "facebook", _made("facebook", media=_file(PICTURE, url="http://10.0.0.8/a.jpg", held=frozenset({"http://10.0.0.8/a.jpg"}))), Code.MEDIA_ADDRESS, "media.0", refused=False),
    Mistake("a cover inside a network", "facebook", _made("facebook", media=_file(CLIP, thumbnail="https://10.0.0.8/a.jpg")), Code.MEDIA_ADDRESS, "media.0.thumbnail", by_highlevel=False),
    Mistake("a file that is not what it is called", "facebook", _made("facebook", media=_file(PNG, url="https://media.example/a.jpg", promised="image/jpeg")), Code.MEDIA_ENDING, "media.0", refused=False),
    Mistake("a card for a page inside a network", "facebook", _made("facebook", link_preview={"metaLink": "http://intranet/"}), Code.PREVIEW_ADDRESS, "link_preview.metaLink", refused=False),
    Mistake("a card with a picture without encryption", "facebook", _made("facebook", link_preview={**CARD, "metaImage": "http://bread.example/a.jpg"}), Code.PREVIEW_ADDRESS, "link_preview.metaImage", refused=False),
    Mistake("a pin that leads into a network", "pinterest", _with("pinterest", {"link": "https://10.0.0.8/"}), Code.DETAIL_ADDRESS, "details.pinterest.link", refused=False),
    Mistake("a file on a drive", "facebook", _made("facebook", media=_file(PICTURE, url="https://drive.google.com/x.jpg")), Code.MEDIA_ADDRESS, "media.0", refused=False),
    *(
        Mistake(f"a GIF on {network}", network, _made(network, media=(GIF,)), Code.MEDIA_FORMAT, "media.0")
        for network in ("instagram", "google", "pinterest", "threads", "bluesky")
    ),
    *(
        Mistake(f"WebM on {network}", network, _made(network, media=(WEBM,)), Code.MEDIA_FORMAT, "media.0")
        for network in ("instagram", "linkedin", "threads", "bluesky")
    ),
    Mistake("PNG as an Instagram story", "instagram", _made("instagram", "story", media=(PNG,)), Code.MEDIA_FORMAT, "media.0"),
    Mistake("WebM on Pinterest", "pinterest", _made("pinterest", media=(WEBM,)), Code.MEDIA_FORMAT, "media.0", refused=False),
    Mistake("an old codec on Instagram", "instagram", _made("instagram", media=_file(CLIP, video_codec="mpeg4")), Code.MEDIA_CODEC, "media.0", refused=False),
    Mistake("an old sound on Instagram", "instagram", _made("instagram", media=_file(CLIP, audio_codec="mp3")), Code.MEDIA_CODEC, "media.0", refused=False),
    Mistake("a moving cover", "facebook", _made("facebook", media=_file(CLIP, thumbnail="https://media.example/c.gif")), Code.COVER_FORMAT, "media.0.thumbnail"),
    Mistake("a cover on a short", "youtube", _made("youtube", "short", media=_file(CLIP, thumbnail="https://media.example/c.jpg")), Code.COVER_UNUSED, "media.0.thumbnail", refused=False),
    Mistake("a cover on the second video", "facebook", _made("facebook", media=(CLIP, *_file(CLIP, thumbnail="https://media.example/c.jpg"))), Code.COVER_UNUSED, "media.1.thumbnail", refused=False),
    # Words
    Mistake("a zero character", "facebook", _made("facebook", text="a\0b"), Code.TEXT_UNSENDABLE, "text", even_draft=True, by_highlevel=False),
    Mistake("half a pair", "facebook", _made("facebook", text="a\ud83d"), Code.TEXT_UNSENDABLE, "text", even_draft=True, by_highlevel=False),
    Mistake("words on an Instagram story", "instagram", _made("instagram", "story", text="Come in"), Code.TEXT_TOO_LONG, "text"),
    Mistake("markup on YouTube", "youtube", _made("youtube", "video", text="<b>"), Code.TEXT_CHARACTERS, "text", refused=False),
    Mistake("markup in a title on YouTube", "youtube", _with("youtube", {"title": "a > b"}, "video"), Code.TEXT_CHARACTERS, "details.youtube.title", refused=False),
    *(
        Mistake(f"a comment on {network}", network, _made(network, follow_up_comment="More"), Code.COMMENT_UNUSED, "follow_up_comment", refused=False)
        for network in ("google", "tiktok", "pinterest", "threads", "bluesky")
    ),
    *(
        Mistake(f"a card on {network}", network, _made(network, format, link_preview=CARD), Code.PREVIEW_UNUSED, "link_preview", refused=False)
        for network, format in (("instagram", "post"), ("tiktok", "post"), ("tiktok-business", "post"), ("youtube", "video"))
    ),
    # Facebook
    Mistake("an empty background", "facebook", _with("facebook", {"textFormatPresetId": " "}), Code.DETAIL_MISSING, "details.facebook.textFormatPresetId", even_draft=True),
    Mistake("a background on a reel", "facebook", _with("facebook", {"textFormatPresetId": "1"}, "reel"), Code.BACKGROUND_CONFLICT, "details.facebook.textFormatPresetId"),
    Mistake("a background with media", "facebook", _with("facebook", {"textFormatPresetId": "1"}, media=(PICTURE,)), Code.DETAIL_UNUSED, "details.facebook.textFormatPresetId", refused=False),
    Mistake("a background with a card", "facebook", _with("facebook", {"textFormatPresetId": "1"}, link_preview=CARD), Code.DETAIL_UNUSED, "details.facebook.textFormatPresetId", refused=False),
    Mistake("an unknown type for Facebook", "facebook", _with("facebook", {"type": "page"}), Code.DETAIL_UNKNOWN, "details.facebook.type", even_draft=True),
    # Instagram
    Mistake("collaborators on a story", "instagram", _with("instagram", {"collaborators": FRIENDS}, "story"), Code.COLLABORATORS_UNUSED, "details.instagram.collaborators"),
    Mistake("collaborators on a carousel", "instagram", _with("instagram", {"collaborators": FRIENDS}, media=(PICTURE, PICTURE)), Code.COLLABORATORS_UNUSED, "details.instagram.collaborators", refused=False),
    Mistake("a collaborator with @", "instagram", _with("instagram", {"collaborators": {"a": ["@friend"]}}), Code.DETAIL_UNKNOWN, "details.instagram.collaborators", refused=False),
    Mistake("a reminder for a post", "instagram", _with("instagram", {"publishViaPushNotification": True}), Code.DETAIL_UNUSED, "details.instagram.publishViaPushNotification", refused=False),
    # LinkedIn
    Mistake("a document without title", "linkedin", _with("linkedin", {"pdfTitle": ""}, "pdf"), Code.DETAIL_MISSING, "details.linkedin.pdfTitle"),
    Mistake("a poll with an image", "linkedin", _made("linkedin", "poll", media=(PICTURE,)), Code.POLL_CONFLICT, "details.linkedin.poll"),
    Mistake("a poll with a card", "linkedin", _made("linkedin", "poll", link_preview=CARD), Code.POLL_CONFLICT, "details.linkedin.poll"),
    Mistake("a poll as a document", "linkedin", _with("linkedin", {"postAsPdf": True, "pdfTitle": "Year"}, "poll"), Code.POLL_CONFLICT, "details.linkedin.poll"),
    Mistake("a poll with one answer twice", "linkedin", _with("linkedin", {"poll": {**POLL, "options": [{"text": "Rye"}] * 2}}, "poll"), Code.POLL_OPTIONS, "details.linkedin.poll.options", even_draft=True),
    Mistake("a poll with an empty answer", "linkedin", _with("linkedin", {"poll": {**POLL, "options": [{"text": "Rye"}, {"text": ""}]}}, "poll"), Code.POLL_OPTIONS, "details.linkedin.poll.options.1", even_draft=True),
    Mistake("a poll without a question", "linkedin", _with("linkedin", {"poll": {**POLL, "question": ""}}, "poll"), Code.DETAIL_MISSING, "details.linkedin.poll.question", even_draft=True),
    Mistake("a poll without end", "linkedin", _with("linkedin", {"poll": {**POLL, "settings": {}}}, "poll"), Code.DETAIL_MISSING, "details.linkedin.poll.settings.duration", even_draft=True),
    Mistake("a poll of a year", "linkedin", _with("linkedin", {"poll": {**POLL, "settings": {"duration": "ONE_YEAR"}}}, "poll"), Code.DETAIL_UNKNOWN, "details.linkedin.poll.settings.duration", even_draft=True),
    # Google
    Mistake("Google without its kind", "google", _made("google", details={"google": {"actionType": "call"}}), Code.DETAIL_MISSING, "details.google.gmbEventType", even_draft=True),
    Mistake("an unknown kind for Google", "google", _with("google", {"gmbEventType": "PARTY"}), Code.DETAIL_UNKNOWN, "details.google.gmbEventType", even_draft=True),
    Mistake("an unknown button", "google", _with("google", {"actionType": "dance"}), Code.DETAIL_UNKNOWN, "details.google.actionType", even_draft=True),
    *_missing("google", EVENT, "title", "startDate", "endDate"),
    *_missing("google", OFFER, "offerTitle", "startDate", "endDate", "termsConditions", "couponCode", "redeemOnlineUrl"),
    *(
        Mistake(f"Google {action} without address", "google", _with("google", {"actionType": action}), Code.DETAIL_MISSING, "details.google.url")
        for action in ("order", "book", "shop", "learn_more", "sign_up")
    ),
    *(
        Mistake(f"dates that are wrong {index}", "google", _with("google", {**EVENT, **span}), Code.DATES_WRONG, "details.google.endDate")
        for index, span in enumerate((BACKWARDS, SAME_TIME, NO_DAY))
    ),
    Mistake("a word for an address", "google", _with("google", {"actionType": "book", "url": "bread.example"}), Code.DETAIL_ADDRESS, "details.google.url", refused=False),
    Mistake("a long title for a network not chosen", "facebook", _made("facebook", details={"youtube": {"title": "x" * 101, "type": "video"}}), Code.DETAIL_TOO_LONG, "details.youtube.title", even_draft=True),
    # TikTok
    Mistake("TikTok without settings", "tiktok", _with("tiktok", None), Code.PRIVACY_DEFAULT, "details.tiktok.privacyLevel", refused=False),
    Mistake("TikTok without privacy", "tiktok", _made("tiktok", details={"tiktok": {"enableDuet": True}}), Code.DETAIL_MISSING, "details.tiktok.privacyLevel", even_draft=True),
    Mistake("TikTok for everybody and nobody", "tiktok", _with("tiktok", {"privacyLevel": "EVERYONE"}), Code.DETAIL_UNKNOWN, "details.tiktok.privacyLevel", even_draft=True),
    Mistake("secret promotion", "tiktok", _with("tiktok", {"privacyLevel": "SELF_ONLY", "videoDisclosure": True, "promoteYourBrand": True}), Code.DISCLOSURE_CONFLICT, "details.tiktok.privacyLevel"),
    Mistake("promotion of nothing", "tiktok-business", _with("tiktok-business", {"videoDisclosure": True}), Code.DISCLOSURE_CONFLICT, "details.tiktok.videoDisclosure"),
    # YouTube
    Mistake("YouTube without title", "youtube", _with("youtube", {"title": " "}, "video"), Code.DETAIL_MISSING, "details.youtube.title"),
    Mistake("YouTube without settings", "youtube", _with("youtube", None, "video"), Code.DETAIL_MISSING, "details.youtube.title"),
    Mistake("YouTube without type", "youtube", _made("youtube", "video", details={"youtube": {"title": "Oven"}}), Code.DETAIL_MISSING, "details.youtube.type", even_draft=True),
    Mistake("an unknown type for YouTube", "youtube", _with("youtube", {"type": "film"}, "video"), Code.DETAIL_UNKNOWN, "details.youtube.type", even_draft=True),
    Mistake("unknown privacy for YouTube", "youtube", _with("youtube", {"privacyLevel": "friends"}, "video"), Code.DETAIL_UNKNOWN, "details.youtube.privacyLevel", even_draft=True),
    # Pinterest
    Mistake("Pinterest without board", "pinterest", _with("pinterest", None), Code.DETAIL_MISSING, "details.pinterest.pinterestBoards"),
    Mistake("a board of somebody else", "pinterest", _with("pinterest", {"pinterestBoards": [{"accountId": "x", "boards": ["1"]}]}), Code.DETAIL_MISSING, "details.pinterest.pinterestBoards"),
    Mistake("an account without board", "pinterest", _with("pinterest", {"pinterestBoards": [{"accountId": account("pinterest").id, "boards": []}]}), Code.DETAIL_MISSING, "details.pinterest.pinterestBoards", even_draft=True),
)  # fmt: skip

RIGHT: tuple[tuple[str, str, Content], ...] = (
    ("an event", "google", _with("google", EVENT)),
    ("an event of one day", "google", _with("google", {**EVENT, "endDate": {"endDate": DAY}})),
    ("an offer", "google", _with("google", OFFER)),
    ("an offer with a button", "google", _with("google", {**OFFER, "actionType": "shop"})),
    ("a button to call", "google", _with("google", {"actionType": "call"})),
    ("a button to book", "google", _with("google", {"actionType": "book", "url": "https://bread.example/"})),
    ("words on a story by notification", "instagram", _with("instagram", {"publishViaPushNotification": True}, "story", text="Come in")),
    ("QuickTime by its name", "instagram", _made("instagram", media=(QUICKTIME,))),
    ("unused settings", "facebook", _made("facebook", details={"google": {"gmbEventType": "EVENT"}})),
    ("a carousel of both", "instagram", _made("instagram", media=BOTH)),
    ("both on Threads", "threads", _made("threads", media=BOTH)),
    ("an image without words", "facebook", _made("facebook", text="", media=(PICTURE,))),
    ("a card", "linkedin", _made("linkedin", link_preview=CARD)),
    ("a background", "facebook", _with("facebook", {"textFormatPresetId": "303063890126415"})),
    ("a reel that wins over the post's type", "instagram", _with("instagram", {"type": "reel"}, media=(CLIP,))),
    ("honest promotion", "tiktok", _with("tiktok", {"videoDisclosure": True, "promoteOtherBrand": True})),
    ("a board by the old key", "pinterest", _made("pinterest", details={"pinterest": {"boardIds": {"pinterest-oauth": "1"}}})),
    ("at once", "facebook", _made("facebook", status="published", scheduled_at=None)),
    ("for approval", "facebook", _made("facebook", status="in_review", approver="abcdefghijklmnopqrst")),
    ("words on Bluesky with many links", "bluesky", _made("bluesky", text="https://bread.example/" + "x" * 400)),
    ("families on Bluesky", "bluesky", _made("bluesky", text="👨‍👩‍👧‍👦" * 300)),
    ("thirty tags and a link", "instagram", _made("instagram", text="#a" * 30 + " https://x.example/#b")),
)  # fmt: skip
"""Posts that nothing speaks against."""
