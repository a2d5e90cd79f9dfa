from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("planner", "0021_composer_draft_subjects"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="postcheck",
            name="post_check_kind_known",
        ),
        migrations.AlterField(
            model_name="postcheck",
            name="kind",
            field=models.CharField(
                choices=[("written", "Once it was written"), ("day", "A day ahead"), ("hour", "An hour ahead")],
                default="day",
                max_length=8,
                verbose_name="when",
            ),
        ),
        migrations.AddIndex(
            model_name="postcheck",
            index=models.Index(
                condition=models.Q(("kind", "written")), fields=["checked_at"], name="post_check_written"
            ),
        ),
        migrations.AddConstraint(
            model_name="postcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["written", "day", "hour"])), name="post_check_kind_known"
            ),
        ),
    ]
