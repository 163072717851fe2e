"""What every template's sheets have in common: cells, drop-down lists, validations, header fields, guides."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from textwrap import wrap
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from workbook_templates.kinds import DateKind, Kind, NumberKind, TextKind, TimeKind, WholeKind
from workbook_templates.layout import Field, Table, Text
from workbook_templates.style import BLUE, GREY, MAY, MISSING, MUST, RED_TEXT, Formats

LONGEST_CELL_TEXT = 32_767
PROSE_CHARACTERS = 105
"""Width of running text: what a small screen shows without scrolling sideways."""
_EXPECTED: tuple[tuple[type[Kind], Text], ...] = (
    (DateKind, Text("Skriv en dato, fx 02-03-2026.", "Write a date, such as 02-03-2026.")),
    (TimeKind, Text("Skriv et klokkeslæt med kolon, fx 07:30.", "Write a time with a colon, such as 07:30.")),
    (WholeKind, Text("Skriv et helt tal, fx 6.", "Write a whole number, such as 6.")),
    (NumberKind, Text("Skriv et tal, fx 1 eller 1,5.", "Write a number, such as 1 or 1.5.")),
)
_FROM_LIST = Text("Vælg en værdi på listen.", "Choose a value from the list.")


class PlainSheet(Worksheet):  # type: ignore[misc]
    """A sheet whose formulas use functions of Excel 2016 only, so that none need be searched for newer ones.

    XlsxWriter's search costs about 90 µs a formula, twenty times as much as writing it.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002
        return formula.removeprefix("=")


