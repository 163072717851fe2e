"""From tariff lines to the hours per week that they pay for, by four models (domain text, section 5)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor

from bit_model.case import AmountKind, LineType, ModelKind, PricePoint, TariffLine, TariffModel, Unit
from bit_model.parameters import ParameterSet, PricingPoint
from bit_model.rounding import Number, half_up

BASE_TYPES = frozenset({LineType.GROUND, LineType.BASE})


class Note(StrEnum):
    """Why a tariff gives no hours, or what to know about the hours it gives."""

    NO_LINES = "no_lines"
    NO_MODEL = "no_model"
    FLAG_MISSING = "flag_missing"
    RENT_UNKNOWN = "rent_unknown"
    NOT_CONVERTIBLE = "not_convertible"
    FIGURE_MISSING = "figure_missing"
    BELOW_BASE = "below_base"
    PACKAGE_PRICE_DIFFERS = "package_price_differs"
    UNACCOUNTED_LINES = "unaccounted_lines"


@dataclass(frozen=True, slots=True)
class PriceLine:
    """The straight line through a price list: fixed part in kr per day, kr per hour, largest distance in kr per day."""

    fixed: Fraction
    hour_price: Fraction
    bend: Fraction


@dataclass(frozen=True, slots=True)
class Financed:
    """What a tariff pays for: hours per week, the paid kr per day, and how sure that is.

    `hours` is None when the tariff is not accounted for; `notes` says why. `band` is hours over the first and up to
    the second figure. `unaccounted` are paid lines without a type or a text (*ikke belyst*).
    """

    hours: Fraction | None
    day_rate: Fraction | None
    band: tuple[Fraction, Fraction] | None = None
    package: int | None = None
    price_line: PriceLine | None = None
    unaccounted: tuple[TariffLine, ...] = ()
    notes: tuple[Note, ...] = ()


def day_rate(
    amount: Number, unit: Unit, divisor: Number | None, parameters: ParameterSet, hours: Number | None = None
) -> Fraction | None:
    """Kr per day of an amount per unit; an hour's price needs hours per week. None where it cannot be told."""
    if unit is Unit.HOUR:
        return None if hours is None else Fraction(amount) * Fraction(hours) / 7
    if divisor is None:
        days_per_month = parameters.days_per_month or Fraction(parameters.charged_days) / 12
        divisor = {
            Unit.YEAR: parameters.charged_days,
            Unit.MONTH: days_per_month,
            Unit.WEEK: 7,
            Unit.DAY: 1,
        }[unit]
    return Fraction(amount) / Fraction(divisor) if divisor > 0 else None


def line_day_rate(line: TariffLine, parameters: ParameterSet) -> Fraction | Note:
    """Kr per day of a line without VAT and without rent and food, or why it cannot be told.

    Rent is free of VAT, so it is taken out before the VAT of the rest is.
    """
    if line.includes_vat is None or line.includes_rent is None:
        return Note.FLAG_MISSING
    amount = Fraction(line.amount)
    if line.includes_rent:
        if line.rent_amount is None:
            return Note.RENT_UNKNOWN
        amount -= Fraction(line.rent_amount)
    if line.includes_vat:
        amount /= 1 + Fraction(parameters.vat)
    rate = day_rate(amount, line.unit, line.divisor, parameters, line.hours)
    return Note.NOT_CONVERTIBLE if rate is None else rate


def day_rates(
    lines: Iterable[TariffLine], parameters: ParameterSet, on_date: dt.date
) -> dict[AmountKind, Fraction | None]:
    """Kr per day of the lines in force, each kind of amount by itself; None where a line of the kind cannot be told."""
    sums: dict[AmountKind, Fraction | None] = {}
    for line in lines:
        if line.holds_on(on_date):
            rate, so_far = line_day_rate(line, parameters), sums.get(line.amount_kind, Fraction(0))
            sums[line.amount_kind] = None if so_far is None or isinstance(rate, Note) else so_far + rate
    return sums


def package_number(hours: Number, width: Number = 7) -> int:
    """The package k whose band w(k-1) < hours <= wk holds the hours per week; 0 for no hours."""
    return max(0, ceil(Fraction(hours) / Fraction(width)))


def package_band(package: int, width: Number = 7) -> tuple[Fraction, Fraction]:
    """The hours per week that a package spans: over the first figure, up to and with the second."""
    return Fraction(width) * (package - 1), Fraction(width) * package


