import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from random import Random

from bit_model_example import worked_schedule
from hypothesis import given
from hypothesis import strategies as st

from bit_model.difference import entry_changes, hour_changes
from bit_model.hours import Measurement, measure
from bit_model.parameters import ParameterSet
from bit_model.schedule import Category, Entry, Part, Schedule

PARAMETERS = ParameterSet()
MONDAY = dt.date(2026, 3, 2)

entries = st.builds(
    Entry,
    st.sampled_from([MONDAY, MONDAY + dt.timedelta(days=1)]),
    st.sampled_from([420, 480, 540]),
    st.sampled_from([600, 660]),
    st.sampled_from(["Bad", "Tur"]),
    st.sampled_from([Category.DIRECT, Category.SHARED]),
    st.sampled_from([1, 2, Fraction(3, 2)]),
    st.integers(1, 3),
    row=st.integers(2, 9),
)
versions = st.lists(entries, max_size=12)


def without_rows(found: Iterable[Entry]) -> Counter[Entry]:
    return Counter(entry._replace(row=0) for entry in found)


def measured(found: Iterable[Entry]) -> Measurement:
    schedule = worked_schedule()
    return measure(Schedule("S-1", schedule.period, tuple(found)), PARAMETERS)


@given(versions, versions)
def test_the_changes_lead_from_one_version_to_the_other(before: list[Entry], after: list[Entry]) -> None:
    found = entry_changes(before, after)
    led = without_rows(before) - without_rows([*found.removed, *(pair.before for pair in found.changed)])
    led += without_rows([*found.added, *(pair.after for pair in found.changed)])
    assert led == without_rows(after)


@given(versions, versions)
def test_seen_from_the_other_side_what_was_added_was_removed(before: list[Entry], after: list[Entry]) -> None:
    forth, back = entry_changes(before, after), entry_changes(after, before)
    assert without_rows(forth.added) == without_rows(back.removed)
    assert without_rows(forth.removed) == without_rows(back.added)
    assert len(forth.changed) == len(back.changed)


@given(versions, st.randoms(use_true_random=False))
def test_entries_in_another_order_and_in_other_rows_are_no_change(before: list[Entry], chance: Random) -> None:
    after = [entry._replace(row=row) for row, entry in enumerate(before, 20)]
    chance.shuffle(after)
    assert not entry_changes(before, after).any
    assert hour_changes(measured(before), measured(after)) == []


@given(versions, versions)
def test_a_pair_is_of_one_day_and_says_what_differs(before: list[Entry], after: list[Entry]) -> None:
    for pair in entry_changes(before, after).changed:
        assert pair.before.date == pair.after.date
        same = pair.before._replace(**{name: getattr(pair.after, name) for name in pair.fields})
        assert same._replace(row=0) == pair.after._replace(row=0)
        assert pair.fields
        assert "date" not in pair.fields


@given(versions, versions)
def test_the_changed_hours_sum_to_the_difference_of_the_sums(before: list[Entry], after: list[Entry]) -> None:
    had, has = measured(before), measured(after)
    total = sum((line.change for line in hour_changes(had, has)), Fraction(0))
    assert total == Fraction(sum(has.resource), 60 * has.scale) - Fraction(sum(had.resource), 60 * had.scale)
    assert all(line.change for line in hour_changes(had, has))


def test_a_longer_bath_and_a_walk_that_was_forgotten() -> None:
    schedule = worked_schedule()
    bath = schedule.entries[0]
    walk = Entry(MONDAY, 600, 690, "Tur", Category.SHARED, 1, 2, row=200)
    corrected = (bath._replace(end=bath.end + 30), *schedule.entries[1:], walk)
    found = entry_changes(schedule.entries, corrected)
    assert (found.removed, found.added) == ((), (walk,))
    assert [(pair.before, pair.fields) for pair in found.changed] == [(bath, frozenset({"end"}))]
    hours = hour_changes(measure(schedule, PARAMETERS), measure(replace(schedule, entries=corrected), PARAMETERS))
    assert [(line.date, line.part, line.change) for line in hours] == [
        (MONDAY, Part.D1, Fraction(1, 2)),
        (MONDAY, Part.F, Fraction(3, 4)),
    ]


def test_an_entry_moved_to_another_day_is_one_removed_and_one_added() -> None:
    entry = worked_schedule().entries[0]
    moved = entry._replace(date=entry.date + dt.timedelta(days=1))
    found = entry_changes([entry], [moved])
    assert (found.removed, found.added, found.changed) == ((entry,), (moved,), ())
