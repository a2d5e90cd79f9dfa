"""The schedule engine of category queues: what a queue will do, computed without a database, a network or a clock."""

from queues.schedule.cycle import STEP, Cycle, CycleItem, Move, Place, moves
from queues.schedule.difference import ChangeKind, OutingChange, compare_calendars, redated
from queues.schedule.projection import Outing, Outings, QueueState, Schedule, SkipPolicy, Standstill, Status
from queues.schedule.slots import SlotTimes, Touch, TouchedSlot, WeeklySlot

__all__ = [
    "STEP",
    "ChangeKind",
    "Cycle",
    "CycleItem",
    "Move",
    "Outing",
    "OutingChange",
    "Outings",
    "Place",
    "QueueState",
    "Schedule",
    "SkipPolicy",
    "SlotTimes",
    "Standstill",
    "Status",
    "Touch",
    "TouchedSlot",
    "WeeklySlot",
    "compare_calendars",
    "moves",
    "redated",
]
