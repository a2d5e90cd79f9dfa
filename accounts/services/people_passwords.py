"""A forgotten password: a link by mail."""

from __future__ import annotations

from datetime import timedelta

from axes.utils import reset as axes_reset
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.models import User
from accounts.services.people_history import Deed, history_record
from accounts.services.people_mail import reset_mail
from accounts.services.people_throttle import attempt_allowed

WINDOW = timedelta(hours=1)
MOST_AN_EMAIL = 3
MOST_AN_ADDRESS = 10


def reset_allowed(*, email: str, address: str) -> bool:
    """Count a wish for a link; False when the e-mail or the network address had too many within the hour.

    Existing and unknown e-mails count alike, so that the answer tells nothing.
    """
    by_address = attempt_allowed("reset-address", address, most=MOST_AN_ADDRESS, within=WINDOW)
    return attempt_allowed("reset-email", email.lower(), most=MOST_AN_EMAIL, within=WINDOW) and by_address


def reset_send(*, email: str, origin: str) -> bool:
    """Mail a link to whoever signs in with the e-mail; False when nobody does. `origin` is scheme and host of Rota.

    It runs in a worker: how long a page takes tells nobody whether the e-mail is known. A second call sends a second
    mail, whose link works as well until the password is changed.
    """
    person = User.objects.filter(email__iexact=email, is_active=True).first()
    if person is None:
        return False
    parts = {
        "uidb64": urlsafe_base64_encode(force_bytes(person.pk)),
        "token": default_token_generator.make_token(person),
    }
    reset_mail(person=person, link=origin + reverse("accounts:password_reset_confirm", kwargs=parts))
    return True


def password_reset(*, person: User, password: str) -> User:
    """Set the password of somebody who came by a link; it was checked before. Every session ends, and a pause of the
    sign-in after wrong passwords is over."""
    with transaction.atomic():
        person.set_password(password)
        person.save(update_fields=["password"])
        history_record(actor=person, about=person, deed=Deed.PASSWORD_RESET)
    axes_reset(username=person.email)
    return person
