"""The posts of the `pages` bench: as many as asked for over 500 locations, written by the database itself.

Each location has the voice of one of the example agency's twelve businesses, so a word of a trade is common at some
clients and rare elsewhere. Every third post names one of 5,000 products with made-up names.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from random import Random
from typing import Any

from django.db import connection

from accounts.models import ConnectedAccount
from highlevel.models import Location
from highlevel.sandbox.seed.captions import Writer
from highlevel.sandbox.seed.corpus import clients
from planner.models import Category, Media, Post, PostTarget, Tag

CAPTIONS = 1_500  # of each business
PRODUCTS = 5_000
SYLLABLES = (
    "ba",
    "dor",
    "fe",
    "gul",
    "hi",
    "jo",
    "kem",
    "lu",
    "mar",
    "ni",
    "po",
    "rus",
    "sol",
    "ti",
    "vex",
    "wy",
    "zan",
)
PAST, AHEAD = timedelta(days=730), timedelta(days=90)
CAPTION = 1_500
TAGS = 4  # of each location
PLATFORMS = ("facebook", "instagram")


def products() -> list[str]:
    """The made-up names, in a fixed order that tells nothing."""
    names = ["".join(parts).capitalize() for parts in product(SYLLABLES, repeat=4)]
    Random(7).shuffle(names)
    return names[:PRODUCTS]


def write_agency(locations: int) -> None:
    """Locations with two accounts, a category and some tags each, and the texts that posts are made of."""
    now = datetime.now(UTC)
    businesses = clients()
    places = Location.objects.bulk_create(
        Location(
            name=f"{businesses[at % len(businesses)].name} {at}",
            remote_id=f"loc{at}",
            company_id="c",
            timezone=businesses[at % len(businesses)].zone,
            pulled_at=now,
        )
        for at in range(locations)
    )
    ConnectedAccount.objects.bulk_create(
        ConnectedAccount(location=place, remote_id=f"acc-{at}-{side}", platform=name, name=f"{place.name} {name}")
        for at, place in enumerate(places)
        for side, name in enumerate(PLATFORMS)
    )
    Category.objects.bulk_create(
        Category(location=place, remote_id=f"cat{at}", name="Tips", primary_colour="#5b7f3a")
        for at, place in enumerate(places)
    )
    Tag.objects.bulk_create(
        Tag(location=place, remote_id=f"tag-{at}-{number}", name=f"tag {number}")
        for at, place in enumerate(places)
        for number in range(TAGS)
    )
    with connection.cursor() as cursor:
        cursor.execute("CREATE UNLOGGED TABLE bench_caption (business int, number int, text text)")
        cursor.execute("CREATE UNLOGGED TABLE bench_product (number int PRIMARY KEY, name text)")
        cursor.executemany("INSERT INTO bench_caption VALUES (%s, %s, %s)", list(_captions()))
        cursor.executemany("INSERT INTO bench_product VALUES (%s, %s)", list(enumerate(products())))
        cursor.execute("CREATE INDEX ON bench_caption (business, number)")
        cursor.execute(
            "CREATE UNLOGGED TABLE bench_place AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM "
            + Location._meta.db_table
        )
        cursor.execute("CREATE INDEX ON bench_place (number)")


def _captions() -> Iterator[tuple[int, int, str]]:
    for at, business in enumerate(clients()):
        rng = Random(at)
        writer = Writer(business, rng)
        for number in range(CAPTIONS):
            yield at, number, writer.draft(rng, date(2026, 1, 1) + timedelta(days=number)).text(CAPTION)


def write_posts(start: int, stop: int, *, locations: int) -> None:
    """The posts with these numbers, with their results, tags and pictures. Post `n` is of location `n % locations`.

    They are written in the order of their dates, as pulls bring them in. Indexes are taken away meanwhile and made
    again, which is many times faster.
    """
    now = datetime.now(UTC)
    values: dict[str, Any] = {
        "start": start,
        "stop": stop,
        "locations": locations,
        "businesses": len(clients()),
        "captions": CAPTIONS,
    }
    values |= {"products": PRODUCTS, "oldest": now - PAST, "span": PAST + AHEAD, "now": now, "tags": TAGS}
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        dropped = _drop_indexes()
        for statement in (POSTS, TARGETS, MEDIA, TAGGED):
            cursor.execute(statement, values)
        for statement in dropped:
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")  # as the database does by itself soon after so many rows were written


def _drop_indexes() -> list[str]:
    """Drop the plain indexes of the tables that are filled; returns the statements that make them again."""
    tables = [model._meta.db_table for model in (Post, PostTarget, Media, Post.tags.through)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexdef NOT LIKE '%%UNIQUE%%'",
            [tables],
        )
        found = cursor.fetchall()
        for name, _definition in found:
            cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]


# The multipliers have no factor in common with what they are taken modulo, so that everything is met evenly.
POSTS = """
INSERT INTO planner_post (location_id, remote_id, remote, remote_hash, remote_updated_at, synced_at, title, text, type,
  status, scheduled_at, published_at, display_at, category_id, follow_up_comment, details, link_preview, approver,
  requester_note, approval_status, source, error, created_by, version, fingerprint)
