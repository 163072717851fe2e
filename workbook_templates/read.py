"""From a grid of raw cells to the values of a template, and every problem met on the way.

Structure first (template, header, columns), rows after; a row's address in a problem is the sheet's own. What was
found is shown with CPR numbers and e-mail addresses masked, since problems are stored and logged.
"""

import dataclasses
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from bit_model.checks import check_text, masked
from workbook_templates.files.grid import Cell, CellError, Grid, Sheet, column_letters
from workbook_templates.kinds import TextKind, UnreadableError
from workbook_templates.layout import Field, Table, Template, fold
from workbook_templates.layouts import TEMPLATES
from workbook_templates.problems import Problem

HEADER_ROW_WITHIN = 40
"""How far down a header row is looked for."""
VALUE_WITHIN = 4
"""How many cells to the right of its label a header value may stand."""
LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Header:
    """A workbook's header fields by key; None where empty or unreadable. `cells` says where each was found."""

    values: Mapping[str, Any]
    cells: Mapping[str, tuple[str, str]]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class TableRows:
    """The rows that hold something, column by column: `values` and `raw` (the cells as they stood) by field key.

    `numbers` are the rows' own numbers on the sheet, `columns` each field's column number. `flawed` are the numbers of
    rows with a cell that could not be read.
    """

    table: Table
    columns: Mapping[str, int]
    problems: tuple[Problem, ...]
    numbers: Sequence[int] = ()
    values: Mapping[str, Sequence[Any]] = dataclasses.field(default_factory=dict)
    raw: Mapping[str, Sequence[Cell]] = dataclasses.field(default_factory=dict)
    flawed: frozenset[int] = frozenset()

    def column(self, key: str) -> Sequence[Any]:
        """A field's value in every row; None throughout where the sheet has no such column."""
        return self.values.get(key) or [None] * len(self.numbers)

    def rows(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Each row's number and values by field key."""
        keys = [field.key for field in self.table.inputs]
        for number, *values in zip(self.numbers, *map(self.column, keys), strict=True):
            yield number, dict(zip(keys, values, strict=True))

    def problem(self, code: str, field: str, row: int, found: str = "", language: str = "da") -> Problem:
        """A problem at a field's cell in a row; row 0 is the whole sheet."""
        known = next((f for f in self.table.fields if f.key == field), None)
        column = self.columns.get(field)
        cell = address(row, column) if row and column else ""
        label = known.label.in_language(language) if known else field
        return Problem(code, self.table.sheet, cell, label, found)


def address(row: int, column: int) -> str:
    """A1 of 1-based row and column numbers."""
    return f"{column_letters(column)}{row}"


def shown(raw: object) -> str:
    """A cell's content as a problem may repeat it: short, and with nothing that names a person."""
    text = masked(str(raw).strip())
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def wanted_sheets(name: str) -> bool:
    """True for a sheet that some template of ours reads."""
    return fold(name) in _OUR_SHEETS


_OUR_SHEETS = frozenset(fold(sheet) for template in TEMPLATES.values() for sheet, _ in template.fields())


def recognise(grid: Grid) -> tuple[Template | None, Problem | None]:
    """The template that a workbook says it is, or T01."""
    for template in TEMPLATES.values():
        values = {field.key: _value_of(grid, template, field)[0] for field in template.header[:2]}
        if str(values["template"] or "").strip() == template.name:
            version = values["template_version"]
            try:
                known = template.header[1].kind.parse(version) == template.version
            except UnreadableError:
                known = False
            found = f"{template.name} {shown(version if version is not None else '')}".strip()
            return (template, None) if known else (None, Problem("T01", template.header_sheet, found=found))
    return None, Problem("T01", found=", ".join(list(grid.sheets)[:5]))


def read_header(grid: Grid, template: Template) -> Header:
    """Every header field, by its defined name or else by the label beside it."""
    values: dict[str, Any] = {}
    cells: dict[str, tuple[str, str]] = {}
    problems: list[Problem] = []
    for field in template.header:
        raw, sheet, cell = _value_of(grid, template, field)
        cells[field.key] = (sheet, cell)
        values[field.key] = None
        label = field.label.da
        if raw is None:
            if field.required:
                problems.append(Problem("H01", sheet, cell, label))
            continue
        try:
            value = _parse(field, raw)
        except UnreadableError:
            problems.append(Problem("H01", sheet, cell, label, shown(raw)))
            continue
        if isinstance(value, str):
            found = list(check_text(value, field.key, 0))
            problems += [Problem(f.code, sheet, cell, label, shown(f.found)) for f in found]
            if any(f.code == "R21" for f in found):
                value = masked(value)
        values[field.key] = value
    return Header(values, cells, tuple(problems))


def _value_of(grid: Grid, template: Template, field: Field) -> tuple[Cell, str, str]:
    """Raw value, sheet and cell of a header field. An empty named cell is empty: its label is not asked."""
    place = grid.names.get(field.name)
    if place is not None and place[0] in grid.sheets:
        sheet, row, column = place
        return _cell(grid.sheets[sheet], row, column), sheet, address(row, column)
    labels = {fold(field.label.da), fold(field.label.en)}
    for name, sheet_cells in grid.sheets.items():
        if fold(name) != fold(template.header_sheet):
            continue
        for row, column, text in _texts(sheet_cells):
            if fold(text) in labels:
                for beside in range(column + 1, column + 1 + VALUE_WITHIN):
                    value = _cell(sheet_cells, row, beside)
                    if value is not None:
                        return value, name, address(row, beside)
                return None, name, address(row, column + 1)
    return None, template.header_sheet, ""


def _texts(sheet: Sheet) -> Iterator[tuple[int, int, str]]:
    for row_number, cells in enumerate(sheet.rows, 1):
        for column, value in enumerate(cells, 1):
            if isinstance(value, str) and value:
                yield row_number, column, value


def _cell(sheet: Sheet, row: int, column: int) -> Cell:
    """The cell, None where it is blank, holds only spaces or lies outside what was read."""
    inside = row <= len(sheet.rows) and column <= len(sheet.rows[0])
    return _filled(sheet.rows[row - 1][column - 1]) if inside else None


def _filled(raw: Cell) -> Cell:
    return None if isinstance(raw, str) and not raw.strip() else raw


def _parse(field: Field, raw: Cell) -> Any:
    if isinstance(raw, CellError):
        raise UnreadableError(str(raw))
    return field.kind.parse(raw)


def read_table(grid: Grid, table: Table) -> TableRows:
    """The rows of a table, found by its header texts in any order; blank rows are passed over."""
    sheet = next((cells for name, cells in grid.sheets.items() if fold(name) == fold(table.sheet)), None)
    header_row, columns = _header_row(sheet, table) if sheet is not None else (0, {})
    missing = [field for field in table.inputs if field.key not in columns]
    problems = [Problem("H02", table.sheet, field=field.label.da) for field in missing if field.required]
    if sheet is None or not header_row or problems:
        return TableRows(table, columns, tuple(problems))
    return _Rows(sheet, table, header_row, columns).read()


def _header_row(sheet: Sheet, table: Table) -> tuple[int, dict[str, int]]:
    """Number of the row with most of the table's labels, and field key → column; (0, {}) where none has two."""
    keys = {fold(label): field.key for field in table.inputs for label in (field.label.da, field.label.en)}
    best: tuple[int, dict[str, int]] = (0, {})
    for number, cells in enumerate(sheet.rows[:HEADER_ROW_WITHIN], 1):
        found: dict[str, int] = {}
        for column, value in enumerate(cells, 1):
            if isinstance(value, str) and (key := keys.get(fold(value))):
                found.setdefault(key, column)
        if len(found) > max(1, len(best[1])):
            best = number, found
    return best


class _Rows:
    """One reading of a table. What a cell's content means is looked up once per column and distinct content."""

    def __init__(self, sheet: Sheet, table: Table, header_row: int, columns: Mapping[str, int]) -> None:
        self.sheet, self.table, self.header_row, self.columns = sheet, table, header_row, columns
        self.fields = [field for field in table.inputs if field.key in columns]
        self.problems: list[Problem] = []
        self.flawed: set[int] = set()

    def read(self) -> TableRows:
        """All rows below the header row."""
        telling = [self.columns[field.key] - 1 for field in self.fields if field.key not in self.table.prefilled]
        tell = itemgetter(*telling, telling[0])  # one more, so that it is a tuple where one column tells
        numbers: list[int] = []
        rows: list[list[Cell]] = []
        for number, cells in enumerate(self.sheet.rows[self.header_row :], self.header_row + 1):
            if any(_filled(value) is not None for value in tell(cells) if value is not None):
                numbers.append(number)
                rows.append(cells)
        values: dict[str, list[Any]] = {}
        raw: dict[str, list[Cell]] = {}
        for field in self.fields:
            place = self.columns[field.key] - 1
            column = raw[field.key] = [cells[place] for cells in rows]
            if field.key in self.table.prefilled:
                self._spread_merged(place + 1, numbers, column)
            meanings = {content: self._meaning(field, content) for content in set(column)}
            values[field.key] = [meanings[content][0] for content in column]
            if any(codes for _, codes in meanings.values()):
                for number, content in zip(numbers, column, strict=True):
                    for code, found in meanings[content][1]:
                        self._note(code, field, number, found)
        self._note_formulas(set(numbers))
        problems = tuple(self.problems)
        return TableRows(self.table, self.columns, problems, numbers, values, raw, frozenset(self.flawed))

    def _spread_merged(self, column: int, numbers: Sequence[int], cells: list[Cell]) -> None:
        """A date over the rows of its day holds for each of them. Other merged cells would make one entry into two."""
        for (first, at), last in self.sheet.merged_down.items():
            if at == column and first > self.header_row:
                for place in range(bisect_right(numbers, first), bisect_right(numbers, last)):
                    cells[place] = self.sheet.rows[first - 1][column - 1]

    def _meaning(self, field: Field, raw: Cell) -> tuple[Any, tuple[tuple[str, str], ...]]:
        """The parsed value and the codes (with what was found) that hold for this content wherever it stands."""
        value = _filled(raw)
        if value is None:
            return None, ()
        personal = (("R21", ""),) if isinstance(value, str) and masked(value) != value else ()
        try:
            parsed = _parse(field, value)
        except UnreadableError:
            return None, (*personal, ("R02", shown(value)))
        if not isinstance(field.kind, TextKind):
            return parsed, personal
        return parsed, tuple((finding.code, shown(finding.found)) for finding in check_text(parsed, field.key, 0))

    def _note(self, code: str, field: Field, row: int, found: str) -> None:
        self.problems.append(
            Problem(code, self.table.sheet, address(row, self.columns[field.key]), field.label.da, found)
        )
        if code == "R02":
            self.flawed.add(row)

    def _note_formulas(self, row_numbers: set[int]) -> None:
        """R19 once per column, at the first cell whose value came from a formula."""
        for field in self.fields:
            column = self.columns[field.key]
            cells = sorted(cell for cell in self.sheet.formulas if cell[1] == column and cell[0] in row_numbers)
            rows = [row for row, _ in cells if _cell(self.sheet, row, column) is not None]
            if rows:
                found = shown(_cell(self.sheet, rows[0], column))
                self._note("R19", field, rows[0], found if len(rows) == 1 else f"{found}, {len(rows)} celler")
