# mypy: disable-error-code="comparison-overlap"
# 1 and Fraction(1) are equal, also inside a tuple.

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bit_model.case import AmountKind, LineType, ModelKind, PricePoint, TariffLine, TariffModel, Unit
from bit_model.parameters import ParameterSet, PricingPoint
from bit_model.rounding import Number, half_up
from bit_model.tariff import (
    Financed,
    Note,
    PriceLine,
    cost_rate,
    day_rate,
    day_rates,
    financed,
    hours_by_posts,
    hours_by_price,
    line_day_rate,
    model_on,
    package_band,
    package_hours,
    package_number,
    package_price,
    price_line,
)

TODAY = dt.date(2026, 3, 2)
PARAMETERS = ParameterSet()
PACKAGES = TariffModel("Tilbuddet", ModelKind.PACKAGES, hour_price=Decimal(404))
HERTHA = TariffModel(
    "Hertha",
    ModelKind.HOUR_PRICE,
    hour_price=Decimal("370.15"),
    base_per_day=Decimal("459.50"),
    night_per_day=Decimal("176.49"),
)
OPAQUE = TariffModel("Boligen", ModelKind.OPAQUE)


def line(line_type: LineType | None, amount: str, covers: str = "Støtte", unit: Unit = Unit.DAY) -> TariffLine:
    """A paid line that includes neither VAT nor rent."""
    return TariffLine(line_type, covers, Decimal(amount), unit, includes_vat=False, includes_rent=False)


def financed_by(model: TariffModel | None, *lines: TariffLine, parameters: ParameterSet = PARAMETERS) -> Financed:
    """What the lines pay for today."""
    return financed(lines, model, parameters, TODAY)


@pytest.mark.parametrize(
    "amount, unit, divisor, rate",
    [
        (365_000, Unit.YEAR, None, "1000"),
        (334_000, Unit.YEAR, 334, "1000"),
        (30_420, Unit.MONTH, None, "1000"),
        (30_500, Unit.MONTH, Decimal("30.5"), "1000"),
        (7_000, Unit.WEEK, None, "1000"),
        (Decimal("1000.25"), Unit.DAY, None, "1000.25"),
    ],
)
def test_an_amount_becomes_kr_per_day_with_the_providers_own_divisor(
    amount: Number, unit: Unit, divisor: Number | None, rate: str
) -> None:
    assert day_rate(amount, unit, divisor, PARAMETERS) == Fraction(rate)


def test_a_month_can_be_a_twelfth_of_the_charged_days() -> None:
    assert day_rate(36_500, Unit.MONTH, None, ParameterSet(days_per_month=None)) == 1200


def test_an_hour_needs_hours_per_week_to_become_kr_per_day() -> None:
    assert day_rate(350, Unit.HOUR, None, PARAMETERS) is None
    assert day_rate(350, Unit.HOUR, None, PARAMETERS, hours=20) == 1000


def test_a_divisor_that_is_no_number_of_days_gives_no_rate() -> None:
    assert day_rate(350, Unit.YEAR, Decimal(0), PARAMETERS) is None


def test_vat_and_rent_are_taken_out() -> None:
    both = replace(line(LineType.GROUND, "1350"), includes_vat=True, includes_rent=True, rent_amount=Decimal(100))
    assert line_day_rate(both, PARAMETERS) == 1000


@pytest.mark.parametrize(
    "changes, why",
    [
        ({"includes_vat": None}, Note.FLAG_MISSING),
        ({"includes_rent": None}, Note.FLAG_MISSING),
        ({"includes_rent": True}, Note.RENT_UNKNOWN),
        ({"unit": Unit.HOUR}, Note.NOT_CONVERTIBLE),
    ],
)
def test_a_line_that_cannot_be_compared_leaves_the_tariff_unaccounted(changes: dict[str, object], why: Note) -> None:
    unclear = replace(line(LineType.SUPPLEMENT, "100"), **changes)  # type: ignore[arg-type]
    found = financed_by(OPAQUE, line(LineType.GROUND, "3200"), unclear)
    assert (found.hours, found.day_rate, found.notes) == (None, None, (why,))


def test_recommended_negotiated_and_paid_are_kept_apart() -> None:
    paid = line(LineType.GROUND, "3200")
    lines = [
        paid,
        replace(paid, amount=Decimal(3000), amount_kind=AmountKind.NEGOTIATED),
        replace(paid, amount=Decimal(3500), amount_kind=AmountKind.RECOMMENDED),
        replace(paid, amount=Decimal(9999), valid_to=dt.date(2025, 12, 31)),
    ]
    rates = day_rates(lines, PARAMETERS, TODAY)
    assert rates == {AmountKind.PAID: 3200, AmountKind.NEGOTIATED: 3000, AmountKind.RECOMMENDED: 3500}
    assert financed_by(OPAQUE, *lines).day_rate == 3200


