"""What the address of the Posts page asks for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.filters import LARGEST_KEY, FilterForm, Several
from accounts.models import Platform
from planner.models import PostStatus

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
NEWEST, OLDEST = "newest", "oldest"
LISTED_STATUSES = [choice for choice in PostStatus.choices if choice[0] != PostStatus.DELETED]


class PostFilterForm(FilterForm):
    """Filters of the Posts page. What cannot be read is named in `problems`; everything else holds.

    Values of one filter widen the list, filters narrow it. Categories and tags are named, not numbered, because each
    location has its own of the same name. Dates are days on each client's own calendar, both included.
    """

    status = Several(
        forms.ChoiceField(choices=LISTED_STATUSES), refusal=lambda text: _("“%s” is not a status of a post.") % text
    )
    network = Several(
        forms.CharField(max_length=32), refusal=lambda text: _("“%s” is not a network that Rota knows.") % text
    )
    account = Several(
        forms.IntegerField(min_value=1, max_value=LARGEST_KEY),
        refusal=lambda text: _("“%s” is not one of your connected accounts.") % text,
    )
    category = Several(forms.CharField(max_length=255), refusal=lambda text: _("“%s” cannot be a category.") % text)
    tag = Several(forms.CharField(max_length=255), refusal=lambda text: _("“%s” cannot be a tag.") % text)
    start = forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": gettext_lazy("The first day is not a date. Write it as 2026-11-30.")},
    )
    end = forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": gettext_lazy("The last day is not a date. Write it as 2026-11-30.")},
    )
    sort = forms.ChoiceField(
        required=False,
        choices=[(NEWEST, NEWEST), (OLDEST, OLDEST)],
        error_messages={"invalid_choice": gettext_lazy("Posts can be sorted by “newest” or “oldest” first only.")},
    )

    def clean_network(self) -> tuple[list[str], list[str]]:
        good, bad = self.cleaned_data["network"]
        return [name for name in good if name in Platform.values], [
            *(name for name in good if name not in Platform.values),
            *bad,
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for name in ("start", "end"):
            day = data.get(name)
            if isinstance(day, date) and not FIRST_DAY <= day <= LAST_DAY:
                data[name] = None
                self.add_error(None, _("Rota keeps posts from 2000 to 2100; “%s” is left out.") % day.isoformat())
        first, last = data.get("start"), data.get("end")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            data["start"] = data["end"] = None
            self.add_error(None, _("The last day is before the first day, so the dates are left out."))
        return data
