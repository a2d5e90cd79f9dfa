"""The calendars of queues: what goes out in a window, for the live queue and for the draft of an edit session."""

from datetime import datetime
from typing import Any

from highlevel.sandbox.clock import parse_iso
from highlevel.sandbox.operations import Call, Refusal
from highlevel.sandbox.queue_content import calendar_row, item_payload
from highlevel.sandbox.queue_desk import Desk
from highlevel.sandbox.store import Document
from highlevel.sandbox.zones import zone_name


def window_of(call: Call) -> tuple[datetime, datetime]:
    """The window of a calendar request. Raises Refusal when its end comes before its start."""
    start, end = parse_iso(call.body["startDate"]), parse_iso(call.body["endDate"])
    if end < start:
        raise Refusal(400, "startDate must be before endDate")
    return start, end


def calendar_rows(desk: Desk, window: tuple[datetime, datetime], account_ids: list[str] | None) -> list[dict[str, Any]]:
    """The outings of a desk's items in a window, both ends included, for some accounts or (none named) for all."""
    plan = desk.projection()
    if plan is None:
        return []
    zone, items = zone_name(desk.world, desk.queue["locationId"]), dict[int, Document | None]()
    rows = []
    for turn in plan.turns(*window):
        if turn.place not in items:
            items[turn.place] = _item_for(desk, turn.place, account_ids)
        item = items[turn.place]
        if item is not None and not turn.skipped:
            rows.append(calendar_row(desk.world, desk.queue, item, turn, desk.now, zone))
    return rows


def _item_for(desk: Desk, place: int, account_ids: list[str] | None) -> Document | None:
    item = desk.item(desk.cycle.ids[place])
    wanted = not account_ids or set(account_ids) & set(item_payload(desk.world, item, 0)["accountIds"])
    return item if wanted else None