def test_one_unclear_line_makes_its_kind_of_amount_unknown() -> None:
    lines = [line(LineType.GROUND, "3200"), replace(line(LineType.GROUND, "1"), includes_vat=None)]
    assert day_rates(lines, PARAMETERS, TODAY) == {AmountKind.PAID: None}


def test_region_syddanmark_2022_packages_cost_what_was_published() -> None:
    prices = [package_price(package, 317) for package in range(1, 8)]
    assert prices == [159, 476, 793, 1110, 1427, 1744, 2061]


@pytest.mark.parametrize("hours, package", [(0, 0), (Fraction(1, 60), 1), (7, 1), (Decimal("7.01"), 2), (42, 6)])
def test_a_package_covers_hours_over_its_lower_up_to_its_upper_bound(hours: Number, package: int) -> None:
    assert package_number(hours) == package


def test_a_package_is_priced_in_the_middle_or_at_the_top_of_its_band() -> None:
    assert package_band(8) == (49, 56)
    assert (package_hours(8), package_hours(8, 7, PricingPoint.TOP)) == (Decimal("52.5"), 56)
    assert (package_price(8, 404), package_price(8, 404, 7, PricingPoint.TOP)) == (3030, 3232)


def test_the_measured_package_of_the_example_is_808_kr_a_day_cheaper() -> None:
    measured = package_number(Fraction(113, 3))
    assert (measured, package_price(measured, 404)) == (6, 2222)
    assert package_price(8, 404) - package_price(measured, 404) == 808


def test_model_a_finds_the_package_that_is_paid() -> None:
    found = financed_by(PACKAGES, line(LineType.BASE, "1475"), line(LineType.PACKAGE, "3030"))
    assert (found.hours, found.package, found.band) == (Fraction(105, 2), 8, (49, 56))
    assert (found.day_rate, found.notes) == (4505, ())


def test_model_a_takes_what_is_above_a_stated_base() -> None:
    found = financed_by(replace(PACKAGES, base_per_day=Decimal(1475)), line(LineType.GROUND, "4505"))
    assert (found.hours, found.package) == (Fraction(105, 2), 8)


def test_model_a_adds_extra_hours_at_the_hour_price() -> None:
    package, extra = line(LineType.PACKAGE, "3030"), line(LineType.EXTRA_HOURS, "202")
    assert financed_by(PACKAGES, package, extra).hours == 56
    by_the_hour = replace(line(LineType.EXTRA_HOURS, "404", unit=Unit.HOUR), hours=Decimal("3.5"))
    found = financed_by(PACKAGES, package, by_the_hour)
    assert (found.hours, found.day_rate, found.band) == (56, 3232, (Fraction("52.5"), Fraction("59.5")))


def test_model_a_says_when_the_amount_is_no_package_price() -> None:
    found = financed_by(PACKAGES, line(LineType.PACKAGE, "3000"))
    assert (found.package, found.notes) == (8, (Note.PACKAGE_PRICE_DIFFERS,))


def test_model_a_never_goes_beyond_the_highest_package() -> None:
    found = financed_by(PACKAGES, line(LineType.PACKAGE, "3030"), parameters=ParameterSet(highest_package=5))
    assert (found.package, found.notes) == (5, (Note.PACKAGE_PRICE_DIFFERS,))


@given(
    st.integers(1, 30),
    st.integers(250, 700),
    st.sampled_from([Decimal(5), Decimal(7), Decimal("7.5"), Decimal(10)]),
    st.sampled_from(PricingPoint),
)
def test_model_a_finds_every_package_by_its_published_price(
    package: int, price: int, width: Decimal, point: PricingPoint
) -> None:
    model = replace(PACKAGES, hour_price=Decimal(price), package_width=width, pricing_point=point)
    found = financed_by(model, line(LineType.PACKAGE, str(package_price(package, price, width, point))))
    assert (found.package, found.hours, found.notes) == (package, package_hours(package, width, point), ())


def test_the_hour_price_can_be_the_years_own_in_the_parameters() -> None:
    parameters = ParameterSet(hour_prices=((2025, Decimal(390)), (2026, Decimal(404))))
    found = financed_by(replace(PACKAGES, hour_price=None), line(LineType.PACKAGE, "3030"), parameters=parameters)
    assert found.package == 8


def test_hertha_2023_pays_for_20_hours() -> None:
    assert str(half_up(Fraction("459.50") + Fraction("176.49") + Fraction("370.15") * 20 / 7)) == "1693.56"
    hours = hours_by_price(Decimal("1693.56"), Decimal("459.50"), Decimal("370.15"), Decimal("176.49"))
    assert str(half_up(hours)) == "20.00"
    assert financed_by(HERTHA, line(LineType.GROUND, "1693.56")).hours == hours