def write_value(sheet: Worksheet, row: int, column: int, value: Any, cell_format: Format | None = None) -> None:
    """A value as what it is. A text stays a text, whatever it begins with; None is a blank cell."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, cell_format)
    elif isinstance(value, str):
        sheet.write_string(row, column, cell_text(value), cell_format)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, cell_format)
    else:
        sheet.write_number(row, column, float(value), cell_format)


def cell_text(text: str) -> str:
    """The text as a cell can hold it. XlsxWriter takes `<r>…</r>` for its own mark-up, so that is broken by a space."""
    text = text[:LONGEST_CELL_TEXT]
    return f"{text[:-1]} >"[:LONGEST_CELL_TEXT] if text.startswith("<r>") and text.endswith("</r>") else text


def shown(kind: Kind, value: Any) -> Any:
    """The value as its kind puts it into a cell; None stays None, a member of a closed set is its text."""
    return None if value is None else kind.render(value)


class Lists:
    """The sheet `Lister`: one column per list, each with the defined name `l_…` that drop-downs and formulas use."""

    def __init__(self, book: Workbook, formats: Formats) -> None:
        self._book, self._formats, self._column = book, formats, 0
        self.sheet = book.get_worksheet_by_name("Lister") or book.add_worksheet("Lister")

    def add(
        self, key: str, label: str, values: Sequence[Any], cell_format: Format | None = None, *, prefix: str = "l"
    ) -> None:
        """A list of constants, or of formulas given as (formula, cached value)."""
        column, body = self._column, cell_format or self._formats.cell()
        self._column += 1
        texts = any(value is None or isinstance(value, str) for value in values)
        self.sheet.set_column(column, column, 24 if texts else 15)
        self.sheet.write_string(0, column, label, self._formats.heading)
        for row, value in enumerate(values, 1):
            if isinstance(value, tuple):
                self.sheet.write_formula(row, column, f"={value[0]}", body, value[1])
            else:
                write_value(self.sheet, row, column, value, body)
        cells = xl_range_abs(1, column, max(1, len(values)), column)
        self._book.define_name(f"{prefix}_{key}", f"=Lister!{cells}")

    def add_figures(self, title: str, figures: Mapping[str, tuple[str, str | None, float]]) -> None:
        """Two columns: what a figure is and the named figure. By key: label, formula if any, and (cached) value."""
        column, body = self._column, self._formats.cell()
        self._column += 2
        self.sheet.set_column(column, column, 32)
        self.sheet.set_column(column + 1, column + 1, 15)
        self.sheet.merge_range(0, column, 0, column + 1, title, self._formats.heading)
        for row, (key, (label, formula, value)) in enumerate(figures.items(), 1):
            self.sheet.write_string(row, column, label, body)
            if formula is None:
                self.sheet.write_number(row, column + 1, value, body)
            else:
                self.sheet.write_formula(row, column + 1, f"={formula}", body, value)
            self._book.define_name(f"l_{key}", f"=Lister!{xl_rowcol_to_cell(row, column + 1, True, True)}")


def validation(field: Field, language: str, source: str | Sequence[str] = "", **other: Any) -> dict[str, Any]:
    """A data validation that tells what is expected before and after a slip.

    `source` is a drop-down's formula, or its values where these are few and hold no comma.
    """
    label, text = field.label.in_language(language), field.help.in_language(language)
    rule: dict[str, Any]
    if source:
        expected, rule = _FROM_LIST, {"validate": "list", "source": source}
    else:
        expected = next((words for kind, words in _EXPECTED if isinstance(field.kind, kind)), Text("", ""))
        rule = _rule(field.kind)
    expected_text = expected.in_language(language)
    return {
        **rule,
        "input_title": label[:32],
        "input_message": (text or expected_text)[:255],
        "error_title": label[:32],
        "error_message": f"{expected_text} {text}".strip()[:255],
        **other,
    }


def _rule(kind: Kind) -> dict[str, Any]:
    match kind:
        case DateKind():
            first, last = dt.date(2000, 1, 1), dt.date(2199, 12, 31)
            return {"validate": "date", "criteria": "between", "minimum": first, "maximum": last}
        case TimeKind():  # as a number: the rule for times refuses 24:00
            return {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1}
        case WholeKind():
            return {"validate": "integer", "criteria": ">=", "value": kind.lowest or 0}
        case NumberKind():
            return {"validate": "decimal", "criteria": ">=", "value": -(10**12) if kind.lowest is None else kind.lowest}
        case _:
            return {"validate": "any"}


def write_heading(sheet: Worksheet, fields: Iterable[Field], formats: Formats, language: str) -> None:
    """The header row of a table, first on its sheet, frozen and printed on every page."""
    for column, field in enumerate(fields):
        label = field.label.in_language(language)
        sheet.set_column(column, column, max(field.width, len(max(label.split(), key=len)) + 3))
        sheet.write_string(0, column, label, formats.heading)
    sheet.set_row(0, 34)
    sheet.freeze_panes(1, 0)


def input_format(field: Field, formats: Formats) -> Format:
    """The cell of an input: yellow where it must be filled in, white where it may, and not locked."""
    return formats.cell(
        num_format=field.kind.number_format,
        bg_color=MUST if field.required else MAY,
        locked=False,
        align="left" if isinstance(field.kind, TextKind) and field.width > 10 else "center",
    )


def mark_missing(
    book: Workbook, sheet: Worksheet, table: Table, rows: int, also: Callable[[Field], str] = lambda _: ""
) -> None:
    """Colour for what a begun row must still hold. `also` may give a further condition on the row."""
    colour = book.add_format({"bg_color": MISSING, "border": 1, "border_color": RED_TEXT})
    columns = [i for i, field in enumerate(table.fields) if not field.formula and field.key not in table.prefilled]
    begun = f"COUNTA(${xl_rowcol_to_cell(1, columns[0])}:${xl_rowcol_to_cell(1, columns[-1])})>0"
    for column, field in enumerate(table.fields):
        if field.required and not field.formula:
            condition = f'=AND({begun},{xl_rowcol_to_cell(1, column)}=""{also(field)})'
            rule = {"type": "formula", "criteria": condition, "format": colour}
            sheet.conditional_format(1, column, rows, column, rule)


def write_header_fields(
    book: Workbook,
    sheet: Worksheet,
    fields: Sequence[Field],
    values: Mapping[str, Any],
    formats: Formats,
    language: str,
    first_row: int,
) -> int:
    """Each header field with its label to the left, its help to the right and its defined name. Gives the next row."""
    for row, field in enumerate(fields, first_row):
        label = field.label.in_language(language)
        help_text = " ".join(filter(None, (field.help.in_language(language), field.unit and f"({field.unit})")))
        two_lines = max(len(help_text) / 2.4, len(label)) > 32
        colour = GREY if field.locked else MUST if field.must else MAY
        look = formats.cell(
            num_format=field.kind.number_format,
            bg_color=colour,
            locked=field.locked,
            align="left",
            text_wrap=two_lines or not field.locked,  # a token on one line ends at its help
        )
        sheet.write_string(row, 0, label, formats.label)
        write_value(sheet, row, 1, values.get(field.key), look)
        sheet.write_string(row, 2, help_text, formats.faint if two_lines else formats.faint_line)
        sheet.set_row(row, 32 if two_lines else 17)
        if not field.locked:
            source = f"=l_{field.choices}" if field.choices else ""
            sheet.data_validation(row, 1, row, 1, validation(field, language, source))
        book.define_name(field.name, f"={_quoted(sheet)}!{xl_rowcol_to_cell(row, 1, True, True)}")
    return first_row + len(fields)


def _quoted(sheet: Worksheet) -> str:
    return f"'{sheet.get_name()}'"


def column_name(book: Workbook, name: str, sheet: Worksheet, rows: int, first: int, last: int | None = None) -> None:
    """A defined name for the cells of one column, or several, below the header row."""
    cells = xl_range_abs(1, first, rows, first if last is None else last)
    book.define_name(name, f"={_quoted(sheet)}!{cells}")


def write_prose(sheet: Worksheet, row: int, text: str, cell_format: Format, widths: Sequence[int]) -> int:
    """A text over the first of a guide's columns, whose widths are given, as high as it needs. Gives the next row."""
    columns = next((i for i, width in enumerate(accumulate(widths), 1) if width >= PROSE_CHARACTERS), len(widths))
    sheet.merge_range(row, 0, row, columns - 1, "", cell_format)
    sheet.write_string(row, 0, text, cell_format)
    sheet.set_row(row, 16 * len(wrap(text, sum(widths[:columns]))))
    return row + 1


def legend(sheet: Worksheet, row: int, formats: Formats, language: str) -> int:
    """The three colours of cells, with words. Gives the next row."""
    lines = (
        (MUST, Text("Gul: skal udfyldes", "Yellow: must be filled in")),
        (MAY, Text("Hvid: må udfyldes", "White: may be filled in")),
        (GREY, Text("Grå: udfyldt eller beregnet, låst", "Grey: filled in or computed, locked")),
    )
    for colour, words in lines:
        sheet.write_string(row, 0, words.in_language(language), formats.cell(bg_color=colour))
        row += 1
    sheet.set_tab_color(BLUE)
    return row
