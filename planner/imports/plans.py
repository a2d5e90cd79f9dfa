"""From the cells of a row to its plan: the posts that the row asks for, in a form that a row can keep."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from planner.composing import Composition, MediaItem
from planner.imports.addresses import media_problem, page_problem
from planner.imports.columns import FileKind
from planner.imports.dates import BadDate, DateOrder, read_moment, second_time
from planner.imports.draft import LIST_MARK, Draft, listed
from planner.imports.gate import gate_problems, says_something
from planner.imports.naming import (
    accounts_named,
    approver_named,
    labels_named,
    networks_known,
    place_named,
    tags_of,
)
from planner.imports.options import read_options
from planner.imports.places import Place, Places
from planner.imports.problems import Problem, problem
from planner.imports.unused import complain_of_unused
from planner.models import PostStatus, PostType

Plan = dict[str, Any]
NETWORK_OF = {"tiktok-business": "tiktok"}  # platforms whose columns are those of another
MOST_IMAGES = 10  # of a row of HighLevel's own files
IN_ORDER = json.JSONEncoder(sort_keys=True).encode
# What spreadsheets show where a formula fails, as often as not for a text that begins with a dash.
FAILED_FORMULAS = frozenset(  # in English, Spanish and German
    (
        "#NULL!",
        "#DIV/0!",
        "#VALUE!",
        "#REF!",
        "#NAME?",
        "#NUM!",
        "#N/A",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "#CONNECT!",
        "#BUSY!",
        "#UNKNOWN!",
        "#GETTING_DATA",
        "#¡NULO!",
        "#¡DIV/0!",
        "#¡VALOR!",
        "#¡REF!",
        "#¿NOMBRE?",
        "#¡NUM!",
        "#N/D",
        "#WERT!",
        "#BEZUG!",
        "#ZAHL!",
        "#NV",
    )
)
STATUSES = {"draft": PostStatus.DRAFT.value, "scheduled": PostStatus.SCHEDULED.value}


@dataclass(frozen=True, slots=True)
class Setting:
    """What every row of a file is read with. `label` gives the file's header of a column key, `columns` are the keys of
    those that the file has.

    `location`, `accounts` (keys) and `approver` (HighLevel's id) are those of a file that cannot name its own.
    `by_highlevel`: the rows go through HighLevel's own import, which can do some things that its API cannot.
    """

    kind: FileKind
    label: Callable[[str], str]
    columns: tuple[str, ...]
    places: Places
    now: datetime
    order: DateOrder = DateOrder.ASK
    location: int | None = None
    accounts: tuple[int, ...] = ()
    approver: str = ""
    by_highlevel: bool = False

    def named(self, *keys: str) -> str:
        """How the file calls those of the columns that it has, or the samples all of them when it has none."""
        return " / ".join(map(self.label, [key for key in keys if key in self.columns] or keys))


@dataclass(slots=True)
class Reading:
    """What became of a row: a plan unless something blocks it, and what was found."""

    plan: Plan | None = None
    problems: list[Problem] = field(default_factory=list)
    fingerprint: str = ""
    location: int | None = None


def read_row(cells: Mapping[str, str], setting: Setting) -> Reading:
    """Read one row; `cells` holds what is not empty, by column key."""
    problems: list[Problem] = []
    place = place_named(cells, setting, problems)
    if place is None:
        return Reading(problems=_without_place(cells, setting, problems))
    if not setting.places.speaks(place.location.pk):
        problems.append(problem("uploader_unmatched", location=place.location.name))
    draft = Draft(setting.label, setting.order, place.zone, setting.by_highlevel, problems=problems)
    for key, value in cells.items():
        if value in FAILED_FORMULAS:
            draft.complain("formula_failed", key, value)
    read_options(draft, dict(cells))
    if setting.kind == FileKind.AGENCY:
        _read_agency(draft, cells)
    else:
        _read_highlevel(draft, cells)
    at = _when(draft, cells, setting)
    accounts = accounts_named(draft, cells, place, setting)
    plan: Plan = {
        "location": place.location.pk,
        "at": at.isoformat() if at else None,
        "status": PostStatus.DRAFT.value,
        "title": cells.get("title", "")[:255],
        "comment": cells.get("comment", ""),
        "approver": approver_named(draft, cells, place, setting),
        "watermark": draft.watermark,
        **labels_named(draft, cells, place),
        "posts": _posts(draft, accounts),
    }
    plan["status"] = _status(draft, cells, plan)
    _judge_addresses(draft)
    if accounts:
        complain_of_unused(draft, cells, {NETWORK_OF.get(name, name) for name in accounts.values()}, setting)
    found = Reading(problems=draft.problems, location=place.location.pk)
    if any(one.blocks for one in draft.problems):
        return found
    found.problems += plan_problems(plan, cells, place, setting)
    if not any(one.blocks for one in found.problems):
        found.plan, found.fingerprint = plan, _fingerprint(plan, cells)
    return found


def _without_place(cells: Mapping[str, str], setting: Setting, problems: list[Problem]) -> list[Problem]:
    """What else is wrong with a row whose location is not known, as far as that needs none: told at once, not one after
    the other."""
    draft = Draft(setting.label, setting.order, UTC, problems=problems)
    networks_known(draft, cells)
    if cells.get("status"):
        draft.choice("status", cells["status"], STATUSES)
    if when := cells.get("when"):
        try:
            read_moment(when, zone=UTC, order=setting.order)
        except BadDate as bad:
            draft.complain(bad.code, "when", when, **bad.about)
    return draft.problems


def compositions(plan: Plan, place: Place) -> list[Composition]:
    """What the plan asks to be written. Raises LookupError when the location no longer has something it names."""
    category = place.category(plan["category"])
    tags = {tag.pk: tag for tag in place.tags.values()} if plan["tags"] else {}
    if plan["category"] and category is None:
        raise LookupError("category")
    at = datetime.fromisoformat(plan["at"]) if plan["at"] else None
    return [
        Composition(
            location=place.location,
            accounts=tuple(place.accounts[pk] for pk in post["accounts"]),
            text=post["text"],
            versions=post["versions"],
            type=post["type"],
            media=tuple(MediaItem(**item) for item in post["media"]),
            details=post["details"],
            follow_up_comment=plan["comment"],
            category=category,
            tags=tuple(tags[pk] for pk in plan["tags"]),
            link_preview={"metaLink": post["link"]} if post["link"] else {},
            scheduled_at=at,
            status=plan["status"],
            approver=plan["approver"],
            title=plan["title"],
            apply_watermark=plan["watermark"],
        )
        for post in plan["posts"]
    ]


def _read_agency(draft: Draft, cells: Mapping[str, str]) -> None:
    draft.texts[""] = cells.get("text", "")
    if media := cells.get("media"):
        draft.files("", "media", listed(media))


def _read_highlevel(draft: Draft, cells: Mapping[str, str]) -> None:
    """Text, link and media as HighLevel's own import takes them: with media the link goes to the end of the text."""
    text, link = cells.get("text", ""), cells.get("link", "")
    kinds = [key for key in ("images", "gif", "videos") if cells.get(key)]
    if len(kinds) > 1:
        draft.complain("media_kinds", kinds[1], cells[kinds[1]])
    for key, family in (("images", "image"), ("gif", "gif"), ("videos", "video")):
        urls = listed(cells.get(key, ""), ",")
        if len(urls) > (1 if key == "gif" else MOST_IMAGES):
            draft.complain("media_too_many", key, most=1 if key == "gif" else MOST_IMAGES)
        elif urls:
            draft.files("", key, urls, family)
    if kinds and link:
        text = f"{text} {link}".strip()
    elif link:
        draft.links[""] = link
    if cover := cells.get("thumbnail"):
        draft.covers[""] = cover
    draft.texts[""] = text


def _when(draft: Draft, cells: Mapping[str, str], setting: Setting) -> datetime | None:
    text = cells.get("when", "")
    if not text:
        return None
    try:
        moment = read_moment(text, zone=draft.zone, order=setting.order)
    except BadDate as bad:
        draft.complain(bad.code, "when", text, **bad.about)
        return None
    if moment.at <= setting.now:
        draft.complain("date_past", "when", text)
    elif moment.twice:
        draft.complain("time_twice", "when", text, zone=str(draft.zone), second=second_time(moment.at, draft.zone))
    return moment.at


def _status(draft: Draft, cells: Mapping[str, str], plan: Plan) -> str:
    wanted = draft.choice("status", cells["status"], STATUSES) if cells.get("status") else None
    if wanted == PostStatus.SCHEDULED and not cells.get("when"):
        draft.complain("status_without_date", "status", cells["status"])
    if wanted == PostStatus.DRAFT or plan["at"] is None:
        return PostStatus.DRAFT.value
    return PostStatus.IN_REVIEW.value if plan["approver"] else PostStatus.SCHEDULED.value


def _posts(draft: Draft, accounts: Mapping[int, str]) -> list[dict[str, Any]]:
    """The posts it takes, because HighLevel knows one type, one set of media and one link a post.

    `accounts` are keys with their networks. Texts that differ stay versions of one post.
    """
    groups: dict[str, dict[str, Any]] = {}
    for pk, platform in accounts.items():
        network = NETWORK_OF.get(platform, platform)
        shared = {
            "type": draft.types.get(network, PostType.POST.value),
            "media": _media(draft, network),
            "link": draft.links.get(network) or draft.links.get("", ""),
        }
        key = json.dumps(shared)
        group = groups.setdefault(key, {"accounts": [], **shared, "versions": {}, "details": {}})
        group["accounts"].append(pk)
        if network in draft.texts:
            group["versions"][platform] = draft.texts[network]
        if network in draft.details:
            group["details"][network] = draft.details[network]
    base = draft.texts.get("", "")
    for group in groups.values():
        group["text"], group["versions"] = _without_needless(base, group, accounts)
    return list(groups.values())


def _without_needless(base: str, group: Mapping[str, Any], accounts: Mapping[int, str]) -> tuple[str, dict[str, str]]:
    """One text and the versions that differ from it; a text that every account has is the text itself."""
    texts = {accounts[pk]: group["versions"].get(accounts[pk], base) for pk in group["accounts"]}
    if len(set(texts.values())) == 1:
        return next(iter(texts.values())), {}
    return base, {platform: text for platform, text in texts.items() if text != base}


def _media(draft: Draft, network: str) -> list[dict[str, Any]]:
    files = draft.media.get(network) or draft.media.get("", [])
    cover, alt = draft.covers.get(network) or draft.covers.get("", ""), draft.alts.get(network, "")
    made, covered = [], _covered([file["kind"] for file in files])
    for place, file in enumerate(files):
        item = {"url": file["url"], "kind": file["kind"]}
        if cover and place == covered:
            item["thumbnail"] = cover
        if alt:
            item["alt_text"] = alt
        made.append(item)
    return made


def _covered(kinds: Sequence[str]) -> int:
    """The place of the file that gets the cover: HighLevel shows that of the first video, and a file without a kind may
    be one."""
    videos = (place for place, kind in enumerate(kinds) if kind.startswith("video"))
    return next(videos, kinds.index("") if "" in kinds else 0)


def _judge_addresses(draft: Draft) -> None:
    for files in draft.media.values():
        for file in files:
            mark = "," if file["column"] in ("images", "gif", "videos") else LIST_MARK
            draft.problems += filter(None, [media_problem(file["url"], draft.label(file["column"]), mark=mark)])
    for network, cover in draft.covers.items():
        key = f"{network}.Thumbnail" if network else "thumbnail"
        draft.problems += filter(None, [media_problem(cover, draft.label(key), mark=LIST_MARK)])
    for network, link in draft.links.items():
        draft.problems += filter(None, [page_problem(link, draft.label(f"{network}.Link" if network else "link"))])


def plan_problems(plan: Plan, cells: Mapping[str, str], place: Place, setting: Setting) -> list[Problem]:
    """Hold the plan against what the networks and HighLevel take: the gate that writing passes too. Raises LookupError
    as `compositions` does."""
    found: list[Problem] = []
    for composition in compositions(plan, place):
        if not says_something(composition):
            return [*found, problem("content_missing", setting.label("text"))]
        found += gate_problems(
            composition,
            may_send=place.may_send,
            by_highlevel=setting.by_highlevel,
            now=setting.now,
            filled=cells,
            columns=setting.columns,
            label=setting.label,
        )
    return found


def _fingerprint(plan: Plan, cells: Mapping[str, str]) -> str:
    """The same for rows that would say the same to the same accounts at the same time, whatever their title. Category
    and tags count by their names: HighLevel's own import makes those that are new."""
    said: dict[str, Any] = {key: value for key, value in plan.items() if key != "title"}
    said["category"] = cells.get("category", "").casefold()
    said["tags"] = sorted({name.casefold() for name in tags_of(cells)})
    return hashlib.blake2b(IN_ORDER(said).encode(), digest_size=16).hexdigest()
