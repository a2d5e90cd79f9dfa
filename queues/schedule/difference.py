"""What a draft would change: its calendar against that of the live queue, and which items get another next date."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from queues.schedule.projection import Outing, Outings, Schedule


class ChangeKind(StrEnum):
    """What becomes of an outing."""

    SAME = "same"
    MOVED = "moved"
    ALTERED = "altered"
    """At the same instant, but with another variation or skip mark."""
    NEW = "new"
    GONE = "gone"


class OutingChange(NamedTuple):
    """One outing of an item as it was and as it will be; None where there is none."""

    before: Outing | None
    after: Outing | None

    @property
    def kind(self) -> ChangeKind:
        """What becomes of it."""
        if self.before is None:
            return ChangeKind.NEW
        if self.after is None:
            return ChangeKind.GONE
        if self.before.at != self.after.at:
            return ChangeKind.MOVED
        same = (self.before.variation, self.before.skipped) == (self.after.variation, self.after.skipped)
        return ChangeKind.SAME if same else ChangeKind.ALTERED

    @property
    def key(self) -> str:
        """The item's key."""
        return self._one.key

    @property
    def at(self) -> datetime:
        """When it happens: the new instant, or the old one of an outing that is gone."""
        return self._one.at

    @property
    def _one(self) -> Outing:
        found = self.after or self.before
        assert found is not None
        return found


def compare_calendars(live: Schedule, draft: Schedule, start: datetime, end: datetime) -> list[OutingChange]:
    """What becomes of every outing that one of the two has in [start, end), by time.

    The first outing of an item in the live queue is paired with its first in the draft, the second with the second, and
    so on; so an outing that leaves the window is MOVED, with its new instant, and shows from both sides.
    """
    before, after = live.between(start, end), draft.between(start, end)
    changes = [OutingChange(outing, _same_outing(outing, live, draft, after)) for outing in before]
    seen = {change.after.turn for change in changes if change.after}
    arrivals = (outing for outing in after if outing.turn not in seen)
    changes += [OutingChange(_same_outing(outing, draft, live, before), outing) for outing in arrivals]
    return sorted(changes, key=lambda change: (change.at, change.key))


def redated(live: Schedule, draft: Schedule) -> list[OutingChange]:
    """The items whose next outing is not what it was, as they stand in the draft, those that are gone last."""
    return [change for change in _next_changes(live, draft) if change.kind is not ChangeKind.SAME]


def _next_changes(live: Schedule, draft: Schedule) -> Iterator[OutingChange]:
    before = {outing.key: outing for outing in live.next_of_every()}
    for outing in draft.next_of_every():
        yield OutingChange(before.pop(outing.key, None), outing)
    for outing in before.values():
        yield OutingChange(outing, None)


def _same_outing(outing: Outing, there: Schedule, here: Schedule, window: Outings) -> Outing | None:
    """The outing that an item has here, when it has had as many turns as there; looked for in a window first."""
    place = here.cycle.places.get(outing.key)
    if place is None:
        return None
    turn = outing.turn // len(there.cycle) * len(here.cycle) + place
    if 0 <= turn - window.first < len(window):
        return window[turn - window.first]
    return here.turn(turn)
