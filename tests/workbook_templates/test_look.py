"""One look for every template that is sent out, in both languages: colours, locks, help, and how it prints."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from bit_model.case import Case, OrderLine, ProviderKind
from bit_model.cost_sheet import CostSheet
from bit_model.parameters import ParameterSet
from bit_model.schedule import Period
from workbook_templates import style
from workbook_templates.case_list.build import build_case_list
from workbook_templates.layout import Field, Table, Template
from workbook_templates.layouts.doegnskema import DOEGNSKEMA, Form
from workbook_templates.layouts.doegnskema_net import DOEGNSKEMA_NET, WEEK_CODE, WEEK_CONFIRM
from workbook_templates.layouts.flavours import Flavour
from workbook_templates.layouts.sagsliste import SAGSLISTE
from workbook_templates.layouts.takst import TAKST, TRIAL
from workbook_templates.schedule.stamp import issue_schedule
from workbook_templates.tariff_sheet.build import build_tariff

PALETTE = {
    colour
    for name, colours in vars(style).items()
    for colour in ([colours] if isinstance(colours, str) else colours if isinstance(colours, tuple) else ())
    if name.isupper() and str(colour).startswith("#")
}
PERIOD = Period(dt.date(2026, 3, 23), dt.date(2026, 4, 12))
CASE = Case(
    "S-2026-0042",
    "Voksne",
    "Bostedet Åsen",
    ProviderKind.OWN,
    "Hus 1",
    order=(OrderLine("Egenomsorg", "Klarer bad", hours=Decimal(14)),),
)
ROWS_OF_A_PAGE = 60


def list_form(language: str) -> bytes:
    return issue_schedule(CASE, PERIOD, 6, "token", ParameterSet(), language)


def grid_form(language: str) -> bytes:
    return issue_schedule(CASE, PERIOD, 6, "token", ParameterSet(), language, form=Form.GRID)


def list_form_on_the_desktop(language: str) -> bytes:
    return issue_schedule(CASE, PERIOD, 6, "token", ParameterSet(), language, flavour=Flavour.DESKTOP)


def grid_form_of_office_js(language: str) -> bytes:
    return issue_schedule(CASE, PERIOD, 6, "token", ParameterSet(), language, form=Form.GRID, flavour=Flavour.OFFICEJS)


def tariff(language: str) -> bytes:
    return build_tariff(CostSheet(CASE.provider, PERIOD.start), ParameterSet(), language)


def case_list(language: str) -> bytes:
    return build_case_list((CASE,), language=language)


BUILDERS: dict[str, tuple[Template, Callable[[str], bytes]]] = {
    "list": (DOEGNSKEMA, list_form),
    "grid": (DOEGNSKEMA_NET, grid_form),
    "list on the desktop": (DOEGNSKEMA, list_form_on_the_desktop),
    "grid of Office.js": (DOEGNSKEMA_NET, grid_form_of_office_js),
    "case list": (SAGSLISTE, case_list),
    "tariff": (TAKST, tariff),
}


@cache
def built(name: str, language: str) -> bytes:
    return BUILDERS[name][1](language)


@cache
def opened(name: str, language: str) -> Workbook:
    return load_workbook(BytesIO(built(name, language)))


@pytest.fixture(params=BUILDERS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["da", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def template(name: str) -> Template:
    return BUILDERS[name][0]


@pytest.fixture
def book(name: str, language: str) -> Workbook:
    return opened(name, language)


def header_cells(book: Workbook, template: Template) -> Iterator[tuple[Field, Any]]:
    """Each header field with its cell, by the defined name."""
    for field in template.header:
        ((sheet, place),) = book.defined_names[field.name].destinations
        yield field, book[sheet][place.replace("$", "")]


def columns(book: Workbook, table: Table, language: str) -> Iterator[tuple[Field, list[Any]]]:
    """Each field of a table with the cells below its header, by its label in the first row that has the first label."""
    sheet: Any = book[table.sheet]
    labels = [field.label.in_language(language) for field in table.fields]
    header = next(row for row in sheet.iter_rows() if labels[0] in [cell.value for cell in row])
    places = {cell.value: cell.column for cell in header}
    last = sheet.max_row
    if table is TRIAL:  # other tables stand below
        last = header[0].row + sum(name.startswith("try_") for name in book.defined_names)
    for field, label in zip(table.fields, labels, strict=True):
        column = places[label]
        yield field, [sheet.cell(row, column) for row in range(header[0].row + 1, last + 1)]


def inputs(book: Workbook, template: Template, language: str) -> Iterator[tuple[Field, Any]]:
    """Every cell that whoever receives the template may fill in."""
    yield from ((field, cell) for field, cell in header_cells(book, template) if not field.locked)
    for table in template.tables:
        for field, cells in columns(book, table, language):
            if not field.locked and not field.formula:
                yield from ((field, cell) for cell in cells)
    if template.series:
        yield from week_inputs(book, template.series)


def week_inputs(book: Workbook, series: str) -> Iterator[tuple[Field, Any]]:
    """Of each day the confirmation and the quarters of an hour; of the day after the period those until noon."""
    sheet: Any
    for sheet in book.worksheets:
        for column in range(2, sheet.max_column + 1) if sheet.title.startswith(series) else ():
            inside = sheet.cell(1, column).value.date() <= PERIOD.end
            if inside:
                yield WEEK_CONFIRM, sheet.cell(2, column)
            yield from ((WEEK_CODE, sheet.cell(row, column)) for row in range(3, 3 + (96 if inside else 48)))


def place(cell: Any) -> tuple[str, str]:
    return cell.parent.title, cell.coordinate


def calls(book: Workbook) -> set[tuple[str, str]]:
    """The cells that ask a function of an add-in, each merged of several: it may have to be entered anew."""
    return {
        (sheet.title, sheet.cell(*at).coordinate)
        for sheet in book.worksheets
        for merged in sheet.merged_cells.ranges
        if "BIT_" in str(merged.start_cell.value)
        for at in merged.cells
    }


def test_only_declared_inputs_can_be_written(book: Workbook, template: Template, language: str) -> None:
    declared = {place(cell) for _, cell in inputs(book, template, language)}
    unlocked = {
        place(cell)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if not cell.protection.locked
    }
    assert unlocked == declared | calls(book)


def test_every_sheet_is_protected_without_a_password_and_no_column_or_row_beside_the_cells_is_open(
    book: Workbook,
) -> None:
    for sheet in book.worksheets:
        assert sheet.protection.sheet, sheet.title
        assert sheet.protection.password is None
        assert (sheet.protection.sort, sheet.protection.autoFilter) == (False, False), sheet.title  # forbidden: True
        dimensions = [*sheet.column_dimensions.values(), *sheet.row_dimensions.values()]
        assert all(dimension.protection.locked for dimension in dimensions), sheet.title


def test_every_input_says_what_is_expected_before_and_after_a_slip(
    book: Workbook, template: Template, language: str
) -> None:
    ruled: dict[tuple[str, str], str] = {}
    for sheet in book.worksheets:
        for rule in sheet.data_validations.dataValidation:
            assert rule.promptTitle, (sheet.title, rule.sqref)
            assert rule.prompt, (sheet.title, rule.sqref)
            assert rule.error or rule.type is None, (sheet.title, rule.sqref)
            for part in rule.cells.ranges:
                ruled |= {(sheet.title, sheet.cell(*at).coordinate): rule.prompt for at in part.cells}
    for field, cell in inputs(book, template, language):
        said = ruled.get(place(cell), "")
        assert said, (place(cell), field.key)


def test_yellow_is_must_white_is_may_and_grey_is_not_to_be_written(
    book: Workbook, template: Template, language: str
) -> None:
    for field, cell in header_cells(book, template):
        expected = style.GREY if field.locked else style.MUST if field.must else style.MAY
        assert (colour(cell), cell.protection.locked) == (expected, field.locked), field.key
    for table in template.tables:
        for field, cells in columns(book, table, language):
            expected = style.GREY if field.formula or field.locked else style.MUST if field.required else style.MAY
            assert {colour(cell) for cell in cells} == {expected}, (table.key, field.key)
            assert {cell.protection.locked for cell in cells} == {bool(field.formula or field.locked)}


def colour(cell: Any) -> str:
    """The cell's own colour; one without is white."""
    return f"#{cell.fill.fgColor.rgb[2:]}" if cell.fill.fill_type else style.MAY


