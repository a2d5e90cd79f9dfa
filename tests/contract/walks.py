"""Every method of the client once with as little and once with as much as it takes, in an order that works."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import requests

from highlevel.api import AttachmentInput, DateRange, MentionInput, RemoteUser
from highlevel.sandbox.resources.consent import grant_code
from tests.contract.tour import Tour, Walk, step
from tests.contract.walks_posts import walk_posts
from tests.contract.walks_queues import walk_queues

BASIC_CSV = (
    b"postAtSpecificTime (YYYY-MM-DD HH:mm:ss),content,link (OGmetaUrl),imageUrls,gifUrl,videoUrls\r\n"
    b"2031-01-02 10:00:00,First,,,,\r\n2031-01-03 10:00:00,Second,,,,\r\n2031-01-04 10:00:00,Third,,,,\r\n"
)
CONNECTABLE = (
    "facebook",
    "instagram",
    "google",
    "linkedin",
    "tiktok",
    "tiktok-business",
    "youtube",
    "pinterest",
    "threads",
)


def walk_agency(tour: Tour) -> Walk:
    yield step("locations.search_page", agency=True)
    yield step("locations.search_page", agency=True, skip=1, limit=2, order="desc", email="nobody@example.com")
    yield step("locations.iter", agency=True, page_size=5)
    yield step("locations.get", agency=True, location_id=tour.location_id)
    yield step("locations.get")
    yield step("users.search_page")
    found = yield step(
        "users.search_page",
        company_id=tour.box.company_id,
        location_id=tour.location_id,
        query="a",
        skip=0,
        limit=5,
        type="account",
        role="admin",
        ids=[tour.user_id],
        sort="dateAdded",
        sort_direction="asc",
        enabled_two_way_sync=True,
    )
    users: list[RemoteUser] = yield step("users.iter", page_size=2)
    assert users, found
    yield step("users.get", user_id=users[0].id)


def walk_tokens(tour: Tour) -> Walk:
    app: dict[str, Any] = {"client_id": tour.box.client_id, "client_secret": tour.box.client_secret}
    back = "https://rota.example.com/back"
    code = grant_code(tour.box.world, scopes=("oauth.readonly", "oauth.write"), redirect_uri=back)
    token = yield step("oauth.exchange_code", **app, code=code, redirect_uri=back, user_type="Company", agency=True)
    yield step("oauth.refresh", **app, refresh_token=token.refresh_token, user_type="Company", agency=True)
    yield step("oauth.refresh", **app, refresh_token=tour.box.refresh_token(tour.location_id), agency=True)
    code = grant_code(tour.box.world, location_id=tour.location_id, scopes=("medias.readonly",), redirect_uri=back)
    yield step("oauth.exchange_code", **app, code=code, agency=True)
    yield step("oauth.client_credentials", **app, user_type="Company", agency=True)
    yield step("oauth.location_token", location_id=tour.location_id, agency=True)
    app_id = tour.box.company["appId"]
    yield step("oauth.installed_locations_page", app_id=app_id, agency=True)
    page = yield step("oauth.installed_locations_page", app_id=app_id, page_size=2, agency=True)
    yield step(
        "oauth.installed_locations_page",
        app_id=app_id,
        company_id=tour.box.company_id,
        page_size=2,
        page_token=page.next_token,
        query="a",
        is_installed=True,
        on_trial=False,
        version_id=app_id,
        plan_id="plan",
        location_id=tour.location_id,
        restrict_to_user_locations=True,
        agency=True,
    )
    rows = yield step("oauth.iter_installed_locations", app_id=app_id, page_size=5, agency=True)
    assert len(rows) == len(tour.box.location_ids)
    dated: dict[str, Any] = {"agency": True, "version": "2021-07-28"}
    rows = yield step("oauth.iter_installed_locations", app_id=app_id, page_size=5, **dated)
    assert len(rows) == len(tour.box.location_ids)
    yield step("oauth.location_token", location_id=tour.location_id, **dated)
    yield step("oauth.refresh", **app, refresh_token=tour.box.refresh_token(tour.location_id), **dated)


def walk_media(tour: Tour) -> Walk:
    yield step("medias.upload", file_name="a.png", content=b"\x89PNG\r\n\x1a\n", content_type="image/png")
    yield step("medias.upload_hosted", file_url="https://files.example.com/a.jpg", name="a.jpg", parent_id="folder1")
    yield step("medias.upload_hosted", file_url="https://files.example.com/b.jpg")
    files = yield step("medias.list")
    assert files
    yield step(
        "medias.list",
        offset=0,
        limit=5,
        sort_by="name",
        sort_order="asc",
        type="folder",
        query="a",
        parent_id="folder1",
        fetch_all=True,
    )


def walk_labels(tour: Tour) -> Walk:
    categories = yield step("categories.iter", page_size=2)
    yield step("categories.list_page")
    yield step("categories.list_page", skip=1, limit=1, search_text="a")
    yield step("categories.get", category_id=categories[0].id)
    tags = yield step("tags.iter", page_size=2)
    yield step("tags.list_page")
    yield step("tags.list_page", skip=1, limit=1, search_text="a")
    found = yield step("tags.details", tag_ids=[tag.id for tag in tags])
    assert len(found) == len(tags)


def walk_comments(tour: Tour) -> Walk:
    listed = yield step("accounts.list")
    likable = None
    for account in listed.accounts:
        if account.platform in ("google", "pinterest", "tiktok-business"):
            continue
        place = {"platform": account.platform, "origin_ids": [account.origin_id]}
        found = yield step("comments.list_page", **place)
        if found.rows and account.platform in ("facebook", "linkedin"):
            likable = likable or (place, found.rows)
    assert likable is not None, "the example agency has no comments on Facebook or LinkedIn in this location"
    place, rows = likable
    platform, comment = place["platform"], next(row for row in rows if not row.is_post)
    yield step("comments.iter", **place, page_size=2)
    yield step("comments.iter", **place, parent_id=comment.id)
    yield step("comments.list_page", **place, skip=0, limit=5, sort_by="top", search="the", **tour.window)
    yield step("comments.create", platform=platform, parent_id=comment.id, is_parent_thread=False, content="Thanks!")
    yield step(
        "comments.create",
        platform=platform,
        parent_id=comment.post_id,
        is_parent_thread=True,
        content="Thank you, Ana",
        attachments=[AttachmentInput(url="https://files.example.com/a.jpg")] if platform == "facebook" else None,
        mentions=[MentionInput(name="Ana", id="1", offset=11, length=3, slug="ana")],
        notify_all_group_members=False,
    )
    fresh = yield step("comments.create", platform=platform, parent_id=comment.id, is_parent_thread=False, content="Hm")
    yield step("comments.like", platform=platform, comment_id=fresh.id)
    yield step("comments.unlike", platform=platform, comment_id=fresh.id)


def walk_imports(tour: Tour) -> Walk:
    accounts = [tour.account_id]
    yield step("csv.iter", user_id=tour.user_id, page_size=1)
    yield step("csv.list_page", user_id=tour.user_id)
    more: dict[str, Any] = {"include_users": True, "is_from_template": False}
    yield step("csv.list_page", user_id=tour.user_id, skip=0, limit=5, **more)
    for approver in (None, tour.user_id):
        uploaded = yield step("csv.upload", file_name="posts.csv", content=BASIC_CSV)
        csv_id = yield step(
            "csv.set_accounts", uploaded=uploaded, account_ids=accounts, user_id=tour.user_id, approver=approver
        )
        for _ in range(3):
            yield step("csv.get", csv_id=csv_id)
            tour.box.clock.advance(timedelta(seconds=5))
        rows = yield step("csv.iter_rows", csv_id=csv_id, page_size=2)
        yield step("csv.get", csv_id=csv_id, skip=1, limit=1)
        yield step("csv.delete_row", csv_id=csv_id, post_id=rows[0].id)
        yield step("csv.finalize", csv_id=csv_id, user_id=tour.user_id)
        tour.box.clock.advance(timedelta(seconds=10))
        yield step("csv.get", csv_id=csv_id)
        yield step("csv.delete", csv_id=csv_id)


def walk_statistics(tour: Tour) -> Walk:
    listed = yield step("accounts.list")
    profiles = [account.profile_id for account in listed.accounts]
    now = tour.box.clock.now()
    current = DateRange(start_date=now - timedelta(days=10), end_date=now - timedelta(days=1))
    previous = DateRange(start_date=now - timedelta(days=20), end_date=now - timedelta(days=11))
    yield step("statistics.get", profile_ids=profiles)
    yield step("statistics.get", profile_ids=profiles, current=current)
    platforms = ["facebook", "instagram"]
    yield step("statistics.get", profile_ids=profiles, platforms=platforms, current=current, previous=previous)


def walk_connecting(tour: Tour) -> Walk:
    for shape in ("schema", "example"):
        tour.box.world.settings["connect_shape"] = shape
        for platform in CONNECTABLE:
            start = yield step("connect.start", platform=platform, user_id=tour.user_id)
            account_id = _sign_in(start.redirect_url)
            yield step("connect.options", platform=platform, account_id=account_id, search="zzz")
            listed = yield step("connect.options", platform=platform, account_id=account_id)
            free = [one for one in listed.choices if not one.is_connected and not one.problem and one.is_owned]
            if free:
                yield step("connect.attach", platform=platform, account_id=account_id, choice=free[0])
    yield step("connect.start", platform="facebook", user_id=tour.user_id, page="integrations", reconnect="acc1")
    listed = yield step("accounts.list")
    ids = [account.id for account in listed.accounts]
    yield step("accounts.delete", account_id=ids[-1])
    company_id, user_id = tour.box.company_id, tour.user_id
    yield step("accounts.delete", account_id=ids[-2], company_id=company_id, user_id=user_id)


def _sign_in(address: str) -> str:
    """Sign in as the second person, who has something new on every network; the id that the window message carries."""
    answer = requests.post(address, data={"answer": "sign_in", "person": "Devika Rao"}, timeout=10)
    answer.raise_for_status()
    return address.rsplit("/", 1)[1]


WALKS: tuple[Callable[[Tour], Walk], ...] = (
    walk_agency,
    walk_tokens,
    walk_media,
    walk_labels,
    walk_posts,
    walk_comments,
    walk_statistics,
    walk_imports,
    walk_queues,
    walk_connecting,
)
