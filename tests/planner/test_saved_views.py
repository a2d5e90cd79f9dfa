"""Saved views: filters with a name, one's own or the team's, and what the Posts page opens with."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from planner.models import SavedView
from tests.cast import Cast
from tests.factories import make_post

QUERY = "?location=all&status=failed&q=winter"


def save(client: Client, name: str = "Failed in winter", query: str = QUERY, **more: str) -> str:
    answer = client.post(f"/posts/views/{query}", {"name": name, **more}, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def tabs(client: Client, address: str = "/posts/?location=all") -> list[str]:
    page = client.get(address).content.decode()
    return re.findall(r'<a class="view" href="[^"]*"[^>]*>([^<]+)', page)


def test_a_view_keeps_the_filters_in_one_form(cast: Cast):
    page = save(cast.as_ana, query="?status=bogus&status=failed&q=winter++tyres&page=last&open=3&location=all")
    assert "The view “Failed in winter” is kept." in page
    view = SavedView.objects.get()
    assert (view.person, view.filters, view.shared, view.is_default) == (
        cast.ana, "q=winter+tyres&status=failed", False, False
    )  # fmt: skip
    assert 'aria-current="page" dir="auto">Failed in winter' in page, "the list shows that it is this view"


def test_one_s_own_and_the_team_s(cast: Cast):
    save(cast.as_ana, "Mine")
    save(cast.as_ana, "Ours", shared="on")
    assert tabs(cast.as_ana) == ["All posts", "Mine", "Ours"]
    assert tabs(cast.as_ben) == ["All posts", "Ours"]
    ours, mine = SavedView.objects.get(name="Ours"), SavedView.objects.get(name="Mine")
    assert cast.as_ben.post(f"/posts/views/{ours.pk}/", {"do": "delete"}).status_code == 403
    assert cast.as_ben.post(f"/posts/views/{mine.pk}/", {"do": "delete"}).status_code == 404
    assert "shared by Ana" in cast.as_ben.get("/posts/views/").content.decode()


def test_rename_share_and_forget(cast: Cast):
    save(cast.as_ana, "Mine")
    save(cast.as_ana, "Other")
    view = SavedView.objects.get(name="Mine")
    cast.as_ana.post(f"/posts/views/{view.pk}/", {"name": "New name", "shared": "on"})
    view.refresh_from_db()
    assert (view.name, view.shared) == ("New name", True)
    answer = cast.as_ana.post(f"/posts/views/{view.pk}/", {"name": "Other"}, follow=True)
    assert "You have a view of this name already." in answer.content.decode()
    answer = cast.as_ana.post(f"/posts/views/{view.pk}/", {"name": " "}, follow=True)
    assert "Give the view a name." in answer.content.decode()
    cast.as_ana.post(f"/posts/views/{view.pk}/", {"do": "delete"})
    assert not SavedView.objects.filter(pk=view.pk).exists()
    assert "You have a view of this name already." in save(cast.as_ana, "Other")
    save(cast.as_cleo, "Other")
    assert SavedView.objects.filter(name="Other").count() == 2, "names are one's own"


def test_posts_opens_with_the_default_view(cast: Cast):
    save(cast.as_ana, is_default="on")
    save(cast.as_ana, "Second", "?location=all&status=draft", is_default="on")
    assert SavedView.objects.filter(is_default=True).count() == 1
    answer = cast.as_ana.get("/posts/")
    assert (answer.status_code, answer["Location"]) == (302, "/posts/?location=all&status=draft")
    assert cast.as_ana.get("/posts/?location=all").status_code == 200, "all posts stay one click away"
    assert cast.as_ben.get("/posts/").status_code == 200


@pytest.mark.parametrize("number", [3, 40])
def test_any_number_of_views_costs_one_query(cast: Cast, number: int, django_assert_num_queries):
    SavedView.objects.bulk_create(
        SavedView(
            person=cast.ana,
            name=f"View {at:02}",
            filters=f"q=word{at}",
            created_at=cast.ana.date_joined if hasattr(cast.ana, "date_joined") else "2026-11-20T00:00Z",
        )
        for at in range(number)
    )
    make_post(cast.a)
    client = cast.as_ana
    # session, person; page, results, tags, media, open changes; count; views; frame: mirror, expired
    with django_assert_num_queries(11):
        client.get("/posts/?location=all")
    page = client.get("/posts/views/").content.decode()
    assert page.count('class="saved-view"') == number
