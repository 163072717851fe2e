"""The templates as they are issued: what is in them, what can be written in them, and that a stamp equals a build."""

import datetime as dt
import re
from dataclasses import fields, is_dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from bit_model_example import PERIOD, worked_schedule
from libreoffice import convert
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

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
from bit_model.parameters import ParameterSet
from bit_model.schedule import Period
from bit_model.terms import GoalType, NeedLevel
from workbook_templates.case_list.build import build_case_list
from workbook_templates.case_list.read import read_case_list
from workbook_templates.files.gate import Limits
from workbook_templates.layouts.doegnskema import DOEGNSKEMA, ENTRIES
from workbook_templates.layouts.sagsliste import SAGSLISTE
from workbook_templates.schedule.book import build_schedule
from workbook_templates.schedule.fill import NoRoomError, fill_schedule
from workbook_templates.schedule.report import examine
from workbook_templates.schedule.stamp import issue_schedule, schedule_content

PARAMETERS = ParameterSet()
PLAIN = Case(
    "S-2026-0042",
    "Voksne",
    "Bostedet Åsen",
    ProviderKind.OWN,
    "Hus 1",
    order=(OrderLine("Egenomsorg", "Klarer bad", GoalType.DEVELOP, Decimal("14.5")),),
)
AWKWARD_TEXTS = (
    "A & B <c> \"d\" 'e' ]]>",
    "=1+1",
    "+45 12 34 56 78",
    "-5",
    "@SUM(A1)",
    "  plads foran og bagved  ",
    "linje 1\nlinje 2\ttab",
    "_x0041_ og \x07 bip",
    "<r>fed</r>",
    "æøå ÆØÅ é 🙂",
    "@@goal_0@@",
    "lang " * 8_000,
)
AWKWARD = Case(
    AWKWARD_TEXTS[0],
    "Voksne",
    AWKWARD_TEXTS[1],
    ProviderKind.OWN,
    AWKWARD_TEXTS[5],
    need_hours=Decimal("31.333"),
    order=tuple(OrderLine("Mobilitet", goal, None, Decimal(i) / 3) for i, goal in enumerate(AWKWARD_TEXTS)),
)
BARE = Case("S-1", "Voksne", "Tilbuddet", ProviderKind.EXTERNAL)


def issued(case: Case = PLAIN, period: Period = PERIOD, house_size: int | None = 6) -> bytes:
    return issue_schedule(case, period, house_size, "token-1", PARAMETERS)


def opened(content: bytes, *, values: bool = False) -> Workbook:
    return load_workbook(BytesIO(content), data_only=values)