def package_hours(package: int, width: Number = 7, point: PricingPoint = PricingPoint.MIDDLE) -> Fraction:
    """The hours per week that a package's price is set at."""
    return Fraction(width) * (package if point is PricingPoint.TOP else package - Fraction(1, 2))


def package_price(
    package: int,
    hour_price: Number,
    width: Number = 7,
    point: PricingPoint = PricingPoint.MIDDLE,
    places: int = 0,
) -> Decimal:
    """Kr per day of a package, rounded half up as published."""
    return half_up(package_hours(package, width, point) * Fraction(hour_price) / 7, places)


def hours_by_price(rate: Number, base: Number, hour_price: Number, night: Number = 0) -> Fraction:
    """Hours per week in a day rate under model B."""
    return 7 * (Fraction(rate) - Fraction(base) - Fraction(night)) / Fraction(hour_price)


def hours_by_posts(
    rate: Number,
    non_support: Number,
    staff_share: Number,
    post_cost: Number,
    net_hours: Number,
    user_time_share: Number,
    days: Number = 365,
    weeks: Number | None = None,
) -> tuple[Fraction, Fraction, Fraction]:
    """Posts, present hours per week and user hours per week in one opaque day rate (model C)."""
    posts = (Fraction(rate) - Fraction(non_support)) * Fraction(days) * Fraction(staff_share) / Fraction(post_cost)
    present = posts * Fraction(net_hours) / weeks_of(days, weeks)
    return posts, present, present * Fraction(user_time_share)


def weeks_of(days: Number, weeks: Number | None = None) -> Fraction:
    """Weeks of a year of so many charged days: the authority's week factor where it has one, else days / 7."""
    return Fraction(days) / 7 if weeks is None else Fraction(weeks)


@lru_cache(maxsize=256)
def price_line(points: tuple[PricePoint, ...]) -> PriceLine | None:
    """The least-squares line through a price list (model D); None with fewer than two different numbers of hours."""
    hours, rates = [Fraction(p.hours) for p in points], [Fraction(p.day_rate) for p in points]
    n, sum_hours, sum_rates = len(points), sum(hours), sum(rates)
    spread = n * sum(h * h for h in hours) - sum_hours**2
    if not spread:
        return None
    slope = (n * sum(h * r for h, r in zip(hours, rates, strict=True)) - sum_hours * sum_rates) / Fraction(spread)
    fixed = (sum_rates - slope * sum_hours) / n
    bend = max(abs(r - fixed - slope * h) for h, r in zip(hours, rates, strict=True))
    return PriceLine(fixed, 7 * slope, bend)


def cost_rate(direct: Number, indirect: Number, places: int, occupancy: Number, days: Number = 365) -> Fraction:
    """Kr per day that a provider's cost per year asks for."""
    return (Fraction(direct) + Fraction(indirect)) / (places * Fraction(occupancy) * Fraction(days))


def model_on(models: Iterable[TariffModel], provider: str, on_date: dt.date) -> TariffModel | None:
    """The provider's newest tariff model in force on the date."""
    in_force = [m for m in models if m.provider == provider and (m.valid_from or dt.date.min) <= on_date]
    return max(in_force, key=lambda m: m.valid_from or dt.date.min, default=None)


def financed(
    lines: Iterable[TariffLine],
    model: TariffModel | None,
    parameters: ParameterSet,
    on_date: dt.date,
    agreed: int | None = None,
) -> Financed:
    """Hours per week that the paid lines in force on the date pay for, by the provider's model.

    Models B, C and D take the whole rate. Model A takes the package that is `agreed`, else its package lines, else what
    is left of the rate above a base that the model states.
    """
    paid = [line for line in lines if line.amount_kind is AmountKind.PAID and line.holds_on(on_date)]
    rates = [(line, line_day_rate(line, parameters)) for line in paid]
    rated = [(line, rate) for line, rate in rates if not isinstance(rate, Note)]
    paid_rate = sum((rate for _, rate in rated), Fraction(0)) if paid and len(rated) == len(paid) else None
    if paid_rate is None:
        reasons = dict.fromkeys(rate for _, rate in rates if isinstance(rate, Note))
        result = _no_hours(*(reasons or [Note.NO_LINES]))
    elif model is None:
        result = _no_hours(Note.NO_MODEL)
    elif model.kind is ModelKind.PACKAGES:
        result = _by_packages(rated, paid_rate, model, parameters, on_date, agreed)
    else:
        result = _by_rate(rated, paid_rate, model, parameters, on_date)
    unaccounted = tuple(line for line in paid if line.line_type is None or not line.covers.strip())
    notes = (*result.notes, Note.UNACCOUNTED_LINES) if unaccounted else result.notes
    return replace(result, day_rate=paid_rate, unaccounted=unaccounted, notes=notes)


