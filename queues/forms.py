"""What the address of the Queues page asks for, and the forms around a queue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.filters import LARGEST_KEY, FilterForm, Several
from planner.models import Category
from queues.models import QueueStatus
from queues.selectors.queue_list import PROBLEMS, SORTS

MOST_PICKED = 200  # queues that are paused or resumed at once
MOST_DAYS = 3650


class QueueFilterForm(FilterForm):
    """Filters of the Queues page. What cannot be read is named in `problems`; everything else holds."""

    state = Several(
        forms.ChoiceField(choices=QueueStatus.choices), refusal=lambda text: _("“%s” is not a state of a queue.") % text
    )
    problem = Several(
        forms.ChoiceField(choices=[(name, name) for name in PROBLEMS]),
        refusal=lambda text: _("“%s” is not one of the choices.") % text,
    )
    sort = forms.ChoiceField(
        required=False,
        choices=[(f"{sign}{name}", name) for name in SORTS for sign in ("", "-")],
        error_messages={"invalid_choice": gettext_lazy("Queues cannot be sorted by “%(value)s”.")},
    )


class PickForm(forms.Form):
    """Queues that something is done to together."""

    do = forms.ChoiceField(
        choices=[("pause", "pause"), ("resume", "resume")],
        error_messages={
            "required": gettext_lazy("Choose whether to pause or to resume."),
            "invalid_choice": gettext_lazy("Queues can be paused or resumed together, nothing else."),
        },
    )
    pick = Several(forms.IntegerField(min_value=1, max_value=LARGEST_KEY), refusal=lambda text: text)

    def clean_pick(self) -> list[int]:
        return list(self.cleaned_data["pick"][0][:MOST_PICKED])


class NewQueueForm(forms.Form):
    """The category that gets a queue, its first slots and its switches."""

    category = forms.ModelChoiceField(
        queryset=Category.objects.none(),
        label=gettext_lazy("Category"),
        empty_label=gettext_lazy("Choose a category"),
        error_messages={
            "required": gettext_lazy("Choose the category whose posts go out in turn."),
            "invalid_choice": gettext_lazy("This category has a queue already, or is gone. Choose another one."),
        },
    )
    preset = forms.CharField(max_length=20, error_messages={"required": gettext_lazy("Choose when its posts go out.")})
    enable_future_posts = forms.BooleanField(required=False)
    prioritize_new_content = forms.BooleanField(required=False)

    def __init__(self, data: Any, *, categories: Any, presets: Any) -> None:
        super().__init__(data)
        field = self.fields["category"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = categories
        self.presets = presets

    def clean_preset(self) -> list[dict[str, Any]]:
        """The slots of the preset."""
        found = self.presets.get(self.cleaned_data["preset"])
        if found is None:
            raise forms.ValidationError(_("Choose when its posts go out."))
        return list(found.slots)


class QueueSettingsForm(forms.Form):
    """The switches of a queue, and Rota's own number of days within which nothing should return."""

    enable_future_posts = forms.BooleanField(required=False)
    prioritize_new_content = forms.BooleanField(required=False)
    returns_within_days = forms.IntegerField(
        min_value=0,
        max_value=MOST_DAYS,
        error_messages={
            "required": gettext_lazy("Write a number of days; 0 switches the warning off."),
            "invalid": gettext_lazy("Write a number of days; 0 switches the warning off."),
            "min_value": gettext_lazy("Write a number of days; 0 switches the warning off."),
            "max_value": gettext_lazy("Write at most 3650 days."),
        },
    )


class StepForm(forms.Form):
    """One thing that is done to the draft: the verb with the item it is about, or the items that are ticked."""

    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    do = forms.RegexField(r"^[a-z]{1,10}( n?[0-9]{1,18})?$")
    skip = forms.IntegerField(min_value=0, max_value=10**9, required=False)
    q = forms.CharField(max_length=200, required=False)
    place = forms.IntegerField(min_value=1, max_value=10**9, required=False)
    target = forms.RegexField(r"^n?[0-9]{1,18}$", required=False)
    pick = Several(forms.RegexField(r"^n?[0-9]{1,18}$"), refusal=lambda text: text)

    def clean_pick(self) -> list[str]:
        return list(self.cleaned_data["pick"][0])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        verb, _space, key = data.get("do", "").partition(" ")
        data["verb"] = verb
        data["keys"] = [key] if key else data.get("pick") or []
        return data
