import datetime as dt
import io
import struct
from collections.abc import Callable
from pathlib import Path

import hostile
import libreoffice
import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from workbook_templates.files import spreadsheetml
from workbook_templates.files.gate import Container, Limits, gate
from workbook_templates.files.grid import CellError, Grid, column_letters, column_number, read_grid
from workbook_templates.problems import Problem

LIMITS = Limits()
EPOCH = dt.datetime(1899, 12, 30)


def grid_of(content: bytes, wanted: Callable[[str], bool] = lambda _: True, limits: Limits = LIMITS) -> Grid:
    container = gate(content, limits)
    assert isinstance(container, Container), container
    return read_grid(content, container, wanted, limits)


def rows_of(content: bytes) -> list[list[object]]:
    grid = grid_of(content)
    assert grid.problems == []
    return list(next(iter(grid.sheets.values())).rows)  # type: ignore[arg-type]


def written(fill: Callable[[xlsxwriter.Workbook], None], **options: object) -> bytes:
    packed = io.BytesIO()
    workbook = xlsxwriter.Workbook(packed, {"in_memory": True, **options})
    fill(workbook)
    workbook.close()
    return packed.getvalue()


@pytest.fixture
def only_the_plain_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet that needs the slower parser fails the test."""

    def refuse(name: str, *_: object) -> None:
        raise AssertionError(name)

    monkeypatch.setattr(spreadsheetml, "_read_odd", refuse)


SERIALS = [0.0, 0.3125, 1.0, 1.5, -0.25, -1.0, 2.0, 59.0, 60.0, 60.5, 61.0, 46083.0, 46083.3125, 0.99999999, 3e6]


def _dates(workbook: xlsxwriter.Workbook) -> None:
    sheet = workbook.add_worksheet("Døgnskema")
    formats = [workbook.add_format({"num_format": code}) for code in ("dd-mm-yyyy", "hh:mm", "[h]:mm", "General")]
    for row, serial in enumerate(SERIALS):
        for column, cell_format in enumerate(formats):
            sheet.write_number(row, column, serial, cell_format)


@pytest.mark.usefixtures("only_the_plain_form")
def test_a_date_or_time_is_the_number_that_is_stored() -> None:
    sheet = grid_of(written(_dates)).sheets["Døgnskema"]
    assert sheet.rows == [[serial] * 4 for serial in SERIALS]
    assert [sheet.shows_date(3, column) for column in (1, 2, 3, 4)] == [True, True, True, False]


@pytest.mark.filterwarnings("ignore:Cell .15 is marked as a date")
def test_no_library_keeps_apart_what_the_grid_keeps_apart() -> None:
    content = written(_dates)
    calamine = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert calamine[2][1] == dt.date(1900, 1, 1)  # 24:00
    assert calamine[4][1] == dt.time(18, 0)  # -06:00
    assert calamine[7][0] == calamine[8][0]  # days 59 and 60
    read = openpyxl.load_workbook(io.BytesIO(content))["Døgnskema"]
    assert read["B3"].value == dt.datetime(1900, 1, 1)
    assert read["A8"].value == read["A9"].value


@pytest.mark.filterwarnings("ignore:Cell .15 is marked as a date")
def test_a_workbook_that_counts_from_1904_gives_the_same_days() -> None:
    content = written(_dates, date_1904=True)
    rows = rows_of(content)
    assert rows[11] == [46083.0 + 1462, 46083.0 + 1462, 46083.0 + 1462, 46083.0]
    assert [row[1] for row in rows[:6]] == [0.0, 0.3125, 1.0, 1.5, -0.25, -1.0]
    read = openpyxl.load_workbook(io.BytesIO(content))["Døgnskema"]
    assert EPOCH + dt.timedelta(days=float(str(rows[12][0]))) == read["A13"].value


@pytest.mark.usefixtures("only_the_plain_form")
def test_formulas_count_with_their_saved_value_and_are_noted() -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet("A")
        sheet.write_formula("B2", "=1+1", None, 2)
        sheet.write_formula("C2", '=IF(A1<2,"a & b","")', None, "a & b <ø>")
        sheet.write_formula("D2", "=NA()", None, "#N/A")
        sheet.write_formula("E2", '=""', None, "")
        sheet.write_array_formula("F2:G2", "{=A1:B1}", None, 5)
        sheet.write_boolean("H2", True)

    sheet = grid_of(written(fill)).sheets["A"]
    assert sheet.rows[1] == [None, 2.0, "a & b <ø>", CellError("#N/A"), None, 5.0, 0.0, "SAND"]
    assert sheet.formulas == {(2, 2), (2, 3), (2, 4), (2, 5), (2, 6)}


def test_text_in_cells_comes_as_written() -> None:
    strings = (
        '<si><t xml:space="preserve"> a </t></si><si><r><t>fed</t></r><r><rPr/><t> tekst</t></r>'
        "<rPh><t>lyd</t></rPh></si><si/><si><t>a_x000D_b &amp; c</t></si>"
    )
    cells = "".join(f'<c r="{letter}1" t="s"><v>{place}</v></c>' for place, letter in enumerate("ABCD"))
    assert rows_of(hostile.xlsx(f'<row r="1">{cells}</row>', strings=strings)) == [
        [" a ", "fed tekst", None, "a\rb & c"]
    ]


ODD_ROWS = {
    "inline": ('<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1"><v>2</v></c></row>', [["a", 2.0]]),
    "rich inline": (
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c></row>',
        [["ab"]],
    ),
    "iso date": ('<row r="1"><c r="A1" t="d"><v>2026-03-02T07:30:00</v></c></row>', [[46083.3125]]),
    "iso time": ('<row r="1"><c r="A1" t="d"><v>07:30:00</v></c></row>', [[0.3125]]),
    "no addresses": ("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>", [[1.0, 2.0], [3.0, None]]),
    "rows out of order": (
        '<row r="2"><c r="A2"><v>2</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
        [[1.0], [2.0]],
    ),
    "cells out of order": ('<row r="1"><c r="B1"><v>2</v></c><c r="A1"><v>1</v></c></row>', [[1.0, 2.0]]),
    "same row twice": ('<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="B1"><v>2</v></c></row>', [[1.0, 2.0]]),
    "cell in another row": ('<row r="1"><c r="A2"><v>1</v></c></row>', [[None], [1.0]]),
    "attributes turned": ('<row spans="1:1" r="1"><c t="n" r="A1"><v>1</v></c></row>', [[1.0]]),
    "single quotes": ("<row r='1'><c r='A1'><v>1</v></c></row>", [[1.0]]),
    "line breaks": ('<row\n r="1">\n<c\n r="A1">\n<v>1</v>\n</c>\n</row>', [[1.0]]),
    "comment": ('<row r="1"><!-- <c r="A1"><v>9</v></c> --><c r="A1"><v>1</v></c></row>', [[1.0]]),
    "cdata": ('<row r="1"><c r="A1" t="str"><v><![CDATA[<b>]]></v></c></row>', [["<b>"]]),
    "extension": ('<row r="1"><c r="A1"><v>1</v><extLst><ext/></extLst></c></row>', [[1.0]]),
    "no number": ('<row r="1"><c r="A1"><v>1_0</v></c><c r="B1"><v>NaN</v></c></row>', [["1_0", "NaN"]]),
    "infinite": ('<row r="1"><c r="A1"><v>1e999</v></c><c r="B1"><v>1E2</v></c></row>', [[CellError("#NUM!"), 100.0]]),
    "blank cells": ('<row r="1"><c r="A1" s="1"/><c r="B1"><v></v></c><c r="C1"><v/></c></row>', []),
    "shared formula": (
        '<row r="1"><c r="A1"><f t="shared" si="0">1</f><v>1</v></c><c r="B1"><f t="shared" si="0"/><v>2</v></c></row>',
        [[1.0, 2.0]],
    ),
    "error": ('<row r="1"><c r="A1" t="e"><v>#DIV/0!</v></c></row>', [[CellError("#DIV/0!")]]),
}


@pytest.mark.parametrize("rows, expected", ODD_ROWS.values(), ids=ODD_ROWS.keys())
@pytest.mark.parametrize("main", [hostile.MAIN, hostile.STRICT])
def test_odd_but_lawful_sheets_are_read(rows: str, expected: list[list[object]], main: str) -> None:
    assert rows_of(hostile.xlsx(rows, main=main)) == expected


def test_prefixes_and_other_encodings_are_read() -> None:
    row = '<x:row r="1"><x:c r="A1" t="str"><x:v>ø</x:v></x:c></x:row>'
    sheet = f'<x:worksheet xmlns:x="{hostile.MAIN}"><x:sheetData>{row}</x:sheetData></x:worksheet>'
    assert rows_of(hostile.xlsx(sheet=sheet)) == [["ø"]]
    plain = sheet.replace("xmlns:x", "xmlns").replace("x:", "")
    for encoding in ("iso-8859-1", "utf-16"):
        encoded = f'<?xml version="1.0" encoding="{encoding}"?>{plain}'.encode(encoding)
        parts = hostile.xlsx_parts(sheet=encoded)
        assert rows_of(hostile.zipped(parts)) == [["ø"]]


def test_names_point_at_cells_and_dead_ones_are_passed_over() -> None:
    names = (
        "<definedName name=\"bit_case_key\">'Op''lys !ninger'!$B$2</definedName>"
        '<definedName name="BIT_house">Oplysninger!$C$3:$D$3</definedName>'
        '<definedName name="bit_token">Oplysninger!#REF!</definedName>'
        '<definedName name="bit_house" localSheetId="0">Kopi!$A$1</definedName>'
        '<definedName name="other">Oplysninger!$A$1</definedName>'
    )
    assert grid_of(hostile.xlsx(names=names)).names == {
        "bit_case_key": ("Op'lys !ninger", 2, 2),
        "bit_house": ("Oplysninger", 3, 3),
    }


def test_only_wanted_sheets_are_read() -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        for name in ("A", "B"):
            workbook.add_worksheet(name).write("A1", name)

    assert list(grid_of(written(fill), lambda name: name == "B").sheets) == ["B"]


def test_what_lies_beyond_the_limits_is_a_problem_with_its_cell_and_the_rest_is_read() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="GS1"><v>2</v></c></row>'
    grid = grid_of(hostile.xlsx(rows))
    assert [(problem.code, problem.sheet, problem.cell) for problem in grid.problems] == [("F05", "Døgnskema", "GS1")]
    assert grid.sheets["Døgnskema"].rows == [[1.0]]
    grid = grid_of(
        hostile.xlsx('<row r="1"><c r="A1"><v>1</v></c></row><row r="20001"><c r="B20001"><v>2</v></c></row>')
    )
    assert [(problem.code, problem.cell) for problem in grid.problems] == [("F05", "B20001")]
    assert grid.sheets["Døgnskema"].rows == [[1.0]]
    assert rows_of(hostile.xlsx('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row>')) == [[1.0]]


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="4294967295"><c r="A4294967295"><v>1</v></c></row>',
        '<row r="20000"><c r="ZZ20000"><v>1</v></c></row>',
    ],
)
def test_a_stray_cell_far_out_costs_nothing(rows: str) -> None:
    grid = grid_of(hostile.xlsx('<row r="1"><c r="A1"><v>7</v></c></row>' + rows))
    assert [problem.code for problem in grid.problems] == ["F05"]
    assert grid.sheets["Døgnskema"].rows[0] == [7.0]


@pytest.mark.parametrize("make", [hostile.styled_blank_rows, hostile.empty_rows])
def test_formatted_and_empty_rows_below_the_last_entry_cost_little(make: Callable[[], bytes]) -> None:
    content = make()
    assert rows_of(content) == [[7.0]]


@pytest.mark.parametrize(
    "tail",
    [
        '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        '<hyperlinks><hyperlink ref="A1:XFD1048576" location="A1"/></hyperlinks>',
        '<dataValidations><dataValidation sqref="A1:XFD9"><formula1>1</formula1></dataValidation></dataValidations>',
    ],
)
def test_what_stands_outside_the_cells_is_never_looked_at(tail: str) -> None:
    sheet = (
        f'<worksheet xmlns="{hostile.MAIN}"><dimension ref="A1:B2"/><sheetData><row r="9"><c r="C9"><v>1</v></c></row>'
        f"</sheetData>{tail}</worksheet>"
    )
    assert rows_of(hostile.xlsx(sheet=sheet))[8] == [None, None, 1.0]


def test_a_text_that_is_missing_or_a_part_that_is_missing_is_damage() -> None:
    assert [p.code for p in grid_of(hostile.xlsx('<row r="1"><c r="A1" t="s"><v>7</v></c></row>')).problems] == ["F04"]
    parts = hostile.xlsx_parts()
    del parts["xl/worksheets/sheet1.xml"]
    assert [p.code for p in grid_of(hostile.zipped(parts)).problems] == ["F04"]
    assert [p.code for p in grid_of(hostile.xlsx(sheet="<worksheet><sheetData>")).problems] == ["F04"]


def test_an_ole_file_without_a_workbook_in_it_is_damage() -> None:
    assert [p.code for p in grid_of(hostile.ole("Workbook")).problems] == ["F04"]


NAMED = (
    '<table:named-range table:name="bit_case_key" table:cell-range-address="$Døgnskema.$B$2"/>'
    '<table:named-range table:name="bit_house" table:cell-range-address="$\'Ark 1\'.$C$3:.$D$3"/>'
    '<table:named-range table:name="bit_token" table:cell-range-address="$Døgnskema.#REF!"/>'
)


def test_the_names_of_one_sheet_of_an_ods_are_passed_over() -> None:
    local = '<table:named-range table:name="{}" table:cell-range-address="$Kopi.$A$1"/>'
    of_the_sheet = "".join(local.format(name) for name in ("bit_case_key", "bit_provider"))
    cells = f"<table:table-row/><table:named-expressions>{of_the_sheet}</table:named-expressions>"
    assert grid_of(hostile.ods(cells, NAMED)).names == {
        "bit_case_key": ("Døgnskema", 2, 2),
        "bit_house": ("Ark 1", 3, 3),
    }


def _ods_cell(attributes: str, inside: str = "") -> str:
    return f"<table:table-cell {attributes}>{inside}</table:table-cell>"


def test_an_ods_gives_the_same_kinds_of_cells() -> None:
    cells = [
        _ods_cell('office:value-type="float" office:value="7.5"'),
        _ods_cell('office:value-type="date" office:date-value="2026-03-02"'),
        _ods_cell('office:value-type="date" office:date-value="2026-03-02T07:30:00"'),
        _ods_cell('office:value-type="time" office:time-value="PT07H30M00S"'),
        _ods_cell('office:value-type="time" office:time-value="PT24H00M00S"'),
        _ods_cell('office:value-type="time" office:time-value="-PT06H00M00S"'),
        _ods_cell('office:value-type="boolean" office:boolean-value="true"'),
        _ods_cell(
            'office:value-type="string"',
            "<office:annotation><text:p>note</text:p></office:annotation><text:p>a<text:s text:c='2'/>b</text:p>",
        ),
        _ods_cell(
            'table:formula="of:=NA()" office:value-type="string" calcext:value-type="error"', "<text:p>#N/A</text:p>"
        ),
        _ods_cell('table:formula="of:=1/0" office:value-type="float" office:value="0"', "<text:p>#DIV/0!</text:p>"),
        "<table:covered-table-cell/>",
        _ods_cell('table:number-columns-repeated="2" office:value-type="percentage" office:value="0.5"'),
        _ods_cell('table:number-columns-repeated="16000"'),
    ]
    row = "<table:table-row>" + "".join(cells) + "</table:table-row>"
    blank = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    grid = grid_of(hostile.ods(blank.replace("1048000", "2") + row + blank, NAMED))
    assert grid.problems == []
    sheet = grid.sheets["Døgnskema"]
    assert sheet.rows[2] == [
        7.5, 46083.0, 46083.3125, 0.3125, 1.0, -0.25, "SAND", "a  b",
        CellError("#N/A"), CellError("#DIV/0!"), None, 0.5, 0.5,
    ]  # fmt: skip
    assert sheet.formulas == {(3, 9), (3, 10)}
    assert [sheet.shows_date(3, column) for column in (1, 2, 4)] == [False, True, True]
    assert grid.names == {"bit_case_key": ("Døgnskema", 2, 2), "bit_house": ("Ark 1", 3, 3)}


def test_a_cell_repeated_out_of_all_bounds_is_a_problem() -> None:
    row = _ods_cell('table:number-columns-repeated="16384" office:value-type="float" office:value="1"')
    grid = grid_of(hostile.ods(f'<table:table-row table:number-rows-repeated="1048576">{row}</table:table-row>'))
    assert [(problem.code, problem.cell) for problem in grid.problems] == [("F05", "XFD1048576")]


CellValue = None | str | int | float | bool | dt.datetime
CELLS: st.SearchStrategy[CellValue] = st.one_of(
    st.none(),
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=12
    ),
    st.integers(-(10**9), 10**9),
    st.floats(-1e12, 1e12, allow_nan=False).map(lambda number: float(f"{number:.12g}")),
    st.booleans(),
    st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2199, 12, 31)).map(lambda moment: moment.replace(microsecond=0)),
)


def _as_grid(value: object) -> object:
    if isinstance(value, bool):
        return "SAND" if value else "FALSK"
    if isinstance(value, dt.datetime | dt.date):
        moment = value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())
        return (moment - EPOCH) / dt.timedelta(days=1)
    return None if value == "" else value


def _same(grid: list[list[object]], other: list[list[object]]) -> None:
    mine = {(i, j): v for i, row in enumerate(grid) for j, v in enumerate(row) if v is not None}
    theirs = {(i, j): w for i, row in enumerate(other) for j, v in enumerate(row) if (w := _as_grid(v)) is not None}
    assert mine.keys() == theirs.keys()
    for at, value in mine.items():
        if isinstance(value, float):
            assert value == pytest.approx(theirs[at], abs=1e-8, rel=1e-12)
        else:
            assert value == theirs[at]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=6), max_size=6))
def test_the_grid_agrees_with_both_libraries_on_what_both_write(table: list[list[CellValue]]) -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet("A")
        date = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for row, values in enumerate(table):
            for column, value in enumerate(values):
                if isinstance(value, str):
                    sheet.write_string(row, column, value)
                elif isinstance(value, dt.datetime):
                    sheet.write_datetime(row, column, value, date)
                else:
                    sheet.write(row, column, value)

    by_openpyxl = openpyxl.Workbook()
    sheet = by_openpyxl.active
    assert sheet is not None
    for row, values in enumerate(table, 1):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(row, column, value)
            if isinstance(value, str):
                cell.data_type = "s"
    packed = io.BytesIO()
    by_openpyxl.save(packed)
    for content in (written(fill), packed.getvalue()):
        rows = rows_of(content)
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as calamine:
            _same(rows, calamine.get_sheet_by_index(0).to_python(skip_empty_area=False))  # type: ignore[arg-type]
        read = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        _same(rows, [[cell.value for cell in row] for row in read.iter_rows()])


@given(st.integers(1, 16384))
def test_letters_and_numbers_of_columns_are_inverse(column: int) -> None:
    assert column_number(column_letters(column)) == column


def test_a_problem_is_what_a_broken_workbook_gives() -> None:
    parts = hostile.xlsx_parts(workbook="<workbook")
    assert isinstance(grid_of(hostile.zipped(parts)).problems[0], Problem)


def _record(kind: int, column: int, value: bytes) -> bytes:
    return hostile.record(kind, struct.pack("<II", column, 0) + value)


def test_a_binary_workbook_gives_the_same_kinds_of_cells() -> None:
    cells = hostile.record(0, struct.pack("<I", 1) + bytes(12)) + b"".join(
        [
            _record(1, 0, b""),
            _record(2, 1, struct.pack("<i", 730 << 2 | 2)),
            _record(2, 2, struct.pack("<i", 750 << 2 | 3)),
            _record(5, 3, struct.pack("<d", -0.25)),
            _record(3, 4, b"\x2a"),
            _record(4, 5, b"\1"),
            _record(6, 6, struct.pack("<I", 2) + "på".encode("utf-16-le")),
            _record(7, 7, struct.pack("<I", 0)),
            _record(9, 8, struct.pack("<d", 1.0)),
            _record(11, 9, b"\x07"),
            _record(8, 10, struct.pack("<I", 1) + "x".encode("utf-16-le")),
        ]
    )
    sheet = grid_of(hostile.xlsb(cells)).sheets["Døgnskema"]
    numbers = [None, 730.0, 7.5, -0.25]
    assert sheet.rows[1] == [*numbers, CellError("#N/A"), "SAND", "på", "fælles", 1.0, CellError("#DIV/0!"), "x"]
    assert sheet.formulas == {(2, 9), (2, 10), (2, 11)}
    far = hostile.record(0, struct.pack("<I", 4_000_000_000)) + _record(5, 1, struct.pack("<d", 1))
    assert [problem.code for problem in grid_of(hostile.xlsb(far)).problems] == ["F05"]
    assert [problem.code for problem in grid_of(hostile.xlsb(cells[:-3])).problems] == ["F04"]


@pytest.mark.parametrize("form", ["xls", "ods", "xlsx"])
def test_what_libreoffice_saves_has_the_same_cells(tmp_path: Path, form: str) -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        _dates(workbook)
        sheet = workbook.get_worksheet_by_name("Døgnskema")
        sheet.write_string("F1", "ø & å")
        sheet.write_formula("F2", "=NA()", None, "#N/A")
        sheet.write_formula("F3", '=F1&"!"', None, "ø & å!")
        workbook.define_name("bit_case_key", "=Døgnskema!$F$1")

    before = tmp_path / "før.xlsx"
    before.write_bytes(written(fill))
    (after,) = libreoffice.convert([before], form, tmp_path / "efter")
    grid = grid_of(after.read_bytes())
    rows = grid.sheets["Døgnskema"].rows
    for row, serial in list(zip(rows, SERIALS, strict=True))[:-1]:
        assert row[:4] == pytest.approx([serial] * 4, abs=1e-8)
    assert [row[5] for row in rows[:3]] == ["ø & å", CellError("#N/A"), "ø & å!"]
    assert grid.names == {"bit_case_key": ("Døgnskema", 1, 6)}
    assert [grid.sheets["Døgnskema"].shows_date(4, column) for column in (1, 2, 4)] == [True, True, False]
    assert grid.sheets["Døgnskema"].formulas == (frozenset() if form == "xls" else {(2, 6), (3, 6)})
