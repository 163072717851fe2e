import datetime as dt
from fractions import Fraction

import pytest

from bit_model.checks import LEVELS, Finding, Level, check_schedule, check_text, masked, split_at_midnight
from bit_model.parameters import ParameterSet
from bit_model.schedule import Category, Entry, Period, Schedule

TODAY = dt.date(2026, 11, 22)
PERIOD = Period(dt.date(2026, 3, 2), dt.date(2026, 3, 15))


def entries(text: str) -> list[Entry]:
    """`day start end category staff citizens` a line; the day is counted in March 2026, the row from 2."""
    found = []
    for row, line in enumerate(text.strip().splitlines(), 2):
        day, start, end, category, staff, citizens = line.split()
        begun, done = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (start, end))
        date = dt.date(2026, 3, 1) + dt.timedelta(days=int(day) - 1)
        found.append(Entry(date, begun, done, "Støtte", Category(category), Fraction(staff), int(citizens), row=row))
    return found


def codes(
    text: str, period: Period = PERIOD, house_size: int | None = 6, today: dt.date = TODAY
) -> set[tuple[str, int]]:
    schedule = Schedule("S-1", period, tuple(entries(text)), house_size=house_size)
    return {(finding.code, finding.row) for finding in check_schedule(schedule, ParameterSet(), today)} - {("R18", 0)}


@pytest.mark.parametrize(
    "text, expected",
    [
        ("2 08:00 08:00 D 1 1", {("R03", 2)}),
        ("2 00:00 24:00 A 1 1", set()),
        ("2 08:00 20:15 D 1 1", {("R04", 2)}),
        ("2 20:00 08:15 N 1 6", set()),
        ("2 08:00 20:00 D 1 1", set()),
        ("2 08:00 09:00 D 0 1", {("R08", 2)}),
        ("2 08:00 09:00 F 1 7", {("R08", 2)}),
        ("2 08:00 09:00 F 1 6", set()),
        ("2 08:00 09:00 A 0 0", set()),
        ("2 08:00 09:00 D 4 1", {("R09", 2)}),
        ("2 08:00 09:00 D 3 1", set()),
        ("2 08:00 09:00 D 3/2 1", set()),
        ("2 08:00 10:00 D 1 1\n2 09:00 11:00 F 1 2", {("R05", 3)}),
        ("2 08:00 09:00 D 1 1\n2 09:00 10:00 D 1 1", set()),
        ("2 23:00 07:00 N 1 6\n3 06:45 08:00 D 1 1", {("R05", 3)}),
        ("2 08:00 10:00 D 1 1\n2 09:00 09:15 X 1 1", set()),
        ("2 23:00 07:00 N 1 6\n2 23:00 06:45 S 1 6", {("R11", 2)}),
        ("2 23:00 07:00 S 1 6\n3 02:00 02:45 T 1 1", set()),
        ("2 23:00 07:00 S 1 6\n3 06:45 07:30 T 1 1", {("R12", 3)}),
        ("2 12:15 12:30 T 1 1", {("R12", 2)}),
        ("16 08:00 08:15 D 1 1", {("R15", 2)}),
    ],
)
def test_an_entry_is_checked_by_itself_and_against_its_neighbours(text: str, expected: set[tuple[str, int]]) -> None:
    assert codes(text) == expected


def test_more_than_24_hours_without_extra_staff_are_found_at_midnight() -> None:
    whole_day = "2 00:00 07:00 N 1 1\n2 07:00 19:00 D 1 1\n2 19:00 23:00 D 1 1\n2 23:00 07:00 N 1 1"
    assert codes(whole_day) == set()
    assert ("R10", 6) in codes(whole_day + "\n2 12:00 12:30 X 1 1")
    assert "R10" not in {code for code, _ in codes(whole_day + "\n2 12:00 12:30 D 2 1")}


def test_the_longest_day_of_the_year_has_25_hours() -> None:
    october = Period(dt.date(2026, 10, 19), dt.date(2026, 11, 1))
    sunday = dt.date(2026, 10, 25)
    parts = [
        Entry(sunday, start, end, "Støtte", Category.DIRECT, 1, 1, row=2) for start, end in ((0, 720), (720, 1440))
    ]
    schedule = Schedule("S-1", october, tuple(parts))
    assert "R10" not in {finding.code for finding in check_schedule(schedule, ParameterSet(), TODAY)}
    over = Schedule("S-1", october, (*parts, Entry(sunday, 600, 660, "Møde", Category.INDIRECT, 1, 1, row=3)))
    assert "R10" in {finding.code for finding in check_schedule(over, ParameterSet(), TODAY)}


