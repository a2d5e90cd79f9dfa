"""Editing a post in HighLevel: one field changes, nobody's edit is overwritten, and no doubt is left."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from accounts.models import ConnectedAccount
from highlevel.models import Change
from highlevel.models.change import ChangeState as State
from highlevel.outbox import change_record, change_retry, change_send, change_settle
from planner.models import Post, PostStatus, PostTarget
from planner.outbox.subjects import POST_EDIT, post_base, post_subject
from tests.outboxes import Clock, state, sweep
from tests.pulling import Agency, add_family, add_posts, agency, change_post

__all__ = ["agency"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


def edit(post: Post, clock: Clock, **changes: Any) -> Change:
    values = {"summary": post.text, "accountIds": []}
    with transaction.atomic():
        return change_record(
            location=post.location,
            subject=post_subject(post),
            operation=POST_EDIT,
            payload=changes,
            base=post_base(post, changes, values),
            now=clock(),
        )


def send(change: Change, clock: Clock) -> str | None:
    return change_send(change.pk, clock=clock, chance=lambda: 1.0)


def look(change: Change, clock: Clock) -> str | None:
    change.refresh_from_db()
    clock.now = max(clock.now, change.not_before)
    return change_settle(change.pk, clock=clock, chance=lambda: 1.0)


def stored(agency: Agency, post: Post) -> dict[str, Any]:
    found = agency.box.store.get("post", str(post.remote_id))
    assert found is not None
    return found


def pulled(agency: Agency, **fields: Any) -> Post:
    add_posts(agency, 1, **fields)
    agency.pull()
    return Post.objects.get()


def accounts() -> tuple[ConnectedAccount, ConnectedAccount]:
    page, profile = ConnectedAccount.objects.order_by("platform")
    return page, profile


def test_an_edit_of_one_field_changes_one_field(agency: Agency, clock: Clock) -> None:
    post = pulled(agency)
    before = stored(agency, post)

    assert send(edit(post, clock, summary="Better words"), clock) == State.DONE

    after = stored(agency, post)
    assert {key for key in before if before[key] != after[key]} == {"summary", "updatedAt"}
    assert after["summary"] == "Better words"


def test_a_move_takes_the_post_to_the_other_account(agency: Agency, clock: Clock) -> None:
    post = pulled(agency)
    _page, profile = accounts()
    before = stored(agency, post)

    assert send(edit(post, clock, accountIds=[profile.remote_id]), clock) == State.DONE

    after = stored(agency, post)
    assert {key for key in before if before[key] != after[key]} == {"accountId", "accountIds", "platform", "updatedAt"}
    assert list(PostTarget.objects.values_list("account", "status")) == [(profile.pk, PostStatus.SCHEDULED)]
    agency.pull()
    assert list(PostTarget.objects.values_list("account", flat=True)) == [profile.pk]
    assert Post.objects.get().scheduled_at == post.scheduled_at


def test_a_move_within_a_post_on_two_accounts_keeps_the_other(agency: Agency, clock: Clock) -> None:
    third = agency.box.add_account(agency.location.remote_id, platform="facebook", name="Second page")
    add_family(agency)
    agency.pull()
    post = Post.objects.get()
    kept = ConnectedAccount.objects.get(platform="instagram")

    # The picture-less post does not fit Instagram, so HighLevel would refuse to plan it again.
    agency.box.store.update("account", kept.remote_id, {**_account(agency, kept), "platform": "threads"})
    assert send(edit(post, clock, accountIds=[third["id"], kept.remote_id]), clock) == State.DONE

    held = PostTarget.objects.exclude(status=PostStatus.DELETED).values_list("account_remote_id", flat=True)
    assert set(held) == {third["id"], kept.remote_id}
    agency.pull()
    assert set(held.all()) == {third["id"], kept.remote_id}


def _account(agency: Agency, account: ConnectedAccount) -> dict[str, Any]:
    found = agency.box.store.get("account", account.remote_id)
    assert found is not None
    return found


def test_what_changed_in_highlevel_is_not_overwritten(agency: Agency, clock: Clock) -> None:
    post = pulled(agency)
    change_post(agency, str(post.remote_id), summary="Theirs")

    change = edit(post, clock, summary="Ours")
    assert send(change, clock) == State.REFUSED

    change.refresh_from_db()
    assert change.error_code == "changed_elsewhere"
    assert (change.base["summary"], change.outcome["seen"]["summary"]) == (post.text, "Theirs")
    assert stored(agency, post)["summary"] == "Theirs"

    change_retry(change=change, now=clock())
    assert send(change, clock) == State.DONE
    assert stored(agency, post)["summary"] == "Ours"


def test_an_edit_made_while_another_is_on_its_way_is_no_conflict(agency: Agency, clock: Clock) -> None:
    post = pulled(agency)
    first = edit(post, clock, summary="First")
    Change.objects.update(attempts=1)
    Change.objects.filter(pk=first.pk).update(state=State.SENDING)
    second = edit(post, clock, followUpComment="Second")
    Change.objects.filter(pk=first.pk).update(state=State.PENDING)

    assert send(second, clock) is None
    assert send(first, clock) == State.DONE
    assert send(second, clock) == State.DONE
    after = stored(agency, post)
    assert (after["summary"], after["followUpComment"]) == ("First", "Second")


@pytest.mark.parametrize("kind", ["server_error_after", "drop_after", "malformed"])
def test_an_edit_that_arrived_unanswered_is_found(agency: Agency, clock: Clock, kind: str) -> None:
    post = pulled(agency)
    agency.box.faults.add(operation="edit-post", kind=kind)
    change = edit(post, clock, summary="Ours")

    assert send(change, clock) == State.UNCONFIRMED
    assert look(change, clock) == State.DONE
    assert agency.requests("edit-post") == 1
    later = edit(Post.objects.get(), clock, summary="Again")
    assert send(later, clock) == State.DONE


def test_an_edit_that_did_not_arrive_is_sent_again(agency: Agency, clock: Clock) -> None:
    post = pulled(agency)
    agency.box.faults.add(operation="edit-post", kind="drop_before")
    change = edit(post, clock, summary="Ours")
    send(change, clock)
    for _minute in range(6):
        clock.pass_(minutes=1)
        sweep(clock)

    assert state(change) == State.DONE
    assert stored(agency, post)["summary"] == "Ours"


def test_a_reading_back_that_fails_is_looked_up(agency: Agency, clock: Clock) -> None:
    post = pulled(agency)
    agency.box.faults.add(operation="get-post", kind="server_error", times=3, after=1)
    change = edit(post, clock, summary="Ours")

    assert send(change, clock) == State.UNCONFIRMED
    assert look(change, clock) == State.DONE
    assert agency.requests("edit-post") == 1


def test_an_unanswered_edit_that_somebody_else_overtook_is_for_a_person(agency: Agency, clock: Clock) -> None:
    post = pulled(agency)
    agency.box.faults.add(operation="edit-post", kind="drop_before")
    change = edit(post, clock, summary="Ours")
    send(change, clock)
    change_post(agency, str(post.remote_id), summary="Theirs")

    assert look(change, clock) == State.REFUSED
    assert stored(agency, post)["summary"] == "Theirs"


def test_a_post_that_is_gone_is_said_to_be(agency: Agency, clock: Clock) -> None:
    post = pulled(agency)
    change_post(agency, str(post.remote_id), deleted=True, status="deleted")
    change = edit(post, clock, summary="Ours")

    assert send(change, clock) == State.REFUSED
    change.refresh_from_db()
    assert change.error_code == "not_found"
