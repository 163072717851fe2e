"""A short print of each figure of a row, hidden in the row: it tells later which of them somebody has written over."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any
from zlib import crc32

from workbook_templates.kinds import EXCEL_EPOCH
from workbook_templates.layouts.sammenligning import CASES, HIDDEN, NEGOTIATION
from workbook_templates.sheets import cell_text

PRINTED = tuple(field for field in CASES.inputs if field.key not in {"case_key", *NEGOTIATION, *HIDDEN})
"""The columns that are not read back, in the order of their prints. Formulas compute themselves anew."""
_LETTERS = 4


def print_of(values: Mapping[str, Any]) -> str:
    """The prints of a row's figures, four hexadecimal digits each."""
    return "".join(_print(_as_cell(values[field.key])) for field in PRINTED)


def written_over(row_print: str, cells: Sequence[object]) -> Iterable[int]:
    """Places in `PRINTED` whose cell holds something else than went out; none where the print is not one of ours."""
    if len(row_print) != _LETTERS * len(PRINTED):
        return ()
    sent = (row_print[start : start + _LETTERS] for start in range(0, len(row_print), _LETTERS))
    return [place for place, (cell, one) in enumerate(zip(cells, sent, strict=True)) if _print(cell) != one]


def _as_cell(value: Any) -> object:
    """The value as the cell holds it that it is written into."""
    if isinstance(value, dt.date):
        return (value - EXCEL_EPOCH.date()).days
    return cell_text(value) if isinstance(value, str) else None if value is None else float(Fraction(value))


def _print(cell: object) -> str:
    """Of numbers 12 digits count: programs save 15, and not always the same."""
    text = f"{cell:.12g}" if isinstance(cell, int | float) else "" if cell is None else str(cell).strip()
    return f"{crc32(text.encode()) & 0xFFFF:04x}"
