"""Filled-in templates through LibreOffice, and every computed cell held against what it must hold."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cells import Address, formula_cells
from computed_schedule import serial
from libreoffice import recalculated
from xlsxwriter.utility import xl_rowcol_to_cell

Found = Mapping[str, Sequence[Sequence[Any]]]
"""The cells of a recalculated workbook by sheet and row."""
TOLERANCE = 1e-9


def differences(
    forms: Mapping[int, bytes], folder: Path, expect: Callable[[int, bytes, Found], Mapping[Address, Any]]
) -> dict[int, list[str]]:
    """By number, what differs in each form, in words.

    A computed cell of which nothing is expected is a difference too, and so is an expectation of a cell that is not
    computed: nothing is left out unseen.
    """
    files = {number: folder / f"{number}.xlsx" for number in forms}
    for number, file in files.items():
        file.write_bytes(forms[number])
    told: dict[int, list[str]] = {}
    for number, found in zip(files, recalculated(files.values(), folder / "recalculated"), strict=True):
        computed = formula_cells(forms[number])
        expected = expect(number, forms[number], found)
        told[number] = [
            *(f"{place(at)} is not expected to be computed" for at in expected.keys() - computed),
            *(f"nothing is expected of {place(at)}" for at in computed - expected.keys()),
            *(
                f"{place(at)} is {value_at(found, at)!r}, not {value!r}"
                for at, value in expected.items()
                if not same(value, value_at(found, at))
            ),
        ]
    return told


def place(at: Address) -> str:
    """Sheet and cell as people write them."""
    return f"{at[0]}!{xl_rowcol_to_cell(*at[1:])}"


def value_at(found: Found, at: Address) -> Any:
    """What the cell holds, "" where there is nothing."""
    sheet, row, column = at
    rows = found[sheet]
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""


def same(expected: Any, found: Any) -> bool:
    """Texts letter for letter, numbers to a billionth, of themselves where they are large."""
    if isinstance(expected, str) or isinstance(found, str):
        return isinstance(expected, str) and expected == found
    number = serial(expected) if isinstance(expected, dt.date) else expected
    return abs(float(found) - float(number)) <= TOLERANCE * max(1, abs(float(number)))
