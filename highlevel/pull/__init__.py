"""Bringing a location up to date: claim, steps, pages, and a run that says how it went.

Apps register their part with `step`; a step works on a `Pull`. People ask with `pull_ask`, beat with `pull_due`.
"""

from highlevel.pull.ask import pull_ask
from highlevel.pull.due import pull_due, pull_sweep
from highlevel.pull.places import locations_find
from highlevel.pull.reading import Read, readable
from highlevel.pull.registry import step, steps
from highlevel.pull.rows import Fresh, Sound, fit, mirror_gone, mirror_rows, sound
from highlevel.pull.run import pull_location
from highlevel.pull.session import Pull
from highlevel.pull.walking import walk_all

__all__ = [
    "Fresh",
    "Pull",
    "Read",
    "Sound",
    "fit",
    "locations_find",
    "mirror_gone",
    "mirror_rows",
    "pull_ask",
    "pull_due",
    "pull_location",
    "pull_sweep",
    "readable",
    "sound",
    "step",
    "steps",
    "walk_all",
]
