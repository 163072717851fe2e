"""Parameter sets: what municipalities may set differently, dated and named (domain text, section 8)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from bit_model.calendar import DaylightSaving
from bit_model.rounding import Number


class PricingPoint(StrEnum):
    """Where in its band of hours a package's price is set."""

    MIDDLE = "middle"
    TOP = "top"


class AbsenceRule(StrEnum):
    """Whether a day that the citizen was away for 24 hours counts among the measured days."""

    WHOLE_DAY_LEFT_OUT = "whole_day_left_out"
    EVERY_DAY_COUNTS = "every_day_counts"


class ShareKey(StrEnum):
    """How shared time falls on the citizens it was for."""

    EQUAL = "equal"


@dataclass(frozen=True, slots=True)
class ParameterSet:
    """One version of an authority's parameters. Every result names the set it was computed with."""

    name: str = "Standard"
    version: int = 1
    valid_from: dt.date = dt.date(2024, 1, 1)
    rule_set: str = "2026.1"
    """Version of the rules in this package; changes when a formula does."""

    tolerance_hours: Decimal = Decimal(2)
    """Hours per week within which two pillars agree."""
    tolerance_share: Decimal = Decimal("0.05")
    """The same as a share of the ordered hours; the larger of the two holds."""
    financed_categories: frozenset[str] = frozenset("DFTX")
    """Categories of time that the tariff's hours pay for."""
    contact_categories: frozenset[str] = frozenset("DFT")
    sleeping_weight: Fraction = Fraction(3, 4)
    """Resource minutes per minute of sleeping night: 0.75, 0.333 or 0."""
    share_key: ShareKey = ShareKey.EQUAL
    absence_rule: AbsenceRule = AbsenceRule.WHOLE_DAY_LEFT_OUT
    daylight_saving: DaylightSaving = DaylightSaving.ELAPSED
    extra_holidays: frozenset[tuple[int, int]] = frozenset()
    """(month, day) pairs of 1 May, 5 June, 24 and 31 December that are switched on."""
    shortest_period_days: int = 14
    longest_period_days: int = 21

    weeks_per_year: Decimal | None = None
    """The week factor, 52 where an authority has chosen it; None: the days of the year divided by 7."""
    days_per_month: Decimal | None = Decimal("30.42")
    """None: a twelfth of the charged days."""
    charged_days: Decimal = Decimal(365)
    rate_places: int = 0
    """Decimals of a published day rate."""
    package_width: Decimal = Decimal(7)
    """Hours per week that a package spans."""
    pricing_point: PricingPoint = PricingPoint.MIDDLE
    highest_package: int = 30
    hour_prices: tuple[tuple[int, Decimal], ...] = ()
    """(year, kr per hour) pairs, for providers whose tariff model states no price of its own."""
    user_time_share: Number = Decimal("0.70")
    net_hours_per_post: Number = Decimal("1527.69")
    gross_hours_per_post: Decimal = Decimal(1924)
    post_cost: Number = Decimal(520_000)
    """kr per full-time post and year."""
    staff_share: Number = Decimal("0.65")
    overhead_share: Decimal = Decimal("0.10")
    occupancy: Decimal = Decimal("0.98")
    vat: Decimal = Decimal("0.25")

    @property
    def title(self) -> str:
        """How results name the set that they were computed with."""
        return f"{self.name} {self.version}"
