"""manage.py setup and manage.py pull, as a person types them."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django_celery_beat.models import PeriodicTask
from pytest_django import Settings

from accounts.models import User
from highlevel.models import Credential, Location, SyncRun
from highlevel.models.sync_run import RunState
from highlevel.sandbox import Sandbox
from tests.pulling import add_posts, arrange, point_at

OWNER = ("--owner-email", "ana@example.test", "--owner-password", "correct horse battery")


@pytest.fixture
def box(db: None, settings: Settings, sandbox: Sandbox) -> Sandbox:
    point_at(settings, sandbox)
    settings.HIGHLEVEL_TOKEN = sandbox.agency_token
    settings.HIGHLEVEL_LOCATION_TOKENS = {}
    return sandbox


def said(command: str, *arguments: str) -> str:
    output = StringIO()
    call_command(command, *arguments, stdout=output, stderr=output)
    return output.getvalue()


def state() -> list[object]:
    return [
        sorted(Credential.objects.values_list("level", "kind", "company_id", "location", "generation")),
        sorted(Location.objects.values_list("remote_id", "name", "timezone")),
        sorted(PeriodicTask.objects.values_list("name", "task", "interval__every", "interval__period", "queue")),
        sorted(User.objects.values_list("email", "is_owner")),
    ]


def test_setup_makes_everything_and_a_second_time_nothing(box: Sandbox) -> None:
    remote_id = box.add_location(name="Harbour Dental", timezone="Europe/London")

    first = said("setup", *OWNER)
    made = state()
    second = said("setup", *OWNER)

    assert "ana@example.test created" in first
    assert "stored" in first
    assert "1 new, 1 active" in first
    assert Location.objects.get(remote_id=remote_id).name == "Harbour Dental"
    assert set(PeriodicTask.objects.values_list("task", flat=True)) >= {
        "highlevel.tasks.pull_locations_task",
        "highlevel.tasks.pull_due_task",
        "planner.tasks.files_clean_task",
    }
    assert state() == made
    assert "nothing changed" in second
    assert User.objects.get().check_password("correct horse battery")


def test_an_empty_variable_blanks_nothing(box: Sandbox, settings: Settings) -> None:
    said("setup")
    settings.HIGHLEVEL_TOKEN = ""
    said("setup")
    assert Credential.objects.get().access_token == box.agency_token


def test_a_new_token_replaces_the_old_and_makes_a_refused_one_good(box: Sandbox, settings: Settings) -> None:
    said("setup")
    Credential.objects.update(state=Credential.State.REFUSED, problem="rotated")
    settings.HIGHLEVEL_TOKEN = box.private_token()
    assert "replaced" in said("setup")
    held = Credential.objects.get()
    assert (held.access_token, held.state, held.problem) == (settings.HIGHLEVEL_TOKEN, Credential.State.GOOD, "")


def test_locations_with_tokens_of_their_own_need_no_agency(box: Sandbox, settings: Settings) -> None:
    remote_id = box.add_location(name="On its own", timezone="Asia/Kolkata")
    settings.HIGHLEVEL_TOKEN = ""
    settings.HIGHLEVEL_LOCATION_TOKENS = {remote_id: box.private_token(remote_id)}

    said("setup")

    place = Location.objects.get()
    assert (place.name, place.timezone, place.company_id) == ("On its own", "Asia/Kolkata", box.company_id)
    assert Credential.objects.get().location == place
    said("pull", "--wait")
    assert SyncRun.objects.get().state == RunState.DONE


def test_setup_goes_on_when_highlevel_does_not_answer(box: Sandbox, settings: Settings) -> None:
    settings.HIGHLEVEL_BASE_URL = "http://127.0.0.1:9"
    assert "could not be read" in said("setup", *OWNER)
    assert User.objects.filter(is_owner=True).exists()


def test_an_owner_needs_a_password_and_an_address_of_their_own(box: Sandbox) -> None:
    with pytest.raises(CommandError, match="--owner-password"):
        said("setup", "--owner-email", "ana@example.test")
    User.objects.create_user("ana@example.test", "x")
    with pytest.raises(CommandError, match="not an owner"):
        said("setup", *OWNER)


def test_pull_waits_and_tells(db: None, settings: Settings, sandbox: Sandbox) -> None:
    agency = arrange(settings, sandbox)
    add_posts(agency, 2)
    text = said("pull", "--wait")
    assert "Harbour Dental: up to date, 10 requests" in text


def test_pull_names_the_cause_and_fails(db: None, settings: Settings, sandbox: Sandbox) -> None:
    agency = arrange(settings, sandbox)
    sandbox.faults.add(operation="get-posts", kind="refuse", message="No posts today")
    output = StringIO()
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("pull", "--location", agency.location.remote_id, "--wait", stdout=output)
    assert "partly done" in output.getvalue()
    assert "HighLevel refused the request. [get-posts: No posts today]" in output.getvalue()


def test_pull_without_waiting_leaves_a_run_that_waits(db: None, settings: Settings, sandbox: Sandbox) -> None:
    arrange(settings, sandbox)
    assert "1 locations are waiting" in said("pull", "--all")
    assert SyncRun.objects.get().state == RunState.WAITING


def test_pull_of_a_stranger_says_so(box: Sandbox) -> None:
    with pytest.raises(CommandError, match="no location nowhere"):
        said("pull", "--location", "nowhere")
