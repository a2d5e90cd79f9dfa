import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("planner", "0020_csv_imports"),
        ("planner", "0023_import_row_failures"),
        ("planner", "0024_import_row_edited"),
    ]

    dependencies = [
        ("accounts", "0001_initial"),
        ("highlevel", "0001_initial"),
        ("planner", "0003_writing_and_bulk_actions"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="api_keys",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("hint", models.CharField(max_length=16, verbose_name="begins with")),
                ("created_at", models.DateTimeField(verbose_name="made")),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="last used")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked")),
                (
                    "locations",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="highlevel.location", verbose_name="locations"
                    ),
                ),
            ],
            options={
                "verbose_name": "API key",
                "verbose_name_plural": "API keys",
                "ordering": ("-created_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="CsvImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="key")),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "location",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="highlevel.location",
                        verbose_name="location",
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("wizard", "uploaded here"),
                            ("script", "sent by a script"),
                            ("highlevel", "made in HighLevel"),
                        ],
                        default="wizard",
                        max_length=16,
                        verbose_name="origin",
                    ),
                ),
                (
                    "engine",
                    models.CharField(
                        choices=[("outbox", "Rota"), ("highlevel", "HighLevel's import")],
                        default="outbox",
                        max_length=16,
                        verbose_name="way",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("basic", "HighLevel, basic"),
                            ("advanced", "HighLevel, advanced"),
                            ("agency", "Agency file"),
                        ],
                        default="",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "Being read"),
                            ("columns", "Columns to confirm"),
                            ("checking", "Being checked"),
                            ("checked", "Checked"),
                            ("committing", "Posts being made"),
                            ("sending", "On its way to HighLevel"),
                            ("review", "Rows to review"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                            ("undoing", "Being undone"),
                            ("undone", "Undone"),
                        ],
                        default="uploaded",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("scope", models.JSONField(blank=True, null=True, verbose_name="locations of the key")),
                ("file_name", models.CharField(max_length=255, verbose_name="file")),
                ("file_size", models.BigIntegerField(default=0, verbose_name="size (bytes)")),
                ("file", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("layout", models.JSONField(blank=True, default=dict, verbose_name="layout")),
                ("headers", models.JSONField(blank=True, default=dict, verbose_name="headers")),
                ("mapping", models.JSONField(blank=True, default=dict, verbose_name="columns by hand")),
                (
                    "date_order",
                    models.CharField(
                        blank=True,
                        choices=[("", "not said"), ("day", "day first"), ("month", "month first")],
                        default="",
                        max_length=8,
                        verbose_name="day and month",
                    ),
                ),
                ("accounts", models.JSONField(blank=True, default=list, verbose_name="accounts")),
                (
                    "approver",
                    models.CharField(
                        blank=True, default="", max_length=64, verbose_name="HighLevel id of the approver"
                    ),
                ),
                ("total_rows", models.PositiveIntegerField(default=0, verbose_name="rows")),
                ("counts", models.JSONField(blank=True, default=dict, verbose_name="rows by state")),
                ("cursor", models.PositiveIntegerField(default=0, verbose_name="read up to row")),
                ("problem", models.JSONField(blank=True, default=dict, verbose_name="what is wrong with the file")),
                ("rate_limit_reset_at", models.DateTimeField(blank=True, null=True, verbose_name="goes on")),
                ("created_at", models.DateTimeField(verbose_name="uploaded")),
                ("updated_at", models.DateTimeField(verbose_name="moved on")),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="started")),
                ("completed_at", models.DateTimeField(blank=True, null=True, verbose_name="completed")),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="undone by",
                    ),
                ),
                ("claim", models.CharField(blank=True, default="", editable=False, max_length=36)),
                ("claimed_until", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "verbose_name": "CSV import",
                "verbose_name_plural": "CSV imports",
                "ordering": ("-created_at", "-pk"),
                "indexes": [
                    models.Index(fields=["-created_at", "-id"], name="import_list"),
                    models.Index(fields=["state", "claimed_until"], name="import_to_run"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "uploaded",
                                    "columns",
                                    "checking",
                                    "checked",
                                    "committing",
                                    "sending",
                                    "review",
                                    "done",
                                    "failed",
                                    "cancelled",
                                    "undoing",
                                    "undone",
                                ],
                            )
                        ),
                        name="import_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("engine__in", ["outbox", "highlevel"])), name="import_engine_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("origin__in", ["wizard", "script", "highlevel"])),
                        name="import_origin_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["", "basic", "advanced", "agency"])), name="import_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("date_order__in", ["", "day", "month"])), name="import_date_order_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "csv_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="planner.csvimport",
                        verbose_name="CSV import",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                (
                    "location",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="highlevel.location",
                        verbose_name="location",
                    ),
                ),
                ("remote_id", models.CharField(blank=True, max_length=64, null=True, verbose_name="HighLevel id")),
                ("uploaded", models.JSONField(blank=True, default=dict, verbose_name="uploaded file")),
                ("status", models.CharField(blank=True, default="", max_length=32, verbose_name="status")),
                ("error", models.TextField(blank=True, default="", verbose_name="error")),
                ("rows_count", models.PositiveIntegerField(default=0, verbose_name="rows")),
                ("polled_at", models.DateTimeField(blank=True, null=True, verbose_name="last asked")),
                ("finalized_at", models.DateTimeField(blank=True, null=True, verbose_name="finalised")),
            ],
            options={
                "verbose_name": "part of an import",
                "verbose_name_plural": "parts of an import",
                "ordering": ("number",),
                "constraints": [
                    models.UniqueConstraint(fields=("csv_import", "number"), name="part_one_a_number"),
                    models.UniqueConstraint(fields=("location", "remote_id"), name="part_one_a_remote_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="HeaderMapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("digest", models.CharField(editable=False, max_length=32)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("basic", "HighLevel, basic"),
                            ("advanced", "HighLevel, advanced"),
                            ("agency", "Agency file"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("mapping", models.JSONField(blank=True, default=dict, verbose_name="columns by hand")),
                ("used_at", models.DateTimeField(verbose_name="last used")),
            ],
            options={
                "verbose_name": "mapping of headers",
                "verbose_name_plural": "mappings of headers",
                "ordering": ("-used_at",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["basic", "advanced", "agency"])), name="mapping_kind_known"
                    ),
                    models.UniqueConstraint(fields=("person", "digest"), name="mapping_one_a_header_set"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CsvRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "csv_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="planner.csvimport",
                        verbose_name="CSV import",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="row")),
                ("place", models.PositiveIntegerField(verbose_name="place")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ready", "Ready"),
                            ("warning", "Ready, with a warning"),
                            ("blocked", "Blocked"),
                            ("already", "Already imported"),
                            ("committed", "On its way"),
                            ("success", "Done"),
                            ("failed", "Failed"),
                            ("undone", "Undone"),
                        ],
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                (
                    "location",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="highlevel.location",
                        verbose_name="location",
                    ),
                ),
                ("raw", models.JSONField(blank=True, default=dict, verbose_name="as it stood in the file")),
                ("edited", models.BooleanField(db_default=False, default=False, verbose_name="edited")),
                ("plan", models.JSONField(blank=True, null=True, verbose_name="plan")),
                ("problems", models.JSONField(blank=True, default=list, verbose_name="problems")),
                ("fingerprint", models.CharField(blank=True, default="", editable=False, max_length=32)),
                ("error", models.TextField(blank=True, default="", verbose_name="error")),
                ("failure", models.JSONField(blank=True, default=list, verbose_name="failure")),
                (
                    "part",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="rows",
                        to="planner.importpart",
                        verbose_name="part",
                    ),
                ),
                ("remote_id", models.CharField(blank=True, default="", max_length=64, verbose_name="HighLevel id")),
                ("remote", models.JSONField(blank=True, default=dict, verbose_name="as HighLevel sent it")),
                ("created_at", models.DateTimeField(verbose_name="read")),
                (
                    "posts",
                    models.ManyToManyField(
                        blank=True, related_name="csv_rows", to="planner.post", verbose_name="posts"
                    ),
                ),
            ],
            options={
                "verbose_name": "row of an import",
                "verbose_name_plural": "rows of an import",
                "ordering": ("number",),
                "indexes": [
                    models.Index(fields=["csv_import", "state", "number"], name="row_of_state"),
                    models.Index(fields=["fingerprint", "csv_import"], name="row_of_fingerprint"),
                    models.Index(fields=["csv_import", "location"], name="row_of_location"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["ready", "warning", "blocked", "already", "committed", "success", "failed", "undone"],
                            )
                        ),
                        name="row_state_known",
                    ),
                    models.UniqueConstraint(fields=("csv_import", "number"), name="row_one_a_number"),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state__in", ("committed", "success")), models.Q(("fingerprint", ""), _negated=True)
                        ),
                        fields=("fingerprint",),
                        name="row_one_live_a_fingerprint",
                    ),
                ],
            },
        ),
    ]
