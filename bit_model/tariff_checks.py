"""What is checked in a case's tariff lines and tariff model: K01 to K04 (domain text, section 9)."""

from collections.abc import Iterable, Iterator

from bit_model.case import AmountKind, Case, TariffLine, TariffModel, Unit
from bit_model.checks import Finding
from bit_model.rounding import Number, half_up
from bit_model.tariff import price_line

PLAUSIBLE_HOUR_PRICES = (250, 700)
"""Kr per hour; a price outside is worth a question (K02)."""


def tariff_findings(case: Case, model: TariffModel | None = None) -> list[Finding]:
    """K01 to K04 of a case, each with the row of its line (the model's row where the price is the model's)."""
    return [*_line_findings(case.tariff), *_price_findings(case.tariff, model), *_order_of_dates(case)]


def _line_findings(lines: Iterable[TariffLine]) -> Iterator[Finding]:
    """K01 and K03: what a line must say of itself."""
    for line in lines:
        if line.line_type is None:
            yield Finding("K01", "line_type", line.row)
        if not line.covers.strip():
            yield Finding("K01", "covers", line.row)
        if line.includes_vat is None:
            yield Finding("K03", "includes_vat", line.row)
        if line.includes_rent is None:
            yield Finding("K03", "includes_rent", line.row)


def _price_findings(lines: Iterable[TariffLine], model: TariffModel | None) -> Iterator[Finding]:
    """K02: prices per hour that are hardly right."""
    prices: list[tuple[str, int, Number]] = [
        ("amount", line.row, line.amount) for line in lines if line.unit is Unit.HOUR
    ]
    if model is not None and model.hour_price is not None:
        prices.append(("hour_price", model.row, model.hour_price))
    if model is not None and (line_of_list := price_line(model.price_list)):
        prices.append(("price_list", model.row, line_of_list.hour_price))
    low, high = PLAUSIBLE_HOUR_PRICES
    for field, row, price in prices:
        if not low <= price <= high:
            yield Finding("K02", field, row, str(half_up(price)))


def _order_of_dates(case: Case) -> Iterator[Finding]:
    """K04: the need decides the tariff, so it is dated first."""
    agreed = [line.valid_from for line in case.tariff if line.amount_kind is AmountKind.PAID and line.valid_from]
    if case.need_date is not None and agreed and case.need_date > max(agreed):
        yield Finding("K04", "need_date", case.row, case.need_date.isoformat())
