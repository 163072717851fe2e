"""Each day as a strip from midnight to midnight: what lies where, for the eye (domain text, section 3)."""

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from bit_model.calendar import MINUTES_PER_DAY
from bit_model.heat_map import resource_rate
from bit_model.parameters import ParameterSet
from bit_model.schedule import Entry, Schedule


class Stretch(NamedTuple):
    """What an entry takes of one day: from and until in minutes after midnight, and its resource minutes there."""

    start: int
    end: int
    entry: Entry
    resource: Fraction


def day_strip(schedule: Schedule, parameters: ParameterSet) -> Mapping[dt.date, list[Stretch]]:
    """The stretches of every day of the period by their start, entries over midnight cut there.

    A last night reaches the day after the period, which then is there too.
    """
    days: dict[dt.date, list[Stretch]] = {day: [] for day in schedule.period.days}
    for entry in schedule.entries:
        if entry.date not in days:
            continue
        rate = resource_rate(entry, parameters)
        over_midnight = entry.end <= entry.start
        pieces = [entry._replace(end=MINUTES_PER_DAY) if over_midnight else entry]
        if over_midnight and entry.end:
            pieces.append(entry._replace(date=entry.date + dt.timedelta(days=1), start=0))
        for piece in pieces:
            minutes = piece.minutes(parameters.daylight_saving)
            stretch = Stretch(piece.start, piece.end, entry, rate * minutes)
            days.setdefault(piece.date, []).append(stretch)
    return {day: sorted(stretches, key=lambda one: one[:2]) for day, stretches in sorted(days.items())}
