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
from workbook_templates.files.grid import Cell, CellError, Grid, Sheet
from workbook_templates.kinds import TextKind, UnreadableError
from workbook_templates.layout import Field, Table, Template
from workbook_templates.places import (
    HeaderCells,
    TablePlace,
    address,
    cell_at,
    content_of,
    filled,
    find_table,
)
from workbook_templates.problems import Problem

CPR_DIGITS = 10
LONGEST_SHOWN = 60
STRUCTURE_CODES = frozenset({"H02", "H07"})
"""Problems of a table that make nothing of its rows."""


@dataclass(frozen=True, slots=True)
class Header:
    """A workbook's header fields by key; None where empty or unreadable. `cells` says where each was found."""

    values: Mapping[str, Any]
    cells: Mapping[str, tuple[str, str]]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class TableRows:
    """The rows that hold something, column by column: `values` and `raw` (the cells as they stood) by field key.

    `sheet` is where they stand, `numbers` are the rows' own numbers there, `columns` each field's column number.
    `flawed` are the numbers of rows with a cell that could not be read.
    """

    table: Table
    columns: Mapping[str, int]
    problems: tuple[Problem, ...]
    numbers: Sequence[int] = ()
    values: Mapping[str, Sequence[Any]] = dataclasses.field(default_factory=dict)
    raw: Mapping[str, Sequence[Cell]] = dataclasses.field(default_factory=dict)
    flawed: frozenset[int] = frozenset()
    sheet: str = ""

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
        return Problem(code, self.sheet or self.table.sheet, cell, label, found)


def shown(raw: object) -> str:
    """A cell's content as a problem may repeat it: short, and with nothing that names a person."""
    text = masked(str(raw).strip())
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def read_header(grid: Grid, template: Template) -> Header:
    """Every header field, by its defined name or else by the label beside it."""
    places = HeaderCells(grid, template)
    values: dict[str, Any] = {}
    cells: dict[str, tuple[str, str]] = {}
    problems: list[Problem] = []
    for field in template.header:
        place, label = places.find(field), field.label.da
        raw = content_of(grid, place)
        spot = place.spot
        sheet, cell = (spot.sheet, address(spot.row, spot.column)) if spot else (template.header_sheet, "")
        cells[field.key] = (sheet, cell)
        values[field.key] = None
        if place.strayed:
            problems.append(Problem("H06", sheet, cell, label, field.name))
        if raw is None:
            found = ", ".join(f"{rival.sheet} {address(rival.row, rival.column)}" for rival in place.rivals)
            if field.required or found:
                problems.append(Problem("H01", sheet, cell, label, shown(found)))
            continue
        try:
            value = _parse(field, raw)
        except UnreadableError:
            problems += [Problem(code, sheet, cell, label, found) for code, found in _personal(raw)]
            problems.append(Problem("H01", sheet, cell, label, shown(raw)))
            continue
        if isinstance(value, str):
            value = _with_its_zero(raw, value)
            findings = list(check_text(value, field.key, 0))
            problems += [Problem(f.code, sheet, cell, label, shown(f.found)) for f in findings]
            if any(f.code == "R21" for f in findings):
                value = masked(value)
        values[field.key] = value
    return Header(values, cells, tuple(problems))


def _parse(field: Field, raw: Cell) -> Any:
    if isinstance(raw, CellError):
        raise UnreadableError(str(raw))
    return field.kind.parse(raw)


def _personal(raw: Cell) -> tuple[tuple[str, str], ...]:
    """R21 for a content that is no value of its field but names a person."""
    return (("R21", ""),) if isinstance(raw, str) and masked(raw) != raw else ()


def _with_its_zero(raw: Cell, text: str) -> str:
    """A number in a text's cell with the zero that a CPR number loses there, where it is one; else the text."""
    whole = f"0{text}"
    return whole if not isinstance(raw, str) and len(text) == CPR_DIGITS - 1 and masked(whole) != whole else text


