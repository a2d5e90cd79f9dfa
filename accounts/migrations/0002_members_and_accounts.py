import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("accounts", "0002_invitations_and_connecting")]

    dependencies = [
        ("accounts", "0001_initial"),
        ("highlevel", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Member",
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
                (
                    "remote_id",
                    models.CharField(blank=True, max_length=255, null=True, verbose_name="HighLevel user id"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("manager", "manager"),
                            ("creator", "creator"),
                            ("approver", "approver"),
                            ("viewer", "viewer"),
                        ],
                        default="viewer",
                        max_length=16,
                        verbose_name="role",
                    ),
                ),
                ("name", models.CharField(blank=True, default="", max_length=255, verbose_name="name")),
                ("email", models.EmailField(blank=True, default="", max_length=254, verbose_name="e-mail")),
            ],
            options={
                "verbose_name": "member",
                "verbose_name_plural": "members",
                "ordering": ("name", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["manager", "creator", "approver", "viewer"])),
                        name="member_role_known",
                    ),
                    models.UniqueConstraint(fields=("location", "remote_id"), name="member_one_a_remote_user"),
                    models.UniqueConstraint(
                        fields=("location", "user"),
                        name="member_one_a_person",
                        violation_error_message="This person is already a member of the location.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail")),
                ("name", models.CharField(blank=True, default="", max_length=150, verbose_name="name")),
                ("token_digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("is_owner", models.BooleanField(default=False, verbose_name="as owner of the agency")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("manager", "manager"),
                            ("creator", "creator"),
                            ("approver", "approver"),
                            ("viewer", "viewer"),
                        ],
                        default="viewer",
                        max_length=16,
                        verbose_name="role",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="invited by",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="sent")),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="accepted")),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="accepted by",
                    ),
                ),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="taken back")),
                (
                    "locations",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="highlevel.location", verbose_name="locations"
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ("-created_at", "-pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["manager", "creator", "approver", "viewer"])),
                        name="invitation_role_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("accepted_at", None), ("revoked_at", None)),
                        fields=("email",),
                        name="invitation_one_open_an_email",
                        violation_error_message="This e-mail already has an open invitation.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConnectedAccount",
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
                ("platform", models.CharField(max_length=32, verbose_name="network")),
                ("type", models.CharField(blank=True, default="", max_length=32, verbose_name="type")),
                ("name", models.CharField(blank=True, default="", max_length=255, verbose_name="name")),
                ("avatar", models.TextField(blank=True, default="", verbose_name="avatar address")),
                ("profile_id", models.CharField(blank=True, default="", max_length=255, verbose_name="profile id")),
                ("origin_id", models.CharField(blank=True, default="", max_length=255, verbose_name="origin id")),
                ("oauth_id", models.CharField(blank=True, default="", max_length=255, verbose_name="OAuth id")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires")),
                ("is_expired", models.BooleanField(default=False, verbose_name="expired")),
                ("missing_permission", models.BooleanField(default=False, verbose_name="a permission is missing")),
            ],
            options={
                "verbose_name": "connected account",
                "verbose_name_plural": "connected accounts",
                "ordering": ("location__name", "platform", "name", "pk"),
                "indexes": [models.Index(fields=["expires_at"], name="account_expiry")],
                "constraints": [
                    models.UniqueConstraint(fields=("location", "remote_id"), name="account_one_a_remote_id")
                ],
            },
        ),
        migrations.CreateModel(
            name="ConnectAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("nonce_digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("session_digest", models.CharField(editable=False, max_length=64)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "location",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="highlevel.location",
                        verbose_name="location",
                    ),
                ),
                ("platform", models.CharField(max_length=32, verbose_name="network")),
                (
                    "reconnects",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.connectedaccount",
                        verbose_name="reconnects",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("started", "signing in"),
                            ("choosing", "choosing"),
                            ("attaching", "attaching"),
                            ("unconfirmed", "unconfirmed"),
                            ("done", "connected"),
                            ("failed", "failed"),
                        ],
                        default="started",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                (
                    "remote_account_id",
                    models.CharField(blank=True, default="", max_length=255, verbose_name="account id of the popup"),
                ),
                ("choices", models.JSONField(blank=True, default=list, verbose_name="offered")),
                ("results", models.JSONField(blank=True, default=dict, verbose_name="results")),
                ("problem", models.TextField(blank=True, default="", verbose_name="what went wrong")),
                ("created_at", models.DateTimeField(verbose_name="started")),
                ("nonce_used_at", models.DateTimeField(blank=True, null=True, verbose_name="popup reported")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
            ],
            options={
                "verbose_name": "connection attempt",
                "verbose_name_plural": "connection attempts",
                "ordering": ("-created_at", "-pk"),
                "indexes": [models.Index(fields=["location", "-created_at"], name="connect_attempts_of_location")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["started", "choosing", "attaching", "unconfirmed", "done", "failed"])
                        ),
                        name="connect_state_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountGroup",
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
                (
                    "accounts",
                    models.ManyToManyField(
                        blank=True, related_name="groups", to="accounts.connectedaccount", verbose_name="accounts"
                    ),
                ),
            ],
            options={
                "verbose_name": "account group",
                "verbose_name_plural": "account groups",
                "ordering": ("name", "pk"),
                "constraints": [
                    models.UniqueConstraint(fields=("location", "remote_id"), name="group_one_a_remote_id")
                ],
            },
        ),
    ]
