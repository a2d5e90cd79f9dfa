"""How a draft is carried into an edit session of HighLevel: the operations that turn one sequence into another, and
what the sequence looks like after each of them, which is how a replay that was cut off finds its place again.

Operations are named by keys and neighbours, not by numbers: HighLevel may number as it likes. A digest of None stands
for content that nobody can know beforehand, and equals any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from queues.schedule import Cycle, CycleItem, moves

Digest = str | None


class Verb(StrEnum):
    """What an operation does to an item."""

    CREATE = "create"
    CLONE = "clone"
    MOVE = "move"
    RESET = "reset"
    UPDATE = "update"
    DELETE = "delete"


class Operation(NamedTuple):
    """One operation on the item `key`. Where it takes a place, that is right behind the item `behind`, or with `top`
    before the item that goes next, or else last. `source` is the item that is cloned."""

    verb: Verb
    key: str
    behind: str | None = None
    top: bool = False
    source: str | None = None


class Shape(NamedTuple):
    """Items in turn, and what each says."""

    turn: tuple[str, ...]
    digests: Mapping[str, Digest]

    @property
    def said(self) -> list[Digest]:
        """The digests in turn."""
        return [self.digests[key] for key in self.turn]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is done to one item beside moving it. `source` is the item that it is a copy of, for a new one."""

    source: str | None = None
    reset: bool = False
    edited: bool = False


@dataclass(frozen=True)
class Plan:
    """The operations that turn `start` into `target`."""

    start: Shape
    target: Shape
    operations: tuple[Operation, ...]
    wanted: Mapping[str, Wanted]

    @classmethod
    def make(cls, start: Shape, target: Shape, wanted: Mapping[str, Wanted]) -> Plan:
        """Copies and new items and moves first, so that copies are made of what their sources said; then what they
        say; deletions last, when nothing needs those items as neighbours or sources any more."""
        return cls(start, target, tuple(_operations(start, target, wanted)), wanted)

    def shapes(self) -> Iterator[Shape]:
        """What there is before the first operation, and after each."""
        turn, digests = list(self.start.turn), dict(self.start.digests)
        yield Shape(tuple(turn), dict(digests))
        for operation in self.operations:
            self._apply(operation, turn, digests)
            yield Shape(tuple(turn), digests)

    def place_in(self, said: Sequence[Digest]) -> tuple[int, Shape] | None:
        """How many operations have been carried out when a session shows these digests in turn, and its shape; the
        fewest that explain it, None when none do. What comes after may safely be done once more."""
        for done, shape in enumerate(self.shapes()):
            if same(shape.said, said):
                return done, Shape(shape.turn, dict(shape.digests))
        return None

    def _apply(self, operation: Operation, turn: list[str], digests: dict[str, Digest]) -> None:
        if operation.verb is Verb.CLONE:
            digests[operation.key] = self.start.digests[operation.source or ""]
        elif operation.verb is Verb.RESET:
            digests[operation.key] = None
        elif operation.verb in (Verb.CREATE, Verb.UPDATE):
            digests[operation.key] = self.target.digests.get(operation.key)
        carry_out(operation, turn)


def carry_out(operation: Operation, turn: list[str]) -> None:
    """Make of a sequence what an operation makes of it."""
    if operation.verb in (Verb.MOVE, Verb.DELETE):
        turn.remove(operation.key)
    if operation.verb in (Verb.CREATE, Verb.CLONE, Verb.MOVE):
        place = 0 if operation.top else len(turn)
        if operation.behind is not None:
            place = turn.index(operation.behind) + 1
        turn.insert(place, operation.key)


def same(one: Sequence[Digest], other: Sequence[Digest]) -> bool:
    """Whether two sequences of digests agree."""
    return len(one) == len(other) and all(
        left is None or right is None or left == right for left, right in zip(one, other, strict=True)
    )


def turned(one: Sequence[Digest], other: Sequence[Digest]) -> bool:
    """Whether two sequences agree once one of them has gone on by some items."""
    size = len(one)
    if size != len(other):
        return False
    ahead = [*other, *other]
    return not size or any(same(one, ahead[first : first + size]) for first in range(size))


def _operations(start: Shape, target: Shape, wanted: Mapping[str, Wanted]) -> Iterator[Operation]:
    held = set(start.turn)
    away = {move.key for move in moves(_cycle(start.turn), _cycle(target.turn))}
    kept = [key for key in target.turn if key in held and key not in away]
    first = target.turn.index(kept[0]) if kept else 0
    before = start.turn[-1] if start.turn and not kept else None
    for key in target.turn[first:]:
        if key in away or key not in held:
            yield _placed(key, before, held, wanted)
        before = key
    for key in reversed(target.turn[:first]):
        yield from _ahead(key, held, wanted)
    for key in target.turn:
        if key in wanted:
            yield from _said(key, held, wanted[key])
    gone = set(start.turn) - set(target.turn)
    yield from (Operation(Verb.DELETE, key) for key in start.turn if key in gone)


def _placed(key: str, behind: str | None, held: set[str], wanted: Mapping[str, Wanted]) -> Operation:
    if key in held:
        return Operation(Verb.MOVE, key, behind)
    source = _source(key, held, wanted)
    return Operation(Verb.CLONE if source else Verb.CREATE, key, behind, source=source)


def _ahead(key: str, held: set[str], wanted: Mapping[str, Wanted]) -> Iterator[Operation]:
    """An item that goes out before all that stay: HighLevel makes it the next one, but copies only to a number."""
    source = _source(key, held, wanted)
    if source:
        yield Operation(Verb.CLONE, key, source, source=source)
    if key in held or source:
        yield Operation(Verb.MOVE, key, top=True)
    else:
        yield Operation(Verb.CREATE, key, top=True)


def _said(key: str, held: set[str], wish: Wanted) -> Iterator[Operation]:
    if key not in held and wish.source not in held:
        return  # it was created as it is meant to be
    if wish.reset:
        yield Operation(Verb.RESET, key)
    if wish.edited:
        yield Operation(Verb.UPDATE, key)


def _source(key: str, held: set[str], wanted: Mapping[str, Wanted]) -> str | None:
    """The item of HighLevel that a new one is a copy of, if it is still there to be copied."""
    source = wanted[key].source if key in wanted and key not in held else None
    return source if source in held else None


def _cycle(turn: Sequence[str]) -> Cycle:
    return Cycle(tuple(CycleItem(key, number) for number, key in enumerate(turn)))
