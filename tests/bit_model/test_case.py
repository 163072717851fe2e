import datetime as dt
from decimal import Decimal

import pytest

from bit_model.case import Case, OrderLine, ProviderKind, TariffLine

ORDER = (OrderLine("Egenomsorg", "Bad", hours=Decimal("20.5")), OrderLine("Relationer", hours=Decimal("15.5")))


@pytest.mark.parametrize(
    "need_hours, order, need",
    [
        (Decimal(40), ORDER, Decimal(40)),
        (None, ORDER, Decimal(36)),
        (Decimal(0), ORDER, Decimal(0)),
        (None, (), None),
    ],
)
def test_the_need_is_the_stated_total_or_the_sum_of_the_order(
    need_hours: Decimal | None, order: tuple[OrderLine, ...], need: Decimal | None
) -> None:
    case = Case("S-1", "Handicap", "Tilbuddet", ProviderKind.OWN, need_hours=need_hours, order=order)
    assert case.need == need


@pytest.mark.parametrize(
    "day, holds", [("2025-12-31", False), ("2026-01-01", True), ("2026-06-30", True), ("2026-07-01", False)]
)
def test_a_tariff_line_holds_from_its_first_to_its_last_day(day: str, holds: bool) -> None:
    line = TariffLine(None, "", Decimal(1), valid_from=dt.date(2026, 1, 1), valid_to=dt.date(2026, 6, 30))
    assert line.holds_on(dt.date.fromisoformat(day)) is holds


def test_a_tariff_line_without_dates_always_holds() -> None:
    assert TariffLine(None, "", Decimal(1)).holds_on(dt.date(1999, 1, 1))
