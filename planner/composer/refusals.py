"""What HighLevel refused of a post, said at the fields that it names until they say something else."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from highlevel.api.errors import field_named_in
from highlevel.models import Change
from highlevel.models.change import ChangeState
from planner.composer.conflicts import PART, group_of
from planner.composer.network_settings import SETTINGS
from planner.composer.sheet import Sheet
from planner.models import Post
from planner.networks import Finding, Level
from planner.outbox.subjects import WRITES, post_subject
from planner.remote import PARTS, details_key

REFUSED = "rejected"  # the code of a refusal that HighLevel explains
BETWEEN = "; "  # its reasons, as an error puts them together
FIELDS = {
    "summary": "text",
    "accountIds": "accounts",
    "media": "media",
    "type": "type",
    "scheduleDate": "scheduled_at",
    "followUpComment": "follow_up_comment",
    "ogTagsDetails": "link_preview",
    "tags": "tags",
    "categoryId": "category",
    "postApprovalDetails": "approver",
}
NETWORKS = {details_key(name): name for name in PARTS}


def refusal_of(post: Post) -> str:
    """HighLevel's words to the newest write of the post that it has refused; empty when there is none. One query."""
    held = Change.objects.filter(subject=post_subject(post), operation__in=WRITES)
    words = held.filter(state=ChangeState.REFUSED, error_code=REFUSED).order_by("-pk").values_list("error_detail")
    return str(words[0][0]) if words else ""


def refusal_findings(words: str, before: Sheet, sheet: Sheet) -> Iterator[Finding]:
    """A warning for each reason, at the field that it names. What has been changed since `before` is not warned of: the
    reason may be gone. It is no error, because whether it is mended only HighLevel can tell."""
    for reason in filter(None, words.split(BETWEEN)):
        field = _field_of(field_named_in(reason) or "")
        if not field or _shown(before, field) == _shown(sheet, field):
            said = _("HighLevel refused it: %(reason)s") % {"reason": reason}
            yield Finding(Level.WARNING, REFUSED, field, "", said)


def _field_of(name: str) -> str:
    """The field of a finding for a field of a request, empty for one that the page does not have."""
    head, _dot, rest = name.partition(".")
    if head in NETWORKS:
        named = (one.name for one in SETTINGS if one.network == NETWORKS[head] and one.path == rest)
        return next(named, f"{PART}{NETWORKS[head]}.{rest}")
    if head == "media" and rest:
        return f"media.{rest}"
    return FIELDS.get(head, "")


def _shown(sheet: Sheet, field: str) -> dict[str, tuple[str, ...]]:
    """What stands in the fields of the page that a finding there speaks of."""
    if field.startswith(PART):
        return {name: texts for name, texts in sheet.fields.items() if name.startswith(field) and any(texts)}
    group = "when" if field == "scheduled_at" else group_of(field)
    return {name: texts for name, texts in sheet.fields.items() if group_of(name) == group and any(texts)}
