import datetime as dt
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from bit_model_example import PERIOD, day_entries, worked_schedule
from hypothesis import given
from hypothesis import strategies as st

from bit_model.house import DayKind, House, Presence, RosterLine, house_findings, presence
from bit_model.parameters import ParameterSet
from bit_model.schedule import Category, Entry, Period, Schedule

PARAMETERS = ParameterSet()
MONDAY = dt.date(2026, 3, 2)
NIGHT = "23:00 07:00 Vågen nat              N 1 3"
DINNER = "17:00 18:30 Aftensmad              F 2 3 Praktiske opgaver"


def sheet(citizen: int, *lines: str, date: dt.date = MONDAY, period: Period = PERIOD) -> Schedule:
    """The sheet of one citizen with the lines on one day, numbered from row 12."""
    entries = [entry for line in lines for entry in day_entries(date, line)]
    numbered = [entry._replace(row=row) for row, entry in enumerate(entries, 12)]
    return Schedule(f"S-{citizen}", period, tuple(numbered), "Tilbuddet", "Hus 1", 3)


def found(*sheets: Schedule, house: House = House("Hus 1", size=3)) -> list[tuple[str, str, int, str]]:  # noqa: B008
    """Case, code, row and what was found."""
    result = house_findings(house, sheets, PARAMETERS)
    return [(case, finding.code, finding.row, finding.found) for case in result for finding in result[case]]


def test_sheets_that_state_the_same_are_in_order() -> None:
    assert found(*(sheet(citizen, NIGHT, DINNER) for citizen in (1, 2, 3))) == []


def test_every_sheet_received_has_its_list_also_an_empty_one() -> None:
    assert house_findings(House("Hus 1", size=3), [sheet(1), sheet(2)], PARAMETERS) == {"S-1": [], "S-2": []}


@pytest.mark.parametrize("other", [NIGHT.replace("N 1 3", "N 1 2"), NIGHT.replace("N 1 3", "N 2 3")])
def test_r23_a_night_that_one_sheet_states_otherwise_is_found_in_all(other: str) -> None:
    result = found(sheet(1, NIGHT), sheet(2, NIGHT), sheet(3, other))
    assert [(case, code, row) for case, code, row, _ in result] == [
        ("S-1", "R23", 12),
        ("S-2", "R23", 12),
        ("S-3", "R23", 12),
    ]


def test_r23_a_shared_entry_that_one_sheet_lacks() -> None:
    assert found(sheet(1, NIGHT, DINNER), sheet(2, NIGHT, DINNER), sheet(3, NIGHT)) == [
        ("S-1", "R23", 13, "2 / 3"),
        ("S-2", "R23", 13, "2 / 3"),
    ]


def test_a_shared_entry_may_stand_in_a_sheet_that_has_not_come() -> None:
    assert found(sheet(1, NIGHT, DINNER), sheet(2, NIGHT, DINNER)) == []
    assert found(sheet(1, NIGHT, DINNER), sheet(2, NIGHT)) == [("S-1", "R23", 13, "1 / 3")]


def test_r23_the_same_event_stated_otherwise_is_found_while_sheets_are_missing() -> None:
    house = House("Hus 1", size=12)
    result = found(sheet(1, DINNER), sheet(2, DINNER.replace("F 2 3", "F 1 3")), house=house)
    assert result == [("S-1", "R23", 12, "1:3 | 2:3"), ("S-2", "R23", 12, "1:3 | 2:3")]


def test_two_groups_out_at_the_same_time_are_in_order() -> None:
    trips = ["11:00 13:00 Skoven                 F 1 2", "11:00 13:00 Stranden               F 1 2"]
    sheets = [sheet(1, trips[0]), sheet(2, trips[0]), sheet(3, trips[1]), sheet(4, trips[1])]
    assert found(*sheets, house=House("Hus 1", size=4)) == []


def test_an_entry_split_in_one_sheet_still_has_its_counterparts() -> None:
    parts = ["23:00 02:00 Nat                    N 1 3", "02:00 07:00 Nat                    N 1 3"]
    halves = sheet(3, parts[0])
    after_midnight = tuple(day_entries(MONDAY + dt.timedelta(days=1), parts[1]))
    assert found(sheet(1, NIGHT), sheet(2, NIGHT), replace(halves, entries=halves.entries + after_midnight)) == []


def test_a_sheet_is_only_expected_to_state_its_own_period() -> None:
    late = Period(dt.date(2026, 3, 9), dt.date(2026, 3, 22))
    assert found(sheet(1, NIGHT), sheet(2, NIGHT), sheet(3, period=late)) == []


def test_a_house_without_a_size_expects_the_citizens_that_the_entry_states() -> None:
    assert found(sheet(1, NIGHT), sheet(2), house=House("Hus 1")) == [("S-1", "R23", 12, "1 / 3")]