def test_model_b_can_take_its_base_from_the_lines() -> None:
    model = replace(HERTHA, base_per_day=None, night_per_day=None, hour_price=Decimal(350))
    assert financed_by(model, line(LineType.BASE, "500"), line(LineType.SUPPLEMENT, "1000")).hours == 20
    assert financed_by(model, line(LineType.SPECIAL, "1500")).notes == (Note.FIGURE_MISSING,)


def test_model_c_gives_posts_present_hours_and_user_hours() -> None:
    found = hours_by_posts(3200, 0, Decimal("0.65"), 520_000, Decimal("1527.69"), Decimal("0.70"))
    assert [str(half_up(figure)) for figure in found] == ["1.46", "42.78", "29.94"]
    assert financed_by(OPAQUE, line(LineType.GROUND, "3200")).hours == found[2]


def test_model_c_can_use_a_week_factor_of_52() -> None:
    found = financed_by(OPAQUE, line(LineType.GROUND, "3200"), parameters=ParameterSet(weeks_per_year=Decimal(52)))
    assert found.hours == Fraction("1.46") * Fraction("1527.69") / 52 * Fraction("0.7")


def points(*pairs: tuple[int, int]) -> tuple[PricePoint, ...]:
    """A price list."""
    return tuple(PricePoint(Decimal(hours), Decimal(rate)) for hours, rate in pairs)


def test_model_d_reads_a_straight_price_list_back() -> None:
    model = TariffModel("Listen", ModelKind.PRICE_LIST, price_list=points((10, 1000), (20, 1500), (30, 2000)))
    found = financed_by(model, line(LineType.GROUND, "1750"))
    assert (found.hours, found.price_line) == (25, PriceLine(Fraction(500), Fraction(350), Fraction(0)))


def test_model_d_says_how_far_the_list_bends() -> None:
    assert price_line(points((0, 0), (1, 30), (2, 0))) == PriceLine(Fraction(10), Fraction(0), Fraction(20))


@pytest.mark.parametrize("listed", [(), ((10, 1000),), ((10, 1000), (10, 1200)), ((10, 1000), (20, 900))])
def test_model_d_gives_no_hours_without_a_rising_line(listed: tuple[tuple[int, int], ...]) -> None:
    model = TariffModel("Listen", ModelKind.PRICE_LIST, price_list=points(*listed))
    assert financed_by(model, line(LineType.GROUND, "1750")).notes == (Note.FIGURE_MISSING,)


@pytest.mark.parametrize("model", [PACKAGES, HERTHA], ids=["A", "B"])
def test_a_rate_below_the_base_pays_for_no_known_hours(model: TariffModel) -> None:
    found = financed_by(replace(model, base_per_day=Decimal(1475)), line(LineType.GROUND, "1400"))
    assert (found.hours, found.day_rate, found.notes) == (None, 1400, (Note.BELOW_BASE,))


def test_a_case_without_paid_lines_or_without_a_model_is_unaccounted() -> None:
    assert financed_by(PACKAGES).notes == (Note.NO_LINES,)
    found = financed_by(None, line(LineType.GROUND, "1400"))
    assert (found.hours, found.day_rate, found.notes) == (None, 1400, (Note.NO_MODEL,))


@pytest.mark.parametrize("price", [None, Decimal(0), Decimal(-1)])
def test_a_missing_hour_price_is_a_missing_figure(price: Decimal | None) -> None:
    for model in (PACKAGES, HERTHA):
        found = financed_by(replace(model, hour_price=price), line(LineType.PACKAGE, "3030"))
        assert found.notes == (Note.FIGURE_MISSING,)


def test_lines_without_type_or_text_are_counted_in_the_rate_and_named() -> None:
    lines = [line(LineType.PACKAGE, "3030"), line(None, "50"), line(LineType.SUPPLEMENT, "20", covers=" ")]
    found = financed_by(PACKAGES, *lines)
    assert (found.package, found.day_rate, found.unaccounted) == (8, 3100, tuple(lines[1:]))
    assert found.notes == (Note.UNACCOUNTED_LINES,)


def test_the_cost_based_rate_is_cost_over_charged_places() -> None:
    assert str(half_up(cost_rate(13_500_000, 1_500_000, 12, Decimal("0.98")))) == "3494.55"


def test_the_newest_model_in_force_is_used() -> None:
    models = [replace(PACKAGES, valid_from=dt.date(year, 1, 1)) for year in (2025, 2027, 2026)]
    assert model_on(models, "Tilbuddet", TODAY) == models[2]
    assert model_on(models, "Hertha", TODAY) is None
