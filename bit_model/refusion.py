"""The State's refund of the dearest cases (Serviceloven § 176), by limits and shares that the authority enters.

The law refunds a rising share of the part of a year's costs in one case that lies above each limit. The limits are
regulated every year and the law's text has changed, so none stand here: an authority enters those of the year with
where they come from. Only the costs that a decision is about are known here, not all help that a citizen gets.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from bit_model.calendar import days_in_year
from bit_model.decision import Decision
from bit_model.rounding import Number


@dataclass(frozen=True, slots=True)
class RefusionStep:
    """Of what lies above `over` kr a year the State refunds `share` (0 to 1), up to the next step."""

    over: Number
    share: Number


@dataclass(frozen=True, slots=True)
class Refusion:
    """The limits in force from a date. `source` says where they stand, such as the year's circular.

    Raises ValueError where limits do not rise or a share is not between 0 and 1.
    """

    valid_from: dt.date
    source: str
    steps: tuple[RefusionStep, ...]

    def __post_init__(self) -> None:
        limits = [step.over for step in self.steps]
        if not limits or limits != sorted(set(limits)) or limits[0] < 0:
            raise ValueError("the limits of a refund must rise")
        if any(not 0 <= step.share <= 1 for step in self.steps):
            raise ValueError("a share lies between 0 and 1")

    def refunded(self, year_cost: Number) -> Fraction:
        """Kr refunded of one case's costs in a year."""
        cost, refunded = Fraction(year_cost), Fraction(0)
        ends = [*(Fraction(step.over) for step in self.steps[1:]), None]
        for step, end in zip(self.steps, ends, strict=True):
            top = cost if end is None else min(cost, end)
            refunded += max(Fraction(0), top - Fraction(step.over)) * Fraction(step.share)
        return refunded


def refusion_in(sets: Iterable[Refusion], year: int) -> Refusion | None:
    """The newest set that is in force on 1 January of the year, None where none is."""
    valid = [one for one in sets if one.valid_from <= dt.date(year, 1, 1)]
    return max(valid, key=lambda one: one.valid_from, default=None)


def refusion_change(decision: Decision, refusion: Refusion, year: int) -> Fraction:
    """Kr of refund that the authority loses in a whole year by the decision; a raise gains some and is negative.

    The full-year effect less this is what the decision is worth to the authority itself.
    """
    if decision.change is None:
        return Fraction(0)
    days = days_in_year(year)
    before, after = (Fraction(rate) * days for rate in (decision.change.old_rate, decision.change.new_rate))
    return refusion.refunded(before) - refusion.refunded(after)
