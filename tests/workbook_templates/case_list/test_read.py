"""The case list: what is built is read back the same, and what people write wrong is told at its cell."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from bit_model_example import worked_schedule
from contract import returned, rows_of, table
from openpyxl.workbook.defined_name import DefinedName

from bit_model.case import (
    AmountKind,
    Case,
    LineType,
    ModelKind,
    OrderLine,
    PricePoint,
    ProviderKind,
    TariffLine,
    TariffModel,
    Unit,
)
from bit_model.house import DayKind, House, RosterLine
from bit_model.parameters import PricingPoint
from bit_model.terms import GoalType, NeedLevel
from sync.demo import municipality
from workbook_templates.case_list.build import build_case_list
from workbook_templates.case_list.read import CaseList, read_case_list
from workbook_templates.files.gate import Limits

Rows = Sequence[Sequence[Any]]
COLUMNS = {
    "Sager": "Sagsnøgle Udvalgsområde Leverandør Egen_eller_ekstern Hus Paragraf Støttebehov Behov_vurderet_den "
    "Bestilte_timer_pr._uge Næste_opfølgning Ophold_slut",
    "Bestilling": "Sagsnøgle Tema Mål Måltype Timer_pr._uge",
    "Takstlinjer": "Sagsnøgle Linjetype Dækker Beløb Enhed Divisor Timer_pr._uge Med_moms Med_husleje_og_kost "
    "Heraf_husleje_og_kost Beløbstype Gælder_fra Gælder_til",
    "Takstmodeller": "Leverandør Model Gælder_fra Timepris Basis_pr._døgn Nat_pr._døgn Pakkebredde Prispunkt "
    "Ikke_støtte_pr._døgn Lønandel Pris_pr._stilling Nettotimer_pr._stilling Brugertidsprocent Takstdage_pr._år",
    "Prisliste": "Leverandør Timer_pr._uge Kr._pr._døgn",
    "Huse": "Hus Leverandør Borgere_i_huset",
    "Vagtplan": "Hus Dage Fra Til Personale",
}
"""The sheets and columns as a user sees them, _ for a space."""
CASE = "S-1 | Handicap | Bakken | ekstern | Hus 1 | SEL §107 | Højt | 05-01-2026 | 36 | |"
ORDER = "S-1 | Egenomsorg | Bad | Udvikle | 20\nS-1 | Mobilitet | | | 16"
LINES = "S-1 | pakke | Støtte | 3030 | døgn | | | nej | nej | | betalt | 01-02-2026 |"
MODELS = "Bakken | A | 01-01-2026 | 404 | 1475 | | 7 | middle | | | | | |"
SOUND = {
    "Sager": CASE,
    "Bestilling": ORDER,
    "Takstlinjer": LINES,
    "Takstmodeller": MODELS,
    "Prisliste": "",
    "Huse": "Hus 1 | Bakken | 6",
    "Vagtplan": "Hus 1 | alle | 22:45 | 07:15 | 1",
}


def columns(sheet: str) -> list[str]:
    return [label.replace("_", " ") for label in COLUMNS[sheet].split()]


def saved(book: openpyxl.Workbook) -> bytes:
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def case_book(**changes: str | Rows) -> openpyxl.Workbook:
    """A case list as another program would write it: the sound one, with these sheets' rows instead."""
    book = openpyxl.Workbook()
    front = book.worksheets[0]
    front.title = "Om sagslisten"
    front["A1"], front["A2"] = "sagsliste", 1
    for row, key in enumerate(("template", "template_version"), 1):
        book.defined_names[f"bit_{key}"] = DefinedName(f"bit_{key}", attr_text=f"'Om sagslisten'!$A${row}")
    for name, rows in (SOUND | changes).items():
        sheet = book.create_sheet(name)
        sheet.append(columns(name))
        for cells in table(rows) if isinstance(rows, str) else rows:
            sheet.append(list(cells))
    return book


def read(content: bytes) -> CaseList:
    return read_case_list(content, Limits())


def read_with(**changes: str | Rows) -> CaseList:
    return read(saved(case_book(**changes)))


def found(case_list: CaseList) -> list[tuple[str, str]]:
    """Code and place of each problem."""
    return [(problem.code, f"{problem.sheet}!{problem.cell}") for problem in case_list.problems]


