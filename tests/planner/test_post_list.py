"""The Posts page: who sees what, whole page and pieces, cost, hostile text, and what a line says."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest

from planner.models import Post, PostStatus
from tests.cast import HISTORY, HTMX, Cast
from tests.factories import make_account, make_category, make_post, make_tag, make_target, make_user

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
RESULTS = {**HTMX, "HX-Target": "results"}
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "{{ settings.SECRET_KEY }}{% debug %}",
    '=HYPERLINK("https://evil.test","click")',
    "\u202egnp.exe \u0627\u0644\u0633\u0644\u0627\u0645",
    "javascript:alert(1)",
    "&lt;b&gt; &amp; ' \" `",
]


def test_everybody_sees_the_posts_of_their_locations(cast: Cast) -> None:
    make_post(cast.a, text="for Atlas")
    make_post(cast.b, text="for Birch")
    seen = {}
    for name, client in (("ana", cast.as_ana), ("ben", cast.as_ben), ("cleo", cast.as_cleo)):
        page = client.get("/posts/").content.decode()
        seen[name] = ("for Atlas" in page, "for Birch" in page)
    assert seen == {"ana": (True, True), "ben": (True, False), "cleo": (False, True)}
    assert cast.as_nobody.get("/posts/").headers["Location"] == "/sign-in/?next=/posts/"


def test_a_location_of_others_does_not_exist(cast: Cast) -> None:
    assert cast.as_ben.get(f"/posts/?location={cast.b.pk}").status_code == 404
    assert cast.as_ben.get("/posts/?location=999999").status_code == 404
    assert cast.as_ben.get(f"/posts/?location={cast.a.pk}").status_code == 200


def test_reading_is_all_there_is(cast: Cast) -> None:
    assert cast.as_ana.post("/posts/").status_code == 405
    assert cast.as_ana.head("/posts/").status_code == 200


def test_one_address_serves_the_page_and_its_pieces(cast: Cast) -> None:
    post = make_post(cast.a, make_account(cast.a), category=make_category(cast.a))
    ana = cast.as_ana
    whole = ana.get("/posts/?q=whitening")
    assert "<html" in whole.content.decode()
    assert {"HX-Request", "HX-Target"} <= {part.strip() for part in whole.headers["Vary"].split(",")}

    results = ana.get("/posts/?q=whitening&status=", headers=RESULTS)
    text = results.content.decode()
    assert text.lstrip().startswith('<div id="results"')
    assert f'id="post-{post.pk}"' in text
    assert "post-filters" not in text, "the search field keeps the focus"
    assert results.headers["HX-Push-Url"] == "/posts/?location=all&q=whitening"

    posts = ana.get("/posts/", headers={**HTMX, "HX-Target": "posts"}).content.decode()
    assert posts.lstrip().startswith('<div id="posts"')
    assert "<html" not in posts

    choices = ana.get(
        "/posts/?pick=category&find=ti", headers={**HTMX, "HX-Target": "choices-category"}
    ).content.decode()
    assert "Tips" in choices
    assert "<section" not in choices

    opened = ana.get(f"/posts/?open={post.pk}", headers={**HTMX, "HX-Target": f"whole-{post.pk}"}).content.decode()
    assert opened.lstrip().startswith(f'<div id="whole-{post.pk}"')

    for headers in (HISTORY, {**HTMX, "HX-Target": "something-else"}):
        assert "<html" in ana.get("/posts/", headers=headers).content.decode()


def test_a_post_opens_without_scripts_too_wherever_it_is(cast: Cast) -> None:
    wanted = make_post(cast.a, at=NOON, follow_up_comment="Book a table")
    for hour in range(60):
        make_post(cast.a, at=NOON + timedelta(hours=1 + hour))
    page = cast.as_ana.get(f"/posts/?open={wanted.pk}").content.decode()
    assert page.count(f'<li id="post-{wanted.pk}"') == 1, "shown though it is not on the first page"
    assert "Book a table" in page
    near = Post.objects.first()
    assert near is not None
    page = cast.as_ana.get(f"/posts/?open={near.pk}").content.decode()
    assert page.count(f'<li id="post-{near.pk}"') == 1
    assert page.count('<details class="post-more" open>') == 1


@pytest.mark.parametrize("headers", [{}, "whole"])
def test_a_foreign_post_does_not_open(cast: Cast, headers: object) -> None:
    foreign = make_post(cast.b, text="Secret text")
    asked = {**HTMX, "HX-Target": f"whole-{foreign.pk}"} if headers else {}
    answer = cast.as_ben.get(f"/posts/?open={foreign.pk}", headers=asked)
    assert answer.status_code == (404 if headers else 200)
    assert "Secret" not in answer.content.decode()


@pytest.mark.parametrize("rows", [10, 100])
def test_the_page_costs_the_same_however_many_rows(cast: Cast, rows: int, django_assert_num_queries) -> None:
    fill(cast, rows)
    ana, ben = cast.as_ana, cast.as_ben
    # session, person; the view to open with; page of posts with client and category, targets with accounts, tags, media,
    # open changes; count; views; around the page: state of the mirror, accounts that expired
    with django_assert_num_queries(12):
        ana.get("/posts/")
    # the same, and for somebody who is not an owner: the locations, whether they write anywhere, and whether the menu leads
    # to People and to writing
    with django_assert_num_queries(16):
        ben.get("/posts/")
    # the same without a view to open with, and the named account, and the zones of the locations
    with django_assert_num_queries(13):
        ana.get(f"/posts/?account={cast.a.pk}&q=three&start=2026-01-01&status=scheduled&status=published&page=last")


@pytest.mark.parametrize("rows", [10, 100])
def test_an_opened_post_and_the_choices_cost_the_same_however_many_rows(
    cast: Cast,
    rows: int,
    django_assert_num_queries,
) -> None:
    fill(cast, rows)
    ana, post = cast.as_ana, Post.objects.latest("pk")
    # session, person; post with client and category, targets with accounts, tags, media, open changes
    with django_assert_num_queries(7):
        ana.get(f"/posts/?open={post.pk}", headers={**HTMX, "HX-Target": f"whole-{post.pk}"})
    for kind in ("account", "category", "tag"):
        # session, person; choices
        with django_assert_num_queries(3):
            ana.get(f"/posts/?pick={kind}", headers={**HTMX, "HX-Target": f"choices-{kind}"})


def fill(cast: Cast, rows: int) -> None:
    for number in range(rows):
        place = cast.a if number % 2 else cast.b
        account, tag = make_account(place), make_tag(place, f"tag {number}")
        category = make_category(place, f"category {number}")
        when = NOON + timedelta(hours=number)
        make_post(place, account, at=when, category=category, tags=(tag,), media=("https://cdn.test/a.jpg",))


def test_many_choices_are_never_on_the_page(cast: Cast) -> None:
    for number in range(60):
        make_category(cast.a, f"Category {number:02}")
        make_category(cast.b, f"Category {number:02}")
    page = cast.as_ana.get("/posts/").content.decode()
    assert "Category 0" not in page
    picked = {**HTMX, "HX-Target": "choices-category"}
    choices = cast.as_ana.get("/posts/?pick=category", headers=picked).content.decode()
    assert choices.count('class="pick-line"') == 20
    assert choices.count("2 clients") == 20, "a name that two clients share is one choice"
    assert "There are more. Type a part of the name." in choices
    found = cast.as_ana.get("/posts/?pick=category&find=category+41", headers=picked).content.decode()
    assert re.findall(r'dir="auto">(.*?)<', found) == ["Category 41"]
    nothing = cast.as_ana.get("/posts/?pick=category&find=zebra", headers=picked).content.decode()
    assert "Nothing here is called “zebra”." in nothing


def test_a_choice_is_a_button_of_the_filters_and_says_when_it_is_on(cast: Cast) -> None:
    account = make_account(cast.a, name="Atlas page")
    make_account(cast.b, "linkedin", name="Birch page")
    headers = {**HTMX, "HX-Target": "choices-account"}
    off = cast.as_ana.get("/posts/?pick=account&find=atlas", headers=headers).content.decode()
    assert re.findall(r'form="post-filters" name="account" value="(\d+)"', off) == [str(account.pk)]
    assert "aria-current" not in off
    on = cast.as_ana.get(f"/posts/?account={account.pk}&pick=account&find=facebook", headers=headers).content.decode()
    assert 'aria-current="true"' in on
    page = cast.as_ana.get(f"/posts/?account={account.pk}&pick=account").content.decode()
    assert f'<input type="hidden" name="account" value="{account.pk}">' in page, "the choice adds to what is on"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_text(cast: Cast, text: str) -> None:
    account = make_account(cast.a, name=text, type=text[:32])
    post = make_post(
        cast.a,
        account,
        text=text,
        status=PostStatus.FAILED,
        error=text,
        follow_up_comment=text,
        category=make_category(cast.a, text, primary_colour='"/><script>'[:16]),
        tags=(make_tag(cast.a, text),),
        media=("javascript:alert(1)", text),
        approval_status="pending",
        source=text[:32],
        details={"facebook": {text: text, "list": [text, {text: [text]}]}},
        remote={"postApprovalDetails": {"requesterNote": text, "approverNote": text}},
    )
    make_target(post, make_account(cast.a, "bluesky", name=text), network_post_id=text, remote_id="x")
    answer = cast.as_ana.get("/posts/", {"open": str(post.pk), "q": text.split()[0], "category": text, "tag": text})
    page = answer.content.decode()
    assert f'id="post-{post.pk}"' in page
    seen = Seen()
    seen.feed(page[page.index('<div id="posts"') : page.index("</main>")])
    assert not seen.tags & {"script", "iframe"}
    assert not [name for name, _value in seen.attributes if name.startswith("on") or name == "style"]
    addresses = [value for name, value in seen.attributes if name in ("href", "src", "action", "hx-get")]
    assert all(address.startswith(("?", "/")) for address in addresses), addresses
    assert " ".join(text.split()) in " ".join(" ".join(seen.texts).split())


class Seen(HTMLParser):
    """The tags, attributes and texts of a piece of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_what_became_of_a_post_on_each_account(cast: Cast) -> None:
    facebook, instagram = make_account(cast.a, name="Atlas page"), make_account(cast.a, "instagram", name="atlas.ig")
    odd = make_account(cast.a, "mastodon", name="Odd one")
    post = make_post(cast.a, at=NOON, status=PostStatus.FAILED)
    make_target(
        post, facebook, status=PostStatus.PUBLISHED, error="", network_post_id="123456_789012", insights={"like": 7}
    )
    make_target(post, instagram, error="The video is 64 s, the limit is 60 s.", network_post_id="17900000000000000")
    make_target(post, odd, status=PostStatus.UNKNOWN, error="", network_post_id="https://mastodon.example/1")
    orphan = make_target(post, facebook, remote_id="child", status=PostStatus.PUBLISHED, error="")
    orphan.account = None
    orphan.save()

    page = cast.as_ana.get(f"/posts/?open={post.pk}").content.decode()
    line, whole = page.split('<details class="post-more"')[:2]
    assert re.findall(r'class="result" title="(.*?)"', line) == [
        "Atlas page · Facebook · Published",
        "atlas.ig · Instagram · Failed",
        "Odd one · mastodon · Unknown",
        f"{facebook.remote_id} · Not connected any more · Published",
    ]
    assert "<b>Instagram:</b> The video is 64 s, the limit is 60 s." in line
    links = re.findall(r'<a class="link small" href="(.*?)" rel="(.*?)" target="_blank">', whole)
    assert links == [("https://www.facebook.com/123456_789012", "noopener nofollow")], (
        "only what is surely a page there"
    )


