"""What writing posts says no with."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from highlevel.models import Location
from planner.models import Post
from planner.networks.findings import Finding


class PostProblem(Exception):
    """A post cannot be written as asked. The text is a sentence for the person."""


class NobodySpeaks(PostProblem):
    """The person is matched with no HighLevel user of the client, in whose name HighLevel would take it."""

    def __init__(self, location: Location) -> None:
        words = _("HighLevel knows you as nobody at %(location)s. An owner can match you on the page of people.")
        super().__init__(words % {"location": location.name})


class NotSendable(PostProblem):
    """The gate found errors; `findings` has them all, warnings too."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(" ".join(finding.sentence for finding in findings if finding.is_error))


class EditConflict(PostProblem):
    """Somebody changed the post after it was opened; `post` is the version that is there now."""

    def __init__(self, post: Post) -> None:
        self.post = post
        super().__init__(_("Somebody else changed this post after you opened it."))


class NotEditable(PostProblem):
    """The post is out of reach: published, going out, deleted or being deleted. The text says which."""
