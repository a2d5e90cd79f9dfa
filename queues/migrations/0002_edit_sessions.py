import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("queues", "0002_sessions_and_contents"), ("queues", "0003_categories_on_offer")]

    dependencies = [
        ("accounts", "0001_initial"),
        ("highlevel", "0001_initial"),
        ("planner", "0001_initial"),
        ("queues", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="EditSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "queue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="queues.categoryqueue",
                        verbose_name="queue",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("saving", "Being saved"),
                            ("interrupted", "Interrupted"),
                            ("saved", "Saved"),
                            ("discarded", "Discarded"),
                        ],
                        default="open",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                ("base", models.JSONField(default=dict, verbose_name="the queue it began from")),
                ("cycle", models.JSONField(default=dict, verbose_name="draft")),
                ("steps", models.PositiveIntegerField(default=0, verbose_name="steps that count")),
                ("undone", models.PositiveIntegerField(default=0, verbose_name="steps that can be done again")),
                ("made", models.PositiveIntegerField(default=0, verbose_name="items made so far")),
                ("keep_in_draft", models.BooleanField(default=False, verbose_name="stays a draft")),
                (
                    "interruption",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "none"),
                            ("moved", "the queue changed in HighLevel"),
                            ("foreign", "somebody edits the queue in HighLevel"),
                            ("refused", "HighLevel refused the change"),
                            ("gone", "the queue is gone from HighLevel"),
                        ],
                        default="",
                        max_length=16,
                        verbose_name="why it stopped",
                    ),
                ),
                ("problem", models.TextField(blank=True, default="", verbose_name="what HighLevel said")),
                (
                    "foreign",
                    models.CharField(
                        blank=True, default="", max_length=255, verbose_name="session of somebody else in HighLevel"
                    ),
                ),
                (
                    "change",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="highlevel.change",
                        verbose_name="change",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="opened by",
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="opened")),
                ("touched_at", models.DateTimeField(verbose_name="last changed")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
            ],
            options={
                "verbose_name": "edit session",
                "verbose_name_plural": "edit sessions",
                "ordering": ("-pk",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "saving", "interrupted", "saved", "discarded"])),
                        name="edit_session_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("interruption__in", ["", "moved", "foreign", "refused", "gone"])),
                        name="edit_session_interruption_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("open", "saving", "interrupted"))),
                        fields=("queue",),
                        name="edit_session_one_that_lives",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SessionPerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="people",
                        to="queues.editsession",
                        verbose_name="edit session",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("joined_at", models.DateTimeField(verbose_name="joined")),
                ("seen_at", models.DateTimeField(verbose_name="last seen")),
            ],
            options={
                "verbose_name": "person at an edit session",
                "verbose_name_plural": "people at edit sessions",
                "ordering": ("joined_at", "pk"),
                "constraints": [models.UniqueConstraint(fields=("session", "user"), name="session_person_once")],
            },
        ),
        migrations.CreateModel(
            name="DraftStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="history",
                        to="queues.editsession",
                        verbose_name="edit session",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("move", "moved"),
                            ("edit", "edited"),
                            ("clone", "cloned"),
                            ("delete", "deleted"),
                            ("add", "added"),
                            ("import", "imported"),
                            ("reset", "reset"),
                            ("rebase", "brought up to date"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("count", models.PositiveIntegerField(default=1, verbose_name="number of items")),
                ("title", models.CharField(blank=True, default="", max_length=120, verbose_name="item")),
                ("before", models.JSONField(default=dict, verbose_name="before")),
                ("after", models.JSONField(default=dict, verbose_name="after")),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="done")),
                ("version", models.PositiveIntegerField(verbose_name="version of the session it made")),
            ],
            options={
                "verbose_name": "step of a draft",
                "verbose_name_plural": "steps of drafts",
                "ordering": ("number",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["move", "edit", "clone", "delete", "add", "import", "reset", "rebase"])
                        ),
                        name="draft_step_kind_known",
                    ),
                    models.UniqueConstraint(fields=("session", "number"), name="draft_step_one_a_number"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DraftItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="queues.editsession",
                        verbose_name="edit session",
                    ),
                ),
                ("key", models.CharField(max_length=32, verbose_name="key")),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="queues.queueitem",
                        verbose_name="source",
                    ),
                ),
                ("content", models.JSONField(blank=True, default=dict, verbose_name="content to begin with")),
                ("edits", models.JSONField(blank=True, default=dict, verbose_name="edits")),
                ("reset", models.BooleanField(default=False, verbose_name="back to the original post")),
                (
                    "post",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="planner.post",
                        verbose_name="post",
                    ),
                ),
            ],
            options={
                "verbose_name": "draft of an item",
                "verbose_name_plural": "drafts of items",
                "ordering": ("pk",),
                "constraints": [models.UniqueConstraint(fields=("session", "key"), name="draft_item_one_a_key")],
            },
        ),
    ]
