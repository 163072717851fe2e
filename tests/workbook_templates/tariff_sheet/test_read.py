"""A returned tariff template: what is read, and each problem at its cell."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from cost_sheets import ROOM, drawn
from openpyxl import Workbook, load_workbook

from bit_model.case import AmountKind, LineType, ModelKind, PricePoint, TariffLine, Unit
from bit_model.cost_sheet import (
    CostLine,
    CostSheet,
    DirectCost,
    DirectKind,
    HouseCase,
    IndirectCost,
    IndirectKind,
    StaffGroup,
)
from bit_model.parameters import ParameterSet, PricingPoint
from workbook_templates.files.gate import Limits
from workbook_templates.layouts.takst import TAKST
from workbook_templates.schedule.report import FileReport, examine
from workbook_templates.tariff_sheet.build import build_tariff, write_tariff
from workbook_templates.tariff_sheet.content import header_of, rows_of

PARAMETERS = ParameterSet()
SHEET = CostSheet(
    "Bostedet Åsen",
    dt.date(2026, 4, 1),
    "Hus 1",
    ModelKind.PACKAGES,
    places=6,
    occupancy=Decimal("0.98"),
    hour_price=Decimal(404),
    pricing_point=PricingPoint.MIDDLE,
    lines=(
        CostLine(
            TariffLine(
                LineType.GROUND,
                "Drift og nat",
                Decimal(44_870),
                Unit.MONTH,
                Decimal("30.42"),
                includes_vat=True,
                includes_rent=True,
                rent_amount=Decimal(4000),
                valid_from=dt.date(2026, 1, 1),
                row=2,
            ),
            "",
            support=False,
        ),
        CostLine(
            TariffLine(
                LineType.PACKAGE,
                "Pakke 6",
                Decimal(2222),
                includes_vat=False,
                includes_rent=False,
                amount_kind=AmountKind.PAID,
                row=3,
            ),
            "S-2026-0001",
        ),
    ),
    direct_costs=(DirectCost(DirectKind.ACTIVITIES, Decimal(90_000), "Ture", 2),),
    staff=(StaffGroup("Pædagoger", Decimal("7.5"), Decimal(520_000), Decimal(1500), Decimal("0.7"), 2),),
    indirect_costs=(IndirectCost(IndirectKind.SUPERVISION, Decimal(20_000), "", 2),),
    price_list=(PricePoint(Decimal(7), Decimal(1500)), PricePoint(Decimal(14), Decimal(1900))),
    cases=(HouseCase("S-2026-0001", Decimal(36), Decimal("37.67"), None, 6, dt.date(2025, 12, 1), 2),),
)


def examined(content: bytes) -> FileReport:
    return examine(content, "takst.xlsx", PARAMETERS, dt.date(2026, 5, 1), Limits())


def changed(change: Callable[[Workbook], None]) -> FileReport:
    book = load_workbook(BytesIO(build_tariff(SHEET, PARAMETERS)))
    change(book)
    content = BytesIO()
    book.save(content)
    return examined(content.getvalue())


def with_cells(cells: dict[str, Any]) -> FileReport:
    """The template returned with these cells changed, by "sheet!address"."""

    def change(book: Workbook) -> None:
        for place, value in cells.items():
            sheet, _, address = place.partition("!")
            book[sheet][address].value = value

    return changed(change)


def codes(report: FileReport) -> list[tuple[str, str]]:
    return [(problem.code, f"{problem.sheet}!{problem.cell}") for problem in report.problems]


@pytest.mark.parametrize("language", ["da", "en"])
def test_what_is_written_is_read_again(language: str) -> None:
    from workbook_templates.files.gate import gate
    from workbook_templates.opened import open_workbook
    from workbook_templates.tariff_sheet.read import read_tariff

    content = build_tariff(SHEET, PARAMETERS, language)
    container = gate(content, Limits())
    reading = read_tariff(open_workbook(content, container, Limits()).grid)  # type: ignore[arg-type]
    assert reading.sheet == SHEET
    assert not reading.problems


def test_a_tariff_is_told_with_its_figures_and_a_schedule_has_no_such_key() -> None:
    report = examined(build_tariff(SHEET, PARAMETERS))
    told = report.as_json()
    assert (told["template"], told["version"], told["problems"], told["hours"]) == ("takst", 1, [], None)
    assert told["tariff"]["figures"]["cost_rate"] == 1868.42
    assert told["tariff"]["cases"][0]["financed"] == 38.5
    assert told["tariff"]["cases"][0]["states"]["financed_minus_delivered"] == "balance"
    assert "tariff" not in FileReport("skema.xlsx").as_json()


@pytest.mark.parametrize(
    "cells, found",
    [
        ({"Takstlinjer!D2": "ca. 500"}, [("R02", "Takstlinjer!D2")]),
        ({"Takstlinjer!D2": None}, [("C02", "Takstlinjer!D2")]),
        ({"Takstlinjer!E2": None, "Takstlinjer!L2": None}, [("C02", "Takstlinjer!E2")]),
        ({"Takstlinjer!E2": "kvartal"}, [("C03", "Takstlinjer!E2")]),
        ({"Takstlinjer!B2": "andet"}, [("C03", "Takstlinjer!B2")]),
        ({"Takstlinjer!A3": "S-9999"}, [("C03", "Takstlinjer!A3")]),
        ({"Takstlinjer!B2": None, "Takstlinjer!C2": " "}, [("K01", "Takstlinjer!B2"), ("K01", "Takstlinjer!C2")]),
        ({"Takstlinjer!I2": None, "Takstlinjer!J3": None}, [("K03", "Takstlinjer!I2"), ("K03", "Takstlinjer!J3")]),
        ({"Takstlinjer!E3": "time", "Takstlinjer!D3": 900, "Takstlinjer!G3": 5}, [("K02", "Takstlinjer!D3")]),
        ({"Oplysninger!B12": 900}, [("K02", "Oplysninger!B12")]),
        ({"Prisliste!B3": 9000}, [("K02", "Prisliste!B2")]),
        ({"Prisliste!A3": None}, [("C02", "Prisliste!A3")]),
        ({"Sager!F2": dt.date(2026, 2, 1)}, [("K04", "Sager!F2")]),
        ({"Sager!A3": "s-2026-0001"}, [("C01", "Sager!A3")]),
        ({"Sager!D2": "egen"}, [("R02", "Sager!D2"), ("C03", "Takstlinjer!A3")]),
        ({"Stillinger!E2": 70}, [("R02", "Stillinger!E2")]),
        ({"Stillinger!B2": None}, [("C02", "Stillinger!B2")]),
        ({"Direkte omkostninger!A2": "ferie"}, [("C03", "Direkte omkostninger!A2")]),
        ({"Direkte omkostninger!B2": "Kørsel 010203-1234"}, [("R21", "Direkte omkostninger!B2")]),
        ({"Indirekte omkostninger!C2": None}, [("C02", "Indirekte omkostninger!C2")]),
        ({"Oplysninger!B11": "Z"}, [("C03", "Oplysninger!B11")]),
        ({"Oplysninger!B11": None}, [("H01", "Oplysninger!B11")]),
        ({"Oplysninger!B22": "seks"}, [("H01", "Oplysninger!B22")]),
        ({"Oplysninger!B23": 98}, [("R02", "Oplysninger!B23")]),
        ({"Oplysninger!B9": 99_999}, [("R02", "Oplysninger!B9")]),
        ({"Oplysninger!B30": "skriv til a@b.dk"}, [("R21", "Oplysninger!B30")]),
        ({"Takstlinjer!D1": "Pris"}, [("H02", "Takstlinjer!")]),
    ],
)
def test_a_problem_is_told_at_its_cell(cells: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert codes(with_cells(cells)) == found


def test_all_problems_are_told_at_once() -> None:
    report = with_cells({"Oplysninger!B11": None, "Takstlinjer!D2": "?", "Stillinger!A2": None, "Sager!B2": "x"})
    assert [code for code, _ in codes(report)] == ["H01", "R02", "C02", "R02", "C03"]
    assert report.tariff is None


def test_a_missing_flag_leaves_that_amount_unknown_and_keeps_the_other_figures() -> None:
    report = with_cells({"Takstlinjer!I2": None})
    assert report.tariff is not None
    assert report.tariff["cases"][0]["financed"] is None
    assert report.tariff["figures"]["cost_rate"] == 1868.42


def test_trial_values_are_not_read() -> None:
    def tried(book: Workbook) -> None:
        sheet = book["Hvad nu hvis"]
        for row in range(6, 16):
            sheet.cell(row, 3).value = 1

    assert changed(tried).tariff == examined(build_tariff(SHEET, PARAMETERS)).tariff


def test_lost_names_renamed_sheets_and_moved_columns_are_survived() -> None:
    def battered(book: Workbook) -> None:
        for name in list(book.defined_names):
            del book.defined_names[name]
        book["Takstlinjer"].title = "Ark 3"
        book["Ark 3"].move_range("B1:P90", cols=1)
        book["Oplysninger"].insert_rows(1, 2)

    assert changed(battered).tariff == examined(build_tariff(SHEET, PARAMETERS)).tariff


@pytest.mark.parametrize("seed", range(24))
def test_every_sound_row_is_read_as_it_was_typed(seed: int) -> None:
    typed = drawn(seed)
    report = examined(write_tariff(typed.header, typed.rows, typed.parameters, "da", None, ROOM))
    faulty = {problem.sheet for problem in report.problems if problem.code in {"C01", "C02", "C03", "R02"}}
    assert faulty <= {table.sheet for table in TAKST.tables}
    assert (report.tariff is None) == any(
        problem.level.value == "E" and problem.code != "K03" for problem in report.problems
    )


def test_header_and_rows_are_the_declarations_keys() -> None:
    assert header_of(SHEET).keys() <= {field.key for field in TAKST.header}
    rows = rows_of(replace(SHEET, cases=()))
    assert rows["cases"] == []
    assert rows["lines"][0].keys() == {field.key for field in TAKST.table("lines").inputs}


@pytest.mark.parametrize("place", ["Takstlinjer!A1", "Takstlinjer!H1", "Stillinger!D1", "Sager!D1"])
def test_a_column_whose_values_count_is_missed_also_where_a_cell_of_it_may_be_blank(place: str) -> None:
    report = with_cells({place: "Andet"})
    assert codes(report) == [("H02", f"{place.partition('!')[0]}!")]
    assert report.tariff is None


def test_a_column_of_remarks_is_not_missed() -> None:
    assert codes(with_cells({"Direkte omkostninger!B1": "Andet"})) == []
