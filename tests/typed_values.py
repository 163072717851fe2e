"""What becomes of a value that Office.js writes to a cell: a text is understood as if it had been typed."""

import datetime as dt
import re
from typing import Any

from openpyxl.cell import Cell
from openpyxl.utils.datetime import to_excel

MOST_CHARACTERS = 32_767
DATE, DATE_AND_TIME = "mm-dd-yy", "m/d/yy h:mm"
"""The formats that Excel gives a plain cell in which a date is typed: built in, shown as the country has them."""
_WRITTEN_BY_XLWINGS = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?")
_MONTHS = "jan|feb|mar|apr|maj|may|jun|jul|aug|sep|okt|oct|nov|dec"
_UNDERSTOOD = re.compile(
    r"[+\-(]?\s*\d[\d.,:/\- ]*(e[+\-]?\d+)?\s*(%|am|pm|kr\.?)?\)?"  # a number, an amount, a date, a time
    rf"|\d{{1,4}}[.\- /]*({_MONTHS})[a-zæøå]*[.\- /]*(\d{{1,4}})?|({_MONTHS})[a-zæøå]*[.\- /]*\d{{1,4}}"
    r"|true|false|sand|falsk|#[\w/]+[!?]?|[+\-@].+",
    re.IGNORECASE,
)


def enter(cell: Cell, content: Any) -> None:
    """Write to one cell as the client does: a text with = is a formula, an ISO date a date, None leaves what is there.

    Raises `ValueError` for another text that Excel could take for a number, a date, a truth value or a formula.
    """
    if content is None:
        return
    if not isinstance(content, str):
        cell.value = content
        return
    if len(content) > MOST_CHARACTERS:
        raise ValueError(f"{len(content)} characters are more than a cell holds")
    cell.quotePrefix = False
    if content == "":
        cell.value = None
    elif cell.number_format == "@":
        _write_text(cell, content)
    elif content.startswith("'"):
        _write_text(cell, content[1:])
        cell.quotePrefix = True
    elif content.startswith("=") and len(content) > 1:
        cell.value = content
    elif _WRITTEN_BY_XLWINGS.fullmatch(content):
        _write_date(cell, content)
    elif _UNDERSTOOD.fullmatch(content.strip()):
        raise ValueError(
            f"Excel may take the text {content!r} for something else; write it with an apostrophe before it"
        )
    else:
        _write_text(cell, content)


def _write_text(cell: Cell, text: str) -> None:
    cell.value = text
    cell.data_type = "s"


def _write_date(cell: Cell, content: str) -> None:
    moment = dt.datetime.fromisoformat(content)
    if moment.year < 1900:
        _write_text(cell, content)
        return
    cell.value = to_excel(moment)  # type: ignore[no-untyped-call]
    if cell.number_format == "General":
        cell.number_format = DATE_AND_TIME if " " in content else DATE
