"""Posts are looked at a day and an hour before they are due: what is found, when, and where it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import translation
from pytest_django import Settings

from accounts.models import ConnectedAccount
from highlevel.models import Location
from planner.models import MediaUpload, Post, PostCheck, PostStatus
from planner.models.post_check import CheckKind
from planner.services.post_checks import (
    AGAIN,
    DAY,
    HOUR,
    LEASE,
    MOST,
    post_check_before_due,
    post_checks_claim,
    post_checks_clean,
    posts_to_check,
)
from planner.tasks import post_check_task, post_checks_task
from tests.cast import Cast, cast
from tests.factories import make_account, make_check, make_location, make_post
from tests.foreign import Foreign, foreign_site, picture
from tests.outboxes import Clock

__all__ = ["cast"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(settings: Settings) -> Iterator[Foreign]:
    with foreign_site() as found:
        settings.HIGHLEVEL_BASE_URL = found.url
        found.say("/good.png", picture(1080, 1080), "image/png")
        found.say("/page", "<title>hello</title>")
        yield found


@pytest.fixture
def page(db: None) -> ConnectedAccount:
    return make_account(make_location("Harbour Dental"))


def due(page: ConnectedAccount, clock: Clock, *, after: timedelta = HOUR, media: Any = (), **fields: Any) -> Post:
    return make_post(page.location, page, at=clock() + after, media=tuple(media), **fields)


def look(clock: Clock) -> list[PostCheck]:
    """One round: everything that is to be looked at is, as workers would."""
    cache.clear()
    claim, posts = post_checks_claim(now=clock())
    found = [post_check_before_due(post_id=pk, claim=claim, now=clock()) for pk in posts]
    return [one for one in found if one is not None]


def sentences(post: Post) -> list[str]:
    return [one.sentence for one in PostCheck.objects.select_related("post").get(post=post).told]


class TestFindings:
    def test_a_post_with_everything_in_order(self, page: ConnectedAccount, clock: Clock, site: Foreign):
        post = due(
            page,
            clock,
            media=[f"{site.url}/good.png"],
            text="See https://127.0.0.1.invalid/x".replace("https://127.0.0.1.invalid/x", "our page"),
        )
        (found,) = look(clock)
        assert (found.post, found.ok, found.kind, found.checked_at) == (post, True, CheckKind.HOUR, clock())
        assert found.findings == {"en": [], "es": []}

    def test_media_that_is_gone_or_something_else(self, page: ConnectedAccount, clock: Clock, site: Foreign):
        post = due(
            page,
            clock,
            media=[f"{site.url}/gone.png", f"{site.url}/good.png", f"{site.url}/page", "https://127.0.0.1/a.png"],
        )
        (found,) = look(clock)
        assert found.ok is False
        said = sentences(post)
        assert said[:3] == [
            "File 1: There is nothing at the address any more.",
            "File 3: This is not a picture, a film or a PDF, whatever its name says.",
            "File 4: The address leads into a private network, where HighLevel cannot go. Use a public one.",
        ]
        with translation.override("es"):
            assert len(sentences(post)) == len(said)

    def test_media_beyond_a_network_limit_is_measured_anew(self, clock: Clock, site: Foreign, db: None):
        account = make_account(make_location("Harbour Dental"), "google")
        site.say("/large.png", picture(3100, 400), "image/png")
        post = due(account, clock, media=[f"{site.url}/large.png"])
        look(clock)
        assert any("3000" in one or "3,000" in one for one in sentences(post))

    def test_an_upload_is_looked_at_where_it_is(self, page: ConnectedAccount, clock: Clock, site: Foreign):
        upload = MediaUpload.objects.create(
            location=page.location,
            name="a.png",
            mime="image/png",
            size=9,
            created_at=clock(),
            facts={"mime": "image/png"},
        )
        post = due(page, clock, media=[upload.address])
        look(clock)
        assert sentences(post) == []
        MediaUpload.objects.filter(pk=upload.pk).update(state="ready", url=f"{site.url}/gone.png")
        PostCheck.objects.all().delete()
        look(clock)
        assert len(sentences(post)) == 1

    @pytest.mark.parametrize("fields", [{"is_expired": True}, {"expires_at": "past"}, {"gone_at": "past"}])
    def test_an_account_that_is_not_alive(self, page: ConnectedAccount, clock: Clock, fields: dict[str, Any]):
        given = {name: clock() - HOUR if value == "past" else value for name, value in fields.items()}
        ConnectedAccount.objects.filter(pk=page.pk).update(**given)
        post = due(page, clock)
        look(clock)
        assert len(sentences(post)) == 1

    def test_an_account_that_was_forgotten(self, page: ConnectedAccount, clock: Clock):
        post = due(page, clock)
        post.targets.update(account=None)
        look(clock)
        assert any("not connected any more" in one for one in sentences(post))

    def test_approval(self, page: ConnectedAccount, clock: Clock):
        waiting = due(page, clock, status=PostStatus.IN_REVIEW, approval_status="pending", approver="ana")
        rejected = due(page, clock, status=PostStatus.IN_REVIEW, approval_status="rejected", approver="ana")
        look(clock)
        assert sentences(waiting) == ["Nobody has approved the post yet, and HighLevel does not publish it before."]
        assert "not approved" in sentences(rejected)[0]

    def test_links(self, page: ConnectedAccount, clock: Clock, site: Foreign):
        site.say("/closed", status=403)
        site.say("/broken", status=500)
        good = due(page, clock, text=f"Read {site.url}/page and {site.url}/closed. Or http://plain.example/")
        dead = due(page, clock, text=f"Read ({site.url}/gone).", link_preview={"metaLink": f"{site.url}/broken"})
        look(clock)
        assert sentences(good) == []
        assert [one.partition(": ")[0] for one in sentences(dead)] == [
            f"The link {site.url}/broken",
            f"The link {site.url}/gone",
        ]


class TestTurns:
    def test_each_stage_once(self, page: ConnectedAccount, clock: Clock):
        post = due(page, clock, after=DAY + HOUR)
        assert look(clock) == []
        clock.pass_(hours=1)
        (found,) = look(clock)
        assert (found.post, found.kind) == (post, CheckKind.DAY)
        clock.pass_(hours=22)
        assert look(clock) == []
        clock.pass_(hours=1)
        assert look(clock)[0].kind == CheckKind.HOUR
        clock.pass_(minutes=59)
        assert look(clock) == []
        clock.pass_(minutes=2)
        assert look(clock) == []
        assert PostCheck.objects.count() == 1

    def test_a_post_that_changed_is_looked_at_anew(self, page: ConnectedAccount, clock: Clock):
        post = due(page, clock, after=DAY / 2)
        look(clock)
        assert look(clock) == []
        Post.objects.filter(pk=post.pk).update(fingerprint="another")
        assert len(look(clock)) == 1
        assert look(clock) == []

    def test_what_was_bad_is_looked_at_again_until_it_is_good(self, page: ConnectedAccount, clock: Clock):
        ConnectedAccount.objects.filter(pk=page.pk).update(is_expired=True)
        due(page, clock)
        assert [one.ok for one in look(clock)] == [False]
        assert look(clock) == []
        ConnectedAccount.objects.filter(pk=page.pk).update(is_expired=False)
        clock.now += AGAIN
        assert [one.ok for one in look(clock)] == [True]
        clock.now += AGAIN
        assert look(clock) == []

    @pytest.mark.parametrize(
        "fields",
        [
            {"status": PostStatus.DRAFT},
            {"status": PostStatus.PUBLISHED},
            {"gone_at": "now"},
            {"deleting_at": "now"},
            {"after": -HOUR},
        ],
    )
    def test_posts_that_are_not_coming_up_are_left(self, page: ConnectedAccount, clock: Clock, fields: dict[str, Any]):
        given: dict[str, Any] = {name: clock() if value == "now" else value for name, value in fields.items()}
        due(page, clock, **given)
        assert not posts_to_check(clock()).exists()

    def test_clients_that_are_not_worked_for_are_left(self, page: ConnectedAccount, clock: Clock):
        due(page, clock)
        Location.objects.update(is_active=False)
        assert not posts_to_check(clock()).exists()

    def test_of_two_rounds_at_once_one_gets_each_post(self, page: ConnectedAccount, clock: Clock):
        for _post in range(3):
            due(page, clock)
        first, second = post_checks_claim(now=clock()), post_checks_claim(now=clock())
        assert (len(first[1]), second[1]) == (3, [])
        clock.now += LEASE
        third = post_checks_claim(now=clock())
        assert third[1] == first[1]
        assert post_check_before_due(post_id=first[1][0], claim=first[0], now=clock()) is None
        assert post_check_before_due(post_id=first[1][0], claim=third[0], now=clock()) is not None

    def test_a_post_that_is_gone_meanwhile_is_left(self, page: ConnectedAccount, clock: Clock):
        post = due(page, clock)
        claim, _posts = post_checks_claim(now=clock())
        Post.objects.filter(pk=post.pk).update(status=PostStatus.DRAFT)
        assert post_check_before_due(post_id=post.pk, claim=claim, now=clock()) is None
        assert PostCheck.objects.get().claimed_at is None

    @pytest.mark.parametrize("number", [2, MOST + 20])
    def test_a_round_costs_the_same_for_many(
        self, page: ConnectedAccount, clock: Clock, number: int, django_assert_num_queries
    ):
        for _post in range(number):
            due(page, clock)
        # the posts, those further ahead, rows for those without one, the claim, what was claimed
        with django_assert_num_queries(5):
            _claim, posts = post_checks_claim(now=clock())
        assert len(posts) == min(number, MOST)

    def test_the_tasks_do_it(self, page: ConnectedAccount, clock: Clock, transactional_db: None):
        post = due(page, clock)
        post_checks_task()
        held = PostCheck.objects.get()
        assert (held.post, held.checked_at) == (post, None)
        post_check_task(post.pk, held.claim)
        held.refresh_from_db()
        assert held.checked_at is not None

    def test_old_ones_are_forgotten(self, page: ConnectedAccount, clock: Clock):
        make_check(due(page, clock), checked_at=clock() - timedelta(days=31))
        make_check(due(page, clock))
        assert post_checks_clean(now=clock()) == 1


class TestPages:
    def test_today_shows_what_may_not_go_out_and_forgets_what_was_put_right(self, cast: Cast, clock: Clock):
        post = make_post(cast.a, make_account(cast.a), at=clock() + HOUR, text="Winter tyres")
        held = make_check(post, "File 1: <b>gone</b>.")
        shown = cast.as_ben.get("/").content.decode()
        assert "File 1: &lt;b&gt;gone&lt;/b&gt;." in shown
        assert "File 1" not in cast.as_cleo.get("/").content.decode()
        PostCheck.objects.filter(pk=held.pk).update(ok=True, findings={"en": []})
        assert "File 1" not in cast.as_ben.get("/").content.decode()

    @pytest.mark.parametrize("change", [{"fingerprint": "another"}, {"status": PostStatus.DRAFT}, {"at": -HOUR}])
    def test_today_shows_nothing_of_posts_that_moved_on(self, cast: Cast, clock: Clock, change: dict[str, Any]):
        at = change.pop("at", HOUR)
        post = make_post(cast.a, make_account(cast.a), at=clock() + at)
        make_check(post, "File 1: gone.")
        Post.objects.filter(pk=post.pk).update(**change) if change else None
        assert "File 1" not in cast.as_ben.get("/").content.decode()

    def test_many_are_counted(self, cast: Cast, clock: Clock):
        account = make_account(cast.a)
        for _post in range(8):
            make_check(make_post(cast.a, account, at=clock() + HOUR), "File 1: gone.")
        shown = cast.as_ben.get("/").content.decode()
        assert shown.count("File 1: gone.") == 6
        assert "6 of 8 posts" in shown

    def test_the_page_of_a_post_says_what_was_found(self, cast: Cast, clock: Clock):
        post = make_post(cast.a, make_account(cast.a), at=clock() + HOUR)
        address = f"/posts/{post.pk}/"
        assert "post-check" not in cast.as_ben.get(address).content.decode()
        held = make_check(post, "File 1: gone.", kind=CheckKind.HOUR)
        assert "File 1: gone." in cast.as_ben.get(address).content.decode()
        PostCheck.objects.filter(pk=held.pk).update(ok=True)
        assert "within an hour of its time" in cast.as_ben.get(address).content.decode()
        Post.objects.filter(pk=post.pk).update(fingerprint="another")
        assert "post-check" not in cast.as_ben.get(address).content.decode()
