"""What the figures of a cost sheet rest on: costs and posts summed, the premises in force, and trials of others.

A trial value is a sheet in which that value stands (`tried`), so that what is asked of the sheet as it is can be asked
of the trial in the same words.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from bit_model.case import Unit
from bit_model.cost_sheet import CostSheet, DirectCost, DirectKind, IndirectCost, IndirectKind, StaffGroup
from bit_model.parameters import ParameterSet
from bit_model.rounding import Number


@dataclass(frozen=True, slots=True)
class Premises:
    """What the figures rest on, one value each: those in force, or (None: not tried) those of a trial.

    `overhead` is the indirect costs' share of all costs. `charged_days` and `days_per_month` divide amounts per year
    and per month; tried, they also stand in for the lines' own divisors.
    """

    user_time_share: Number | None = None
    net_hours: Number | None = None
    post_cost: Number | None = None
    staff_share: Number | None = None
    overhead: Number | None = None
    occupancy: Number | None = None
    charged_days: Number | None = None
    days_per_month: Number | None = None
    hour_price: Number | None = None
    base_per_day: Number | None = None


def wages(sheet: CostSheet) -> Fraction:
    """Kr per year: posts times cost per post, or where that is nothing the direct costs of that kind; never both."""
    by_posts = _cost_of_posts(sheet)
    return by_posts if by_posts > 0 else _sum_of(sheet.direct_costs, DirectKind.WAGES)


def _cost_of_posts(sheet: CostSheet) -> Fraction:
    return sum((Fraction(group.posts) * Fraction(group.post_cost) for group in sheet.staff), Fraction(0))


def direct_by_kind(sheet: CostSheet) -> dict[DirectKind, Fraction]:
    """Kr per year of each kind, wages counted once."""
    return {
        kind: wages(sheet) if kind is DirectKind.WAGES else _sum_of(sheet.direct_costs, kind) for kind in DirectKind
    }


def indirect_by_kind(sheet: CostSheet) -> dict[IndirectKind, Fraction]:
    """Kr per year of each kind."""
    return {kind: _sum_of(sheet.indirect_costs, kind) for kind in IndirectKind}


def _sum_of(costs: Iterable[DirectCost] | Iterable[IndirectCost], kind: StrEnum) -> Fraction:
    return sum((Fraction(cost.amount) for cost in costs if cost.kind is kind), Fraction(0))


def total_costs(sheet: CostSheet) -> tuple[Fraction, Fraction]:
    """Direct and indirect costs, kr per year."""
    return sum(direct_by_kind(sheet).values(), Fraction(0)), sum(indirect_by_kind(sheet).values(), Fraction(0))


def group_hours(group: StaffGroup, sheet: CostSheet, parameters: ParameterSet) -> tuple[Fraction, Fraction]:
    """Present hours and user hours per year of a group's posts."""
    net = _first(group.net_hours, sheet.net_hours, parameters.net_hours_per_post)
    share = _first(group.user_time_share, sheet.user_time_share, parameters.user_time_share)
    present = Fraction(group.posts) * net
    return present, present * share


def _first(*values: Number | None) -> Fraction:
    return next(Fraction(value) for value in values if value is not None)


def premises(sheet: CostSheet, parameters: ParameterSet) -> Premises:
    """The values in force: stated in the sheet, else as its posts and costs give them, else the parameter set's."""
    staffed = _staff_figures(sheet, parameters)
    direct, indirect = total_costs(sheet)
    charged_days = sheet.charged_days or parameters.charged_days
    return Premises(
        *staffed,
        overhead=indirect / (direct + indirect) if direct + indirect > 0 else None,
        occupancy=sheet.occupancy or parameters.occupancy,
        charged_days=charged_days,
        days_per_month=sheet.days_per_month or parameters.days_per_month or Fraction(charged_days) / 12,
        hour_price=sheet.price_on_date(parameters),
        base_per_day=sheet.base_per_day,
    )


def _staff_figures(sheet: CostSheet, parameters: ParameterSet) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    """User-time share, net hours per post, cost per post and staff's share of the tariff, as `premises` has them."""
    posts = sum((Fraction(group.posts) for group in sheet.staff), Fraction(0))
    hours = [group_hours(group, sheet, parameters) for group in sheet.staff]
    present, user = (sum((pair[i] for pair in hours), Fraction(0)) for i in (0, 1))
    paid, by_posts, (direct, indirect) = wages(sheet), _cost_of_posts(sheet), total_costs(sheet)
    return (
        _first(sheet.user_time_share, user / present if present > 0 else None, parameters.user_time_share),
        _first(sheet.net_hours, present / posts if posts > 0 else None, parameters.net_hours_per_post),
        _first(sheet.post_cost or None, by_posts / posts if by_posts > 0 else None, parameters.post_cost),
        _first(
            sheet.staff_share,
            paid / (direct + indirect) if paid > 0 and indirect > 0 and direct + indirect > 0 else None,
            parameters.staff_share,
        ),
    )


def tried(sheet: CostSheet, trial: Premises) -> CostSheet:
    """The sheet as it would be with the trial's values; one that must be above 0 and is not is passed over."""
    changes = {
        key: value
        for key in ("user_time_share", "net_hours", "staff_share", "hour_price", "base_per_day")
        if (value := getattr(trial, key)) is not None
    } | {
        key: value
        for key in ("post_cost", "occupancy", "charged_days", "days_per_month")
        if (value := getattr(trial, key)) is not None and value > 0
    }
    of_group = {key: changes[key] for key in ("user_time_share", "net_hours", "post_cost") if key in changes}
    by_unit = {Unit.YEAR: changes.get("charged_days"), Unit.MONTH: changes.get("days_per_month")}
    made = replace(
        sheet,
        **changes,
        staff=tuple(replace(group, **of_group) for group in sheet.staff),
        lines=tuple(
            replace(held, line=replace(held.line, divisor=by_unit.get(held.line.unit) or held.line.divisor))
            for held in sheet.lines
        ),
    )
    if trial.overhead is None or trial.overhead >= 1:
        return made
    share = Fraction(trial.overhead)
    indirect = total_costs(made)[0] * share / (1 - share)
    return replace(made, indirect_costs=(IndirectCost(IndirectKind.OTHER, indirect),))


def in_force(sheet: CostSheet, parameters: ParameterSet) -> ParameterSet:
    """The parameter set with the sheet's own figures in place of the authority's."""
    user_time_share, net_hours, post_cost, staff_share = _staff_figures(sheet, parameters)
    return replace(
        parameters,
        vat=parameters.vat if sheet.vat is None else sheet.vat,
        weeks_per_year=sheet.weeks_per_year or parameters.weeks_per_year,
        charged_days=sheet.charged_days or parameters.charged_days,
        days_per_month=sheet.days_per_month or parameters.days_per_month,
        occupancy=sheet.occupancy or parameters.occupancy,
        user_time_share=user_time_share,
        net_hours_per_post=net_hours,
        post_cost=post_cost,
        staff_share=staff_share,
    )