SELECT made.location, 'post-' || made.n, '{}', '', %(now)s, %(now)s, '',
  caption.text || CASE WHEN made.n %% 3 = 0 THEN E'\n\nNew: ' || product.name || '.' ELSE '' END, 'post',
  CASE WHEN made.at > %(now)s THEN (CASE WHEN made.n %% 10 = 0 THEN 'draft' ELSE 'scheduled' END)
       WHEN made.n %% 40 = 0 THEN 'failed' ELSE 'published' END,
  made.at, CASE WHEN made.at <= %(now)s THEN made.at END, made.at,
  CASE WHEN made.n %% 2 = 0 THEN category.id END, '', '{}', '{}', '', '', '', 'composer', '', '', 1, ''
FROM (
  SELECT n, place.id AS location, place.number AS place,
    %(oldest)s::timestamptz + %(span)s::interval * (n - %(start)s) / (%(stop)s - %(start)s) AS at
  FROM generate_series(%(start)s, %(stop)s - 1) AS n JOIN bench_place place ON place.number = n %% %(locations)s
) AS made
JOIN bench_caption caption ON caption.business = made.place %% %(businesses)s
  AND caption.number = (made.n::bigint * 1009 + made.n / 500) %% %(captions)s
JOIN bench_product product ON product.number = (made.n::bigint * 4561) %% %(products)s
JOIN planner_category category ON category.location_id = made.location
"""
FRESH = "post.remote_id = 'post-' || n AND post.location_id = place.id"
NUMBERED = f"""
generate_series(%(start)s, %(stop)s - 1) AS n JOIN bench_place place ON place.number = n %% %(locations)s
JOIN planner_post post ON {FRESH}
"""
TARGETS = f"""
INSERT INTO planner_posttarget (post_id, account_id, account_remote_id, remote_id, status, error, network_post_id,
  published_at, insights, remote, remote_hash)
SELECT post.id, account.id, account.remote_id, '', post.status,
  CASE WHEN post.status = 'failed' THEN 'The video is 64 s, the limit is 60 s.' ELSE '' END, '', post.published_at,
  '{{}}', '{{}}', ''
FROM {NUMBERED} JOIN accounts_connectedaccount account ON account.location_id = place.id
WHERE n %% 2 = 0 OR account.platform = 'facebook'
"""
MEDIA = f"""
INSERT INTO planner_media (post_id, position, url, kind, thumbnail, caption, alt_text, facts, remote)
SELECT post.id, 0, 'https://cdn.example/' || n || '.jpg', 'image', '', '', '', '{{}}', '{{}}'
FROM {NUMBERED} WHERE n %% 3 > 0
"""
TAGGED = f"""
INSERT INTO planner_post_tags (post_id, tag_id)
SELECT post.id, tag.id FROM {NUMBERED}
JOIN planner_tag tag ON tag.location_id = place.id AND tag.name = 'tag ' || n / %(locations)s %% %(tags)s
WHERE n %% 2 = 0
"""
