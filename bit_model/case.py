"""A case and its three pillars as the authority states them: need, order and tariff (domain text, sections 1 and 5).

A case is known by its key; no name and no CPR number has a place here.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bit_model.parameters import PricingPoint
from bit_model.terms import GoalType, NeedLevel


class ProviderKind(StrEnum):
    """Whose provider it is, seen from the authority."""

    OWN = "egen"
    EXTERNAL = "ekstern"


class LineType(StrEnum):
    """What kind of amount a tariff line is."""

    GROUND = "grundtakst"
    BASE = "basistakst"
    PACKAGE = "pakke"
    SPECIAL = "særtakst"
    SUPPLEMENT = "tillægstakst"
    EXTRA_HOURS = "ekstra timer"


class AmountKind(StrEnum):
    """Recommended, negotiated or paid; the three are never mixed."""

    RECOMMENDED = "vejledende"
    NEGOTIATED = "forhandlet"
    PAID = "betalt"


class Unit(StrEnum):
    """What an amount is charged for."""

    YEAR = "år"
    MONTH = "md"
    DAY = "døgn"
    WEEK = "uge"
    HOUR = "time"


class ModelKind(StrEnum):
    """How a provider's tariff turns into hours (section 5)."""

    PACKAGES = "A"
    HOUR_PRICE = "B"
    OPAQUE = "C"
    PRICE_LIST = "D"


@dataclass(frozen=True, slots=True)
class Need:
    """What the authority found of one theme: the level of support need, why, and what the citizen says of it."""

    theme: str
    level: NeedLevel
    description: str = ""
    own_words: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class OrderLine:
    """Hours per week that the authority ordered for one theme and goal.

    `goal` says what is to be reached; `measure` how it is seen, `agreed` whether the citizen accepts it, `realistic`
    whether it can be reached by the `deadline`. None means that it is not stated.
    """

    theme: str
    goal: str = ""
    goal_type: GoalType | None = None
    hours: Decimal = Decimal(0)
    measure: str = ""
    agreed: bool | None = None
    realistic: bool | None = None
    deadline: dt.date | None = None
    row: int = 0


@dataclass(frozen=True, slots=True)
class TariffLine:
    """One amount in kr per `unit`.

    `divisor` is the provider's own days per unit (365, 334, 30.42, 30.5); None takes the parameter set's. `rent_amount`
    is rent and food as they sit in `amount`. `hours` is hours per week, for a line that is charged per hour. None in
    a flag or date means that it is not stated; `valid_to` is the last day.
    """

    line_type: LineType | None
    covers: str
    amount: Decimal
    unit: Unit = Unit.DAY
    divisor: Decimal | None = None
    includes_vat: bool | None = None
    includes_rent: bool | None = None
    rent_amount: Decimal | None = None
    amount_kind: AmountKind = AmountKind.PAID
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    hours: Decimal | None = None
    row: int = 0

    def holds_on(self, date: dt.date) -> bool:
        """True when the line is in force on the date."""
        return (self.valid_from or date) <= date <= (self.valid_to or date)


@dataclass(frozen=True, slots=True)
class PricePoint:
    """One line of a price list: hours per week and what they cost in kr per day."""

    hours: Decimal
    day_rate: Decimal


@dataclass(frozen=True, slots=True)
class TariffModel:
    """How one provider's tariff turns into hours, and the figures it needs; None takes the parameter set's.

    Amounts are kr per day, `hour_price` kr per hour, `post_cost` kr per post and year, `net_hours` hours per post and
    year. A new year's price is a new model with a later `valid_from`.
    """

    provider: str
    kind: ModelKind
    valid_from: dt.date | None = None
    hour_price: Decimal | None = None
    base_per_day: Decimal | None = None
    night_per_day: Decimal | None = None
    package_width: Decimal | None = None
    pricing_point: PricingPoint | None = None
    non_support_per_day: Decimal | None = None
    staff_share: Decimal | None = None
    post_cost: Decimal | None = None
    net_hours: Decimal | None = None
    user_time_share: Decimal | None = None
    days: Decimal | None = None
    price_list: tuple[PricePoint, ...] = ()
    row: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """One citizen's support at one provider, as the authority's case list has it.

    `wishes` is what matters to the citizen, in the citizen's own words; `responsible` is a function, never a name.
    """

    case_key: str
    budget_area: str
    provider: str
    provider_kind: ProviderKind
    house: str = ""
    legal_basis: str = ""
    need_level: NeedLevel | None = None
    need_date: dt.date | None = None
    need_hours: Decimal | None = None
    order: tuple[OrderLine, ...] = ()
    tariff: tuple[TariffLine, ...] = ()
    follow_up: dt.date | None = None
    stay_end: dt.date | None = None
    needs: tuple[Need, ...] = ()
    wishes: str = ""
    responsible: str = ""
    row: int = 0

    @property
    def need(self) -> Decimal | None:
        """Ordered hours per week: the stated total, else the order's sum; None when neither is there."""
        if self.need_hours is not None:
            return self.need_hours
        return sum((line.hours for line in self.order), Decimal(0)) if self.order else None
