"""Where a template's fields and tables stand in a workbook that somebody has worked in.

As a rule the defined names and the sheets' names tell. Where names are lost or point elsewhere and sheets are renamed
or moved, labels and headings decide. What fits two places is told with both, never guessed.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from workbook_templates.files.grid import Cell, Grid, Sheet, column_letters, column_number
from workbook_templates.layout import Field, Table, Template, fold
from workbook_templates.layouts import TEMPLATES

HEADER_ROW_WITHIN = 40
"""How far down a header row is looked for."""
VALUE_WITHIN = 4
"""How many cells to the right of its label a header value may stand."""
FEWEST_LABELS = 2
"""So many labels make a header or a heading; one alone may be anybody's word."""

_OUR_SHEETS = frozenset(fold(sheet) for template in TEMPLATES.values() for sheet, _ in template.fields())
_SERIES = frozenset(fold(template.series) for template in TEMPLATES.values() if template.series)
_SHOWN_SHEETS = frozenset(map(fold, ("Vejledning", "Resultat", "Registreringer", "Beregning", "Timer", "Lister")))
"""Sheets of ours that are never read. The guide's example has the headings of the table that it explains."""
_KNOWN_SHEETS = _OUR_SHEETS | _SHOWN_SHEETS
"""Where nothing of ours is looked for that belongs elsewhere."""


def wanted_sheets(name: str) -> bool:
    """True for a sheet that some template of ours reads."""
    folded = fold(name)
    return folded in _OUR_SHEETS or any(folded.removeprefix(series).isdecimal() for series in _SERIES)


def cell_at(sheet: Sheet, row: int, column: int) -> Cell:
    """The cell, None where it is blank, holds only spaces or lies outside what was read."""
    inside = 0 < row <= len(sheet.rows) and 0 < column <= len(sheet.rows[0])
    return filled(sheet.rows[row - 1][column - 1]) if inside else None


def filled(raw: Cell) -> Cell:
    """The content, None where there are only spaces."""
    return None if isinstance(raw, str) and not raw.strip() else raw


def address(row: int, column: int) -> str:
    """A1 of 1-based row and column numbers."""
    return f"{column_letters(column)}{row}"


def row_and_column(cell: str) -> tuple[int, int]:
    """Row and column numbers of A1."""
    letters = cell.rstrip("0123456789")
    return int(cell[len(letters) :]), column_number(letters)


class Spot(NamedTuple):
    """A cell: the sheet's name, row and column from 1."""

    sheet: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """Where a header field's value stands; `spot` is None where it stands nowhere.

    `sure` is set where its label stands beside it, `strayed` where the defined name points at another cell. `rivals`
    are the cells that fit equally well and hold different values.
    """

    spot: Spot | None = None
    sure: bool = False
    strayed: bool = False
    rivals: tuple[Spot, ...] = ()


def content_of(grid: Grid, place: HeaderCell) -> Cell:
    """What stands there, None where nothing does."""
    spot = place.spot
    return cell_at(grid.sheets[spot.sheet], spot.row, spot.column) if spot else None


