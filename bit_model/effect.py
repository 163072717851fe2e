"""What a decision is worth in kroner: three figures, never one (domain text, section 7)."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from bit_model.calendar import days_in_year
from bit_model.case import ProviderKind
from bit_model.rounding import Number

LONGEST_RETROACTION_MONTHS = 12


class Outcome(StrEnum):
    """What a named person decided in a case."""

    LOWERED = "takst nedsat, samme støtte"
    RAISED = "takst hævet"
    UNCHANGED = "uændret"
    MORE_INTRUSIVE = "flytter til mere indgribende støtte"
    LESS_INTRUSIVE = "flytter til mindre indgribende støtte"
    NOT_SETTLED = "ikke afklaret"


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


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided in a case and by whom. A later decision replaces an earlier one, which stays in the history."""

    case_key: str
    budget_area: str
    provider_kind: ProviderKind
    outcome: Outcome
    decided_on: dt.date
    decided_by: str
    reason: str
    change: RateChange | None = None


def decisions_in_force(history: Iterable[Decision]) -> list[Decision]:
    """The last decision of each case, in the order that the cases came; of two on one day the later in the history."""
    newest: dict[str, Decision] = {}
    for decision in history:
        known = newest.get(decision.case_key)
        if known is None or decision.decided_on >= known.decided_on:
            newest[decision.case_key] = decision
    return list(newest.values())


@dataclass(frozen=True, slots=True)
class EffectSum:
    """Cases and kr of one budget area, whole or one part of it."""

    cases: int = 0
    retroactive_cases: int = 0
    full_year: Fraction = Fraction(0)
    budget_year: Fraction = Fraction(0)
    retroactive: Fraction = Fraction(0)

    def plus(self, change: RateChange | None, year: int) -> "EffectSum":
        """The sum with one more case."""
        counted = replace(self, cases=self.cases + 1)
        if change is None:
            return counted
        effect = effect_in(change, year)
        return replace(
            counted,
            retroactive_cases=self.retroactive_cases + change.is_retroactive,
            full_year=self.full_year + effect.full_year,
            budget_year=self.budget_year + effect.budget_year,
            retroactive=self.retroactive + effect.retroactive,
        )


def _whole_area(_: Decision) -> str:
    return ""


def effect_sums(
    history: Iterable[Decision], year: int, part: Callable[[Decision], str] = _whole_area
) -> dict[tuple[str, str], EffectSum]:
    """The effects in a year of the decisions in force, by (budget area, part); areas are never netted with another.

    `part` is what an area is divided by, such as the outcome or the kind of provider.
    """
    sums: dict[tuple[str, str], EffectSum] = {}
    for decision in decisions_in_force(history):
        key = decision.budget_area, part(decision)
        sums[key] = sums.get(key, EffectSum()).plus(decision.change, year)
    return sums
