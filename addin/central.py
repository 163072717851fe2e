"""The open central comparison brought up to date in place, from a fresh workbook of the service.

Rows stay where they are, so that what the reader put beside and upon them stays with its row: own columns, notes,
filters and the order. Only cells of ours that hold something else are written. What was typed in the negotiation
columns was sent before; on a row that the service did not take over it stays, and so does the row's version.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlwings as xw

from addin.open_book import as_text, grid_of
from workbook_templates.comparison.formulas import row_formula
from workbook_templates.files.gate import Limits, gate
from workbook_templates.files.grid import Cell, Grid, Sheet, read_grid
from workbook_templates.layout import Table, fold
from workbook_templates.layouts.sammenligning import CASES, HEADER, HIDDEN, NEGOTIATION, ROW_KEYS, SAMMENLIGNING
from workbook_templates.places import HeaderCells, address, cell_at, content_of, filled, find_table
from workbook_templates.problems import Problem
from workbook_templates.snapshot import snapshot

_OURS = frozenset(fold(name) for name, _ in SAMMENLIGNING.fields())
_TYPED = frozenset({*NEGOTIATION, "row_version"})
"""What stays as it is on a row that was not taken over."""
_Key = tuple[Any, ...]


@dataclass(slots=True)
class Refreshed:
    """What a refresh did: keys of the cases that are new, whose figures or negotiation changed, and that are gone.

    `cases` is how many the service has; `missing` are the tables of ours that the workbook lacks.
    """

    cases: int = 0
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    negotiated: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Rows:
    """A table's columns by field key, its rows by what tells them apart, and its blank rows."""

    sheet: Sheet
    columns: Mapping[str, int]
    numbers: Mapping[_Key, int]
    blank: Sequence[int]
    last: int
    language: str

    def value(self, row: int, key: str) -> Cell:
        """What stands in a field's cell; None where the sheet has no such column."""
        return cell_at(self.sheet, row, self.columns.get(key, 0))


def version_of(book: xw.Book) -> Cell:
    """The version of a central comparison; None for any other workbook."""
    return _version(grid_of(book, lambda name: fold(name) == fold(SAMMENLIGNING.header_sheet), Limits()))


def typed(book: xw.Book) -> bytes:
    """A workbook with what the service reads back of this one, each cell at its own address."""
    ours = {fold(SAMMENLIGNING.header_sheet), fold(CASES.sheet)}
    return snapshot(grid_of(book, lambda name: fold(name) in ours, Limits()))


def refresh(book: xw.Book, content: bytes, held: Collection[int] = ()) -> Refreshed | None:
    """Bring the workbook to what the fresh one (.xlsx) says; None where that is no comparison of this version.

    `held` are the rows of cases that were not taken over.
    """
    container = gate(content, Limits())
    fresh = None if isinstance(container, Problem) else read_grid(content, container, _is_ours, Limits())
    if fresh is None or fresh.problems or _version(fresh) != SAMMENLIGNING.version:
        return None
    here, done = grid_of(book, _is_ours, Limits()), Refreshed()
    for table in SAMMENLIGNING.tables:
        place = find_table(here, table)
        excel_table = _excel_table(book, place.sheet, place.header_row)
        last = excel_table.range.last_cell.row if excel_table else None
        mine, theirs = _rows(here, table, last), _rows(fresh, table)
        if mine is None or theirs is None:
            done.missing.append(table.sheet)
            continue
        rows_held = held if table is CASES else ()
        found = _Refresh(book.sheets[place.sheet], excel_table, table, mine, theirs, rows_held)
        new, changed, gone = found.run()
        if table is CASES:
            done.cases = len(theirs.numbers)
            done.new, done.gone = ([str(key[0]) for key in keys] for keys in (new, gone))
            done.changed = [str(key[0]) for key, names in changed.items() if not names <= {*NEGOTIATION, *HIDDEN}]
            done.negotiated = [str(key[0]) for key, names in changed.items() if names & {*NEGOTIATION}]
    _refresh_header(book, here, fresh)
    return done


def _is_ours(name: str) -> bool:
    return fold(name) in _OURS


def _version(grid: Grid) -> Cell:
    cells = HeaderCells(grid, SAMMENLIGNING)
    name, version = (content_of(grid, cells.find(one)) for one in HEADER[:2])
    return version if name == SAMMENLIGNING.name else None


def _excel_table(book: xw.Book, sheet: str, header_row: int) -> Any:
    """The table whose heading stands in the row; None where somebody turned it into plain cells."""
    if not header_row:
        return None
    return next((one for one in book.sheets[sheet].tables if one.range.row == header_row), None)


def _refresh_header(book: xw.Book, here: Grid, fresh: Grid) -> None:
    mine, theirs = HeaderCells(here, SAMMENLIGNING), HeaderCells(fresh, SAMMENLIGNING)
    for one in HEADER:
        place, value = mine.find(one), content_of(fresh, theirs.find(one))
        if place.spot and not _is_same(content_of(here, place), value):
            book.sheets[place.spot.sheet].range((place.spot.row, place.spot.column)).value = _written(value)


