"""Changing the keys that secrets are encrypted with."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection

from highlevel import encryption
from highlevel.encryption import UnreadableSecret, reencrypt
from highlevel.models import Credential
from tests.factories import make_location

pytestmark = pytest.mark.django_db
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def sealed() -> list[str]:
    """What the database really holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_token, refresh_token FROM highlevel_credential ORDER BY id")
        return [text for row in cursor.fetchall() for text in row]


@pytest.fixture
def three(settings: Any) -> list[Credential]:
    settings.ENCRYPTION_KEYS = [OLD]
    return [
        Credential.objects.create(
            level="location",
            kind="oauth",
            company_id="c",
            location=make_location(),
            access_token=f"sat-{number}",
            refresh_token="" if number == 2 else f"srt-{number}",
        )
        for number in range(3)
    ]


def test_secrets_move_to_the_first_key_and_the_old_one_can_go(three: list[Credential], settings: Any):
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    said = StringIO()
    call_command("reencrypt", stdout=said)
    assert said.getvalue() == "5 secrets are encrypted with the first key now; 0 were already.\n"
    settings.ENCRYPTION_KEYS = [NEW]
    tokens = list(Credential.objects.order_by("pk").values_list("access_token", "refresh_token"))
    assert tokens == [("sat-0", "srt-0"), ("sat-1", "srt-1"), ("sat-2", "")]


def test_a_second_run_changes_nothing(three: list[Credential], settings: Any):
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    reencrypt()
    before = sealed()
    done = reencrypt()
    assert (done.renewed, done.current, done.unreadable) == (0, 5, ())
    assert sealed() == before


def test_a_secret_that_no_key_opens_is_named_and_left(three: list[Credential], settings: Any):
    settings.ENCRYPTION_KEYS = [NEW]
    before = sealed()
    with pytest.raises(CommandError, match=f"highlevel.credential {three[0].pk} access_token"):
        call_command("reencrypt", stdout=StringIO())
    assert sealed() == before


def test_a_secret_that_is_replaced_meanwhile_is_not_overwritten(three: list[Credential], settings: Any):
    """The row changes between the look and the write: the write has to miss it."""
    held = Credential.objects.filter(pk=three[0].pk)

    class Keys(list[str]):
        """Keys that somebody uses to connect anew, at the moment in which the first secret is opened."""

        raced = False

        def __iter__(self) -> Any:
            if not self.raced:
                self.raced = True
                held.update(access_token="sat-newer")
            return super().__iter__()

    settings.ENCRYPTION_KEYS = Keys([NEW, OLD])
    done = reencrypt()
    assert (done.renewed, done.unreadable) == (4, ())
    assert held.get().access_token == "sat-newer"


def test_no_secret_stands_in_the_database_in_clear(three: list[Credential]):
    assert not any("sat-" in text or "srt-" in text for text in sealed())
    with pytest.raises(UnreadableSecret):
        encryption.decrypt("sat-0")
