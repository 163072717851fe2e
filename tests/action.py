"""One action that a script asks of Excel, at its place in a workbook, and what keeps Excel from doing it."""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any, NamedTuple

from openpyxl.cell.cell import MergedCell
from openpyxl.utils.cell import get_column_letter

MOST_CELLS = 100_000
"""More cells in one action than this are a mistake: a whole column stands for its used part."""


class RefusedError(Exception):
    """Excel refuses the action, or would understand it otherwise than it is meant."""


class UnknownActionError(Exception):
    """An action that is not known here: nothing is left out in silence."""


class Alert(NamedTuple):
    """A message box."""

    text: str
    title: str


@dataclass(frozen=True, slots=True)
class Action:
    """An action's arguments and range in an openpyxl workbook. Rows and columns count from 1."""

    book: Any
    sheet: Any
    of_book: bool
    alerts: list[Alert]
    args: list[Any]
    values: Any
    top: int
    left: int
    height: int
    width: int

    @property
    def ref(self) -> str:
        """The range's address."""
        last = f"{get_column_letter(self.left + self.width - 1)}{self.top + self.height - 1}"
        return f"{get_column_letter(self.left)}{self.top}:{last}"

    @property
    def rows(self) -> range:
        """The rows of the range."""
        return range(self.top, self.top + self.height)

    @property
    def columns(self) -> range:
        """The columns of the range."""
        return range(self.left, self.left + self.width)

    @property
    def places(self) -> Iterator[tuple[int, int]]:
        """Row and column of each cell, by rows."""
        if self.height * self.width > MOST_CELLS:
            raise RefusedError(f"{self.sheet.title}!{self.ref} is more cells than can be meant")
        return ((row, column) for row in self.rows for column in self.columns)

    @property
    def cells(self) -> Iterator[Any]:
        """The cells themselves, without those that lie under a merged one."""
        found = (self.cell(*place) for place in self.places)
        return (cell for cell in found if not isinstance(cell, MergedCell))

    def cell(self, row: int, column: int) -> Any:
        """The cell, made where there was none, with the look of its row or column."""
        style = copy(_styled(self.sheet, row, column)._style)
        new = (row, column) not in self.sheet._cells
        cell = self.sheet.cell(row, column)
        if new:
            cell._style = style
        return cell

    def place(self, row: int, column: int) -> str:
        """Sheet and cell as people write them."""
        return f"{self.sheet.title}!{get_column_letter(column)}{row}"

    def must_allow(self, permission: str) -> None:
        """Raise `RefusedError` where the sheet is protected and this is not among what stays allowed."""
        if self.sheet.protection.sheet and getattr(self.sheet.protection, permission):
            raise RefusedError(f"{self.sheet.title} is protected and does not allow {permission}")

    def must_be_unprotected(self) -> None:
        """Raise `RefusedError` where the sheet is protected."""
        if self.sheet.protection.sheet:
            raise RefusedError(f"{self.sheet.title} is protected")

    def must_be_unlocked(self) -> None:
        """Raise `RefusedError` where a cell of the range is locked on a protected sheet."""
        if self.sheet.protection.sheet:
            for place in self.places:
                if _styled(self.sheet, *place).protection.locked:
                    raise RefusedError(f"{self.place(*place)} is locked on a protected sheet")

    def must_have_free_structure(self) -> None:
        """Raise `RefusedError` where the workbook's sheets may not be added, renamed, hidden or deleted."""
        if self.book.security is not None and self.book.security.lockStructure:
            raise RefusedError("the workbook's structure is protected")


def _styled(sheet: Any, row: int, column: int) -> Any:
    """What gives the cell its look: itself, else its row, else its column."""
    if (row, column) in sheet._cells:
        return sheet._cells[row, column]
    if row in sheet.row_dimensions and sheet.row_dimensions[row].has_style:
        return sheet.row_dimensions[row]
    for dimension in list(sheet.column_dimensions.values()):
        if dimension.min is not None and dimension.min <= column <= dimension.max:
            return dimension
    return sheet.column_dimensions[get_column_letter(column)]