def without_row_numbers(case_list: CaseList) -> tuple[object, object, object]:
    cases = tuple(
        replace(
            case,
            row=0,
            order=tuple(replace(line, row=0) for line in case.order),
            tariff=tuple(replace(line, row=0) for line in case.tariff),
        )
        for case in case_list.cases
    )
    houses = tuple(replace(h, roster=tuple(replace(line, row=0) for line in h.roster)) for h in case_list.houses)
    return cases, tuple(replace(model, row=0) for model in case_list.tariff_models), houses


def test_a_built_list_reads_back_as_the_cases_models_and_houses_it_was_built_from() -> None:
    made = municipality()
    case_list = read(build_case_list(made.cases, made.models, made.houses))
    assert case_list.sound
    assert without_row_numbers(case_list) == (made.cases, made.models, made.houses)


def test_a_built_list_in_english_reads_back_the_same() -> None:
    made = municipality()
    case_list = read(build_case_list(made.cases, made.models, made.houses, "en"))
    assert without_row_numbers(case_list) == (made.cases, made.models, made.houses)


def test_every_field_of_case_line_and_model_goes_through_the_workbook() -> None:
    day = dt.date(2026, 1, 31)
    line = TariffLine(
        LineType.EXTRA_HOURS, "=særlig støtte", Decimal("370.15"), Unit.HOUR, Decimal("30.42"),
        True, True, Decimal("12.5"), AmountKind.NEGOTIATED, day, day, Decimal("3.25"),
    )  # fmt: skip
    order = OrderLine("Relationer", "Mål", GoalType.LIMIT_LOSS, Decimal("4.25"))
    case = Case(
        "S-Æ", "Børn & unge", "Tilbud <1>", ProviderKind.OWN, "Hus", "SEL §66", NeedLevel.COMPLETE,
        day, Decimal("4.25"), (order,), (line,), day, day,
    )  # fmt: skip
    prices = tuple(PricePoint(Decimal(hours), Decimal(hours) * 60 + Decimal("0.25")) for hours in (10, 20, 30))
    model = TariffModel(
        "Tilbud <1>", ModelKind.PRICE_LIST, day, Decimal(404), Decimal("459.5"), Decimal("176.49"), Decimal(7),
        PricingPoint.TOP, Decimal(900), Decimal("0.65"), Decimal(520_000), Decimal("1527.69"), Decimal("0.7"),
        Decimal(334), prices,
    )  # fmt: skip
    roster = tuple(RosterLine(kind, 1380, 1440, 2) for kind in DayKind)
    house = House("Hus", "Tilbud <1>", 4, roster)
    case_list = read(build_case_list([case], [model], [house]))
    assert without_row_numbers(case_list) == ((case,), (model,), (house,))


def test_a_handmade_list_is_sound_and_knows_its_rows() -> None:
    case_list = read_with()
    assert found(case_list) == []
    assert case_list.sound
    (case,) = case_list.cases
    assert (case.row, [line.row for line in case.order], case.need) == (2, [2, 3], Decimal(36))
    assert case.need_date == dt.date(2026, 1, 5)
    assert case_list.house_size(case) == 6
    assert [(line.day_kind, line.start, line.end) for line in case_list.houses[0].roster] == [
        (DayKind.WEEKDAY, 1365, 435),
        (DayKind.WEEKEND, 1365, 435),
    ]


def test_an_empty_list_is_sound() -> None:
    assert read(build_case_list()) == CaseList()


