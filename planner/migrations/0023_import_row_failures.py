"""Rows keep why they failed as codes with values, and problems the values that their sentences are filled with now."""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q, TextField
from django.db.models.functions import Cast

# What the sentences said before they named the file's own columns.
NAMES = {
    "account_missing": {"columns": "accounts / socialAccountTypes"},
    "location_ambiguous": {"id_column": "teamId"},
    "location_contradiction": {"id_column": "teamId", "name_column": "location"},
    "location_missing": {"columns": "teamId / location"},
    "network_account_ambiguous": {"column_of_accounts": "accounts"},
}
FOUND = ("network_problem", "network_warning")


def rewrite(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    rows = apps.get_model("planner", "CsvRow").objects.annotate(said=Cast("problems", TextField()))
    asked = Q()
    for code in (*NAMES, *FOUND):
        asked |= Q(said__contains=f'"{code}"')
    changed: list[Any] = []
    for row in rows.filter(asked).only("pk", "problems").order_by("pk").iterator(500):
        row.problems = [rewritten(kept) for kept in row.problems]
        changed.append(row)
        if len(changed) == 500:
            rows.bulk_update(changed, ["problems"])
            changed = []
    rows.bulk_update(changed, ["problems"])


def rewritten(kept: dict[str, Any]) -> dict[str, Any]:
    """A kept problem in the present form; one that has it already stays as it is."""
    about = dict(kept.get("about", {}))
    if kept["code"] in FOUND and "sentence" in about:
        told = {"sentences": {"en": about.pop("sentence")}, "field": kept.get("column", "")}
        return {"code": kept["code"], "about": {**about, **told}}
    return {**kept, "about": {**NAMES.get(kept["code"], {}), **about}}


class Migration(migrations.Migration):
    dependencies = [("planner", "0022_post_check_when_written")]

    operations = [
        migrations.AddField(
            model_name="csvrow",
            name="failure",
            field=models.JSONField(blank=True, default=list, verbose_name="failure"),
        ),
        migrations.RunPython(rewrite, migrations.RunPython.noop, elidable=True),
    ]
