"""Which posts the filters of the Posts page find, and what they say about values they cannot read."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from planner.models import PostStatus
from tests.cast import Cast
from tests.factories import make_account, make_category, make_location, make_post, make_tag, make_target

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def listed(client: Client, query: str = "") -> list[int]:
    """The keys of the posts on the first page, in their order."""
    answer = client.get(f"/posts/?{query}")
    assert answer.status_code == 200
    return keys(answer.content.decode())


def keys(page: str) -> list[int]:
    return [int(key) for key in re.findall(r'<li id="post-(\d+)"', page)]


def problems(client: Client, query: str) -> str:
    page = client.get(f"/posts/?{query}").content.decode()
    found = re.search(r'<div class="problems" role="alert">.*?</div>', page, re.DOTALL)
    return found[0] if found else ""


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("winter", [1]),
        ("WINTER tyres", [1]),
        ("tyres winter", [1]),
        ("winter bread", []),
        ("100%", [2]),
        ("100_", []),
        ("a_b", [3]),
        ("%", [2]),
        ("\\", [4]),
        ("ÁRBOL", [5]),
        ("árbol", [5]),
        ("arbol", []),
        ("мир", [6]),
        ("c++ (new)", [7]),
        ("café.*", []),
    ],
)
def test_search_is_literal_blind_to_case_and_wants_every_word(cast: Cast, search: str, found: list[int]) -> None:
    texts = [
        "Winter Tyres: a guide",
        "100% off",
        "a_b and axb",
        "back\\slash",
        "Un Árbol y un café",
        "МИР",
        "C++ (new) ü",
    ]
    posts = [make_post(cast.a, text=text) for text in texts]
    answer = cast.as_ana.get("/posts/", {"q": search})
    assert keys(answer.content.decode()) == [posts[number - 1].pk for number in found]


def test_filters_narrow_and_values_of_one_filter_widen(cast: Cast) -> None:
    facebook, linkedin = make_account(cast.a), make_account(cast.a, "linkedin")
    tips, offers = make_category(cast.a, "Tips"), make_category(cast.b, "tips")
    winter, team = make_tag(cast.a, "winter"), make_tag(cast.a, "team")
    one = make_post(cast.a, facebook, at=NOON, category=tips, tags=(winter,), text="alpha")
    two = make_post(
        cast.a, linkedin, at=NOON + timedelta(days=1), status=PostStatus.PUBLISHED, tags=(team,), text="alpha"
    )
    three = make_post(cast.b, at=NOON + timedelta(days=2), status=PostStatus.FAILED, category=offers, text="beta")
    ana = cast.as_ana

    assert listed(ana) == [three.pk, two.pk, one.pk]
    assert listed(ana, "sort=oldest") == [one.pk, two.pk, three.pk]
    assert listed(ana, "status=scheduled") == [one.pk]
    assert listed(ana, "status=scheduled&status=failed") == [three.pk, one.pk]
    assert listed(ana, "network=facebook") == [one.pk]
    assert listed(ana, "network=facebook&network=linkedin") == [two.pk, one.pk]
    assert listed(ana, f"account={linkedin.pk}") == [two.pk]
    assert listed(ana, "category=Tips") == [three.pk, one.pk], "the same name in two locations, in any case"
    assert listed(ana, f"category=Tips&location={cast.a.pk}") == [one.pk]
    assert listed(ana, "location=all&tag=winter&tag=team") == [two.pk, one.pk]
    assert listed(ana, "q=alpha&tag=team&status=published&network=linkedin") == [two.pk]
    assert listed(ana, f"q=alpha&tag=team&status=published&account={facebook.pk}") == []
    assert listed(ana, "category=Nothing+of+the+kind") == []


def test_posts_that_are_gone_or_deleted_are_not_listed(cast: Cast) -> None:
    make_post(cast.a, gone_at=NOON)
    make_post(cast.a, status=PostStatus.DELETED)
    assert listed(cast.as_ana) == []


def test_days_are_those_of_each_client(cast: Cast) -> None:
    """New York is 5 hours behind UTC on that day, Kolkata 5.5 hours ahead."""
    in_york = [
        make_post(cast.a, at=datetime(2026, 11, 20, hour, minute, tzinfo=UTC)) for hour, minute in ((4, 59), (5, 0))
    ]
    in_kolkata = [make_post(cast.b, at=datetime(2026, 11, 19, 18, minute, tzinfo=UTC)) for minute in (29, 30)]
    late_york = make_post(cast.a, at=datetime(2026, 11, 21, 4, 59, 59, tzinfo=UTC))
    ana = cast.as_ana
    assert set(listed(ana, "start=2026-11-20&end=2026-11-20")) == {in_york[1].pk, in_kolkata[1].pk, late_york.pk}
    assert set(listed(ana, "end=2026-11-19")) == {in_york[0].pk, in_kolkata[0].pk}
    assert set(listed(ana, f"location={cast.a.pk}&start=2026-11-20")) == {in_york[1].pk, late_york.pk}


def test_a_day_that_has_no_midnight_is_whole(db: None, cast: Cast) -> None:
    """In Santiago the clocks jump from 24:00 to 01:00 on 6 September 2026."""
    santiago = make_location("Sur", timezone="America/Santiago")
    zone = ZoneInfo("America/Santiago")
    before = make_post(santiago, at=datetime(2026, 9, 5, 23, 59, tzinfo=zone))
    first = make_post(santiago, at=datetime(2026, 9, 6, 1, 0, tzinfo=zone))
    ana = cast.as_ana
    assert listed(ana, f"location={santiago.pk}&start=2026-09-06&end=2026-09-06") == [first.pk]
    assert listed(ana, f"location={santiago.pk}&end=2026-09-05") == [before.pk]


def test_a_zone_that_does_not_exist_counts_as_utc(cast: Cast) -> None:
    nowhere = make_location("Nowhere", timezone="Mars/Olympus")
    post = make_post(nowhere, at=datetime(2026, 11, 20, 0, 0, tzinfo=UTC))
    assert listed(cast.as_ana, "start=2026-11-20&end=2026-11-20") == [post.pk]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("status=potato", "“potato” is not a status of a post."),
        ("status=deleted", "“deleted” is not a status of a post."),
        ("network=myspace", "“myspace” is not a network that Rota knows."),
        ("account=abc", "“abc” is not one of your connected accounts."),
        ("account=999999", "“999999” is not one of your connected accounts."),
        ("account=99999999999999999999999", "is not one of your connected accounts."),
        ("category=a%00b", "cannot be a category."),
        ("tag=" + "x" * 300, "cannot be a tag."),
        ("q=a%00b", "Null characters are not allowed."),
        ("q=" + "x" * 201, "The search is longer than 200 characters. Shorten it."),
        ("q=a+b+c+d+e+f+g+h+i+j+k", "Search for at most 10 words at a time."),
        ("start=yesterday", "The first day is not a date. Write it as 2026-11-30."),
        ("end=2026-02-30", "The last day is not a date. Write it as 2026-11-30."),
        ("end=9999-12-31", "Rota keeps posts from 2000 to 2100; “9999-12-31” is left out."),
        ("start=2026-11-02&end=2026-11-01", "The last day is before the first day, so the dates are left out."),
        ("sort=random", "Posts can be sorted by “newest” or “oldest” first only."),
        ("page=7", "The page in this address cannot be read, so this is the first one."),
        ("page=after-999999999999999999_1", "The page in this address cannot be read, so this is the first one."),
        ("page=after-12_" + "9" * 30, "The page in this address cannot be read, so this is the first one."),
    ],
)
def test_a_value_that_cannot_be_read_is_named_and_the_other_filters_hold(cast: Cast, query: str, sentence: str) -> None:
    draft = make_post(cast.a, status=PostStatus.DRAFT, text="kept")
    make_post(cast.a, text="left out")
    assert sentence in problems(cast.as_ana, query)
    assert listed(cast.as_ana, f"{query}&status=draft") == [draft.pk]


def test_good_values_beside_a_bad_one_hold(cast: Cast) -> None:
    draft = make_post(cast.a, status=PostStatus.DRAFT)
    make_post(cast.a)
    assert listed(cast.as_ana, "status=potato&status=draft") == [draft.pk]
    assert problems(cast.as_ana, "status=draft") == ""


def test_odd_keys_of_the_address_do_no_harm(cast: Cast) -> None:
    post = make_post(cast.a)
    for query in (
        "open=x",
        "open=99999999999999999999",
        "open=²",
        "pick=nothing",
        "pick=tag&find=%00",
        "status=&q=&start=",
    ):
        assert listed(cast.as_ana, query) == [post.pk]


def test_what_is_on_is_shown_and_each_can_be_taken_off(cast: Cast) -> None:
    account = make_account(cast.a, name="Page <b>")
    query = f"location=all&q=winter&status=failed&account={account.pk}&category=Tips&tag=a%26b&start=2026-11-01"
    page = cast.as_ana.get(f"/posts/?{query}").content.decode()
    chips = re.findall(r'<a class="chip chip-on" href="([^"]+)".*?dir="auto">(.*?)</span>', page, re.DOTALL)
    assert [label for _href, label in chips] == [
        "winter",
        "Failed",
        "Page &lt;b&gt; · Facebook · Atlas Motors",
        "Tips",
        "a&amp;b",
        "from 1 Nov 2026",
    ]
    without_tag = chips[4][0].replace("&amp;", "&")
    assert without_tag == f"?location=all&q=winter&status=failed&account={account.pk}&category=Tips&start=2026-11-01"
    assert 'href="?location=all"' in page, "one link clears them all"


def test_the_address_alone_says_what_is_shown(cast: Cast) -> None:
    """A bookmark made while one location was chosen shows the same after another one was."""
    post = make_post(cast.a, text="winter")
    make_post(cast.b, text="winter")
    ana = cast.as_ana
    answer = ana.get(f"/posts/?location={cast.a.pk}&q=winter", headers={"HX-Request": "true", "HX-Target": "results"})
    pushed = answer.headers["HX-Push-Url"]
    ana.get(f"/posts/?location={cast.b.pk}")
    assert keys(ana.get(pushed).content.decode()) == [post.pk]


def test_an_unknown_account_and_a_foreign_one_read_the_same(cast: Cast) -> None:
    foreign = make_account(cast.b, name="Secret page")
    make_post(cast.b, foreign, text="Secret text")
    mine = make_post(cast.a)
    for key in (foreign.pk, foreign.pk + 1000):
        page = cast.as_ben.get(f"/posts/?account={key}").content.decode()
        assert f"“{key}” is not one of your connected accounts." in page
        assert "Secret" not in page
        assert keys(page) == [mine.pk]


def test_foreign_names_find_nothing_and_leak_nothing(cast: Cast) -> None:
    make_post(
        cast.b,
        make_account(cast.b, "bluesky"),
        category=make_category(cast.b, "Hidden"),
        tags=(make_tag(cast.b, "veiled"),),
    )
    ben = cast.as_ben
    for query in ("category=Hidden", "tag=veiled", "network=bluesky", "q=whitening"):
        assert listed(ben, query) == []
    for kind in ("account", "category", "tag"):
        answer = ben.get(f"/posts/?pick={kind}", headers={"HX-Request": "true", "HX-Target": f"choices-{kind}"})
        page = answer.content.decode()
        assert "Hidden" not in page
        assert "veiled" not in page
        assert "Birch" not in page
        assert "There is nothing to choose from yet." in page


def test_a_target_on_another_account_does_not_lend_its_network(cast: Cast) -> None:
    post = make_post(cast.a, make_account(cast.a))
    gone = make_target(post, make_account(cast.a, "threads"))
    gone.account = None
    gone.save()
    assert listed(cast.as_ana, "network=threads") == []
    assert listed(cast.as_ana, "network=facebook") == [post.pk]


def test_dates_of_the_filter_are_dates(cast: Cast) -> None:
    page = cast.as_ana.get("/posts/?start=2026-11-01&end=2026-11-30").content.decode()
    assert 'name="start" value="2026-11-01"' in page
    assert 'name="end" value="2026-11-30"' in page
    assert "1 Nov 2026 to 30 Nov 2026" in page
