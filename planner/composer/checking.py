"""What speaks against a composition, sorted for the page: by the field that it names, and by how grave it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from planner.composing import Composition, siblings
from planner.networks import Code, Finding, Level
from planner.services.post_gate import post_findings

# What is merely not there yet. While somebody types it is no error.
MISSING = frozenset(
    {
        Code.ACCOUNTS_MISSING,
        Code.SCHEDULE_MISSING,
        Code.CONTENT_MISSING,
        Code.MEDIA_MISSING,
        Code.APPROVER_MISSING,
        Code.DETAIL_MISSING,
    }
)


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence at a field (a slot of the page). `level` is error, warning or missing."""

    slot: str
    level: str
    sentence: str


@dataclass(frozen=True)
class Verdict:
    """Everything that is said about a composition, errors first."""

    said: tuple[Said, ...]

    @cached_property
    def errors(self) -> list[Said]:
        return [one for one in self.said if one.level == "error"]

    @cached_property
    def warnings(self) -> list[Said]:
        return [one for one in self.said if one.level == "warning"]

    @cached_property
    def missing(self) -> list[Said]:
        return [one for one in self.said if one.level == "missing"]

    @cached_property
    def slots(self) -> dict[str, list[Said]]:
        """What is shown at each field."""
        found: dict[str, list[Said]] = {}
        for one in self.said:
            if one.level != "missing":
                found.setdefault(one.slot, []).append(one)
        return found


def verdict_of(
    problems: Sequence[Finding], findings: Iterable[Finding], *, slots: Iterable[str], typing: bool = False
) -> Verdict:
    """What is said: `problems` are what could not be read, and stand in for what is found at the same fields.

    `slots` are the fields that can show something. While somebody is `typing`, what is not there yet is `missing`.
    """
    known = frozenset(slots)
    unread = {problem.field for problem in problems}
    found = [*problems, *(one for one in findings if one.field not in unread)]
    said = [Said(slot_of(one.field, known), _level(one, typing), one.sentence) for one in found]
    order = ("error", "warning", "missing")
    unique = dict.fromkeys(sorted(said, key=lambda one: order.index(one.level)))
    return Verdict(tuple(unique))


def slot_of(field: str, slots: frozenset[str]) -> str:
    """The field of the page at which a finding is shown: the named one, or the nearest around it."""
    while field not in slots and "." in field:
        field = field.rpartition(".")[0]
    return field if field in slots else ""


def findings_of(composition: Composition, *, may_send: bool, now: datetime) -> list[Finding]:
    """What the gate says of each post that the composition takes, as of the aware instant `now`."""
    found: list[Finding] = []
    for part in siblings(composition):
        for one in post_findings(part, may_send=may_send, now=now):
            own = one.field == "text" and one.network in composition.versions
            found.append(replace(one, field=f"version.{one.network}") if own else one)
    return found


def _level(finding: Finding, typing: bool) -> str:
    if typing and finding.code in MISSING:
        return "missing"
    return "error" if finding.level is Level.ERROR else "warning"
