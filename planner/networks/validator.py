"""The one check that the composer, imports, queues and the check before a post is due all share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from planner.networks import rules_addresses, rules_details, rules_media, rules_post, rules_text
from planner.networks.content import AccountFacts, Content
from planner.networks.findings import Code, Finding, Level
from planner.networks.judging import Case
from planner.networks.table import NETWORKS


def check(content: Content, accounts: Sequence[AccountFacts], *, now: datetime) -> list[Finding]:
    """Everything that speaks against a post on these accounts at the aware instant `now`: errors first, in one order.

    Of the settings of networks that the post does not go to, only what HighLevel never takes is looked at. Of a draft
    it asks little: what would only stop it from being scheduled is a warning.
    """
    found = [*_general(content, accounts, now)]
    platforms = dict.fromkeys(account.platform for account in accounts)
    for platform in platforms:
        found += _on_network(content, platform, accounts, now)
    reached = {platform.removesuffix("-business") for platform in platforms}
    for name in content.details:
        if name in NETWORKS and name not in reached:
            unused = Case(content, name, NETWORKS[name], (), now)
            found += [each for each in rules_details.details(unused) if each.even_draft]
    if content.status == "draft":
        found = [each if each.even_draft else replace(each, level=Level.WARNING) for each in found]
    return sorted(found, key=lambda each: each.level is not Level.ERROR)


def _general(content: Content, accounts: Sequence[AccountFacts], now: datetime) -> Iterator[Finding]:
    yield from rules_post.accounts(content, accounts)
    yield from rules_post.labels(content)
    yield from rules_text.unsendable(content)
    yield from rules_addresses.addresses(content)
    yield from rules_media.each_file(content)
    yield from rules_post.schedule(content, now)


def _on_network(content: Content, platform: str, accounts: Sequence[AccountFacts], now: datetime) -> Iterator[Finding]:
    network = NETWORKS.get(platform)
    if network is None:
        said = _("%(network)s is a network that Rota does not know. Nothing could be checked.") % {"network": platform}
        yield Finding(Level.WARNING, Code.NETWORK_UNKNOWN, "accounts", platform, said)
        return
    case = Case(content, platform, network, tuple(each for each in accounts if each.platform == platform), now)
    if not network.supported:
        said = _("%(network)s: HighLevel does not publish there from other programs. Leave the account out.")
        yield case.error(Code.NETWORK_UNSUPPORTED, "accounts", said % {"network": case.name})
        return
    for rule in _RULES:
        yield from rule(case)


_RULES = (
    rules_post.kind,
    rules_text.text,
    rules_post.something,
    rules_media.numbers,
    rules_media.files,
    rules_details.details,
    rules_text.follow_up_comment,
    rules_post.link_preview,
)
