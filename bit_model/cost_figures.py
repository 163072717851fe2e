"""What a provider's cost sheet amounts to: cost-based rate, hours, prices, each case (domain text, section 5)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from bit_model.case import AmountKind, Case, LineType, ModelKind, ProviderKind, TariffLine, TariffModel
from bit_model.checks import Finding
from bit_model.comparison import Comparison, compare
from bit_model.cost_sheet import CostLine, CostSheet, HouseCase
from bit_model.parameters import ParameterSet
from bit_model.premises import Premises, group_hours, in_force, premises, total_costs
from bit_model.tariff import (
    Financed,
    Note,
    PriceLine,
    cost_rate,
    day_rates,
    financed,
    line_day_rate,
    package_price,
    price_line,
    weeks_of,
)
from bit_model.tariff_checks import tariff_findings


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """One case of the house: paid kr per day in all and for support, the hours they pay for, and how that compares."""

    case: HouseCase
    rate: Fraction | None
    support: Fraction | None
    financed: Financed
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class CostFigures:
    """The figures of one cost sheet; None where something is missing.

    Costs are kr per year. `charged` and `support` are the mean over the cases whose rate is known, without cases the
    lines that hold for every case. Prices are kr of the support part per hour that staff is present, and per hour of it
    with citizens. `user_per_place` is hours per week per place in use. `amounts` is kr per day by line type and kind of
    amount, the lines of single cases spread over all cases; None where a line cannot be told.
    """

    premises: Premises
    direct: Fraction
    indirect: Fraction
    overhead_of_direct: Fraction | None
    cost_rate: Fraction | None
    charged: Fraction | None
    support: Fraction | None
    posts: Fraction
    weeks: Fraction
    present_year: Fraction
    user_year: Fraction
    user_per_place: Fraction | None
    support_year: Fraction | None
    price_list: PriceLine | None
    amounts: Mapping[tuple[LineType | None, AmountKind], Fraction | None]
    cases: tuple[CaseFigures, ...]

    @property
    def cost(self) -> Fraction:
        """All costs."""
        return self.direct + self.indirect

    @property
    def difference(self) -> Fraction | None:
        """Kr per day that is charged above the costs."""
        return None if self.charged is None or self.cost_rate is None else self.charged - self.cost_rate

    @property
    def present_week(self) -> Fraction:
        """Hours per week that the posts are present."""
        return self.present_year / self.weeks

    @property
    def user_week(self) -> Fraction:
        """Hours per week of them with citizens."""
        return self.user_year / self.weeks

    @property
    def price_present(self) -> Fraction | None:
        """Kr of the support part per present hour."""
        return self._per_hour(self.present_year)

    @property
    def price_user(self) -> Fraction | None:
        """Kr of the support part per user hour."""
        return self._per_hour(self.user_year)

    def _per_hour(self, hours: Fraction) -> Fraction | None:
        return None if self.support_year is None or hours <= 0 else self.support_year / hours

    def total(self, kind: AmountKind) -> Fraction | None:
        """Kr per day of all line types; None where there is no line of the kind or one that cannot be told."""
        of_kind = [rate for (_, other), rate in self.amounts.items() if other is kind]
        known = [rate for rate in of_kind if rate is not None]
        return sum(known, Fraction(0)) if known and len(known) == len(of_kind) else None


def cost_figures(sheet: CostSheet, parameters: ParameterSet) -> CostFigures:
    """All figures of the sheet; `parameters` stand in for what the sheet does not state."""
    held, used = premises(sheet, parameters), in_force(sheet, parameters)
    direct, indirect = total_costs(sheet)
    hours = [group_hours(group, sheet, parameters) for group in sheet.staff]
    cases = tuple(_of_case(case, sheet, used) for case in sheet.cases)
    charged, support = _mean(one.rate for one in cases), _mean(one.support for one in cases)
    if not cases:
        charged, support = _paid(sheet.lines_of(None), sheet, used)
    weeks = weeks_of(used.charged_days, used.weeks_per_year)
    user_year = sum((user for _, user in hours), Fraction(0))
    places, occupancy, days = sheet.places or 0, used.occupancy, used.charged_days
    in_use = places * Fraction(occupancy)
    return CostFigures(
        premises=held,
        direct=direct,
        indirect=indirect,
        overhead_of_direct=indirect / direct if direct > 0 else None,
        cost_rate=cost_rate(direct, indirect, places, occupancy, days) if places and direct + indirect > 0 else None,
        charged=charged,
        support=support,
        posts=sum((Fraction(group.posts) for group in sheet.staff), Fraction(0)),
        weeks=weeks,
        present_year=sum((present for present, _ in hours), Fraction(0)),
        user_year=user_year,
        user_per_place=user_year / weeks / in_use if in_use else None,
        support_year=support * in_use * Fraction(days) if support is not None and in_use else None,
        price_list=price_line(sheet.price_list),
        amounts=_amounts(sheet, used),
        cases=cases,
    )


def _mean(values: Iterable[Fraction | None]) -> Fraction | None:
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) / len(known) if known else None


def _paid(lines: Iterable[CostLine], sheet: CostSheet, used: ParameterSet) -> tuple[Fraction | None, Fraction | None]:
    """Paid kr per day in all and for support: less what the model or else the lines say is not for support."""
    held = tuple(lines)
    rate = day_rates([one.line for one in held], used, sheet.on_date).get(AmountKind.PAID)
    if rate is None:
        return None, None
    outside = day_rates([one.line for one in held if not one.support], used, sheet.on_date).get(AmountKind.PAID)
    stated = sheet.non_support_per_day
    return rate, rate - (Fraction(stated) if stated is not None else outside or Fraction(0))


def _of_case(case: HouseCase, sheet: CostSheet, used: ParameterSet) -> CaseFigures:
    model, lines = sheet.model, sheet.lines_of(case)
    agreed = case.package if model is not None and model.kind is ModelKind.PACKAGES else None
    if case.own_rate is not None:
        own = TariffLine(LineType.SPECIAL, case.case_key, case.own_rate, includes_vat=False, includes_rent=False)
        lines, priced = (CostLine(own),), True
    else:
        lines, priced = _with_package(lines, agreed, model, sheet, used)
    rate, support = _paid(lines, sheet, used) if priced else (None, None)
    pays = financed(_for_hours(lines, sheet, used), model, used, sheet.on_date, agreed)
    width = (sheet.package_width or used.package_width) if sheet.kind is ModelKind.PACKAGES else None
    comparison = compare(
        case.ordered, case.measured, pays.hours, used.tolerance_hours, used.tolerance_share, package_width=width
    )
    return CaseFigures(case, rate, support, pays, comparison)


def _with_package(
    lines: tuple[CostLine, ...], agreed: int | None, model: TariffModel | None, sheet: CostSheet, used: ParameterSet
) -> tuple[tuple[CostLine, ...], bool]:
    """The case's lines with its package at the model's price where no line has it; False where there is no price."""
    paid = [one.line for one in lines if one.line.amount_kind is AmountKind.PAID and one.line.holds_on(sheet.on_date)]
    if model is None or agreed is None or any(line.line_type is LineType.PACKAGE for line in paid):
        return lines, True
    price = sheet.price_on_date(used)
    if price is None:
        return lines, False
    point = sheet.pricing_point or used.pricing_point
    amount = package_price(agreed, price, sheet.package_width or used.package_width, point, used.rate_places)
    package = TariffLine(LineType.PACKAGE, str(agreed), amount, includes_vat=False, includes_rent=False)
    return (*lines, CostLine(package)), True


def _for_hours(lines: Iterable[CostLine], sheet: CostSheet, used: ParameterSet) -> list[TariffLine]:
    """The lines that pay for hours: under model C, where no figure says what is not support, such lines at nothing."""
    if sheet.kind is not ModelKind.OPAQUE or sheet.non_support_per_day is not None:
        return [one.line for one in lines]
    nothing = Decimal(0)
    return [
        one.line
        if one.support or isinstance(line_day_rate(one.line, used), Note)
        else replace(one.line, amount=nothing, includes_vat=False, includes_rent=False)
        for one in lines
    ]


def _amounts(sheet: CostSheet, used: ParameterSet) -> dict[tuple[LineType | None, AmountKind], Fraction | None]:
    sums: dict[tuple[LineType | None, AmountKind], Fraction | None] = {}
    for held in sheet.lines:
        line = held.line
        if line.holds_on(sheet.on_date):
            key, rate = (line.line_type, line.amount_kind), line_day_rate(line, used)
            so_far = sums.get(key, Fraction(0))
            share = len(sheet.cases) if held.case_key else 1
            sums[key] = None if so_far is None or isinstance(rate, Note) else so_far + rate / share
    return sums


def cost_findings(sheet: CostSheet) -> list[Finding]:
    """K01 to K04 of the sheet: lines and prices by the line's row (0: the model's own), K04 by the case's row."""

    def as_case(lines: Iterable[CostLine], key: str = "", **of_case: object) -> Case:
        tariff = tuple(one.line for one in lines)
        return Case(key, "", sheet.provider, ProviderKind.EXTERNAL, tariff=tariff, **of_case)  # type: ignore[arg-type]

    found = tariff_findings(as_case(sheet.lines), sheet.model)
    for case in sheet.cases:
        held = as_case(sheet.lines_of(case), case.case_key, need_date=case.need_date, row=case.row)
        found += [finding for finding in tariff_findings(held) if finding.code == "K04"]
    return found
