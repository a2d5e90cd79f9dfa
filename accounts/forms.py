"""Forms about people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, password_validation
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.frame import THEMES
from accounts.models import User
from accounts.zones import zone_names


class SignInForm(forms.Form):
    """E-mail and password. The refusal never says which of the two was wrong."""

    email = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    user: User

    def __init__(self, request: HttpRequest, data: Any = None) -> None:
        super().__init__(data)
        self._request = request

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.errors:
            return given
        # By the name of the model's field: django-axes counts failures under that name, and would count none otherwise.
        found = authenticate(self._request, email=given["email"].lower(), password=given["password"])
        if not isinstance(found, User):
            raise forms.ValidationError(
                gettext("This e-mail and password do not belong together. Check both and try again.")
            )
        self.user = found
        return given


def _zone_choices() -> list[tuple[str, str]]:
    zones = sorted(name for name in zone_names() if "/" in name and not name.startswith("Etc/"))
    return [("", gettext("As in this browser")), ("UTC", "UTC"), *((name, name.replace("_", " ")) for name in zones)]


class ProfileForm(forms.Form):
    """How Rota addresses a person."""

    name = forms.CharField(
        label=_("Name"), max_length=150, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=lambda: [("", gettext("As in this browser")), *settings.LANGUAGES],
    )
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        choices=_zone_choices,
        help_text=_("Posts keep their client's time; yours is shown beside it where it differs."),
    )
    theme = forms.ChoiceField(
        label=_("Theme"),
        required=False,
        choices=[("", _("As on this device")), (THEMES[0], _("Light")), (THEMES[1], _("Dark"))],
        help_text=_("For this browser only."),
    )


class PasswordForm(forms.Form):
    """A new password, for somebody who knows the old one."""

    old_password = forms.CharField(
        label=_("Password now"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new_password = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters. A few unrelated words are easy to remember and hard to guess."),
    )

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        self._user = user

    def clean_old_password(self) -> str:
        old = str(self.cleaned_data["old_password"])
        if not self._user.check_password(old):
            raise forms.ValidationError(gettext("This is not your password."))
        return old

    def clean_new_password(self) -> str:
        new = str(self.cleaned_data["new_password"])
        password_validation.validate_password(new, self._user)
        return new
