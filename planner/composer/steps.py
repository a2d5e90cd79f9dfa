"""Small steps on a page that need no script: a file is added, moved or removed."""

from __future__ import annotations

from dataclasses import replace

from django.http import QueryDict

from planner.composer.writing import Written
from planner.remote import mime_of

MOST = 30  # files on a page; no network takes more than 20
MOVES = {"up": -1, "down": 1}


def page_stepped(page: Written, form: QueryDict) -> Written:
    """The page after `do`: `add` takes the addresses in `add`, one a line; `up:2`, `down:2` and `remove:2` act on the
    third file. Anything else changes nothing."""
    rows = page.sheet.media()
    verb, _colon, number = form.get("do", "").partition(":")
    place = int(number) if number.isdecimal() and len(number) < 4 else -1
    focus = ""
    if verb == "add":
        rows += _added(form)
        focus = "add"
    elif 0 <= place < len(rows) and verb == "remove":
        del rows[place]
        focus = "add"
    elif 0 <= place < len(rows) and verb in MOVES:
        to = min(max(place + MOVES[verb], 0), len(rows) - 1)
        rows.insert(to, rows.pop(place))
        focus = f"{_still(verb, to, len(rows))}:{to}"
    return replace(page, sheet=page.sheet.with_media(rows[:MOST]), focus=focus, deed="")


def page_with_added(page: Written, form: QueryDict) -> Written:
    """The page with the address that was typed and not added before the button was pressed, so that it is not lost."""
    added = _added(form)
    return replace(page, sheet=page.sheet.with_media([*page.sheet.media(), *added][:MOST])) if added else page


def _added(form: QueryDict) -> list[dict[str, str]]:
    urls = [line.strip() for line in form.get("add", "").splitlines() if line.strip()]
    return [{"media.url": url, "media.kind": mime_of(url, "")} for url in urls]


def _still(verb: str, place: int, number: int) -> str:
    """The button that goes on from there; at an end it is the other one."""
    if place == number - 1:
        return "up"
    return "down" if place == 0 else verb
