"""Finding what a row names: its location, accounts, category, tags and approver."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Any

from accounts.models import ConnectedAccount, Platform
from planner.imports.draft import Draft, listed
from planner.imports.options import ABSENT
from planner.imports.places import Place, same_name
from planner.imports.problems import Problem, problem

if TYPE_CHECKING:
    from planner.imports.plans import Setting

NETWORKS: dict[str, tuple[str, ...]] = {
    "facebook": ("facebook",),
    "instagram": ("instagram",),
    "tiktok": ("tiktok", "tiktok-business"),
    "youtube": ("youtube",),
    "linkedin": ("linkedin",),
    "pinterest": ("pinterest",),
    "threads": ("threads",),
    "bluesky": ("bluesky",),
    "google_business": ("google",),
}
# What people write instead; not among the choices that a problem names.
_ALSO: dict[str, tuple[str, ...]] = {
    "google": ("google",),
    "gmb": ("google",),
    "tiktok_business": ("tiktok-business",),
}
# How a platform is written in a file.
WORD_OF = {platform: word.upper() for word, platforms in NETWORKS.items() for platform in platforms}
MARKS = re.compile(r"([,;#\n])")  # between the entries of a cell that names accounts or networks
_ABSENT = {**ABSENT, "x": "X"}


def place_named(cells: Mapping[str, str], setting: Setting, problems: list[Problem]) -> Place | None:
    """The location of a row that the person may write in; None with a problem otherwise."""
    places, label = setting.places, setting.label
    pk = setting.location
    if pk is None:
        pk = _location(cells, setting, problems)
    if pk is None:
        return None
    place = places.get(pk)
    if place is None or not place.may_write:
        key = "location_id" if cells.get("location_id") else "location"
        name = place.location.name if place else ""
        problems.append(problem("location_not_yours", label(key), cells.get(key, ""), location=name))
        return None
    return place


def _location(cells: Mapping[str, str], setting: Setting, problems: list[Problem]) -> int | None:
    about: dict[str, Any]
    places, label = setting.places, setting.label
    told, name = cells.get("location_id", ""), cells.get("location", "")
    if not told and not name:
        columns = setting.named("location_id", "location")
        problems.append(problem("location_missing", columns.partition(" / ")[0], columns=columns))
        return None
    by_id = places.find_id(told) if told else None
    by_name = places.find_name(name) if name else []
    unknown = "location_beyond_key" if places.limited else "location_unknown"
    if told and by_id is None:
        problems.append(problem(unknown, label("location_id"), told))
        return None
    if name and not by_name:
        problems.append(problem(unknown, label("location"), name))
        return None
    if by_id is not None:
        if by_name and by_id not in by_name:
            about = {"id_column": label("location_id"), "name_column": label("location")}
            problems.append(problem("location_contradiction", label("location"), name, **about))
            return None
        return by_id
    if len(by_name) > 1:
        named = problem(
            "location_ambiguous", label("location"), name, number=len(by_name), id_column=label("location_id")
        )
        problems.append(named)
        return None
    return by_name[0]


def accounts_named(draft: Draft, cells: Mapping[str, str], place: Place, setting: Setting) -> dict[int, str]:
    """The keys of the accounts of a row, with their networks. What the settings of networks say by name is given to
    the accounts here."""
    found: dict[int, str] = {}
    named, networks = _accounts_in(cells.get("accounts", ""), place), _networks_in(cells)
    wanted = {platform for word in networks for platform in _known(word)}
    chosen: set[str] = set()
    for word in named:
        chosen |= _add_named(found, draft, word, place, wanted)
    for word in networks:
        _add_network(found, chosen, draft, word, place, setting)
    if not named and not networks:
        found = {pk: place.accounts[pk].platform for pk in setting.accounts if pk in place.accounts}
        if not found and setting.accounts:
            draft.problems.append(problem("accounts_gone"))
        elif not found:
            columns = setting.named("accounts", "networks")
            draft.problems.append(problem("account_missing", columns.partition(" / ")[0], columns=columns))
    _give_to_accounts(draft, [place.accounts[pk] for pk in found])
    return found


def _add_named(found: dict[int, str], draft: Draft, word: str, place: Place, wanted: Set[str]) -> set[str]:
    """Add the account of that name, or those that the row's networks tell apart; the networks that the name speaks for,
    also where it is not clear enough."""
    hits = place.by_word.get(same_name(word), [])
    told = [account for account in hits if account.platform in wanted]
    if len(hits) > 1 and told and len({account.platform for account in told}) == len(told):
        hits = told
    if not hits:
        draft.complain("account_unknown", "accounts", word, location=place.location.name)
    elif len(hits) > 1 and hits is not told:
        draft.complain("account_ambiguous", "accounts", word, number=len(hits), location=place.location.name)
    else:
        found.update({account.pk: account.platform for account in hits})
    return {account.platform for account in hits}


def networks_known(draft: Draft, cells: Mapping[str, str]) -> None:
    """Complain of what is no network at all, whichever accounts there are."""
    for word in _networks_in(cells):
        _platforms(draft, word)


def _networks_in(cells: Mapping[str, str]) -> list[str]:
    return listed(MARKS.sub(",", cells.get("networks", "")), ",")


def _accounts_in(cell: str, place: Place) -> list[str]:
    """The accounts that a cell names. Marks of lists part them unless they belong to a name: “Harbour, London” may be
    one account."""
    pieces = MARKS.split(cell)  # each other one is a mark
    lengths = sorted({len(MARKS.split(word)) for word in place.by_word}, reverse=True) if pieces[1:] else []
    found: list[str] = []
    first = 0
    while first < len(pieces):
        wholes = ((length, "".join(pieces[first : first + length])) for length in lengths)
        length, name = next((each for each in wholes if same_name(each[1]) in place.by_word), (1, pieces[first]))
        found.append(name.strip())
        first += length + 1
    return [name for name in found if name]


def _platforms(draft: Draft, word: str) -> tuple[str, ...]:
    """The platforms that a network's name stands for; none, with a problem, for another word."""
    found, name = _known(word), _plain(word)
    if name in _ABSENT:
        draft.complain("network_unavailable", "networks", word, network=_ABSENT[name])
    elif not found:
        draft.complain("network_unknown", "networks", word, choices=", ".join(map(str.upper, NETWORKS)))
    return found


