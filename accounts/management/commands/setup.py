"""manage.py setup: what HIGHLEVEL_* says becomes rows. Run it at every deployment; a second run changes nothing."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from highlevel.setup import beat_prepare, credentials_prepare, locations_prepare


class Command(BaseCommand):
    help = "Stores the HighLevel credentials of the environment, finds the locations, plans the regular pulls."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--owner-email", help="create an owner with this e-mail if there is no owner yet")
        parser.add_argument("--owner-name", default="", help="the owner's name")
        parser.add_argument("--owner-password", help="the owner's password")

    def handle(self, *args: Any, **options: Any) -> None:
        for line in (*credentials_prepare(), *locations_prepare(), *beat_prepare()):
            self.stdout.write(line)
        self.stdout.write(self._owner(options["owner_email"], options["owner_name"], options["owner_password"]))

    def _owner(self, email: str | None, name: str, password: str | None) -> str:
        if not email:
            return "Owner: none asked for."
        if not password:
            raise CommandError("--owner-email needs --owner-password as well.")
        if User.objects.filter(is_owner=True).exists():
            return "Owner: there is one already; nothing changed."
        if User.objects.filter(email__iexact=email).exists():
            raise CommandError(f"{email} is somebody who is not an owner. Choose another e-mail.")
        User.objects.create_superuser(email, password, name=name)
        return f"Owner: {email} created."
