"""The pull from its claim to its last word, against a sandbox over HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.models import AccountGroup, ConnectedAccount, Member
from highlevel.models import Credential, Location, PullPage, PullState, SyncRun
from highlevel.models.sync_run import RunKind, RunState
from highlevel.pull import pull_location, step
from highlevel.pull.claim import LEASE, ClaimLost, claim_renew, claim_take
from highlevel.pull.places import PALETTE, colour_for, locations_find
from planner.models import Category, Post, PostTarget, Tag
from tests.factories import make_run
from tests.pulling import Agency, add_family, add_posts, agency, change_post, dump, make_known

__all__ = ["agency"]


def test_a_first_pull_brings_everything(agency: Agency) -> None:
    add_posts(agency, 3)
    add_posts(agency, 1, status="draft", scheduleDate=timezone.now() - timedelta(days=900))
    root, children = add_family(agency)

    run = agency.pull()

    assert (run.state, run.error_code) == (RunState.DONE, "")
    place = Location.objects.get()
    assert (place.name, place.timezone, place.pulled_at) == ("Harbour Dental", "Europe/London", run.started_at)
    assert Member.objects.filter(location=place, name="Noor Haddad").exists()
    assert AccountGroup.objects.get().accounts.count() == ConnectedAccount.objects.count() == 2
    assert (Category.objects.count(), Tag.objects.count()) == (1, 2)
    assert Post.objects.count() == 5
    assert set(PostTarget.objects.filter(post__remote_id=root).values_list("remote_id", flat=True)) == set(children)
    assert run.counts["posts"] == {
        "seen": 7, "written": 7, "gone": 0, "unreadable": 0, "expected": 7, "done": True
    }  # fmt: skip


def test_requests_are_counted_and_are_the_least_possible(agency: Agency) -> None:
    add_posts(agency, 250)

    run = agency.pull()

    # location, users, accounts, categories, tags; three pages of posts; drafts, queues and imports, of which there are
    # none; what categories have to offer to a queue
    assert run.requests == agency.requests() - agency.requests("get-location-access-token") == 12


def test_an_unchanged_pull_writes_no_mirrored_row(agency: Agency) -> None:
    add_posts(agency, 120)
    add_family(agency)
    agency.pull()
    tables = {model._meta.db_table for model in (Post, PostTarget, Tag, Category, ConnectedAccount, AccountGroup)}
    tables |= {Post.tags.through._meta.db_table, "planner_media", "accounts_member", "accounts_accountgroup_accounts"}

    with CaptureQueriesContext(connection) as queries:
        run = agency.pull()

    assert run.state == RunState.DONE
    writes = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [sql for sql in writes if any(f'"{table}"' in sql for table in tables)] == []


@pytest.mark.parametrize("changed", [False, True])
def test_a_page_costs_the_same_with_ten_times_the_rows(agency: Agency, changed: bool) -> None:
    def queries_of_a_pull(ids: list[str]) -> int:
        if changed:
            for post_id in ids:
                change_post(agency, post_id, summary="Another text")
        with CaptureQueriesContext(connection) as queries:
            agency.pull()
        return len(queries)

    few = add_posts(agency, 9)
    add_family(agency)
    agency.pull()
    ContentType.objects.get_for_model(Post)  # the history asks for it once a process
    before = queries_of_a_pull(few)
    many = few + add_posts(agency, 80)
    agency.pull()
    assert queries_of_a_pull(many) == before


def test_news_is_written_and_old_news_is_not(agency: Agency) -> None:
    (post_id,) = add_posts(agency, 1)
    agency.pull()
    change_post(agency, post_id, summary="Newer", later=timedelta(hours=2))
    agency.pull()
    change_post(agency, post_id, summary="Older", later=timedelta(hours=1))
    agency.pull()

    assert Post.objects.get().text == "Newer"


def test_what_went_is_marked_and_what_comes_back_is_not(agency: Agency) -> None:
    first, second = add_posts(agency, 2)
    agency.pull()
    kept = agency.box.store.get("post", first)
    change_post(agency, first, status="deleted", deleted=True)

    run = agency.pull()

    assert run.counts["posts"]["gone"] == 1
    assert Post.objects.get(remote_id=first).gone_at is not None
    assert Post.objects.get(remote_id=second).gone_at is None
    assert kept is not None
    change_post(agency, first, status="scheduled", deleted=False)
    agency.pull()
    assert Post.objects.get(remote_id=first).gone_at is None


def test_a_draft_of_long_ago_goes_too(agency: Agency) -> None:
    (draft,) = add_posts(agency, 1, status="draft", scheduleDate=timezone.now() - timedelta(days=900))
    agency.pull()
    change_post(agency, draft, status="deleted")
    agency.pull()

    assert Post.objects.get().gone_at is not None


def test_what_lies_outside_the_window_is_left_alone(agency: Agency) -> None:
    (old,) = add_posts(agency, 1)
    agency.pull()
    Post.objects.update(display_at=timezone.now() - timedelta(days=500))
    change_post(agency, old, status="deleted")
    agency.pull()

    assert Post.objects.get().gone_at is None


def test_a_vanished_account_category_tag_and_person_are_marked(agency: Agency) -> None:
    agency.pull()
    store, place = agency.box.store, agency.location.remote_id
    store.delete("account", ConnectedAccount.objects.get(platform="instagram").remote_id)
    store.delete("category", Category.objects.get().remote_id)
    store.delete("tag", Tag.objects.get(name="summer").remote_id)
    store.delete("user", Member.objects.get(name="Noor Haddad").remote_id or "")
    assert store.find("account_group", location=place)

    agency.pull()

    assert ConnectedAccount.objects.present().get().platform == "facebook"
    assert ConnectedAccount.objects.count() == 2
    assert not Category.objects.present().exists()
    assert Tag.objects.present().get().name == "winter"
    assert Member.objects.get(name="Noor Haddad").gone_at is not None


def test_rows_that_shift_between_pages_are_not_called_gone(agency: Agency) -> None:
    ids = add_posts(agency, 150)
    agency.pull()

    # The latest comes first: when it goes after the first page was read, one row slips from the second page unseen.
    run = agency.pull(clock=agency.clock(after=1, act=lambda: change_post(agency, ids[-1], status="deleted")))

    assert (run.state, run.counts["posts"]["gone"]) == (RunState.DONE, 0)
    agency.pull()
    assert [post.remote_id for post in Post.objects.exclude(gone_at=None)] == [ids[-1]]


def test_a_second_pull_of_the_same_location_does_nothing(agency: Agency) -> None:
    assert claim_take(location_id=agency.location.pk, now=timezone.now())

    assert pull_location(location_id=agency.location.pk, kind=RunKind.SCHEDULED) is None
    assert agency.requests() == 0
    assert not SyncRun.objects.exists()


def test_a_claim_runs_out_and_its_run_is_closed(agency: Agency) -> None:
    long_ago = timezone.now() - LEASE - timedelta(seconds=1)
    claim_take(location_id=agency.location.pk, now=long_ago)
    dead = make_run(agency.location, state=RunState.RUNNING, started=long_ago)

    run = agency.pull()

    dead.refresh_from_db()
    assert (dead.state, dead.finished_at) == (RunState.INTERRUPTED, run.started_at)
    assert run.state == RunState.DONE
    assert Location.objects.get().pull_claim == ""


def test_a_pull_that_lost_its_claim_writes_nothing_more(agency: Agency) -> None:
    add_posts(agency, 1)

    def lose() -> None:
        Location.objects.update(pull_claim="somebody-else")

    run = agency.pull(clock=agency.clock(after=1, act=lose))

    assert run.state == RunState.RUNNING  # its successor closes it
    assert not Post.objects.exists()
    assert Location.objects.get().pull_claim == "somebody-else"
    with pytest.raises(ClaimLost):
        claim_renew(location_id=agency.location.pk, token="mine", now=timezone.now())


def test_a_pull_out_of_time_waits_and_goes_on_where_it_was(agency: Agency) -> None:
    add_posts(agency, 250)
    began = timezone.now()
    instants = iter([began] * 3)

    def hurried() -> datetime:
        return next(instants, began) if agency.requests("get-posts") < 2 else timezone.now() + timedelta(hours=1)

    run = agency.pull(clock=hurried, share=timedelta(minutes=1))
    assert (run.state, run.finished_at) == (RunState.WAITING, None)
    assert PullPage.objects.count() == 2
    assert Location.objects.get().pull_claim == ""

    again = agency.pull()

    assert again.pk == run.pk
    assert (again.state, again.counts["posts"]["seen"]) == (RunState.DONE, 250)
    # three pages, one of them read with the last row before it, and the drafts; nothing else was asked for twice
    assert agency.requests("get-posts") == 4
    assert agency.requests("get-account") == 1
    assert not PullPage.objects.exists()
    assert PullState.objects.get(step="posts").cursor == {}


def test_a_listing_that_changed_meanwhile_is_read_from_the_start(agency: Agency) -> None:
    ids = add_posts(agency, 250)
    agency.box.faults.add(operation="get-posts", kind="refuse", after=1)
    assert agency.pull().state == RunState.PARTIAL
    assert PullPage.objects.count() == 1
    change_post(agency, ids[200], status="deleted")

    run = agency.pull()

    assert (run.state, run.counts["posts"]["seen"]) == (RunState.DONE, 249)
    assert Post.objects.present().count() == 249


def test_a_listing_of_an_hour_ago_is_not_resumed(agency: Agency) -> None:
    add_posts(agency, 250)
    agency.box.faults.add(operation="get-posts", kind="refuse", after=1)
    agency.pull()
    PullPage.objects.update(kept_at=timezone.now() - timedelta(hours=1))
    before = agency.requests("get-posts")

    agency.pull()

    assert agency.requests("get-posts") - before == 4


def test_a_row_that_cannot_be_read_hides_neither_the_others_nor_itself(agency: Agency) -> None:
    first, second = add_posts(agency, 2)
    change_post(agency, first, tags="not a list")

    run = agency.pull()

    assert (run.state, run.error_code, run.error_operation) == (RunState.PARTIAL, "unreadable_rows", "get-posts")
    assert run.error_detail == f"row {first}: tags is not a list"
    assert run.trace_id
    assert run.counts["posts"]["unreadable"] == 1
    assert Post.objects.get(remote_id=first).text == "Post number 0"
    assert Post.objects.filter(remote_id=second).exists()
    assert Location.objects.get().pulled_at is not None


def test_rows_without_ids_leave_what_is_stored_in_peace(agency: Agency) -> None:
    add_posts(agency, 3)
    agency.pull()
    before = dump()
    agency.box.faults.add(operation="*", kind="missing_field", times=None)

    run = agency.pull()

    assert run.state in (RunState.PARTIAL, RunState.FAILED)
    assert dump() == before
    agency.box.faults.clear()
    assert agency.pull().state == RunState.DONE


def test_one_broken_step_does_not_stop_the_others(agency: Agency) -> None:
    add_posts(agency, 1)
    agency.box.faults.add(operation="get-tags-location-id", kind="refuse", message="No tags today")

    run = agency.pull()

    assert (run.state, run.error_code, run.error_operation) == (RunState.PARTIAL, "rejected", "get-tags-location-id")
    assert run.error_detail == "No tags today"
    assert run.trace_id == agency.box.log.entries(operation="get-tags-location-id")[0].trace_id
    assert Post.objects.get().tags.count() == 0
    agency.pull()
    assert Post.objects.get().tags.get().name == "winter", "a reference that was missing is made good"


def test_nobody_answers(agency: Agency, settings: Settings) -> None:
    settings.HIGHLEVEL_BASE_URL = "http://127.0.0.1:9"

    run = agency.pull()

    assert (run.state, run.error_code) == (RunState.FAILED, "unreachable")
    assert run.finished_at is not None
    assert Location.objects.get().pulled_at is None


def test_a_refused_token_fails_that_location_and_no_other(agency: Agency) -> None:
    other = make_known(agency.box, agency.box.add_location(name="Other"), "Other")
    Credential.objects.create(
        level=Credential.Level.LOCATION,
        kind=Credential.Kind.PRIVATE,
        company_id=agency.box.company_id,
        location=agency.location,
        access_token="pit-revoked",
    )

    assert agency.pull().error_code == "bad_credentials"
    credential = Credential.objects.get(location=agency.location)
    assert (credential.state, credential.problem) == (
        Credential.State.REFUSED, "HighLevel refuses the private integration token"
    )  # fmt: skip
    spent = agency.requests()
    assert agency.pull().error_code == "credential_refused"
    assert agency.requests() == spent
    assert agency.pull(RunKind.ASKED).error_code == "bad_credentials", "a person who asks is worth a request"
    run = pull_location(location_id=other.pk, kind=RunKind.SCHEDULED)
    assert run is not None
    assert run.state == RunState.DONE


def test_new_locations_are_found_and_vanished_ones_marked(agency: Agency) -> None:
    agency.box.add_location(name="Zebra Zoo", timezone="Asia/Kolkata")
    now = timezone.now()

    assert locations_find(now=now) == 1
    zoo = Location.objects.get(name="Zebra Zoo")
    assert (zoo.timezone, zoo.colour) == ("Asia/Kolkata", colour_for(zoo.remote_id))
    assert zoo.colour in PALETTE
    agency.box.store.delete("location", zoo.remote_id)
    assert locations_find(now=now) == 0
    assert Location.objects.get(pk=zoo.pk).gone_at == now
    assert Location.objects.get(pk=agency.location.pk).gone_at is None


def test_step_names_are_unique() -> None:
    with pytest.raises(ValueError, match="posts"):
        step("posts", order=1)(lambda pull: None)