class HeaderCells:
    """Finds the cells of a template's header fields. Labels are gathered only where a name does not suffice."""

    def __init__(self, grid: Grid, template: Template) -> None:
        self._grid, self._template = grid, template
        self._keys = {fold(text): f.key for f in template.header for text in (f.label.da, f.label.en)}

    def find(self, field: Field) -> HeaderCell:
        """The cell that the name points at where it stands beside its label; else the cell beside the label."""
        name = self._grid.names.get(field.name)
        named = Spot(*name) if name and name[0] in self._grid.sheets else None
        beside = self._label_left_of(named) if named else None
        if named and beside == field.key and (self._is_ours(named.sheet) or not any(map(self._is_ours, self._sheets))):
            return HeaderCell(named, sure=True)
        labels = self._labels.get(field.key)
        if labels:
            return self._beside_label(labels, strayed=name is not None)
        if named and beside is None and named not in self._taken:
            return HeaderCell(named)
        return HeaderCell()

    @property
    def _sheets(self) -> Mapping[str, Sheet]:
        return self._grid.sheets

    def _is_ours(self, sheet: str) -> bool:
        return fold(sheet) == fold(self._template.header_sheet)

    def _label_left_of(self, spot: Spot) -> str | None:
        """Key of the field whose label is what stands next to the left."""
        sheet = self._sheets[spot.sheet]
        for column in range(spot.column - 1, max(0, spot.column - 1 - VALUE_WITHIN), -1):
            text = cell_at(sheet, spot.row, column)
            if text is not None:
                return self._keys.get(fold(text)) if isinstance(text, str) else None
        return None

    def _beside_label(self, labels: list[Spot], *, strayed: bool) -> HeaderCell:
        cells = [self._value_beside(label) for label in labels]
        held = {cell_at(self._sheets[cell.sheet], cell.row, cell.column): cell for cell in reversed(cells)}
        held.pop(None, None)
        if len(held) > 1:
            return HeaderCell(sure=True, rivals=tuple(sorted(held.values(), key=cells.index)))
        return HeaderCell(next(iter(held.values()), cells[0]), sure=True, strayed=strayed)

    def _value_beside(self, label: Spot) -> Spot:
        """The first cell to the right that holds something, no farther than values stand that are filled in at issue.

        Else the next cell: farther to the right stands what explains the field.
        """
        distance = self._distance_to(label)
        return label._replace(column=label.column + (distance if distance <= self._usual_distance else 1))

    def _distance_to(self, label: Spot) -> int:
        """How far to the right of a label something stands that is no label; out of all bounds where nothing does."""
        for distance in range(1, VALUE_WITHIN + 1):
            spot = label._replace(column=label.column + distance)
            if spot in self._taken:
                break
            if cell_at(self._sheets[spot.sheet], spot.row, spot.column) is not None:
                return distance
        return VALUE_WITHIN + 1

    @cached_property
    def _taken(self) -> frozenset[Spot]:
        return frozenset(spot for spots in self._labels.values() for spot in spots)

    @cached_property
    def _usual_distance(self) -> int:
        filled_in = {field.key for field in self._template.header if field.required and field.locked}
        spots = [spot for key, labels in self._labels.items() if key in filled_in for spot in labels]
        distances = Counter(map(self._distance_to, spots or self._taken))
        distances.pop(VALUE_WITHIN + 1, None)
        return max(sorted(distances), key=distances.__getitem__, default=1)

    @cached_property
    def _labels(self) -> dict[str, list[Spot]]:
        """Labels by field key: those of the sheet named as ours, or else of the sheets that have the most of them.

        Where a text stands twice, the one in the column with the most labels is the label.
        """
        searched = [name for name in self._sheets if self._is_ours(name) or fold(name) not in _KNOWN_SHEETS]
        by_sheet = {name: self._on_sheet(name) for name in searched}
        found = {name: labels for name, labels in by_sheet.items() if len(labels) >= FEWEST_LABELS}
        most = max(map(len, found.values()), default=0)
        chosen = [name for name in found if self._is_ours(name)] or [
            name for name, labels in found.items() if len(labels) == most
        ]
        spots: dict[str, list[Spot]] = defaultdict(list)
        for name in chosen:
            in_column: dict[int, set[str]] = defaultdict(set)
            for key, labels in found[name].items():
                for label in labels:
                    in_column[label.column].add(key)
            for key, labels in found[name].items():
                best = max(len(in_column[label.column]) for label in labels)
                spots[key] += [label for label in labels if len(in_column[label.column]) == best]
        return spots

    def _on_sheet(self, name: str) -> dict[str, list[Spot]]:
        spots: dict[str, list[Spot]] = defaultdict(list)
        for row, cells in enumerate(self._sheets[name].rows, 1):
            for column, value in enumerate(cells, 1):
                if isinstance(value, str) and (key := self._keys.get(fold(value))):
                    spots[key].append(Spot(name, row, column))
        return spots


@dataclass(frozen=True, slots=True)
class TablePlace:
    """Where a table stands: sheet, number of its header row (0: nowhere) and column numbers by field key.

    `rivals` are the sheets that fit equally well.
    """

    sheet: str
    header_row: int = 0
    columns: Mapping[str, int] = field(default_factory=dict)
    rivals: tuple[str, ...] = ()


def find_table(grid: Grid, table: Table) -> TablePlace:
    """The table on the sheet of its name, or else on the one other sheet with the most of its headings."""
    own = next((name for name in grid.sheets if fold(name) == fold(table.sheet)), None)
    if own is not None:
        header_row, columns = _header_row(grid.sheets[own], table)
        if header_row:
            return TablePlace(own, header_row, columns)
    must = {field.key for field in table.inputs if field.required}
    places = []
    for name, sheet in grid.sheets.items():
        if fold(name) not in _KNOWN_SHEETS:
            header_row, columns = _header_row(sheet, table)
            if header_row and must <= columns.keys():
                places.append(TablePlace(name, header_row, columns))
    most = max((len(place.columns) for place in places), default=0)
    best = [place for place in places if len(place.columns) == most]
    if len(best) == 1:
        return best[0]
    return TablePlace(own or table.sheet, rivals=tuple(place.sheet for place in best))


def _header_row(sheet: Sheet, table: Table) -> tuple[int, dict[str, int]]:
    """Number of the row with most of the table's labels, and field key → column; (0, {}) where none has two."""
    keys = {fold(label): field.key for field in table.inputs for label in (field.label.da, field.label.en)}
    best: tuple[int, dict[str, int]] = (0, {})
    for number, cells in enumerate(sheet.rows[:HEADER_ROW_WITHIN], 1):
        found: dict[str, int] = {}
        for column, value in enumerate(cells, 1):
            if isinstance(value, str) and (key := keys.get(fold(value))):
                found.setdefault(key, column)
        if len(found) > max(FEWEST_LABELS - 1, len(best[1])):
            best = number, found
            if len(found) == len(table.inputs):
                break
    return best
