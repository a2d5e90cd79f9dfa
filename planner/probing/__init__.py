"""Facts of pictures, films and PDFs, here or at a foreign address: read from their headers, never from their names."""

from planner.probing.facts import Facts
from planner.probing.probe import probe
from planner.probing.problems import Damaged, Empty, ProbeProblem, TooManyPixels, UnknownKind
from planner.probing.remote import probe_url

__all__ = [
    "Damaged",
    "Empty",
    "Facts",
    "ProbeProblem",
    "TooManyPixels",
    "UnknownKind",
    "probe",
    "probe_url",
]
