import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest
from bit_model_example import PERIOD, worked_schedule
from hypothesis import given
from hypothesis import strategies as st

from bit_model.calendar import DaylightSaving
from bit_model.heat_map import heat_map
from bit_model.hours import measure
from bit_model.parameters import ParameterSet
from bit_model.schedule import Category, Entry, Period, Schedule

STANDARD = ParameterSet()
MONDAY = dt.date(2026, 3, 2)


def mapped(
    *entries: Entry, period: Period = PERIOD, parameters: ParameterSet = STANDARD
) -> dict[tuple[int, int], Fraction]:
    """The hours that are not nought, by (weekday, hour)."""
    found = heat_map(Schedule("S-2026-0042", period, entries, house_size=6), parameters)
    return {(day, hour): value for day, hours in enumerate(found) for hour, value in enumerate(hours) if value}


def direct(date: dt.date, start: int, end: int) -> Entry:
    return Entry(date, start, end, "Støtte", Category.DIRECT, 1, 1)


def test_the_worked_example_sums_to_its_hours_per_week() -> None:
    found = heat_map(worked_schedule(), STANDARD)
    assert [len(hours) for hours in found] == [24] * 7
    assert sum(map(sum, found)) == 47 * 60
    assert found[0][19] == 120
    assert found[5][11] == 30
    assert found[3][23] == found[3][4] == 10


def test_an_entry_is_split_at_whole_hours_and_shared_by_staff_and_citizens() -> None:
    shared = Entry(MONDAY, 7 * 60 + 40, 9 * 60 + 10, "", Category.SHARED, Fraction(3, 2), 3)
    assert mapped(shared) == {(0, 7): 5, (0, 8): 15, (0, 9): Fraction(5, 2)}


def test_what_runs_past_midnight_falls_on_the_next_weekday_also_after_the_last_day() -> None:
    night = direct(PERIOD.end, 23 * 60 + 30, 60)
    assert PERIOD.end.weekday() == 6
    assert mapped(night) == {(6, 23): 15, (0, 0): 30}


def test_midnight_written_as_24_ends_the_day_it_belongs_to() -> None:
    assert mapped(direct(MONDAY, 23 * 60, 1440)) == {(0, 23): 30}


def test_the_hour_that_the_clock_skips_has_no_minutes_and_the_one_it_repeats_has_two() -> None:
    spring, autumn = dt.date(2026, 3, 29), dt.date(2026, 10, 25)
    nominal = replace(STANDARD, daylight_saving=DaylightSaving.NOMINAL)
    for day, expected in ((spring, {(6, 1): 60, (6, 3): 60}), (autumn, {(6, 1): 60, (6, 2): 120, (6, 3): 60})):
        period = Period(day, day)
        assert mapped(direct(day, 60, 240), period=period) == expected
        assert mapped(direct(day, 60, 240), period=period, parameters=nominal) == {(6, h): 60 for h in (1, 2, 3)}


def test_sleeping_nights_weigh_as_the_parameters_say_and_absence_weighs_nothing() -> None:
    asleep = Entry(MONDAY, 0, 60, "", Category.SLEEPING_NIGHT, 1, 1)
    away = Entry(MONDAY, 9 * 60, 10 * 60, "", Category.ABSENT, 1, 1)
    third = replace(STANDARD, sleeping_weight=Fraction(1, 3))
    assert mapped(asleep, away) == {(0, 0): Fraction(45, 2)}
    assert mapped(asleep, away, parameters=third) == {(0, 0): 10}


def test_a_day_that_is_left_out_counts_neither_its_entries_nor_itself() -> None:
    away = Entry(MONDAY, 0, 1440, "", Category.ABSENT, 1, 1)
    next_monday = MONDAY + dt.timedelta(days=7)
    assert mapped(away, direct(MONDAY, 600, 660), direct(next_monday, 720, 780)) == {(0, 12): 60}


def test_a_weekday_that_the_period_does_not_have_is_nought() -> None:
    assert mapped(direct(MONDAY, 23 * 60, 60), period=Period(MONDAY, MONDAY)) == {(0, 23): 60}


entries = st.builds(
    direct,
    st.dates(PERIOD.start, PERIOD.end),
    st.integers(0, 1439),
    st.integers(1, 1440),
).filter(lambda entry: entry.start != entry.end)


@given(st.lists(entries, max_size=20), st.sampled_from([MONDAY, dt.date(2026, 3, 23), dt.date(2026, 10, 19)]))
def test_over_whole_weeks_the_map_sums_to_the_minutes_per_week(drawn: list[Entry], first: dt.date) -> None:
    shift = first - MONDAY
    period = Period(PERIOD.start + shift, PERIOD.end + shift)
    schedule = Schedule("S-1", period, tuple(entry._replace(date=entry.date + shift) for entry in drawn))
    measured = measure(schedule, STANDARD)
    assert sum(map(sum, heat_map(schedule, STANDARD))) == 60 * measured.naive(measured.resource)


@pytest.mark.parametrize("category", sorted(Category))
def test_every_category_of_staff_time_is_on_the_map(category: Category) -> None:
    found = mapped(Entry(MONDAY, 600, 660, "", category, 1, 1))
    assert bool(found) == (category.value in "DFNSTX")
