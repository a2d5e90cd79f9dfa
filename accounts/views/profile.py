"""A person's own settings."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access import ViewerRequest, signed_in
from accounts.forms import PasswordForm, ProfileForm
from accounts.frame import THEME_COOKIE
from accounts.services.profile import password_change, profile_update

YEAR = 365 * 24 * 3600


@signed_in
@sensitive_post_parameters("old_password", "new_password")
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: ViewerRequest) -> HttpResponse:
    """Name, language, zone and theme; and, as a form of its own, the password (`form=password`)."""
    wants_password = request.method == "POST" and request.POST.get("form") == "password"
    data = request.POST if request.method == "POST" else None
    about = ProfileForm(None if wants_password else data, initial=_initial(request))
    password = PasswordForm(request.user, data if wants_password else None)
    if about.is_valid():
        theme = about.cleaned_data.pop("theme")
        profile_update(user=request.user, **about.cleaned_data)
        with override(request.user.language or None):
            messages.success(request, _("Your profile is saved."))
        answer = redirect("accounts:profile")
        if theme:
            answer.set_cookie(THEME_COOKIE, theme, max_age=YEAR, samesite="Lax", secure=request.is_secure())
        else:
            answer.delete_cookie(THEME_COOKIE, samesite="Lax")
        return answer
    if password.is_valid():
        password_change(user=request.user, password=password.cleaned_data["new_password"])
        update_session_auth_hash(cast(HttpRequest, request), request.user)
        messages.success(request, _("Your password is changed. Other devices are signed out."))
        return redirect("accounts:profile")
    status = 422 if data is not None else 200
    return TemplateResponse(request, "accounts/profile.html", {"about": about, "password": password}, status=status)


def _initial(request: ViewerRequest) -> dict[str, str]:
    user = request.user
    return {
        "name": user.name,
        "language": user.language,
        "timezone": user.timezone,
        "theme": request.COOKIES.get(THEME_COOKIE, ""),
    }
