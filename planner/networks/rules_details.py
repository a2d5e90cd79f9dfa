"""Rules for the settings of each network. Keys are HighLevel's; what they hold may be anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeGuard

from django.utils.translation import gettext as _

from planner.networks.findings import Code, Finding, Level
from planner.networks.judging import Case, above, below, number_words
from planner.networks.rules_addresses import page_words
from planner.networks.table import (
    BOARDS,
    COLLABORATORS,
    DETAIL_LENGTHS,
    POLL_OPTION,
    POLL_OPTIONS,
    SHORT_TITLE,
    TEXT_BACKGROUND,
)

Settings = Mapping[str, Any]

CHOICES: dict[str, tuple[str, ...]] = {
    "facebook.type": ("post", "story", "reel"),
    "instagram.type": ("post", "story", "reel"),
    "google.gmbEventType": ("STANDARD", "EVENT", "OFFER"),
    "google.actionType": ("none", "order", "book", "shop", "learn_more", "call", "sign_up"),
    "tiktok.privacyLevel": ("PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"),
    "youtube.privacyLevel": ("private", "public", "unlisted"),
    "youtube.type": ("video", "short"),
    "linkedin.poll.settings.duration": ("ONE_DAY", "THREE_DAYS", "SEVEN_DAYS", "FOURTEEN_DAYS"),
}
"""What a setting may be [SP3]."""

ADDRESSES = ("google.url", "google.redeemOnlineUrl", "pinterest.link")
WITHOUT_ADDRESS = ("", "none", "call")
GOOGLE_NEEDS = {
    "EVENT": ("title", "startDate", "endDate"),
    "OFFER": ("offerTitle", "startDate", "endDate", "termsConditions", "couponCode", "redeemOnlineUrl"),
}


def details(case: Case) -> Iterator[Finding]:
    """What is wrong with the settings of the case's network."""
    network = case.platform.removesuffix("-business")
    settings = case.content.settings(network)
    if settings:
        yield from _lengths(case, network, settings)
        yield from _choices(case, network, settings)
    if rule := _RULES.get(network):
        yield from rule(case, settings)


def _lengths(case: Case, network: str, settings: Settings) -> Iterator[Finding]:
    for path, limit in DETAIL_LENGTHS.items():
        owner, _dot, key = path.partition(".")
        text = _text(_inside(settings, key)) if owner == network else ""
        if beyond := above(limit, len(text)):
            said = _("%(network)s: %(value)s characters, the limit is %(limit)s. Shorten it.")
            words = {"network": case.name, "value": number_words(len(text)), "limit": number_words(beyond[1])}
            yield case.error(Code.DETAIL_TOO_LONG, f"details.{path}", said % words, even_draft=True)


def _choices(case: Case, network: str, settings: Settings) -> Iterator[Finding]:
    for path, accepted in CHOICES.items():
        owner, _dot, key = path.partition(".")
        value = _inside(settings, key) if owner == network else None
        # HighLevel's own examples write the action in capitals; it is sent in small letters.
        if key == "actionType":
            value = _text(value).lower()
        if value not in (None, "", *accepted):
            said = _("%(network)s: this is not one of the choices. Choose again.") % {"network": case.name}
            yield case.error(Code.DETAIL_UNKNOWN, f"details.{path}", said, even_draft=True)
    for path in ADDRESSES:
        owner, _dot, key = path.partition(".")
        address = _text(settings.get(key)) if owner == network else ""
        if address and (said := page_words(address)):
            words = {"network": case.name, "problem": said}
            yield case.warning(Code.DETAIL_ADDRESS, f"details.{path}", _("%(network)s: %(problem)s") % words)


def _facebook(case: Case, settings: Settings) -> Iterator[Finding]:
    if "textFormatPresetId" not in settings:
        return
    field, words = "details.facebook.textFormatPresetId", {"network": case.name}
    if not _text(settings["textFormatPresetId"]).strip():
        said = _("%(network)s: the text background is empty. Choose one, or leave it out.") % words
        yield case.error(Code.DETAIL_MISSING, field, said, even_draft=True)
        return
    if case.format != "post":
        said = _("%(network)s: only an ordinary post has a text background. Leave it out.") % words
        yield case.error(Code.BACKGROUND_CONFLICT, field, said)
    if beyond := above(TEXT_BACKGROUND, len(case.content.text)):
        said = _(
            "%(network)s: the text has %(value)s characters, on a background the limit is %(limit)s."
            " Shorten it, or leave the background out."
        )
        words |= {"value": number_words(len(case.content.text)), "limit": number_words(beyond[1])}
        yield case.error(Code.BACKGROUND_TEXT_TOO_LONG, "text", said % words)
    if case.content.media or case.content.link_preview.get("metaLink"):
        said = _("%(network)s: beside media the background is left out, and beside a background the card of a link.")
        yield case.warning(Code.DETAIL_UNUSED, field, said % words)


