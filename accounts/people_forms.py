"""Forms about access: inviting, joining, new passwords and codes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.services.people_access import grantable_roles, managed_locations
from highlevel.models import Location

OWNER = "owner"
NO_ACCESS = "none"
PASSWORD_HELP = _("At least 10 characters. A few unrelated words are easy to remember and hard to guess.")


class InviteForm(forms.Form):
    """Whom to invite, as what and where. `cleaned_data["role"]` is a role, `owner` tells whether it is an owner."""

    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off", "autofocus": True})
    )
    name = forms.CharField(label=_("Name"), max_length=150, required=False)
    role = forms.ChoiceField(
        label=_("Role"),
        initial=Role.CREATOR,
        help_text=_("A creator writes and submits, an approver approves, a viewer reads, a manager may do everything."),
    )
    locations = forms.ModelMultipleChoiceField(
        label=_("Locations"),
        queryset=Location.objects.none(),
        required=False,
        error_messages={
            "invalid_choice": _("One of the locations is not yours to give. Tick others."),
            "invalid_pk_value": _("One of the locations does not exist. Tick others."),
        },
    )

    def __init__(self, actor: User, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        role, places = self.fields["role"], self.fields["locations"]
        choices: list[tuple[str, Any]] = [(role.value, role.label) for role in grantable_roles(actor)]
        if actor.is_owner:
            choices.append((OWNER, _t("owner of the agency")))
        role.choices = choices  # type: ignore[attr-defined]
        places.queryset = managed_locations(actor).only("name", "colour")  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        owner = given.get("role") == OWNER
        if "role" in given and "locations" in given and not owner and not given["locations"]:
            self.add_error("locations", _t("Tick at least one location. Only an owner needs none."))
        return given

    @property
    def offer(self) -> dict[str, Any]:
        """What the service takes."""
        given = self.cleaned_data
        owner = given["role"] == OWNER
        return {
            "email": given["email"],
            "name": given["name"],
            "role": Role.VIEWER if owner else Role(given["role"]),
            "locations": [] if owner else list(given["locations"]),
            "owner": owner,
        }


class NewPasswordForm(forms.Form):
    """A password for somebody who comes by a link; Django's own view for a forgotten password uses it too."""

    new_password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
        help_text=PASSWORD_HELP,
    )

    def __init__(self, user: User | None, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data)
        self.user = user

    def clean_new_password(self) -> str:
        new = str(self.cleaned_data["new_password"])
        password_validation.validate_password(new, self.user)
        return new


class JoinForm(NewPasswordForm):
    """Name and password of somebody who accepts an invitation."""

    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    field_order = ("name", "new_password")

    def __init__(self, *, email: str, data: Any = None, initial: Any = None) -> None:
        super().__init__(User(email=email), data)
        self.initial = initial or {}
        self.fields["new_password"].label = _("Password")
        del self.fields["new_password"].widget.attrs["autofocus"]


class ForgottenForm(forms.Form):
    """The e-mail whose password is forgotten."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )


def _code_field(label: Any, **attributes: Any) -> forms.CharField:
    attrs = {"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "none", **attributes}
    return forms.CharField(label=label, max_length=40, widget=forms.TextInput(attrs=attrs))


class CodeForm(forms.Form):
    """The code that follows the password."""

    code = _code_field(_("Code"), autofocus=True)


class OwnPasswordForm(forms.Form):
    """The password, once more, before something that needs it."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, user: User, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._user = user

    def clean_password(self) -> str:
        given = str(self.cleaned_data["password"])
        if not self._user.check_password(given):
            raise ValidationError(_t("This is not your password."))
        return given


class FactorForm(OwnPasswordForm):
    """The first code of an authenticator app."""

    code = _code_field(_("Code from the app"), inputmode="numeric")
    field_order = ("code", "password")


class AccessForm(forms.Form):
    """What to do with the access of one person: a role or none, in the ticked locations or in all that match."""

    WHICH = (("ticked", _("the ticked locations")), ("matching", _("all locations that match")))
    role = forms.ChoiceField(
        error_messages={
            "required": _("Choose a role, or no access."),
            "invalid_choice": _("This role is not yours to give. Choose another."),
        }
    )
    which = forms.ChoiceField(choices=WHICH, required=False)
    ticked = forms.ModelMultipleChoiceField(
        queryset=Location.objects.none(),
        required=False,
        error_messages={
            "invalid_choice": _("One of the locations is not yours to give. Tick others."),
            "invalid_pk_value": _("One of the locations does not exist. Tick others."),
        },
    )

    def __init__(self, actor: User, data: Any = None) -> None:
        super().__init__(data)
        self.fields["role"].choices = access_choices(actor)  # type: ignore[attr-defined]
        self.fields["ticked"].queryset = managed_locations(actor)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if "ticked" in given and given.get("which") != "matching" and not given["ticked"]:
            self.add_error("ticked", _t("Tick at least one location, or choose all that match."))
        return given

    @property
    def ticks(self) -> set[str]:
        """What was ticked, for showing the form again."""
        return {str(pk) for pk in self["ticked"].value() or []}

    @property
    def problems(self) -> list[str]:
        return [str(problem) for problems in self.errors.values() for problem in problems]


def access_choices(actor: User) -> list[tuple[str, Any]]:
    """The roles that this person may give, and no access."""
    return [*((role.value, role.label) for role in grantable_roles(actor)), (NO_ACCESS, _t("no access"))]
