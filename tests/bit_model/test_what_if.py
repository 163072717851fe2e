"""What another package, rate or number of hours would cost and pay for."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bit_model.case import LineType, ModelKind, PricePoint, TariffLine, TariffModel, Unit
from bit_model.effect import RateChange, effect_in
from bit_model.parameters import ParameterSet
from bit_model.tariff import Note
from bit_model.what_if import Tariff, Wish, tried

ON_DATE = dt.date(2026, 3, 2)


def line(kind: LineType, amount: str, unit: Unit = Unit.DAY) -> TariffLine:
    return TariffLine(kind, "Støtte", Decimal(amount), unit, includes_vat=False, includes_rent=False)


def tariff(model: TariffModel | None, *lines: TariffLine) -> Tariff:
    return Tariff(lines, model, ParameterSet(), ON_DATE)


PACKAGES = tariff(
    TariffModel("Bakkehuset", ModelKind.PACKAGES, hour_price=Decimal(404)),
    line(LineType.BASE, "1475"),
    line(LineType.PACKAGE, "3030"),
)
BY_PRICE = tariff(
    TariffModel("Åsen", ModelKind.HOUR_PRICE, hour_price=Decimal(420), base_per_day=Decimal(800)),
    line(LineType.GROUND, "2000"),
)
OPAQUE = tariff(TariffModel("Åsen", ModelKind.OPAQUE), line(LineType.GROUND, "1000000", Unit.YEAR))
LISTED = tariff(
    TariffModel(
        "Åsen",
        ModelKind.PRICE_LIST,
        price_list=(PricePoint(Decimal(10), Decimal(1400)), PricePoint(Decimal(20), Decimal(2000))),
    ),
    line(LineType.GROUND, "1700"),
)


def test_two_packages_lower_is_the_domain_texts_example() -> None:
    now, lower = PACKAGES.pays_for(), tried(PACKAGES, Wish.PACKAGE, 6)
    assert now.package == 8
    assert now.day_rate == 4505
    assert (lower.package, lower.notes) == (6, ())
    assert lower.day_rate == 3697
    assert lower.hours == Fraction(77, 2)
    change = RateChange(4505, lower.day_rate or 0, dt.date(2026, 10, 1), dt.date(2026, 4, 1))
    effect = effect_in(change, 2026)
    assert [effect.full_year, effect.budget_year, effect.retroactive] == [294_920, 74_336, 147_864]


def test_another_rate_pays_for_the_package_whose_price_is_nearest() -> None:
    found = tried(PACKAGES, Wish.RATE, 3700)
    assert found.day_rate == 3700
    assert (found.package, found.notes) == (6, (Note.PACKAGE_PRICE_DIFFERS,))


def test_hours_in_packages_are_paid_for_by_the_package_that_holds_them() -> None:
    for wanted, package in ((1, 1), (35, 5), (36, 6), (42, 6), (43, 7)):
        assert tried(PACKAGES, Wish.HOURS, wanted).package == package


def test_extra_hours_stay_beside_another_package() -> None:
    extra = line(LineType.EXTRA_HOURS, "404")
    with_extra = replace(PACKAGES, lines=(*PACKAGES.lines, extra))
    found = tried(with_extra, Wish.PACKAGE, 6)
    assert found.hours == Fraction(77, 2) + 7
    assert found.day_rate == 3697 + 404
    assert tried(with_extra, Wish.HOURS, 49).package == 6


def test_a_package_above_a_base_of_the_model_needs_no_line_of_its_own() -> None:
    model = TariffModel("Bakkehuset", ModelKind.PACKAGES, hour_price=Decimal(404), base_per_day=Decimal(1475))
    whole = tariff(model, line(LineType.GROUND, "4505"))
    assert tried(whole, Wish.PACKAGE, 6) == tried(whole, Wish.HOURS, 40)
    assert tried(whole, Wish.PACKAGE, 6).day_rate == 3697


@pytest.mark.parametrize("whole", [BY_PRICE, OPAQUE, LISTED])
@given(wanted=st.integers(1, 100))
def test_the_rate_for_so_many_hours_pays_for_them_but_for_its_rounding(whole: Tariff, wanted: int) -> None:
    found = tried(whole, Wish.HOURS, wanted)
    assert found.hours is not None
    assert found.day_rate is not None
    assert abs(found.hours - wanted) < Fraction(1, 20)
    assert found.day_rate.denominator == 1
    assert tried(whole, Wish.RATE, found.day_rate).hours == found.hours


def test_what_is_not_accounted_for_has_no_answer_and_says_why() -> None:
    unknown = replace(PACKAGES, lines=(replace(PACKAGES.lines[0], includes_vat=None), PACKAGES.lines[1]))
    assert tried(unknown, Wish.RATE, 3000).notes == (Note.FLAG_MISSING,)
    assert tried(tariff(None, *PACKAGES.lines), Wish.HOURS, 30).hours is None
    assert tried(BY_PRICE, Wish.RATE, 700).notes == (Note.BELOW_BASE,)
    no_price = replace(PACKAGES, model=TariffModel("Bakkehuset", ModelKind.PACKAGES))
    assert tried(no_price, Wish.PACKAGE, 6).notes == tried(no_price, Wish.HOURS, 6).notes == (Note.FIGURE_MISSING,)
    with pytest.raises(ValueError, match="packages"):
        tried(BY_PRICE, Wish.PACKAGE, 6)
