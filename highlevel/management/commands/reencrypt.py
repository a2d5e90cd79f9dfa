"""manage.py reencrypt: encrypt every stored secret with the newest key."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from highlevel.encryption import reencrypt


class Command(BaseCommand):
    help = (
        "Encrypts every stored secret with the first of ENCRYPTION_KEYS, so that the others can be taken out. It may "
        "run while Rota works, and any number of times."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done = reencrypt()
        self.stdout.write(f"{done.renewed} secrets are encrypted with the first key now; {done.current} were already.")
        if done.unreadable:
            names = ", ".join(done.unreadable)
            raise CommandError(
                f"{len(done.unreadable)} secrets open with no key in ENCRYPTION_KEYS: {names}. Add the key they were "
                "made with and run this again, or connect those anew. Keep every key until then."
            )
