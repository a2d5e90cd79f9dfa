"""What the pages of imports are asked and sent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.filters import FilterForm
from accounts.models import ConnectedAccount, User
from highlevel.models import Location
from planner.imports.columns import FileKind
from planner.imports.dates import DateOrder
from planner.imports.reading.limits import LARGEST_FILE, MOST_COLUMNS
from planner.models.csv_import import ImportEngine
from planner.selectors.import_columns import places_to_write
from planner.selectors.import_list import VIEWS

ENDINGS = (".csv", ".xlsx")


class ImportFilterForm(FilterForm):
    """Filters of the list of imports. What cannot be read is named in `problems`; everything else holds."""

    state = forms.ChoiceField(
        required=False,
        choices=[(name, name) for name in VIEWS],
        error_messages={"invalid_choice": gettext_lazy("“%(value)s” is not a state of an import.")},
    )
    kind = forms.ChoiceField(
        required=False,
        choices=FileKind.choices,
        error_messages={"invalid_choice": gettext_lazy("“%(value)s” is not a kind of file.")},
    )


class UploadForm(forms.Form):
    """One file. What is in it is said later, by who reads it."""

    file = forms.FileField(
        error_messages={
            "required": gettext_lazy("Choose a .csv or .xlsx file first."),
            "empty": gettext_lazy("The file is empty. Put one post into each row under the headers."),
        }
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        name = file.name or ""
        if not name.lower().endswith(ENDINGS):
            said = _("“%(name)s” is not a .csv or .xlsx file. Save it as one of these two.")
            raise forms.ValidationError(said % {"name": name[:80]})
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(too_large())
        return file


def too_large() -> str:
    """The sentence about a file that is not taken."""
    said = _("The file is larger than the %(most)d MB that one import takes. Split it into several files.")
    return said % {"most": LARGEST_FILE >> 20}


class ColumnsForm(forms.Form):
    """How a file is to be read. Accounts that are not of the location are left out, as when it was just changed."""

    kind = forms.ChoiceField(
        choices=FileKind.choices,
        error_messages={
            "required": gettext_lazy("Say what kind of file this is."),
            "invalid_choice": gettext_lazy("Say what kind of file this is."),
        },
    )
    date_order = forms.ChoiceField(required=False, choices=DateOrder.choices)
    engine = forms.ChoiceField(required=False, choices=ImportEngine.choices)
    location = forms.ModelChoiceField(
        queryset=Location.objects.none(),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose one of your locations.")},
    )
    accounts = forms.ModelMultipleChoiceField(queryset=ConnectedAccount.objects.none(), required=False)
    approver = forms.CharField(required=False, max_length=64)

    def __init__(self, data: QueryDict | None, *, user: User) -> None:
        super().__init__(data)
        self.fields["location"].queryset = places_to_write(user)  # type: ignore[attr-defined]
        location = str(data.get("location", "")) if data else ""
        if location.isascii() and location.isdigit() and len(location) < 19:
            held = ConnectedAccount.objects.present().filter(location=int(location)).defer("remote")
            self.fields["accounts"].queryset = held  # type: ignore[attr-defined]

    def clean_engine(self) -> str:
        if self.cleaned_data.get("kind") == FileKind.AGENCY:
            return ImportEngine.OUTBOX
        return self.cleaned_data["engine"] or ImportEngine.OUTBOX


class ApiKeyForm(forms.Form):
    """What a new key is called and what it is good for; without locations for all that the person works for."""

    name = forms.CharField(
        max_length=100,
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("What uses it, so that you know later which one to revoke."),
        error_messages={"required": gettext_lazy("Give the key a name.")},
    )
    locations = forms.ModelMultipleChoiceField(
        queryset=Location.objects.none(),
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("Choose locations that you work for."),
            "invalid_pk_value": gettext_lazy("Choose locations that you work for."),
        },
    )

    def __init__(self, data: QueryDict | None, *, user: User) -> None:
        super().__init__(data)
        self.fields["locations"].queryset = user.locations()  # type: ignore[attr-defined]


def typed_columns(data: QueryDict) -> dict[int, str]:
    """What was written beside each column of the file, by the column's number."""
    found: dict[int, str] = {}
    for name in data:
        place = name.removeprefix("column-")
        if name != place and place.isascii() and place.isdigit() and len(place) < 5 and int(place) < MOST_COLUMNS:
            found[int(place)] = str(data[name]).replace("\0", "")[:200]
    return found
