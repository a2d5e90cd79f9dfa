"""Dates of a file: every form, no guess, and the nights on which the clocks change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.imports.dates import (
    BadDate,
    DateOrder,
    Moment,
    evident_order,
    is_ambiguous,
    on_clock,
    read_clock,
    read_moment,
    second_time,
)

LONDON = ZoneInfo("Europe/London")
NEW_YORK = ZoneInfo("America/New_York")
BOUNDS = (datetime(2000, 1, 1), datetime(2060, 1, 1))  # noqa: DTZ001 - on a wall clock
ASK, DAY, MONTH = DateOrder.ASK, DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2027-04-05T10:00:00Z", "2027-04-05T10:00Z"),
        ("2027-04-05T10:00:00.000Z", "2027-04-05T10:00Z"),
        ("2027-04-05T10:00+02:00", "2027-04-05T08:00Z"),
        ("2027-04-05T10:00:00+02", "2027-04-05T08:00Z"),
        ("2027-04-05T10:00:00,5Z", "2027-04-05T10:00Z"),
        ("2027-04-05T10:00:00.123456789Z", "2027-04-05T10:00Z"),
        ("2027-04-05 10:00:00 -0400", "2027-04-05T14:00Z"),
        ("2027-04-05 10:00:00", "2027-04-05T09:00Z"),
        ("2027-04-05 10:00", "2027-04-05T09:00Z"),
        ("2027-04-05T10:00", "2027-04-05T09:00Z"),
        ("2027/04/05 10:00:00", "2027-04-05T09:00Z"),
        ("2027/4/5 9:30", "2027-04-05T08:30Z"),
        ("4/25/2027 9:05", "2027-04-25T08:05Z"),
        ("04/25/2027 9:05:30", "2027-04-25T08:05:30Z"),
        ("04-25-2027 17:05:30", "2027-04-25T16:05:30Z"),
        ("25/04/2027 17:05", "2027-04-25T16:05Z"),
        ("25.04.2027 17:05", "2027-04-25T16:05Z"),
        ("05.04.2027 17:05", "2027-04-05T16:05Z"),
        ("4/25/2027 5:05 PM", "2027-04-25T16:05Z"),
        ("4/25/2027 12:05 am", "2027-04-24T23:05Z"),
        ("4/25/2027, 5:05:00\u202fPM", "2027-04-25T16:05Z"),
        ("\u00a02027-04-05\u00a010:00 ", "2027-04-05T09:00Z"),
        ("2028-02-29 10:00", "2028-02-29T10:00Z"),
        ("5/5/2027 10:00", "2027-05-05T09:00Z"),
        ("16/4/2027 4:30 p. m.", "2027-04-16T15:30Z"),
        ("4/25/2027 9:05\u202fa.m.", "2027-04-25T08:05Z"),
        ("25.04.2027 17.05", "2027-04-25T16:05Z"),
        ("2027-04-05 10.30.15", "2027-04-05T09:30:15Z"),
        ("2027-04-05 10 AM", "2027-04-05T09:00Z"),
        ("5 abr 2027 10:00", "2027-04-05T09:00Z"),
        ("5-abr.-2027 10:00", "2027-04-05T09:00Z"),
        ("5 de abril de 2027 a las 10:00", "2027-04-05T09:00Z"),
        ("5 Ene 2027, 10:00", "2027-01-05T10:00Z"),
        ("5 Apr 2027 10:00", "2027-04-05T09:00Z"),
        ("April 5, 2027 at 10:00 AM", "2027-04-05T09:00Z"),
        ("Sept. 5, 2027, 4 pm", "2027-09-05T15:00Z"),
    ],
)
def test_forms(text: str, wanted: str) -> None:
    assert read_moment(text, zone=LONDON, order=ASK).at == datetime.fromisoformat(wanted)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("tomorrow", "date_unreadable"),
        ("2027-04-05", "date_unreadable"),
        ("10:00", "date_unreadable"),
        ("2027-04-05 10", "date_unreadable"),
        ("5 abr 2027", "date_unreadable"),
        ("5 ma 2027 10:00", "date_unreadable"),
        ("5 xyz 2027 10:00", "date_unreadable"),
        ("31 abr 2027 10:00", "date_not_real"),
        ("x" * 10_000, "date_unreadable"),
        ("٢٠٢٧-04-05 10:00", "date_unreadable"),
        ("2027-02-29 10:00", "date_not_real"),
        ("2027-02-29T10:00:00Z", "date_not_real"),
        ("2027-13-01 10:00", "date_not_real"),
        ("2027-04-05 25:00", "date_not_real"),
        ("2027-04-05 13:00 PM", "date_not_real"),
        ("0000-01-01 10:00", "date_not_real"),
        ("32/32/2027 10:00", "date_not_real"),
        ("04/05/2027 10:00", "date_ambiguous"),
        ("04-05-2027 10:00", "date_ambiguous"),
        ("9999-12-31T23:59:59-23:59", "date_not_real"),
        ("2027-04-05T10:00:00+24:00", "date_not_real"),
    ],
)
def test_what_is_no_date(text: str, code: str) -> None:
    with pytest.raises(BadDate) as caught:
        read_moment(text, zone=LONDON, order=ASK)
    assert caught.value.code == code


def test_an_order_settles_what_is_ambiguous() -> None:
    text = "04/05/2027 10:00"
    assert read_moment(text, zone=UTC, order=DAY).at == datetime(2027, 5, 4, 10, tzinfo=UTC)
    assert read_moment(text, zone=UTC, order=MONTH).at == datetime(2027, 4, 5, 10, tzinfo=UTC)
    assert is_ambiguous(text)
    assert not is_ambiguous("25/04/2027 10:00")
    assert [evident_order(each) for each in (text, "25/04/2027 1:00", "04/25/2027 1:00")] == [ASK, DAY, MONTH]


def test_a_time_that_the_clocks_skip_names_the_next() -> None:
    with pytest.raises(BadDate) as caught:
        read_moment("2027-03-14 02:30", zone=NEW_YORK, order=ASK)
    assert (caught.value.code, caught.value.about["next"]) == ("time_skipped", "2027-03-14 03:00")
    with pytest.raises(BadDate) as caught:
        read_moment("2027-10-03 02:15", zone=ZoneInfo("Australia/Lord_Howe"), order=ASK)
    assert caught.value.about["next"] == "2027-10-03 02:30"


def test_of_a_time_that_comes_twice_the_first_is_taken() -> None:
    found = read_moment("2027-11-07 01:30", zone=NEW_YORK, order=ASK)
    assert (found.at, found.twice) == (datetime(2027, 11, 7, 5, 30, tzinfo=UTC), True)
    second = second_time(found.at, NEW_YORK)
    assert second == "2027-11-07T01:30-05:00"
    assert read_moment(second, zone=NEW_YORK, order=ASK).at == datetime(2027, 11, 7, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2027-04-05T10:00:00Z", "2027-04-05 06:00"),
        ("2027-04-05T10:00:00+02:00", "2027-04-05 04:00"),
        ("2027-04-05 10:00", "2027-04-05 10:00"),
    ],
)
def test_what_the_clocks_of_a_place_show(text: str, shown: str) -> None:
    assert read_clock(text, zone=NEW_YORK, order=ASK) == datetime.fromisoformat(shown)


@given(st.datetimes(*BOUNDS), st.sampled_from([LONDON, NEW_YORK]))
def test_every_wall_clock_time_is_an_instant_that_shows_it_or_does_not_exist(wall: datetime, zone: ZoneInfo) -> None:
    wall = wall.replace(microsecond=0)
    found, code = outcome(lambda: on_clock(wall, zone))
    if found is None:
        assert code == "time_skipped"
    else:
        assert found.at.astimezone(zone).replace(tzinfo=None) == wall


@given(st.text(max_size=40))
def test_any_text_is_an_instant_or_has_a_code(text: str) -> None:
    found, code = outcome(lambda: read_moment(text, zone=NEW_YORK, order=MONTH))
    assert found is not None or code.startswith(("date_", "time_"))


def outcome(read: Callable[[], Moment]) -> tuple[Moment | None, str]:
    try:
        return read(), ""
    except BadDate as bad:
        return None, bad.code
