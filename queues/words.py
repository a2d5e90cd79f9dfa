"""Words for what was done to a draft."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from queues.models import DraftStep, StepKind

STEPS = {
    StepKind.MOVE: ngettext_lazy("“%(title)s” was moved", "%(number)d posts were moved", "number"),
    StepKind.EDIT: ngettext_lazy("“%(title)s” was edited", "%(number)d posts were edited", "number"),
    StepKind.CLONE: ngettext_lazy("“%(title)s” was copied", "%(number)d posts were copied", "number"),
    StepKind.DELETE: ngettext_lazy("“%(title)s” was taken out", "%(number)d posts were taken out", "number"),
    StepKind.ADD: ngettext_lazy("“%(title)s” was added", "%(number)d posts were added", "number"),
    StepKind.IMPORT: ngettext_lazy("“%(title)s” came in", "%(number)d posts came in", "number"),
    StepKind.RESET: ngettext_lazy("“%(title)s” was reset", "%(number)d posts were reset", "number"),
    StepKind.REBASE: ngettext_lazy("the draft was brought up to date", "the draft was brought up to date", "number"),
}
TITLE = 40  # letters


def step_words(step: DraftStep) -> str:
    """What was done to which post, without a full stop."""
    title = step.title[:TITLE].strip() or _("Post without text")
    return str(STEPS[StepKind(step.kind)] % {"number": step.count, "title": title})


def steps_words(steps: Sequence[DraftStep]) -> list[tuple[str, DraftStep]]:
    """Each step in words, beside itself."""
    return [(step_words(step), step) for step in steps]
