"""Posts of every network that the gate lets through, with everything that may be in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from accounts.models import ConnectedAccount, Platform
from planner.composing import Composition, MediaItem
from planner.models import Category, PostStatus, Tag
from planner.remote import mime_of

NETWORKS = [platform for platform in Platform.values if platform != Platform.COMMUNITY]
# Letters that are cut in two or turned round where somebody counts or escapes carelessly.
WORDS = st.lists(
    st.sampled_from(
        ["Hello", "été", "e\u0301", "👩‍👩‍👧‍👦", "مرحبا", "<b>x</b>", "&amp;", '"q"', "#tag", "@you", "{{ y }}", "a\tb"]
    ),
    min_size=1,
    max_size=8,
)
LINES = st.lists(WORDS.map(" ".join), min_size=1, max_size=3).map("\n".join)
SHORT = WORDS.map(lambda words: " ".join(words)[:40].strip() or "x")
LINK = st.sampled_from(["https://site.example/a", "https://site.example/b?x=1&y=%20"])
# HighLevel answers only "image", so the type can be told again by the ending alone.
FILES = ("1.jpg", "2.png?w=1", "%C3%A9.jpg", "4.gif")
IMAGE = st.builds(
    lambda name, alt, caption: MediaItem(
        f"https://cdn.example/{name}", mime_of(name, "image"), alt_text=alt, caption=caption
    ),
    st.sampled_from(FILES),
    st.one_of(st.just(""), SHORT),
    st.one_of(st.just(""), SHORT),
)
FILM = st.builds(
    MediaItem,
    url=st.sampled_from(["https://cdn.example/1.mp4", "https://cdn.example/2.mp4"]),
    kind=st.just("video/mp4"),
    alt_text=st.one_of(st.just(""), SHORT),
    thumbnail=st.sampled_from(["", "https://cdn.example/cover.jpg"]),
)
NEEDS_FILM = ("tiktok", "tiktok-business", "youtube")
ONE_FILE = ("google", "pinterest", *NEEDS_FILM)

Drawn = Callable[[Any], Any]


@st.composite
def composed(
    draw: Drawn, network: str, account: ConnectedAccount, category: Category, tag: Tag, soon: datetime
) -> Composition:
    """A post on one account of a network, scheduled after the aware instant `soon`."""
    details = draw(DETAILS[network](account))
    is_poll = bool(details.get("linkedin", {}).get("poll"))
    if network in NEEDS_FILM:
        media = (draw(FILM),)
    else:
        least = 1 if network in ("instagram", "pinterest") or details.get("linkedin", {}).get("postAsPdf") else 0
        media = tuple(draw(st.lists(IMAGE, min_size=least, max_size=1 if network in ONE_FILE else 3)))
    return Composition(
        location=account.location,
        accounts=(account,),
        text=draw(LINES) if network != "tiktok" else draw(SHORT),
        media=() if is_poll else media,
        details=details,
        follow_up_comment=draw(st.one_of(st.just(""), SHORT)),
        category=draw(st.sampled_from([None, category])),
        tags=draw(st.sampled_from([(), (tag,)])),
        link_preview={} if is_poll else draw(PREVIEW),
        scheduled_at=soon.replace(second=0) + timedelta(minutes=draw(st.integers(0, 60 * 24 * 90))),
        status=draw(st.sampled_from([PostStatus.SCHEDULED.value, PostStatus.DRAFT.value])),
        apply_watermark=draw(st.sampled_from([None, True, False])) if media and not is_poll else None,
    )


PREVIEW: st.SearchStrategy[dict[str, str]] = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"metaLink": LINK, "ogTitle": SHORT, "ogDescription": LINES}),
)


def _google(account: ConnectedAccount) -> st.SearchStrategy[Mapping[str, Any]]:
    day = st.fixed_dictionaries({"year": st.just(2027), "month": st.integers(1, 5), "day": st.integers(1, 28)})
    clock = st.fixed_dictionaries({"hours": st.integers(0, 23), "minutes": st.integers(0, 59), "seconds": st.just(0)})
    start = st.fixed_dictionaries({"startDate": day, "startTime": clock})
    end = st.fixed_dictionaries({"endDate": day.map(lambda at: {**at, "month": at["month"] + 6}), "endTime": clock})
    update = {"gmbEventType": st.just("STANDARD"), "actionType": st.sampled_from(["book", "learn_more"]), "url": LINK}
    event = {"gmbEventType": st.just("EVENT"), "title": SHORT, "startDate": start, "endDate": end}
    offer = {
        **event,
        "gmbEventType": st.just("OFFER"),
        "offerTitle": SHORT,
        "couponCode": st.just("TEN"),
        "redeemOnlineUrl": LINK,
        "termsConditions": LINK,
    }
    return st.one_of(*(st.fixed_dictionaries(one) for one in (update, event, offer))).map(lambda part: {"google": part})


def _linkedin(account: ConnectedAccount) -> st.SearchStrategy[Mapping[str, Any]]:
    poll = st.fixed_dictionaries(
        {
            "question": SHORT,
            "options": st.lists(
                SHORT.map(lambda text: text[:30].strip() or "x"), min_size=2, max_size=4, unique=True
            ).map(lambda texts: [{"text": text} for text in texts]),
            "settings": st.fixed_dictionaries({"duration": st.sampled_from(["ONE_DAY", "FOURTEEN_DAYS"])}),
        }
    )
    plain = {"pdfTitle": "", "postAsPdf": False}
    return st.one_of(
        st.just({}),
        st.fixed_dictionaries({"pdfTitle": SHORT, "postAsPdf": st.just(True)}),
        poll.map(lambda one: {**plain, "poll": one}),
    ).map(lambda part: {"linkedin": part} if part else {})


def _tiktok(account: ConnectedAccount) -> st.SearchStrategy[Mapping[str, Any]]:
    flags = {name: st.booleans() for name in ("enableComment", "enableDuet", "enableStitch", "promoteOtherBrand")}
    level = st.sampled_from(["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS"])
    part = {"privacyLevel": level, "videoDisclosure": st.just(True), "promoteYourBrand": st.just(True), **flags}
    return st.fixed_dictionaries(part).map(lambda held: {"tiktok": held})


DETAILS: dict[str, Callable[[ConnectedAccount], st.SearchStrategy[Any]]] = {
    "facebook": lambda account: st.just({}),
    "threads": lambda account: st.just({}),
    "bluesky": lambda account: st.just({}),
    "instagram": lambda account: st.one_of(
        st.just({}), st.just({"instagram": {"type": "post", "collaborators": {account.remote_id: ["friend"]}}})
    ),
    "linkedin": _linkedin,
    "google": _google,
    "tiktok": _tiktok,
    "tiktok-business": _tiktok,
    "youtube": lambda account: st.fixed_dictionaries(
        {"title": SHORT, "privacyLevel": st.sampled_from(["public", "private"]), "type": st.just("video")}
    ).map(lambda part: {"youtube": {**part, "title": re.sub("[<>]", "", part["title"]).strip() or "x"}}),
    "pinterest": lambda account: st.fixed_dictionaries(
        {
            "title": SHORT,
            "link": LINK,
            "pinterestBoards": st.just([{"accountId": account.remote_id, "boards": ["7", "8"]}]),
        }
    ).map(lambda part: {"pinterest": part}),
}
