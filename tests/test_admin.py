"""The admin: every page opens with rows in every table, costs the same with more rows, and shows no secret."""

# ruff: noqa: F811, the fixture `cast` is asked for by its name

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    PeriodicTasks,
    SolarSchedule,
)
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import ConnectAttempt, Invitation, Member, User
from highlevel.models import Change, Credential, Location, PullPage, PullState, SyncRun, WebhookEvent
from planner.history import UPDATED, Entry, history_record
from planner.models import (
    ChangeSet,
    ChangeSetItem,
    ComposerDraft,
    CsvImport,
    CsvRow,
    HeaderMapping,
    ImportPart,
    MediaUpload,
    Post,
    PostBundle,
    PostTarget,
    SavedView,
)
from planner.services.api_keys import api_key_make
from queues.models import (
    CategoryQueue,
    DraftItem,
    DraftStep,
    EditSession,
    QueueItem,
    QueueOffer,
    SessionPerson,
    StepKind,
)
from tests.cast import Cast, cast  # noqa: F401
from tests.factories import (
    make_account,
    make_category,
    make_check,
    make_group,
    make_location,
    make_post,
    make_queue,
    make_queue_item,
    make_run,
    make_tag,
    make_user,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ACCESS, REFRESH = "at-0123456789-secret", "rt-9876543210-secret"
KEY, CODE, DIGEST = "3132333435363738393031323334353637383930", "code-55512", "digest-aabbccdd"
SECRETS = (ACCESS, REFRESH, KEY, CODE, DIGEST)
OURS = ("highlevel", "accounts", "planner", "queues")
LISTED = [model for model in admin.site._registry if model is not PeriodicTasks]


@pytest.fixture
def staff(cast: Cast) -> Client:
    return cast.client(make_user("root@example.test", is_staff=True, is_superuser=True, is_owner=True))


def fill(rows: int) -> None:
    """Rows in every table, each with a location, an account and a post of its own; may be called again."""
    schedule, _made = IntervalSchedule.objects.get_or_create(every=5, period="minutes")
    for _row in range(rows):
        number = Location.objects.count()
        place = make_location(f"Client {number}", remote={"note": f"<b>{number}</b>"})
        person = make_user()
        Credential.objects.create(
            level="location",
            kind="oauth",
            company_id="company-1",
            location=place,
            access_token=ACCESS,
            refresh_token=REFRESH if number % 2 else "",
        )
        account = make_account(place)
        make_group(place, account)
        Member.objects.create(location=place, remote_id=f"u{number}", name=f"Member {number}", user=person)
        post = make_post(
            place,
            account,
            bundle=PostBundle.objects.create(created_at=NOW),
            category=make_category(place),
            tags=(make_tag(place),),
            media=("https://cdn.test/a.jpg",),
            details={"tiktok": {"privacyLevel": "SELF_ONLY"}},
            remote={"summary": "<script>alert(1)</script>"},
        )
        make_check(post, "File 1: <b>gone</b>.")
        MediaUpload.objects.create(
            location=place,
            person=person,
            name="tooth.png",
            mime="image/png",
            size=9,
            facts={"width": 1},
            created_at=NOW,
        )
        history_record([Entry(post, UPDATED, {"text": ("<b>before</b>", "after")})], actor=person, now=NOW)
        offers = make_category(place, "Offers")
        QueueOffer.objects.create(category=offers, published_posts=3, checked_at=NOW)
        queue = make_queue(offers)
        fill_draft(queue, make_queue_item(queue, account, text="Ask us"), person)
        ComposerDraft.objects.create(person=person, location=place, data={"text": ["<b>typed</b>"]}, updated_at=NOW)
        api_key_make(person=person, name=f"key {number}", now=NOW)
        HeaderMapping.objects.create(person=person, digest=f"{number}", kind="agency", used_at=NOW)
        made = CsvImport.objects.create(
            person=person, file_name="<b>posts.csv", kind="agency", created_at=NOW, updated_at=NOW
        )
        part = ImportPart.objects.create(csv_import=made, number=1, location=place, remote_id=f"csv{number}")
        raw = {"text": "<script>alert(1)</script>"}
        CsvRow.objects.create(
            csv_import=made, number=2, place=1, state="blocked", location=place, raw=raw, part=part, created_at=NOW
        )
        ChangeSetItem.objects.create(
            set=ChangeSet.objects.create(name=f"Move {number}", actor=person, kind="draft", created_at=NOW),
            position=0,
            post=post,
            title="<b>text</b>",
        )
        SavedView.objects.create(person=person, name="Failed", filters="status=failed", created_at=NOW)
        make_run(place)
        state = PullState.objects.create(location=place, step="posts", cursor={"skip": 100})
        PullPage.objects.create(state=state, listing="recent", skip=0, ids=["a"], kept_at=NOW)
        Change.objects.create(
            location=place,
            subject=f"post:{number}",
            operation="post.create",
            actor=person,
            not_before=NOW,
            created_at=NOW,
        )
        WebhookEvent.objects.create(
            webhook_id=f"w{number}",
            type="INSTALL",
            body={"a": "<script>alert(1)</script>"},
            sent_at=NOW,
            received_at=NOW,
        )
        Invitation.objects.create(
            email=f"new{number}@example.test",
            token_digest=f"{DIGEST}{number}",
            invited_by=person,
            created_at=NOW,
            expires_at=NOW,
        )
        ConnectAttempt.objects.create(
            nonce_digest=f"{DIGEST}{number}",
            session_digest=DIGEST,
            user=person,
            location=place,
            platform="facebook",
            created_at=NOW,
            choices=[{"access_token": ACCESS}],
        )
        TOTPDevice.objects.create(user=person, name="phone", key=KEY)
        StaticDevice.objects.create(user=person, name="codes").token_set.create(token=CODE)
        Group.objects.create(name=f"group {number}")
        PeriodicTask.objects.create(name=f"task {number}", task="highlevel.tasks.pull", interval=schedule)
        CrontabSchedule.objects.create(minute=str(number % 60))
        ClockedSchedule.objects.create(clocked_time=NOW + timedelta(hours=number))
        SolarSchedule.objects.create(event="sunset", latitude=number % 90, longitude=number)


def fill_draft(queue: CategoryQueue, item: QueueItem, person: User) -> None:
    """A draft of the queue with a step and somebody in it."""
    session = EditSession.objects.create(queue=queue, opened_by=person, opened_at=NOW, touched_at=NOW)
    DraftItem.objects.create(session=session, key="1", source=item, content={"summary": "<b>Ask</b>"})
    DraftStep.objects.create(session=session, number=1, kind=StepKind.MOVE, actor=person, at=NOW, version=2)
    SessionPerson.objects.create(session=session, user=person, joined_at=NOW, seen_at=NOW)


def address(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_every_model_of_ours_is_there() -> None:
    missing = [
        model._meta.label
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        if model not in admin.site._registry
    ]
    assert missing == []


def test_every_page_opens_and_shows_no_secret(staff: Client) -> None:
    fill(3)
    opened = []
    for model, held in admin.site._registry.items():
        row = model._default_manager.first()
        pages = [address(model, "changelist"), address(model, "changelist") + "?q=client"]
        if row is not None:
            pages += [address(model, "change", row.pk), address(model, "history", row.pk)]
        allowed = held.has_add_permission(request_of(staff))
        if allowed:
            pages.append(address(model, "add"))
        else:
            assert staff.get(address(model, "add")).status_code == 403
        for page in pages:
            answer = staff.get(page)
            assert answer.status_code == 200, f"{page} answers {answer.status_code}"
            text = answer.content.decode()
            assert not [secret for secret in SECRETS if secret in text], f"{page} shows a token"
            assert "<script>alert(1)" not in text
            opened.append(page)
    assert len(opened) > 3 * len(admin.site._registry) / 2


def request_of(client: Client):
    return client.get("/admin/").wsgi_request


def test_rows_in_every_table(staff: Client) -> None:
    """The test above means something: no table that has an admin of ours is empty."""
    fill(1)
    empty = [
        model._meta.label for model in LISTED if model._meta.app_label in OURS and not model._default_manager.exists()
    ]
    assert empty == []


def test_a_list_costs_the_same_however_many_rows(staff: Client, queries: Callable[[str], int]) -> None:
    fill(10)
    few = {model._meta.label: queries(address(model, "changelist")) for model in LISTED}
    fill(90)
    many = {model._meta.label: queries(address(model, "changelist")) for model in LISTED}
    assert many == few


@pytest.fixture
def queries(staff: Client, django_assert_max_num_queries) -> Callable[[str], int]:
    def count(page: str) -> int:
        with django_assert_max_num_queries(40) as captured:
            assert staff.get(page).status_code == 200
        return len(captured)

    return count


def test_tokens_are_told_only_as_stored_or_none(staff: Client) -> None:
    fill(2)
    page = staff.get(address(Credential, "changelist")).content.decode()
    assert re.findall(r'class="field-refresh">(\w+)<', page).count("stored") == 1
    assert re.findall(r'class="field-access">(\w+)<', page) == ["stored", "stored"]
    assert re.findall(r'class="field-refresh">(\w+)<', page).count("none") == 1


def test_a_lost_key_does_not_break_the_admin(staff: Client, settings) -> None:
    fill(1)
    settings.ENCRYPTION_KEYS = ["QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="]
    credential = Credential.objects.values_list("pk", flat=True).get()
    for page in (address(Credential, "changelist"), address(Credential, "change", credential)):
        assert staff.get(page).status_code == 200


def test_what_copies_highlevel_cannot_be_edited(staff: Client) -> None:
    fill(1)
    post = Post.objects.get()
    page = staff.get(address(Post, "change", post.pk)).content.decode()
    assert "&quot;privacyLevel&quot;: &quot;SELF_ONLY&quot;" in page, "the raw payload is readable"
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert 'name="_save"' not in page
    assert staff.post(address(Post, "change", post.pk), {"text": "other"}).status_code == 403
    assert staff.post(address(PostTarget, "delete", post.targets.get().pk), {"post": "yes"}).status_code == 403
    post.refresh_from_db()
    assert post.text == "Three things to ask before whitening"


def test_a_location_keeps_its_name_and_takes_a_colour(staff: Client) -> None:
    place = make_location("Harbour Dental")
    answer = staff.post(address(Location, "change", place.pk), {"name": "Other", "colour": "#112233"})
    assert answer.status_code == 302
    place.refresh_from_db()
    assert (place.name, place.colour, place.is_active) == ("Harbour Dental", "#112233", False)


@pytest.mark.django_db(transaction=True)
def test_pull_now_asks_for_a_pull_of_what_is_worked_for(staff: Client) -> None:
    wanted, idle = make_location("Wanted"), make_location("Idle", is_active=False)
    with time_machine.travel(NOW, tick=False):
        answer = staff.post(
            address(Location, "changelist"),
            {"action": "pull_now", "_selected_action": [wanted.pk, idle.pk]},
            follow=True,
        )
    text = answer.content.decode()
    assert "1 location is being brought up to date." in text
    assert "1 location is not worked for and was left out." in text
    run = SyncRun.objects.get()
    assert (run.location, run.kind, run.started_at) == (wanted, SyncRun.Kind.ASKED, NOW)


def test_a_person_is_added_by_email(staff: Client) -> None:
    page = reverse("admin:accounts_user_add")
    answer = staff.post(
        page,
        {
            "email": "dora@example.test",
            "name": "Dora",
            "usable_password": "true",
            "password1": "tall kettle 99",
            "password2": "tall kettle 99",
        },
    )
    assert answer.status_code == 302
    fresh = Client()
    assert fresh.login(request=request_of(staff), username="dora@example.test", password="tall kettle 99")


def test_a_member_of_rota_alone_can_be_added_and_taken_away(staff: Client, cast: Cast) -> None:
    person = make_user("eve@example.test")
    answer = staff.post(address(Member, "add"), {"location": cast.a.pk, "user": person.pk, "role": "creator"})
    assert answer.status_code == 302
    member = Member.objects.get(user=person)
    assert member.remote_id is None
    assert staff.post(address(Member, "delete", member.pk), {"post": "yes"}).status_code == 302
    assert not Member.objects.filter(pk=member.pk).exists()
    theirs = Member.objects.create(location=cast.a, remote_id="u1", name="From HighLevel")
    assert staff.post(address(Member, "delete", theirs.pk), {"post": "yes"}).status_code == 403


def test_the_index_is_titled_rota_and_leads_back_to_the_product(staff: Client) -> None:
    page = staff.get("/admin/").content.decode()
    assert re.search(r"<title>[^<]*Rota[^<]*</title>", page)
    assert '<a href="/">View site</a>' in page


def test_only_staff_enter(cast: Cast) -> None:
    for client in (cast.as_ana, cast.as_ben, cast.as_nobody):
        assert client.get("/admin/").status_code == 302