def _rows(grid: Grid, table: Table, last: int | None = None) -> _Rows | None:
    """The table's rows down to `last`; None where there is no such table, or one without what tells rows apart."""
    place, keys = find_table(grid, table), ROW_KEYS[table.key]
    if not place.header_row or not set(keys) <= place.columns.keys():
        return None
    sheet = grid.sheets[place.sheet]
    heading = {fold(str(cell)): column for column, cell in reversed([*enumerate(sheet.rows[place.header_row - 1], 1)])}
    language = "da" if fold(table.fields[-1].label.da) in heading else "en"
    labels = ((one.key, heading.get(fold(one.label.in_language(language)))) for one in table.fields)
    columns = {key: column for key, column in labels if column}
    numbers: dict[_Key, int] = {}
    seen: Counter[_Key] = Counter()
    blank = []
    last = len(sheet.rows) if last is None else last
    for row in range(place.header_row + 1, last + 1):
        key = tuple(cell_at(sheet, row, place.columns[name]) for name in keys)
        if any(part is not None for part in key):
            numbers[*key, seen[key]] = row
            seen[key] += 1
        elif row > len(sheet.rows) or all(filled(cell) is None for cell in sheet.rows[row - 1]):
            blank.append(row)
    return _Rows(sheet, {**place.columns, **columns}, numbers, blank, last, language)


class _Refresh:
    """The refresh of one table."""

    def __init__(
        self, sheet: xw.Sheet, excel_table: Any, table: Table, mine: _Rows, theirs: _Rows, held: Collection[int]
    ) -> None:
        self.sheet, self.excel_table, self.table, self.mine, self.theirs = sheet, excel_table, table, mine, theirs
        self.held = frozenset(held)
        self.fields = [one for one in table.inputs if one.key in mine.columns]
        self.ours = frozenset(mine.columns.values())

    def run(self) -> tuple[list[_Key], dict[_Key, set[str]], list[_Key]]:
        """Write what changed, add what is new, remove what is gone; the keys of each, and of changes also the fields'.

        A case that is gone keeps its row, without figures; so does any row where something of the reader's stands.
        """
        mine, theirs = self.mine.numbers, self.theirs.numbers
        new, gone = ([key for key in one if key not in other] for one, other in ((theirs, mine), (mine, theirs)))
        found = {key: {name for name, _ in self._changes(mine[key], theirs[key])} for key in mine if key in theirs}
        changed = {key: names for key, names in found.items() if names}
        removed = [mine[key] for key in gone if self.table is not CASES and not self._has_readers(mine[key])]
        for key in changed:
            self._write(mine[key], self._changes(mine[key], theirs[key]))
        for key in gone:
            if mine[key] not in removed:
                self._write(mine[key], self._changes(mine[key], 0))
        self._add(theirs[key] for key in new)
        for row in sorted(removed, reverse=True):
            if self.excel_table:
                self.excel_table.rows[row - self.excel_table.range.row - 1].delete()
            else:
                self._whole(row).delete("up")
        return new, changed, gone

    def _changes(self, row: int, there: int) -> Iterator[tuple[str, Cell]]:
        """Field keys and values of a row there that are others here; row 0 has nothing but what tells rows apart."""
        stays = _TYPED if self.table is CASES and (row in self.held or not there) else ()
        for one in self.fields:
            if one.key in stays:
                continue
            is_key = one.key in ROW_KEYS[self.table.key]
            value = self.theirs.value(there, one.key) if there else None
            if not _is_same(self.mine.value(row, one.key), value) and (there or not is_key):
                yield one.key, value

    def _has_readers(self, row: int) -> bool:
        """True where something stands on the row that is not ours."""
        cells = enumerate(self.mine.sheet.rows[row - 1], 1)
        return any(filled(cell) is not None for column, cell in cells if column not in self.ours)

    def _write(self, row: int, values: Iterable[tuple[str, Cell]]) -> None:
        for key, value in values:
            self.sheet.range((row, self.mine.columns[key])).value = _written(value)

    def _add(self, rows: Iterable[int]) -> None:
        """Rows from there, on the blank rows of the table and then at its end."""
        blank, last = [*self.mine.blank], self.mine.last
        for there in rows:
            row = blank.pop(0) if blank else last + 1
            if row > last:
                last = row
                if self.excel_table:
                    self.excel_table.rows.add()
                else:
                    self._whole(row).insert("down")
            self._write(row, ((one.key, self.theirs.value(there, one.key)) for one in self.fields))
            cells = {key: address(row, column) for key, column in self.mine.columns.items()}
            for one in self.table.fields:
                if one.formula and one.key in cells:
                    formula = row_formula(one, cells, self.mine.language)
                    self.sheet.range((row, self.mine.columns[one.key])).formula = formula

    def _whole(self, row: int) -> xw.Range:
        return self.sheet.range((row, 1), (row, max(self.mine.columns.values())))


def _is_same(one: Cell, other: Cell) -> bool:
    """Programs save figures with 15 digits."""
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)
    return one == other


def _written(value: Cell) -> Any:
    """The value as a cell must be given it."""
    return as_text(value) if isinstance(value, str) else value