def test_the_same_error_of_several_networks_is_said_once(cast: Cast) -> None:
    accounts = [make_account(cast.a, name) for name in ("facebook", "instagram")]
    make_post(cast.a, *accounts, status=PostStatus.FAILED, error="Token expired.")
    page = cast.as_ana.get("/posts/").content.decode()
    assert page.count("Token expired.") == 1
    assert "<b>Facebook, Instagram:</b> Token expired." in page


def test_times_are_the_clients_and_the_zone_is_named_where_it_differs(cast: Cast) -> None:
    """Ana reads the clock in Madrid; Ben, who chose nothing, in his browser's zone."""
    make_post(cast.a, at=NOON)
    page = cast.as_ana.get("/posts/").content.decode()
    assert re.search(r">Fri 20 Nov</span>\s*<span><time [^>]*>07:00</time> <span[^>]*>New York</span>", page)
    ben = cast.as_ben
    ben.cookies["zone"] = "America/Toronto"
    assert "New York</span>" not in ben.get("/posts/").content.decode().split("<time", 1)[1].split("</div>")[0]


def test_what_should_have_gone_out_says_so(cast: Cast) -> None:
    ago = datetime.now(UTC) - timedelta(hours=3)
    make_post(cast.a, at=ago)
    assert "This should have gone out 3\xa0hours ago." in cast.as_ana.get("/posts/").content.decode()
    Post.objects.update(status=PostStatus.PUBLISHED)
    assert "should have gone out" not in cast.as_ana.get("/posts/").content.decode()


def test_empty_pages_say_what_to_do(cast: Cast) -> None:
    ana = cast.as_ana
    page = ana.get("/posts/").content.decode()
    assert "No posts yet" in page
    assert 'href="/sync/">Open Sync' in page
    assert "HighLevel has no post for Atlas Motors" in ana.get(f"/posts/?location={cast.a.pk}").content.decode()
    make_post(cast.a)
    page = ana.get("/posts/?location=all&q=nothing+like+it").content.decode()
    assert "No post matches" in page
    assert 'href="?location=all">Clear the filters' in page
    nobody = cast.client(make_user("new@example.test"))
    assert "No posts yet" in nobody.get("/posts/").content.decode()


def test_a_count_that_stops_says_so(cast: Cast) -> None:
    make_post(cast.a)
    model = Post.objects.get()
    Post.objects.bulk_create(
        Post(location=cast.a, remote_id=f"many-{number}", status="draft", display_at=model.display_at)
        for number in range(9_999)
    )
    assert "10,000 posts" in cast.as_ana.get("/posts/").content.decode()
    make_post(cast.a)
    assert "10,000+ posts" in cast.as_ana.get("/posts/").content.decode()
