"""A client's page, profile or channel on a network, as connected in HighLevel."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from highlevel.models import Mirrored, MirroredQuerySet

EXPIRES_SOON = timedelta(days=14)


class Platform(models.TextChoices):
    """Networks that HighLevel names. Others are kept as they come: a new network must not stop a pull."""

    GOOGLE = "google", "Google Business"
    FACEBOOK = "facebook", "Facebook"
    INSTAGRAM = "instagram", "Instagram"
    LINKEDIN = "linkedin", "LinkedIn"
    TIKTOK = "tiktok", "TikTok"
    TIKTOK_BUSINESS = "tiktok-business", "TikTok Business"
    YOUTUBE = "youtube", "YouTube"
    PINTEREST = "pinterest", "Pinterest"
    THREADS = "threads", "Threads"
    BLUESKY = "bluesky", "Bluesky"
    COMMUNITY = "community", _("Community")


PLATFORM_LABELS = dict(Platform.choices)


def platform_label(platform: str) -> str:
    """What people call a network, or HighLevel's word for it when the network is unknown here."""
    return str(PLATFORM_LABELS.get(platform, platform))


class AccountType(models.TextChoices):
    """What HighLevel says an account is. Other words are kept as they come, like the networks."""

    PAGE = "page", _("Page")
    GROUP = "group", _("Group")
    PROFILE = "profile", _("Profile")
    CHANNEL = "channel", _("Channel")
    LOCATION = "location", _("Location")
    BUSINESS = "business", _("Business account")


class Health(models.TextChoices):
    GOOD = "good", _("Good")
    EXPIRES_SOON = "expires_soon", _("Expires soon")
    EXPIRED = "expired", _("Expired")
    NO_PERMISSION = "no_permission", _("Missing permission")


class ConnectedAccountQuerySet(MirroredQuerySet["ConnectedAccount"]):
    def visible_to(self, user: User) -> ConnectedAccountQuerySet:
        """Accounts of the locations that the person works for, in active locations."""
        return self.filter(location__in=user.locations())

    def with_health(self, health: str, now: datetime) -> ConnectedAccountQuerySet:
        """Accounts in one of the states of `Health`, judged at the aware instant `now`."""
        expired = Q(is_expired=True) | Q(expires_at__lte=now)
        soon = ~expired & Q(expires_at__lte=now + EXPIRES_SOON)
        if health == Health.EXPIRED:
            return self.filter(expired)
        if health == Health.NO_PERMISSION:
            return self.filter(~expired & Q(missing_permission=True))
        if health == Health.EXPIRES_SOON:
            return self.filter(soon, missing_permission=False)
        return self.exclude(expired).exclude(expires_at__lte=now + EXPIRES_SOON).filter(missing_permission=False)


class ConnectedAccount(Mirrored):
    """`profile_id` feeds statistics, `origin_id` comments; `remote_id` is opaque and feeds posts."""

    platform = models.CharField(_("network"), max_length=32)
    type = models.CharField(_("type"), max_length=32, blank=True, default="")
    name = models.CharField(_("name"), max_length=255, blank=True, default="")
    avatar = models.TextField(_("avatar address"), blank=True, default="")
    profile_id = models.CharField(_("profile id"), max_length=255, blank=True, default="")
    origin_id = models.CharField(_("origin id"), max_length=255, blank=True, default="")
    oauth_id = models.CharField(_("OAuth id"), max_length=255, blank=True, default="")
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    is_expired = models.BooleanField(_("expired"), default=False)
    missing_permission = models.BooleanField(_("a permission is missing"), default=False)

    objects = ConnectedAccountQuerySet.as_manager()

    class Meta:
        ordering = ("location__name", "platform", "name", "pk")
        verbose_name = _("connected account")
        verbose_name_plural = _("connected accounts")
        constraints = [models.UniqueConstraint(fields=("location", "remote_id"), name="account_one_a_remote_id")]
        indexes = [models.Index(fields=("expires_at",), name="account_expiry")]  # Today: what is about to expire

    def __str__(self) -> str:
        return self.name or self.remote_id

    @property
    def platform_label(self) -> str:
        return platform_label(self.platform)

    @property
    def type_label(self) -> str:
        """What the account is, or HighLevel's word for it when that is unknown here."""
        return str(AccountType(self.type).label) if self.type in AccountType.values else self.type

    def health(self, now: datetime) -> Health:
        """The account's state at the aware instant `now`."""
        if self.is_expired or (self.expires_at is not None and self.expires_at <= now):
            return Health.EXPIRED
        if self.missing_permission:
            return Health.NO_PERMISSION
        if self.expires_at is not None and self.expires_at <= now + EXPIRES_SOON:
            return Health.EXPIRES_SOON
        return Health.GOOD


class AccountGroup(Mirrored):
    """Accounts of one location that are chosen together."""

    name = models.CharField(_("name"), max_length=255)
    accounts = models.ManyToManyField(ConnectedAccount, related_name="groups", verbose_name=_("accounts"), blank=True)

    objects = MirroredQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("account group")
        verbose_name_plural = _("account groups")
        constraints = [models.UniqueConstraint(fields=("location", "remote_id"), name="group_one_a_remote_id")]

    def __str__(self) -> str:
        return self.name
