"""Telling the owners that locations were paused: one mail a pause, however many locations it holds."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.services.agency_words import way_back
from highlevel.causes import cause_in_words
from highlevel.models import Location
from highlevel.pausing import Pause, on_pause

log = logging.getLogger("accounts.mail")

NAMED = 10  # locations that a mail names; the page has all


@on_pause
def pause_tell(pause: Pause) -> None:
    """Have a worker mail the owners about locations that people work for."""
    from accounts.tasks import pause_mail_task

    ids = list(Location.objects.active().filter(pk__in=pause.location_ids).values_list("pk", flat=True))
    if ids:
        pause_mail_task.apply_async((ids[:NAMED], len(ids), pause.code, pause.whole_company), retry=False)


def pause_mail(*, location_ids: list[int], total: int, code: str, whole_company: bool) -> int:
    """Mail every active owner, each in their language; returns how many mails were taken.

    `total` is how many locations are paused, of which `location_ids` are named.
    """
    names = list(Location.objects.filter(pk__in=location_ids).order_by("name", "pk").values_list("name", flat=True))
    return sum(
        _mail(owner, names, total, code, whole_company)
        for owner in User.objects.filter(is_owner=True, is_active=True).order_by("pk")
    )


def _mail(owner: User, names: list[str], total: int, code: str, whole_company: bool) -> bool:
    with translation.override(owner.language or settings.LANGUAGE_CODE):
        if total == 1:
            subject = _("Rota is paused for %(location)s") % {"location": names[0] if names else ""}
        else:
            subject = ngettext("Rota is paused for %(n)d location", "Rota is paused for %(n)d locations", total) % {
                "n": total
            }
        page = f"{settings.PUBLIC_URL}{reverse('accounts:agency')}?state=paused" if settings.PUBLIC_URL else ""
        context = {
            "names": names,
            "more": total - len(names),
            "cause": cause_in_words(code),
            "cure": way_back(code),
            "whole_company": whole_company,
            "page": page,
        }
        text = render_to_string("accounts/paused_mail.txt", context)
    try:
        # A name may hold a line break; a header may not.
        return bool(EmailMessage(" ".join(subject.split()), text, to=[owner.email]).send())
    except (OSError, SMTPException) as error:
        log.warning("owner %s was not told of a pause: %s", owner.pk, type(error).__name__)
        return False
