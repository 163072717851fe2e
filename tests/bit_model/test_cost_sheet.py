# mypy: disable-error-code="comparison-overlap"
# 1 and Fraction(1) are equal.

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from bit_model.case import (
    AmountKind,
    Case,
    LineType,
    ModelKind,
    PricePoint,
    ProviderKind,
    TariffLine,
    TariffModel,
    Unit,
)
from bit_model.cost_figures import cost_figures, cost_findings
from bit_model.cost_sheet import (
    CostLine,
    CostSheet,
    DirectCost,
    DirectKind,
    HouseCase,
    IndirectCost,
    IndirectKind,
    StaffGroup,
    cost_sheet_of,
)
from bit_model.house import House
from bit_model.parameters import ParameterSet
from bit_model.premises import Premises, direct_by_kind, premises, tried, wages
from bit_model.rounding import half_up
from bit_model.tariff import Note

TODAY = dt.date(2026, 1, 1)
PARAMETERS = ParameterSet()
EMPTY = CostSheet("Tilbuddet", TODAY)
STAFF = (StaffGroup("Pædagoger", Decimal(8), Decimal(500_000)), StaffGroup("Leder", Decimal(2), Decimal(700_000)))


def paid(amount: str, line_type: LineType | None = LineType.GROUND, key: str = "", *, support: bool = True) -> CostLine:
    line = TariffLine(line_type, "Støtte", Decimal(amount), includes_vat=False, includes_rent=False)
    return CostLine(line, key, support)


def test_a_cost_based_rate_is_all_costs_over_the_days_that_places_are_in_use() -> None:
    costs = (DirectCost(DirectKind.OTHER, Decimal(15_000_000)),)
    figures = cost_figures(replace(EMPTY, direct_costs=costs, places=12), PARAMETERS)
    assert figures.cost_rate is not None
    assert half_up(figures.cost_rate) == Decimal("3494.55")


def test_wages_are_counted_once() -> None:
    twice = (DirectCost(DirectKind.WAGES, Decimal(5_000_000)), DirectCost(DirectKind.TEMPS, Decimal(100_000)))
    assert wages(replace(EMPTY, direct_costs=twice)) == 5_000_000
    with_posts = replace(EMPTY, direct_costs=twice, staff=STAFF)
    assert wages(with_posts) == 8 * 500_000 + 2 * 700_000
    assert sum(direct_by_kind(with_posts).values()) == 5_400_000 + 100_000


def test_overhead_is_named_of_all_costs_and_against_the_direct_ones() -> None:
    costs = replace(EMPTY, staff=STAFF, indirect_costs=(IndirectCost(IndirectKind.IT, Decimal(600_000)),))
    figures = cost_figures(costs, PARAMETERS)
    assert figures.premises.overhead == Fraction(1, 10)
    assert figures.overhead_of_direct == Fraction(1, 9)


def test_posts_stand_in_for_figures_of_model_c_that_are_not_stated() -> None:
    staff = (replace(STAFF[0], net_hours=Decimal(1500), user_time_share=Decimal("0.8")), STAFF[1])
    held = premises(replace(EMPTY, staff=staff), PARAMETERS)
    present = 8 * 1500 + 2 * Fraction("1527.69")
    assert held.post_cost == 540_000
    assert held.net_hours == present / 10
    assert held.user_time_share == (8 * 1500 * Fraction("0.8") + 2 * Fraction("1527.69") * Fraction("0.7")) / present
    assert premises(replace(EMPTY, staff=staff, post_cost=Decimal(510_000)), PARAMETERS).post_cost == 510_000
    assert premises(EMPTY, PARAMETERS).post_cost == PARAMETERS.post_cost


def test_a_tariff_that_covers_its_costs_pays_for_the_user_hours_of_its_posts() -> None:
    costs = (IndirectCost(IndirectKind.MANAGEMENT, Decimal(900_000)),)
    sheet = replace(EMPTY, kind=ModelKind.OPAQUE, staff=STAFF, indirect_costs=costs, places=6, occupancy=Decimal(1))
    rate = cost_figures(sheet, PARAMETERS).cost_rate
    assert rate is not None
    exact = replace(paid("0").line, amount=Decimal(6_300_000), unit=Unit.YEAR, divisor=Decimal(6 * 365))
    figures = cost_figures(replace(sheet, lines=(CostLine(exact),), cases=(HouseCase("S-1"),)), PARAMETERS)
    assert figures.difference == 0
    assert figures.cases[0].financed.hours == figures.user_per_place


