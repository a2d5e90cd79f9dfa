import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_members_and_accounts"),
        ("highlevel", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Category",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "location",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="highlevel.location",
                        verbose_name="location",
                    ),
                ),
                ("remote_id", models.CharField(max_length=255, verbose_name="HighLevel id")),
                ("remote", models.JSONField(blank=True, default=dict, verbose_name="as HighLevel sent it")),
                ("remote_hash", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("remote_updated_at", models.DateTimeField(blank=True, null=True, verbose_name="changed in HighLevel")),
                ("synced_at", models.DateTimeField(blank=True, null=True, verbose_name="last written by a pull")),
                ("gone_at", models.DateTimeField(blank=True, null=True, verbose_name="gone from HighLevel")),
                ("name", models.CharField(max_length=255, verbose_name="name")),
                ("primary_colour", models.CharField(blank=True, default="", max_length=16, verbose_name="colour")),
                (
                    "secondary_colour",
                    models.CharField(blank=True, default="", max_length=16, verbose_name="second colour"),
                ),
            ],
            options={
                "verbose_name": "category",
                "verbose_name_plural": "categories",
                "ordering": ("name", "pk"),
                "constraints": [
                    models.UniqueConstraint(fields=("location", "remote_id"), name="category_one_a_remote_id")
                ],
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "location",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="highlevel.location",
                        verbose_name="location",
                    ),
                ),
                ("remote_id", models.CharField(max_length=255, verbose_name="HighLevel id")),
                ("remote", models.JSONField(blank=True, default=dict, verbose_name="as HighLevel sent it")),
                ("remote_hash", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("remote_updated_at", models.DateTimeField(blank=True, null=True, verbose_name="changed in HighLevel")),
                ("synced_at", models.DateTimeField(blank=True, null=True, verbose_name="last written by a pull")),
                ("gone_at", models.DateTimeField(blank=True, null=True, verbose_name="gone from HighLevel")),
                ("name", models.CharField(max_length=255, verbose_name="name")),
            ],
            options={
                "verbose_name": "tag",
                "verbose_name_plural": "tags",
                "ordering": ("name", "pk"),
                "constraints": [models.UniqueConstraint(fields=("location", "remote_id"), name="tag_one_a_remote_id")],
            },
        ),
        migrations.CreateModel(
            name="PostBundle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="key")),
                ("created_at", models.DateTimeField(verbose_name="made")),
            ],
            options={
                "verbose_name": "bundle",
                "verbose_name_plural": "bundles",
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "location",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="highlevel.location",
                        verbose_name="location",
                    ),
                ),
                ("remote", models.JSONField(blank=True, default=dict, verbose_name="as HighLevel sent it")),
                ("remote_hash", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("remote_updated_at", models.DateTimeField(blank=True, null=True, verbose_name="changed in HighLevel")),
                ("synced_at", models.DateTimeField(blank=True, null=True, verbose_name="last written by a pull")),
                ("gone_at", models.DateTimeField(blank=True, null=True, verbose_name="gone from HighLevel")),
                ("remote_id", models.CharField(blank=True, max_length=255, null=True, verbose_name="HighLevel id")),
                ("title", models.CharField(blank=True, default="", max_length=255, verbose_name="title")),
                ("text", models.TextField(blank=True, default="", verbose_name="text")),
                (
                    "type",
                    models.CharField(
                        choices=[("post", "Post"), ("story", "Story"), ("reel", "Reel")],
                        default="post",
                        max_length=16,
                        verbose_name="type",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("in_review", "In review"),
                            ("scheduled", "Scheduled"),
                            ("pending", "Waiting"),
                            ("in_progress", "Going out"),
                            ("published", "Published"),
                            ("notification_sent", "Sent to the phone"),
                            ("failed", "Failed"),
                            ("deleted", "Deleted"),
                            ("unknown", "Unknown"),
                        ],
                        max_length=32,
                        verbose_name="status",
                    ),
                ),
                ("scheduled_at", models.DateTimeField(blank=True, null=True, verbose_name="scheduled for")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="published")),
                ("display_at", models.DateTimeField(verbose_name="date")),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="planner.category",
                        verbose_name="category",
                    ),
                ),
                ("follow_up_comment", models.TextField(blank=True, default="", verbose_name="follow-up comment")),
                ("details", models.JSONField(blank=True, default=dict, verbose_name="settings a network")),
                ("link_preview", models.JSONField(blank=True, default=dict, verbose_name="link preview")),
                ("apply_watermark", models.BooleanField(blank=True, null=True, verbose_name="with watermark")),
                (
                    "approver",
                    models.CharField(
                        blank=True, default="", max_length=64, verbose_name="HighLevel id of the approver"
                    ),
                ),
                ("requester_note", models.TextField(blank=True, default="", verbose_name="note to the approver")),
                ("approval_status", models.CharField(blank=True, default="", max_length=32, verbose_name="approval")),
                ("source", models.CharField(blank=True, default="", max_length=32, verbose_name="source")),
                ("error", models.TextField(blank=True, default="", verbose_name="error")),
                (
                    "created_by",
                    models.CharField(blank=True, default="", max_length=64, verbose_name="made by HighLevel user"),
                ),
                (
                    "bundle",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="posts",
                        to="planner.postbundle",
                        verbose_name="bundle",
                    ),
                ),
                ("deleting_at", models.DateTimeField(blank=True, null=True, verbose_name="deletion asked for")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                ("fingerprint", models.CharField(blank=True, default="", editable=False, max_length=64)),
                (
                    "tags",
                    models.ManyToManyField(blank=True, related_name="posts", to="planner.tag", verbose_name="tags"),
                ),
            ],
            options={
                "verbose_name": "post",
                "verbose_name_plural": "posts",
                "ordering": ("-display_at", "-pk"),
                "indexes": [
                    models.Index(fields=["location", "-display_at", "-id"], name="post_list_of_location"),
                    models.Index(fields=["-display_at", "-id"], name="post_list_of_all"),
                    models.Index(fields=["status", "-display_at", "-id"], name="post_list_of_status"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("type__in", ["post", "story", "reel"])), name="post_type_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "draft",
                                    "in_review",
                                    "scheduled",
                                    "pending",
                                    "in_progress",
                                    "published",
                                    "notification_sent",
                                    "failed",
                                    "deleted",
                                    "unknown",
                                ],
                            )
                        ),
                        name="post_status_known",
                    ),
                    models.UniqueConstraint(fields=("location", "remote_id"), name="post_one_a_remote_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Media",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="media",
                        to="planner.post",
                        verbose_name="post",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                ("url", models.TextField(verbose_name="address")),
                ("kind", models.CharField(blank=True, default="", max_length=64, verbose_name="kind")),
                ("thumbnail", models.TextField(blank=True, default="", verbose_name="thumbnail address")),
                ("caption", models.TextField(blank=True, default="", verbose_name="caption")),
                ("alt_text", models.TextField(blank=True, default="", verbose_name="alternative text")),
                ("facts", models.JSONField(blank=True, default=dict, verbose_name="measured")),
                ("remote", models.JSONField(blank=True, default=dict, verbose_name="as HighLevel sent it")),
            ],
            options={
                "verbose_name": "media",
                "verbose_name_plural": "media",
                "ordering": ("position",),
                "constraints": [models.UniqueConstraint(fields=("post", "position"), name="media_one_a_position")],
            },
        ),
        migrations.CreateModel(
            name="PostTarget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="targets",
                        to="planner.post",
                        verbose_name="post",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="targets",
                        to="accounts.connectedaccount",
                        verbose_name="account",
                    ),
                ),
                ("account_remote_id", models.CharField(max_length=255, verbose_name="HighLevel account id")),
                ("remote_id", models.CharField(blank=True, default="", max_length=255, verbose_name="HighLevel id")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("in_review", "In review"),
                            ("scheduled", "Scheduled"),
                            ("pending", "Waiting"),
                            ("in_progress", "Going out"),
                            ("published", "Published"),
                            ("notification_sent", "Sent to the phone"),
                            ("failed", "Failed"),
                            ("deleted", "Deleted"),
                            ("unknown", "Unknown"),
                        ],
                        max_length=32,
                        verbose_name="status",
                    ),
                ),
                ("error", models.TextField(blank=True, default="", verbose_name="error")),
                (
                    "network_post_id",
                    models.CharField(blank=True, default="", max_length=255, verbose_name="id on the network"),
                ),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="published")),
                ("insights", models.JSONField(blank=True, default=dict, verbose_name="likes, comments, shares")),
                ("remote", models.JSONField(blank=True, default=dict, verbose_name="as HighLevel sent it")),
                ("remote_hash", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("remote_updated_at", models.DateTimeField(blank=True, null=True, verbose_name="changed in HighLevel")),
            ],
            options={
                "verbose_name": "result on an account",
                "verbose_name_plural": "results on accounts",
                "ordering": ("pk",),
                "indexes": [models.Index(fields=["remote_id"], name="target_of_remote_row")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "draft",
                                    "in_review",
                                    "scheduled",
                                    "pending",
                                    "in_progress",
                                    "published",
                                    "notification_sent",
                                    "failed",
                                    "deleted",
                                    "unknown",
                                ],
                            )
                        ),
                        name="target_status_known",
                    ),
                    models.UniqueConstraint(
                        fields=("post", "account_remote_id", "remote_id"), name="target_one_an_account_and_row"
                    ),
                ],
            },
        ),
    ]
