"""The order of a cycle, against a plain list of keys in turn."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from queues.schedule import STEP, Cycle, CycleItem, moves

from .reference import cycles


def numbered(*orders: float, current: float | None = None) -> Cycle:
    """Items a, b, c, ... of these orders."""
    return Cycle.read([CycleItem(chr(97 + number), order) for number, order in enumerate(orders)], current)


def keys(cycle: Cycle) -> str:
    """The keys in turn."""
    return "".join(item.key for item in cycle.in_turn)


def orders(cycle: Cycle) -> dict[str, float]:
    return {item.key: item.order for item in cycle.items}


@pytest.mark.parametrize(
    ("current", "expected"),
    [(None, "abc"), (1000, "abc"), (1001, "bca"), (2000, "bca"), (3000, "cab"), (3001, "abc"), (-5, "abc")],
)
def test_next_is_the_first_item_whose_order_is_not_below_the_cursor(current, expected):
    cycle = numbered(1000, 2000, 3000, current=current)
    assert keys(cycle) == expected
    assert cycle.current_order == cycle.in_turn[0].order
    assert cycle.places == {key: place for place, key in enumerate(expected)}


def test_top_goes_before_the_cursor_and_becomes_next():
    cycle = numbered(1000, 2000, 3000, current=2000).with_items([CycleItem("x", 0)], "top")
    assert keys(cycle) == "xbca"
    assert orders(cycle)["x"] == cycle.current_order == 1500


def test_bottom_goes_into_the_same_gap_and_the_cursor_stays():
    cycle = numbered(1000, 2000, 3000, current=2000).with_items([CycleItem("x", 0)], "bottom")
    assert keys(cycle) == "bcax"
    assert orders(cycle)["x"] == 1500
    assert cycle.current_order == 2000


def test_between_two_items_is_the_floor_of_the_midpoint():
    assert orders(numbered(1000, 2001, 3000).with_items([CycleItem("x", 0)], 1))["x"] == 1500
    assert orders(numbered(1.5, 4.2).with_items([CycleItem("x", 0)], 1))["x"] == 2


def test_before_the_first_and_behind_the_last_number():
    first = numbered(1000, 2000).with_items([CycleItem("x", 0)], "top")
    assert (keys(first), orders(first)["x"]) == ("xab", 500)
    again = numbered(0, 2000).with_items([CycleItem("x", 0), CycleItem("y", 0), CycleItem("z", 0)], "top")
    assert (keys(again), [item.order for item in again.items]) == ("xyzab", [-750, -500, -250, 0, 2000])
    last = numbered(1000, 2000).with_items([CycleItem("x", 0)], "bottom")
    assert (keys(last), orders(last)["x"]) == ("abx", 2000 + STEP)


def test_a_gap_without_a_whole_number_renumbers_the_cycle():
    for cycle in (numbered(7, 8, 9, current=8), numbered(7, 7, 9, current=7), numbered(1.2, 1.8, 9, current=1.8)):
        place = cycle.places["b"] or 3
        changed = cycle.with_items([CycleItem("x", 0)], place)
        assert sorted(orders(changed).values()) == [1000, 2000, 3000, 4000]
        assert changed.in_turn[place].key == "x"
        assert keys(changed).replace("x", "") == keys(cycle)


def test_a_block_is_spread_over_the_gap():
    cycle = numbered(1000, 2000).with_items([CycleItem(key, 0) for key in "xyz"], 1)
    assert [item.order for item in cycle.items] == [1000, 1250, 1500, 1750, 2000]
    assert keys(numbered(1, 3).with_items([CycleItem(key, 0) for key in "xy"], 1)) == "axyb"


def test_several_items_move_as_one_block_in_the_sequence_they_had():
    cycle = numbered(1000, 2000, 3000, 4000, 5000, current=3000)
    assert keys(cycle) == "cdeab"
    assert keys(cycle.moved({"b", "d"}, "top")) == "dbcea"
    assert keys(cycle.moved({"b", "d"}, 1)) == "cdbea"
    assert keys(cycle.moved({"c", "e"}, "bottom")) == "dabce"
    assert orders(cycle.moved({"b", "d"}, 1))["c"] == 3000


def test_moving_to_where_it_stands_changes_nothing():
    cycle = numbered(1000, 2000, 3000, current=2000)
    assert cycle.moved({"b"}, "top") is cycle
    assert cycle.moved({"a"}, "bottom") is cycle
    assert cycle.moved({"c", "a"}, 1) is cycle
    assert cycle.moved({"a", "b", "c"}, 0) is cycle
    assert cycle.moved((), 2) is cycle
    assert cycle.with_items([], 0) is cycle


def test_removing_the_next_item_passes_the_cursor_on():
    cycle = numbered(1000, 2000, 3000, current=3000)
    assert keys(cycle.without({"c"})) == "ab"
    assert keys(cycle.without({"c", "a"})) == "b"
    empty = cycle.without("abc")
    assert (len(empty), empty.current_order, keys(empty)) == (0, None, "")
    assert orders(empty.with_items([CycleItem("x", 0), CycleItem("y", 0)], "top")) == {"x": 1000, "y": 2000}


def test_a_cycle_follows_another_one_that_moved_on():
    draft = numbered(1000, 2000, 3000, 4000)
    assert keys(draft.led_by("zcd")) == "cdab"
    assert draft.led_by("xyz") is draft


def test_it_takes_over_the_orders_that_it_is_told():
    cycle = numbered(1000, 2000, 3000, current=2000).moved({"a"}, "top")
    assert keys(cycle.with_orders({"a": 2999})) == "acb"
    assert cycle.with_orders({"a": 1500}).items[0] == ("a", 1500, 0, 0, None)
    assert keys(cycle.with_orders({})) == keys(cycle) == "abc"


def test_what_is_not_there_or_twice_is_refused():
    cycle = numbered(1000, 2000)
    for wrong in (
        lambda: cycle.without({"x"}),
        lambda: cycle.moved({"x"}, 0),
        lambda: cycle.with_orders({"x": 1}),
    ):
        with pytest.raises(KeyError):
            wrong()
    for wrong in (
        lambda: cycle.with_items([CycleItem("a", 0)], 0),
        lambda: cycle.with_items([CycleItem("x", 0), CycleItem("x", 0)], 0),
        lambda: cycle.with_items([CycleItem("x", 0)], 3),
        lambda: cycle.with_items([CycleItem("x", 0)], -1),
        lambda: cycle.moved({"a"}, 2),
        lambda: Cycle.read([CycleItem("a", 1), CycleItem("a", 2)], None),
    ):
        with pytest.raises(ValueError, match=r"place|twice"):
            wrong()


class CycleAgainstList(RuleBasedStateMachine):
    """Any sequence of operations leaves the cycle in the sequence that a plain list has after the same ones."""

    @initialize(cycle=cycles())
    def begin(self, cycle):
        self.cycle, self.model, self.made = cycle, [item.key for item in cycle.in_turn], 0

    @rule(data=st.data(), count=st.integers(1, 3))
    def add(self, data, count):
        place = data.draw(st.sampled_from(["top", "bottom"]) | st.integers(0, len(self.model)))
        new = [f"new {self.made + number}" for number in range(count)]
        self.made += count
        before = orders(self.cycle)
        self.cycle = self.cycle.with_items([CycleItem(key, -1) for key in new], place)
        self._put(new, place, before)

    @rule(data=st.data())
    def move(self, data):
        if self.model:
            chosen = set(data.draw(st.lists(st.sampled_from(self.model), max_size=3)))
            block = [key for key in self.model if key in chosen]
            rest = [key for key in self.model if key not in chosen]
            place = data.draw(st.sampled_from(["top", "bottom"]) | st.integers(0, len(rest)))
            before = orders(self.cycle)
            self.cycle = self.cycle.moved(chosen, place)
            self.model = rest
            self._put(block, place, before)

    @rule(data=st.data())
    def remove(self, data):
        if self.model:
            gone = data.draw(st.sets(st.sampled_from(self.model), max_size=3))
            self.cycle = self.cycle.without(gone)
            self.model = [key for key in self.model if key not in gone]

    @invariant()
    def same(self):
        assert [item.key for item in self.cycle.in_turn] == self.model
        assert [item.key for item in Cycle.read(self.cycle.items, self.cycle.current_order).in_turn] == self.model
        held = [item.order for item in self.cycle.items]
        assert held == sorted(set(held))

    def _put(self, block, place, before):
        place = {"top": 0, "bottom": len(self.model)}.get(place, place)
        self.model[place:place] = block
        after = orders(self.cycle)
        others = [key for key in after if key not in block]
        anew = sorted(after.values()) == [STEP * number for number in range(1, len(after) + 1)]
        assert anew or all(after[key] == before[key] for key in others)


TestCycleAgainstList = CycleAgainstList.TestCase
TestCycleAgainstList.settings = settings(stateful_step_count=15)


@given(st.permutations("abcdefgh"), st.permutations("defghijk"))
def test_moves_are_the_fewest_that_explain_the_new_sequence(one, other):
    before = numbered_by(one)
    after = numbered_by(other)
    found = moves(before, after)
    kept = [key for key in other if key in before.places]
    still = [key for key in kept if key not in {move.key for move in found}]
    assert [before.places[key] for key in still] == sorted(before.places[key] for key in still)
    assert len(still) == longest_rising([before.places[key] for key in kept])
    ranked = sorted(kept, key=lambda key: before.places[key])
    for move in found:
        assert (move.was, move.now) == (before.places[move.key], after.places[move.key])
        assert move.sooner == ranked.index(move.key) - kept.index(move.key)


def test_a_dragged_item_is_the_only_move():
    before = numbered_by("abcdefgh")
    after = before.moved({"g"}, 1)
    assert moves(before, after) == [("g", 6, 1, 5)]
    assert moves(after, before) == [("g", 1, 6, -5)]
    assert moves(before, before) == []
    assert moves(before, before.without({"a"}).with_items([CycleItem("x", 0)], "top")) == []
    assert moves(before, Cycle()) == []


def numbered_by(sequence) -> Cycle:
    return Cycle.read([CycleItem(key, STEP * number) for number, key in enumerate(sequence, 1)], None)


def longest_rising(numbers: list[int]) -> int:
    best: list[int] = []
    for index, number in enumerate(numbers):
        best.append(1 + max((best[j] for j in range(index) if numbers[j] < number), default=0))
    return max(best, default=0)