@pytest.mark.parametrize(
    "case, rate, hours, with_base",
    [
        (HouseCase("S-1", package=8), 1475 + 3030, Fraction(105, 2), Fraction(105, 2)),
        (HouseCase("S-2"), 1475 + 2222, Fraction(77, 2), Fraction(77, 2)),
        (HouseCase("S-3", own_rate=Decimal(4505)), 4505, None, Fraction(105, 2)),
    ],
)
def test_a_case_pays_for_its_lines_its_package_or_its_own_rate(
    case: HouseCase, rate: int, hours: Fraction | None, with_base: Fraction
) -> None:
    lines = (paid("1475"), paid("2222", LineType.PACKAGE, "S-2"))
    sheet = replace(EMPTY, kind=ModelKind.PACKAGES, hour_price=Decimal(404), lines=lines, cases=(case,))
    (found,) = cost_figures(sheet, PARAMETERS).cases
    assert (found.rate, found.financed.hours) == (rate, hours)
    (found,) = cost_figures(replace(sheet, base_per_day=Decimal(1475)), PARAMETERS).cases
    assert found.financed.hours == with_base


def test_a_package_without_a_price_leaves_the_rate_unknown() -> None:
    sheet = replace(EMPTY, kind=ModelKind.PACKAGES, lines=(paid("1475"),), cases=(HouseCase("S-1", package=8),))
    (found,) = cost_figures(sheet, PARAMETERS).cases
    assert (found.rate, found.financed.notes) == (None, (Note.FIGURE_MISSING,))


def test_lines_outside_the_support_part_pay_for_no_hours_under_model_c() -> None:
    lines = (paid("3200"), paid("400", LineType.SUPPLEMENT, support=False))
    sheet = replace(EMPTY, kind=ModelKind.OPAQUE, lines=lines, cases=(HouseCase("S-1"),))
    (found,) = cost_figures(sheet, PARAMETERS).cases
    assert (found.rate, found.support) == (3600, 3200)
    assert found.financed.hours is not None
    assert half_up(found.financed.hours) == Decimal("29.94")
    stated = cost_figures(replace(sheet, non_support_per_day=Decimal(0)), PARAMETERS).cases[0]
    assert stated.support == 3600


def test_the_price_of_an_hour_is_that_of_the_support_part() -> None:
    sheet = replace(EMPTY, lines=(paid("3000"), paid("500", support=False)), staff=STAFF, places=6)
    figures = cost_figures(sheet, PARAMETERS)
    assert figures.support_year == 3000 * 6 * Fraction("0.98") * 365
    assert figures.price_present == figures.support_year / (10 * Fraction("1527.69"))
    assert figures.price_user == figures.price_present / Fraction("0.7")


def test_amounts_of_a_kind_are_summed_by_type_and_a_single_cases_line_is_spread() -> None:
    advised = replace(paid("1500"), line=replace(paid("1500").line, amount_kind=AmountKind.RECOMMENDED))
    unknown = replace(paid("10"), line=replace(paid("10").line, includes_vat=None, amount_kind=AmountKind.NEGOTIATED))
    lines = (paid("1400"), advised, unknown, paid("300", LineType.PACKAGE, "S-1"))
    figures = cost_figures(replace(EMPTY, lines=lines, cases=(HouseCase("S-1"), HouseCase("S-2"))), PARAMETERS)
    assert figures.amounts[LineType.PACKAGE, AmountKind.PAID] == 150
    assert [figures.total(kind) for kind in AmountKind] == [1500, None, 1550]
    assert figures.charged == 1550


def test_trying_nothing_changes_nothing() -> None:
    sheet = replace(EMPTY, kind=ModelKind.OPAQUE, lines=(paid("3200"),), staff=STAFF, cases=(HouseCase("S-1"),))
    assert tried(sheet, Premises()) == sheet


