"""What the gate has against a row's post, as problems of the row: by the file's columns, in every language."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation

from planner.composing import Composition
from planner.imports.problems import Problem, problem
from planner.models import PostStatus
from planner.networks import Finding
from planner.services.post_gate import post_findings

SAID = "schedule_missing"  # a blank date is how a file says that the row is a draft
FILE = "csv"  # what the rules call a row of HighLevel's own import
# What speaks against a post and not against such a row: HighLevel takes the board of its settings and knows Community.
NOT_OF_A_FILE = {("detail_missing", "details.pinterest.pinterestBoards"), ("network_unsupported", "accounts")}
COLUMNS_OF = {
    "accounts": ("accounts", "networks"),
    "approver": ("approver",),
    "follow_up_comment": ("comment",),
    "link_preview": ("{network}.Link", "link"),
    "media": ("{network}.MediaUrls", "media", "images", "gif", "videos"),
    "scheduled_at": ("when",),
    "status": ("status",),
    "tags": ("tags",),
    "text": ("{network}.Text", "{network}.Description", "text"),
    "type": ("{network}.Type", "{network}.type"),
}
# Columns by HighLevel's key of a setting, where their names say it otherwise.
SETTINGS_OF = {
    "google.gmbEventType": ("google.TopicType", "google.eventType"),
    "google.actionType": ("google.CallToActionType", "google.actionType"),
    "google.url": ("google.CallToActionUrl", "google.actionUrl"),
    "google.title": ("google.EventTitle", "google.title"),
    "google.offerTitle": ("google.EventTitle", "google.offerTitle"),
    "google.startDate": ("google.EventStartDate", "google.startDate"),
    "google.endDate": ("google.EventEndDate", "google.endDate"),
    "google.termsConditions": ("google.OfferTermsConditions", "google.termsConditions"),
    "google.couponCode": ("google.OfferCouponCode", "google.couponCode"),
    "google.redeemOnlineUrl": ("google.OfferRedeemOnlineUrl", "google.redeemOnlineUrl"),
    "instagram.collaborators": ("instagram.Collaborators",),
    "linkedin.pdfTitle": ("linkedin.MediaTitle", "linkedin.pdfTitle"),
    "pinterest.pinterestBoards": ("pinterest.BoardName",),
    "pinterest.link": ("pinterest.Link", "pinterest.link"),
    "pinterest.title": ("pinterest.Title", "pinterest.title"),
    "tiktok.privacyLevel": ("tiktok.Privacy", "tiktok.privacyLevel"),
    "tiktok.videoDisclosure": ("tiktok.videoDisclosure", "tiktok.IsBrandContent"),
    "youtube.privacyLevel": ("youtube.Privacy", "youtube.privacyLevel"),
    "youtube.title": ("youtube.Title", "youtube.title"),
    "youtube.type": ("youtube.Type", "youtube.type"),
}
# And by the part of a file that it is about, as the columns of all networks end.
PARTS_OF = {"thumbnail": ("Thumbnail", "thumbnail"), "alt_text": ("AltText", "VideoAlt")}


def gate_problems(
    composition: Composition,
    *,
    may_send: bool,
    by_highlevel: bool,
    now: datetime,
    filled: Container[str],
    columns: Sequence[str],
    label: Callable[[str], str],
) -> list[Problem]:
    """What speaks against a composition at the aware instant `now`. `columns` are the keys of those that the file has,
    `filled` of those that the row fills; `label` gives the file's header of one. `by_highlevel` as in Setting.

    The rules write whole sentences, so each is kept in every language of the product.
    """

    def judged() -> list[Finding]:
        found = post_findings(composition, may_send=may_send, now=now, source=FILE if by_highlevel else "")
        if by_highlevel:
            found = [one for one in found if (one.code, one.field) not in NOT_OF_A_FILE]
        return [one for one in found if one.is_error or one.code != SAID]

    found = judged()
    if not found:
        return []
    told = {translation.get_language() or settings.LANGUAGE_CODE: found}
    for language, _name in settings.LANGUAGES:
        if language not in told:
            with translation.override(language):
                told[language] = judged()
    problems = []
    for place, one in enumerate(found):
        sentences = {language: all_of[place].sentence for language, all_of in told.items()}
        key = _column(one, filled, columns) or _lacking(one, label)
        about: dict[str, Any] = {"sentences": sentences, "finding": str(one.code), "field": one.field}
        code = "network_problem" if one.is_error else "network_warning"
        problems.append(problem(code, label(key) if key else "", **about))
    return problems


def _column(found: Finding, filled: Container[str], columns: Sequence[str]) -> str:
    """The key of the file's column that a finding is about; empty where it has none such."""
    network = "tiktok" if found.network.startswith("tiktok") else found.network
    first, *inner = found.field.split(".")
    if first == "details":
        choices = list(SETTINGS_OF.get(".".join(inner[:2]), ()))
    else:
        choices = [key.format(network=network) for key in COLUMNS_OF.get(first, ())]
    if first == "media" and inner[1:]:
        of_part = (key for key in columns if key.rpartition(".")[2] in PARTS_OF.get(inner[1], ()))
        choices = [*(key for key in of_part if not network or key.partition(".")[0] in (network, key)), *choices]
    return min((key for key in choices if key in columns), key=lambda key: key not in filled, default="")


def _lacking(found: Finding, label: Callable[[str], str]) -> str:
    """The key of the column that a file of the kind would have for a setting, where this one has none."""
    setting = found.field.removeprefix("details.") if found.field.startswith("details.") else ""
    return next((key for key in SETTINGS_OF.get(setting, ()) if label(key)), "")


def says_something(composition: Composition) -> bool:
    """Whether a post has anything to show; a draft need not."""
    said = composition.text or composition.versions or composition.media or composition.link_preview
    return bool(said) or composition.status == PostStatus.DRAFT
