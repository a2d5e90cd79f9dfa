"""The second factor: its code after the password, and turning it on and off."""

from __future__ import annotations

from time import time
from typing import cast
from urllib.parse import urlencode

import segno
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_otp import login as otp_login

from accounts.access import ViewerRequest, everyone, signed_in
from accounts.models import User
from accounts.people_forms import CodeForm, FactorForm, OwnPasswordForm
from accounts.services.people_errors import WrongCode
from accounts.services.people_second_factor import (
    codes_left,
    codes_renew,
    factor_address,
    factor_check,
    factor_confirm,
    factor_held,
    factor_secret,
    factor_start,
    factor_stop,
    factor_wait,
    factor_waiting,
)

PENDING = "sign_in_pending"
PENDING_SECONDS = 600
NEXT = "next"


def sign_in_wants_code(request: HttpRequest, user: User, way_on: str) -> HttpResponse | None:
    """After a right password: where to type the code, or None for somebody without a second factor.

    Nobody is signed in until then; the session only remembers whose password was right, for ten minutes.
    """
    if factor_held(user) is None:
        return None
    request.session[PENDING] = {
        "user": user.pk,
        "backend": str(getattr(user, "backend", "django.contrib.auth.backends.ModelBackend")),
        "hash": user.get_session_auth_hash(),
        "at": int(time()),
    }
    query = urlencode({NEXT: way_on}) if way_on else ""
    return redirect(reverse("accounts:sign_in_code") + (f"?{query}" if query else ""))


@everyone
@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The code of the app, or a recovery code, after the password."""
    way_on = request.POST.get(NEXT) or request.GET.get(NEXT) or ""
    user = _pending(request)
    if user is None:
        if request.user.is_authenticated:
            return HttpResponseRedirect(_ours(request, way_on))
        request.session.pop(PENDING, None)
        messages.info(request, _("Give your e-mail and password first."))
        return redirect(reverse("accounts:sign_in") + (f"?{urlencode({NEXT: way_on})}" if way_on else ""))
    form = CodeForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        early = factor_wait(user)
        device = None if early else factor_check(user=user, code=form.cleaned_data["code"])
        if device is not None:
            backend = request.session.pop(PENDING)["backend"]
            login(request, user, backend=backend)
            otp_login(request, device)
            _say_what_is_left(request, user)
            return HttpResponseRedirect(_ours(request, way_on))
        form.add_error("code", _refusal(early, factor_wait(user)))
        status = 429 if early else 422
    context = {"form": form, "next": way_on}
    return TemplateResponse(request, "accounts/second_factor_sign_in.html", context, status=status)


def _refusal(early: int, wait: int) -> str:
    if early:
        said = ngettext(
            "This was too soon after a wrong code. Wait %(number)d second.",
            "This was too soon after a wrong code. Wait %(number)d seconds.",
            early,
        )
        return said % {"number": early}
    said = ngettext(
        "This code is not right, or was used before. Try again in %(number)d second.",
        "This code is not right, or was used before. Try again in %(number)d seconds.",
        wait,
    )
    return said % {"number": wait}


def _pending(request: HttpRequest) -> User | None:
    """Whose password was right in this session, unless that is too long ago or has changed since."""
    kept = request.session.get(PENDING)
    if not isinstance(kept, dict) or time() - int(kept.get("at", 0)) > PENDING_SECONDS:
        return None
    user = User.objects.filter(pk=int(kept.get("user", 0)), is_active=True).first()
    if user is None or not constant_time_compare(str(kept.get("hash", "")), user.get_session_auth_hash()):
        return None
    return user


def _say_what_is_left(request: HttpRequest, user: User) -> None:
    left = codes_left(user)
    if left <= 3:
        said = ngettext(
            "You have %(number)d recovery code left. Make new ones under Second factor.",
            "You have %(number)d recovery codes left. Make new ones under Second factor.",
            left,
        )
        messages.warning(request, said % {"number": left})


def _ours(request: HttpRequest, asked: str) -> str:
    ours = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if ours else resolve_url("planner:today")


@signed_in
@never_cache
@require_safe
def second_factor(request: ViewerRequest) -> HttpResponse:
    """Whether the second factor is on, and what can be done about it."""
    return _status(request)


@signed_in
@require_POST
def second_factor_start(request: ViewerRequest) -> HttpResponse:
    """Begin to set up an authenticator; nothing counts before it is confirmed."""
    if factor_held(request.user) is None:
        factor_start(user=request.user)
        return redirect("accounts:second_factor_confirm")
    return redirect("accounts:second_factor")


@signed_in
@sensitive_post_parameters("password", "code")
@sensitive_variables("codes")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_confirm(request: ViewerRequest) -> HttpResponse:
    """Show the QR code; the app's first code turns the second factor on, and the recovery codes are shown."""
    device = factor_waiting(request.user)
    if device is None:
        return redirect("accounts:second_factor")
    form = FactorForm(request.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            codes = factor_confirm(user=request.user, **form.cleaned_data)
        except WrongCode as error:
            form.add_error("code", str(error))
        else:
            update_session_auth_hash(cast(HttpRequest, request), request.user)
            return _codes(request, codes, fresh=True)
    secret = factor_secret(device)
    context = {
        "form": form,
        "qr": _drawn(factor_address(device)),
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "accounts/second_factor_confirm.html", context, status=status)


@signed_in
@sensitive_post_parameters("password")
@never_cache
@require_POST
def second_factor_codes(request: ViewerRequest) -> HttpResponse:
    """New recovery codes, shown once; the old ones stop working."""
    form = OwnPasswordForm(request.user, request.POST, prefix="codes")
    if factor_held(request.user) is None:
        return redirect("accounts:second_factor")
    if not form.is_valid():
        return _status(request, codes_form=form)
    return _codes(request, codes_renew(user=request.user), fresh=False)


@signed_in
@sensitive_post_parameters("password")
@never_cache
@require_POST
def second_factor_off(request: ViewerRequest) -> HttpResponse:
    """Turn the second factor off."""
    form = OwnPasswordForm(request.user, request.POST, prefix="off")
    if factor_held(request.user) is None:
        return redirect("accounts:second_factor")
    if not form.is_valid():
        return _status(request, off_form=form)
    factor_stop(user=request.user)
    messages.success(request, _("The second factor is off. Your password alone signs you in."))
    return redirect("accounts:second_factor")


def _status(
    request: ViewerRequest, *, codes_form: OwnPasswordForm | None = None, off_form: OwnPasswordForm | None = None
) -> HttpResponse:
    refused = codes_form is not None or off_form is not None
    context = {
        "device": factor_held(request.user),
        "left": codes_left(request.user),
        "codes_form": codes_form or OwnPasswordForm(request.user, prefix="codes"),
        "off_form": off_form or OwnPasswordForm(request.user, prefix="off"),
    }
    return TemplateResponse(request, "accounts/second_factor.html", context, status=422 if refused else 200)


def _codes(request: ViewerRequest, codes: list[str], *, fresh: bool) -> HttpResponse:
    context = {"codes": codes, "fresh": fresh}
    return TemplateResponse(request, "accounts/second_factor_codes.html", context)


def _drawn(address: str) -> SafeString:
    """The QR code as SVG without style attributes, which the page's policy refuses."""
    drawing = segno.make(address, error="m").svg_inline(
        omitsize=True, border=4, light="#ffffff", svgclass="qr", lineclass=None
    )
    return mark_safe(drawing)  # noqa: S308, drawn here from our own address; it holds no text