def test_every_sheet_prints_on_a4_as_wide_as_the_page(book: Workbook) -> None:
    sheet: Any
    for sheet in book.worksheets:
        assert int(sheet.page_setup.paperSize or 0) == 9, sheet.title
        assert sheet.page_setup.orientation in {"landscape", "portrait"}
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1) == 1
        assert sheet.oddFooter.right.text


def test_a_sheet_that_is_longer_than_a_page_prints_its_first_row_on_each(book: Workbook) -> None:
    for sheet in book.worksheets:
        if sheet.max_row > ROWS_OF_A_PAGE and sheet.page_setup.fitToHeight == 0:
            assert str(sheet.print_title_rows).replace("$", "").startswith("1:"), (sheet.title, sheet.max_row)


def test_every_field_has_a_label_and_help_in_both_languages(template: Template) -> None:
    for sheet, field in template.fields():
        for text in (field.label, field.help):
            assert text.da, (sheet, field.key)
            assert text.en, (sheet, field.key)


def test_every_colour_is_of_the_palette(name: str, language: str) -> None:
    with ZipFile(BytesIO(built(name, language))) as archive:
        parts = {part: archive.read(part).decode() for part in archive.namelist() if part.endswith(".xml")}
    used = {
        (part, f"#{code}")
        for part, xml in parts.items()
        if "theme" not in part
        for code in re.findall(r'(?:rgb="FF|srgbClr val=")([0-9A-F]{6})"', xml)
    }
    assert {(part, code) for part, code in used if code not in PALETTE} == set()


def test_the_active_sheet_is_the_first_and_no_sheet_but_those_of_formulas_is_hidden(book: Workbook) -> None:
    assert book.active is book.worksheets[0]
    hidden = {sheet.title for sheet in book.worksheets if hides(sheet)}
    assert hidden <= {"Beregning", "Registreringer", "Timer", "Lister", "Parametre"}


def hides(sheet: Any) -> bool:
    return str(sheet.sheet_state) != "visible"
