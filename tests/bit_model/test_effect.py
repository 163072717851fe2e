# mypy: disable-error-code="comparison-overlap"
# 1 and Fraction(1) are equal, also inside a tuple.

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bit_model.effect import RateChange, effect_in, effects, months_back

CUT = RateChange(Decimal(4505), Decimal(3697), dt.date(2026, 10, 1), dt.date(2026, 4, 1))
days = st.dates(dt.date(2024, 1, 1), dt.date(2030, 12, 31))
rates = st.decimals(0, 10_000, places=2)


def test_the_example_is_three_figures_and_222_200_kr_in_2026() -> None:
    found = effect_in(CUT, 2026)
    assert (found.budget_days, found.budget_year) == (92, 74_336)
    assert (found.retroactive_days, found.retroactive) == (183, 147_864)
    assert (found.total, found.full_year) == (222_200, 294_920)


def test_a_raise_carries_the_opposite_sign() -> None:
    found = effect_in(replace(CUT, old_rate=CUT.new_rate, new_rate=CUT.old_rate), 2026)
    assert (found.budget_year, found.retroactive, found.full_year) == (-74_336, -147_864, -294_920)


@given(rates, rates, days, st.none() | days, st.none() | days, st.integers(2023, 2031))
def test_a_cut_and_the_equal_raise_cancel(
    old: Decimal, new: Decimal, effective: dt.date, retro: dt.date | None, end: dt.date | None, year: int
) -> None:
    there = effect_in(RateChange(old, new, effective, retro, end), year)
    back = effect_in(RateChange(new, old, effective, retro, end), year)
    assert there.full_year + back.full_year == there.total + back.total == 0
    assert (there.budget_days, there.retroactive_days) == (back.budget_days, back.retroactive_days)


@given(rates, rates, days, days, st.none() | days)
def test_the_years_together_hold_every_day_from_the_retro_date_once(
    old: Decimal, new: Decimal, effective: dt.date, retro: dt.date, end: dt.date | None
) -> None:
    years = effects(RateChange(old, new, effective, retro, end))
    last = min(dt.date(effective.year, 12, 31), end or dt.date.max)
    expected = max(0, (last - min(retro, effective)).days + 1)
    assert sum(year.budget_days + year.retroactive_days for year in years) == expected


def test_retroactive_kroner_fall_in_their_own_years() -> None:
    found = effects(replace(CUT, effective_date=dt.date(2027, 2, 1), retro_date=dt.date(2026, 8, 1)))
    assert [(year.year, year.budget_days, year.retroactive_days) for year in found] == [(2026, 0, 153), (2027, 334, 31)]


def test_a_later_year_is_whole_and_a_leap_year_has_366_days() -> None:
    found = effect_in(CUT, 2028)
    assert (found.budget_days, found.retroactive_days, found.full_year) == (366, 0, 808 * 366)


@pytest.mark.parametrize(
    "stay_end, budget_days, retroactive_days",
    [("2026-10-31", 31, 183), ("2026-10-01", 1, 183), ("2026-06-30", 0, 91), ("2026-03-31", 0, 0)],
)
def test_the_end_of_the_stay_clips_both_parts_but_not_the_full_year(
    stay_end: str, budget_days: int, retroactive_days: int
) -> None:
    found = effect_in(replace(CUT, stay_end=dt.date.fromisoformat(stay_end)), 2026)
    assert (found.budget_days, found.retroactive_days) == (budget_days, retroactive_days)
    assert found.full_year == 294_920


@given(rates, rates, days, st.none() | days, st.integers(0, 6))
def test_several_years_hold_each_day_from_the_effective_date_once_leap_days_too(
    old: Decimal, new: Decimal, effective: dt.date, end: dt.date | None, more: int
) -> None:
    change = RateChange(old, new, effective, None, end)
    last = dt.date(effective.year + more, 12, 31)
    days = max(0, (min(last, end or last) - effective).days + 1)
    years = [effect_in(change, year) for year in range(effective.year, last.year + 1)]
    assert sum(year.total for year in years) == change.delta * days


def test_a_retro_date_that_is_not_earlier_gives_nothing_back() -> None:
    change = replace(CUT, retro_date=CUT.effective_date)
    assert (effect_in(change, 2026).retroactive, change.is_retroactive) == (0, False)


@pytest.mark.parametrize(
    "date, months, earlier",
    [
        ("2026-10-01", 6, "2026-04-01"),
        ("2026-08-31", 6, "2026-02-28"),
        ("2028-08-31", 6, "2028-02-29"),
        ("2026-03-15", 6, "2025-09-15"),
        ("2026-12-31", 1, "2026-11-30"),
        ("2026-01-31", 1, "2025-12-31"),
        ("2028-02-29", 12, "2027-02-28"),
    ],
)
def test_months_back_keep_the_day_and_are_clipped_at_the_months_end(date: str, months: int, earlier: str) -> None:
    assert months_back(dt.date.fromisoformat(date), months) == dt.date.fromisoformat(earlier)


@pytest.mark.parametrize("retro, is_long", [("2025-10-01", False), ("2025-09-30", True)])
def test_more_than_twelve_months_back_is_warned_of(retro: str, is_long: bool) -> None:
    assert replace(CUT, retro_date=dt.date.fromisoformat(retro)).retroaction_is_long is is_long
