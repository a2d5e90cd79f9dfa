"""The form for a private integration token."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

LOCATION, AGENCY = "location", "agency"


class TokenForm(forms.Form):
    """A token and what it is for. The token is never shown again, not even in a form that comes back."""

    kind = forms.ChoiceField(
        label=_("The token is of"),
        choices=[(AGENCY, _("the agency")), (LOCATION, _("one location"))],
        initial=AGENCY,
        widget=forms.RadioSelect,
    )
    location_id = forms.CharField(
        label=_("Location id"),
        required=False,
        max_length=64,
        help_text=_(
            "For one location only. It is in the address of the location's pages in HighLevel, after /location/."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    token = forms.CharField(
        label=_("Token"),
        max_length=4096,
        help_text=_("It begins with pit- and is encrypted before it is stored."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_token(self) -> str:
        token = str(self.cleaned_data["token"])
        if any(not sign.isascii() or sign.isspace() or not sign.isprintable() for sign in token):
            raise forms.ValidationError(_t("A token has letters, digits and dashes only. Copy it once more."))
        return token

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("kind") == LOCATION and not given.get("location_id"):
            self.add_error("location_id", _t("Say which location the token is of."))
        return given
