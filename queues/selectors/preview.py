"""The calendar of a draft against that of the live queue."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from queues.content import ACCOUNTS, Content, files_of
from queues.draft_contents import draft_content
from queues.models import DraftItem, EditSession, QueueItem
from queues.schedule import ChangeKind, OutingChange, compare_calendars
from queues.selectors.lines import Draft, text_of


@dataclass(frozen=True, slots=True)
class Planned:
    """One outing in the preview. `at` is its aware instant; of one that is gone, the instant at which it was.

    `was_at` is its instant in the live queue, None for a new one; `variation` is the index of the one that goes out.
    """

    key: str
    at: datetime
    was_at: datetime | None
    kind: ChangeKind
    is_skipped: bool
    variation: int
    text: str
    thumbnail: str
    account_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PreviewDay:
    """The outings of one day of the client's calendar."""

    day: date
    outings: list[Planned]


@dataclass(frozen=True, slots=True)
class Preview:
    """The days of a window that have outings, and how many outings are in each kind of change."""

    days: list[PreviewDay]
    tally: Mapping[ChangeKind, int]


def preview(
    session: EditSession, *, start: datetime, end: datetime, now: datetime, account_ids: Collection[str] = ()
) -> Preview:
    """What the queue will publish in [start, end) (aware instants) once the draft is saved, and what that changes.

    `account_ids` (HighLevel's) narrows it to items that go out on one of them. Two queries.
    """
    draft = Draft(session, now)
    changes = compare_calendars(draft.live_schedule, draft.schedule, start, end)
    said = _contents(session, {change.key for change in changes})
    wanted = set(account_ids)
    shown = [(change, said.get(change.key, {})) for change in changes]
    planned = [
        _planned(change, content)
        for change, content in shown
        if not wanted or wanted & set(content.get(ACCOUNTS) or ())
    ]
    location = session.queue.location
    tally = {kind: sum(one.kind is kind for one in planned) for kind in ChangeKind}
    days = [
        PreviewDay(day, list(outings))
        for day, outings in groupby(planned, key=lambda one: location.local(one.at).date())
    ]
    return Preview(days, tally)


def _planned(change: OutingChange, content: Content) -> Planned:
    one = change.after or change.before
    assert one is not None
    files = files_of(content)
    return Planned(
        key=change.key,
        at=change.at,
        was_at=change.before.at if change.before else None,
        kind=change.kind,
        is_skipped=one.skipped,
        variation=one.variation,
        text=text_of(content, one.variation),
        thumbnail=str(files[0].get("thumbnail") or files[0].get("url") or "") if files else "",
        account_ids=tuple(content.get(ACCOUNTS) or ()),
    )


def _contents(session: EditSession, keys: Collection[str]) -> dict[str, Content]:
    held = {}
    if session.pk is not None:
        held = {item.key: item for item in DraftItem.objects.filter(session=session) if item.key in keys}
    plain = [int(key) for key in keys if key.isdigit() and key not in held]
    rows = {str(row.pk): row for row in QueueItem.objects.filter(pk__in=plain).defer("remote")}
    said = {key: draft_content(row, None) for key, row in rows.items()}
    return said | {key: draft_content(None, item) for key, item in held.items()}
