"""The case list as it is handed out: what is in it, what can be written in it, and what it says of its rows."""

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from libreoffice import convert
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from bit_model.case import (
    Case,
    LineType,
    ModelKind,
    Need,
    OrderLine,
    PricePoint,
    ProviderKind,
    TariffLine,
    TariffModel,
    Unit,
)
from bit_model.house import DayKind, House, RosterLine
from bit_model.terms import GoalType, NeedLevel
from sync.demo import municipality
from workbook_templates.case_list.build import ROWS, build_case_list
from workbook_templates.case_list.read import read_case_list
from workbook_templates.files.gate import Limits
from workbook_templates.layouts.sagsliste import SAGSLISTE
from workbook_templates.layouts.sagsliste_tjek import REFERENCES

EXCEL_2016 = {
    "IF",
    "AND",
    "OR",
    "ISNA",
    "ISTEXT",
    "ISNUMBER",
    "NOT",
    "MATCH",
    "OFFSET",
    "ROW",
    "MAX",
    "TRIM",
    "LEFT",
} | {
    *("ROUND", "COUNTA", "COUNTIF", "COUNTIFS", "SUMIF", "SUMPRODUCT", "TODAY"),
}
WHOLE_CASE = Case(
    "S-2026-0001",
    "Voksne",
    "Åsen",
    ProviderKind.EXTERNAL,
    "Hus 1",
    "SEL §107",
    NeedLevel.HIGH,
    dt.date(2026, 1, 15),
    Decimal(36),
    (
        OrderLine(
            "Egenomsorg", "Klarer bad", GoalType.MAINTAIN, Decimal(30), "Fire bade", True, True, dt.date(2026, 12, 1)
        ),
        OrderLine("Mobilitet", hours=Decimal(6)),
    ),
    (
        TariffLine(LineType.BASE, "Basis", Decimal("1475.50"), Unit.DAY, None, False, True, Decimal(120)),
        TariffLine(LineType.PACKAGE, "Pakke 8", Decimal(92_000), Unit.MONTH, Decimal("30.42"), False, False),
    ),
    dt.date(2000, 9, 1),
    needs=(Need("Egenomsorg", NeedLevel.HIGH, "Kan selv", "Jeg vil"),),
)
MODELS = (
    TariffModel("Åsen", ModelKind.PACKAGES, dt.date(2026, 1, 1), Decimal(404), Decimal(1475)),
    TariffModel("Birk", ModelKind.PRICE_LIST, price_list=(PricePoint(Decimal(10), Decimal(900)),)),
)
HOUSES = (House("Hus 1", "Åsen", 6, (RosterLine(DayKind.WEEKDAY, 23 * 60, 7 * 60, 1),)),)
MARRED = (
    replace(WHOLE_CASE, case_key="S-2", need_hours=Decimal(35)),
    replace(WHOLE_CASE, case_key="S-3", need_hours=None, order=(), follow_up=None),
    replace(WHOLE_CASE, case_key="S-4", tariff=(), house="Hus 2"),
    replace(WHOLE_CASE, case_key="S-5", tariff=(*WHOLE_CASE.tariff, TariffLine(None, "", Decimal(1)))),
    replace(WHOLE_CASE, case_key="S-6", provider="Ukendt", follow_up=dt.date(2199, 1, 1)),
    replace(WHOLE_CASE, case_key="S-7", budget_area=""),
    replace(WHOLE_CASE, case_key="S-7"),
)


def opened(content: bytes, *, values: bool = False) -> Workbook:
    return load_workbook(BytesIO(content), data_only=values)


def computed(content: bytes, folder: Path) -> Workbook:
    """The list as LibreOffice shows it to whoever opens it, with nothing recalculated by force."""
    (folder / "liste.xlsx").write_bytes(content)
    (saved,) = convert([folder / "liste.xlsx"], "xlsx", folder / "gemt", recalculate=False)
    return opened(saved.read_bytes(), values=True)


def column(book: Workbook, sheet: str, label: str) -> list[Any]:
    """The cells below a label, down to the last that holds something."""
    header, *rows = book[sheet].iter_rows(values_only=True)
    cells = [row[header.index(label)] for row in rows]
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def test_an_empty_list_has_every_table_and_its_name_and_version() -> None:
    book = opened(build_case_list())
    assert book.sheetnames == ["Om sagslisten", *(table.sheet for table in SAGSLISTE.tables), "Lister"]
    for table in SAGSLISTE.tables:
        sheet = book[table.sheet]
        assert [cell.value for cell in sheet[1]] == [field.label.da for field in table.fields]
        assert sheet.max_row == 1 + ROWS[table.key]
        assert sheet.freeze_panes == "B2"
    names = {name: next(book.defined_names[name].destinations) for name in ("bit_template", "bit_template_version")}
    values = [book[sheet][cell.replace("$", "")].value for sheet, cell in names.values()]
    assert values == ["sagsliste", 2]
    assert read_case_list(build_case_list(), Limits()).problems == ()


