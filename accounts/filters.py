"""What the address of a list asks for: forms that name what they cannot read and keep the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models.connected_account import Health
from accounts.selectors.accounts import SORTS

MOST_WORDS = 10
MOST_VALUES = 50
LARGEST_KEY = 2**63 - 1


class Several(forms.Field):
    """Any number of values of one kind. `clean` gives those that `one` accepts, each once, and those it does not."""

    widget = forms.MultipleHiddenInput

    def __init__(self, one: forms.Field, *, refusal: Callable[[str], str]) -> None:
        super().__init__(required=False)
        self.one = one
        self.refusal = refusal

    def clean(self, value: Iterable[str] | None) -> tuple[list[Any], list[str]]:
        good: dict[Any, None] = {}
        bad: dict[str, None] = {}
        for text in [text for text in value or [] if text.strip()][:MOST_VALUES]:
            try:
                good[self.one.clean(text)] = None
            except ValidationError:
                bad[text] = None
        return list(good), list(bad)


class FilterForm(forms.Form):
    """Filters in an address, never shown as a form of its own. `q` is cleaned to the words to look for."""

    q = forms.CharField(
        required=False,
        max_length=200,
        error_messages={"max_length": gettext_lazy("The search is longer than 200 characters. Shorten it.")},
    )

    def clean_q(self) -> tuple[str, ...]:
        words = tuple(dict.fromkeys(self.cleaned_data["q"].split()))
        if len(words) > MOST_WORDS:
            raise ValidationError(_("Search for at most %(most)d words at a time.") % {"most": MOST_WORDS})
        return words

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name, field in self.fields.items():
            if isinstance(field, Several):
                data[name], bad = data[name]
                for text in bad:
                    self.add_error(None, field.refusal(text[:60]))
        return data

    @property
    def problems(self) -> list[str]:
        """One sentence for each thing that cannot be read."""
        return [str(sentence) for sentences in self.errors.values() for sentence in sentences]


class AccountFilterForm(FilterForm):
    """Filters of the Accounts page. Groups are named, because each location has its own of the same name.

    A network is not checked against a list: HighLevel may connect one that Rota has never heard of.
    """

    network = Several(
        forms.SlugField(max_length=32), refusal=lambda text: _("“%s” cannot be the name of a network.") % text
    )
    health = Several(
        forms.ChoiceField(choices=Health.choices), refusal=lambda text: _("“%s” is not a state of an account.") % text
    )
    group = Several(forms.CharField(max_length=255), refusal=lambda text: _("“%s” cannot be a group.") % text)
    sort = forms.ChoiceField(
        required=False,
        choices=[(f"{sign}{name}", name) for name in SORTS for sign in ("", "-")],
        error_messages={"invalid_choice": gettext_lazy("Accounts cannot be sorted by “%(value)s”.")},
    )
