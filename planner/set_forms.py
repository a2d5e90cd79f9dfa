"""What a person says about a bulk action: on which posts, what, and how."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.filters import LARGEST_KEY, Several
from planner.forms import FIRST_DAY, LAST_DAY
from planner.models import SetKind

LATER, EARLIER = "later", "earlier"
DAYS, HOURS, MINUTES = "days", "hours", "minutes"
MOST_TAGS = 20


class BulkForm(forms.Form):
    """The selection and the action. `cleaned_data["parameters"]` is what the action takes, `posts` the chosen keys."""

    kind = forms.ChoiceField(
        choices=SetKind.choices, error_messages={"required": gettext_lazy("Choose what to do with the posts.")}
    )
    post = Several(
        forms.IntegerField(min_value=1, max_value=LARGEST_KEY), refusal=lambda text: _("“%s” is not a post.") % text
    )
    everything = forms.BooleanField(required=False)
    amount = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=1000,
        label=gettext_lazy("By"),
        error_messages={"invalid": gettext_lazy("Write a whole number.")},
    )
    unit = forms.ChoiceField(
        required=False,
        choices=[
            (DAYS, gettext_lazy("days")),
            (HOURS, gettext_lazy("hours")),
            (MINUTES, gettext_lazy("minutes")),
        ],
    )
    direction = forms.ChoiceField(
        required=False, choices=[(LATER, gettext_lazy("later")), (EARLIER, gettext_lazy("earlier"))]
    )
    day = forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d"],
        label=gettext_lazy("To"),
        error_messages={"invalid": gettext_lazy("That is not a date. Write it as 2026-11-30.")},
    )
    at = forms.TimeField(
        required=False,
        input_formats=["%H:%M", "%H:%M:%S"],
        label=gettext_lazy("at"),
        error_messages={"invalid": gettext_lazy("That is not a time. Write it as 14:30.")},
    )
    spacing = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=100_000,
        label=gettext_lazy("Minutes between two posts of a client"),
        error_messages={"invalid": gettext_lazy("Write a whole number.")},
    )
    tags = forms.CharField(required=False, max_length=500, label=gettext_lazy("Tags, with commas between them"))
    category = forms.CharField(required=False, max_length=255, label=gettext_lazy("Category; empty takes it off"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["posts"], _strange = data.get("post") or ([], [])
        kind = data.get("kind", "")
        if kind == SetKind.SHIFT:
            data["parameters"] = self._shift(data)
        elif kind == SetKind.DATE:
            data["parameters"] = self._date(data)
        elif kind in (SetKind.TAGS_ADD, SetKind.TAGS_REMOVE):
            data["parameters"] = self._tags(data)
        else:
            data["parameters"] = {"category": (data.get("category") or "").strip()} if kind == SetKind.CATEGORY else {}
        return data

    def _shift(self, data: dict[str, Any]) -> dict[str, Any]:
        if not data.get("amount"):
            self._ask("amount", _("Say by how much."))
            return {}
        number = data["amount"] * (-1 if data.get("direction") == EARLIER else 1)
        unit = data.get("unit") or DAYS
        if unit == DAYS:
            return {"days": number, "minutes": 0}
        return {"days": 0, "minutes": number * (60 if unit == HOURS else 1)}

    def _date(self, data: dict[str, Any]) -> dict[str, Any]:
        day, at = data.get("day"), data.get("at")
        if day is None:
            self._ask("day", _("Say on which day."))
        elif not FIRST_DAY <= day <= LAST_DAY:
            self._ask("day", _("Rota keeps posts from 2000 to 2100."))
        if at is None:
            self._ask("at", _("Say at what time."))
        if not isinstance(day, date) or at is None:
            return {}
        return {"date": day.isoformat(), "time": at.strftime("%H:%M"), "spacing": data.get("spacing") or 0}

    def _tags(self, data: dict[str, Any]) -> dict[str, Any]:
        names = list(dict.fromkeys(name.strip() for name in (data.get("tags") or "").split(",") if name.strip()))
        if not names:
            self._ask("tags", _("Name at least one tag."))
        if len(names) > MOST_TAGS:
            self._ask("tags", _("Name at most %(most)d tags.") % {"most": MOST_TAGS})
        return {"tags": names}

    def _ask(self, name: str, sentence: str) -> None:
        if name not in self.errors:
            self.add_error(name, sentence)
