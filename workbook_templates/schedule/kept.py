"""Measurements and entries as they are kept beside a submission: plain values that JSON holds exactly."""

import datetime as dt
import json
import sys
import zlib
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from bit_model.hours import CountedDays, Measurement, Sums
from bit_model.schedule import Category, Entry, Part

CATEGORIES = {category.value: category for category in Category}
PARTS = {part.value: part for part in Part}


def as_sums(measurement: Measurement) -> dict[str, Any]:
    """A measurement as plain values that JSON keeps exactly."""
    return {
        "weekdays": measurement.days.weekdays,
        "weekend_days": measurement.days.weekend_days,
        "scale": measurement.scale,
        "parts": {part.value: list(sums) for part, sums in measurement.parts.items()},
        "contact": list(measurement.contact),
        "themes": [[theme, category, *sums] for (theme, category), sums in measurement.themes.items()],
        "goals": [[goal, category, *sums] for (goal, category), sums in measurement.goals.items()],
        "days": {
            day.isoformat(): {part.value: minutes for part, minutes in parts.items()}
            for day, parts in measurement.day_parts.items()
        },
        "left_out": sorted(day.isoformat() for day in measurement.left_out),
    }


def from_sums(sums: Mapping[str, Any]) -> Measurement:
    """The measurement that `as_sums` made plain; days, themes and goals may be left out."""
    return Measurement(
        days=CountedDays(sums["weekdays"], sums["weekend_days"]),
        scale=sums["scale"],
        parts={PARTS[part]: Sums(*values) for part, values in sums["parts"].items()},
        contact=Sums(*sums["contact"]),
        themes={(theme, category): Sums(*values) for theme, category, *values in sums.get("themes", ())},
        goals={(goal, category): Sums(*values) for goal, category, *values in sums.get("goals", ())},
        day_parts={
            dt.date.fromisoformat(day): {PARTS[part]: minutes for part, minutes in parts.items()}
            for day, parts in sums.get("days", {}).items()
        },
        left_out=frozenset(dt.date.fromisoformat(day) for day in sums.get("left_out", ())),
    )


def pack_entries(entries: Iterable[Entry]) -> bytes:
    """Entries as compressed JSON, for keeping beside a submission."""
    rows = [tuple(entry) for entry in entries]
    if sys.platform == "emscripten":  # in a browser the standard library has to do
        return zlib.compress(json.dumps(rows, default=str).encode(), 1)
    import orjson

    return zlib.compress(orjson.dumps(rows, default=str), 1)


def unpack_entries(packed: bytes) -> list[Entry]:
    """The entries that `pack_entries` packed; no bytes hold none."""
    if not packed:
        return []
    import orjson

    return [
        Entry(
            dt.date.fromisoformat(date),
            start,
            end,
            activity,
            CATEGORIES[category],
            staff if isinstance(staff, int) else Fraction(staff),
            *rest,
        )
        for date, start, end, activity, category, staff, *rest in orjson.loads(zlib.decompress(packed))
    ]
