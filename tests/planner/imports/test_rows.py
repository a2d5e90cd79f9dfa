"""What a row says becomes its plan, and whatever is wrong with it has a code, its column and its value."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from accounts.models import ConnectedAccount, Member, Role
from planner.imports.places import Places
from planner.imports.problems import from_json
from planner.models import CsvRow, Post
from planner.models.csv_import import ROW_WRONG
from planner.selectors.imports import date_question
from planner.services.import_reading import import_columns_set
from planner.services.import_repairing import reason_of
from tests.factories import make_account, make_location
from tests.planner.imports.desk import NOW, PICTURE, Desk, check, codes, commit, only_row, plan_of, run, table

GOOD = "https://cdn.example.com/1.jpg"


def checked_row(desk: Desk, **cells: str) -> CsvRow:
    return only_row(desk.checked([desk.row(**cells)]))


def blocking(row: CsvRow) -> list[str]:
    return [kept["code"] for kept in row.problems if from_json(kept).blocks]


def test_a_row_of_an_unknown_client_says_at_once_what_else_is_wrong(desk: Desk) -> None:
    row = checked_row(
        desk, teamId="nope", postDate="yesterday", status="MAYBE", socialAccountTypes="FACEBOOK,MYSPACE,REDDIT"
    )
    named = {"network_unknown": "MYSPACE", "network_unavailable": "REDDIT", "choice": "MAYBE"}
    wanted = {"location_unknown": "nope", **named, "date_unreadable": "yesterday"}
    assert {kept["code"]: kept["value"] for kept in row.problems} == wanted
    assert (row.state, row.plan) == ("blocked", None)


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"teamId": ""}, "location_missing", "teamId"),
        ({"teamId": "nowhere"}, "location_unknown", "teamId"),
        ({"teamId": "", "location": "Nowhere"}, "location_unknown", "location"),
        ({"location": "Birch Bakery"}, "location_contradiction", "location"),
        ({"socialAccountTypes": ""}, "account_missing", "socialAccountTypes"),
        ({"socialAccountTypes": " #, "}, "account_missing", "socialAccountTypes"),
        ({"socialAccountTypes": "FRIENDSTER"}, "network_unknown", "socialAccountTypes"),
        ({"socialAccountTypes": "TIKTOK"}, "network_account_missing", "socialAccountTypes"),
        ({"socialAccountTypes": "REDDIT"}, "network_unavailable", "socialAccountTypes"),
        ({"socialAccountTypes": "FACEBOOK,TWITTER"}, "network_unavailable", "socialAccountTypes"),
        ({"redditSubreddit": "pics"}, "network_unavailable", "redditSubreddit"),
        ({"slackChannelId": "C1"}, "network_unavailable", "slackChannelId"),
        ({"mastodonText": "hi"}, "network_unavailable", "mastodonText"),
        ({"discordText": "hi"}, "network_unavailable", "discordText"),
        ({"twitterText": "hi"}, "network_unavailable", "twitterText"),
        ({"accounts": "Nobody"}, "account_unknown", "accounts"),
        ({"facebookType": "LIVE"}, "choice", "facebookType"),
        ({"facebookNativeScheduleTime": "1"}, "option_unavailable", "facebookNativeScheduleTime"),
        ({"instagramMusicSoundId": "1"}, "option_unavailable", "instagramMusicSoundId"),
        ({"youtubeMadeForKids": "TRUE"}, "option_unavailable", "youtubeMadeForKids"),
        ({"tiktokDisableDuet": "perhaps"}, "boolean", "tiktokDisableDuet"),
        ({"pinterestBoardName": "Nice things"}, "pinterest_board", "pinterestBoardName"),
        ({"category": "Nothing"}, "category_unknown", "category"),
        ({"tags": "winter#summer"}, "tag_unknown", "tags"),
        ({"approver": "Nobody"}, "approver_unknown", "approver"),
        ({"text": "#NAME?"}, "formula_failed", "text"),
        ({"followUpComment": "#N/A"}, "formula_failed", "followUpComment"),
        ({"status": "MAYBE"}, "choice", "status"),
        ({"postDate": ""}, "status_without_date", "status"),
        ({"postDate": "2020-01-01T10:00:00Z"}, "date_past", "postDate"),
        ({"postDate": "soon"}, "date_unreadable", "postDate"),
        ({"postDate": "2027-02-29 10:00"}, "date_not_real", "postDate"),
        ({"postDate": "2027-03-28 01:30"}, "time_skipped", "postDate"),
        ({"postDate": "04/05/2027 10:00"}, "date_ambiguous", "postDate"),
        ({"facebookMediaUrls": "http://cdn.example.com/1.jpg"}, "media_not_https", "facebookMediaUrls"),
        ({"facebookMediaUrls": "not an address"}, "media_not_https", "facebookMediaUrls"),
        ({"facebookMediaUrls": "https://127.0.0.1/1.jpg"}, "media_private", "facebookMediaUrls"),
        ({"facebookMediaUrls": "https://[::1]/1.jpg"}, "media_private", "facebookMediaUrls"),
        ({"facebookMediaUrls": "https://10.0.0.8/1.jpg"}, "media_private", "facebookMediaUrls"),
        ({"facebookMediaUrls": "https://2130706433/1.jpg"}, "media_private", "facebookMediaUrls"),
        ({"facebookMediaUrls": "https://localhost/1.jpg"}, "media_private", "facebookMediaUrls"),
        ({"facebookMediaUrls": "https://nas.local/1.jpg"}, "media_private", "facebookMediaUrls"),
        ({"facebookMediaUrls": "https://user:pw@cdn.example.com/1.jpg"}, "media_not_https", "facebookMediaUrls"),
        ({"facebookMediaUrls": "https://drive.google.com/file/d/1"}, "drive_link", "facebookMediaUrls"),
        ({"facebookMediaUrls": "#".join([GOOD] * 41)}, "media_too_many", "facebookMediaUrls"),
        (
            {"facebookThumbnail": "http://cdn.example.com/1.jpg", "facebookMediaUrls": "https://cdn.example.com/1.mp4"},
            "media_not_https",
            "facebookThumbnail",
        ),
        ({"facebookLink": "example"}, "url", "facebookLink"),
        ({"text": "x" * 70_000}, "network_problem", "text"),
        ({"text": ""}, "content_missing", "text"),
        ({"socialAccountTypes": "INSTAGRAM"}, "network_problem", ""),
    ],
)
def test_what_is_wrong_has_a_code_a_column_and_a_cure(
    desk: Desk, cells: dict[str, str], code: str, column: str
) -> None:
    row = checked_row(desk, **cells)
    assert row.state == "blocked"
    assert row.plan is None
    assert blocking(row) == [code]
    (found,) = [from_json(kept, row=row.number) for kept in row.problems if kept["code"] == code]
    assert found.column == column
    assert found.value in desk.row(**cells).get(column, "") or found.value.endswith("…")
    assert found.what
    assert found.cure
    assert "%(" not in str(found)
    assert str(found).startswith("Row 2")


def test_a_name_that_two_have_is_asked_back(desk: Desk) -> None:
    make_account(desk.here, "facebook", name="harbour on facebook")
    assert blocking(checked_row(desk)) == ["network_account_ambiguous"]
    assert blocking(checked_row(desk, accounts="Harbour on Facebook")) == ["account_ambiguous"]
    assert blocking(checked_row(desk, accounts=desk.facebook.remote_id)) == []


def test_locations_that_are_not_the_persons_are_unknown(desk: Desk) -> None:
    make_location("Foreign", remote_id="foreign")
    assert blocking(checked_row(desk, teamId="foreign")) == ["location_unknown"]
    found = desk.checked([desk.row(teamId=desk.there.remote_id)], by=desk.carl)
    assert blocking(only_row(found)) == ["location_unknown"]


def test_two_locations_of_one_name_are_asked_back(desk: Desk) -> None:
    desk.there.__class__.objects.filter(pk=desk.there.pk).update(name="harbour dental")
    assert blocking(checked_row(desk, teamId="", location="Harbour Dental")) == ["location_ambiguous"]


def test_a_writer_hands_in_and_does_not_schedule(desk: Desk) -> None:
    found = desk.checked([desk.row(), desk.row(approver="Mia"), desk.row(status="DRAFT")], by=desk.carl)
    first, second, third = found.rows.all()
    assert first.problems[0]["about"]["finding"] == "needs_approval"
    assert (first.state, second.state, third.state) == ("blocked", "ready", "ready")
    assert second.plan is not None
    assert second.plan["status"] == "in_review"


def test_nobody_for_highlevel_makes_no_post(desk: Desk) -> None:
    Member.objects.filter(user=desk.mia, location=desk.there).update(remote_id=None)
    found = desk.checked([desk.row(), desk.row(teamId=desk.there.remote_id)])
    assert [codes(row) for row in found.rows.order_by("number")] == [[], ["uploader_unmatched"]]


def test_the_first_of_two_equal_times_is_taken_with_a_warning(desk: Desk) -> None:
    row = checked_row(desk, postDate="2027-10-31 01:30")
    assert (row.state, codes(row)) == ("warning", ["time_twice"])
    assert row.plan is not None
    assert row.plan["at"] == "2027-10-31T00:30:00+00:00"


def test_the_order_of_day_and_month_is_asked_once(desk: Desk) -> None:
    rows = [desk.row(postDate="04/05/2027 10:00", text="a"), desk.row(postDate="25/05/2027 10:00", text="b")]
    question = date_question(desk.checked(rows))
    assert question is not None
    assert (question.number, question.example, question.evident) == (1, "04/05/2027 10:00", "day")
    found = desk.checked(rows, date_order="day")
    assert found.counts == {"ready": 2}
    assert [plan_of(row)["at"][:10] for row in found.rows.all()] == ["2027-05-04", "2027-05-25"]
    assert date_question(found) is None


def test_a_blank_date_is_a_draft(desk: Desk) -> None:
    row = checked_row(desk, postDate="", status="")
    assert row.plan is not None
    assert (row.state, row.plan["status"], row.plan["at"]) == ("ready", "draft", None)


def test_rows_that_say_the_same_are_one(desk: Desk) -> None:
    found = desk.checked([desk.row(), desk.row(title="Another title"), desk.row(text="else")])
    first, second, third = found.rows.all()
    assert (first.state, second.state, third.state) == ("ready", "blocked", "ready")
    assert second.problems == [{"code": "duplicate_row", "about": {"first": 2}}]


def test_headers_once_more_and_cells_out_of_step(desk: Desk) -> None:
    data = "teamId,socialAccountTypes,text\nteamId,socialAccountTypes,text\n" + f"{desk.here.remote_id},FACEBOOK,a,b\n"
    found = check(desk.upload(data), desk.mia)
    assert [codes(row) for row in found.rows.all()] == [["header_again"], ["cells_too_many"]]


def test_one_bad_row_blocks_no_other(desk: Desk) -> None:
    found = desk.checked([desk.row(), desk.row(teamId="nowhere"), desk.row(text="third")])
    assert found.counts == {"ready": 2, "blocked": 1}
    assert commit(found, desk.mia).counts == {"committed": 2, "blocked": 1}
    assert Post.objects.count() == 2


def planned(desk: Desk, **cells: str) -> dict[str, Any]:
    return plan_of(checked_row(desk, **cells))


def test_settings_of_networks_are_highlevels(desk: Desk) -> None:
    make_account(desk.here, "google", name="Harbour on Google")
    make_account(desk.here, "tiktok", name="Harbour on TikTok")
    video = "https://cdn.example.com/1.mp4"
    plan = planned(
        desk,
        socialAccountTypes="FACEBOOK,GOOGLE_BUSINESS,TIKTOK,INSTAGRAM",
        facebookType="post",
        facebookText="For Facebook",
        facebookLink="https://example.com/page",
        instagramMediaUrls=f"{PICTURE}#{PICTURE}",
        instagramType="POST",
        instagramCollaborators="@anna#ben",
        tiktokMediaUrls=video,
        tiktokThumbnail=PICTURE,
        tiktokPrivacy="PUBLIC_TO_EVERYONE",
        tiktokDisableComments="TRUE",
        tiktokDisableDuet="FALSE",
        tiktokIsBrandContent="TRUE",
        googleBusinessTopicType="event",
        googleBusinessCallToActionType="BOOK",
        googleBusinessCallToActionUrl="https://example.com/book",
        googleBusinessEventTitle="Open day",
        googleBusinessEventStartDate="2027-04-05 10:00:00",
        googleBusinessEventEndDate="2027-04-05T17:00:00Z",
        category="tips",
        tags="Winter",
        followUpComment="Questions?",
    )
    posts = {post["accounts"][0]: post for post in plan["posts"]}
    assert len(posts) == 4
    by_platform = {account.platform: posts[account.pk] for account in desk.here_accounts()}
    facebook, instagram = by_platform["facebook"], by_platform["instagram"]
    assert (facebook["text"], facebook["link"]) == ("For Facebook", "https://example.com/page")
    assert facebook["details"] == {"facebook": {"type": "post"}}
    assert [item["url"] for item in instagram["media"]] == [PICTURE, PICTURE]
    assert instagram["details"]["instagram"]["collaborators"] == {desk.instagram.remote_id: ["anna", "ben"]}
    assert by_platform["tiktok"]["media"] == [{"url": video, "kind": "video/mp4", "thumbnail": PICTURE}]
    assert by_platform["tiktok"]["details"]["tiktok"] == {
        "privacyLevel": "PUBLIC_TO_EVERYONE",
        "enableComment": False,
        "enableDuet": True,
        "promoteOtherBrand": True,
        "videoDisclosure": True,
    }
    assert by_platform["google"]["details"]["google"] == {
        "gmbEventType": "EVENT",
        "actionType": "book",
        "url": "https://example.com/book",
        "title": "Open day",
        "startDate": {
            "startDate": {"year": 2027, "month": 4, "day": 5},
            "startTime": {"hours": 10, "minutes": 0, "seconds": 0},
        },
        "endDate": {
            "endDate": {"year": 2027, "month": 4, "day": 5},
            "endTime": {"hours": 18, "minutes": 0, "seconds": 0},
        },
    }
    assert plan["comment"] == "Questions?"


def test_texts_that_differ_are_versions_of_one_post(desk: Desk) -> None:
    cells = {"socialAccountTypes": "FACEBOOK,INSTAGRAM", "mediaUrls": PICTURE, "instagramText": "For Instagram"}
    found = desk.checked([desk.row(**cells)])
    plan = only_row(found).plan
    assert plan is not None
    (post,) = plan["posts"]
    assert post["versions"] == {"instagram": "For Instagram"}
    commit(found, desk.mia)
    assert sorted(only_row(found).posts.values_list("text", flat=True)) == ["For Instagram", desk.row()["text"]]


def test_times_are_the_locations(desk: Desk) -> None:
    row = only_row(desk.checked([desk.row(teamId=desk.there.remote_id, postDate="2027-04-05 10:00")]))
    assert row.plan is not None
    assert datetime.fromisoformat(row.plan["at"]) == datetime.fromisoformat("2027-04-05T14:00Z")
    assert datetime.fromisoformat(row.plan["at"]) > NOW
    assert row.state not in ROW_WRONG


def test_sentences_are_in_the_language_of_whoever_reads_them(desk: Desk) -> None:
    found = desk.checked([desk.row(text="x" * 70_000), desk.row(teamId="nowhere", text="b")])
    for row in found.rows.all():
        with translation.override("es"):
            spanish = reason_of(row)
        with translation.override("en"):
            english = reason_of(row)
        assert spanish != english
        assert reason_of(row) == english


def test_cures_name_the_columns_of_the_file(desk: Desk) -> None:
    data = table(
        [["Kunde", "Netz", "Caption", "postDate"], ["", "FACEBOOK", "Hi", ""], ["Harbour Dental", "", "Ho", ""]]
    )
    found = check(desk.upload(data), desk.mia, mapping={"0": "location", "1": "networks", "2": "text"})
    client, network = (reason_of(row) for row in found.rows.order_by("number"))
    assert client == "Column “Kunde”: The row names no location. Write its id or name under “Kunde”."
    assert network == "Column “Netz”: The row names no account and no network. Name at least one under “Netz”."


def test_the_cure_of_an_account_that_has_ended_is_no_change_of_the_row(desk: Desk) -> None:
    ConnectedAccount.objects.filter(pk=desk.facebook.pk).update(is_expired=True)
    (kept,) = checked_row(desk).problems
    assert str(from_json(kept)).endswith(
        "Reconnect the account. Then have the row checked again, or leave the account out."
    )


def test_a_networks_finding_names_the_column_of_the_file(desk: Desk) -> None:
    row = checked_row(desk, text="", facebookText="x" * 70_000)
    (kept,) = [kept for kept in row.problems if kept["code"] == "network_problem"]
    assert kept["column"] == "facebookText"


@pytest.mark.parametrize(
    ("platform", "cells", "column"),
    [
        (
            "google",
            {"googleBusinessTopicType": "", "googleBusinessCallToActionType": "NONE"},
            "googleBusinessTopicType",
        ),
        (
            "google",
            {
                "googleBusinessOfferRedeemOnlineUrl": "",
                "googleBusinessCallToActionUrl": "",
                "googleBusinessTopicType": "STANDARD",
                "googleBusinessCallToActionType": "BOOK",
            },
            "googleBusinessCallToActionUrl",
        ),
        ("tiktok", {"tiktokPrivacy": "", "tiktokDisableDuet": "TRUE"}, "tiktokPrivacy"),
        ("tiktok", {"tiktokDisableDuet": "TRUE"}, "tiktokPrivacy"),
        ("youtube", {"youtubeType": "", "youtubeTitle": "A film"}, "youtubeType"),
        ("pinterest", {"pinterestBoardName": "", "pinterestTitle": "A pin"}, "pinterestBoardName"),
        ("linkedin", {"linkedinMediaTitle": "x" * 101, "mediaUrls": PICTURE}, "linkedinMediaTitle"),
        ("pinterest", {"pinterestBoardName": "123456", "pinterestAltText": "x" * 5_000}, "pinterestAltText"),
        ("facebook", {"facebookThumbnail": "https://cdn.example.com/1.gif"}, "facebookThumbnail"),
    ],
)
def test_a_finding_about_a_setting_names_its_column(
    desk: Desk, platform: str, cells: dict[str, str], column: str
) -> None:
    if platform != "facebook":
        make_account(desk.here, platform, name="Harbour")
    media = PICTURE if platform in ("pinterest", "google", "linkedin") else "https://cdn.example.com/1.mp4"
    network = "GOOGLE_BUSINESS" if platform == "google" else platform.upper()
    row = checked_row(desk, **{"socialAccountTypes": network, "mediaUrls": media, **cells})
    assert [(kept["code"], kept["column"]) for kept in row.problems if from_json(kept).blocks] == [
        ("network_problem", column)
    ]


def test_what_was_chosen_for_a_file_that_names_nothing_may_go_away_before_the_check(desk: Desk) -> None:
    headers = ["postAtSpecificTime (YYYY-MM-DD HH:mm:ss)", "content", "link (OGmetaUrl)", "imageUrls"]
    found = desk.upload(table([headers, ["2027-07-05 09:00:00", "Hi", "", ""]]))
    import_columns_set(
        csv_import=found, actor=desk.mia, now=NOW, kind="basic", location=desk.here, accounts=[desk.facebook]
    )
    ConnectedAccount.objects.filter(pk=desk.facebook.pk).update(gone_at=NOW)
    assert codes(only_row(run(found))) == ["accounts_gone"]
    import_columns_set(
        csv_import=found, actor=desk.mia, now=NOW, kind="basic", location=desk.here, accounts=[desk.instagram]
    )
    desk.mia.memberships.update(role=Role.VIEWER)
    assert codes(only_row(run(found))) == ["location_not_yours"]


def test_a_location_that_is_held_is_not_read_alone_when_others_need_its_room(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr("planner.imports.places.MOST_PLACES", 1)
    places = Places(desk.mia)
    places.load([desk.here.pk])
    places.load([desk.here.pk, desk.there.pk])
    with django_assert_num_queries(0):
        assert [places.get(one.pk) is None for one in (desk.here, desk.there)] == [False, False]
