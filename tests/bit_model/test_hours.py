# mypy: disable-error-code="comparison-overlap"
# 1 and Fraction(1) are equal, also inside a tuple.

import datetime as dt
from fractions import Fraction
from random import Random

import pytest
from bit_model_example import PERIOD, day_entries, worked_schedule
from hypothesis import assume, given
from hypothesis import strategies as st

from bit_model.calendar import days_between
from bit_model.hours import Measurement, Method, Sums, measure
from bit_model.parameters import AbsenceRule, ParameterSet
from bit_model.rounding import half_up
from bit_model.schedule import Category, Entry, Part, Period, Schedule

PARAMETERS = ParameterSet()
WHOLE_YEAR = Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


def shown(found: Measurement, sums: Sums) -> str:
    """Hours per week as a user sees them."""
    return str(half_up(found.per_week(sums)))


def measured(period: Period, *entries: Entry, parameters: ParameterSet = PARAMETERS) -> Measurement:
    """The sums of a schedule of a few entries."""
    return measure(Schedule("S-1", period, entries), parameters)


def test_the_worked_example_gives_its_hours_per_week() -> None:
    found = measure(worked_schedule(), PARAMETERS)
    parts = {part: shown(found, found.parts[part]) for part in Part}
    assert parts == {"D1": "19.00", "D2": "7.00", "F": "9.92", "N": "9.33", "S": "0.00", "T": "0.00", "X": "1.75"}
    assert shown(found, found.resource) == "47.00"
    assert shown(found, found.resource_ex_night) == "37.67"
    assert shown(found, found.contact) == "60.00"
    assert found.method is Method.NAIVE


def test_the_worked_example_gives_its_hours_over_14_days() -> None:
    found = measure(worked_schedule(), PARAMETERS)
    hours = [
        str(half_up(Fraction(sum(found.parts[part]), 60 * found.scale)))
        for part in (Part.D1, Part.D2, Part.F, Part.N, Part.X)
    ]
    assert hours == ["38.00", "14.00", "19.83", "18.67", "3.50"]
    assert Fraction(sum(found.resource), 60 * found.scale) == 94


@pytest.mark.parametrize("date, minutes", [(dt.date(2026, 3, 2), 390), (dt.date(2026, 3, 7), 435)])
def test_a_day_of_the_worked_example_is_390_or_435_minutes(date: dt.date, minutes: int) -> None:
    found = measure(worked_schedule(), PARAMETERS)
    assert sum(found.day_parts[date].values()) == minutes * found.scale


def test_a_window_with_too_many_weekend_days_is_stratified() -> None:
    found = measure(worked_schedule(Period(dt.date(2026, 2, 28), dt.date(2026, 3, 15))), PARAMETERS)
    assert (found.days.weekdays, found.days.weekend_days, found.method) == (10, 6, Method.STRATIFIED)
    assert str(half_up(found.naive(found.resource))) == "47.47"
    assert shown(found, found.resource) == "47.00"


def test_a_holiday_on_a_weekday_counts_with_the_weekend() -> None:
    found = measure(worked_schedule(Period(dt.date(2026, 3, 30), dt.date(2026, 4, 12))), PARAMETERS)
    assert (found.days.weekdays, found.days.weekend_days, found.method) == (7, 7, Method.STRATIFIED)


def test_too_few_weekend_days_leave_the_naive_figure() -> None:
    found = measure(worked_schedule(Period(dt.date(2026, 3, 2), dt.date(2026, 3, 7))), PARAMETERS)
    assert (found.method, found.stratified(found.resource)) == (Method.NAIVE, None)
    assert found.per_year(found.resource, 2026, PARAMETERS) is None


def test_a_year_is_the_sum_over_its_days_by_the_two_means() -> None:
    found = measure(worked_schedule(), PARAMETERS)
    assert found.per_year(found.resource, 2026, PARAMETERS) == 254 * Fraction(390, 60) + 111 * Fraction(435, 60)


def test_a_night_over_midnight_counts_once_also_the_last_of_the_period() -> None:
    night = Entry(PERIOD.end, 23 * 60, 7 * 60, "Nat", Category.WAKING_NIGHT, 1, 1)
    found = measured(PERIOD, night)
    assert Fraction(sum(found.resource), found.scale) == 480


def test_one_hour_with_two_staff_is_one_contact_hour_and_two_resource_hours() -> None:
    found = measured(PERIOD, Entry(PERIOD.start, 600, 660, "Bad", Category.DIRECT, 2, 1))
    assert [sum(sums) / found.scale for sums in (found.contact, found.resource)] == [60, 120]


@pytest.mark.parametrize("weight", [Fraction(3, 4), Fraction(333, 1000), Fraction(0)])
def test_a_sleeping_night_counts_by_its_weight(weight: Fraction) -> None:
    night = Entry(PERIOD.start, 23 * 60, 7 * 60, "Nat", Category.SLEEPING_NIGHT, 1, 4)
    found = measured(PERIOD, night, parameters=ParameterSet(sleeping_weight=weight))
    assert Fraction(sum(found.parts[Part.S]), found.scale) == weight * 120


def test_absence_and_own_time_count_nothing() -> None:
    entries = (
        Entry(PERIOD.start, 600, 660, "Dagtilbud", Category.ABSENT, 1, 1),
        Entry(PERIOD.start, 660, 720, "Egen tid", Category.OWN_TIME, 1, 1),
    )
    assert sum(measured(PERIOD, *entries).resource) == 0