def test_three_identical_days_are_named_and_two_are_not() -> None:
    day = "{} 08:00 08:45 D 1 1"
    assert ("R17", 0) in codes("\n".join(day.format(i) for i in (2, 3, 4)))
    assert ("R17", 0) not in codes("\n".join(day.format(i) for i in (2, 3)))


def test_days_away_are_alike_and_no_copy() -> None:
    assert codes("\n".join(f"{i} 00:00 24:00 A 1 1" for i in (2, 3, 4))) == set()


def test_a_period_is_14_to_21_days_with_enough_days_of_each_kind() -> None:
    entry = "2 08:00 08:45 D 1 1"
    assert codes(entry, Period(PERIOD.start, dt.date(2026, 3, 14))) == {("T03", 0)}
    assert codes(entry, Period(PERIOD.start, dt.date(2026, 3, 23))) == {("T03", 0)}
    assert codes(entry, Period(PERIOD.start, dt.date(2026, 3, 6))) == {("T03", 0), ("R20", 0)}


def test_a_future_date_is_a_warning() -> None:
    assert codes("5 08:00 08:45 D 1 1", today=dt.date(2026, 3, 4)) == {("R16", 2)}


def test_a_schedule_without_entries_says_so() -> None:
    assert codes("") == {("T04", 0)}


def test_only_whole_and_half_hours_are_worth_a_remark() -> None:
    schedule = Schedule("S-1", PERIOD, tuple(entries("2 08:00 08:30 D 1 1")))
    assert {finding.code for finding in check_schedule(schedule, ParameterSet(), TODAY)} == {"R18"}


def test_themes_and_goals_are_held_against_the_known_ones() -> None:
    entry = entries("2 08:00 08:45 D 1 1")[0]._replace(theme="Madlavning", goal="Ukendt")
    found = check_schedule(
        Schedule("S-1", PERIOD, (entry,)), ParameterSet(), TODAY, frozenset({"Egenomsorg"}), frozenset({"Mål 1"})
    )
    assert [(f.code, f.field, f.found) for f in found] == [("R14", "theme", "Madlavning"), ("R14", "goal", "Ukendt")]


def test_a_night_is_split_at_local_midnight_also_when_the_clock_changes() -> None:
    night = Entry(dt.date(2026, 3, 28), 23 * 60, 7 * 60, "Nat", Category.WAKING_NIGHT, 1, 6)
    assert list(split_at_midnight(night, ParameterSet())) == [
        (dt.date(2026, 3, 28), 60),
        (dt.date(2026, 3, 29), 360),
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("010190-1234", "0101901234", "ring 010190 1234 i dag", "a.b@c.dk", "290200-0000"),
        *("010190\u20131234", "010190 \u2013 1234", "010190\u20111234", "010190\u00a01234", "010190\u22121234"),
    ],
)
def test_what_names_a_person_is_found_and_never_repeated(text: str) -> None:
    assert list(check_text(text, "note", 7)) == [Finding("R21", "note", 7)]
    assert "1234" not in masked(text)
    assert "@c" not in masked(text)


@pytest.mark.parametrize(
    "text",
    ["320190-1234", "290201-0000", "12345678901", "S-2026-0042", "kl. 10-11", "-", "010190 -- 1234", "010190\n1234"],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert list(check_text(text, "note", 7)) == []
    assert masked(text) == text


@pytest.mark.parametrize("text", ["=1+1", "+45 12", "-spiste ikke", "@SUM(A1)"])
def test_a_text_that_a_spreadsheet_would_run_is_a_warning(text: str) -> None:
    assert [finding.code for finding in check_text(text, "note", 7)] == ["R22"]


def test_every_code_of_the_domain_text_has_its_level() -> None:
    assert {level: " ".join(sorted(c for c in LEVELS if LEVELS[c] is level and c[0] in "TRK")) for level in Level} == {
        Level.ERROR: "K03 R01 R02 R03 R08 R10 R11 R14 R15 R21 T01 T02 T04 T05 T06",
        Level.WARNING: "K01 K02 K04 R04 R05 R09 R12 R16 R17 R20 R22 R23 R24 R26 R27 T03",
        Level.INFORMATION: "R18 R19 R25",
    }