ERRORS: list[tuple[str, str, list[tuple[str, str]]]] = [
    ("Sager", CASE + "\n" + CASE, [("C01", "Sager!A3")]),
    ("Huse", "Hus 1 | Bakken | 6\nHus 1 | Bakken | 5", [("C01", "Huse!A3")]),
    ("Takstmodeller", MODELS + "\n" + MODELS, [("C01", "Takstmodeller!A3")]),
    ("Sager", CASE.replace("Handicap", ""), [("C02", "Sager!B2")]),
    ("Bestilling", ORDER.replace("S-1 | Mobilitet", " | Mobilitet"), [("C02", "Bestilling!A3")]),
    ("Bestilling", ORDER.replace("16", ""), [("C02", "Bestilling!E3")]),
    ("Takstlinjer", LINES.replace("3030", ""), [("C02", "Takstlinjer!D2")]),
    ("Huse", "Hus 1 | Bakken |", [("C02", "Huse!C2")]),
    ("Sager", CASE.replace("ekstern", "fremmed"), [("C03", "Sager!D2")]),
    ("Bestilling", ORDER.replace("Mobilitet", "Hygge"), [("C03", "Bestilling!B3")]),
    ("Takstlinjer", LINES.replace("døgn", "kvartal"), [("C03", "Takstlinjer!E2")]),
    ("Takstmodeller", MODELS.replace("A |", "E |"), [("C03", "Takstmodeller!B2")]),
    ("Sager", CASE.replace("Hus 1", "Hus 2"), [("C03", "Sager!E2")]),
    ("Vagtplan", "Hus 2 | alle | 07:00 | 15:00 | 1", [("C03", "Vagtplan!A2")]),
    ("Bestilling", ORDER + "\nS-9 | Mobilitet | | | 2", [("C03", "Bestilling!A4")]),
    ("Takstlinjer", LINES + "\n" + LINES.replace("S-1", "S-9"), [("C03", "Takstlinjer!A3")]),
    ("Prisliste", "Bakke | 10 | 3000", [("C03", "Prisliste!A2")]),
    ("Sager", CASE.replace("36", "mange"), [("R02", "Sager!I2")]),
    ("Sager", CASE.replace("05-01-2026", "31-02-2026"), [("R02", "Sager!H2")]),
    ("Takstlinjer", LINES.replace("3030", "3.030"), [("R02", "Takstlinjer!D2")]),  # 3030 or 3,03: nobody knows
    ("Bestilling", ORDER.replace("16", "-16"), [("R02", "Bestilling!E3")]),
    ("Vagtplan", "Hus 1 | alle | 25:00 | 07:00 | 1", [("R02", "Vagtplan!C2")]),
    ("Takstlinjer", LINES.replace("Støtte", "ring a@b.dk"), [("R21", "Takstlinjer!C2")]),
]


@pytest.mark.parametrize("sheet, rows, problems", ERRORS)
def test_an_error_is_told_at_its_cell_and_keeps_the_list_out(
    sheet: str, rows: str, problems: list[tuple[str, str]]
) -> None:
    case_list = read_with(**{sheet: rows})
    assert found(case_list) == problems
    assert not case_list.sound


NOTES: list[tuple[str, str, list[tuple[str, str]]]] = [
    ("Sager", CASE.replace("36", "35,5"), [("C04", "Sager!I2")]),
    ("Takstlinjer", LINES.replace("pakke", ""), [("K01", "Takstlinjer!B2")]),
    ("Takstlinjer", LINES.replace("Støtte", ""), [("K01", "Takstlinjer!C2")]),
    ("Takstmodeller", MODELS.replace("404", "800"), [("K02", "Takstmodeller!D2")]),
    ("Takstlinjer", LINES.replace("3030 | døgn", "200 | time"), [("K02", "Takstlinjer!D2")]),
    ("Takstlinjer", LINES.replace("nej | nej", " | nej"), [("K03", "Takstlinjer!H2")]),
    ("Takstlinjer", LINES.replace("nej | nej", "nej | "), [("K03", "Takstlinjer!I2")]),
    ("Sager", CASE.replace("05-01-2026", "05-03-2026"), [("K04", "Sager!H2")]),
]


@pytest.mark.parametrize("sheet, rows, problems", NOTES)
def test_what_only_needs_a_look_is_told_at_its_cell_and_the_list_holds(
    sheet: str, rows: str, problems: list[tuple[str, str]]
) -> None:
    case_list = read_with(**{sheet: rows})
    assert found(case_list) == problems
    assert case_list.sound


def test_a_price_list_with_an_unlikely_hour_price_is_told_where_the_list_begins() -> None:
    models = "Anden | C | | | | | | | | | | | |\nBakken | D | | | | | | | | | | | |"
    prices = "Anden | 1 | 1\nBakken | 10 | 3000\nBakken | 20 | 6000"
    case_list = read_with(Takstmodeller=models, Prisliste=prices)
    assert found(case_list) == [("K02", "Prisliste!C3")]
    assert case_list.problems[0].field == "Kr. pr. døgn"