def _instagram(case: Case, settings: Settings) -> Iterator[Finding]:
    words = {"network": case.name}
    if settings.get("publishViaPushNotification") and case.format != "story":
        said = _("%(network)s: only stories are published by notification. This goes out by itself.") % words
        yield case.warning(Code.DETAIL_UNUSED, "details.instagram.publishViaPushNotification", said)
    chosen = settings.get("collaborators")
    names = [list(each) for each in chosen.values() if isinstance(each, list | tuple)] if _is_map(chosen) else []
    field = "details.instagram.collaborators"
    if not any(names):
        return
    if case.format == "story":
        said = _("%(network)s: there are no collaborators here. Leave them out.") % words
        yield case.error(Code.COLLABORATORS_UNUSED, field, said)
    elif len(case.content.media) > 1:
        said = _("%(network)s: one page of HighLevel’s help rules out collaborators where there are several files.")
        yield case.warning(Code.COLLABORATORS_UNUSED, field, said % words)
    if beyond := above(COLLABORATORS, max(map(len, names))):
        words |= {"value": number_words(max(map(len, names))), "limit": number_words(beyond[1])}
        if beyond[0] is Level.ERROR:
            said = _("%(network)s: there are %(value)s collaborators, the limit is %(limit)s. Remove some.")
        else:
            said = _("%(network)s: there are %(value)s collaborators. One page of HighLevel’s help allows one only.")
        yield case.found(beyond[0], Code.COLLABORATORS_TOO_MANY, field, said % words)
    if any(_text(name).startswith("@") for each in names for name in each):
        said = _("%(network)s: write the names of collaborators without @.") % {"network": case.name}
        yield case.warning(Code.DETAIL_UNKNOWN, field, said)


def _linkedin(case: Case, settings: Settings) -> Iterator[Finding]:
    words = {"network": case.name}
    if settings.get("postAsPdf") and not _text(settings.get("pdfTitle")).strip():
        said = _("%(network)s: the document has no title. Write one.") % words
        yield case.error(Code.DETAIL_MISSING, "details.linkedin.pdfTitle", said)
    poll = settings.get("poll")
    if not _is_map(poll) or not poll:
        return
    field = "details.linkedin.poll"
    if case.content.media or case.content.link_preview.get("metaLink") or settings.get("postAsPdf"):
        said = _("%(network)s: a poll stands alone. Remove the media and the card of the link, or the poll.") % words
        yield case.error(Code.POLL_CONFLICT, field, said)
    if not _text(poll.get("question")):
        said = _("%(network)s: the poll has no question. Write one.") % words
        yield case.error(Code.DETAIL_MISSING, f"{field}.question", said, even_draft=True)
    if not _text(_inside(poll, "settings.duration")):
        said = _("%(network)s: say how long the poll is open.") % words
        yield case.error(Code.DETAIL_MISSING, f"{field}.settings.duration", said, even_draft=True)
    yield from _poll_options(case, poll.get("options"))


def _poll_options(case: Case, given: Any) -> Iterator[Finding]:
    field = "details.linkedin.poll.options"
    options = [_text(each.get("text")) if _is_map(each) else "" for each in given] if _is_list(given) else []
    words = {"network": case.name, "value": number_words(len(options))}
    if below(POLL_OPTIONS.least, len(options)) or above(POLL_OPTIONS.most, len(options)):
        said = _("%(network)s: the poll has %(value)s answers to choose from; it takes 2 to 4.") % words
        yield case.error(Code.POLL_OPTIONS, field, said, even_draft=True)
    if len(set(options)) < len(options):
        said = _("%(network)s: two answers of the poll are the same. Change one.") % words
        yield case.error(Code.POLL_OPTIONS, field, said, even_draft=True)
    for index, option in enumerate(options):
        if not option:
            said = _("%(network)s: an answer of the poll is empty. Write something, or remove it.") % words
            yield case.error(Code.POLL_OPTIONS, f"{field}.{index}", said, even_draft=True)
        elif beyond := above(POLL_OPTION, len(option)):
            said = _("%(network)s: %(value)s characters, the limit is %(limit)s. Shorten it.")
            words = {"network": case.name, "value": number_words(len(option)), "limit": number_words(beyond[1])}
            yield case.error(Code.DETAIL_TOO_LONG, f"{field}.{index}", said % words, even_draft=True)


def _google(case: Case, settings: Settings) -> Iterator[Finding]:
    if not settings:
        return
    words = {"network": case.name}
    event = _text(settings.get("gmbEventType"))
    if not event:
        said = _("%(network)s: say whether it is an update, an event or an offer.") % words
        yield case.error(Code.DETAIL_MISSING, "details.google.gmbEventType", said, even_draft=True)
    for key in GOOGLE_NEEDS.get(event, ()):
        if not settings.get(key):
            said = _("%(network)s: this is needed for an event or an offer. Fill it in.") % words
            yield case.error(Code.DETAIL_MISSING, f"details.google.{key}", said)
    action = _text(settings.get("actionType")).lower()
    if action not in WITHOUT_ADDRESS and event != "OFFER" and not settings.get("url"):
        said = _("%(network)s: the button needs an address. Give one, or choose no button.") % words
        yield case.error(Code.DETAIL_MISSING, "details.google.url", said)
    if event in GOOGLE_NEEDS and settings.get("startDate") and settings.get("endDate"):
        start = _moment(settings["startDate"], "startDate", "startTime", (0, 0, 0))
        end = _moment(settings["endDate"], "endDate", "endTime", (23, 59, 59))
        if start is None or end is None or end <= start:
            said = _("%(network)s: the end must come after the beginning. Change one of them.") % words
            yield case.error(Code.DATES_WRONG, "details.google.endDate", said)


