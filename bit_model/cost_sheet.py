"""A provider's tariff and how it arose: lines, costs, posts and the cases of a house (domain text, section 5)."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import reduce
from operator import and_

from bit_model.case import Case, ModelKind, PricePoint, TariffLine, TariffModel
from bit_model.house import House
from bit_model.parameters import ParameterSet, PricingPoint
from bit_model.rounding import Number, half_up
from bit_model.tariff import hour_price_on, model_on


class DirectKind(StrEnum):
    """What a direct cost is for."""

    WAGES = "løn"
    TEMPS = "vikarer og tillæg"
    TRAINING = "uddannelse"
    ACTIVITIES = "aktiviteter"
    TRANSPORT = "transport"
    MATERIALS = "materialer"
    PREMISES = "bygninger"
    OTHER = "øvrige"


class IndirectKind(StrEnum):
    """What an indirect cost is for."""

    MANAGEMENT = "ledelse og administration"
    IT = "it"
    SUPERVISION = "tilsyn"
    CAPITAL = "forrentning og afskrivning"
    PENSIONS = "tjenestemandspension"
    DEVELOPMENT = "udvikling"
    OTHER = "øvrige"


@dataclass(frozen=True, slots=True)
class CostLine:
    """A tariff line of the provider. Without a case key it holds for every case; `support` is False outside support."""

    line: TariffLine
    case_key: str = ""
    support: bool = True


@dataclass(frozen=True, slots=True)
class DirectCost:
    """A direct cost in kr per year."""

    kind: DirectKind
    amount: Decimal
    text: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class IndirectCost:
    """An indirect cost in kr per year."""

    kind: IndirectKind
    amount: Number
    text: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class StaffGroup:
    """Posts of one group: kr per post and year, net hours per post and year; None takes the sheet's figure."""

    group: str
    posts: Decimal
    post_cost: Decimal
    net_hours: Decimal | None = None
    user_time_share: Decimal | None = None
    row: int = 0


@dataclass(frozen=True, slots=True)
class HouseCase:
    """A case of the house: hours per week, kr per day where the lines do not say it, and the package of model A."""

    case_key: str
    ordered: Decimal | None = None
    measured: Decimal | None = None
    own_rate: Decimal | None = None
    package: int | None = None
    need_date: dt.date | None = None
    row: int = 0


@dataclass(frozen=True, slots=True)
class CostSheet:
    """A provider's own account of its tariff. None takes the parameter set's figure; so does a 0 that divides.

    `on_date` is the day whose lines are in force. The figures from `hour_price` on are those of `TariffModel`.
    """

    provider: str
    on_date: dt.date
    house: str = ""
    kind: ModelKind | None = None
    places: int | None = None
    occupancy: Decimal | None = None
    charged_days: Decimal | None = None
    days_per_month: Decimal | None = None
    vat: Decimal | None = None
    weeks_per_year: Decimal | None = None
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
    lines: tuple[CostLine, ...] = ()
    direct_costs: tuple[DirectCost, ...] = ()
    staff: tuple[StaffGroup, ...] = ()
    indirect_costs: tuple[IndirectCost, ...] = ()
    price_list: tuple[PricePoint, ...] = ()
    cases: tuple[HouseCase, ...] = ()

    @property
    def model(self) -> TariffModel | None:
        """The provider's tariff model; model C's figures of staff are those of `premises`."""
        return None if self.kind is None else self._as_model(self.kind)

    def _as_model(self, kind: ModelKind) -> TariffModel:
        return TariffModel(
            self.provider,
            kind,
            hour_price=self.hour_price,
            base_per_day=self.base_per_day,
            night_per_day=self.night_per_day,
            package_width=self.package_width,
            pricing_point=self.pricing_point,
            non_support_per_day=self.non_support_per_day,
            price_list=self.price_list,
        )

    def price_on_date(self, parameters: ParameterSet) -> Decimal | None:
        """Kr per hour in force, also where no model is stated."""
        return hour_price_on(self._as_model(ModelKind.HOUR_PRICE), parameters, self.on_date)

    def lines_of(self, case: HouseCase | None) -> tuple[CostLine, ...]:
        """The lines that hold for the case; for None those that hold for every case."""
        return tuple(line for line in self.lines if line.case_key in {"", case and case.case_key})


def cost_sheet_of(
    provider: str,
    cases: Iterable[Case],
    models: Iterable[TariffModel],
    houses: Iterable[House],
    on_date: dt.date,
    measured: Mapping[str, Number] | None = None,
) -> CostSheet:
    """What the authority knows of a provider: its lines, model, places and cases; `measured` is hours per week by case.

    A line that stands alike in every case holds for every case. Lines that ended before the date are left out.
    """
    own = sorted((case for case in cases if case.provider == provider), key=lambda case: case.case_key)
    model, hours = model_on(models, provider, on_date), measured or {}
    names = {case.house for case in own}
    sizes = [house.size for house in houses if house.provider == provider and house.size]
    figures = {} if model is None else {key: getattr(model, key) for key in _OF_MODEL}
    return CostSheet(
        provider,
        on_date,
        names.pop() if len(names) == 1 else "",
        places=sum(sizes) or None,
        charged_days=None if model is None else model.days,
        lines=tuple(_lines_of(own, on_date)),
        cases=tuple(
            HouseCase(
                case.case_key,
                case.need,
                half_up(hours[case.case_key]) if case.case_key in hours else None,
                need_date=case.need_date,
            )
            for case in own
        ),
        **figures,
    )


_OF_MODEL = (
    "kind",
    "hour_price",
    "base_per_day",
    "night_per_day",
    "package_width",
    "pricing_point",
    "non_support_per_day",
    "staff_share",
    "post_cost",
    "net_hours",
    "user_time_share",
    "price_list",
)


def _lines_of(cases: Iterable[Case], on_date: dt.date) -> Iterable[CostLine]:
    by_case = {
        case.case_key: [replace(line, row=0) for line in case.tariff if (line.valid_to or on_date) >= on_date]
        for case in cases
    }
    counted = {key: Counter(lines) for key, lines in by_case.items()}
    common = reduce(and_, counted.values(), next(iter(counted.values()), Counter()))  # a line may stand twice
    yield from map(CostLine, common.elements())
    for key, lines in counted.items():
        yield from (CostLine(line, key) for line in (lines - common).elements())
