"""The comparison on a terminal, for `bitark compare` and the demonstration."""

from collections.abc import Sequence
from fractions import Fraction

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bit_model.comparison import Pair, State
from bit_model.rounding import half_up
from sync.comparison.rows import ComparisonRow
from workbook_templates.readings import reading_text, word

STATE_STYLES = {State.BALANCE: "green", State.OVER: "yellow", State.UNDER: "yellow", State.UNACCOUNTED: "magenta"}
"""Over and under alike: a raise is as easy to read out as a cut."""
FIGURES = ("B", "I", "T", "I−B", "T−I", "T−B")
FIGURE_WIDTH = 8
INDENT = 2


def summary_table(rows: Sequence[ComparisonRow]) -> Table:
    """Two lines per case: its hours per week, their differences and the state; below these the reading.

    A sentence does not fit beside the figures in a terminal of 80 characters.
    """
    width = max((len(row.case_key) for row in rows), default=0)
    table = Table(box=None, padding=0, header_style="bold")
    table.add_column(f"{'Sag':<{width}}" + "".join(f"{name:>{FIGURE_WIDTH}}" for name in FIGURES) + "  Tilstand")
    for row in rows:
        state = row.comparison.state
        figures = [_hours(hours) for hours in (row.need, row.delivered, row.financed)]
        figures += [_difference(row.comparison.difference(pair)) for pair in Pair]
        line = f"{row.case_key:<{width}}" + "".join(f"{figure:>{FIGURE_WIDTH}}" for figure in figures)
        table.add_row(
            Group(
                Text.assemble(line, "  ", (word(state), STATE_STYLES[state]), no_wrap=True),
                Padding(Text.assemble((f"{row.provider}. ", "dim"), reading_text(row.comparison)), (0, 0, 0, INDENT)),
            )
        )
    return table


def house_note(count: int) -> str:
    """A line that tells of the problems only a house's sheets together show; empty when there are none."""
    problems = "husproblem" if count == 1 else "husproblemer"
    return f"{count} {problems} (R23, R24): se arket Problemer." if count else ""


def _hours(value: Fraction | None) -> str:
    return "–" if value is None else str(half_up(value)).replace(".", ",")


def _difference(value: Fraction | None) -> str:
    """With its sign; a true minus is as wide as a plus."""
    text = _hours(value).removeprefix("-")
    if value is None or not half_up(value):
        return text
    return f"−{text}" if value < 0 else f"+{text}"