def _no_hours(*why: Note) -> Financed:
    return Financed(None, None, notes=why)


def _by_rate(
    rated: Sequence[tuple[TariffLine, Fraction]],
    rate: Fraction,
    model: TariffModel,
    parameters: ParameterSet,
    on_date: dt.date,
) -> Financed:
    """Models B, C and D: hours from the whole rate."""
    line = None
    if model.kind is ModelKind.HOUR_PRICE:
        price, base = hour_price_on(model, parameters, on_date), model.base_per_day
        base_lines = [r for tariff_line, r in rated if tariff_line.line_type in BASE_TYPES]
        if price is None or (base is None and not base_lines):
            return _no_hours(Note.FIGURE_MISSING)
        hours = hours_by_price(rate, sum(base_lines) if base is None else base, price, model.night_per_day or 0)
    elif model.kind is ModelKind.OPAQUE:
        *_, hours = hours_by_posts(
            rate,
            model.non_support_per_day or 0,
            parameters.staff_share if model.staff_share is None else model.staff_share,
            model.post_cost or parameters.post_cost,
            parameters.net_hours_per_post if model.net_hours is None else model.net_hours,
            parameters.user_time_share if model.user_time_share is None else model.user_time_share,
            model.days or parameters.charged_days,
            parameters.weeks_per_year,
        )
    else:
        line = price_line(model.price_list)
        if line is None or line.hour_price <= 0:
            return _no_hours(Note.FIGURE_MISSING)
        hours = hours_by_price(rate, line.fixed, line.hour_price)
    return _no_hours(Note.BELOW_BASE) if hours < 0 else Financed(hours, rate, price_line=line)


def _by_packages(
    rated: Sequence[tuple[TariffLine, Fraction]],
    rate: Fraction,
    model: TariffModel,
    parameters: ParameterSet,
    on_date: dt.date,
    agreed: int | None,
) -> Financed:
    """Model A: the package agreed, or the one whose price is nearest to what is paid for it, and the extra hours."""
    price = hour_price_on(model, parameters, on_date)
    width = Fraction(model.package_width or parameters.package_width)
    point = model.pricing_point or parameters.pricing_point
    if price is None:
        return _no_hours(Note.FIGURE_MISSING)
    extra = [(line, r) for line, r in rated if line.line_type is LineType.EXTRA_HOURS]
    packages = [r for line, r in rated if line.line_type is LineType.PACKAGE]
    amount: Fraction | None = None
    if packages:
        amount = sum(packages, Fraction(0))
    elif model.base_per_day is not None:
        amount = rate - Fraction(model.base_per_day) - sum(r for _, r in extra)
    if agreed is not None:
        package = agreed
    elif amount is None:
        return _no_hours(Note.FIGURE_MISSING)
    elif amount <= 0:
        return _no_hours(Note.BELOW_BASE)
    else:
        nearest = floor(7 * amount / (Fraction(price) * width) + (Fraction(1, 2) if point is PricingPoint.TOP else 1))
        package = min(max(1, nearest), parameters.highest_package)
    places = parameters.rate_places
    differs = amount is not None and package_price(package, price, width, point, places) != half_up(amount, places)
    added = sum(
        (7 * r / Fraction(price) if line.hours is None else Fraction(line.hours) for line, r in extra), Fraction(0)
    )
    low, high = package_band(package, width)
    return Financed(
        package_hours(package, width, point) + added,
        rate,
        (low + added, high + added),
        package,
        notes=(Note.PACKAGE_PRICE_DIFFERS,) if differs else (),
    )


def hour_price_on(model: TariffModel, parameters: ParameterSet, on_date: dt.date) -> Decimal | None:
    """Kr per hour of the model, else of the year; a price that is not above nothing is none."""
    price = model.hour_price if model.hour_price is not None else dict(parameters.hour_prices).get(on_date.year)
    return price if price is not None and price > 0 else None
