"""Going through a list page by page, so that a killed run can go on and nobody is declared gone by mistake."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Max

from highlevel.api.errors import BadReply
from highlevel.api.paging import Page
from highlevel.api.payload import Payload
from highlevel.models import PullPage, PullState
from highlevel.pull.reading import Read, readable, row_name
from highlevel.pull.session import Pull

PAGE_SIZE = 100
RESUME_WITHIN = timedelta(minutes=15)
CHANGED = -1  # stands for the count of a listing that moved while it was read: it is never resumed

P = TypeVar("P", bound=Payload)
Fetch = Callable[[int, int], Page[Any]]


class ListingChanged(Exception):
    """A listing that was to be resumed is not the same any more: it has to be read from the start."""


@dataclass(slots=True)
class Walk:
    """One listing under way. `seen` are the distinct ids so far, of this run and of those it resumes.

    Rows shift between pages when the list changes meanwhile. `is_whole` is True only when the distinct ids are as many
    as HighLevel counted and that count stayed the same from the first page to the last.
    """

    name: str
    fetch: Fetch
    operation: str
    page_size: int = PAGE_SIZE
    count: int | None = None
    skip: int = 0
    seen: set[str] = field(default_factory=set)
    last_id: str | None = None
    steady: bool = True
    ended: bool = False
    resumed: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether `seen` is provably everything."""
        return self.ended and self.steady and self.count is not None and len(self.seen) == self.count

    def pages(self, pull: Pull) -> Iterator[Page[Any]]:
        """The pages that are still to be read, with no request more than needed.

        Raises BadReply when a page comes twice, OutOfTime between pages, and ListingChanged on the first page after a
        resumption when count or rows differ from before.
        """
        starts: set[str] = set()
        while not self.ended:
            page = self._next(pull)
            ids = [name for name in map(row_name, page.rows) if name]
            if ids:
                if ids[0] in starts:
                    raise BadReply(f"the page at skip={page.skip} came twice", operation=self.operation)
                starts.add(ids[0])
                self.last_id = ids[-1]
            self.seen.update(ids)
            self.skip = page.next_skip
            self.ended = page.is_last
            yield page

    def _next(self, pull: Pull) -> Page[Any]:
        pull.check_time()
        if self.resumed:
            return self._overlap()
        page = self.fetch(self.skip, self.page_size)
        if self.skip == 0:
            self.count = page.count
            pull.expect(page.count)
        elif page.count != self.count:
            self.steady = False
        return page

    def _overlap(self) -> Page[Any]:
        """The next page with one row of the page before, which proves that nothing has moved."""
        page = self.fetch(self.skip - 1, self.page_size)
        self.resumed = False
        if page.count != self.count or not page.rows or row_name(page.rows[0]) != self.last_id:
            raise ListingChanged(self.name)
        return page


def walk_all(
    pull: Pull,
    *,
    operation: str,
    fetch: Fetch,
    cls: type[P],
    save: Callable[[list[Read[P]], datetime], int],
    gone: Callable[[Collection[str], datetime], int],
) -> None:
    """Mirror a list that is short enough to be read in one go.

    `save` gets a page's readable rows inside its transaction, `gone` the ids seen once they are provably all; both
    return how many rows they wrote.
    """
    walk = Walk("all", fetch, operation)
    for page in walk.pages(pull):
        rows = list(readable(pull, cls, page.rows, operation=operation))
        with pull.page() as now:
            pull.tally.seen += len(page.rows)
            pull.tally.written += save(rows, now)
            if walk.is_whole:
                pull.tally.gone += gone(walk.seen, now)


@dataclass(slots=True)
class Trail:
    """What one step of one location has read of its listings, kept page by page until the step ends.

    `about` is what makes the listings the same when they are resumed (the windows asked for); it is the step's own.
    """

    state: PullState
    about: dict[str, Any]
    counts: dict[str, int | None]
    kept: bool = False

    @classmethod
    def find(cls, pull: Pull, *, fresh: dict[str, Any], now: datetime) -> Trail:
        """The trail to follow: the one that an earlier run left if it is young enough, else a new one with `fresh`."""
        state, _ = PullState.objects.get_or_create(location=pull.location, step=pull.run.step)
        trail = cls(state, fresh, {}, kept=bool(state.cursor))
        if not state.cursor:
            return trail
        newest = state.pages.aggregate(at=Max("kept_at"))["at"]
        moved = CHANGED in state.cursor["counts"].values()
        if moved or newest is None or now - newest >= RESUME_WITHIN:
            trail.drop(pull, fresh)
            return trail
        return cls(state, state.cursor["about"], state.cursor["counts"], kept=True)

    def drop(self, pull: Pull, fresh: dict[str, Any]) -> None:
        """Forget what was read, and begin again with `fresh`. Raises ClaimLost."""
        with pull.page():
            PullPage.objects.filter(state=self.state).delete()
            PullState.objects.filter(pk=self.state.pk).update(cursor={})
        self.about, self.counts, self.kept = fresh, {}, False

    def resume(self, walk: Walk) -> None:
        """Give a walk back what earlier runs have seen of it."""
        if walk.name not in self.counts:
            return
        rows = PullPage.objects.filter(state=self.state, listing=walk.name).order_by("skip")
        for skip, ids in rows.values_list("skip", "ids"):
            walk.skip = skip + len(ids)
            walk.seen.update(filter(None, ids))
            walk.last_id = ids[-1] if ids else None
        walk.count = self.counts[walk.name]
        if walk.skip:
            walk.ended = walk.skip == walk.count
            walk.resumed = not walk.ended

    def keep(self, walk: Walk, page: Page[Any], now: datetime) -> None:
        """Remember a page in its own transaction. A listing of one page is not worth remembering."""
        if page.skip == 0 and walk.ended:
            return
        ids = [row_name(row) for row in page.rows]
        # What could not be told apart was not read, so the listing as a whole has to be asked for again.
        count = walk.count if walk.steady and None not in ids else CHANGED
        if walk.name not in self.counts or (count == CHANGED and self.counts[walk.name] != CHANGED):
            self._count(walk.name, count)
        PullPage.objects.create(state=self.state, listing=walk.name, skip=page.skip, ids=ids, kept_at=now)

    def _count(self, name: str, count: int | None) -> None:
        self.counts[name] = count
        self.state.cursor = {"about": self.about, "counts": self.counts}
        PullState.objects.filter(pk=self.state.pk).update(cursor=self.state.cursor)
        self.kept = True

    def end(self) -> None:
        """The step is done: drop what was kept. Call it in the transaction of the step's last page."""
        if self.kept:
            PullPage.objects.filter(state=self.state).delete()
            PullState.objects.filter(pk=self.state.pk).update(cursor={})
