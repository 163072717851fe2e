"""The domain text's worked figures of tariffs, as the template computes them in LibreOffice."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from libreoffice import convert
from openpyxl import load_workbook

from bit_model.case import LineType, ModelKind, TariffLine
from bit_model.cost_sheet import CostLine, CostSheet, DirectCost, DirectKind, HouseCase, StaffGroup
from bit_model.parameters import ParameterSet
from workbook_templates.tariff_sheet.build import build_tariff

EMPTY = CostSheet("Tilbuddet", dt.date(2026, 1, 1), places=1)


def of_day(amount: str, line_type: LineType = LineType.GROUND) -> CostLine:
    return CostLine(TariffLine(line_type, "Støtte", Decimal(amount), includes_vat=False, includes_rent=False))


SHEETS = {
    "costs": replace(EMPTY, direct_costs=(DirectCost(DirectKind.OTHER, Decimal(15_000_000)),), places=12),
    "opaque": replace(
        EMPTY,
        kind=ModelKind.OPAQUE,
        lines=(of_day("3200"),),
        cases=(HouseCase("S-1"),),
        staff=(StaffGroup("Alle", Decimal("1.46"), Decimal(520_000), Decimal("1527.69"), Decimal("0.70")),),
    ),
    "packages": replace(
        EMPTY,
        kind=ModelKind.PACKAGES,
        hour_price=Decimal(317),
        cases=tuple(HouseCase(f"S-{package}", package=package) for package in range(1, 8)),
    ),
    "hertha": replace(
        EMPTY,
        kind=ModelKind.HOUR_PRICE,
        hour_price=Decimal("370.15"),
        base_per_day=Decimal("459.50"),
        night_per_day=Decimal("176.49"),
        cases=(HouseCase("S-1", own_rate=Decimal("1693.56")),),
    ),
    "example": replace(
        EMPTY,
        kind=ModelKind.PACKAGES,
        hour_price=Decimal(404),
        lines=(of_day("1475"), of_day("3030", LineType.PACKAGE)),
        cases=(HouseCase("S-1", Decimal(36), Decimal("37.67")),),
    ),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[object]]]:
    """By template: the rows of Resultat and Hvad nu hvis by the text in their first cell, without it."""
    folder = tmp_path_factory.mktemp("worked")
    files = []
    for name, sheet in SHEETS.items():
        files.append(folder / f"{name}.xlsx")
        files[-1].write_bytes(build_tariff(sheet, ParameterSet()))
    made: dict[str, dict[str, list[object]]] = {}
    for file in convert(files, "xlsx", folder / "recalculated"):
        made[file.stem] = rows_by_label(file)
    return made


def rows_by_label(file: Path) -> dict[str, list[object]]:
    book = load_workbook(file, data_only=True, read_only=True)
    return {
        f"{'* ' if sheet == 'Hvad nu hvis' else ''}{row[0]}": list(row[1:])
        for sheet in ("Resultat", "Hvad nu hvis")
        for row in book[sheet].iter_rows(values_only=True)
        if row and row[0]
    }


def shown(value: object) -> str:
    assert isinstance(value, int | float)
    return f"{value:.2f}"


def test_a_cost_based_rate(results: dict[str, dict[str, list[object]]]) -> None:
    assert shown(results["costs"]["Omkostningsbaseret døgntakst"][0]) == "3494.55"


def test_one_opaque_amount_in_posts_and_hours(results: dict[str, dict[str, list[object]]]) -> None:
    found = results["opaque"]
    assert shown(found["S-1"][2]) == "29.94"
    assert shown(found["Stillinger"][0]) == "1.46"
    assert shown(3200 * 365 * 0.65 / 520_000) == "1.46"
    assert shown(found["* Nettotimer pr. stilling"][0]) == "1527.69"


def test_the_published_packages(results: dict[str, dict[str, list[object]]]) -> None:
    rows = [results["packages"][f"S-{package}"] for package in range(1, 8)]
    assert [row[0] for row in rows] == [159, 476, 793, 1110, 1427, 1744, 2061]
    assert [row[2] for row in rows] == [7 * package - 3.5 for package in range(1, 8)]
    assert rows[5][3] == "pakke 6: over 35 til 42"


def test_base_hour_price_and_night(results: dict[str, dict[str, list[object]]]) -> None:
    assert shown(results["hertha"]["S-1"][2]) == "20.00"


def test_the_worked_case_is_paid_for_more_than_is_given(results: dict[str, dict[str, list[object]]]) -> None:
    row = results["example"]["* S-1"]
    assert row[4:6] == [52.5, 52.5]
    assert row[7:11] == ["Over"] * 4
    assert shown(float(str(row[4])) - float(str(row[1]))) == "14.83"
