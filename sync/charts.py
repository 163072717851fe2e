"""Where the bars, strips and cells of the pages' pictures lie. Units of the pictures' own; the templates draw them."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from bit_model.comparison import tolerance
from bit_model.day_strip import Stretch
from bit_model.parameters import ParameterSet
from bit_model.tariff import package_band, package_number
from sync.comparison.rows import ComparisonRow

BARS_WIDTH = 260
"""Of the plot that bars are drawn in."""
SHADES = 5


class Bar(NamedTuple):
    """One pillar: its letter, hours per week, and width; None where it is not accounted for."""

    letter: str
    hours: Fraction | None
    width: float | None


class Bars(NamedTuple):
    """The three pillars of a case on one scale; spans are (from, width), `allowed` is the tolerance in hours."""

    bars: tuple[Bar, ...]
    band: tuple[float, float] | None
    package: tuple[float, float] | None
    allowed: tuple[Fraction, Fraction] | None


class Lane(NamedTuple):
    """A stretch in a strip: its lane of so many that lie side by side at its day."""

    stretch: Stretch
    lane: int
    lanes: int


def longest(rows: Iterable[ComparisonRow], parameters: ParameterSet) -> int:
    """Hours per week that a plot must hold for all of the rows, in whole tens; at least ten."""
    most = max(
        (value for row in rows for value in (row.need, row.delivered, row.financed, _upper(row, parameters)) if value),
        default=Fraction(0),
    )
    return max(10, ceil(most / 10) * 10)


def bars(row: ComparisonRow, parameters: ParameterSet, most: int) -> Bars:
    """The bars of a case where `most` hours fill the plot, with the tolerance around what was ordered."""
    made = tuple(
        Bar(letter, hours, None if hours is None else _at(hours, most))
        for letter, hours in zip("BIT", (row.need, row.delivered, row.financed), strict=True)
    )
    if row.need is None:
        return Bars(made, None, None, None)
    allowed = tolerance(row.need, parameters.tolerance_hours, parameters.tolerance_share)
    band = max(Fraction(0), row.need - allowed), row.need + allowed
    package = None
    if row.package_width and row.need:
        package = _span(package_band(package_number(row.need, row.package_width), row.package_width), most)
    return Bars(made, _span(band, most), package, band)


def lanes(strip: Mapping[dt.date, Sequence[Stretch]]) -> dict[dt.date, list[Lane]]:
    """Each day's stretches, those that overlap in lanes of their own."""
    found = {}
    for day, stretches in strip.items():
        ends: list[int] = []
        placed = []
        for one in stretches:
            lane = next((number for number, end in enumerate(ends) if end <= one.start), len(ends))
            ends[lane : lane + 1] = [one.end]
            placed.append((one, lane))
        found[day] = [Lane(one, lane, len(ends)) for one, lane in placed]
    return found


def shades(heat: Sequence[Sequence[Fraction]]) -> list[list[int]]:
    """0 for nothing, else 1 to 5 by how near a cell is to the fullest."""
    most = max((value for row in heat for value in row), default=Fraction(0))
    return [[ceil(value * SHADES / most) if value else 0 for value in row] for row in heat]


def _upper(row: ComparisonRow, parameters: ParameterSet) -> Fraction | None:
    if row.need is None:
        return None
    return row.need + tolerance(row.need, parameters.tolerance_hours, parameters.tolerance_share)


def _at(hours: Fraction, most: int) -> float:
    return round(min(float(BARS_WIDTH), float(hours) / most * BARS_WIDTH), 1)


def _span(ends: tuple[Fraction, Fraction], most: int) -> tuple[float, float]:
    start, end = (_at(hours, most) for hours in ends)
    return start, round(end - start, 1)
