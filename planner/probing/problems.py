"""Why a file tells nothing, in sentences for whoever chose it."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ProbeProblem(Exception):
    """The file cannot be used. `code` is the kind; `str()` is a sentence for a person. None is `passing`."""

    code: ClassVar[str]
    sentence: ClassVar[str | Promise]
    passing: ClassVar[bool] = False

    def __str__(self) -> str:
        return str(self.sentence)


class UnknownKind(ProbeProblem):
    """Its content is none of the kinds that posts carry."""

    code = "unknown_kind"
    sentence = _("This is not a picture, a film or a PDF, whatever its name says.")


class Damaged(ProbeProblem):
    """It begins like a file of its kind, and cannot be read as one."""

    code = "damaged"
    sentence = _("The file is damaged or not complete. Save it again and choose the new one.")


class TooManyPixels(ProbeProblem):
    """Unpacking it would take more memory than a picture is worth."""

    code = "too_many_pixels"
    sentence = _("The picture has more pixels than any network shows. Make it smaller and choose the new one.")


class Empty(ProbeProblem):
    """It has no bytes."""

    code = "empty"
    sentence = _("The file is empty.")
