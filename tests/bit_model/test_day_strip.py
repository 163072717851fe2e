import datetime as dt
from fractions import Fraction

from bit_model_example import PERIOD, worked_schedule
from hypothesis import given
from hypothesis import strategies as st

from bit_model.calendar import DaylightSaving
from bit_model.day_strip import day_strip
from bit_model.heat_map import resource_rate
from bit_model.hours import measure
from bit_model.parameters import ParameterSet
from bit_model.schedule import Category, Entry, Period, Schedule

STANDARD = ParameterSet()
MONDAY = dt.date(2026, 3, 2)


def entry(start: int, end: int, date: dt.date = MONDAY, category: Category = Category.DIRECT) -> Entry:
    return Entry(date, start, end, "Støtte", category, 1, 1)


def test_the_worked_example_has_every_minute_of_its_measurement() -> None:
    schedule = worked_schedule()
    strip = day_strip(schedule, STANDARD)
    measured = measure(schedule, STANDARD)
    in_strip = sum(one.resource for stretches in strip.values() for one in stretches)
    assert in_strip == sum(measured.resource) / measured.scale
    assert list(strip) == [*PERIOD.days, dt.date(2026, 3, 16)]


def test_a_night_is_cut_at_midnight_and_is_still_one_entry() -> None:
    night = entry(1380, 420, category=Category.WAKING_NIGHT)
    strip = day_strip(Schedule("", PERIOD, (night,)), STANDARD)
    assert [(one.start, one.end, one.entry) for one in strip[MONDAY]] == [(1380, 1440, night)]
    assert [(one.start, one.end, one.entry) for one in strip[dt.date(2026, 3, 3)]] == [(0, 420, night)]


def test_what_ends_at_midnight_has_nothing_on_the_next_day() -> None:
    for end in (0, 1440):
        strip = day_strip(Schedule("", PERIOD, (entry(1380, end),)), STANDARD)
        assert [(one.start, one.end) for one in strip[MONDAY]] == [(1380, 1440)]
        assert strip[dt.date(2026, 3, 3)] == []


def test_absence_is_shown_and_costs_nothing_and_what_is_outside_the_period_is_not_shown() -> None:
    away = entry(540, 900, category=Category.ABSENT)
    strip = day_strip(Schedule("", PERIOD, (away, entry(0, 60, dt.date(2026, 3, 1)))), STANDARD)
    assert [(one.entry, one.resource) for stretches in strip.values() for one in stretches] == [(away, Fraction(0))]


def test_the_night_to_summer_time_is_an_hour_shorter_after_midnight() -> None:
    saturday = dt.date(2026, 3, 28)
    period = Period(saturday, dt.date(2026, 3, 29))
    night = entry(1380, 420, saturday, Category.WAKING_NIGHT)
    strip = day_strip(Schedule("", period, (night,)), STANDARD)
    assert [one.resource for one in (*strip[saturday], *strip[period.end])] == [60, 360]
    nominal = day_strip(Schedule("", period, (night,)), ParameterSet(daylight_saving=DaylightSaving.NOMINAL))
    assert [one.resource for one in (*nominal[saturday], *nominal[period.end])] == [60, 420]


@given(start=st.integers(0, 1439), end=st.integers(0, 1440), category=st.sampled_from(Category))
def test_no_minute_is_lost_or_won(start: int, end: int, category: Category) -> None:
    one = entry(start, end if end != start else 1440, category=category)
    strip = day_strip(Schedule("", PERIOD, (one,)), STANDARD)
    found = sum(piece.resource for stretches in strip.values() for piece in stretches)
    assert found == resource_rate(one, STANDARD) * one.minutes()
