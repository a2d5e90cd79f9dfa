"""Must show: a post of any network is sent, pulled, edited in one field, sent and pulled, and only that field changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import ConnectedAccount
from highlevel.models import Change
from highlevel.models.change import ChangeState
from planner.composer.filling import sheet_of
from planner.composer.parsing import compose
from planner.composing import Composition, MediaItem, composition_of
from planner.models import Category, Post, Tag
from planner.selectors.composer import composer_place
from planner.services.post_columns import told_between
from planner.services.post_gate import post_findings
from planner.services.post_writing import Order, post_rewrite, posts_write
from tests.cast import HTMX
from tests.planner.composing_desk import form_of
from tests.planner.generated_posts import NETWORKS, composed
from tests.writing import Desk, desk

__all__ = ["desk"]

# What an edit makes of each field, and the keys of HighLevel's row that it may touch.
EDITS: dict[str, tuple[Any, set[str]]] = {
    "text": (lambda held: f"{held.text} and more", {"summary"}),
    "follow_up_comment": (lambda held: f"{held.follow_up_comment} Read on".strip(), {"followUpComment"}),
    "category": (lambda held: None if held.category else Category.objects.get(), {"categoryId"}),
    "tags": (lambda held: () if held.tags else tuple(Tag.objects.order_by("pk")[:2]), {"tags"}),
    "scheduled_at": (lambda held: held.scheduled_at.replace(minute=7, second=0), {"scheduleDate", "displayDate"}),
    "media": (lambda held: tuple(_described(item) for item in held.media), {"media"}),
    "link_preview": (lambda held: {**held.link_preview, "ogTitle": "Another title"}, {"ogTagsDetails"}),
    "details": (lambda held: _other_details(held.details), {"Details"}),
}
ALWAYS = {"updatedAt"}


def _described(item: MediaItem) -> MediaItem:
    return replace(item, alt_text=f"{item.alt_text} seen from above".strip())


def _other_details(details: Mapping[str, Any]) -> dict[str, Any]:
    """One setting of the first network that has a text or a choice, changed."""
    for network, key, value in (
        ("google", "url", "https://site.example/other"),
        ("google", "title", "Another title"),
        ("tiktok", "enableDuet", not details.get("tiktok", {}).get("enableDuet")),
        ("youtube", "privacyLevel", "unlisted"),
        ("pinterest", "title", "Another title"),
        ("linkedin", "pdfTitle", "Another title"),
    ):
        if details.get(network, {}).get(key) not in (None, "", value):
            return {**details, network: {**details[network], key: value}}
    return dict(details)


@pytest.fixture
def accounts(desk: Desk) -> dict[str, ConnectedAccount]:
    """An account on every network."""
    held = set(desk.accounts)
    for network in NETWORKS:
        if network not in held:
            desk.agency.box.add_account(desk.location.remote_id, platform=network, name=f"Harbour on {network}")
    desk.agency.pull()
    return desk.accounts


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_an_edit_of_one_field_changes_one_field(
    data: st.DataObject, desk: Desk, accounts: dict[str, ConnectedAccount]
) -> None:
    wanted = {network: _drawn(data, network, accounts[network], desk) for network in NETWORKS}
    posts = {network: _written(desk, composition) for network, composition in wanted.items()}
    _settle(desk)
    desk.agency.pull()
    edits: dict[str, tuple[str, Composition, dict[str, Any]]] = {}
    for network, post in posts.items():
        held = _stored(post)
        before = composition_of(held)
        assert _different(wanted[network], before) <= {"details"}, network
        _assert_details_kept(wanted[network].details, before.details)
        name = data.draw(st.sampled_from(sorted(EDITS)), label=f"{network}: edited field")
        after = replace(before, **{name: EDITS[name][0](before)})
        if not told_between(before, after) or any(one.is_error for one in _findings(after, desk)):
            continue
        edits[network] = (name, after, _row(desk, held))
        post_rewrite(post=held, version=held.version, composition=after, actor=desk.person, now=desk.clock())
    _settle(desk)
    desk.agency.pull()
    for network, (name, after, row) in edits.items():
        held = _stored(posts[network])
        assert told_between(after, composition_of(held)) == {}, network
        now = _row(desk, held)
        changed = {key for key in {**row, **now} if row.get(key) != now.get(key)} - ALWAYS
        assert all(any(key.endswith(end) for end in EDITS[name][1]) for key in changed), (network, name, changed)


@pytest.mark.timeout(400)
@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_composed_can_be_typed(data: st.DataObject, desk: Desk, accounts: dict[str, ConnectedAccount]) -> None:
    place = composer_place(desk.location)
    for network in NETWORKS:
        wanted = _drawn(data, network, accounts[network], desk)
        blank = Composition(location=desk.location)
        empty, full = (sheet_of(one, place.accounts, place.panels) for one in (blank, wanted))
        typed = compose(full, before=empty, base=blank, place=place, status=wanted.status)
        assert typed.problems == ()
        assert _different(wanted, typed.composition) <= {"details"}, network
        _assert_details_kept(wanted.details, typed.composition.details)
        again = compose(full, before=full, base=wanted, place=place, status=wanted.status)
        assert again.composition == wanted


EVERY_KIND = (
    "👩‍👩‍👧‍👦 🇪🇸 e\u0301\u0323 مرحبا \u202eback\u202c שלום <b>[x]</b> {{ y }} {% z %} &amp; &lt; \u200b\u2028|\ufeff|\u00a0|\t"
    "\"'`=cmd|' \\n 𝕏 #tag @me\n"
)


def test_sixty_thousand_characters_of_every_kind_come_back_to_the_byte(desk: Desk) -> None:
    text = f"\n  {EVERY_KIND * (59_900 // len(EVERY_KIND))}the end\n\n "
    client = Client()
    client.force_login(desk.person, backend="django.contrib.auth.backends.ModelBackend")
    place, new = desk.location.pk, f"/posts/compose/?location={desk.location.pk}"
    fields = {**form_of(client.get(f"{new}&new=1")), "accounts": [str(desk.accounts["facebook"].pk)]}
    typed = {**fields, "text": text.replace("\n", "\r\n")}  # as browsers send it
    client.post(f"/posts/compose/{place}/check/", typed, headers=HTMX)
    kept = form_of(client.get(new))
    assert kept["text"] == [text]
    client.post(new, {**kept, "do": "draft"})
    _settle(desk)
    desk.agency.pull()
    post = Post.objects.get()
    assert post.text == _row(desk, post)["summary"] == text
    edit = f"/posts/{post.pk}/edit/"
    shown = form_of(client.get(edit))
    assert shown["text"] == [text]
    client.post(edit, {**shown, "text": text.replace("\n", "\r\n"), "follow_up_comment": "Come in", "do": "draft"})
    assert "summary" not in Change.objects.latest("pk").payload
    _settle(desk)
    row = _row(desk, post)
    assert (row["summary"], row["followUpComment"]) == (text, "Come in")
    desk.agency.pull()
    assert Post.objects.get().text == text


def _drawn(data: st.DataObject, network: str, account: ConnectedAccount, desk: Desk) -> Composition:
    made = composed(network, account, Category.objects.get(), Tag.objects.earliest("pk"), desk.soon(hours=3))
    found: Composition = data.draw(made.filter(lambda one: _passes(one, desk)), label=network)
    return found


def _passes(composition: Composition, desk: Desk) -> bool:
    return not any(one.is_error for one in _findings(composition, desk))


def _findings(composition: Composition, desk: Desk) -> list[Any]:
    return post_findings(composition, may_send=True, now=desk.clock())


def _written(desk: Desk, composition: Composition) -> Post:
    (post,) = posts_write(order=Order(composition), actor=desk.person, now=desk.clock())
    return post


def _settle(desk: Desk) -> None:
    assert set(desk.send(2)) <= {ChangeState.DONE}
    assert not Change.objects.open().exists()


def _stored(post: Post) -> Post:
    posts = Post.objects.select_related("location", "category").prefetch_related("targets__account", "media", "tags")
    return posts.get(pk=post.pk)


def _different(before: Composition, after: Composition) -> set[str]:
    """The fields that differ; a watermark that nobody asked for is none."""
    return {name for name, (old, new) in told_between(before, after).items() if old or new}


def _row(desk: Desk, post: Post) -> dict[str, Any]:
    row = desk.agency.box.store.get("post", str(post.remote_id))
    assert row is not None
    return row


def _assert_details_kept(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Every setting that was meant is there; HighLevel, or the page, may have added what was left open."""
    for network, part in wanted.items():
        for key, value in part.items():
            if value not in (None, "", False, [], {}):
                assert found.get(network, {}).get(key) == value, (network, key)
