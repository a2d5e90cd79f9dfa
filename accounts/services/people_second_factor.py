"""The second factor: an authenticator app, and recovery codes for the day it is lost."""

from __future__ import annotations

import secrets
from base64 import b32encode
from urllib.parse import quote, urlencode

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import User
from accounts.services.people_errors import BeyondRole, WrongCode
from accounts.services.people_history import Deed, history_record

ISSUER = "Rota"
CODES = 10
# Without signs that are read as one another. Ten of them hold 50 bits, and each wrong guess makes the next one wait.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_LENGTH = 10


def factor_held(user: User) -> TOTPDevice | None:
    """The person's confirmed authenticator, or None."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).order_by("pk").first()


def factor_start(*, user: User) -> TOTPDevice:
    """The authenticator to set up: it does not count until it is confirmed. The same one until then."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        device, _made = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "app"})
    return device


def factor_waiting(user: User) -> TOTPDevice | None:
    """The authenticator that was started and not confirmed yet."""
    return TOTPDevice.objects.filter(user=user, confirmed=False).first()


def factor_address(device: TOTPDevice) -> str:
    """What the QR code says to an authenticator app."""
    label = quote(f"{ISSUER}:{device.user.email}")
    query = {"secret": factor_secret(device), "issuer": ISSUER, "digits": device.digits, "period": device.step}
    return f"otpauth://totp/{label}?{urlencode(query, quote_via=quote)}"


def factor_secret(device: TOTPDevice) -> str:
    """The secret as it is typed into an app, without spaces."""
    return b32encode(device.bin_key).decode().rstrip("=")


def factor_confirm(*, user: User, code: str, password: str) -> list[str]:
    """Turn the started authenticator on when its code is right; gives the recovery codes, which are shown this once.

    `password` is the person's own, checked before: it is salted anew, which ends the sessions on other devices. Raises
    WrongCode.
    """
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
        right = device is not None and device.verify_token(_digits(code))
        if right and device is not None:
            TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
            TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
            codes = _codes_make(user)
            user.set_password(password)
            user.save(update_fields=["password"])
            history_record(actor=user, about=user, deed=Deed.FACTOR_ON)
            return codes
    # Outside of the transaction, so that the wrong guess stays counted.
    raise WrongCode(_("This is not the code that the app shows now. Wait for the next one and try again."))


def factor_check(*, user: User, code: str) -> TOTPDevice | StaticDevice | None:
    """The device that accepts the code: six digits of the app, or a recovery code, which is used up by it.

    Each wrong code makes the next attempt wait, twice as long each time; an attempt that comes too soon is wrong.
    """
    digits = _digits(code)
    with transaction.atomic():
        if len(digits) == 6 and digits.isdecimal():
            app = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).order_by("pk").first()
            return app if app is not None and app.verify_token(digits) else None
        sheet = StaticDevice.objects.select_for_update().filter(user=user, confirmed=True).order_by("pk").first()
        return sheet if sheet is not None and sheet.verify_token(_code_digest(digits)) else None


def factor_wait(user: User) -> int:
    """Seconds until the next code is looked at: 0, or more after wrong ones."""
    now, longest = timezone.now(), 0.0
    for model in (TOTPDevice, StaticDevice):
        for device in model.objects.filter(user=user, confirmed=True):
            allowed, why = device.verify_is_allowed()
            if not allowed and why:
                longest = max(longest, (why["locked_until"] - now).total_seconds())
    return int(longest + 0.999) if longest > 0 else 0


def codes_left(user: User) -> int:
    """How many recovery codes can still be used."""
    return int(StaticToken.objects.filter(device__user=user).count())


def codes_renew(*, user: User) -> list[str]:
    """New recovery codes, shown this once; the old ones stop working."""
    with transaction.atomic():
        codes = _codes_make(user)
        history_record(actor=user, about=user, deed=Deed.CODES_RENEWED)
    return codes


def factor_stop(*, user: User) -> None:
    """Turn the person's own second factor off; the password was checked before."""
    with transaction.atomic():
        if _remove(user):
            history_record(actor=user, about=user, deed=Deed.FACTOR_OFF)


def factor_reset(*, actor: User, person: User) -> bool:
    """An owner turns off the second factor of somebody who lost it; False when there was none. Raises BeyondRole."""
    if not actor.is_owner:
        raise BeyondRole(_("Only an owner of your agency can do this."))
    with transaction.atomic():
        removed = _remove(person)
        if removed:
            history_record(actor=actor, about=person, deed=Deed.FACTOR_RESET)
    return removed


def _remove(user: User) -> bool:
    held = bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    return held


def _codes_make(user: User) -> list[str]:
    """Recovery codes as `abcde-fghjk`; the database holds a keyed digest of each."""
    StaticDevice.objects.filter(user=user).delete()
    sheet = StaticDevice.objects.create(user=user, name="recovery codes", confirmed=True)
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)) for _ in range(CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=sheet, token=_code_digest(code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _digits(code: str) -> str:
    """What was typed, without the spaces and dashes people add."""
    return "".join(code.split()).replace("-", "").lower()


def _code_digest(code: str) -> str:
    """16 hexadecimal signs, as many as the column holds."""
    return salted_hmac("accounts.recovery-code", code, algorithm="sha256").hexdigest()[:16]