def _known(word: str) -> tuple[str, ...]:
    return NETWORKS.get(_plain(word)) or _ALSO.get(_plain(word)) or ()


def _plain(word: str) -> str:
    return word.lower().replace(" ", "_").replace("-", "_")


def _add_network(
    found: dict[int, str], chosen: set[str], draft: Draft, word: str, place: Place, setting: Setting
) -> None:
    """The one account on a network, unless one of it is named already."""
    platforms = _platforms(draft, word)
    if not platforms or chosen & {*platforms}:
        return
    hits = [account for platform in platforms for account in place.by_network.get(platform, [])]
    about = {"network": Platform(platforms[0]).label, "location": place.location.name}
    if not hits:
        draft.complain("network_account_missing", "networks", word, **about)
    elif len(hits) > 1:
        about = {**about, "column_of_accounts": setting.label("accounts")}
        draft.complain("network_account_ambiguous", "networks", word, number=len(hits), **about)
    else:
        found[hits[0].pk] = hits[0].platform


def _give_to_accounts(draft: Draft, accounts: list[ConnectedAccount]) -> None:
    """Turn lists of user names and boards into what HighLevel takes: those of each account."""
    instagram, pinterest = draft.details.get("instagram", {}), draft.details.get("pinterest", {})
    if names := instagram.get("collaborators"):
        invited = {one.remote_id: names for one in accounts if one.platform == Platform.INSTAGRAM}
        instagram["collaborators"] = invited
    if boards := pinterest.get("pinterestBoards"):
        pins = [one.remote_id for one in accounts if one.platform == Platform.PINTEREST]
        pinterest["pinterestBoards"] = [{"accountId": name, "boards": boards} for name in pins]


def labels_named(draft: Draft, cells: Mapping[str, str], place: Place) -> dict[str, Any]:
    """The keys of the row's category and tags. Those that the location lacks are made by HighLevel's own import."""
    category, tags = None, []
    if name := cells.get("category"):
        held = place.categories.get(same_name(name))
        if held is not None:
            category = held.pk
        elif not draft.by_highlevel:
            draft.complain("category_unknown", "category", name, location=place.location.name)
    for name in tags_of(cells):
        tag = place.tags.get(same_name(name))
        if tag is None:
            if not draft.by_highlevel:
                draft.complain("tag_unknown", "tags", name, location=place.location.name)
        elif tag.pk not in tags:
            tags.append(tag.pk)
    return {"category": category, "tags": tags}


def tags_of(cells: Mapping[str, str]) -> list[str]:
    """The names of the row's tags."""
    return listed(cells.get("tags", "").replace(",", "#"))


def approver_named(draft: Draft, cells: Mapping[str, str], place: Place, setting: Setting) -> str:
    """The HighLevel id of who approves the row first, or empty."""
    name = cells.get("approver", "")
    if not name:
        return setting.approver
    hits = place.approvers.get(same_name(name), set())
    if len(hits) != 1:
        draft.complain("approver_unknown", "approver", name, location=place.location.name)
        return ""
    return next(iter(hits))
