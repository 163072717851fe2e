"""One table of all functions and hosts: what each answers to the same calls (docs/hosts.md).

`native` has what the formulas of a template give, computed by LibreOffice, where they give what the function does.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

from bit_model_example import PERIOD
from openpyxl import load_workbook

from addin import functions
from addin.arguments import ArgumentError
from workbook_templates.kinds import EXCEL_EPOCH
from workbook_templates.layouts.beregning import PART_TEXTS

HOSTS = ("CPython", "Desktop (VBA)", "Lite (Pyodide)", "Server (HTTP)")
NATIVE = "None (formulas)"
DIGITS = 10
Calls = Sequence[tuple[str, list[Any]]]


def by_cpython(calls: Calls) -> list[Any]:
    """What the functions give, called as they are."""
    found: list[Any] = []
    for name, arguments in calls:
        try:
            found.append(getattr(functions, name)(*arguments))
        except ArgumentError as error:
            found.append(str(error))
    return found


def as_cells(answer: Any) -> list[list[Any]]:
    """Any host's answer as rows of cells: dates as serial numbers, whole floats as they are shown."""
    rows = answer if isinstance(answer, list) else [[answer]]
    return [[_cell(content) for content in row] for row in rows]


def _cell(content: Any) -> Any:
    if isinstance(content, dict):
        content = content["basicValue"]
    if isinstance(content, dt.datetime):
        content = (content - EXCEL_EPOCH) / dt.timedelta(days=1)
    return (
        "" if content is None else round(float(content), DIGITS) if isinstance(content, int | float) else str(content)
    )


def by_formulas(content: bytes) -> dict[str, list[list[Any]]]:
    """What the worked example's template shows, by the function that gives the same; from a computed workbook."""
    book = load_workbook(BytesIO(content), data_only=True)
    sheet = book["Resultat"]
    rows = {str(row[0]): row for row in sheet.iter_rows(values_only=True) if row[0]}
    named = {name: _named(book, name) for name in ("r_resource", "r_contact")}
    days = book["Dage"].iter_rows(2, len(PERIOD.days) + 1, values_only=True)
    return {
        "bit_weekly_hours": as_cells(named["r_resource"]),
        "bit_contact_hours": as_cells(named["r_contact"]),
        "bit_hours_table": as_cells([[part.value, rows[text.da][5]] for part, text in PART_TEXTS.items()]),
        "bit_day_totals": as_cells([[row[0], row[5]] for row in days]),
    }


def _named(book: Any, name: str) -> Any:
    sheet, cell = next(book.defined_names[name].destinations)
    return book[sheet][cell.replace("$", "")].value


def figures_of(name: str, answer: list[list[Any]]) -> list[list[Any]]:
    """What of a function's answer stands in a template: of the tables, what the columns there have."""
    if name == "bit_hours_table":
        return [[row[0], row[2]] for row in answer[1 : len(PART_TEXTS) + 1]]
    if name == "bit_day_totals":
        return [[row[0], row[3]] for row in answer[1:]]
    return answer


def table(calls: Calls, answers: Mapping[str, Sequence[Any]], native: Iterable[str]) -> str:
    """Functions by hosts, in Markdown: how many calls each host answered as CPython did, and the first answer."""
    lines = [f"| function | first answer | {' | '.join(HOSTS[1:])} | {NATIVE} |", "|---" * (len(HOSTS) + 2) + "|"]
    expected = [as_cells(answer) for answer in answers[HOSTS[0]]]
    for name in dict.fromkeys(name for name, _ in calls):
        places = [place for place, (asked, _) in enumerate(calls) if asked == name]
        same = [
            f"{sum(as_cells(answers[host][i]) == expected[i] for i in places)} of {len(places)} the same"
            for host in HOSTS[1:]
        ]
        formulas = "the same" if name in native else "–"
        lines.append(f"| `{name.upper()}` | {_first(expected[places[0]])} | {' | '.join(same)} | {formulas} |")
    return "\n".join(lines)


def _first(answer: list[list[Any]]) -> str:
    if len(answer) == len(answer[0]) == 1:
        content = answer[0][0]
        return f"{content:.2f}".replace(".", ",") if isinstance(content, float) else content
    return f"table of {len(answer)} × {len(answer[0])}"
