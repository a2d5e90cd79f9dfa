"""The page of one post: what it says, what one may do on it, its history and what HighLevel was told."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from accounts.models import Role
from highlevel.models import Change
from highlevel.models.change import ChangeState
from planner.composing import composition_of
from planner.history import IN_HIGHLEVEL, UPDATED, Entry, history_record
from planner.models import Post, PostBundle, PostStatus
from planner.outbox.subjects import POST_DELETE, POST_EDIT
from planner.services.post_writing import post_locked, post_rewrite
from tests.cast import Cast
from tests.factories import make_account, make_member, make_post, make_user
from tests.outboxes import make_change
from tests.writing import Desk, desk

__all__ = ["desk"]
HOSTILE = "<script>alert(1)</script>"


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client: Client, post: Post, query: str = "") -> str:
    answer = client.get(f"/posts/{post.pk}/{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def open_change(post: Post, **fields: Any) -> Change:
    given = {"subject": f"post:{post.pk}", "operation": POST_EDIT, "payload": {"summary": "x", "title": "x"}}
    return make_change(post.location, **{**given, **fields})


@pytest.mark.parametrize(
    ("fields", "tag", "sentence"),
    [
        ({}, "Waiting to be sent", "is about to be sent"),
        ({"state": ChangeState.UNCONFIRMED, "attempts": 1}, "Unconfirmed", "does not send it twice"),
        (
            {"state": ChangeState.REFUSED, "error_code": "rejected"},
            "Refused by HighLevel",
            "HighLevel refused the request.",
        ),
        (
            {"state": ChangeState.REFUSED, "error_code": "changed_elsewhere"},
            "Refused by HighLevel",
            "Look at both versions and choose.",
        ),
    ],
)
def test_what_highlevel_does_not_know_is_said_on_the_page_and_in_the_list(
    cast: Cast, fields: dict[str, Any], tag: str, sentence: str
):
    post, quiet = make_post(cast.a), make_post(cast.a)
    open_change(post, **fields)
    shown = page(cast.as_ana, post)
    assert tag in shown
    assert sentence in shown
    lines = cast.as_ana.get("/posts/").content.decode().split("<li id=")
    assert [tag in line for line in lines if f'"post-{post.pk}"' in line or f'"post-{quiet.pk}"' in line].count(
        True
    ) == 1
    assert tag not in page(cast.as_ana, quiet)


def test_the_changes_sent_for_it_with_their_buttons(cast: Cast):
    post, other = make_post(cast.a), make_post(cast.a)
    refused = open_change(post, state=ChangeState.REFUSED, error_code="rejected", error_detail="too long")
    open_change(other, payload={"title": "of another post"})
    shown = page(cast.as_ana, post)
    assert f'<li id="change-{refused.pk}"' in shown
    assert 'value="retry"' in shown
    assert "too long" in shown
    assert "of another post" not in shown
    assert 'value="retry"' not in page(cast.as_ben, post)


def test_every_change_and_every_entry_is_reached(cast: Cast):
    post = make_post(cast.a)
    now = datetime.now(UTC)
    changes = [open_change(post, state=ChangeState.DONE).pk for _number in range(24)]
    for number in range(45):
        history_record([Entry(post, UPDATED, {"text": ("", f"Version {number}.")})], actor=cast.ana, now=now)
    seen_changes: list[int] = []
    query = ""
    while True:
        shown = page(cast.as_ana, post, query)
        seen_changes += [int(pk) for pk in re.findall(r'<li id="change-(\d+)"', shown)]
        following = re.search(r'href="(\?changes=\d+)#told"', shown)
        if following is None:
            break
        query = following[1]
    assert seen_changes == changes[::-1]
    seen, query = [], ""
    while True:
        shown = page(cast.as_ana, post, query)
        seen += re.findall(r"Version (\d+)\.", shown)
        following = re.search(r'href="(\?history=\d+)#history"', shown)
        if following is None:
            break
        query = following[1]
    assert seen == [str(number) for number in range(44, -1, -1)]


def test_the_history_says_who_when_before_and_after(cast: Cast):
    post = make_post(cast.a)
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    history_record(
        [Entry(post, UPDATED, {"text": ("Old", HOSTILE), "tags": ([], ["winter"])}, "Client asked")],
        actor=cast.ana,
        now=at,
    )
    moved = {"scheduled_at": (None, at.isoformat()), "status": ("draft", "scheduled")}
    history_record([Entry(post, UPDATED, moved, IN_HIGHLEVEL)], actor=None, now=at)
    shown = page(cast.as_ben, post)
    for words in ("Ana", "Client asked", "Old", "winter", "Somebody in HighLevel", "Friday 20 November 2026, 07:00"):
        assert words in shown
    assert HOSTILE not in shown
    assert "&lt;script&gt;" in shown


def test_siblings_lead_to_each_other(cast: Cast):
    bundle = PostBundle.objects.create(created_at=datetime.now(UTC))
    one, two = make_post(cast.a, bundle=bundle, text="Short"), make_post(cast.a, bundle=bundle, text="Long version")
    shown = page(cast.as_ben, one)
    assert "Other versions" in shown
    assert f'href="/posts/{two.pk}/"' in shown
    assert "Other versions" not in page(cast.as_ben, make_post(cast.a))


@pytest.mark.parametrize("rows", [1, 9])
def test_the_page_costs_the_same_whatever_is_on_it(cast: Cast, rows: int, django_assert_num_queries):
    bundle = PostBundle.objects.create(created_at=datetime.now(UTC))
    post = make_post(
        cast.a, *(make_account(cast.a) for _number in range(rows)), bundle=bundle, media=("https://a.test/a",)
    )
    for number in range(rows):
        make_post(cast.a, make_account(cast.a), bundle=bundle)
        open_change(post, state=ChangeState.DONE)
        history_record([Entry(post, UPDATED, {"text": ("", str(number))})], actor=cast.ana, now=datetime.now(UTC))
    ContentType.objects.get_for_model(Post)
    client = cast.as_ana
    # session, person; post, results, tags, media, its open changes; its changes, where one decides, where about one's
    # own; where one writes, where one sends; history; siblings with results, tags, media; frame: mirror, expired
    with django_assert_num_queries(2 + 5 + 3 + 2 + 1 + 4 + 2):
        client.get(f"/posts/{post.pk}/")


def test_deleting_says_what_it_means_and_can_be_taken_back(desk: Desk):
    post = desk.write()
    desk.send(2)
    client = client_of(desk.person)
    assert "HighLevel forgets its record; what is published stays on the network." in page(client, post)
    shown = client.post(f"/posts/{post.pk}/", {"do": "delete"}, follow=True).content.decode()
    assert f'<form method="post" action="/posts/{post.pk}/">' in shown, "the toast has an Undo"
    assert "This post is being deleted." in shown
    shown = client.post(f"/posts/{post.pk}/", {"do": "undo"}, follow=True).content.decode()
    assert "The post stays." in shown
    client.post(f"/posts/{post.pk}/", {"do": "delete"})
    desk.clock.pass_(minutes=5)
    desk.send(2)
    assert desk.there() == []
    shown = page(client, post)
    assert "HighLevel does not have this post any more" in shown
    shown = client.post(f"/posts/{post.pk}/", {"do": "undo"}, follow=True).content.decode()
    assert "Nothing was done." in shown


def test_a_draft_is_made_of_it(desk: Desk):
    post = desk.write()
    client_of(desk.person).post(f"/posts/{post.pk}/", {"do": "draft"})
    post.refresh_from_db()
    assert post.status == PostStatus.DRAFT


@pytest.mark.parametrize(
    ("role", "status", "may"),
    [
        (Role.VIEWER, PostStatus.DRAFT, set()),
        (Role.CREATOR, PostStatus.SCHEDULED, {"draft"}),
        (Role.CREATOR, PostStatus.DRAFT, {"delete"}),
        (Role.APPROVER, PostStatus.SCHEDULED, {"draft", "delete"}),
        (Role.MANAGER, PostStatus.PUBLISHED, {"delete"}),
    ],
)
def test_who_may_what(cast: Cast, role: Role, status: PostStatus, may: set[str]):
    person = make_user("dora@example.test", name="Dora")
    make_member(person, cast.a, role)
    post = make_post(cast.a, status=status)
    client = client_of(person)
    assert set(re.findall(r'name="do" value="(\w+)"', page(client, post))) == may
    for do in {"delete", "draft", "undo", "nonsense"} - may:
        answer = client.post(f"/posts/{post.pk}/", {"do": do})
        assert answer.status_code == (403 if role == Role.VIEWER else 302)
    post.refresh_from_db()
    assert (post.status, post.deleting_at) == (status, None)
    assert not Change.objects.filter(operation=POST_DELETE).exists()


def test_an_edit_shows_before_and_after(desk: Desk):
    post = desk.write("First words")
    held = post_locked(post.pk)
    post_rewrite(
        post=held,
        version=held.version,
        composition=replace(composition_of(held), text="Second words", scheduled_at=desk.soon() + timedelta(days=3)),
        actor=desk.person,
        now=desk.clock(),
        reason="Typing error",
    )
    shown = page(client_of(desk.person), post)
    assert "Typing error" in shown
    assert "First words" in shown.split('id="history"')[1]
    assert "wrote it" in shown
    assert "changed it" in shown
