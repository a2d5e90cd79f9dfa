"""Sync, Changes: what has not reached HighLevel, and what people may do about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Member, Role
from accounts.scope import Scope
from highlevel.models import Change
from highlevel.models.change import ChangeState as State
from planner.outbox.subjects import POST_EDIT
from planner.selectors.changes import change_list, changes_stuck
from planner.selectors.keyset import Place
from tests.cast import HISTORY, HTMX, Cast
from tests.factories import make_location, make_post
from tests.outboxes import Create, known, make_change, state

NOW = datetime.now(UTC)
ADDRESS = "/sync/changes/"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _operations() -> Iterator[None]:
    with known(Create):
        yield


def page(cast: Cast, query: str = "", who: str = "ana") -> str:
    return str(cast.client(getattr(cast, who)).get(ADDRESS + query).content.decode())


class TestList:
    def test_what_why_since_when_for_whom(self, cast: Cast):
        make_change(
            cast.a,
            actor=cast.ana,
            state=State.REFUSED,
            attempts=2,
            payload={"text": HOSTILE},
            error_code="rejected",
            error_detail=f"summary must be shorter {HOSTILE}",
            trace_id="trace-9",
        )
        shown = page(cast)
        assert "Write “&lt;script&gt;alert(1)&lt;/script&gt;”" in shown
        assert "HighLevel refused the request." in shown
        assert "summary must be shorter &lt;script&gt;" in shown
        assert "for Ana" in shown
        assert "sent 2 times" in shown
        assert "<code>trace-9</code>" in shown
        assert HOSTILE not in shown

    def test_what_rota_found_out_itself_is_said_once(self, cast: Cast):
        make_change(cast.a, state=State.REFUSED, error_code="changed_elsewhere", error_detail="The post was changed")
        shown = page(cast)
        assert "Somebody changed it in HighLevel meanwhile" in shown
        assert "The post was changed" not in shown

    def test_only_what_has_not_arrived_is_shown_at_first(self, cast: Cast):
        for number, one in enumerate(State):
            make_change(cast.a, state=one, payload={"text": f"text {number} {one}"})
        shown = page(cast)
        assert [one for one in State if f" {one}”" in shown] == [
            State.PENDING, State.SENDING, State.UNCONFIRMED, State.REFUSED
        ]  # fmt: skip
        assert all(f" {one}”" in page(cast, "?state=all") for one in State)
        for one in State:
            only = page(cast, f"?state={one}")
            assert [other for other in State if f" {other}”" in only] == [one]

    def test_a_state_that_there_is_not_is_said(self, cast: Cast):
        assert "is not a state of a change" in page(cast, "?state=nonsense")

    def test_the_page_of_the_subject_is_linked(self, cast: Cast):
        post = make_post(cast.a)
        make_change(cast.a, subject=f"post:{post.pk}", operation=POST_EDIT, payload={"accountIds": ["x"]})
        assert f'href="/posts/{post.pk}/"' in page(cast)

    def test_a_change_of_an_operation_nobody_knows_any_more_is_shown(self, cast: Cast):
        make_change(cast.a, operation="gone.operation", state=State.UNCONFIRMED, error_code="internal")
        shown = page(cast)
        assert "gone.operation" in shown
        assert "Rota itself failed here." in shown

    def test_an_earlier_change_in_the_way_is_named(self, cast: Cast):
        make_change(cast.a, subject="post:1", state=State.REFUSED, error_code="rejected")
        make_change(cast.a, subject="post:1")
        assert "An earlier change has to arrive first." in page(cast, "?state=pending")

    def test_a_paused_client_is_the_cause(self, cast: Cast):
        type(cast.a).objects.filter(pk=cast.a.pk).update(paused_at=NOW, paused_code="location_inactive")
        make_change(cast.a)
        assert "Nothing is sent for this client at the moment: HighLevel has paused this location." in page(cast)

    def test_both_versions_are_shown_where_it_changed_elsewhere(self, cast: Cast):
        base, seen = {"summary": "the first text"}, {"summary": "their text"}
        told = {"operation": POST_EDIT, "state": State.REFUSED, "error_code": "changed_elsewhere", "base": base}
        make_change(cast.a, subject="post:1", payload={"summary": "our text"}, outcome={"seen": seen}, **told)
        shown = page(cast)
        assert all(text in shown for text in ("the first text", "our text", "their text", "Replace theirs"))
        Change.objects.update(outcome={"seen": base})
        shown = page(cast)
        assert "trying again keeps both edits" in shown
        assert "Replace theirs" not in shown

    def test_strangers_and_others_see_nothing(self, cast: Cast):
        make_change(cast.a, payload={"text": "of Atlas"})
        assert "of Atlas" not in page(cast, "?state=all", who="cleo")
        assert cast.as_nobody.get(ADDRESS).status_code == 302

    def test_every_change_is_reached_by_paging(self, cast: Cast):
        made = [make_change(cast.a, payload={"text": f"no {n:03}."}, created_at=NOW).pk for n in range(120)]
        client, address, seen = cast.as_ana, ADDRESS, []
        while address:
            shown = client.get(address).content.decode()
            seen += [int(pk) for pk in re.findall(r'<li id="change-(\d+)"', shown)]
            following = re.search(r'rel="next" href="([^"]+)"', shown)
            address = ADDRESS + following[1].replace("&amp;", "&") if following else ""
        assert seen == made[::-1]
        last = client.get(f"{ADDRESS}?page=last").content.decode()
        assert f'<li id="change-{made[0]}"' in last

    @pytest.mark.parametrize("rows", [3, 45])
    def test_cost(self, cast: Cast, rows: int, django_assert_num_queries: DjangoAssertNumQueries):
        for number in range(rows):
            place = make_location(f"Client {number}")
            make_change(place, actor=cast.ana, state=State.REFUSED, error_code="changed_elsewhere")
        # numbers of the states, the page, where everything, where one's own
        with django_assert_num_queries(4):
            change_list(Scope(cast.ana, None), view="", place=Place(), now=NOW)

    def test_htmx_gets_the_piece_and_history_the_page(self, cast: Cast):
        client = cast.as_ana
        piece = client.get(ADDRESS, headers={**HTMX, "HX-Target": "changes"}).content.decode()
        assert piece.lstrip().startswith('<section id="changes"')
        assert "<html" in client.get(ADDRESS, headers={**HISTORY, "HX-Target": "changes"}).content.decode()


class TestDeciding:
    def act(self, cast: Cast, change: Change, do: str, who: str = "ana", **headers: str):
        client = cast.client(getattr(cast, who) if who != "nobody" else None)
        return client.post(f"{ADDRESS}{change.pk}/", {"do": do}, headers={**HTMX, **headers})

    def test_try_again_give_up_and_look_again(self, cast: Cast):
        refused = make_change(cast.a, state=State.REFUSED, attempts=1)
        pending = make_change(cast.a)
        lost = make_change(cast.a, state=State.UNCONFIRMED, attempts=1, not_before=NOW + timedelta(hours=1))
        for change, do, after in (
            (refused, "retry", State.PENDING), (pending, "cancel", State.CANCELLED), (lost, "look", State.UNCONFIRMED)
        ):  # fmt: skip
            answer = self.act(cast, change, do)
            assert answer.status_code == 200
            assert f'<li id="change-{change.pk}"' in answer.content.decode()
            assert state(change) == after
        lost.refresh_from_db()
        assert lost.not_before < NOW + timedelta(minutes=30)

    @pytest.mark.parametrize(
        ("held", "do"),
        [(State.DONE, "cancel"), (State.SENDING, "cancel"), (State.PENDING, "retry"), (State.DONE, "look")],
    )
    def test_what_has_moved_on_is_shown_as_it_stands(self, cast: Cast, held: State, do: str):
        change = make_change(cast.a, state=held)
        answer = self.act(cast, change, do)
        assert answer.status_code == 409
        assert "nothing was done" in answer.content.decode()
        assert state(change) == held

    def test_an_unclear_question_changes_nothing(self, cast: Cast):
        change = make_change(cast.a, state=State.REFUSED)
        for do in ("", "retry%00", "delete"):
            assert self.act(cast, change, do).status_code == 422
        assert state(change) == State.REFUSED

    def test_who_may(self, cast: Cast):
        change = make_change(cast.b, state=State.REFUSED, actor=cast.ana)
        assert self.act(cast, change, "retry", who="ben").status_code == 404
        assert self.act(cast, change, "retry", who="cleo").status_code == 403
        assert self.act(cast, change, "retry", who="nobody").headers["HX-Redirect"].startswith("/sign-in/")
        Change.objects.update(actor=cast.cleo)
        assert self.act(cast, change, "retry", who="cleo").status_code == 200
        Change.objects.update(state=State.REFUSED, actor=None)
        Member.objects.filter(user=cast.cleo).update(role=Role.MANAGER)
        assert self.act(cast, change, "retry", who="cleo").status_code == 200
        Change.objects.update(state=State.REFUSED, actor=cast.cleo)
        Member.objects.filter(user=cast.cleo).update(role=Role.VIEWER)
        assert self.act(cast, change, "retry", who="cleo").status_code == 403
        assert 'value="retry"' not in page(cast, who="cleo")

    def test_without_scripts_it_leads_back_to_the_list(self, cast: Cast):
        change = make_change(cast.a, state=State.REFUSED)
        answer = cast.as_ana.post(f"{ADDRESS}{change.pk}/", {"do": "cancel"}, follow=True)
        assert "It is given up and will not be sent." in answer.content.decode()
        assert cast.as_ana.get(f"{ADDRESS}{change.pk}/").status_code == 405


def test_what_is_stuck_is_counted_after_five_minutes(cast: Cast):
    for length, held in (
        (4, State.PENDING),
        (6, State.PENDING),
        (6, State.UNCONFIRMED),
        (6, State.REFUSED),
        (9, "done"),
    ):
        make_change(cast.a, state=held, created_at=NOW - timedelta(minutes=length))

    stuck = changes_stuck(Scope(cast.ana, None), now=NOW)

    assert (stuck.refused, stuck.overdue, stuck.total) == (1, 2, 3)
    assert changes_stuck(Scope(cast.cleo, None), now=NOW).total == 0


def test_today_leads_to_what_is_stuck(cast: Cast):
    client = cast.as_ana
    assert "/sync/changes/" not in client.get("/").content.decode()
    for held in (State.REFUSED, State.PENDING, State.UNCONFIRMED):
        make_change(cast.a, state=held, created_at=NOW - timedelta(minutes=6))
    shown = client.get("/").content.decode()
    assert 'href="/sync/changes/?state=refused"' in shown
    assert 'href="/sync/changes/?state=late"' in shown
    assert "HighLevel refused 1 change." in shown
    assert "2 changes have not reached HighLevel for more than 5 minutes." in shown
    assert 'href="/sync/changes/"' in client.get("/sync/").content.decode()
