"""Another package, tariff or number of hours for one case: what the day would cost and what that would pay for.

Figures to talk about. Nothing here is decided, and nothing is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from bit_model.case import AmountKind, LineType, ModelKind, TariffLine, TariffModel
from bit_model.parameters import ParameterSet
from bit_model.rounding import Number, half_up
from bit_model.tariff import (
    Financed,
    Note,
    financed,
    hour_price_on,
    line_day_rate,
    package_hours,
    package_number,
    package_price,
)


class Wish(StrEnum):
    """What is tried in place of what is paid today."""

    PACKAGE = "pakke"
    RATE = "takst"
    HOURS = "timer"


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a case is paid by today: its lines, its provider's model, the parameters, and the date they hold on."""

    lines: Sequence[TariffLine]
    model: TariffModel | None
    parameters: ParameterSet
    on_date: date

    @property
    def in_packages(self) -> bool:
        """True where the provider is paid by packages."""
        return self.model is not None and self.model.kind is ModelKind.PACKAGES

    @property
    def paid(self) -> list[TariffLine]:
        """The paid lines in force."""
        return [line for line in self.lines if line.amount_kind is AmountKind.PAID and line.holds_on(self.on_date)]

    def pays_for(self, agreed: int | None = None) -> Financed:
        """Hours per week and kr per day."""
        return financed(self.lines, self.model, self.parameters, self.on_date, agreed)


def tried(tariff: Tariff, wish: Wish, value: Number) -> Financed:
    """What would be paid, and for what: by package number, by kr per day, or by hours per week to be paid for.

    A rate that follows from hours is rounded as published rates are. Where today's tariff is not accounted for there is
    no answer either: the hours are None and the notes say why. Raises ValueError for a package where there are none.
    """
    if wish is Wish.PACKAGE and not tariff.in_packages:
        msg = "the provider is not paid by packages"
        raise ValueError(msg)
    now = tariff.pays_for()
    if now.day_rate is None:
        return now
    if wish is Wish.RATE:
        return _paid_more_by(tariff, Fraction(value) - now.day_rate).pays_for()
    if wish is Wish.PACKAGE:
        return _in_package(tariff, int(value))
    if tariff.in_packages:
        first = tariff.pays_for(1)
        if first.hours is None:
            return first
        extra = first.hours - _hours_of(tariff, 1)
        return _in_package(tariff, max(1, package_number(Fraction(value) - extra, _width(tariff))))
    return _for_hours(tariff, now, Fraction(value))


def _for_hours(tariff: Tariff, now: Financed, wanted: Fraction) -> Financed:
    """Models B, C and D: an hour costs the same wherever one begins."""
    dearer = _paid_more_by(tariff, Fraction(7)).pays_for()
    if now.hours is None or now.day_rate is None or dearer.hours is None:
        return replace(now, hours=None)
    if dearer.hours == now.hours:
        return replace(now, hours=None, notes=(Note.FIGURE_MISSING,))
    more = 7 * (wanted - now.hours) / (dearer.hours - now.hours)
    rate = Fraction(half_up(now.day_rate + more, tariff.parameters.rate_places))
    return _paid_more_by(tariff, rate - now.day_rate).pays_for()


def _in_package(tariff: Tariff, package: int) -> Financed:
    """At the package's published price; what is paid besides the package stays."""
    model, parameters = tariff.model, tariff.parameters
    price = None if model is None else hour_price_on(model, parameters, tariff.on_date)
    paid_now = _paid_for_package(tariff)
    if model is None or price is None or paid_now is None:
        return replace(tariff.pays_for(), hours=None, notes=(Note.FIGURE_MISSING,))
    point = model.pricing_point or parameters.pricing_point
    published = package_price(package, price, _width(tariff), point, parameters.rate_places)
    return _paid_more_by(tariff, Fraction(published) - paid_now).pays_for(package)


def _paid_for_package(tariff: Tariff) -> Fraction | None:
    """Kr per day of the package lines, else what is left of the rate above the model's base; None without either."""
    rates = [
        (line.line_type, rate)
        for line in tariff.paid
        if isinstance(rate := line_day_rate(line, tariff.parameters), Fraction)
    ]
    packages = [rate for kind, rate in rates if kind is LineType.PACKAGE]
    if packages:
        return sum(packages, Fraction(0))
    if tariff.model is None or tariff.model.base_per_day is None:
        return None
    rest = sum((rate for kind, rate in rates if kind is not LineType.EXTRA_HOURS), Fraction(0))
    return rest - Fraction(tariff.model.base_per_day)


def _paid_more_by(tariff: Tariff, amount: Fraction) -> Tariff:
    """The tariff with one more line of so many kr per day, beside the package where there is one."""
    has_package = any(line.line_type is LineType.PACKAGE for line in tariff.paid)
    line = TariffLine(
        LineType.PACKAGE if has_package else LineType.SUPPLEMENT,
        "hvad nu hvis",
        Decimal(amount.numerator),
        divisor=Decimal(amount.denominator),  # exact, where the amount need not be a decimal number
        includes_vat=False,
        includes_rent=False,
    )
    return replace(tariff, lines=(*tariff.lines, line))


def _width(tariff: Tariff) -> Fraction:
    return Fraction((tariff.model and tariff.model.package_width) or tariff.parameters.package_width)


def _hours_of(tariff: Tariff, package: int) -> Fraction:
    point = (tariff.model and tariff.model.pricing_point) or tariff.parameters.pricing_point
    return package_hours(package, _width(tariff), point)