def _tiktok(case: Case, settings: Settings) -> Iterator[Finding]:
    words, field = {"network": case.name}, "details.tiktok.privacyLevel"
    if not settings:
        said = _("%(network)s: nothing is said about who may see it. It will be public.") % words
        yield case.warning(Code.PRIVACY_DEFAULT, field, said)
        return
    if not settings.get("privacyLevel"):
        said = _("%(network)s: say who may see it.") % words
        yield case.error(Code.DETAIL_MISSING, field, said, even_draft=True)
    if settings.get("videoDisclosure"):
        if settings.get("privacyLevel") == "SELF_ONLY":
            said = _("%(network)s: what only you can see cannot be promotion. Change one of the two.") % words
            yield case.error(Code.DISCLOSURE_CONFLICT, field, said)
        if not (settings.get("promoteYourBrand") or settings.get("promoteOtherBrand")):
            said = _("%(network)s: say whether it promotes your own brand or another one.") % words
            yield case.error(Code.DISCLOSURE_CONFLICT, "details.tiktok.videoDisclosure", said)


def _youtube(case: Case, settings: Settings) -> Iterator[Finding]:
    words, field = {"network": case.name}, "details.youtube.title"
    title = _text(settings.get("title"))
    if settings and not settings.get("type"):
        said = _("%(network)s: say whether it is a video or a short.") % words
        yield case.error(Code.DETAIL_MISSING, "details.youtube.type", said, even_draft=True)
    if not title.strip():
        said = _("%(network)s: the video has no title. Write one.") % words
        yield case.error(Code.DETAIL_MISSING, field, said)
    if "<" in title or ">" in title:
        said = _("%(network)s: the signs < and > are not possible in a title.") % words
        yield case.warning(Code.TEXT_CHARACTERS, field, said)
    short = case.format == "short" and not above(DETAIL_LENGTHS["youtube.title"], len(title))
    if short and (beyond := above(SHORT_TITLE, len(title))):
        said = _(
            "%(network)s: HighLevel adds #shorts to the title, which then is too long. Keep to %(limit)s characters."
        )
        yield case.warning(Code.DETAIL_TOO_LONG, field, said % {**words, "limit": number_words(beyond[1])})


def _pinterest(case: Case, settings: Settings) -> Iterator[Finding]:
    field = "details.pinterest.pinterestBoards"
    given = settings.get("pinterestBoards")
    chosen = [each for each in given if _is_map(each)] if _is_list(given) else []
    for each in chosen:
        boards = each.get("boards")
        number = len(boards) if _is_list(boards) else 0
        words = {"network": case.name, "value": number_words(number)}
        if number == 0:
            said = _("%(network)s: an account is named without a board. Choose one.") % words
            yield case.error(Code.DETAIL_MISSING, field, said, even_draft=True)
        elif beyond := above(BOARDS, number):
            said = _("%(network)s: %(value)s boards are chosen, the limit is %(limit)s an account. Remove some.")
            words["limit"] = number_words(beyond[1])
            yield case.error(Code.BOARDS_TOO_MANY, field, said % words, even_draft=True)
    old = settings.get("boardIds")
    named = {_text(each.get("accountId")) for each in chosen} | (set(map(str, old)) if _is_map(old) else set())
    for account in case.accounts:
        if not any(name and (account.id == name or account.id.startswith(f"{name}_")) for name in named):
            said = _("%(network)s: no board is chosen for %(account)s. Choose one.")
            words = {"network": case.name, "account": account.name or account.id}
            yield case.error(Code.DETAIL_MISSING, field, said % words)


_RULES: dict[str, Callable[[Case, Settings], Iterator[Finding]]] = {
    "facebook": _facebook,
    "instagram": _instagram,
    "linkedin": _linkedin,
    "google": _google,
    "tiktok": _tiktok,
    "youtube": _youtube,
    "pinterest": _pinterest,
}


def _inside(settings: Any, path: str) -> Any:
    for key in path.split("."):
        settings = settings.get(key) if _is_map(settings) else None
    return settings


def _moment(given: Any, day: str, clock: str, unsaid: tuple[int, int, int]) -> datetime | None:
    """The wall-clock time of HighLevel's nested form, None when it names no day or time that exists."""
    on, at = _inside(given, day), _inside(given, clock)
    try:
        hour = tuple(int(at[key]) for key in ("hours", "minutes", "seconds")) if at else unsaid
        return datetime(*(int(on[key]) for key in ("year", "month", "day")), *hour)  # type: ignore[arg-type]  # noqa: DTZ001
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _is_map(value: Any) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)


def _is_list(value: Any) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    return isinstance(value, list | tuple)
