"""Where everything stands in the wheel: a ring per kind, twelve months clockwise from the top."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from math import cos, pi, sin
from typing import NamedTuple

from bit_model.calendar import days_in_year
from sync.wheel.events import Event, Kind

SIZE = 520
"""Width and height of the picture, in its own units."""
CENTRE = SIZE / 2
OUTERMOST, INNERMOST = 200.0, 62.0
"""Radii of the first and the last ring's middle."""
LABELS = 238.0
"""Radius of the months' names."""
MONTHS = range(1, 13)


class Dot(NamedTuple):
    """How many of a kind a month has, and where that stands."""

    kind: Kind
    month: int
    n: int
    x: float
    y: float


class Ring(NamedTuple):
    """A kind that the year has any of; its number counts from the outermost."""

    kind: Kind
    number: int
    radius: float


class Wheel(NamedTuple):
    """The picture, and the same numbers for the table beside it; `today` is the end of a line from the centre."""

    rings: list[Ring]
    dots: list[Dot]
    names: list[tuple[int, float, float]]
    spokes: list[tuple[float, float]]
    today: tuple[float, float] | None
    counts: dict[tuple[Kind, int], int]


def wheel(events: Iterable[Event], year: int, today: dt.date) -> Wheel:
    """The wheel of the year."""
    counts = Counter((event.kind, event.date.month) for event in events if event.date.year == year)
    kinds = [kind for kind in Kind if any(counts[kind, month] for month in MONTHS)]
    step = (OUTERMOST - INNERMOST) / max(1, len(kinds) - 1)
    rings = [Ring(kind, number + 1, OUTERMOST - min(step, 30) * number) for number, kind in enumerate(kinds)]
    dots = [
        Dot(ring.kind, month, counts[ring.kind, month], *_at((month - 0.5) / 12, ring.radius))
        for ring in rings
        for month in MONTHS
        if counts[ring.kind, month]
    ]
    names = [(month, *_at((month - 0.5) / 12, LABELS)) for month in MONTHS]
    spokes = [_at((month - 1) / 12, OUTERMOST + 14) for month in MONTHS]
    turned = (today.timetuple().tm_yday - 1) / days_in_year(year)
    line = _at(turned, OUTERMOST + 14) if today.year == year else None
    return Wheel(rings, dots, names, spokes, line, dict(counts))


def _at(turned: float, radius: float) -> tuple[float, float]:
    """The point at a share of the whole turn, clockwise from the top."""
    angle = 2 * pi * turned
    return round(CENTRE + radius * sin(angle), 1), round(CENTRE - radius * cos(angle), 1)