def cells(content: bytes, *, values: bool = False) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Everything that is in the cells of a workbook, by sheet and address."""
    return {
        (sheet.title, cell.coordinate): (cell.value, cell.data_type, cell.number_format, cell.protection.locked)
        for sheet in opened(content, values=values).worksheets
        for row in sheet.iter_rows()
        for cell in row
    }


@pytest.mark.parametrize("case", [PLAIN, AWKWARD, BARE], ids=["plain", "awkward", "bare"])
@pytest.mark.parametrize("language", ["da", "en"])
def test_a_stamped_template_equals_one_built_for_the_case(case: Case, language: str) -> None:
    size = 6 if case.house else None
    token = "" if case is BARE else "<token>"
    stamped = issue_schedule(case, PERIOD, size, token, PARAMETERS, language)
    built = build_schedule(*schedule_content(case, PERIOD, size, token, PARAMETERS, language))
    for values in (False, True):
        assert cells(stamped, values=values) == cells(built, values=values)
    with ZipFile(BytesIO(stamped)) as one, ZipFile(BytesIO(built)) as other:
        assert sorted(one.namelist()) == sorted(other.namelist())
        assert b"8000000000000" not in b"".join(map(one.read, one.namelist()))


def test_a_text_of_the_case_stays_a_text() -> None:
    book = opened(issued(AWKWARD))
    lists = book["Lister"]
    column = next(cell.column for cell in lists[1] if cell.value == "Mål")
    found = [lists.cell(row, column) for row in range(2, 2 + len(AWKWARD_TEXTS))]
    assert {cell.data_type for cell in found} == {"s"}
    assert [cell.value for cell in found[:6]] == list(AWKWARD_TEXTS[:6])
    assert found[11].value == AWKWARD_TEXTS[11][:32_767]


def test_header_fields_have_their_defined_names_and_their_labels_beside_them() -> None:
    book = opened(issued())
    for field in DOEGNSKEMA.header:
        ((sheet, cell),) = book.defined_names[field.name].destinations
        assert sheet == "Oplysninger"
        place = book[sheet][cell.replace("$", "")]
        assert book[sheet].cell(place.row, place.column - 1).value == field.label.da
        assert place.protection.locked == field.locked
    assert book["Oplysninger"]["B4"].value == "doegnskema"


def test_the_sheet_of_entries_has_the_contract_s_header_and_every_date_on_fifteen_rows() -> None:
    sheet = opened(issued())["Døgnskema"]
    header = ["Dato", "Start", "Slut", "Aktivitet", "Kategori", "Personale", "Borgere", "Tema", "Mål", "Bemærkning"]
    assert [cell.value for cell in sheet[1]] == [*header, "Tjek"]
    dates = [sheet.cell(row, 1).value for row in range(2, 802)]
    days = [dt.datetime.combine(day, dt.time()) for day in PERIOD.days]
    assert dates == [day for day in days for _ in range(15)] + [None] * (800 - 15 * len(days))
    assert sheet.max_row == 801


def test_only_inputs_can_be_written_and_no_sheet_has_a_password() -> None:
    book = opened(issued())
    for sheet in book.worksheets:
        assert sheet.protection.sheet
        assert sheet.protection.password is None
        open_cells = [cell for row in sheet.iter_rows() for cell in row if not cell.protection.locked]
        expected = {"Døgnskema": 800 * 10, "Oplysninger": 5}.get(sheet.title, 0)
        assert len(open_cells) == expected, sheet.title
    assert not book["Døgnskema"].protection.sort  # False: sorting is not forbidden
    assert not book["Døgnskema"].protection.autoFilter


def test_every_input_says_what_is_expected() -> None:
    for content, template in ((issued(), DOEGNSKEMA), (build_case_list(), SAGSLISTE)):
        book = opened(content)
        for table in template.tables:
            rules = {str(rule.sqref): rule for rule in book[table.sheet].data_validations.dataValidation}
            assert len(rules) == len(table.inputs)
            for rule in rules.values():
                assert rule.prompt
                assert rule.promptTitle
                assert rule.type == "list" or rule.error or rule.type is None


def test_drop_down_lists_point_at_cells_that_hold_them() -> None:
    book = opened(issued())
    rules = {str(rule.sqref)[0]: rule for rule in book["Døgnskema"].data_validations.dataValidation}
    lengths = {"A": ("l_date", 14), "E": ("l_category", 8), "H": ("l_theme", 11)}
    for column, (name, length) in lengths.items():
        assert rules[column].formula1 == name
        ((sheet, cells_),) = book.defined_names[name].destinations
        assert len(book[sheet][cells_.replace("$", "")]) == length
    assert "l_goal" in rules["I"].formula1


def test_every_name_that_a_formula_uses_is_defined() -> None:
    for content in (issued(), build_case_list()):
        book = opened(content)
        formulas = {
            str(cell.value)
            for sheet in book.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f"
        }
        formulas |= {rule.formula1 or "" for s in book.worksheets for rule in s.data_validations.dataValidation}
        used = {name for formula in formulas for name in re.findall(r"\b(?:bit|[ebl])_[a-z_]+", formula)}
        assert used <= set(book.defined_names)


EXCEL_2016 = {"IF", "AND", "OR", "IFERROR", "ISNA", "MATCH", "INDEX", "OFFSET", "ROW", "ROWS", "CHOOSE"} | {
    *("COUNT", "COUNTA", "COUNTIF", "COUNTIFS", "SUM", "SUMIFS", "SUMPRODUCT"),
    *("ROUND", "MIN", "MAX", "MOD", "N", "TRIM"),
}


def test_no_formula_needs_a_newer_program_than_excel_2016() -> None:
    with ZipFile(BytesIO(issued())) as book:
        text = b"".join(map(book.read, book.namelist())).decode()
    used = set(re.findall(r"\b([A-Z][A-Z.]+)\(", " ".join(re.findall(r"<f[^>]*>([^<]*)</f>", text))))
    assert used <= EXCEL_2016


def test_figures_saved_in_an_empty_template_are_those_that_libreoffice_computes(tmp_path: Path) -> None:
    periods = [
        PERIOD,
        Period(dt.date(2026, 3, 23), dt.date(2026, 4, 12)),
        Period(dt.date(2026, 6, 8), dt.date(2026, 6, 11)),
    ]
    files = [tmp_path / f"empty{number}.xlsx" for number in range(len(periods))]
    for file, period in zip(files, periods, strict=True):
        file.write_bytes(issued(period=period))
    for file, made in zip(files, convert(files, "xlsx", tmp_path / "recalculated"), strict=True):
        saved, computed = cells(file.read_bytes(), values=True), cells(made.read_bytes(), values=True)
        for place, (value, *_) in saved.items():
            found = computed[place][0] if place in computed else None
            expected = pytest.approx(value, abs=1e-9) if isinstance(value, int | float) else value or None
            assert (found or None if isinstance(value, str) or value is None else found) == expected, place


def test_a_filled_template_is_read_back_as_it_was_filled() -> None:
    content = fill_schedule(issued(), worked_schedule(), usual_period=True, filled_by="Teamleder", certified=True)
    report = examine(content, "retur.xlsx", PARAMETERS, dt.date(2026, 3, 20), Limits())
    assert not [problem.code for problem in report.problems if problem.level == "E"]
    assert (report.template, report.case_key, report.period) == (
        "doegnskema",
        "S-2026-0042",
        (PERIOD.start, PERIOD.end),
    )
    assert report.entry_count == 126
    assert report.hours is not None
    assert report.hours["per_week"]["resource"] == 47.0
    assert report.header["filled_by"] == "Teamleder"


def test_entries_beyond_a_date_s_rows_go_to_spare_rows() -> None:
    schedule = worked_schedule()
    crowded = schedule.entries[0]
    many = tuple(crowded._replace(start=60 * 6 + i, end=60 * 6 + i + 1) for i in range(20))
    content = fill_schedule(issued(), type(schedule)("S-2026-0042", PERIOD, many))
    sheet = opened(content)["Døgnskema"]
    spare = [sheet.cell(row, 1).value for row in range(2 + 15 * 14, 2 + 15 * 14 + 6)]
    assert spare == [dt.datetime.combine(crowded.date, dt.time())] * 5 + [None]
    with pytest.raises(NoRoomError):
        fill_schedule(issued(), type(schedule)("S-2026-0042", PERIOD, (crowded,) * 801))


FULL_CASE = Case(
    "S-2026-0001",
    "Voksne",
    "Åsen",
    ProviderKind.EXTERNAL,
    "Hus 1",
    "SEL §107",
    NeedLevel.HIGH,
    dt.date(2026, 1, 15),
    Decimal("36.5"),
    (
        OrderLine("Egenomsorg", "=Klarer <bad>", GoalType.MAINTAIN, Decimal(30)),
        OrderLine("Mobilitet", hours=Decimal("6.5")),
    ),
    (
        TariffLine(
            LineType.BASE,
            "Basis",
            Decimal("1475.50"),
            Unit.DAY,
            None,
            False,
            True,
            Decimal(120),
            AmountKind.PAID,
            dt.date(2026, 1, 1),
            None,
        ),
        TariffLine(LineType.PACKAGE, "Pakke 8", Decimal(92_000), Unit.MONTH, Decimal("30.42"), False, False),
    ),
    dt.date(2026, 9, 1),
)
MODELS = (
    TariffModel("Åsen", ModelKind.PACKAGES, dt.date(2026, 1, 1), Decimal(404), Decimal(1475), package_width=Decimal(7)),
    TariffModel("Birk", ModelKind.PRICE_LIST, price_list=(PricePoint(Decimal(10), Decimal(900)),)),
)
HOUSES = (House("Hus 1", "Åsen", 6, (RosterLine(DayKind.WEEKDAY, 23 * 60, 7 * 60, 1),)),)


def test_a_filled_case_list_is_read_back_as_it_was_filled() -> None:
    found = read_case_list(build_case_list((FULL_CASE,), MODELS, HOUSES), Limits())
    assert [problem.code for problem in found.problems if problem.level == "E"] == []
    (case,) = found.cases
    assert _without_rows(case) == _without_rows(FULL_CASE)
    assert [_without_rows(model) for model in found.tariff_models] == [_without_rows(model) for model in MODELS]
    assert [(house.name, house.provider, house.size) for house in found.houses] == [("Hus 1", "Åsen", 6)]
    assert [(line.day_kind, line.start, line.end, line.staff) for line in found.houses[0].roster] == [
        (DayKind.WEEKDAY, 23 * 60, 7 * 60, 1)
    ]


def _without_rows(value: Any) -> Any:
    if is_dataclass(value):
        return {f.name: _without_rows(getattr(value, f.name)) for f in fields(value) if f.name != "row"}
    return [_without_rows(item) for item in value] if isinstance(value, tuple) else value


def test_an_empty_case_list_has_every_table_and_its_name_and_version() -> None:
    book = opened(build_case_list())
    assert book.sheetnames == ["Om sagslisten", *(table.sheet for table in SAGSLISTE.tables), "Lister"]
    for table in SAGSLISTE.tables:
        sheet = book[table.sheet]
        assert [cell.value for cell in sheet[1]] == [field.label.da for field in table.fields]
        assert sheet.max_row == 501
        assert sheet.freeze_panes == "A2"
    names = {name: next(book.defined_names[name].destinations) for name in ("bit_template", "bit_template_version")}
    values = [book[sheet][cell.replace("$", "")].value for sheet, cell in names.values()]
    assert values == ["sagsliste", 1]
    assert read_case_list(build_case_list(), Limits()).problems == ()


def test_every_english_label_of_the_templates_is_on_the_english_sheets() -> None:
    sheet = opened(issue_schedule(PLAIN, PERIOD, 6, "token", PARAMETERS, "en"))["Døgnskema"]
    assert [cell.value for cell in sheet[1]] == [field.label.en for field in ENTRIES.fields]
