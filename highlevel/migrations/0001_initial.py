import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import highlevel.encryption


class Migration(migrations.Migration):
    replaces = [("highlevel", "0002_outbox_and_webhooks"), ("highlevel", "0003_change_turn")]

    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Location",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("remote_id", models.CharField(max_length=64, unique=True, verbose_name="HighLevel id")),
                ("company_id", models.CharField(max_length=64, verbose_name="company id")),
                ("name", models.CharField(max_length=255, verbose_name="name")),
                ("timezone", models.CharField(default="UTC", max_length=64, verbose_name="time zone")),
                ("colour", models.CharField(default="#565a63", max_length=7, verbose_name="colour")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("remote", models.JSONField(blank=True, default=dict, verbose_name="as HighLevel sent it")),
                ("gone_at", models.DateTimeField(blank=True, null=True, verbose_name="gone from HighLevel")),
                ("pulled_at", models.DateTimeField(blank=True, null=True, verbose_name="last brought up to date")),
                ("next_pull_at", models.DateTimeField(blank=True, db_index=True, null=True, verbose_name="next pull")),
                ("paused_at", models.DateTimeField(blank=True, null=True, verbose_name="paused since")),
                (
                    "paused_code",
                    models.CharField(blank=True, default="", max_length=64, verbose_name="why it is paused"),
                ),
                ("paused_detail", models.TextField(blank=True, default="", verbose_name="what HighLevel said")),
                ("pull_claim", models.CharField(blank=True, default="", editable=False, max_length=36)),
                ("pull_claimed_until", models.DateTimeField(blank=True, editable=False, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
            ],
            options={
                "verbose_name": "location",
                "verbose_name_plural": "locations",
                "ordering": ("name", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Credential",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "level",
                    models.CharField(
                        choices=[("company", "company"), ("location", "location")], max_length=16, verbose_name="level"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("oauth", "marketplace app"),
                            ("private", "private integration"),
                            ("minted", "made from the company's token"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("company_id", models.CharField(max_length=64, verbose_name="company id")),
                (
                    "location",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credentials",
                        to="highlevel.location",
                        verbose_name="location",
                    ),
                ),
                (
                    "access_token",
                    highlevel.encryption.EncryptedTextField(blank=True, default="", verbose_name="access token"),
                ),
                (
                    "refresh_token",
                    highlevel.encryption.EncryptedTextField(blank=True, default="", verbose_name="refresh token"),
                ),
                ("scopes", models.TextField(blank=True, default="", verbose_name="scopes")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires")),
                (
                    "state",
                    models.CharField(
                        choices=[("good", "good"), ("refused", "refused")],
                        default="good",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("problem", models.TextField(blank=True, default="", verbose_name="what HighLevel said")),
                ("generation", models.PositiveIntegerField(default=0, editable=False)),
                ("renewal_claim", models.CharField(blank=True, default="", editable=False, max_length=36)),
                ("renewal_claimed_until", models.DateTimeField(blank=True, editable=False, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
            ],
            options={
                "verbose_name": "credential",
                "verbose_name_plural": "credentials",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["company", "location"])), name="credential_level_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["oauth", "private", "minted"])), name="credential_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["good", "refused"])), name="credential_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("level", "company"), ("location", None)),
                            models.Q(("level", "location"), ("location__isnull", False)),
                            _connector="OR",
                        ),
                        name="credential_level_fits_location",
                        violation_error_message="A location's credential names the location, a company's does not.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("level", "company")),
                        fields=("company_id",),
                        name="credential_one_a_company",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("level", "location")),
                        fields=("location",),
                        name="credential_one_a_location",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PullState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "location",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pull_states", to="highlevel.location"
                    ),
                ),
                ("step", models.CharField(max_length=32, verbose_name="step")),
                ("pulled_at", models.DateTimeField(blank=True, null=True, verbose_name="last complete")),
                ("cursor", models.JSONField(blank=True, default=dict, verbose_name="resume from")),
            ],
            options={
                "verbose_name": "pull state",
                "verbose_name_plural": "pull states",
                "constraints": [models.UniqueConstraint(fields=("location", "step"), name="pull_state_one_a_step")],
            },
        ),
        migrations.CreateModel(
            name="PullPage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pages", to="highlevel.pullstate"
                    ),
                ),
                ("listing", models.CharField(max_length=32)),
                ("skip", models.PositiveIntegerField()),
                ("ids", models.JSONField(default=list)),
                ("kept_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "page of a pull",
                "verbose_name_plural": "pages of pulls",
                "constraints": [models.UniqueConstraint(fields=("state", "listing", "skip"), name="pull_page_once")],
            },
        ),
        migrations.CreateModel(
            name="SyncRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "location",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runs",
                        to="highlevel.location",
                        verbose_name="location",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("scheduled", "scheduled"), ("asked", "asked for")], max_length=16, verbose_name="kind"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting for its turn"),
                            ("running", "running"),
                            ("done", "up to date"),
                            ("partial", "partly done"),
                            ("failed", "failed"),
                            ("interrupted", "interrupted"),
                        ],
                        default="running",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="started")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                ("step", models.CharField(blank=True, default="", max_length=32, verbose_name="step")),
                ("counts", models.JSONField(blank=True, default=dict, verbose_name="rows seen and written a step")),
                ("requests", models.PositiveIntegerField(default=0, verbose_name="requests spent")),
                ("error_code", models.CharField(blank=True, default="", max_length=64, verbose_name="error code")),
                ("error_operation", models.CharField(blank=True, default="", max_length=64, verbose_name="operation")),
                ("error_detail", models.TextField(blank=True, default="", verbose_name="what HighLevel said")),
                ("trace_id", models.CharField(blank=True, default="", max_length=128, verbose_name="trace id")),
            ],
            options={
                "verbose_name": "sync run",
                "verbose_name_plural": "sync runs",
                "ordering": ("-started_at", "-pk"),
                "indexes": [
                    models.Index(fields=["location", "-started_at"], name="sync_run_of_location"),
                    models.Index(fields=["-started_at", "-id"], name="sync_run_newest"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["scheduled", "asked"])), name="sync_run_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "running", "done", "partial", "failed", "interrupted"])
                        ),
                        name="sync_run_state_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("location",),
                        name="sync_run_one_waiting_a_location",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("webhook_id", models.CharField(max_length=128, unique=True, verbose_name="webhook id")),
                ("type", models.CharField(max_length=64, verbose_name="type")),
                ("body", models.JSONField(verbose_name="body")),
                ("sent_at", models.DateTimeField(verbose_name="sent")),
                ("received_at", models.DateTimeField(verbose_name="received")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("handled", "handled"),
                            ("ignored", "not for Rota"),
                            ("failed", "failed"),
                        ],
                        default="waiting",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("handled_at", models.DateTimeField(blank=True, null=True, verbose_name="handled")),
                ("problem", models.TextField(blank=True, default="", verbose_name="what went wrong")),
            ],
            options={
                "verbose_name": "webhook delivery",
                "verbose_name_plural": "webhook deliveries",
                "ordering": ("-received_at", "-pk"),
                "indexes": [models.Index(fields=["state", "received_at"], name="webhook_waiting")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "handled", "ignored", "failed"])),
                        name="webhook_state_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "location",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="highlevel.location",
                        verbose_name="location",
                    ),
                ),
                ("subject", models.CharField(max_length=64, verbose_name="subject")),
                ("operation", models.CharField(max_length=64, verbose_name="operation")),
                ("payload", models.JSONField(blank=True, default=dict, verbose_name="payload")),
                ("base", models.JSONField(blank=True, default=dict, verbose_name="base version")),
                (
                    "actor",
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
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting"),
                            ("sending", "Sending"),
                            ("done", "Done"),
                            ("unconfirmed", "Unconfirmed"),
                            ("refused", "Refused"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="pending",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="attempts")),
                ("looks", models.PositiveIntegerField(default=0, verbose_name="look-ups")),
                ("not_before", models.DateTimeField(verbose_name="not before")),
                ("claim", models.CharField(blank=True, default="", editable=False, max_length=36)),
                ("claimed_at", models.DateTimeField(blank=True, null=True, verbose_name="claimed")),
                ("error_code", models.CharField(blank=True, default="", max_length=64, verbose_name="error code")),
                ("error_detail", models.TextField(blank=True, default="", verbose_name="what HighLevel said")),
                ("trace_id", models.CharField(blank=True, default="", max_length=128, verbose_name="trace id")),
                ("outcome", models.JSONField(blank=True, default=dict, verbose_name="outcome")),
                ("created_at", models.DateTimeField(verbose_name="made")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled")),
                (
                    "after",
                    models.ManyToManyField(
                        blank=True, related_name="before", to="highlevel.change", verbose_name="goes after"
                    ),
                ),
            ],
            options={
                "verbose_name": "change",
                "verbose_name_plural": "changes",
                "ordering": ("-pk",),
                "indexes": [
                    models.Index(fields=["state", "not_before"], name="change_due"),
                    models.Index(
                        condition=models.Q(("state__in", ("pending", "unconfirmed"))),
                        fields=["location", "not_before", "id"],
                        name="change_turn",
                    ),
                    models.Index(fields=["subject", "id"], name="change_of_subject"),
                    models.Index(fields=["location", "state"], name="change_of_location"),
                    models.Index(fields=["-created_at", "-id"], name="change_list"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["pending", "sending", "done", "unconfirmed", "refused", "cancelled"])
                        ),
                        name="change_state_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("attempts", 0), ("state", "pending")),
                        fields=("subject", "operation"),
                        name="change_one_fresh_an_operation",
                    ),
                ],
            },
        ),
    ]
