import datetime as dt
from dataclasses import replace
from decimal import Decimal

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
from bit_model.tariff_checks import tariff_findings

LINE = TariffLine(
    LineType.GROUND,
    "Støtte og nat",
    Decimal(3200),
    includes_vat=False,
    includes_rent=False,
    valid_from=dt.date(2026, 1, 1),
    row=7,
)
MODEL = TariffModel("Tilbuddet", ModelKind.PACKAGES, hour_price=Decimal(404), row=3)


def found(
    *lines: TariffLine, model: TariffModel | None = None, need_date: dt.date | None = None
) -> list[tuple[str, str, int]]:
    """Code, field and row of everything found in a case."""
    case = Case("S-1", "Handicap", "Tilbuddet", ProviderKind.OWN, need_date=need_date, tariff=lines, row=5)
    return [(finding.code, finding.field, finding.row) for finding in tariff_findings(case, model)]


def test_a_complete_tariff_has_no_findings() -> None:
    assert found(LINE, model=MODEL, need_date=dt.date(2026, 1, 1)) == []


def test_k01_a_line_without_type_or_text() -> None:
    lines = (replace(LINE, line_type=None), replace(LINE, covers="  ", row=8))
    assert found(*lines) == [("K01", "line_type", 7), ("K01", "covers", 8)]


@pytest.mark.parametrize("price, codes", [("249.99", ["K02"]), ("250", []), ("700", []), ("700.01", ["K02"])])
def test_k02_a_price_per_hour_that_is_hardly_right(price: str, codes: list[str]) -> None:
    assert [code for code, *_ in found(LINE, model=replace(MODEL, hour_price=Decimal(price)))] == codes
    assert [code for code, *_ in found(replace(LINE, unit=Unit.HOUR, amount=Decimal(price)))] == codes


def test_k02_reads_the_price_out_of_a_price_list() -> None:
    prices = (PricePoint(Decimal(10), Decimal(1000)), PricePoint(Decimal(20), Decimal(3000)))
    assert found(LINE, model=TariffModel("T", ModelKind.PRICE_LIST, price_list=prices, row=3)) == [
        ("K02", "price_list", 3)
    ]


def test_k03_a_flag_that_is_not_stated() -> None:
    line = replace(LINE, includes_vat=None, includes_rent=None)
    assert found(line) == [("K03", "includes_vat", 7), ("K03", "includes_rent", 7)]


def test_k04_a_need_that_is_dated_after_the_tariff() -> None:
    recommended = replace(LINE, amount_kind=AmountKind.RECOMMENDED, valid_from=dt.date(2026, 6, 1))
    assert found(LINE, recommended, need_date=dt.date(2026, 1, 2)) == [("K04", "need_date", 5)]


def test_k04_is_silent_where_a_later_tariff_follows_the_need() -> None:
    assert found(LINE, replace(LINE, valid_from=dt.date(2026, 2, 1)), need_date=dt.date(2026, 1, 2)) == []
