import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook_templates.kinds import DATE, NUMBER, STAFF, TEXT, TIME, WHOLE, YES_NO, Kind, UnreadableError


@pytest.mark.parametrize(
    "raw, minutes",
    [
        ("07.30", 450),
        ("7:30", 450),
        ("0730", 450),
        ("7,30", 450),
        (" 07:30 ", 450),
        ("07:30:00", 450),
        ("kl. 7", 420),
        ("kl. 7.30", 450),
        ("0,3125", 450),
        (0.3125, 450),
        (730, 450),
        (2315.0, 1395),
        (46083.3125, 450),
        (dt.datetime(2026, 3, 2, 7, 30), 450),
        (dt.time(7, 30), 450),
        (0, 0),
        (0.0, 0),
        (1.0, 1440),
        ("24:00", 1440),
        (0.3124999, 450),
    ],
)
def test_a_time_is_read_as_people_write_it(raw: object, minutes: int) -> None:
    assert TIME.parse(raw) == minutes


@pytest.mark.parametrize(
    "raw", ["25:00", "24:01", "7,5", "07:60", "halv otte", -0.25, 7, 7.5, 46083, 0.31, True, dt.datetime(2026, 8, 7)]
)
def test_a_time_that_can_be_read_in_two_ways_is_not_read(raw: object) -> None:
    with pytest.raises(UnreadableError):
        TIME.parse(raw)


@given(st.integers(0, 1440))
def test_a_time_comes_back_as_it_was_written(minutes: int) -> None:
    assert TIME.parse(TIME.render(minutes)) == minutes
    assert TIME.parse(TIME.show(minutes)) == minutes


@pytest.mark.parametrize(
    "raw",
    [
        "02-03-2026",
        "2/3 2026",
        "2.3.26",
        "2. 3. 2026",
        "mandag d. 2. 3. 2026",
        "man 02-03-2026",
        "2026-03-02",
        46083,
        46083.0,
        dt.datetime(2026, 3, 2),
        dt.date(2026, 3, 2),
    ],
)
def test_a_date_is_read_in_danish_order(raw: object) -> None:
    assert DATE.parse(raw) == dt.date(2026, 3, 2)


@pytest.mark.parametrize("raw", ["31-02-2026", "2026", 7, 46083.5, "2-3", "0001-01-01", True])
def test_what_is_no_date_is_not_read(raw: object) -> None:
    with pytest.raises(UnreadableError):
        DATE.parse(raw)


@given(st.dates(dt.date(1950, 1, 1), dt.date(2150, 12, 31)))
def test_a_date_comes_back_as_it_was_shown(date: dt.date) -> None:
    assert DATE.parse(DATE.show(date)) == date


@pytest.mark.parametrize(
    "raw, value",
    [
        ("1,5", "1.5"),
        ("1.5", "1.5"),
        (1.5, "1.5"),
        ("1.234,50", "1234.50"),
        ("12 000", "12000"),
        ("150 kr.", "150"),
        ("0.333", "0.333"),
        ("-2,25", "-2.25"),
        (0.1, "0.1"),
    ],
)
def test_a_number_is_read_with_comma_or_point(raw: object, value: str) -> None:
    assert NUMBER.parse(raw) == Decimal(value)


@pytest.mark.parametrize("raw", ["1.500", "to", "1,5,5", "", "1e5", "nan", float("inf"), True, "SAND", 1e13])
def test_a_number_in_doubt_is_not_read(raw: object) -> None:
    with pytest.raises(UnreadableError):
        NUMBER.parse(raw)


@pytest.mark.parametrize(
    "kind, raw, value",
    [
        (WHOLE, "6", 6),
        (WHOLE, 6.0, 6),
        (STAFF, "1,5", Fraction(3, 2)),
        (STAFF, 2.0, 2),
        (YES_NO, "ja", True),
        (YES_NO, "SAND", True),
        (YES_NO, 0.0, False),
        (YES_NO, "Nej", False),
        (TEXT, 2.0, "2"),
        (TEXT, 1.5, "1,5"),
        (TEXT, "  Bad ", "Bad"),
    ],
)
def test_the_other_kinds_read_what_they_show(kind: Kind, raw: object, value: object) -> None:
    assert kind.parse(raw) == value
    assert kind.parse(kind.show(value)) == value


@pytest.mark.parametrize("kind, raw", [(WHOLE, "1,5"), (WHOLE, -1), (STAFF, -1), (YES_NO, "måske"), (YES_NO, 2)])
def test_the_other_kinds_refuse_what_is_not_theirs(kind: Kind, raw: object) -> None:
    with pytest.raises(UnreadableError):
        kind.parse(raw)
