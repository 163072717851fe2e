import datetime as dt
from collections import Counter
from dataclasses import replace
from fractions import Fraction

from bit_model_example import PERIOD, WEEKDAY, WEEKEND, day_entries, worked_schedule
from hypothesis import assume, given
from hypothesis import strategies as st

from bit_model.calendar import MINUTES_PER_DAY, is_weekend_or_holiday
from bit_model.hours import measure
from bit_model.parameters import AbsenceRule, ParameterSet
from bit_model.schedule import Category, Entry, Period, Schedule
from bit_model.usual_day import usual_day

PARAMETERS = ParameterSet()
MONDAY, SATURDAY = dt.date(2026, 3, 2), dt.date(2026, 3, 7)


def alike(entry: Entry) -> tuple[object, ...]:
    """All of an entry but date and row."""
    return entry[1:10]


def shown(schedule: Schedule, kind: str) -> list[tuple[object, ...]]:
    return [alike(entry) for entry in usual_day(schedule, PARAMETERS)[kind]]


def on(dates: list[dt.date], *lines: str) -> Schedule:
    entries = [entry for date in dates for line in lines for entry in day_entries(date, line)]
    return Schedule("S-1", PERIOD, tuple(entries))


BATH = "19:00 20:00 Bad                    D 1 1 Egenomsorg"
DAYS = PERIOD.days
WEEKDAYS = [day for day in DAYS if day.weekday() < 5]


def test_the_worked_example_gives_its_own_two_days() -> None:
    assert shown(worked_schedule(), "weekday") == [alike(entry) for entry in day_entries(MONDAY, WEEKDAY)]
    assert shown(worked_schedule(), "weekend") == [alike(entry) for entry in day_entries(SATURDAY, WEEKEND)]


def test_half_of_the_days_is_not_usual_and_one_more_is() -> None:
    assert usual_day(on(WEEKDAYS[:5], BATH), PARAMETERS)["weekday"] == ()
    assert len(usual_day(on(WEEKDAYS[:6], BATH), PARAMETERS)["weekday"]) == 1


def test_an_entry_written_twice_on_a_date_stands_on_one_day() -> None:
    assert usual_day(on([*WEEKDAYS[:5], *WEEKDAYS[:5]], BATH), PARAMETERS)["weekday"] == ()


def test_a_weekday_holiday_is_a_weekend_day() -> None:
    easter = Period(dt.date(2026, 3, 30), dt.date(2026, 4, 12))  # with Maundy Thursday, Good Friday, Easter Monday
    free = [day for day in easter.days if is_weekend_or_holiday(day)]
    found = usual_day(replace(on(free, BATH), period=easter), PARAMETERS)
    assert (len(free), found["weekday"], len(found["weekend"])) == (7, (), 1)


def test_days_wholly_absent_are_not_counted_where_the_rule_says_so() -> None:
    away = [Entry(day, 0, MINUTES_PER_DAY, "Hjemme", Category.ABSENT, 1, 1) for day in WEEKDAYS[5:]]
    schedule = on(WEEKDAYS[:3], BATH)
    schedule = replace(schedule, entries=(*schedule.entries, *away))
    assert [entry.activity for entry in usual_day(schedule, PARAMETERS)["weekday"]] == ["Bad"]
    counted = replace(PARAMETERS, absence_rule=AbsenceRule.EVERY_DAY_COUNTS)
    assert usual_day(schedule, counted)["weekday"] == ()


def test_what_lies_outside_the_period_is_no_usual_day() -> None:
    before = [MONDAY - dt.timedelta(days=number) for number in range(1, 12)]
    assert usual_day(on(before, BATH), PARAMETERS) == {"weekday": (), "weekend": ()}


def test_entries_that_differ_in_anything_but_date_and_row_are_not_alike() -> None:
    schedule = on(WEEKDAYS, BATH)
    noted = tuple(entry._replace(note=str(i), row=i) for i, entry in enumerate(schedule.entries))
    assert usual_day(replace(schedule, entries=noted), PARAMETERS)["weekday"] == ()
    numbered = tuple(entry._replace(row=i) for i, entry in enumerate(schedule.entries))
    (found,) = usual_day(replace(schedule, entries=numbered), PARAMETERS)["weekday"]
    assert (found.date, found.row) == (MONDAY, 0)


quarters = st.integers(0, 95).map(lambda quarter: 15 * quarter)
entries = st.builds(
    Entry,
    date=st.sampled_from(DAYS),
    start=quarters,
    end=quarters,
    activity=st.sampled_from(["Bad", "Tur"]),
    category=st.sampled_from([Category.DIRECT, Category.SHARED, Category.ABSENT]),
    staff=st.sampled_from([1, 2, Fraction(3, 2)]),
    citizens=st.integers(1, 2),
    row=st.integers(0, 9),
)
schedules = st.lists(entries, max_size=25).map(lambda found: Schedule("S-1", PERIOD, tuple(found * 2)))
repeated = st.tuples(st.lists(entries, max_size=6), st.sets(st.sampled_from(DAYS), min_size=4)).map(
    lambda drawn: Schedule("S-1", PERIOD, tuple(entry._replace(date=day) for day in drawn[1] for entry in drawn[0]))
)


@given(st.one_of(schedules, repeated))
def test_it_is_what_counting_says(schedule: Schedule) -> None:
    left_out = measure(schedule, PARAMETERS).left_out
    counted = [day for day in DAYS if day not in left_out]
    found = usual_day(schedule, PARAMETERS)
    for kind, weekend in (("weekday", False), ("weekend", True)):
        days = [day for day in counted if (day.weekday() >= 5) is weekend]
        times = Counter(fields for day in days for fields in {alike(e) for e in schedule.entries if e.date == day})
        assert {alike(entry) for entry in found[kind]} == {key for key, on in times.items() if 2 * on > len(days)}
        assert [entry.start for entry in found[kind]] == sorted(entry.start for entry in found[kind])
        assert len({alike(entry) for entry in found[kind]}) == len(found[kind])


@given(st.one_of(schedules, repeated))
def test_any_two_of_its_entries_stand_together_on_some_day(schedule: Schedule) -> None:
    days = {day: {alike(entry) for entry in schedule.entries if entry.date == day} for day in DAYS}
    for usual in usual_day(schedule, PARAMETERS).values():
        for one in usual:
            for other in usual:
                assert any({alike(one), alike(other)} <= found for found in days.values())


@given(repeated)
def test_a_schedule_of_usual_days_has_the_same_usual_days(schedule: Schedule) -> None:
    usual = usual_day(schedule, PARAMETERS)
    again = tuple(
        entry._replace(date=day) for day in DAYS for entry in usual["weekend" if day.weekday() >= 5 else "weekday"]
    )
    made = replace(schedule, entries=again)
    assume(not measure(made, PARAMETERS).left_out)
    found = usual_day(made, PARAMETERS)
    assert {kind: list(map(alike, some)) for kind, some in found.items()} == {
        kind: list(map(alike, some)) for kind, some in usual.items()
    }


@given(repeated.flatmap(lambda schedule: st.tuples(st.just(schedule), st.permutations(schedule.entries))))
def test_the_order_of_the_rows_does_not_matter(drawn: tuple[Schedule, list[Entry]]) -> None:
    schedule, mixed = drawn
    assert usual_day(replace(schedule, entries=tuple(mixed)), PARAMETERS) == usual_day(schedule, PARAMETERS)
