"""The mails about sign-ins: plain text, in the reader's language."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Invitation, User

log = logging.getLogger("accounts.mail")


def invitation_mail(*, invitation: Invitation, link: str) -> bool:
    """Send the link to the invited e-mail, in the inviter's language; False when the mail server did not take it.

    Never call it inside a transaction.
    """
    with translation.override(invitation.invited_by.language or translation.get_language()):
        subject = _("%(person)s invites you to Rota") % {"person": invitation.invited_by}
        text = render_to_string("accounts/invitation_mail.txt", {"invitation": invitation, "link": link})
    try:
        _send(invitation.email, subject, text)
    except (OSError, SMTPException) as error:
        log.warning("invitation %s was not mailed: %s", invitation.pk, type(error).__name__)
        return False
    return True


def reset_mail(*, person: User, link: str) -> None:
    """Send the link for a new password. Raises what the mail server raises."""
    with translation.override(person.language or settings.LANGUAGE_CODE):
        hours = max(1, settings.PASSWORD_RESET_TIMEOUT // 3600)
        text = render_to_string("accounts/password_mail.txt", {"person": person, "link": link, "hours": hours})
        _send(person.email, _("A new password for Rota"), text)


def _send(to: str, subject: str, text: str) -> None:
    # A name may hold a line break; a header may not.
    EmailMessage(" ".join(subject.split()), text, to=[to]).send()
