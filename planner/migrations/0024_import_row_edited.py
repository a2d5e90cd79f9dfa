"""Rows know that a person has put them right, so that a further check of the file keeps what was written."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("planner", "0023_import_row_failures")]

    operations = [
        migrations.AddField(
            model_name="csvrow",
            name="edited",
            field=models.BooleanField(db_default=False, default=False, verbose_name="edited"),
        ),
    ]