def test_every_input_says_what_is_expected_and_every_closed_set_is_a_list() -> None:
    book = opened(build_case_list())
    for table in SAGSLISTE.tables:
        rules = {str(rule.sqref).split(":")[0]: rule for rule in book[table.sheet].data_validations.dataValidation}
        assert len(rules) == len(table.inputs)
        for number, field in enumerate(table.inputs):
            rule = rules[f"{chr(ord('A') + number)}2"]
            assert rule.prompt
            assert rule.promptTitle
            assert (rule.type == "list") == bool(field.choices), field.key
            assert (rule.errorStyle == "warning") == (field.choices in REFERENCES), field.key


def test_every_name_that_a_formula_uses_is_defined() -> None:
    book = opened(build_case_list())
    formulas = {
        str(cell.value)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }
    formulas |= {rule.formula1 or "" for s in book.worksheets for rule in s.data_validations.dataValidation}
    text = " ".join(formulas)
    assert set(re.findall(r"\b[ls]_[a-z_]+", text)) <= set(book.defined_names)
    assert set(re.findall(r"\b([A-Z][A-Z.]+)\(", text)) <= EXCEL_2016


def test_cases_houses_and_providers_are_offered_as_far_as_they_are_filled_in(tmp_path: Path) -> None:
    book = computed(build_case_list([WHOLE_CASE, *MARRED], MODELS, HOUSES), tmp_path)
    lengths = {}
    for table, _ in REFERENCES.values():
        ((sheet, cell),) = book.defined_names[f"l_last_{table}"].destinations
        lengths[table] = book[sheet][cell.replace("$", "")].value
    assert lengths == {"cases": 8, "tariff_models": 2, "houses": 1}


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_list_tells_what_each_row_lacks_and_sums_each_case(tmp_path: Path, language: str) -> None:
    order = list(WHOLE_CASE.order)
    order[1] = OrderLine("Mobilitet", "Går tur", hours=Decimal(6), measure="Hver dag")
    first = replace(WHOLE_CASE, order=tuple(order), follow_up=None)
    book = computed(build_case_list([first, *MARRED], MODELS, HOUSES, language), tmp_path)
    check = {"da": "Tjek", "en": "Check"}[language]
    but = {"da": "OK, men ", "en": "OK, but "}[language]
    say = column(book, "Sager", check)
    assert say[0] == "OK"
    assert all(text.startswith(but) for text in (say[1], say[2], say[4], say[5]))
    assert len({say[1], say[2], say[4], say[5]}) == 4
    assert not any(text.startswith("OK") for text in (say[3], *say[6:]))
    assert len({say[3], say[6], say[7]}) == 3
    labels = {field.key: field.label.in_language(language) for field in SAGSLISTE.table("cases").fields}
    cases = (first, *MARRED[:5])
    assert column(book, "Sager", labels["ordered"])[:6] == [sum(line.hours for line in c.order) for c in cases]
    assert column(book, "Sager", labels["goals"])[:6] == [sum(bool(line.goal) for line in c.order) for c in cases]
    assert column(book, "Sager", labels["unaccounted"])[:6] == [0, 0, 0, 0, 1, 0]
    overdue = {"da": "overskredet", "en": "overdue"}[language]
    assert column(book, "Sager", labels["due"])[:6] == [None, overdue, None, overdue, overdue, None]
    assert column(book, "Bestilling", check)[:3] == ["OK", say_lacks(language), "OK"]
    assert column(book, "Behov", check)[0] == "OK"
    assert column(book, "Takstlinjer", {"da": "Belyst", "en": "Accounted for"}[language])[:2] == ["Ja", "Ja"]
    models = column(book, "Takstmodeller", check)
    assert models[0] == "OK"
    assert models[1].startswith(but)
    assert column(book, "Prisliste", check) == column(book, "Huse", check) == column(book, "Vagtplan", check) == ["OK"]


def say_lacks(language: str) -> str:
    return {
        "da": "OK, men målet mangler: Aftalt med borgeren",
        "en": "OK, but the goal lacks: Agreed with the citizen",
    }[language]


def test_a_row_that_the_rules_take_is_never_called_wrong(tmp_path: Path) -> None:
    town = municipality()
    content = build_case_list(town.cases, town.models, town.houses)
    assert read_case_list(content, Limits()).sound
    book = computed(content, tmp_path)
    for table in SAGSLISTE.tables:
        said = [text for text in column(book, table.sheet, "Tjek") if text is not None]
        filled = column(book, table.sheet, table.fields[0].label.da)
        assert len(said) == len(filled)
        assert [text for text in said if not text.startswith("OK")] == [], table.sheet


def test_a_follow_up_is_told_soon_before_it_is_due(tmp_path: Path) -> None:
    today = dt.datetime.now().astimezone().date()
    days = (-1, 0, 30, 31)
    cases = [replace(WHOLE_CASE, case_key=f"S-{day}", follow_up=today + dt.timedelta(days=day)) for day in days]
    book = computed(build_case_list(cases, MODELS, HOUSES), tmp_path)
    told = column(book, "Sager", "Opfølgning")
    if today == dt.datetime.now().astimezone().date():
        assert told == ["overskredet", "inden 30 dage", "inden 30 dage"]
