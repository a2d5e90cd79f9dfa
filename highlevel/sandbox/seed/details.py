"""What goes with a caption: pictures, link preview, and the details that single networks want."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from highlevel.sandbox.resources.medias import picture_url, video_url
from highlevel.sandbox.seed.audience import Audience
from highlevel.sandbox.seed.captions import Draft
from highlevel.sandbox.seed.corpus import Agency
from highlevel.sandbox.seed.place import Account, Place
from highlevel.sandbox.store import Document

_DEALS = {
    "en": ("Ten percent for first-time visitors", "One per person, not with other offers."),
    "de": ("Zehn Prozent zum Kennenlernen", "Einmal pro Person, nicht kombinierbar."),
    "es": ("Diez por ciento en tu primera visita", "Una por persona, no acumulable."),
    "pt": ("Dez por cento na primeira visita", "Uma por pessoa, não cumulativo."),
    "ja": ("初めての方は一割引", "お一人様一回限り。他の優待との併用不可。"),
}
_POLLS = {
    "en": ("What should we write about next?", "More like this, please", "Tell me the price"),
    "de": ("Worüber sollen wir als Nächstes schreiben?", "Mehr davon", "Was kostet das?"),
    "es": ("¿Sobre qué escribimos la próxima vez?", "Más de esto", "¿Cuánto cuesta?"),
    "pt": ("Sobre o que escrevemos na próxima vez?", "Mais disso", "Quanto custa?"),
    "ja": ("次は何について書きましょうか。", "続きが読みたい", "料金が知りたい"),
}


def media_for(place: Place, audience: Audience, rng: Random) -> list[Document]:
    """The pictures or the clip of a post, served by the sandbox."""
    kind, client = audience.format, place.client
    if not audience.medium:
        return []
    if audience.medium == "video":
        slug, alt = rng.choice(client.clips)
        name = f"{client.key}-{slug}"
        return [_media(video_url(name), "video/mp4", alt, thumbnail=picture_url(name, "portrait"))]
    count = rng.randint(2, len(client.photos) - 1) if kind == "carousel" else 1
    shape = "portrait" if kind == "story" else rng.choice(("square", "square", "wide"))
    # Instagram takes only JPEG for a story.
    ending, mime = ("jpg", "image/jpeg") if kind == "story" else ("png", "image/png")
    return [
        _media(picture_url(f"{client.key}-{slug}", shape, ending), mime, alt)
        for slug, alt in rng.sample(client.photos, count)
    ]


def link_preview(place: Place, audience: Audience, draft: Draft) -> Document:
    """The `ogTagsDetails` of a link post."""
    if audience.format != "link":
        return {}
    website = place.client.address["website"]
    preview = {
        "metaImage": picture_url(f"{place.client.key}-link", "wide"),
        "metaLink": f"{website}/news/{place.object_id('link', draft.headline)[:8]}",
        "ogTitle": draft.headline,
        "ogDescription": draft.body,
    }
    return {"ogTagsDetails": preview}


def network_details(
    place: Place, agency: Agency, audience: Audience, draft: Draft, rng: Random, at: datetime
) -> Document:
    """The `<network>PostDetails` of the networks that the post goes to. `at` is the local instant of the post."""
    makers: dict[str, tuple[str, Callable[[], Document]]] = {
        "facebook": ("facebookPostDetails", lambda: {"type": audience.type}),
        "instagram": ("instagramPostDetails", lambda: _instagram(agency, audience, rng)),
        "linkedin": ("linkedinPostDetails", lambda: _linkedin(place, audience, draft, rng)),
        "google": ("gmbPostDetails", lambda: _google(place, audience, draft, rng, at)),
        "tiktok": ("tiktokPostDetails", lambda: _tiktok(rng)),
        "tiktok-business": ("tiktokPostDetails", lambda: _tiktok(rng)),
        "youtube": ("youtubePostDetails", lambda: {"title": draft.headline, "privacyLevel": "public", "type": "short"}),
        "pinterest": ("pinterestPostDetails", lambda: _pinterest(place, audience, draft)),
    }
    found: Document = {}
    for account in audience.accounts:
        if account.platform in makers:
            name, make = makers[account.platform]
            found[name] = make()
    return found


def _media(url: str, kind: str, alt: str, *, thumbnail: str = "") -> Document:
    media = {"url": url, "type": kind, "altText": alt, "caption": ""}
    return {**media, "thumbnail": thumbnail} if thumbnail else media


def _instagram(agency: Agency, audience: Audience, rng: Random) -> Document:
    details: Document = {"type": audience.type}
    if audience.format == "reel":
        details["showOnFeed"] = rng.random() < 0.8
    if audience.format == "story" and len(audience.accounts) == 1:
        details |= {"publishViaPushNotification": True, "publisherNote": rng.choice(agency.notes["publisher"])}
    return details


def _linkedin(place: Place, audience: Audience, draft: Draft, rng: Random) -> Document:
    as_pdf = audience.format == "carousel" and len(audience.accounts) == 1
    details: Document = {"pdfTitle": draft.headline if as_pdf else "", "postAsPdf": as_pdf}
    if audience.format == "poll":
        question, *options = _POLLS[place.client.language]
        details["poll"] = {
            "question": question,
            "options": [{"text": text[:30]} for text in (*options, draft.topic.name)],
            "settings": {"duration": rng.choice(("ONE_DAY", "THREE_DAYS", "SEVEN_DAYS"))},
        }
    return details


def _google(place: Place, audience: Audience, draft: Draft, rng: Random, at: datetime) -> Document:
    website = place.client.address["website"]
    if audience.format not in ("event", "offer"):
        action = rng.choice(("learn_more", "book", "call", "none"))
        link = {"url": website} if action in ("learn_more", "book") else {}
        return {"gmbEventType": "STANDARD", "actionType": action, **link}
    end = at + timedelta(days=rng.randint(2, 14))
    span = {
        "startDate": {"startDate": _date(at), "startTime": _time(at)},
        "endDate": {"endDate": _date(end), "endTime": _time(end)},
    }
    if audience.format == "event":
        title = draft.headline if len(draft.headline) <= 58 else draft.topic.name
        return {"gmbEventType": "EVENT", "title": title, "actionType": "learn_more", "url": f"{website}/events", **span}
    offer, terms = _DEALS[place.client.language]
    return {
        "gmbEventType": "OFFER",
        "title": draft.topic.name,
        "offerTitle": offer,
        "termsConditions": terms,
        "couponCode": f"{place.client.key[:4].upper()}{rng.randint(10, 99)}",
        "redeemOnlineUrl": f"{website}/offer",
        **span,
    }


def _tiktok(rng: Random) -> Document:
    return {
        "privacyLevel": rng.choice(("PUBLIC_TO_EVERYONE", "PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS")),
        "promoteOtherBrand": False,
        "enableComment": True,
        "enableDuet": rng.random() < 0.5,
        "enableStitch": rng.random() < 0.5,
        "videoDisclosure": False,
        "promoteYourBrand": False,
    }


def _pinterest(place: Place, audience: Audience, draft: Draft) -> Document:
    return {
        "title": draft.headline,
        "link": place.client.address["website"],
        "pinterestBoards": [
            {"accountId": account.id, "boards": [board_id(place, account, 0)]}
            for account in audience.accounts
            if account.platform == "pinterest"
        ],
    }


def board_id(place: Place, account: Account, number: int) -> str:
    """The id of one of the boards of a Pinterest account."""
    return place.digits("board", account.id, number, length=18)


def _date(moment: datetime) -> Document:
    return {"year": moment.year, "month": moment.month, "day": moment.day}


def _time(moment: datetime) -> Document:
    return {"hours": moment.hour, "minutes": moment.minute, "seconds": 0}
