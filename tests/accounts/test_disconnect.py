"""Disconnecting an account: what it costs is shown first, what is planned can go elsewhere, and it can be taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import ConnectedAccount, Member, Role
from accounts.outbox import DELETE
from accounts.services.disconnecting import UNDO_FOR, CannotMove, account_disconnect
from highlevel.models import Change
from highlevel.models.change import ChangeState as State
from planner.models import Post, PostStatus, PostTarget
from planner.outbox.subjects import POST_EDIT
from tests.cast import HTMX, Cast
from tests.factories import make_account, make_member, make_post, make_user
from tests.outboxes import Clock, sweep
from tests.pulling import Agency, add_posts, agency

__all__ = ["agency"]

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def address(account: ConnectedAccount, *, undo: bool = False) -> str:
    return f"/accounts/{account.pk}/disconnect/" + ("undo/" if undo else "")


def question(cast: Cast, account: ConnectedAccount) -> str:
    return str(cast.as_ana.get(address(account)).content.decode())


class TestQuestion:
    def test_what_is_planned_is_counted_by_kind_and_linked(self, cast: Cast):
        account, other = make_account(cast.a, name="Old page"), make_account(cast.a, name="New page")
        for number in range(3):
            make_post(cast.a, account, at=NOW + number * DAY + DAY)
        make_post(cast.a, account, at=NOW - DAY)
        make_post(cast.a, account, at=NOW, status=PostStatus.IN_PROGRESS)
        make_post(cast.a, account, status=PostStatus.DRAFT)
        make_post(cast.a, account, status=PostStatus.PUBLISHED)
        make_post(cast.a, other)
        shown = question(cast, account)
        for words in ("3 scheduled posts", "1 overdue post<", "1 post on its way out", "1 draft<", "New page"):
            assert words in shown
        assert "HighLevel changes nothing whose date has passed." in shown
        assert f"/posts/?location={cast.a.pk}&amp;account={account.pk}&amp;status=scheduled" in shown

    def test_only_accounts_of_the_same_network_and_client_can_take_over(self, cast: Cast):
        account = make_account(cast.a)
        make_post(cast.a, account)
        make_account(cast.a, "instagram", name="Other network")
        make_account(cast.b, name="Other client")
        make_account(cast.a, name="Gone one", gone_at=NOW)
        shown = question(cast, account)
        assert not any(name in shown for name in ("Other network", "Other client", "Gone one"))
        assert "has no other account at Facebook" in shown

    def test_pins_stay_where_their_boards_are(self, cast: Cast):
        account, _other = make_account(cast.a, "pinterest"), make_account(cast.a, "pinterest")
        make_post(cast.a, account)
        shown = question(cast, account)
        assert "None of them can move." in shown
        assert "A pin needs a board" in shown

    def test_who_may(self, cast: Cast):
        account = make_account(cast.a)
        assert cast.as_nobody.get(address(account)).status_code == 302
        assert cast.as_cleo.get(address(account)).status_code == 404
        for method in ("get", "post"):
            assert getattr(cast.as_ben, method)(address(account)).status_code == 403
        assert cast.as_ben.post(address(account, undo=True)).status_code == 403
        Member.objects.filter(user=cast.ben).update(role=Role.MANAGER)
        assert cast.as_ben.get(address(account)).status_code == 200
        assert not Change.objects.exists()

    def test_the_dialog_gets_the_piece(self, cast: Cast):
        account = make_account(cast.a)
        piece = cast.as_ana.get(address(account), headers=HTMX).content.decode()
        assert piece.lstrip().startswith('<section id="disconnect-question"')

    @pytest.mark.parametrize("posts", [2, 40])
    def test_cost(self, cast: Cast, posts: int, django_assert_num_queries: DjangoAssertNumQueries):
        account, _other = make_account(cast.a), make_account(cast.a)
        for _number in range(posts):
            make_post(cast.a, account)
        ana = cast.as_ana
        # session, person, account; its disconnection; numbers of posts and of those that can move; queues;
        # disconnections under way, who can take over; around it: mirror, expired accounts
        with django_assert_num_queries(11):
            ana.get(address(account))


class TestAnswer:
    def test_a_choice_has_to_be_made(self, cast: Cast):
        account, _other = make_account(cast.a), make_account(cast.a)
        make_post(cast.a, account)
        strange = make_account(cast.b)
        for plans in ("", str(strange.pk), "x" * 50):
            answer = cast.as_ana.post(address(account), {"plans": plans}, headers=HTMX)
            assert answer.status_code == 422
            assert 'role="alert"' in answer.content.decode()
        assert not Change.objects.exists()

    def test_each_move_is_a_change_and_the_account_goes_after_them(self, cast: Cast):
        account, other = make_account(cast.a), make_account(cast.a)
        make_member(cast.ana, cast.a, remote_id="ana-at-highlevel")
        posts = [make_post(cast.a, account, at=NOW + DAY) for _number in range(3)]
        answer = cast.as_ana.post(address(account), {"plans": str(other.pk)}, headers=HTMX)
        assert answer.headers["HX-Redirect"] == address(account)
        last = Change.objects.get(operation=DELETE)
        moves = Change.objects.filter(operation=POST_EDIT)
        assert set(last.after.all()) == set(moves)
        assert {move.subject for move in moves} == {f"post:{post.pk}" for post in posts}
        assert all(move.payload["accountIds"] == [other.remote_id] for move in moves)
        assert (last.payload["user_id"], last.actor) == ("ana-at-highlevel", cast.ana)
        assert last.not_before - last.created_at == UNDO_FOR

    def test_a_second_answer_changes_nothing(self, cast: Cast):
        account = make_account(cast.a)
        for _time in range(2):
            assert cast.as_ana.post(address(account)).status_code == 302
        assert Change.objects.count() == 1

    def test_an_account_that_leaves_takes_nothing_over(self, cast: Cast):
        account, other = make_account(cast.a), make_account(cast.a, name="Leaving too")
        make_post(cast.a, account)
        cast.as_ana.post(address(other))
        assert "Leaving too" not in question(cast, account)
        with pytest.raises(CannotMove):
            account_disconnect(account=account, actor=cast.ana, now=NOW, move_to=other)

    def test_posts_on_several_accounts_keep_the_others(self, cast: Cast):
        account, other, third = (make_account(cast.a) for _number in range(3))
        make_post(cast.a, account, third)
        make_post(cast.a, third, account, other)
        cast.as_ana.post(address(account), {"plans": str(other.pk)})
        wanted = [move.payload["accountIds"] for move in Change.objects.filter(operation=POST_EDIT).order_by("pk")]
        assert wanted == [[other.remote_id, third.remote_id], [third.remote_id, other.remote_id]]

    def test_a_move_takes_its_collaborators_along(self, cast: Cast):
        account, other = make_account(cast.a, "instagram"), make_account(cast.a, "instagram")
        details = {"instagram": {"type": "post", "collaborators": {account.remote_id: ["ana"]}}}
        make_post(cast.a, account, details=details)
        cast.as_ana.post(address(account), {"plans": str(other.pk)})
        moved = Change.objects.get(operation=POST_EDIT).payload["instagramPostDetails"]
        assert moved == {"type": "post", "collaborators": {other.remote_id: ["ana"]}}

    @pytest.mark.parametrize("posts", [2, 60])
    def test_cost_of_moving(self, cast: Cast, posts: int, django_assert_max_num_queries):
        account, other = make_account(cast.a), make_account(cast.a)
        for _number in range(posts):
            make_post(cast.a, account, at=NOW + DAY)
        with django_assert_max_num_queries(24):
            account_disconnect(account=account, actor=cast.ana, now=NOW, move_to=other)
        assert Change.objects.count() == posts + 1


class TestUndo:
    def test_it_can_be_taken_back_until_it_is_sent(self, cast: Cast):
        account, other = make_account(cast.a, name="Old page"), make_account(cast.a)
        make_post(cast.a, account)
        make_post(cast.a, account)
        ana = cast.as_ana
        ana.post(address(account), {"plans": str(other.pk)})
        first = Change.objects.filter(operation=POST_EDIT).earliest("pk")
        Change.objects.filter(pk=first.pk).update(state=State.DONE, attempts=1)
        assert "Undo" in ana.get(address(account)).content.decode()
        answer = ana.post(address(account, undo=True), follow=True)
        shown = answer.content.decode()
        assert "Old page stays connected." in shown
        assert "1 post had moved already." in shown
        states = Change.objects.order_by("pk").values_list("state", flat=True)
        assert list(states) == [State.DONE, State.CANCELLED, State.CANCELLED]
        assert "Disconnect this account?" in question(cast, account)

    @pytest.mark.parametrize(("held", "attempts"), [(State.SENDING, 1), (State.PENDING, 1), (State.UNCONFIRMED, 1)])
    def test_it_is_too_late_once_something_was_sent(self, cast: Cast, held: State, attempts: int):
        account = make_account(cast.a)
        ana = cast.as_ana
        ana.post(address(account))
        Change.objects.update(state=held, attempts=attempts)
        assert "too late" in ana.post(address(account, undo=True), follow=True).content.decode()
        assert Change.objects.get().state == held

    def test_without_a_disconnection_there_is_nothing_to_undo(self, cast: Cast):
        account = make_account(cast.a)
        assert cast.as_ana.post(address(account, undo=True)).status_code == 302
        assert cast.as_ana.get(address(account, undo=True)).status_code == 405


class TestToTheEnd:
    """Against a sandbox: the posts are on the other account, then the old one is gone."""

    def test_posts_move_and_the_account_goes(self, agency: Agency):
        ana = make_user("ana@example.test", is_owner=True)
        box, place = agency.box, agency.location.remote_id
        second = box.add_account(place, platform="facebook", name="Second page")["id"]
        add_posts(agency, 3)
        agency.pull()
        old = ConnectedAccount.objects.get(name="Harbour page")
        new = ConnectedAccount.objects.get(remote_id=second)
        clock = Clock()

        change = account_disconnect(account=old, actor=ana, now=clock(), move_to=new)
        sweep(clock)
        assert box.store.get("account", old.remote_id) is not None
        assert {doc["accountId"] for doc in box.store.find("post", location=place)} == {second}
        clock.now += UNDO_FOR
        sweep(clock)

        assert set(Change.objects.values_list("state", flat=True)) == {State.DONE}
        assert box.store.get("account", old.remote_id) is None
        assert ConnectedAccount.objects.get(pk=old.pk).gone_at == clock()
        assert set(PostTarget.objects.values_list("account", "status")) == {(new.pk, PostStatus.SCHEDULED)}
        change.refresh_from_db()
        assert change.settled_at == clock()
        agency.pull()
        assert set(PostTarget.objects.values_list("account", flat=True)) == {new.pk}
        assert Post.objects.filter(status=PostStatus.SCHEDULED).count() == 3

    def test_the_account_waits_for_a_post_that_could_not_move(self, agency: Agency):
        ana = make_user("ana@example.test", is_owner=True)
        second = agency.box.add_account(agency.location.remote_id, platform="facebook", name="Second page")["id"]
        add_posts(agency, 2)
        agency.pull()
        old = ConnectedAccount.objects.get(name="Harbour page")
        agency.box.faults.add(operation="edit-post", kind="refuse", status=422, message="not today")
        clock = Clock()
        account_disconnect(account=old, actor=ana, now=clock(), move_to=ConnectedAccount.objects.get(remote_id=second))
        for _minute in range(3):
            sweep(clock)
            clock.pass_(minutes=1)

        assert agency.box.store.get("account", old.remote_id) is not None
        states = Change.objects.filter(operation=POST_EDIT).values_list("state", flat=True)
        assert sorted(states) == [State.DONE, State.REFUSED]
        Change.objects.filter(state=State.REFUSED).update(state=State.CANCELLED)
        sweep(clock)
        assert agency.box.store.get("account", old.remote_id) is None

    @pytest.mark.parametrize("kind", ["server_error_after", "drop_after", "malformed", "drop_before", "server_error"])
    def test_no_answer_is_no_trouble(self, agency: Agency, kind: str):
        ana = make_user("ana@example.test", is_owner=True)
        agency.pull()
        account = ConnectedAccount.objects.get(platform="facebook")
        agency.box.faults.add(operation="delete-account", kind=kind)
        clock = Clock()
        change = account_disconnect(account=account, actor=ana, now=clock())
        for _minute in range(5):
            clock.pass_(minutes=1)
            sweep(clock)
        change.refresh_from_db()
        assert change.state == State.DONE
        assert agency.box.store.get("account", account.remote_id) is None


def test_how_it_goes_is_shown_move_by_move(cast: Cast):
    account, other = make_account(cast.a, name="Old page"), make_account(cast.a, name="New page")
    for number in range(60):
        make_post(cast.a, account, at=NOW + DAY, text=f"Post <b>{number:02}</b>")
    ana = cast.as_ana
    ana.post(address(account), {"plans": str(other.pk)})
    moves = Change.objects.filter(operation=POST_EDIT).order_by("pk")
    moves.filter(pk=moves[0].pk).update(state=State.REFUSED, error_code="not_found", attempts=1)

    shown = ana.get(address(account)).content.decode()
    assert "Moving to New page" in shown
    assert "Move “Post &lt;b&gt;00&lt;/b&gt;” to another account" in shown
    assert "What was asked for does not exist in HighLevel any more." in shown
    assert "1 post could not move." in shown
    assert "1–50 of 60" in shown or "page=2" in shown
    poll = ana.get(address(account), headers={**HTMX, "HX-Target": "disconnecting"})
    assert poll.status_code == 200
    assert poll.content.decode().lstrip().startswith('<section id="disconnecting"')
    Change.objects.update(state=State.DONE)
    ConnectedAccount.objects.filter(pk=account.pk).update(gone_at=NOW)
    assert ana.get(address(account), headers={**HTMX, "HX-Target": "disconnecting"}).status_code == 286
    assert "HighLevel has forgotten the account." in ana.get(address(account)).content.decode()
    Change.objects.all().delete()
    assert "has no such account any more" in ana.get(address(account)).content.decode()


def test_a_reconnected_account_can_be_disconnected_again(cast: Cast):
    account = make_account(cast.a)
    cast.as_ana.post(address(account))
    Change.objects.update(state=State.DONE)
    assert "Disconnect this account?" in question(cast, account)
    cast.as_ana.post(address(account))
    assert Change.objects.filter(operation=DELETE).count() == 2
