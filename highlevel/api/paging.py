"""Walking through a list that HighLevel gives by skip and limit."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from highlevel.api.errors import BadReply

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list. `skip` says how many came before; `count` how many there are, if HighLevel said so."""

    rows: tuple[T, ...]
    count: int | None
    skip: int
    limit: int

    @property
    def next_skip(self) -> int:
        """Where the page after this one starts."""
        return self.skip + len(self.rows)

    @property
    def is_last(self) -> bool:
        """Whether nothing can follow.

        A short page that still leaves the count unreached is not the last: HighLevel may cap a page below the limit
        that was asked for, and it does not say where.
        """
        if not self.rows or self.next_skip == self.count:
            return True
        return len(self.rows) < self.limit and (self.count is None or self.next_skip > self.count)


def walk(
    fetch: Callable[[int, int], Page[T]],
    *,
    page_size: int,
    identity: Callable[[T], Hashable],
    operation: str,
    start_skip: int = 0,
) -> Iterator[Page[T]]:
    """Page after page, with no request more than needed. Raises BadReply when a page comes a second time."""
    skip = start_skip
    seen: set[Hashable] = set()
    while True:
        page = fetch(skip, page_size)
        if page.rows:
            first = identity(page.rows[0])
            if first in seen:
                raise BadReply(f"the page at skip={skip} came twice", operation=operation)
            seen.add(first)
        yield page
        if page.is_last:
            return
        skip = page.next_skip
