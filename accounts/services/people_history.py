"""What was done to people's access, as lines that stay."""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import StrEnum

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder

from accounts.models import Invitation, User


class Deed(StrEnum):
    """What can be done to somebody's access. The values are stored; `people_history` of the selectors words them."""

    ACCESS_GIVEN = "access_given"
    ACCESS_ENDED = "access_ended"
    OWNER_MADE = "owner_made"
    OWNER_UNMADE = "owner_unmade"
    DEACTIVATED = "deactivated"
    REACTIVATED = "reactivated"
    ACTS_AS = "acts_as"
    ACTS_AS_NOBODY = "acts_as_nobody"
    FACTOR_ON = "factor_on"
    FACTOR_OFF = "factor_off"
    FACTOR_RESET = "factor_reset"
    CODES_RENEWED = "codes_renewed"
    PASSWORD_RESET = "password_reset"  # noqa: S105, a word of the history
    INVITED = "invited"
    INVITED_AGAIN = "invited_again"
    INVITATION_REVOKED = "invitation_revoked"
    JOINED = "joined"


def history_record(
    *,
    actor: User,
    about: User | Invitation,
    deed: Deed,
    locations: Iterable[str] = (),
    role: str = "",
    whom: str = "",
) -> LogEntry:
    """Write one line: who did what to whom, in which locations (their names), with which role.

    It is a row of the admin's own log, so the admin shows it beside changes that were made there.
    """
    details = {"deed": deed.value, "locations": list(locations), "role": role, "whom": whom}
    return LogEntry.objects.create(
        user=actor,
        content_type=ContentType.objects.get_for_model(about),
        object_id=str(about.pk),
        object_repr=str(about)[:200],
        action_flag=CHANGE,
        change_message=json.dumps(details, cls=DjangoJSONEncoder, ensure_ascii=False),
    )
