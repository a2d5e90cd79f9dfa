"""What imports say no with."""

from __future__ import annotations

from planner.imports.problems import Problem


class ImportProblem(Exception):
    """An import cannot do what was asked. The text is a sentence for the person."""


class NotNow(ImportProblem):
    """The import is in a state that does not allow this any more."""


class ColumnsWrong(ImportProblem):
    """The columns are not enough to read the rows; `problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(" ".join(map(str, problems)))


class ClaimLost(Exception):
    """Another runner has taken the import over; nothing more may be written."""
