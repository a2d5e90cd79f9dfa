import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("planner", "0003_posts_written_here"),
        ("planner", "0010_media_uploads"),
        ("planner", "0011_post_checks"),
        ("planner", "0012_composer_drafts"),
        ("planner", "0015_change_sets"),
        ("planner", "0016_saved_views"),
        ("planner", "0021_composer_draft_subjects"),
        ("planner", "0022_post_check_when_written"),
    ]

    dependencies = [
        ("accounts", "0001_initial"),
        ("highlevel", "0001_initial"),
        ("planner", "0002_post_text_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="MediaUpload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "location",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="media_uploads",
                        to="highlevel.location",
                        verbose_name="location",
                    ),
                ),
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
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="key")),
                ("file", models.CharField(blank=True, default="", max_length=64, verbose_name="file")),
                ("name", models.CharField(max_length=255, verbose_name="name")),
                ("mime", models.CharField(max_length=64, verbose_name="kind")),
                ("size", models.PositiveBigIntegerField(verbose_name="bytes")),
                ("facts", models.JSONField(blank=True, default=dict, verbose_name="measured")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "On its way"),
                            ("ready", "In the media library"),
                            ("refused", "Not taken"),
                        ],
                        default="waiting",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("url", models.TextField(blank=True, default="", verbose_name="address in the library")),
                ("remote_id", models.CharField(blank=True, default="", max_length=255, verbose_name="HighLevel id")),
                ("error", models.CharField(blank=True, default="", max_length=64, verbose_name="error code")),
                ("created_at", models.DateTimeField(verbose_name="made")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled")),
            ],
            options={
                "verbose_name": "upload",
                "verbose_name_plural": "uploads",
                "ordering": ("-pk",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("file", ""), _negated=True), fields=["settled_at"], name="upload_kept_here"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "ready", "refused"])), name="upload_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ready"), _negated=True),
                            models.Q(("url", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="upload_ready_has_address",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PostCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "post",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="due_check",
                        to="planner.post",
                        verbose_name="post",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("written", "Once it was written"), ("day", "A day ahead"), ("hour", "An hour ahead")],
                        default="day",
                        max_length=8,
                        verbose_name="when",
                    ),
                ),
                ("fingerprint", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("checked_at", models.DateTimeField(blank=True, null=True, verbose_name="checked")),
                ("ok", models.BooleanField(default=True, verbose_name="nothing against it")),
                ("findings", models.JSONField(blank=True, default=dict, verbose_name="found")),
                ("claim", models.CharField(blank=True, default="", editable=False, max_length=36)),
                ("claimed_at", models.DateTimeField(blank=True, null=True, verbose_name="claimed")),
            ],
            options={
                "verbose_name": "check before due",
                "verbose_name_plural": "checks before due",
                "indexes": [
                    models.Index(condition=models.Q(("ok", False)), fields=["post"], name="post_check_bad"),
                    models.Index(fields=["checked_at"], name="post_check_age"),
                    models.Index(
                        condition=models.Q(("kind", "written")), fields=["checked_at"], name="post_check_written"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["written", "day", "hour"])), name="post_check_kind_known"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ComposerDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="composer_drafts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "location",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="composer_drafts",
                        to="highlevel.location",
                        verbose_name="location",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="composer_drafts",
                        to="planner.post",
                        verbose_name="post",
                    ),
                ),
                ("subject", models.CharField(blank=True, default="", max_length=64, verbose_name="subject")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="key")),
                ("data", models.JSONField(blank=True, default=dict, verbose_name="fields")),
                ("base", models.JSONField(blank=True, default=dict, verbose_name="fields when it was opened")),
                ("version", models.PositiveIntegerField(default=0, verbose_name="version of the post")),
                ("updated_at", models.DateTimeField(verbose_name="kept")),
            ],
            options={
                "verbose_name": "unfinished post",
                "verbose_name_plural": "unfinished posts",
                "ordering": ("-updated_at", "-pk"),
                "indexes": [
                    models.Index(fields=["person", "location", "-updated_at"], name="composer_draft_of_person")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "key"), name="composer_draft_one_a_key"),
                    models.UniqueConstraint(
                        condition=models.Q(("post__isnull", False)),
                        fields=("person", "post"),
                        name="composer_draft_one_a_post",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("subject", ""), _negated=True),
                        fields=("person", "subject"),
                        name="composer_draft_one_a_subject",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("filters", models.TextField(blank=True, default="", verbose_name="filters")),
                ("shared", models.BooleanField(default=False, verbose_name="for the whole team")),
                ("is_default", models.BooleanField(default=False, verbose_name="opens first")),
                ("created_at", models.DateTimeField(verbose_name="made")),
            ],
            options={
                "verbose_name": "saved view",
                "verbose_name_plural": "saved views",
                "ordering": ("name", "pk"),
                "indexes": [models.Index(fields=["shared", "name"], name="saved_view_shared")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "name"),
                        name="saved_view_one_a_name",
                        violation_error_message="You have a view of this name already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("person",),
                        name="saved_view_one_default_a_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangeSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="change_sets",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("shift", "Move by a length of time"),
                            ("date", "Move to a date"),
                            ("tags_add", "Add tags"),
                            ("tags_remove", "Remove tags"),
                            ("category", "Set the category"),
                            ("draft", "Make drafts of them"),
                            ("delete", "Delete"),
                        ],
                        max_length=16,
                        verbose_name="action",
                    ),
                ),
                ("parameters", models.JSONField(blank=True, default=dict, verbose_name="parameters")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planning", "Being checked"),
                            ("planned", "To be confirmed"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("partly", "Partly done"),
                            ("undoing", "Being undone"),
                            ("undone", "Undone"),
                            ("undone_partly", "Partly undone"),
                        ],
                        default="planning",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0, verbose_name="posts")),
                ("counts", models.JSONField(blank=True, default=dict, verbose_name="posts in each state")),
                ("claim", models.CharField(blank=True, default="", editable=False, max_length=36)),
                ("claimed_until", models.DateTimeField(blank=True, editable=False, null=True)),
                ("created_at", models.DateTimeField(verbose_name="made")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="confirmed")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
            ],
            options={
                "verbose_name": "bulk action",
                "verbose_name_plural": "bulk actions",
                "ordering": ("-pk",),
                "indexes": [
                    models.Index(fields=["state", "claimed_until"], name="change_set_at_work"),
                    models.Index(fields=["actor", "-id"], name="change_set_of_person"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["shift", "date", "tags_add", "tags_remove", "category", "draft", "delete"])
                        ),
                        name="change_set_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "planning",
                                    "planned",
                                    "running",
                                    "done",
                                    "partly",
                                    "undoing",
                                    "undone",
                                    "undone_partly",
                                ],
                            )
                        ),
                        name="change_set_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangeSetItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="planner.changeset",
                        verbose_name="bulk action",
                    ),
                ),
                ("position", models.PositiveIntegerField(verbose_name="position")),
                (
                    "post",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="planner.post",
                        verbose_name="post",
                    ),
                ),
                ("title", models.CharField(blank=True, default="", max_length=120, verbose_name="text")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "Not checked yet"),
                            ("ready", "Ready"),
                            ("same", "Already so"),
                            ("blocked", "Left out"),
                            ("done", "Done"),
                            ("moved", "Changed meanwhile"),
                            ("failed", "Refused"),
                            ("undone", "Undone"),
                            ("kept", "Could not be undone"),
                        ],
                        default="new",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("before", models.JSONField(blank=True, default=dict, verbose_name="before")),
                ("after", models.JSONField(blank=True, default=dict, verbose_name="after")),
                ("version", models.PositiveIntegerField(default=0, verbose_name="version")),
                ("made_version", models.PositiveIntegerField(blank=True, null=True, verbose_name="version afterwards")),
                ("problem", models.TextField(blank=True, default="", verbose_name="problem")),
                (
                    "again",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="planner.post",
                        verbose_name="written again as",
                    ),
                ),
            ],
            options={
                "verbose_name": "post of a bulk action",
                "verbose_name_plural": "posts of bulk actions",
                "ordering": ("position",),
                "indexes": [models.Index(fields=["set", "state", "position"], name="change_set_item_of_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["new", "ready", "same", "blocked", "done", "moved", "failed", "undone", "kept"],
                            )
                        ),
                        name="change_set_item_state_known",
                    ),
                    models.UniqueConstraint(fields=("set", "position"), name="change_set_item_one_a_position"),
                ],
            },
        ),
    ]
