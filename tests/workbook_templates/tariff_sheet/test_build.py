"""What a tariff template looks like before anybody has written in it."""

import datetime as dt
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from bit_model.cost_sheet import CostSheet, HouseCase
from bit_model.parameters import ParameterSet
from bit_model.premises import Premises
from workbook_templates.layouts.takst import TAKST, TRIAL
from workbook_templates.layouts.takstpraemisser import PREMISE_EFFECTS, PREMISES
from workbook_templates.layouts.takstresultat import CHECKS, COSTS, FINANCED, POSTS, PRICES, RATES
from workbook_templates.tariff_sheet.build import ROOM, SPARE_ROWS, build_tariff

EMPTY = CostSheet("Bostedet Åsen", dt.date(2026, 1, 1))


@pytest.mark.parametrize("language, title", [("da", "Takst"), ("en", "Tariff")])
def test_the_sheets_stand_in_the_order_they_are_filled_in(language: str, title: str) -> None:
    book = load_workbook(BytesIO(build_tariff(EMPTY, ParameterSet(), language)))
    assert book.sheetnames == [
        "Vejledning",
        "Oplysninger",
        *(table.sheet for table in TAKST.tables if table is not TRIAL),
        "Resultat",
        "Hvad nu hvis",
        "Beregning",
        "Lister",
    ]
    assert [sheet.title for sheet in book if sheet.sheet_state == "hidden"] == ["Beregning", "Lister"]
    assert book["Oplysninger"]["A1"].value == title
    assert all(sheet.protection.sheet for sheet in book)


def test_only_functions_that_excel_2016_and_libreoffice_have_are_used() -> None:
    book = load_workbook(BytesIO(build_tariff(EMPTY, ParameterSet())))
    text = " ".join(
        str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    )
    for absent in ("_xlfn", "LET(", "FILTER(", "XLOOKUP", "TEXTJOIN", "IFS(1", "MAXIFS", "INDIRECT", "TODAY", "NOW("):
        assert absent not in text.replace("SUMIFS(", "").replace("COUNTIFS(", "")


def test_ordered_measured_and_financed_hours_are_drawn() -> None:
    sheet: Any = load_workbook(BytesIO(build_tariff(EMPTY, ParameterSet())))["Hvad nu hvis"]
    (chart,) = sheet._charts
    assert [series.tx.v for series in chart.series] == ["Bestilt", "Målt", "Betalt nu", "Betalt, prøven"]


def test_there_is_room_for_more_cases_than_are_filled_in_at_issue() -> None:
    cases = tuple(HouseCase(f"S-{number}") for number in range(60))
    book = load_workbook(BytesIO(build_tariff(CostSheet("Bostedet", dt.date(2026, 1, 1), cases=cases), ParameterSet())))
    sheet = book["Sager"]
    assert sheet["A61"].value == "S-59"
    assert sheet.max_row == 60 + SPARE_ROWS + 1 > ROOM["cases"]
    assert not sheet.cell(sheet.max_row, 1).protection.locked


def test_every_premise_can_be_tried_and_says_what_it_acts_on() -> None:
    assert [premise.key for premise in PREMISES] == list(PREMISE_EFFECTS)
    assert set(PREMISE_EFFECTS) == set(Premises.__dataclass_fields__)


def test_every_figure_says_what_it_means_and_how_it_is_found_in_both_languages() -> None:
    for line in (*COSTS, *RATES, *POSTS, *PRICES, *FINANCED, *CHECKS):
        for text in (line.label, line.says, line.how):
            assert text.da
            assert text.en
            assert text.da != text.en