def test_a_new_years_price_is_a_second_model_and_is_checked_too() -> None:
    newer = MODELS.replace("01-01-2026", "01-01-2027").replace("404", "900")
    case_list = read_with(Takstmodeller=f"{MODELS}\n{newer}")
    assert found(case_list) == [("K02", "Takstmodeller!D3")]
    assert len(case_list.tariff_models) == 2


def test_all_problems_are_told_at_once_in_the_order_of_the_sheets() -> None:
    case_list = read_with(
        Huse="Hus 1 | Bakken | seks",
        Sager=CASE.replace("ekstern", "?").replace("Handicap", ""),
        Takstlinjer=LINES.replace("nej | nej", " | nej"),
        Bestilling=ORDER.replace("Egenomsorg", "Hygge"),
    )
    places = [place for _, place in found(case_list)]
    assert places[:2] == ["Sager!B2", "Sager!D2"]
    assert places[2:] == ["Bestilling!B2", "Huse!C2"]


def test_a_row_that_is_left_out_does_not_make_the_total_wrong_as_well() -> None:
    assert found(read_with(Bestilling=ORDER.replace("16", "seksten"))) == [("R02", "Bestilling!E3")]


def test_text_numbers_with_comma_or_point_are_the_numbers() -> None:
    order: Rows = [
        ["S-1", "Egenomsorg", None, None, "1,5"],
        ["S-1", "Mobilitet", None, None, "1.5"],
        ["S-1", "Relationer", None, None, 33],
    ]
    case_list = read_with(Bestilling=order, Takstlinjer=LINES.replace("3030", "3.030,50 kr."))
    assert found(case_list) == []
    (case,) = case_list.cases
    assert [line.hours for line in case.order] == [Decimal("1.5"), Decimal("1.5"), Decimal(33)]
    assert case.tariff[0].amount == Decimal("3030.50")


def test_moved_columns_inserted_rows_and_another_case_of_letters_change_nothing() -> None:
    book = case_book()
    for sheet in book.worksheets[1:]:
        rows = [list(row)[::-1] for row in sheet.iter_rows(values_only=True)]
        sheet.delete_rows(1, sheet.max_row)
        sheet.append([f"{str(label).upper()} :" for label in rows[0]])
        sheet.append([])
        for row in rows[1:]:
            sheet.append(row)
        sheet.insert_cols(1)
        sheet.insert_rows(1, 2)
    moved, plain = read(saved(book)), read_with()
    assert found(moved) == []
    assert without_row_numbers(moved) == without_row_numbers(plain)
    assert moved.cases[0].row == 5


def test_a_deleted_sheet_is_named_and_the_sheets_that_lean_on_it_are_not_blamed() -> None:
    book = case_book()
    del book["Huse"]
    case_list = read(saved(book))
    assert [(p.code, p.sheet, p.field) for p in case_list.problems] == [
        ("H02", "Huse", label) for label in ("Hus", "Leverandør", "Borgere i huset")
    ]
    assert not case_list.sound
    book = case_book()
    del book["Sager"]
    assert {(p.code, p.sheet) for p in read(saved(book)).problems} == {("H02", "Sager")}


def test_a_deleted_column_is_named_where_it_is_required_and_empty_where_it_is_not() -> None:
    book = case_book()
    book["Bestilling"].delete_cols(2)
    assert [(p.code, p.sheet, p.field) for p in read(saved(book)).problems] == [("H02", "Bestilling", "Tema")]
    book = case_book()
    book["Sager"].delete_cols(10, 2)
    assert read(saved(book)).sound


def test_a_schedule_is_no_case_list() -> None:
    case_list = read(returned(rows_of(worked_schedule())))
    assert found(case_list) == [("T01", "!")]
    assert case_list.problems[0].found == "Døgnskema"
    assert not case_list.sound


@pytest.mark.parametrize("version", [2, None, "ny"])
def test_a_list_of_another_version_gets_one_clear_answer(version: int | str | None) -> None:
    book = case_book()
    book["Om sagslisten"]["A2"] = version
    assert [problem.code for problem in read(saved(book)).problems] == ["T01"]


def test_what_is_no_workbook_is_told_by_its_content() -> None:
    assert [problem.code for problem in read(b"%PDF-1.7").problems] == ["F01"]
