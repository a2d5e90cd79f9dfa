"""People, accounts and groups as HighLevel's rows make them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.mirror import mirror_accounts, mirror_groups, mirror_members
from accounts.models import AccountGroup, ConnectedAccount, Member, Role
from highlevel.api import RemoteAccount, RemoteGroup, RemoteUser
from highlevel.models import Location
from highlevel.pull.reading import Read, read_row
from highlevel.pull.rows import NUL_STAND_IN, sound
from tests.factories import make_account, make_location, make_user

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def place(db: None) -> Location:
    return make_location()


def read(cls: Any, **raw: Any) -> Read[Any]:
    remote = sound(raw)
    row, _ = read_row(cls, remote.raw)
    assert row is not None
    return Read(row, remote)


def account(**fields: Any) -> Read[RemoteAccount]:
    return read(RemoteAccount, **{"id": "a1", "name": "Page", "platform": "facebook", "type": "page", **fields})


def test_an_account_is_read_in_full(place: Location) -> None:
    fields = {
        "profileId": "p1", "originId": "o1", "oauthId": "u1", "avatar": "https://cdn.example/a.png",
        "expire": "2026-12-01T10:00:00.000Z", "isExpired": False, "hasStatisticsPermissions": False, "new": {"x": [1]},
    }  # fmt: skip

    assert mirror_accounts(location=place, accounts=[account(**fields)], now=NOW) == 1

    row = ConnectedAccount.objects.get()
    assert (row.remote_id, row.platform, row.type, row.name) == ("a1", "facebook", "page", "Page")
    assert (row.profile_id, row.origin_id, row.oauth_id) == ("p1", "o1", "u1")
    assert row.expires_at == datetime(2026, 12, 1, 10, tzinfo=UTC)
    assert (row.is_expired, row.missing_permission, row.synced_at, row.gone_at) == (False, True, NOW, None)
    assert row.remote["new"] == {"x": [1]}


def test_a_network_nobody_has_heard_of_is_kept_as_it_is_called(place: Location) -> None:
    mirror_accounts(location=place, accounts=[account(platform="mastodon")], now=NOW)
    assert ConnectedAccount.objects.get().platform_label == "mastodon"


@pytest.mark.parametrize(("kind", "label"), [("page", "Página"), ("channel", "Canal"), ("guild", "guild"), ("", "")])
def test_what_an_account_is_is_said_in_the_readers_language(place: Location, kind: str, label: str) -> None:
    mirror_accounts(location=place, accounts=[account(type=kind)], now=NOW)
    with translation.override("es"):
        assert ConnectedAccount.objects.get().type_label == label


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\x00b", f"a{NUL_STAND_IN}b"),
        ("a\ud83db", f"a{NUL_STAND_IN}b"),
        ("🦷 <script>alert(1)</script>", "🦷 <script>alert(1)</script>"),
        ("x" * 300, "x" * 255),
        ("\\u0000 written out", "\\u0000 written out"),
    ],
)
def test_hostile_names_are_stored_on_every_database(place: Location, sent: str, kept: str) -> None:
    mirror_accounts(location=place, accounts=[account(name=sent)], now=NOW)
    row = ConnectedAccount.objects.get()
    assert row.name == kept
    assert row.remote["name"][:255] == kept
    assert mirror_accounts(location=place, accounts=[account(name=sent)], now=NOW) == 0


def test_the_same_account_again_is_not_written(place: Location) -> None:
    mirror_accounts(location=place, accounts=[account()], now=NOW)
    with CaptureQueriesContext(connection) as queries:
        assert mirror_accounts(location=place, accounts=[account(), account()], now=NOW) == 0
    assert len(queries) == 1


def test_groups_hold_the_accounts_that_are_known_and_are_made_good_later(place: Location) -> None:
    group = read(RemoteGroup, id="g1", name="Everywhere", accountIds=["a1", "a2"])
    known = make_account(place, remote_id="a1")
    make_account(make_location("Other"), remote_id="a2")

    assert mirror_groups(location=place, groups=[group], now=NOW) == 1
    assert AccountGroup.objects.get().accounts.get() == known
    assert mirror_groups(location=place, groups=[group], now=NOW) == 0
    late = make_account(place, remote_id="a2")
    assert mirror_groups(location=place, groups=[group], now=NOW) == 1
    assert set(AccountGroup.objects.get().accounts.all()) == {known, late}
    fewer = read(RemoteGroup, id="g1", name="Everywhere", accountIds=["a2"])
    mirror_groups(location=place, groups=[fewer], now=NOW)
    assert AccountGroup.objects.get().accounts.get() == late


@pytest.mark.parametrize("count", [3, 30])
def test_groups_cost_the_same_for_any_number(place: Location, count: int) -> None:
    for number in range(count):
        make_account(place, remote_id=f"a{number}")
    groups = [read(RemoteGroup, id=f"g{number}", name="G", accountIds=[f"a{number}"]) for number in range(count)]
    with CaptureQueriesContext(connection) as queries:
        mirror_groups(location=place, groups=groups, now=NOW)
    # accounts by id, groups held, groups written, members held, members added in a savepoint
    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) == 5


def test_a_person_keeps_role_and_sign_in_when_highlevel_renames_them(place: Location) -> None:
    mirror_members(location=place, users=[read(RemoteUser, id="u1", firstName="Noor", lastName="Haddad")], now=NOW)
    user = make_user("noor@example.test")
    Member.objects.update(user=user, role=Role.MANAGER)

    mirror_members(
        location=place, users=[read(RemoteUser, id="u1", name="Noor H.", email="noor@example.test")], now=NOW
    )

    member = Member.objects.get()
    assert (member.name, member.email, member.user, member.role) == (
        "Noor H.", "noor@example.test", user, Role.MANAGER
    )  # fmt: skip


def test_a_person_who_is_new_may_only_look(place: Location) -> None:
    mirror_members(location=place, users=[read(RemoteUser, id="u1", firstName="Noor", lastName="Haddad")], now=NOW)
    member = Member.objects.get()
    assert (member.name, member.role, member.user) == ("Noor Haddad", Role.VIEWER, None)


def test_a_deleted_person_is_gone(place: Location) -> None:
    mirror_members(location=place, users=[read(RemoteUser, id="u1", name="Noor", deleted=True)], now=NOW)
    assert Member.objects.get().gone_at == NOW
