"""A house's sheets laid beside each other, from one noon to the next. No Flask."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row

from bit_model.calendar import MINUTES_PER_DAY
from bit_model.house import CLAIMING, MIRRORED, House, Presence, presence
from bit_model.parameters import ParameterSet
from bit_model.schedule import Category, Entry, Period, Schedule
from sync.houses import house_problems
from sync.store import cases, submissions
from workbook_templates.problems import Problem
from workbook_templates.schedule.kept import unpack_entries
from workbook_templates.schedule.registered import place_of_entry

NOON = MINUTES_PER_DAY // 2
SHOWN = CLAIMING | {Category.CALLED_OUT}


class Sheet(NamedTuple):
    """The file that counts for a case of the house."""

    kept: Row[Any]
    schedule: Schedule


class Stated(NamedTuple):
    """What a sheet says of an event: staff and citizens, and sheet and cell of its original."""

    staff: int | Fraction
    citizens: int
    place: str


class Event(NamedTuple):
    """Shared support or a night as the sheets state it: case key → what it says, no key where it says nothing.

    From and until are minutes after the noon. `agrees` is False where two sheets state it otherwise, or where fewer
    sheets have it than the citizens it was for, though all who could have it have come.
    """

    start: int
    end: int
    category: Category
    activity: str
    stated: Mapping[str, Stated]
    agrees: bool


class Block(NamedTuple):
    """An entry in the picture of a case: minutes after the noon."""

    start: int
    end: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class HouseNight:
    """A house from the noon of a date to the next, with every day that can be chosen and what contradicts."""

    house: House
    date: dt.date
    days: Sequence[dt.date]
    sheets: Sequence[Sheet]
    without: Sequence[str]
    blocks: Mapping[str, Sequence[Block]]
    events: Sequence[Event]
    presence: Sequence[Presence]
    problems: Mapping[str, Sequence[Problem]]


def house_night(
    connection: Connection, name: str, wanted: dt.date | None, parameters: ParameterSet
) -> HouseNight | None:
    """The night that is wanted, else the first that anything contradicts, else the first; None for no such house."""
    house = cases.house(connection, name)
    if house is None:
        return None
    ids = cases.house_cases(connection, name)
    sheets = [_sheet(row, house) for row in submissions.counting(connection, ids)]
    keys = {sheet.schedule.case_key for sheet in sheets}
    problems = house_problems(connection, name, parameters)
    days = sorted({day for sheet in sheets for day in sheet.schedule.period.days})
    date = wanted if wanted in days else _first_contradicted(sheets, problems, days)
    schedules = [sheet.schedule for sheet in sheets]
    noon = (date.toordinal() if date else 0) * MINUTES_PER_DAY + NOON
    return HouseNight(
        house=house,
        date=date or dt.date.min,
        days=days,
        sheets=sheets,
        without=[key for key in cases.house_keys(connection, name) if key not in keys],
        blocks={sheet.schedule.case_key: _blocks(sheet.schedule, noon) for sheet in sheets},
        events=_events(sheets, noon, house.size),
        presence=_within(presence(house, schedules, parameters), noon),
        problems={key: found for key, found in problems.items() if found},
    )


def _sheet(row: Row[Any], house: House) -> Sheet:
    period = Period(row.period_start, row.period_end)
    entries = tuple(unpack_entries(row.entries))
    return Sheet(row, Schedule(row.case_key, period, entries, row.provider, house.name, house.size))


def _first_contradicted(
    sheets: Iterable[Sheet], problems: Mapping[str, Sequence[Problem]], days: Sequence[dt.date]
) -> dt.date | None:
    told = {(key, problem.cell) for key, found in problems.items() for problem in found}
    contradicted = [
        entry.date
        for row, schedule in sheets
        for entry in schedule.entries
        if (schedule.case_key, place_of_entry(entry, row.template, schedule.period)[1]) in told
    ]
    return min(contradicted, default=next(iter(days), None))


def _blocks(schedule: Schedule, noon: int) -> list[Block]:
    """The entries that reach into the span, cut at its ends, by their start."""
    found = []
    for entry in schedule.entries:
        start = entry.date.toordinal() * MINUTES_PER_DAY + entry.start - noon
        end = start + (
            entry.end - entry.start if entry.end > entry.start else entry.end + MINUTES_PER_DAY - entry.start
        )
        if entry.category in SHOWN and start < MINUTES_PER_DAY and end > 0:
            found.append(Block(max(0, start), min(MINUTES_PER_DAY, end), entry))
    return sorted(found, key=lambda block: block[:2])


def _events(sheets: Sequence[Sheet], noon: int, size: int | None) -> list[Event]:
    """What is shared, each event once: alike in time and category, and where no night in activity."""
    found: dict[tuple[int, int, Category, str], dict[str, Stated]] = defaultdict(dict)
    for row, schedule in sheets:
        for start, end, entry in _blocks(schedule, noon):
            if entry.category in MIRRORED:
                name = entry.activity.strip() if entry.category is Category.SHARED else ""
                place = "!".join(place_of_entry(entry, row.template, schedule.period))
                stated = Stated(entry.staff, entry.citizens, place)
                found[start, end, entry.category, name.casefold()][schedule.case_key] = stated
    absent = max(0, (size or len(sheets)) - len(sheets))
    return [Event(*place, stated, _agree(stated.values(), absent)) for place, stated in sorted(found.items())]


def _agree(stated: Collection[Stated], absent: int) -> bool:
    """Whether all say the same, and as many say it as it was for, but for those whose sheet has not come."""
    pairs = {(one.staff, one.citizens) for one in stated}
    return len(pairs) == 1 and -len(stated) % next(iter(pairs))[1] <= absent


def _within(spans: Iterable[Presence], noon: int) -> list[Presence]:
    """The spans between the noons, in minutes after the first, those alike side by side as one."""
    found: list[Presence] = []
    for span in spans:
        start, end = max(0, span.start - noon), min(MINUTES_PER_DAY, span.end - noon)
        if start >= end:
            continue
        if found and (found[-1].end, found[-1].claimed, found[-1].present) == (start, span.claimed, span.present):
            found[-1] = found[-1]._replace(end=end)
        else:
            found.append(Presence(start, end, span.claimed, span.present))
    return found
