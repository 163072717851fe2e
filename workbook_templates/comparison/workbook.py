"""The central comparison workbook: live formulas, real tables, memory that does not grow with the rows.

XlsxWriter in constant-memory mode keeps one row at a time, so every sheet is written from the top downward.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, TypeVar

from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_range, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from bit_model.comparison import Pair, Pillar, State
from workbook_templates.comparison.content import (
    ComparisonContent,
    Values,
    case_values,
    content_values,
    file_values,
    part_values,
    problem_values,
    tariff_values,
)
from workbook_templates.comparison.formulas import row_formula
from workbook_templates.comparison.overview import STATE_COLOURS, Overview
from workbook_templates.comparison.parameters import NO_MARKS, write_parameters, write_patterns
from workbook_templates.kinds import TextKind
from workbook_templates.layout import Field, Table
from workbook_templates.layouts.sammenligning import (
    CASES,
    CONTENT,
    FILES,
    HIDDEN,
    NEGOTIATION,
    PARTS,
    PROBLEMS,
    SAMMENLIGNING,
    TARIFF,
    state_key,
)
from workbook_templates.marks import NAME as MARKS
from workbook_templates.marks import mark_rules
from workbook_templates.readings import NEGOTIATION_STATUSES, STATES
from workbook_templates.sheets import PlainSheet, cell_text, validation, write_value
from workbook_templates.style import MUST, Formats, set_up_page

_Row = TypeVar("_Row")

MAX_ROWS = 1_048_575
_TABLE_STYLE = "Table Style Light 1"
_STATE_KEYS = frozenset({"state", *map(state_key, Pair)})
_PILLAR_KEYS = frozenset(pillar.value for pillar in Pillar)
_DIFFERENCE_KEYS = frozenset(pair.value for pair in Pair)
_MARKED_KEYS = frozenset({"case_key", *NEGOTIATION})
"""Where a problem of a row that was sent back is shown."""
_ZERO = "0.00;0.00;0.00"
"""For what rounds to nothing: a number format looks at the unrounded value and would show +0.00 or -0.00."""
_HEADING_HEIGHT = 32
_TALL_ROWS = {CASES.key: 30, TARIFF.key: 30, PROBLEMS.key: 45}
"""Points, where texts take two or three lines; programs do not agree on when to fit a height to a text."""


def write_comparison(target: Path | BinaryIO, content: ComparisonContent, language: str = "da") -> None:
    """Write the workbook to a file or stream; raises `OSError` where it cannot be written."""
    with TemporaryDirectory(prefix="bitark-") as folder:
        book = Workbook(target, {"constant_memory": True, "tmpdir": folder})
        book.worksheet_class = PlainSheet
        try:
            _fill(book, content, language)
            book.close()
        except FileCreateError as error:
            raise OSError(str(error)) from error
        finally:
            for sheet in book.worksheets():
                sheet.row_data_fh.close()


def _fill(book: Workbook, content: ComparisonContent, language: str) -> None:
    book.set_properties({"title": SAMMENLIGNING.title.in_language(language), "created": content.made_at})
    formats, parameters = Formats(book), content.parameters
    overview = Overview(book, formats, language)
    sheets = {table.key: book.add_worksheet(table.sheet) for table in SAMMENLIGNING.tables}

    def write(table: Table, rows: Iterable[_Row], values: Callable[[_Row], Values]) -> int:
        marks = [*mark_rules(book, table.sheet)] if table is CASES else ()
        return write_table(sheets[table.key], table, map(values, rows), formats, language, marks)

    cases = write(CASES, overview.counted(content.cases), lambda row: case_values(row, parameters, language))
    write(PARTS, content.parts, part_values)
    write(CONTENT, content.content, lambda row: content_values(row, language))
    write(TARIFF, content.tariff, lambda row: tariff_values(row, parameters, language))
    files = write(FILES, content.files, file_values)
    write(PROBLEMS, content.problems, lambda row: problem_values(row, language))
    _finish_cases(sheets[CASES.key], max(1, cases), language)
    overview.write(content, cases, files)
    write_parameters(book, parameters, formats, language)
    write_patterns(book, formats, language)
    book.define_name(MARKS, NO_MARKS)


def write_table(
    sheet: Worksheet,
    table: Table,
    rows: Iterable[Values],
    formats: Formats,
    language: str,
    marks: Sequence[Mapping[str, Any]] = (),
) -> int:
    """Rows as an Excel table from the first row on, one mapping of field keys to values each; gives their number.

    Raises `OSError` where there are more rows than a sheet can hold, rather than lose any.
    """
    last = len(table.fields) - 1
    _begin_table(sheet, table, formats, language)
    rows_written = _write_rows(sheet, table, rows, language)
    bottom = max(rows_written, 1)
    sheet.tables[-1]["range"] = sheet.tables[-1]["autofilter"] = xl_range(0, 0, bottom, last)
    sheet.freeze_panes(1, 1)
    sheet.ignore_errors({"number_stored_as_text": xl_range(1, 0, bottom, last)})
    set_up_page(sheet, language, titles=True)
    for column, field in enumerate(table.fields):
        marking = marks if field.key in _MARKED_KEYS else ()
        for rule in (*map(dict, marking), *_rules(table, field, formats, language)):
            sheet.conditional_format(1, column, bottom, column, rule)
    return rows_written


def _begin_table(sheet: Worksheet, table: Table, formats: Formats, language: str) -> None:
    """The columns and the header row, as a table over one row; it is widened when the number of rows is known."""
    labels = [field.label.in_language(language) for field in table.fields]
    for column, field in enumerate(table.fields):
        hidden = {"hidden": table is CASES and field.key in HIDDEN}
        sheet.set_column(column, column, field.width, _body(field, table.key in _TALL_ROWS, formats), hidden)
    # Constant memory refuses tables only since it could not go back to write their header; ours is written in its turn.
    sheet.constant_memory = False
    options = {"name": f"bit_{table.key}", "columns": [{"header": label} for label in labels], "style": _TABLE_STYLE}
    sheet.add_table(0, 0, 1, len(labels) - 1, options)
    sheet.constant_memory = True
    sheet.table.clear()
    sheet.set_default_row(_TALL_ROWS.get(table.key))
    sheet.set_row(0, _HEADING_HEIGHT)
    typed = NEGOTIATION if table is CASES else ()
    may = formats.cell(bold=True, bg_color=MUST, text_wrap=True, valign="vcenter")
    for column, (field, label) in enumerate(zip(table.fields, labels, strict=True)):
        sheet.write_string(0, column, label, may if field.key in typed else formats.heading)


def _write_rows(sheet: Worksheet, table: Table, rows: Iterable[Values], language: str) -> int:
    columns = [(column, field.key, _formula(table, field, language)) for column, field in enumerate(table.fields)]
    row = 0
    for row, values in enumerate(rows, 1):
        if row > MAX_ROWS:
            raise OSError(f"the sheet {table.sheet} cannot hold more than {MAX_ROWS} rows")
        number = str(row + 1)
        for column, key, formula in columns:
            value = values[key]
            if formula:
                cached = "" if value is None else value if isinstance(value, str) else float(value)
                sheet.write_formula(row, column, formula.replace("#", number), None, cached)
            elif isinstance(value, str):
                if value:
                    sheet.write_string(row, column, cell_text(value))
            elif value is not None:
                write_value(sheet, row, column, value)
    return row


def _formula(table: Table, field: Field, language: str) -> str:
    """The field's formula with "#" for the row number; empty for a field that is no formula."""
    cells = {other.key: f"{xl_col_to_name(column)}#" for column, other in enumerate(table.fields)}
    return row_formula(field, cells, language)


