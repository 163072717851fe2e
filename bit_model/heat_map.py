"""When in the week support is given: resource minutes by weekday and clock hour (domain text, section 3)."""

import datetime as dt
from collections import Counter
from fractions import Fraction
from itertools import pairwise

from bit_model.hours import measure
from bit_model.parameters import ParameterSet
from bit_model.schedule import RESOURCE_CATEGORIES, Category, Entry, Schedule


def heat_map(schedule: Schedule, parameters: ParameterSet) -> list[list[Fraction]]:
    """Resource minutes on an average Monday to Sunday, 24 clock hours each: 7 rows of 24 exact numbers.

    Entries whose starting day counts are split at midnight and at whole hours by elapsed time; what runs past midnight
    falls on the next weekday, also after the period's last day. Each weekday is divided by how many such days count,
    and one without any is nought, so that over whole weeks the map sums to the minutes per week.
    """
    left_out = measure(schedule, parameters).left_out
    counted = [day for day in schedule.period.days if day not in left_out]
    days = Counter(day.weekday() for day in counted)
    found = [[Fraction(0)] * 24 for _ in range(7)]
    within = set(counted)
    for entry in schedule.entries:
        if entry.date in within and entry.category in RESOURCE_CATEGORIES:
            rate = resource_rate(entry, parameters)
            for hour in _by_clock_hour(entry):
                weekday = hour.date.weekday()
                if days[weekday]:
                    minutes = hour.minutes(parameters.daylight_saving)
                    found[weekday][hour.start // 60] += rate * minutes / days[weekday]
    return found


def resource_rate(entry: Entry, parameters: ParameterSet) -> Fraction:
    """Resource minutes per elapsed minute of an entry; nought for absence and own time."""
    if entry.category not in RESOURCE_CATEGORIES:
        return Fraction(0)
    weight = parameters.sleeping_weight if entry.category is Category.SLEEPING_NIGHT else 1
    return Fraction(entry.staff) / entry.citizens * weight


def _by_clock_hour(entry: Entry) -> list[Entry]:
    """The entry in pieces of which each lies within one hour of one day."""
    end = entry.end if entry.end > entry.start else entry.end + 1440
    cuts = [entry.start, *range(entry.start // 60 * 60 + 60, end, 60), end]
    pieces = []
    for start, until in pairwise(cuts):
        day, minute = divmod(start, 1440)
        date = entry.date + dt.timedelta(days=day)
        pieces.append(entry._replace(date=date, start=minute, end=minute + until - start))
    return pieces
