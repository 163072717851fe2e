import datetime as dt
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bit_model.calendar import (
    DaylightSaving,
    days_between,
    days_in_year,
    easter_sunday,
    elapsed_minutes,
    is_weekend_or_holiday,
    public_holidays,
)

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
ELEVEN_AT_NIGHT, SEVEN = 23 * 60, 7 * 60


def utc_minutes(date: dt.date, start: int, end: int) -> int:
    """Elapsed minutes by the time zone database."""
    midnight = dt.datetime.combine(date, dt.time(), COPENHAGEN)
    begun, done = (
        (midnight + dt.timedelta(minutes=clock)).astimezone(dt.UTC)
        for clock in (start, end if end > start else end + 1440)
    )
    return int((done - begun).total_seconds()) // 60


def test_a_night_is_480_minutes_and_420_or_540_when_the_clock_changes() -> None:
    nights = [dt.date(2026, 3, 2), dt.date(2026, 3, 28), dt.date(2026, 10, 24)]
    assert [elapsed_minutes(night, ELEVEN_AT_NIGHT, SEVEN) for night in nights] == [480, 420, 540]


def test_nominal_nights_are_480_minutes_also_when_the_clock_changes() -> None:
    nights = [dt.date(2026, 3, 28), dt.date(2026, 10, 24)]
    assert [elapsed_minutes(night, ELEVEN_AT_NIGHT, SEVEN, DaylightSaving.NOMINAL) for night in nights] == [480, 480]


def test_minutes_over_every_midnight_of_2024_to_2030_agree_with_utc() -> None:
    hours = [(23, 7), (22, 6), (20, 3), (22, 1), (0, 24), (1, 4), (5, 4), (12, 12 - 1), (23, 0)]
    for date, (start, end) in product(days_between(dt.date(2024, 1, 1), dt.date(2030, 12, 31)), hours):
        assert elapsed_minutes(date, start * 60, end * 60) == utc_minutes(date, start * 60, end * 60), (
            date,
            start,
            end,
        )


@given(st.dates(dt.date(2024, 1, 1), dt.date(2030, 12, 31)), st.integers(0, 1439), st.integers(0, 1440))
def test_any_minutes_agree_with_utc_where_the_clock_shows_the_times(date: dt.date, start: int, end: int) -> None:
    skipped = range(120, 180)
    if start != end and start not in skipped and end not in skipped:
        assert elapsed_minutes(date, start, end) == utc_minutes(date, start, end)


def test_a_time_that_the_clock_skips_is_the_moment_of_the_change() -> None:
    sunday = dt.date(2026, 3, 29)
    assert elapsed_minutes(sunday, 60, 150) == 60
    assert elapsed_minutes(sunday, 150, 240) == 60


def test_a_time_that_the_clock_shows_twice_is_its_first_showing() -> None:
    sunday = dt.date(2026, 10, 25)
    assert elapsed_minutes(sunday, 60, 150) == 90
    assert elapsed_minutes(sunday, 150, 240) == 150


def test_2026_has_254_ordinary_weekdays_104_weekend_days_and_7_holidays_on_weekdays() -> None:
    days = days_between(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    ordinary = [day for day in days if not is_weekend_or_holiday(day)]
    weekend = [day for day in days if day.weekday() >= 5]
    assert (len(ordinary), len(weekend), len(days) - len(ordinary) - len(weekend)) == (254, 104, 7)


@pytest.mark.parametrize(
    "year, month, day",
    [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28), (2030, 4, 21), (2038, 4, 25), (2285, 3, 22)],
)
def test_easter_falls_where_the_church_has_it(year: int, month: int, day: int) -> None:
    assert easter_sunday(year) == dt.date(year, month, day)


def test_great_prayer_day_is_no_holiday_from_2024() -> None:
    assert dt.date(2023, 5, 5) in public_holidays(2023)
    assert dt.date(2024, 4, 26) not in public_holidays(2024)


def test_half_holidays_are_none_until_they_are_switched_on() -> None:
    half_holidays = frozenset({(5, 1), (6, 5), (12, 24), (12, 31)})
    days = [dt.date(2026, month, day) for month, day in sorted(half_holidays)]
    assert [is_weekend_or_holiday(day) for day in days] == [False] * 4
    assert [is_weekend_or_holiday(day, half_holidays) for day in days] == [True] * 4


def test_a_leap_year_has_366_days() -> None:
    assert [days_in_year(year) for year in (2026, 2028, 2100)] == [365, 366, 365]


def test_days_are_none_when_the_last_is_before_the_first() -> None:
    assert days_between(dt.date(2026, 3, 2), dt.date(2026, 3, 1)) == []
