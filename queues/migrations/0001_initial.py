import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_members_and_accounts"),
        ("highlevel", "0001_initial"),
        ("planner", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CategoryQueue",
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
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="queues",
                        to="planner.category",
                        verbose_name="category",
                    ),
                ),
                (
                    "category_remote_id",
                    models.CharField(blank=True, default="", max_length=255, verbose_name="HighLevel category id"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("active", "Active"),
                            ("paused", "Paused"),
                            ("unknown", "Unknown"),
                        ],
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                ("time_slots", models.JSONField(blank=True, default=list, verbose_name="weekly slots")),
                ("slots_a_week", models.PositiveSmallIntegerField(default=0, verbose_name="number of weekly slots")),
                ("skipped_at", models.JSONField(blank=True, default=list, verbose_name="skipped dates")),
                (
                    "enable_future_posts",
                    models.BooleanField(default=False, verbose_name="takes future posts of its category"),
                ),
                ("prioritize_new_content", models.BooleanField(default=False, verbose_name="puts new posts first")),
                ("current_order", models.FloatField(blank=True, null=True, verbose_name="order of the next item")),
                ("last_scheduled_at", models.DateTimeField(blank=True, null=True, verbose_name="last scheduled for")),
                ("starts_at", models.DateTimeField(blank=True, null=True, verbose_name="starts")),
                ("total_posts", models.PositiveIntegerField(blank=True, null=True, verbose_name="number of posts")),
                (
                    "current_post_remote_id",
                    models.CharField(
                        blank=True, default="", max_length=255, verbose_name="HighLevel id of the scheduled post"
                    ),
                ),
                (
                    "returns_within_days",
                    models.PositiveSmallIntegerField(
                        default=30, verbose_name="days within which nothing should return"
                    ),
                ),
                (
                    "disagreement",
                    models.JSONField(blank=True, default=dict, verbose_name="dates that HighLevel sees differently"),
                ),
            ],
            options={
                "verbose_name": "category queue",
                "verbose_name_plural": "category queues",
                "ordering": ("category__name", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["draft", "active", "paused", "unknown"])),
                        name="queue_status_known",
                    ),
                    models.UniqueConstraint(fields=("location", "remote_id"), name="queue_one_a_remote_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="QueueItem",
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
                (
                    "queue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="queues.categoryqueue",
                        verbose_name="queue",
                    ),
                ),
                ("order", models.FloatField(default=0, verbose_name="order")),
                ("text", models.TextField(blank=True, default="", verbose_name="text")),
                ("scheduled_at", models.DateTimeField(blank=True, null=True, verbose_name="scheduled for")),
                ("is_skipped", models.BooleanField(default=False, verbose_name="skipped once")),
                (
                    "account_remote_ids",
                    models.JSONField(blank=True, default=list, verbose_name="HighLevel account ids"),
                ),
                (
                    "post_remote_id",
                    models.CharField(
                        blank=True, default="", max_length=255, verbose_name="HighLevel id of the original post"
                    ),
                ),
                ("content", models.JSONField(blank=True, default=dict, verbose_name="content")),
                ("content_hash", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("variations", models.PositiveSmallIntegerField(default=0, verbose_name="number of variations")),
                ("variation", models.PositiveSmallIntegerField(default=0, verbose_name="variation that goes out next")),
                ("errors", models.JSONField(blank=True, default=list, verbose_name="errors")),
                ("has_errors", models.BooleanField(default=False, verbose_name="has errors")),
                ("times_out", models.PositiveIntegerField(default=0, verbose_name="times seen going out")),
                ("last_out_at", models.DateTimeField(blank=True, null=True, verbose_name="last seen going out")),
                (
                    "accounts",
                    models.ManyToManyField(
                        blank=True, related_name="queue_items", to="accounts.connectedaccount", verbose_name="accounts"
                    ),
                ),
            ],
            options={
                "verbose_name": "queue item",
                "verbose_name_plural": "queue items",
                "ordering": ("queue", "order", "pk"),
                "indexes": [models.Index(fields=["queue", "order", "id"], name="queue_item_in_order")],
                "constraints": [
                    models.UniqueConstraint(fields=("location", "remote_id"), name="queue_item_one_a_remote_id")
                ],
            },
        ),
        migrations.CreateModel(
            name="QueueOffer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "category",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="queue_offer",
                        to="planner.category",
                        verbose_name="category",
                    ),
                ),
                ("published_posts", models.PositiveIntegerField(default=0, verbose_name="published posts")),
                ("checked_at", models.DateTimeField(verbose_name="asked")),
            ],
            options={
                "verbose_name": "category on offer",
                "verbose_name_plural": "categories on offer",
                "ordering": ("category__name", "pk"),
            },
        ),
    ]
