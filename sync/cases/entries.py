"""The entries behind a figure, each with its place in the original. No Flask."""

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from bit_model.hours import Measurement, measure
from bit_model.parameters import ParameterSet
from bit_model.schedule import RESOURCE_CATEGORIES, Entry, Part, Period, Schedule
from workbook_templates.schedule.registered import place_of_entry

_Kind = tuple[str, int | Fraction, int, int]


class EntryLine(NamedTuple):
    """An entry, its sheet and its cell or row as 17:17, and the resource minutes it gives each part."""

    entry: Entry
    sheet: str
    cell: str
    minutes: int
    parts: Mapping[Part, Fraction]
    left_out: bool

    @property
    def resource(self) -> Fraction:
        """Resource minutes in all."""
        return sum(self.parts.values(), Fraction(0))


def entry_lines(
    schedule: Schedule, template: str, measured: Measurement, parameters: ParameterSet
) -> tuple[EntryLine, ...]:
    """Every entry measured by itself, by the same rules as the whole schedule; those alike are measured once."""
    known: dict[_Kind, Mapping[Part, Fraction]] = {}
    lines = []
    for entry in schedule.entries:
        minutes = entry.minutes(parameters.daylight_saving)
        kind = (entry.category, entry.staff, entry.citizens, minutes)
        if kind not in known:
            known[kind] = _parts_of(entry, parameters)
        place = place_of_entry(entry, template, schedule.period)
        lines.append(EntryLine(entry, *place, minutes, known[kind], entry.date in measured.left_out))
    return tuple(lines)


def _parts_of(entry: Entry, parameters: ParameterSet) -> Mapping[Part, Fraction]:
    if entry.category not in RESOURCE_CATEGORIES:
        return {}
    alone = measure(Schedule("", Period(entry.date, entry.date), (entry,)), parameters)
    return {part: Fraction(sum(sums), alone.scale) for part, sums in alone.parts.items() if any(sums)}
