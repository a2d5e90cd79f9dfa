"""What imports say no with."""

from __future__ import annotations

from django.utils.translation import gettext as _

from planner.imports.problems import Problem


class ImportProblem(Exception):
    """An import cannot do what was asked. The text is a sentence for the person."""


class NotNow(ImportProblem):
    """The import is in a state that does not allow this any more."""


class RowsChanged(ImportProblem):
    """The plan is not the one that the person has seen."""

    def __init__(self) -> None:
        super().__init__(_("The rows have changed since this page was opened. This is what happens now."))


class ColumnsWrong(ImportProblem):
    """The columns are not enough to read the rows; `problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(" ".join(map(str, problems)))


class ClaimLost(Exception):
    """Another runner has taken the import over; nothing more may be written."""