def _body(field: Field, tall: bool, formats: Formats) -> Format:
    left = isinstance(field.kind, TextKind) or field.kind.number_format == "General"
    return formats(
        num_format=field.kind.number_format,
        align="left" if left else "right",
        indent=int(left),
        text_wrap=tall and left,
        valign="vcenter",
    )


def _rules(table: Table, field: Field, formats: Formats, language: str) -> Iterator[dict[str, Any]]:
    """The look of a column's cells by conditional formats: kept once for all rows, and the first that holds wins."""
    if table is CASES and field.key in _STATE_KEYS:
        for state, words in STATES.items():
            look = formats.cell(bg_color=STATE_COLOURS[state])
            yield {"type": "cell", "criteria": "==", "value": f'"{words.in_language(language)}"', "format": look}
    if table is CASES and field.key in _PILLAR_KEYS:
        yield {"type": "blanks", "format": formats.cell(bg_color=STATE_COLOURS[State.UNACCOUNTED])}
    if table is CASES and field.key in _DIFFERENCE_KEYS:
        cell = xl_rowcol_to_cell(1, table.fields.index(field))
        yield {"type": "formula", "criteria": f"=ROUND({cell},2)=0", "format": formats.cell(num_format=_ZERO)}
    yield {"type": "formula", "criteria": "=TRUE", "format": formats.cell()}


def _finish_cases(sheet: Worksheet, last: int, language: str) -> None:
    """Checks of what people fill in, and in print the columns that are read."""
    column = {field.key: index for index, field in enumerate(CASES.fields)}
    for field in CASES.fields:
        if field.key in NEGOTIATION:
            words = [words.in_language(language) for words in NEGOTIATION_STATUSES.values()] if field.choices else ()
            sheet.data_validation(1, column[field.key], last, column[field.key], validation(field, language, words))
    sheet.print_area(0, 0, last, column["day_rate"])
