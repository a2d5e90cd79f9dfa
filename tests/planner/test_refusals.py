"""What HighLevel refused of a post is said at the fields that it names, and goes once they say something else."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from highlevel.models import Change
from highlevel.models.change import ChangeState
from planner.composer.refusals import refusal_findings
from planner.composer.sheet import Sheet
from planner.models import Post
from tests.cast import HTMX
from tests.planner.composing_desk import form_of
from tests.writing import Desk, desk

__all__ = ["desk"]
WORDS = "summary must be shorter than or equal to 20 characters; media.0.url must be a URL address"


def at(page: str, field: str) -> str:
    """What is said at a field of the composer."""
    found = re.search(rf'id="slot-{field}"[^>]*>(.*?)</div>', page, re.DOTALL)
    return found[1] if found else ""


def refused(desk: Desk, words: str = WORDS) -> Post:
    desk.agency.box.faults.add(operation="create-post", kind="refuse", status=422, message=words)
    post = desk.write("Three things to ask before whitening")
    assert desk.send() == [ChangeState.REFUSED]
    return post


def client_of(desk: Desk) -> Client:
    client = Client()
    client.force_login(desk.person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_refusal_stands_at_its_field_until_that_is_mended(desk: Desk) -> None:
    post, client = refused(desk), client_of(desk)
    address, checked = f"/posts/{post.pk}/edit/", f"/posts/compose/{desk.location.pk}/check/"
    opened = client.get(address)
    page = opened.content.decode()
    assert "HighLevel refused it: summary must be shorter" in at(page, "text")
    assert "media.0.url must be a URL address" in page
    fields = {**form_of(opened), "text": "Shorter"}
    shown = client.post(checked, fields, headers=HTMX).content.decode()
    assert "summary must be shorter" not in shown
    assert client.post(address, {**fields, "do": "schedule"}).status_code == 302
    assert desk.send() == [ChangeState.DONE]
    assert "HighLevel refused it" not in client.get(address).content.decode()
    assert [row["summary"] for row in desk.there()] == ["Shorter"]


def test_it_does_not_keep_anybody_from_saving(desk: Desk) -> None:
    post, client = refused(desk), client_of(desk)
    fields = {**form_of(client.get(f"/posts/{post.pk}/edit/")), "follow_up_comment": "Come in", "do": "schedule"}
    assert client.post(f"/posts/{post.pk}/edit/", fields).status_code == 302
    assert Change.objects.get().state == ChangeState.PENDING


@pytest.mark.parametrize(
    ("reason", "field"),
    [
        ("accountIds should not be empty", "accounts"),
        ("scheduleDate must be after current date", "scheduled_at"),
        ("media.1.Invalid media format type", "media.1"),
        ("followUpComment must be shorter than or equal to 280 characters on bluesky", "follow_up_comment"),
        ("youtubePostDetails.title should not be empty", "details.youtube.title"),
        ("gmbPostDetails.startDate.startTime must be an object", "details.google.startTime"),
        ("gmbPostDetails.unheard must be an object", "details.google.unheard"),
        ("postApprovalDetails.approver should not be empty", "approver"),
        ("Facebook Account, would require content or media", ""),
        ("property newlyInvented should not exist", ""),
    ],
)
def test_each_reason_finds_its_field(reason: str, field: str) -> None:
    (found,) = refusal_findings(reason, Sheet({}), Sheet({}))
    assert (found.field, found.is_error) == (field, False)
    assert reason in found.sentence