WEEKDAY_ROSTER = (
    RosterLine(DayKind.WEEKDAY, 7 * 60, 23 * 60, 2),
    RosterLine(DayKind.WEEKDAY, 23 * 60, 7 * 60, 1),
)
STAFFED = House("Hus 1", size=3, roster=WEEKDAY_ROSTER)


def test_claims_within_the_roster_are_in_order() -> None:
    bath = "19:00 20:00 Bad                    D 2 1"
    assert found(sheet(1, NIGHT, DINNER, bath), *(sheet(c, NIGHT, DINNER) for c in (2, 3)), house=STAFFED) == []


def test_r24_more_staff_claimed_than_present_is_found_once_a_day_in_every_sheet_that_claims() -> None:
    bath = "19:00 20:00 Bad                    D 2 1"
    walk = "19:30 21:00 Gåtur                  D 1 1"
    result = found(
        sheet(1, bath), sheet(2, walk, walk), sheet(3, "20:00 21:00 Hygiejne               D 1 1"), house=STAFFED
    )
    assert result == [
        ("S-1", "R24", 12, "4.00 > 2.00"),
        ("S-2", "R24", 12, "4.00 > 2.00"),
        ("S-3", "R24", 12, "3.00 > 2.00"),
    ]


def test_r24_reads_weekends_and_holidays_from_the_weekend_roster() -> None:
    saturday, good_friday = dt.date(2026, 3, 7), dt.date(2026, 4, 3)
    weekend = replace(STAFFED, roster=(*WEEKDAY_ROSTER, RosterLine(DayKind.WEEKEND, 7 * 60, 23 * 60, Fraction(1, 2))))
    bath = "19:00 20:00 Bad                    D 1 1"
    for date in (saturday, good_friday):
        period = Period(date, date)
        assert found(sheet(1, bath, date=date, period=period), house=weekend) == [("S-1", "R24", 12, "1.00 > 0.50")]


def test_called_out_staff_is_already_there_and_indirect_time_has_no_hour() -> None:
    lines = ["23:00 07:00 Sovende nat            S 1 1", "02:00 03:00 Kaldt                  T 1 1"]
    indirect = "22:00 22:15 Dokumentation          X 3 1"
    assert found(sheet(1, *lines, indirect), house=House("Hus 1", size=1, roster=WEEKDAY_ROSTER)) == []


def test_the_worked_house_of_six_mirrors_itself() -> None:
    pattern = worked_schedule().entries
    shared = tuple(entry for entry in pattern if entry.category in "FN" and entry.citizens == 6)
    sheets = [Schedule(f"S-{citizen}", PERIOD, shared) for citizen in range(6)]
    assert found(*sheets, house=House("Hus 1", size=6)) == []


@given(st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 600), st.sampled_from("FN")), max_size=8))
def test_sheets_with_the_same_shared_entries_never_have_findings(entries: list[tuple[int, int, str]]) -> None:
    shared = tuple(
        Entry(MONDAY, start, (start + length) % 1440, str(number), Category(category), 1, 3)
        for number, (start, length, category) in enumerate(entries)
    )
    assert found(*(Schedule(f"S-{citizen}", PERIOD, shared) for citizen in range(3))) == []


def test_twelve_citizens_with_600_entries_each_are_held_against_the_roster() -> None:
    entries = tuple(
        Entry(date, start, start + 25, "Støtte", Category("FFN"[start % 3]), 1, (12, 6, 2)[start % 7 % 3])
        for date in PERIOD.days
        for start in range(0, 43 * 33, 33)
    )[:600]
    sheets = [Schedule(f"S-{citizen}", PERIOD, entries) for citizen in range(12)]
    house = House("Hus 1", size=12, roster=WEEKDAY_ROSTER)
    result = house_findings(house, sheets, PARAMETERS)
    assert {finding.code for found_in_one in result.values() for finding in found_in_one} == {"R24"}


def test_claims_and_roster_stand_beside_each_other_hour_by_hour() -> None:
    house = House("Hus 1", size=3, roster=(RosterLine(DayKind.WEEKDAY, 1380, 420, 1),))
    spans = presence(house, [sheet(1, NIGHT), sheet(2, NIGHT)], PARAMETERS)
    midnight = MONDAY.toordinal() * 1440
    tonight = next(span for span in spans if span.start == midnight + 1380)
    assert tonight == Presence(midnight + 1380, midnight + 1860, Fraction(2, 3), Fraction(1))
    tomorrow = next(span for span in spans if span.start == midnight + 1440 + 1380)
    assert (tomorrow.claimed, tomorrow.present) == (Fraction(0), Fraction(1))
    assert all(one.end == other.start for one, other in pairwise(spans))


def test_a_house_without_sheets_claims_nothing_and_without_a_roster_nobody_is_present() -> None:
    assert presence(House("Hus 1"), [], PARAMETERS) == []
    assert {span.present for span in presence(House("Hus 1"), [sheet(1, NIGHT)], PARAMETERS)} == {0}
