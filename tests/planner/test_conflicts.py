"""HighLevel's version and ours, field by field, until both are what somebody chose."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.utils.formats import date_format

from accounts.models import Role
from highlevel.models import Change
from highlevel.models.change import ChangeState as State
from highlevel.outbox import NotPossible, change_cancel
from highlevel.sandbox.clock import iso
from planner.composing import composition_of
from planner.history import history_of
from planner.models import Post
from planner.services.post_conflicts import conflict_of, conflict_settle
from planner.services.post_writing import post_rewrite
from tests.pulling import change_post
from tests.writing import Desk, desk

__all__ = ["desk"]


def refused_edit(desk: Desk, **theirs: Any) -> tuple[Post, Change]:
    """A post of which we changed text and comment, while somebody changed it in HighLevel."""
    post = desk.write("Base", follow_up_comment="Base comment")
    desk.send()
    held = Post.objects.get(pk=post.pk)
    ours = replace(composition_of(held), text="Ours", follow_up_comment="Our comment")
    post_rewrite(post=held, version=held.version, composition=ours, actor=desk.person, now=desk.clock())
    change_post(desk.agency, desk.there()[0]["_id"], **{"summary": "Theirs", **theirs})
    assert desk.send() == [State.REFUSED]
    return Post.objects.get(pk=post.pk), Change.objects.latest("pk")


def edit(desk: Desk, post: Post, **fields: Any) -> None:
    held = Post.objects.get(pk=post.pk)
    ours = replace(composition_of(held), **fields)
    post_rewrite(post=held, version=held.version, composition=ours, actor=desk.person, now=desk.clock())


def settle(desk: Desk, change: Change, **take: str) -> Post:
    return conflict_settle(change=change, take=take, actor=desk.person, now=desk.clock())


def client_of(desk: Desk) -> Client:
    client = Client()
    client.force_login(desk.person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_it_shows_what_both_did(desk: Desk) -> None:
    _post, change = refused_edit(desk)
    rows = {row.name: row for row in conflict_of(change).rows}
    text = rows["text"]
    assert (text.base, text.ours, text.theirs, text.both) == ("Base", "Ours", "Theirs", True)
    comment = rows["follow_up_comment"]
    assert (comment.theirs, comment.both, comment.take) == ("Base comment", False, "ours")


@pytest.mark.parametrize("pulled", [False, True])
def test_everything_of_theirs_gives_ours_up(desk: Desk, pulled: bool) -> None:
    _post, change = refused_edit(desk)
    if pulled:
        desk.agency.pull()
    post = settle(desk, change, text="theirs", follow_up_comment="theirs")
    assert (post.text, post.follow_up_comment) == ("Theirs", "Base comment")
    change.refresh_from_db()
    assert change.state == State.CANCELLED
    assert desk.send() == []
    desk.agency.pull()
    post.refresh_from_db()
    assert post.text == "Theirs"


def test_everything_of_ours_replaces_theirs(desk: Desk) -> None:
    post, change = refused_edit(desk)
    settle(desk, change, text="ours", follow_up_comment="ours")
    assert desk.send() == [State.DONE]
    row = desk.there()[0]
    assert (row["summary"], row["followUpComment"]) == ("Ours", "Our comment")
    post.refresh_from_db()
    assert post.text == "Ours"


@pytest.mark.parametrize("pulled", [False, True])
def test_of_each_what_was_chosen(desk: Desk, pulled: bool) -> None:
    post, change = refused_edit(desk, categoryId="")
    if pulled:
        desk.agency.pull()
    settle(desk, change, text="theirs", follow_up_comment="ours")
    told = Change.objects.latest("pk")
    assert {"summary", "followUpComment"} & told.payload.keys() == {"followUpComment"}
    assert desk.send() == [State.DONE]
    row = desk.there()[0]
    assert (row["summary"], row["followUpComment"]) == ("Theirs", "Our comment")
    post.refresh_from_db()
    assert (post.text, post.follow_up_comment) == ("Theirs", "Our comment")
    assert "HighLevel" in history_of(post)[0].additional_data["note"]


def test_it_may_change_once_more_meanwhile(desk: Desk) -> None:
    post, change = refused_edit(desk)
    change_post(desk.agency, desk.there()[0]["_id"], summary="Theirs again", followUpComment="Hm")
    settle(desk, change, text="ours")
    assert desk.send() == [State.REFUSED]
    settle(desk, Change.objects.latest("pk"), text="theirs", follow_up_comment="ours")
    assert desk.send() == [State.DONE]
    assert (desk.there()[0]["summary"], desk.there()[0]["followUpComment"]) == ("Theirs again", "Our comment")
    post.refresh_from_db()
    assert post.text == "Theirs again"


def test_a_time_of_ours_and_a_text_of_theirs(desk: Desk) -> None:
    post = desk.write("Base")
    desk.send()
    held, later = Post.objects.get(pk=post.pk), desk.soon(days=4)
    ours = replace(composition_of(held), scheduled_at=later, text="Ours")
    post_rewrite(post=held, version=held.version, composition=ours, actor=desk.person, now=desk.clock())
    change_post(desk.agency, desk.there()[0]["_id"], summary="Theirs", scheduleDate=iso(desk.soon(days=5)))
    assert desk.send() == [State.REFUSED]
    change = Change.objects.latest("pk")
    there = date_format(later.astimezone(desk.location.zone), "l j F Y, H:i")
    for address in ("/sync/changes/", f"/sync/changes/{change.pk}/conflict/"):
        page = client_of(desk).get(address).content.decode()
        assert f"{there} (London)" in page or f"{there} in London" in page
    settle(desk, change, text="theirs", when="ours")
    assert desk.send() == [State.DONE]
    desk.agency.pull()
    post.refresh_from_db()
    assert (post.text, post.scheduled_at, post.status) == ("Theirs", later, "scheduled")


def test_a_later_edit_does_not_pass_for_what_stood_there(desk: Desk) -> None:
    post = desk.write("Base")
    desk.send()
    edit(desk, post, text="Ours")
    change_post(desk.agency, desk.there()[0]["_id"], summary="Theirs")
    assert desk.send() == [State.REFUSED]
    desk.agency.pull()
    edit(desk, post, text="Ours again", follow_up_comment="Come in")
    assert desk.send() == [State.REFUSED]
    assert desk.there()[0]["summary"] == "Theirs"
    rows = {row.name: row for row in conflict_of(Change.objects.latest("pk")).rows}
    assert (rows["text"].base, rows["text"].ours, rows["text"].theirs) == ("Base", "Ours again", "Theirs")
    assert (rows["text"].both, rows["text"].take) == (True, "ours")
    assert (rows["follow_up_comment"].take, rows["follow_up_comment"].base) == ("ours", "nothing")


def test_what_is_not_in_conflict_is_not_settled(desk: Desk) -> None:
    _post, change = refused_edit(desk)
    change_cancel(change=change, now=desk.clock())
    with pytest.raises(NotPossible):
        settle(desk, Change.objects.get(pk=change.pk), text="ours")


def test_the_page_shows_both_and_settles(desk: Desk) -> None:
    post, change = refused_edit(desk)
    client, address = client_of(desk), f"/sync/changes/{change.pk}/conflict/"
    assert address in client.get("/sync/changes/").content.decode()
    page = client.get(address).content.decode()
    assert all(word in page for word in ("Base", "Ours", "Theirs"))
    answer = client.post(address, {"take.text": "theirs", "take.follow_up_comment": "ours"})
    assert answer.headers["Location"] == f"/posts/{post.pk}/"
    assert client.get(address).headers["Location"] == "/sync/changes/"
    assert client.get(f"/sync/changes/{change.pk + 99}/conflict/").status_code == 404


def test_who_may_not_decide_gets_403(desk: Desk) -> None:
    _post, change = refused_edit(desk)
    reader = desk.colleague(Role.VIEWER)
    client = Client()
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/sync/changes/{change.pk}/conflict/").status_code == 403


def test_a_date_that_has_passed_meanwhile_is_said(desk: Desk) -> None:
    post, change = refused_edit(desk)
    Post.objects.filter(pk=post.pk).update(scheduled_at=desk.soon(days=-1))
    Post.objects.filter(pk=post.pk).update(remote={**post.remote, "scheduleDate": "2020-01-01T00:00:00.000Z"})
    answer = client_of(desk).post(f"/sync/changes/{change.pk}/conflict/", {"take.text": "ours"})
    assert answer.status_code == 422
    assert "has passed" in answer.content.decode()
    change.refresh_from_db()
    assert change.state == State.REFUSED