@pytest.mark.parametrize(
    "trial, share_of_hours",
    [
        (Premises(user_time_share=Decimal("0.35")), Fraction(1, 2)),
        (Premises(post_cost=Decimal(1_040_000)), Fraction(1, 2)),
        (Premises(staff_share=Decimal("0.325")), Fraction(1, 2)),
        (Premises(occupancy=Decimal("0.5")), Fraction(1)),
        (Premises(post_cost=Decimal(0)), Fraction(1)),
    ],
)
def test_a_premise_tried_acts_on_every_case(trial: Premises, share_of_hours: Fraction) -> None:
    cases = (HouseCase("S-1"), HouseCase("S-2"))
    sheet = replace(EMPTY, kind=ModelKind.OPAQUE, lines=(paid("3200"),), cases=cases)
    now, then = cost_figures(sheet, PARAMETERS), cost_figures(tried(sheet, trial), PARAMETERS)
    for before, after in zip(now.cases, then.cases, strict=True):
        assert before.financed.hours is not None
        assert after.financed.hours == before.financed.hours * share_of_hours


def test_a_divisor_tried_stands_in_for_the_lines_own() -> None:
    monthly = replace(paid("0").line, amount=Decimal(30_500), unit=Unit.MONTH, divisor=Decimal(30))
    sheet = replace(EMPTY, lines=(CostLine(monthly),))
    assert cost_figures(tried(sheet, Premises(days_per_month=Decimal("30.5"))), PARAMETERS).charged == 1000


def test_an_overhead_tried_is_a_share_of_all_costs() -> None:
    sheet = tried(replace(EMPTY, staff=STAFF, places=10), Premises(overhead=Decimal("0.25")))
    figures = cost_figures(sheet, PARAMETERS)
    assert figures.premises.overhead == Fraction(1, 4)
    assert figures.indirect == 1_800_000


def test_findings_are_told_once_and_a_need_after_the_tariff_at_its_case() -> None:
    line = replace(paid("100", None).line, includes_vat=None, valid_from=dt.date(2026, 1, 1), row=2)
    late = HouseCase("S-2", need_date=dt.date(2026, 2, 1), row=3)
    sheet = replace(
        EMPTY, kind=ModelKind.PACKAGES, hour_price=Decimal(900), lines=(CostLine(line),), cases=(HouseCase("S-1"), late)
    )
    found = [(one.code, one.field, one.row) for one in cost_findings(sheet)]
    assert found == [
        ("K01", "line_type", 2),
        ("K03", "includes_vat", 2),
        ("K02", "hour_price", 0),
        ("K04", "need_date", 3),
    ]


def test_what_the_authority_knows_of_a_provider_fills_the_sheet() -> None:
    base = replace(paid("1475").line, row=2)
    gone = replace(base, covers="Før", valid_to=dt.date(2025, 12, 31))
    cases = [
        Case(
            "S-2",
            "V",
            "Tilbuddet",
            ProviderKind.OWN,
            "Hus",
            need_hours=Decimal(20),
            tariff=(replace(base, row=9), gone),
        ),
        Case("S-1", "V", "Tilbuddet", ProviderKind.OWN, "Hus", tariff=(base, replace(base, covers="Bil"))),
        Case("S-3", "V", "En anden", ProviderKind.OWN, "Andet hus"),
    ]
    model = TariffModel("Tilbuddet", ModelKind.PRICE_LIST, price_list=(PricePoint(Decimal(7), Decimal(900)),))
    houses = [House("Hus", "Tilbuddet", 6), House("Andet hus", "En anden", 4)]
    sheet = cost_sheet_of("Tilbuddet", cases, [model], houses, TODAY, {"S-2": Fraction(56, 3)})
    assert (sheet.house, sheet.places, sheet.kind, sheet.price_list) == ("Hus", 6, model.kind, model.price_list)
    assert [(one.line.covers, one.case_key) for one in sheet.lines] == [("Støtte", ""), ("Bil", "S-1")]
    assert [(one.case_key, one.ordered, one.measured) for one in sheet.cases] == [
        ("S-1", None, None),
        ("S-2", 20, Decimal("18.67")),
    ]


def test_a_line_that_a_case_has_twice_is_twice_in_that_case_alone() -> None:
    line = paid("100").line
    cases = [
        Case("S-1", "V", "P", ProviderKind.OWN, tariff=(line, line)),
        Case("S-2", "V", "P", ProviderKind.OWN, tariff=(line,)),
    ]
    for listed in (cases, [replace(case, case_key=key) for case, key in zip(cases, ("S-2", "S-1"), strict=True)]):
        sheet = cost_sheet_of("P", listed, (), (), TODAY)
        held = {case.case_key: len(sheet.lines_of(case)) for case in sheet.cases}
        assert held == {case.case_key: len(case.tariff) for case in listed}
