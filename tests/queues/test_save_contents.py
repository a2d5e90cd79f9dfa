"""What is typed into the page of an item arrives in HighLevel, to the last byte."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from accounts.models import ConnectedAccount
from highlevel.models import Change
from highlevel.models.change import ChangeState as State
from planner.models import MediaUpload, Tag
from planner.services.media_uploads import media_upload_take
from queues.models import Interruption
from queues.services.items import item_edit
from tests.foreign import picture
from tests.pulling import Agency, add_posts, agency
from tests.queues.paging import open_form
from tests.queues.saving import Saving, drive

__all__ = ["agency"]

pytestmark = pytest.mark.django_db

TEXT = "  \n“Zähne” 🦷 für alle: 50 % off\n\n\tאבג & <b>fett</b> #tips  \n"
URL = "https://cdn.test/oven.png"


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path


def client_of(saving: Saving) -> Client:
    client = Client()
    client.force_login(saving.ana, backend="django.contrib.auth.backends.ModelBackend")
    return client


def write(saving: Saving, path: str, **fields: Any) -> None:
    """Type into the page of an item, and keep it in the draft."""
    client, address = client_of(saving), f"/queues/{saving.queue.pk}/items/{path}/"
    given = {name.replace("__", "."): value for name, value in fields.items()}
    answer = client.post(address, {**open_form(client, address), "do": "keep", **given})
    assert answer.status_code == 302
    saving.session.refresh_from_db()


def stored(saving: Saving) -> list[dict[str, Any]]:
    """The items as the sandbox keeps them, by their order."""
    rows = saving.agency.box.store.find("queue_item", parent=saving.queue_id)
    return sorted((row for row in rows if not row["deleted"]), key=lambda row: float(row["order"]))


def files(*rows: tuple[str, str, str]) -> dict[str, list[str]]:
    """The fields of files: address, kind and alternative text of each."""
    urls, kinds, alts = (list(column) for column in zip(*rows, strict=True))
    blank = [""] * len(rows)
    return {
        "media__url": urls,
        "media__kind": kinds,
        "media__alt": alts,
        "media__cover": blank,
        "media__caption": blank,
    }


def upload_to(saving: Saving) -> tuple[MediaUpload, Change]:
    file = SimpleUploadedFile("oven.png", picture())
    upload = media_upload_take(
        location=saving.queue.location, person=saving.ana, file=file, name="oven.png", now=saving.clock()
    )
    return upload, Change.objects.get(subject=f"upload:{upload.pk}")


def test_everything_that_an_item_can_hold_arrives(agency: Agency) -> None:
    place = agency.location.remote_id
    for platform in ("linkedin", "google", "tiktok", "youtube", "pinterest"):
        agency.box.add_account(place, platform=platform, name=f"Harbour {platform}")
    saving = Saving(agency, 2)
    accounts = {one.platform: one for one in ConnectedAccount.objects.all()}
    instagram, pinterest = accounts["instagram"], accounts["pinterest"]
    tag = Tag.objects.get(name="summer")
    sent = {
        "accounts": [str(one.pk) for one in accounts.values()],
        "text": [TEXT],
        "type": "reel",
        **files((URL, "image/png", "An oven, “hot”"), ("https://cdn.test/film.mp4", "video/mp4", "")),
        "follow_up_comment": "First line\nSecond ✓",
        "tags": [str(tag.pk)],
        "apply_watermark": "on",
        "link_preview__metaLink": "https://harbour.test/",
        "link_preview__ogTitle": "Harbour & Co",
        "link_preview__ogDescription": "Teeth",
        "link_preview__metaImage": URL,
        "details__facebook__type": "reel",
        "details__facebook__textFormatPresetId": "106018623298955",
        "details__instagram__type": "reel",
        f"details__instagram__collaborators__{instagram.pk}": "@osei, noor",
        "details__instagram__showOnFeed": "on",
        "details__instagram__publishViaPushNotification": "on",
        "details__instagram__publisherNote": "Mind the music",
        "details__linkedin__postAsPdf": "on",
        "details__linkedin__pdfTitle": "Teeth",
        "details__linkedin__poll__question": "Brush or floss?",
        "details__linkedin__poll__options": ["Brush", "Floss", "", ""],
        "details__linkedin__poll__settings__duration": "THREE_DAYS",
        "details__google__gmbEventType": "OFFER",
        "details__google__title": "Winter",
        "details__google__offerTitle": "Half price",
        "details__google__startDate": "2026-12-01",
        "details__google__startTime": "09:00",
        "details__google__endDate": "2026-12-24",
        "details__google__endTime": "17:30",
        "details__google__couponCode": "TOOTH",
        "details__google__redeemOnlineUrl": "https://harbour.test/redeem",
        "details__google__termsConditions": "https://harbour.test/terms",
        "details__google__actionType": "book",
        "details__google__url": "https://harbour.test/book",
        "details__tiktok__privacyLevel": "SELF_ONLY",
        "details__tiktok__enableComment": "on",
        "details__tiktok__enableDuet": "on",
        "details__tiktok__enableStitch": "on",
        "details__tiktok__videoDisclosure": "on",
        "details__tiktok__promoteYourBrand": "on",
        "details__tiktok__promoteOtherBrand": "on",
        "details__youtube__title": "Teeth",
        "details__youtube__privacyLevel": "unlisted",
        "details__youtube__type": "short",
        "details__pinterest__title": "Teeth",
        "details__pinterest__link": "https://harbour.test/pin",
        f"details__pinterest__pinterestBoards__{pinterest.pk}": "b1, b2",
    }
    write(saving, saving.keys()[0], **sent)
    change = saving.save()
    assert saving.run(change) == State.DONE, change.error_detail

    held = stored(saving)[0]["modifiedPostPayload"]
    assert held["summary"].encode() == TEXT.encode()
    assert set(held.pop("accountIds")) == {one.remote_id for one in accounts.values()}
    assert {key: held[key] for key in held if key not in ("userId", "categoryId", "summary")} == {
        "type": "reel",
        "media": [
            {"url": URL, "type": "image/png", "altText": "An oven, “hot”"},
            {"url": "https://cdn.test/film.mp4", "type": "video/mp4"},
        ],
        "followUpComment": "First line\nSecond ✓",
        "tags": [tag.remote_id],
        "applyWatermark": True,
        "ogTagsDetails": {
            "metaLink": "https://harbour.test/",
            "ogTitle": "Harbour & Co",
            "ogDescription": "Teeth",
            "metaImage": URL,
        },
        "facebookPostDetails": {"type": "reel", "textFormatPresetId": "106018623298955"},
        "instagramPostDetails": {
            "type": "reel",
            "collaborators": {instagram.remote_id: ["osei", "noor"]},
            "showOnFeed": True,
            "publishViaPushNotification": True,
            "publisherNote": "Mind the music",
        },
        "linkedinPostDetails": {
            "postAsPdf": True,
            "pdfTitle": "Teeth",
            "poll": {
                "question": "Brush or floss?",
                "options": [{"text": "Brush"}, {"text": "Floss"}],
                "settings": {"duration": "THREE_DAYS"},
            },
        },
        "gmbPostDetails": {
            "gmbEventType": "OFFER",
            "title": "Winter",
            "offerTitle": "Half price",
            "startDate": {
                "startDate": {"year": 2026, "month": 12, "day": 1},
                "startTime": {"hours": 9, "minutes": 0, "seconds": 0},
            },
            "endDate": {
                "endDate": {"year": 2026, "month": 12, "day": 24},
                "endTime": {"hours": 17, "minutes": 30, "seconds": 0},
            },
            "couponCode": "TOOTH",
            "redeemOnlineUrl": "https://harbour.test/redeem",
            "termsConditions": "https://harbour.test/terms",
            "actionType": "book",
            "url": "https://harbour.test/book",
        },
        "tiktokPostDetails": {
            "privacyLevel": "SELF_ONLY",
            "enableComment": True,
            "enableDuet": True,
            "enableStitch": True,
            "videoDisclosure": True,
            "promoteYourBrand": True,
            "promoteOtherBrand": True,
        },
        "youtubePostDetails": {"title": "Teeth", "privacyLevel": "unlisted", "type": "short"},
        "pinterestPostDetails": {
            "title": "Teeth",
            "link": "https://harbour.test/pin",
            "pinterestBoards": [{"accountId": pinterest.remote_id, "boards": ["b1", "b2"]}],
        },
    }

    # and what HighLevel shows of it fills the page as it was typed
    agency.pull()
    again = open_form(client_of(saving), f"/queues/{saving.queue.pk}/items/{saving.keys()[0]}/")
    typed = {name.replace("__", "."): value if isinstance(value, list) else [value] for name, value in sent.items()}
    typed[f"details.instagram.collaborators.{instagram.pk}"] = ["osei, noor"]
    differ = {name for name in typed if sorted(again.get(name, [])) != sorted(typed[name])}
    assert differ == set()


def test_texts_that_take_turns_arrive_in_their_order_with_an_upload_that_leads(agency: Agency) -> None:
    saving = Saving(agency, 2)
    upload, uploading = upload_to(saving)
    both = files((upload.address, "image/png", "Leads"), (URL, "image/png", ""))
    texts = {"text": [TEXT, "Second\n", "Third"], "text__origin": ["-1"] * 3}
    write(
        saving, "new", accounts=[str(saving.account.pk)], joins="bottom", **texts, **both, media__primary=upload.address
    )
    change = saving.save()

    # the queue waits for its file
    assert saving.run(change, rounds=3) == State.PENDING
    assert agency.requests("startEditSession") == 0
    assert drive(uploading, saving.clock) == State.DONE
    assert saving.run(change) == State.DONE, change.error_detail

    upload.refresh_from_db()
    made = stored(saving)[-1]
    assert [entry["content"] for entry in made["variations"]] == [TEXT, "Second\n", "Third"]
    assert made["primaryImage"].replace("sandbox://origin", agency.box.url) == upload.url
    assert [entry["url"] for entry in made["modifiedPostPayload"]["media"]] == [URL]
    assert saving.holds(change)


def test_a_file_that_the_library_refuses_stops_the_save_with_its_reason(agency: Agency) -> None:
    saving = Saving(agency, 2)
    before = saving.said()
    upload, uploading = upload_to(saving)
    agency.box.faults.add(kind="refuse", operation="upload-media-content")
    drive(uploading, saving.clock)

    saving.do(item_edit, key=saving.keys()[0], edits={"media": [{"url": upload.address, "type": "image/png"}]})
    assert saving.run(saving.save()) == State.REFUSED
    assert saving.is_intact(before, Interruption.REFUSED)
    assert "did not get to HighLevel" in saving.session.problem


def test_what_is_taken_away_is_gone_there_too(agency: Agency) -> None:
    details = {"facebookPostDetails": {"type": "post", "textFormatPresetId": "1"}, "followUpComment": "Ask us"}
    posts = add_posts(agency, 2, status="published", **details)
    saving = Saving(agency, 2, posts=posts)
    write(saving, saving.keys()[0], follow_up_comment="", details__facebook__textFormatPresetId="")
    change = saving.save()
    assert saving.run(change) == State.DONE, change.error_detail
    held = saving.live()[0].post
    assert held is not None
    assert not held.follow_up_comment
    assert held.facebook is not None
    assert not held.facebook.text_format_preset_id
