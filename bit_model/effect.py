"""What a decision is worth in kroner: three figures, never one (domain text, section 7)."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from bit_model.calendar import days_in_year
from bit_model.rounding import Number

LONGEST_RETROACTION_MONTHS = 12


@dataclass(frozen=True, slots=True)
class RateChange:
    """A day rate that changes, in kr per day. Both dates are first days of a rate; `stay_end` is the last day paid.

    With `retro_date` the new rate holds from then on, and what was paid too much since is settled.
    """

    old_rate: Number
    new_rate: Number
    effective_date: dt.date
    retro_date: dt.date | None = None
    stay_end: dt.date | None = None

    @property
    def delta(self) -> Fraction:
        """Kr per day that the authority no longer pays; a raise is negative."""
        return Fraction(self.old_rate) - Fraction(self.new_rate)

    @property
    def is_retroactive(self) -> bool:
        """True when the new rate reaches back before its effective date."""
        return self.retro_date is not None and self.retro_date < self.effective_date

    @property
    def retroaction_is_long(self) -> bool:
        """True when it reaches back beyond twelve months, which asks for a warning."""
        limit = months_back(self.effective_date, LONGEST_RETROACTION_MONTHS)
        return self.retro_date is not None and self.retro_date < limit


@dataclass(frozen=True, slots=True)
class YearEffect:
    """The effect of one rate change in one year: days and kr. `full_year` is what a whole year of 365 or 366 is worth.

    It is no forecast: the end of a stay does not shorten it.
    """

    year: int
    budget_days: int
    budget_year: Fraction
    retroactive_days: int
    retroactive: Fraction
    full_year: Fraction

    @property
    def total(self) -> Fraction:
        """Kr that fall in the year: the budget-year and the retroactive part."""
        return self.budget_year + self.retroactive


def effect_in(change: RateChange, year: int) -> YearEffect:
    """The three figures of a rate change in one calendar year."""
    new_year, new_years_eve = dt.date(year, 1, 1), dt.date(year, 12, 31)
    last = min(new_years_eve, change.stay_end or new_years_eve)
    budget_days = _days(max(change.effective_date, new_year), last)
    retroactive_days = 0
    if change.retro_date is not None:
        day_before = change.effective_date - dt.timedelta(days=1)
        retroactive_days = _days(max(change.retro_date, new_year), min(day_before, last))
    delta = change.delta
    return YearEffect(
        year,
        budget_days,
        delta * budget_days,
        retroactive_days,
        delta * retroactive_days,
        delta * days_in_year(year),
    )


def effects(change: RateChange) -> tuple[YearEffect, ...]:
    """The effect in each year from the first that is touched to that of the effective date."""
    first = min(change.effective_date, change.retro_date or change.effective_date)
    return tuple(effect_in(change, year) for year in range(first.year, change.effective_date.year + 1))


def months_back(date: dt.date, months: int) -> dt.date:
    """The same day of the month `months` calendar months earlier, clipped at the month's end."""
    year, month = divmod(date.year * 12 + date.month - 1 - months, 12)
    following = dt.date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return dt.date(year, month + 1, min(date.day, (following - dt.timedelta(days=1)).day))


def _days(first: dt.date, last: dt.date) -> int:
    return max(0, (last - first).days + 1)