def read_table(grid: Grid, table: Table, *, blank: bool = False) -> TableRows:
    """The rows of a table, found by its header texts in any order; blank rows are passed over.

    With `blank` also those that hold nothing but what was filled in at issue.
    """
    place = find_table(grid, table)
    if place.rivals:
        found = Problem("H07", field=table.sheet, found=shown(", ".join(place.rivals)))
        return TableRows(table, place.columns, (found,), sheet=place.sheet)
    missing = [field for field in table.inputs if field.required and field.key not in place.columns]
    if missing:
        problems = tuple(Problem("H02", place.sheet, field=field.label.da) for field in missing)
        return TableRows(table, place.columns, problems, sheet=place.sheet)
    if not place.header_row:
        return TableRows(table, place.columns, (), sheet=place.sheet)
    return _Rows(grid.sheets[place.sheet], table, place).read(blank=blank)


class _Rows:
    """One reading of a table. What a cell's content means is looked up once per column and distinct content."""

    def __init__(self, sheet: Sheet, table: Table, place: TablePlace) -> None:
        self.sheet, self.table, self.place = sheet, table, place
        self.header_row, self.columns = place.header_row, place.columns
        self.fields = [field for field in table.inputs if field.key in self.columns]
        self.problems: list[Problem] = []
        self.flawed: set[int] = set()

    def read(self, *, blank: bool) -> TableRows:
        """The rows below the header row that hold something, prefilled columns left out of account unless `blank`."""
        passed_over = frozenset() if blank else self.table.prefilled
        telling = [self.columns[field.key] - 1 for field in self.fields if field.key not in passed_over]
        tell = itemgetter(*telling, telling[0])  # one more, so that it is a tuple where one column tells
        numbers: list[int] = []
        rows: list[list[Cell]] = []
        for number, cells in enumerate(self.sheet.rows[self.header_row :], self.header_row + 1):
            if any(filled(value) is not None for value in tell(cells) if value is not None):
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
        flawed = frozenset(self.flawed)
        return TableRows(self.table, self.columns, problems, numbers, values, raw, flawed, self.place.sheet)

    def _spread_merged(self, column: int, numbers: Sequence[int], cells: list[Cell]) -> None:
        """A date over the rows of its day holds for each of them. Other merged cells would make one entry into two."""
        for (first, at), last in self.sheet.merged_down.items():
            if at == column and first > self.header_row:
                for place in range(bisect_right(numbers, first), bisect_right(numbers, last)):
                    cells[place] = self.sheet.rows[first - 1][column - 1]

    def _meaning(self, field: Field, raw: Cell) -> tuple[Any, tuple[tuple[str, str], ...]]:
        """The parsed value and the codes (with what was found) that hold for this content wherever it stands."""
        value = filled(raw)
        if value is None:
            return None, ()
        personal = _personal(value)
        try:
            parsed = _parse(field, value)
        except UnreadableError:
            return None, (*personal, ("R02", shown(value)))
        if not isinstance(field.kind, TextKind):
            return parsed, personal
        parsed = _with_its_zero(value, parsed)
        return parsed, tuple((finding.code, shown(finding.found)) for finding in check_text(parsed, field.key, 0))

    def _note(self, code: str, field: Field, row: int, found: str) -> None:
        self.problems.append(
            Problem(code, self.place.sheet, address(row, self.columns[field.key]), field.label.da, found)
        )
        if code == "R02":
            self.flawed.add(row)

    def _note_formulas(self, row_numbers: set[int]) -> None:
        """R19 once per column, at the first cell whose value came from a formula."""
        for field in self.fields:
            column = self.columns[field.key]
            cells = sorted(cell for cell in self.sheet.formulas if cell[1] == column and cell[0] in row_numbers)
            rows = [row for row, _ in cells if cell_at(self.sheet, row, column) is not None]
            if rows:
                found = shown(cell_at(self.sheet, rows[0], column))
                self._note("R19", field, rows[0], found if len(rows) == 1 else f"{found}, {len(rows)} celler")