def test_half_a_staff_member_counts_half() -> None:
    found = measured(PERIOD, Entry(PERIOD.start, 600, 660, "Tur", Category.SHARED, Fraction(3, 2), 4))
    assert Fraction(sum(found.resource), found.scale) == Fraction(45, 2)


def test_a_day_wholly_absent_is_left_out_of_the_hours_but_not_of_the_days_shown() -> None:
    away = dt.date(2026, 3, 4)
    entries = (
        Entry(dt.date(2026, 3, 3), 12 * 60, 0, "Hjemme", Category.ABSENT, 1, 1),
        Entry(away, 0, 1440, "Hjemme", Category.ABSENT, 1, 1),
        Entry(away, 900, 960, "Møde", Category.INDIRECT, 1, 1),
    )
    found = measured(PERIOD, *entries)
    assert (found.left_out, found.days.all, sum(found.resource)) == ({away}, 13, 0)
    assert found.day_parts[away] == {Part.X: 60 * found.scale}
    every_day = measured(PERIOD, *entries, parameters=ParameterSet(absence_rule=AbsenceRule.EVERY_DAY_COUNTS))
    assert (every_day.days.all, sum(every_day.resource)) == (14, 60 * every_day.scale)


def test_an_absence_over_midnight_covers_the_next_day() -> None:
    entries = (
        Entry(dt.date(2026, 3, 3), 12 * 60, 8 * 60, "Hjemme", Category.ABSENT, 1, 1),
        Entry(dt.date(2026, 3, 4), 7 * 60, 1440, "Hjemme", Category.ABSENT, 1, 1),
    )
    assert measured(PERIOD, *entries).left_out == {dt.date(2026, 3, 4)}


def test_themes_sum_to_the_whole_and_time_without_one_is_kept() -> None:
    found = measure(worked_schedule(), PARAMETERS)
    themes = found.by_theme("DFX")
    assert sum(themes.values()) == found.per_week(found.resource_ex_night)
    assert (themes["Egenomsorg"], themes[""]) == (21, Fraction(7, 4))
    assert found.by_goal("DF") == {"": found.per_week(found.of_categories("DF"))}


def test_an_empty_schedule_measures_nothing() -> None:
    found = measured(PERIOD)
    assert (found.per_week(found.resource), found.contact) == (0, (0, 0))


categories = st.sampled_from([Category(letter) for letter in "DFNSTX"])
dates = st.sampled_from(
    [
        *days_between(dt.date(2026, 3, 2), dt.date(2026, 3, 15)),
        *days_between(dt.date(2026, 3, 27), dt.date(2026, 3, 30)),
        *days_between(dt.date(2026, 10, 23), dt.date(2026, 10, 26)),
    ]
)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """Any entry that counts, also on the nights when the clock changes."""
    start, end = draw(st.integers(0, 1439)), draw(st.integers(0, 1440))
    assume(start != end)
    staff, citizens = draw(st.integers(1, 4)), draw(st.integers(1, 12))
    category = draw(categories)
    return Entry(draw(dates), start, end, "", category, staff, 1 if category is Category.DIRECT else citizens, "T", "G")


def sums_of(*found: Entry) -> dict[str, Fraction]:
    """Every sum of entries in minutes, over the whole year, so that no stratum and no edge of a period matters."""
    result = measured(WHOLE_YEAR, *found)
    parts: dict[str, Fraction] = {part: Fraction(sum(sums), result.scale) for part, sums in result.parts.items()}
    themes = Fraction(sum(map(sum, result.themes.values())), result.scale)
    return parts | {"contact": Fraction(sum(result.contact), result.scale), "themes": themes}


@given(entries(), st.integers(1, 1439))
def test_splitting_an_entry_anywhere_changes_no_sum(entry: Entry, after: int) -> None:
    end = entry.end if entry.end > entry.start else entry.end + 1440
    cut = entry.start + after
    assume(cut < end)
    next_day = entry.date + dt.timedelta(days=1)
    second = entry._replace(start=cut) if cut < 1440 else entry._replace(date=next_day, start=cut - 1440)
    first = entry._replace(end=cut if cut <= 1440 else cut - 1440)
    assert sums_of(first, second) == sums_of(entry)


@given(st.lists(entries(), max_size=12), st.randoms())
def test_the_order_of_entries_changes_nothing(listed: list[Entry], random: Random) -> None:
    shuffled = list(listed)
    random.shuffle(shuffled)
    assert measured(WHOLE_YEAR, *shuffled) == measured(WHOLE_YEAR, *listed)


@given(st.sampled_from("FNTX"), st.integers(1, 5), st.integers(1, 12), st.integers(0, 1439), dates)
def test_what_c_citizens_share_sums_to_the_staff_time(
    category: str, staff: int, citizens: int, start: int, date: dt.date
) -> None:
    entry = Entry(date, start, (start + 95) % 1440, "", Category(category), staff, citizens)
    each = measured(WHOLE_YEAR, entry)
    assert citizens * Fraction(sum(each.resource), each.scale) == staff * entry.minutes()


def test_the_example_days_are_what_the_table_says() -> None:
    entry = day_entries(dt.date(2026, 3, 2), "07:00 08:30 Vask                   D 2 1 Praktiske opgaver")[0]
    assert (entry.minutes(), entry.staff, entry.theme) == (90, 2, "Praktiske opgaver")
