"""Who may call what: every view says so, and says it once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django_htmx.middleware import HtmxDetails

from accounts.access import WRITERS, ViewerRequest, location_member, locations_for, owner_only, require_role
from accounts.models import Role, User
from tests.cast import Cast
from tests.factories import make_member

OURS = ("accounts.", "planner.", "queues.", "highlevel.")


def walk_views(resolver: URLResolver) -> Iterator[Any]:
    """Every callback under a resolver."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from walk_views(entry)
        elif isinstance(entry, URLPattern):
            yield entry.callback


def test_every_view_says_who_may_call_it():
    views = [view for view in walk_views(get_resolver()) if view.__module__.startswith(OURS)]
    bare = [f"{view.__module__}.{view.__name__}" for view in views if not hasattr(view, "access_policy")]
    assert bare == []
    assert len(views) >= 10


def test_a_view_without_a_policy_is_found():
    def unguarded(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert not hasattr(unguarded, "access_policy")
    assert owner_only(unguarded).access_policy == "owner_only"  # type: ignore[attr-defined]


def ask(user: User) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user
    request.session = {}  # type: ignore[assignment]
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    return request


def body(answer: HttpResponseBase) -> bytes:
    assert isinstance(answer, HttpResponse)
    return answer.content


@location_member(Role.CREATOR, Role.MANAGER)
def writing(request: ViewerRequest, location: Any) -> HttpResponse:
    return HttpResponse(location.name)


def test_a_writer_and_an_owner_get_in(cast: Cast):
    assert body(writing(ask(cast.cleo), location_id=cast.b.pk)) == b"Birch Bakery"
    assert body(writing(ask(cast.ana), location_id=cast.a.pk)) == b"Atlas Motors"


def test_a_reader_is_refused_and_a_stranger_finds_nothing(cast: Cast):
    with pytest.raises(PermissionDenied, match="Atlas Motors"):
        writing(ask(cast.ben), location_id=cast.a.pk)
    with pytest.raises(Http404):
        writing(ask(cast.ben), location_id=cast.b.pk)


def test_an_owners_page_does_not_exist_for_others(cast: Cast):
    @owner_only
    def page(request: ViewerRequest) -> HttpResponse:
        return HttpResponse("whole agency")

    assert body(page(ask(cast.ana))) == b"whole agency"
    with pytest.raises(Http404):
        page(ask(cast.cleo))


def test_locations_follow_the_role(cast: Cast):
    assert set(locations_for(cast.ana, *WRITERS)) == {cast.a, cast.b}
    assert list(locations_for(cast.cleo, *WRITERS)) == [cast.b]
    assert list(locations_for(cast.ben, *WRITERS)) == []
    assert list(locations_for(cast.ben, Role.VIEWER)) == [cast.a]


def test_a_membership_that_has_gone_opens_nothing(cast: Cast):
    gone = make_member(cast.ben, cast.b, Role.MANAGER)
    require_role(cast.ben, cast.b, *WRITERS)
    gone.gone_at = gone.location.created_at
    gone.save()
    assert list(cast.ben.locations()) == [cast.a]
    with pytest.raises(PermissionDenied):
        require_role(cast.ben, cast.b, *WRITERS)


@pytest.mark.parametrize(
    "address", ["/", "/posts/", "/accounts/", "/sync/", "/sync/runs/", "/find/", "/locations/", "/profile/"]
)
def test_pages_ask_strangers_to_sign_in(cast: Cast, address: str):
    answer = cast.as_nobody.get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=")


def test_whoever_sent_a_form_comes_back_to_its_page_and_learns_that_nothing_was_done(cast: Cast):
    client, page = cast.as_nobody, "/posts/?status=failed"
    sent = client.post("/posts/sets/new/", {"kind": "draft"}, headers={"Referer": f"http://testserver{page}"})
    assert sent["Location"] == "/sign-in/?next=/posts/%3Fstatus%3Dfailed"
    client.force_login(cast.ana, backend="django.contrib.auth.backends.ModelBackend")
    assert "You were signed out, so nothing was done." in client.get(page).content.decode()
    assert "You were signed out" not in client.get(page).content.decode()


@pytest.mark.parametrize("page", ["", "https://evil.example/posts/", "nonsense", "http://[/"])
def test_a_foreign_page_is_not_where_a_form_stood(cast: Cast, page: str):
    sent = cast.as_nobody.post("/posts/sets/new/", headers={"Referer": page})
    assert sent["Location"] == "/sign-in/?next=/posts/sets/new/"


@pytest.mark.parametrize(
    "address", ["/", "/posts/", "/accounts/", "/sync/", "/sync/runs/", "/locations/", "/find/?q=birch"]
)
def test_pages_name_no_location_of_others(cast: Cast, address: str):
    page = cast.as_ben.get(address).content.decode()
    assert "Birch Bakery" not in page


@pytest.mark.parametrize("address", ["/", "/posts/", "/accounts/", "/sync/", "/sync/runs/", "/locations/", "/find/"])
def test_a_location_of_others_in_the_address_does_not_exist(cast: Cast, address: str):
    assert cast.as_ben.get(address, {"location": cast.b.pk}).status_code == 404
