"""The case list: what is built is read back the same, and what people write wrong is told at its cell."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from bit_model_example import worked_schedule
from case_lists import without_rows
from contract import returned, rows_of, table
from openpyxl.workbook.defined_name import DefinedName

from bit_model.case import Need
from bit_model.house import DayKind
from bit_model.parameters import ParameterSet
from bit_model.terms import NeedLevel, Theme
from workbook_templates.case_list.build import build_case_list
from workbook_templates.case_list.read import CaseList, read_case_list
from workbook_templates.files.gate import Limits
from workbook_templates.kinds import TextKind
from workbook_templates.layouts.sagsliste import SAGSLISTE
from workbook_templates.places import address
from workbook_templates.schedule.report import examine

Rows = Sequence[Sequence[Any]]
COLUMNS = {
    "Sager": "Sagsnøgle Udvalgsområde Leverandør Egen_eller_ekstern Hus Paragraf Borgerens_ønsker Støttebehov "
    "Behov_vurderet_den Ansvarlig_funktion Næste_opfølgning Ophold_slut Bestilte_timer_pr._uge",
    "Behov": "Sagsnøgle Tema Støttebehov Beskrivelse Borgerens_egne_ord",
    "Bestilling": "Sagsnøgle Tema Mål Måltype Timer_pr._uge Målbart Aftalt_med_borgeren Realistisk Frist",
    "Takstlinjer": "Sagsnøgle Linjetype Dækker Beløb Enhed Divisor Timer_pr._uge Med_moms Med_husleje_og_kost "
    "Heraf_husleje_og_kost Beløbstype Gælder_fra Gælder_til",
    "Takstmodeller": "Leverandør Model Gælder_fra Timepris Basis_pr._døgn Nat_pr._døgn Pakkebredde Prispunkt "
    "Ikke_støtte_pr._døgn Lønandel Pris_pr._stilling Nettotimer_pr._stilling Brugertidsprocent Takstdage_pr._år",
    "Prisliste": "Leverandør Timer_pr._uge Kr._pr._døgn Gælder_fra",
    "Huse": "Hus Leverandør Borgere_i_huset",
    "Vagtplan": "Hus Dage Fra Til Personale",
}
"""The sheets and columns as a user sees them, _ for a space."""
CASE = (
    "S-1 | Handicap | Bakken | ekstern | Hus 1 | SEL §107 | Musik | Højt | 05-01-2026 | Voksenteam | 01-09-2026 | | 36"
)
NEEDS = "S-1 | Egenomsorg | Højt | Kan selv vaske hår | Jeg vil selv"
ORDER = "S-1 | Egenomsorg | Bad | Udvikle | 20 | Fire bade om ugen | Ja | nej | 31-12-2026\nS-1 | Mobilitet | | | 16"
LINES = "S-1 | pakke | Støtte | 3030 | døgn | | | nej | nej | | betalt | 01-02-2026 |"
MODELS = "Bakken | A | 01-01-2026 | 404 | 1475 | | 7 | middle | | | | | |"
SOUND = {
    "Sager": CASE,
    "Behov": NEEDS,
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
    front["A1"], front["A2"] = "sagsliste", 2
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


def test_any_command_that_examines_a_file_tells_a_case_lists_problems_by_cell() -> None:
    content = saved(case_book(Bestilling=f"{ORDER}\nS-9 | Egenomsorg"))
    report = examine(content, "sagsliste.xlsx", ParameterSet(), dt.date(2026, 5, 1), Limits())
    assert (report.template, report.version, report.hours) == ("sagsliste", 2, None)
    assert report.problems == read(content).problems
    assert "C03" in {problem.code for problem in report.problems}


def read_with(**changes: str | Rows) -> CaseList:
    return read(saved(case_book(**changes)))


def found(case_list: CaseList) -> list[tuple[str, str]]:
    """Code and place of each problem."""
    return [(problem.code, f"{problem.sheet}!{problem.cell}") for problem in case_list.problems]


def content(case_list: CaseList) -> Any:
    return without_rows((case_list.cases, case_list.tariff_models, case_list.houses))


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
    ("Behov", NEEDS + "\n" + NEEDS.replace("Højt", "Let"), [("C01", "Behov!B3")]),
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
    ("Behov", NEEDS.replace("S-1", "S-9"), [("C03", "Behov!A2")]),
    ("Prisliste", "Bakke | 10 | 3000", [("C03", "Prisliste!A2")]),
    ("Prisliste", "Bakken | 10 | 3000 | 02-01-2026", [("C03", "Prisliste!D2")]),
    ("Sager", CASE.replace("| 36", "| mange"), [("R02", "Sager!M2")]),
    ("Sager", CASE.replace("05-01-2026", "31-02-2026"), [("R02", "Sager!I2")]),
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
    ("Sager", CASE.replace("| 36", "| 35,5"), [("C04", "Sager!M2")]),
    ("Behov", NEEDS.replace("Kan selv", "-kan selv"), [("R22", "Behov!D2")]),
    ("Takstlinjer", LINES.replace("pakke", ""), [("K01", "Takstlinjer!B2")]),
    ("Takstlinjer", LINES.replace("Støtte", ""), [("K01", "Takstlinjer!C2")]),
    ("Takstmodeller", MODELS.replace("404", "800"), [("K02", "Takstmodeller!D2")]),
    ("Takstlinjer", LINES.replace("3030 | døgn", "200 | time"), [("K02", "Takstlinjer!D2")]),
    ("Takstlinjer", LINES.replace("nej | nej", " | nej"), [("K03", "Takstlinjer!H2")]),
    ("Takstlinjer", LINES.replace("nej | nej", "nej | "), [("K03", "Takstlinjer!I2")]),
    ("Sager", CASE.replace("05-01-2026", "05-03-2026"), [("K04", "Sager!I2")]),
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


CELLS = [
    (table.sheet, field, address(2, column))
    for table in SAGSLISTE.tables
    for column, field in enumerate(table.inputs, 1)
]


def problems_with(sheet: str, cell: str, value: str | None) -> set[str]:
    """Codes at a cell of the sound list when it holds this instead."""
    book = case_book(Prisliste="Bakken | 10 | 3000")
    book[sheet][cell] = value
    return {code for code, place in found(read(saved(book))) if place == f"{sheet}!{cell}"}


def wrong_cells() -> Iterator[tuple[str, str, str | None, str]]:
    for sheet, field, cell in CELLS:
        text = isinstance(field.kind, TextKind)
        yield sheet, cell, "090190-1234", "R21"
        if text:
            yield sheet, cell, "+borger", "R22"
        else:
            yield sheet, cell, "hvad", "R02"
        if text and field.choices and (sheet, field.key) not in MAY_BE_NEW:
            yield sheet, cell, "Findes ikke", "C03"
        if field.required:
            yield sheet, cell, None, "C02"


MAY_BE_NEW = {("Sager", "provider"), ("Huse", "provider")}
"""A provider without a tariff model is no error: its tariff is unaccounted for."""


def test_every_kind_of_wrong_cell_is_told_at_the_cell_in_every_column() -> None:
    untold = [
        (sheet, cell, value, code)
        for sheet, cell, value, code in wrong_cells()
        if code not in problems_with(sheet, cell, value)
    ]
    assert untold == []


def test_a_row_says_all_that_version_2_can_hold() -> None:
    (case,) = read_with().cases
    assert (case.wishes, case.responsible, case.follow_up) == ("Musik", "Voksenteam", dt.date(2026, 9, 1))
    assert without_rows(case.needs) == without_rows(
        (Need(Theme.SELF_CARE, NeedLevel.HIGH, "Kan selv vaske hår", "Jeg vil selv"),)
    )
    line = case.order[0]
    assert (line.measure, line.agreed, line.realistic) == ("Fire bade om ugen", True, False)
    assert line.deadline == dt.date(2026, 12, 31)
    assert (case.order[1].measure, case.order[1].agreed, case.order[1].deadline) == ("", None, None)


def test_a_provider_with_two_price_lists_has_each_on_its_date() -> None:
    models = "\n".join(f"Bakken | D | {date} | | | | | | | | | | |" for date in ("", "01-01-2026", "01-01-2027"))
    prices = "Bakken | 10 | 600\nBakken | 20 | 1200\nBakken | 10 | 620 | 01-01-2027\nBakken | 20 | 1240 | 01-01-2027"
    case_list = read_with(Takstmodeller=models, Prisliste=prices)
    assert found(case_list) == []
    assert [[int(point.day_rate) for point in model.price_list] for model in case_list.tariff_models] == [
        [600, 1200],
        [600, 1200],
        [620, 1240],
    ]


def test_a_list_of_version_1_is_read_without_what_it_did_not_have() -> None:
    book = case_book()
    book["Om sagslisten"]["A2"] = 1
    del book["Behov"]
    book["Bestilling"].delete_cols(6, 4)
    book["Sager"].delete_cols(10)
    book["Sager"].delete_cols(7)
    book["Prisliste"].delete_cols(4)
    case_list = read(saved(book))
    assert found(case_list) == []
    assert without_rows(case_list.cases) == without_rows(
        [
            replace(
                case,
                wishes="",
                responsible="",
                needs=(),
                order=tuple(replace(o, measure="", agreed=None, realistic=None, deadline=None) for o in case.order),
            )
            for case in read_with().cases
        ]
    )


def test_the_issued_list_of_version_1_is_still_read() -> None:
    case_list = read(Path("tests/issued/sagsliste-1.xlsx").read_bytes())
    assert case_list.sound
    assert not any(problem.level == "E" for problem in case_list.problems)
    assert case_list.cases


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
    assert content(moved) == content(plain)
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
    book["Sager"].delete_cols(11, 2)
    assert read(saved(book)).sound


def test_a_schedule_is_no_case_list() -> None:
    case_list = read(returned(rows_of(worked_schedule())))
    assert found(case_list) == [("T01", "!")]
    assert case_list.problems[0].found == "Døgnskema"
    assert not case_list.sound


@pytest.mark.parametrize("version", [0, 3, None, "ny"])
def test_a_list_of_another_version_gets_one_clear_answer(version: int | str | None) -> None:
    book = case_book()
    book["Om sagslisten"]["A2"] = version
    assert [problem.code for problem in read(saved(book)).problems] == ["T01"]


def test_what_is_no_workbook_is_told_by_its_content() -> None:
    assert [problem.code for problem in read(b"%PDF-1.7").problems] == ["F01"]
