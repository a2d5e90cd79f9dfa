"""Rules for words: the text, its hashtags, the follow-up comment, and what cannot be sent at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from planner.networks.content import Content
from planner.networks.counting import encoded, hashtags, length, octets, utf16
from planner.networks.findings import Code, Finding, Level
from planner.networks.judging import Case, above, number_words

UNSENDABLE = re.compile("[\0\ud800-\udfff]")


def unsendable(content: Content) -> Iterator[Finding]:
    """Characters that no database and no network takes: the zero character and halves of a pair."""
    texts = {"text": content.text, "follow_up_comment": content.follow_up_comment}
    texts |= {f"media.{index}.alt_text": item.alt_text for index, item in enumerate(content.media)}
    texts |= dict(_texts(content.link_preview, "link_preview"))
    texts |= dict(_texts(content.details, "details"))
    for field, text in texts.items():
        if UNSENDABLE.search(text):
            said = _("There is a character here that cannot be sent. Delete it, or type the text anew.")
            yield Finding(Level.ERROR, Code.TEXT_UNSENDABLE, field, "", said, even_draft=True)


def text(case: Case) -> Iterator[Finding]:
    """Its length, in all the ways in which a network counts, and its tags."""
    content, rules = case.content, case.rules
    if rules.text.forbids:
        if content.text.strip() and not by_notification(case):
            said = _("%(network)s: no text is possible here. Remove it, or have the story published by notification.")
            yield case.error(Code.TEXT_TOO_LONG, "text", said % {"network": case.name})
        return
    measured = length(content.text, case.network)
    if beyond := above(rules.text, measured if content.text.strip() else 0):
        level, limit = beyond
        words = {"network": case.name, "value": number_words(measured), "limit": number_words(limit)}
        if limit == 0:
            said = _("%(network)s: the text is not shown here.")
            yield case.warning(Code.TEXT_NOT_SHOWN, "text", said % words)
        elif case.platform == "threads":
            said = _(
                "%(network)s: the text has %(value)s characters. What is beyond %(limit)s becomes a reply to the post."
            )
            yield case.warning(Code.TEXT_TOO_LONG, "text", said % words)
        elif level is Level.ERROR:
            said = _("%(network)s: the text has %(value)s characters, the limit is %(limit)s. Shorten it.")
            yield case.error(Code.TEXT_TOO_LONG, "text", said % words)
        else:
            said = _(
                "%(network)s: the text has %(value)s characters. One page of HighLevel’s help gives %(limit)s as the"
                " limit."
            )
            yield case.warning(Code.TEXT_TOO_LONG, "text", said % words)
    yield from _other_lengths(case)
    tags = len(hashtags(content.text, case.platform))
    if beyond := above(rules.hashtags, tags):
        said = _("%(network)s: there are %(value)s hashtags, the limit is %(limit)s. Remove some.")
        words = {"network": case.name, "value": number_words(tags), "limit": number_words(beyond[1])}
        yield case.error(Code.HASHTAGS_TOO_MANY, "text", said % words)


def _other_lengths(case: Case) -> Iterator[Finding]:
    body, rules = case.content.text, case.rules
    if above(rules.text, utf16(body)):
        return
    if beyond := above(rules.encoded, encoded(body)):
        said = _(
            "%(network)s: the text has %(value)s characters once it is encoded for sending. One page of HighLevel’s"
            " help gives %(limit)s as the limit. Emoji and accents take the most room."
        )
        words = {"network": case.name, "value": number_words(encoded(body)), "limit": number_words(beyond[1])}
        yield case.warning(Code.TEXT_ENCODED_TOO_LONG, "text", said % words)
    if beyond := above(rules.octets, octets(body)):
        said = _("%(network)s: the text has %(value)s bytes, and the network counts bytes: the limit is %(limit)s.")
        words = {"network": case.name, "value": number_words(octets(body)), "limit": number_words(beyond[1])}
        yield case.warning(Code.TEXT_ENCODED_TOO_LONG, "text", said % words)
    if case.platform == "youtube" and ("<" in body or ">" in body):
        said = _("%(network)s: the signs < and > are not possible in a description.")
        yield case.warning(Code.TEXT_CHARACTERS, "text", said % {"network": case.name})


def follow_up_comment(case: Case) -> Iterator[Finding]:
    """Its length where there is one, or that there is none."""
    written = case.content.follow_up_comment.strip()
    if not written:
        return
    if case.network.comment is None:
        said = _("%(network)s: no follow-up comment is written here.")
        yield case.warning(Code.COMMENT_UNUSED, "follow_up_comment", said % {"network": case.name})
    elif beyond := above(case.network.comment, len(written)):
        said = _("%(network)s: the follow-up comment has %(value)s characters, the limit is %(limit)s. Shorten it.")
        words = {"network": case.name, "value": number_words(len(written)), "limit": number_words(beyond[1])}
        yield case.error(Code.COMMENT_TOO_LONG, "follow_up_comment", said % words)


def by_notification(case: Case) -> bool:
    """Whether a person is reminded to publish it with the app, where more is possible."""
    return bool(case.content.settings("instagram").get("publishViaPushNotification"))


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _texts(part, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part, path)
