"""The comparison as separated text (RFC 4180). No Flask."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from bit_model.comparison import Pair

COLUMNS = (
    *("case_key", "budget_area", "provider", "need", "delivered", "financed", "day_rate"),
    *(pair.value for pair in Pair),
    *(f"state_{pair.value}" for pair in Pair),
    *("state", "reading"),
)
LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}")
"""What begins like this a spreadsheet may compute, or cut off a character of and then compute."""


def comparison_csv(rows: Iterable[Mapping[str, Any]], *, danish: bool = False) -> str:
    """A heading and a line per row of `ComparisonRow.as_json`: commas and decimal points.

    `danish`: a byte order mark, semicolons and decimal commas, as Excel opens it by a double click in Denmark.
    """
    written = io.StringIO("\ufeff" if danish else "", newline="")
    written.seek(0, io.SEEK_END)
    writer = csv.writer(written, delimiter=";" if danish else ",")
    writer.writerow(COLUMNS)
    for row in rows:
        flat = {**row, **{f"state_{pair}": state for pair, state in row["states"].items()}}
        writer.writerow([_cell(flat[column], danish=danish) for column in COLUMNS])
    return written.getvalue()


def plain_text(text: str) -> str:
    """The text as a spreadsheet shows it and does not compute it."""
    return f"'{text}" if text.startswith(LIKE_A_FORMULA) else text


def _cell(value: Any, *, danish: bool) -> str:
    if isinstance(value, str):
        return plain_text(value)
    text = "" if value is None else f"{value:.2f}"
    return text.replace(".", ",") if danish else text
