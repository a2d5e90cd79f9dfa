"""A person who signs in, by e-mail."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from highlevel.models import Location
from highlevel.models.location import LocationQuerySet


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A person with the given e-mail; without a password nobody can sign in as that person yet."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An owner of the agency who may also use the Django admin."""
        return self.create_user(email, password, is_owner=True, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody of the agency, or of a client. An owner reaches every location, others those they are members of.

    `timezone` and `language` are empty until chosen; the browser's are used then.
    """

    email = models.EmailField(_("e-mail"), unique=True, error_messages={"unique": _("This e-mail is already in use.")})
    name = models.CharField(_("name"), max_length=150, blank=True, default="")
    timezone = models.CharField(_("time zone"), max_length=64, blank=True, default="")
    language = models.CharField(_("language"), max_length=8, blank=True, default="")
    is_owner = models.BooleanField(_("owner of the agency"), default=False)
    is_staff = models.BooleanField(_("may use the admin"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="user_email_once", violation_error_message=_("This e-mail is already in use.")
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def locations(self) -> LocationQuerySet:
        """The locations this person works for. Every other `visible_to` starts here."""
        active = Location.objects.active()
        return (
            active if self.is_owner else active.filter(pk__in=self.memberships.filter(gone_at=None).values("location"))
        )
