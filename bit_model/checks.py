"""The checks of a returned schedule that need no workbook (domain text, section 9). Codes and facts only, no words."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType

from bit_model.calendar import MINUTES_PER_DAY, elapsed_minutes, is_weekend_or_holiday
from bit_model.hours import FEWEST_WEEKDAYS, FEWEST_WEEKEND_DAYS
from bit_model.parameters import ParameterSet
from bit_model.rounding import half_up
from bit_model.schedule import RESOURCE_CATEGORIES, Category, Entry, Schedule

LONGEST_DAY_ENTRY = 12 * 60
MOST_STAFF = 3
IDENTICAL_DAYS = 3


class Level(StrEnum):
    """How grave a problem is: an error keeps a schedule out of the comparison, the others do not."""

    ERROR = "E"
    WARNING = "W"
    INFORMATION = "I"


LEVELS = MappingProxyType(
    {
        code: Level(level)
        for level, codes in (
            ("E", "F01 F02 F03 F04 F05 F06 F07 F08 T01 T02 T04 T05 T06 H01 H02 H04 H07"),
            ("E", "R01 R02 R03 R08 R10 R11 R14 R15 R21 C01 C02 C03 K03 N01 N02 N03 N04 N05"),
            ("W", "H03 H05 T03 R04 R05 R09 R12 R16 R17 R20 R22 R23 R24 R26 R27 K01 K02 K04 C04 N06"),
            ("I", "H06 R18 R19 R25 N07"),
        )
        for code in codes.split()
    }
)
"""Code → level of every check of the product. The words stand with the workbook templates."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: the entry's row in its sheet (0: the whole schedule), the field's key, and the value found."""

    code: str
    field: str = ""
    row: int = 0
    found: str = ""

    @property
    def level(self) -> Level:
        """The level of the finding's code."""
        return LEVELS[self.code]


def check_schedule(
    schedule: Schedule,
    parameters: ParameterSet,
    today: dt.date,
    themes: frozenset[str] | None = None,
    goals: frozenset[str] | None = None,
) -> list[Finding]:
    """Every finding of a schedule, entry by entry and then by day and period.

    `themes` and `goals` are those that may stand; None leaves R14 to whoever knows them.
    """
    found: list[Finding] = []
    for entry in schedule.entries:
        found += _check_entry(entry, schedule, today)
        if themes is not None and entry.theme and entry.theme not in themes:
            found.append(Finding("R14", "theme", entry.row, entry.theme))
        if goals is not None and entry.goal and entry.goal not in goals:
            found.append(Finding("R14", "goal", entry.row, entry.goal))
    found += _check_overlaps(schedule.entries)
    found += _check_load(schedule, parameters)
    found += _check_copies(schedule)
    found += _check_period(schedule, parameters)
    return found


def _check_entry(entry: Entry, schedule: Schedule, today: dt.date) -> Iterator[Finding]:
    row, category = entry.row, entry.category
    if entry.start == entry.end:
        yield Finding("R03", "end", row, clock(entry.end))
    elif category in "DFTX" and (entry.end - entry.start) % MINUTES_PER_DAY > LONGEST_DAY_ENTRY:
        yield Finding("R04", "end", row, f"{clock(entry.start)}-{clock(entry.end)}")
    if category in RESOURCE_CATEGORIES:
        if entry.staff < 1:
            yield Finding("R08", "staff", row, str(entry.staff))
        elif entry.staff > MOST_STAFF:
            yield Finding("R09", "staff", row, str(entry.staff))
        if entry.citizens < 1 or (schedule.house_size is not None and entry.citizens > schedule.house_size):
            yield Finding("R08", "citizens", row, str(entry.citizens))
    if not schedule.period.start <= entry.date <= schedule.period.end:
        yield Finding("R15", "date", row, entry.date.isoformat())
    if entry.date > today:
        yield Finding("R16", "date", row, entry.date.isoformat())


def _check_overlaps(entries: Iterable[Entry]) -> Iterator[Finding]:
    """R05, R11 and R12. Indirect time is not spent with the citizen, so it may lie beside anything."""
    spans = sorted((*_span(entry), entry) for entry in entries if entry.category is not Category.INDIRECT)
    asleep = [(start, end) for start, end, entry in spans if entry.category is Category.SLEEPING_NIGHT]
    open_spans: list[tuple[int, Entry]] = []
    for start, end, entry in spans:
        open_spans = [(until, other) for until, other in open_spans if until > start]
        for _, other in open_spans:
            pair = {entry.category, other.category}
            if pair == {Category.WAKING_NIGHT, Category.SLEEPING_NIGHT}:
                yield Finding("R11", "start", entry.row, _both(entry, other))
            elif pair != {Category.CALLED_OUT, Category.SLEEPING_NIGHT}:
                yield Finding("R05", "start", entry.row, _both(entry, other))
        open_spans.append((end, entry))
        if entry.category is Category.CALLED_OUT and not any(begun <= start and end <= done for begun, done in asleep):
            yield Finding("R12", "start", entry.row, f"{clock(entry.start)}-{clock(entry.end)}")


def _check_load(schedule: Schedule, parameters: ParameterSet) -> Iterator[Finding]:
    """R10. A day over 24 hours is found at local midnight; a week over 168 hours has such a day."""
    staffed: dict[tuple[dt.date, bool, int], int] = defaultdict(int)
    last_row: dict[dt.date, int] = {}
    for entry in schedule.entries:
        if entry.staff <= 1 <= entry.citizens and entry.category in RESOURCE_CATEGORIES:
            asleep, citizens, row = entry.category is Category.SLEEPING_NIGHT, entry.citizens, entry.row
            for day, minutes in split_at_midnight(entry, parameters):
                staffed[day, asleep, citizens] += minutes
                if row > last_row.get(day, -1):
                    last_row[day] = row
    load: dict[dt.date, Fraction] = defaultdict(Fraction)
    for (day, asleep, citizens), minutes in staffed.items():
        load[day] += Fraction(minutes, citizens) * (parameters.sleeping_weight if asleep else 1)
    for day, resource in load.items():
        if resource > elapsed_minutes(day, 0, MINUTES_PER_DAY, parameters.daylight_saving):
            yield Finding("R10", "date", last_row[day], f"{day.isoformat()}: {half_up(resource / 60)}")


def _check_copies(schedule: Schedule) -> Iterator[Finding]:
    """R17."""
    seen: dict[tuple[tuple[object, ...], ...], list[dt.date]] = defaultdict(list)
    in_order = sorted(schedule.entries, key=attrgetter("date", "start", "end"))
    for day, entries in groupby(in_order, key=attrgetter("date")):
        pattern = tuple(entry[1:9] for entry in entries)
        if any(category is not Category.ABSENT for _, _, _, category, *_ in pattern):  # days away are alike
            seen[pattern].append(day)
    for days in seen.values():
        if len(days) >= IDENTICAL_DAYS:
            yield Finding("R17", "date", 0, f"{len(days)}: {days[0].isoformat()} … {days[-1].isoformat()}")


def _check_period(schedule: Schedule, parameters: ParameterSet) -> Iterator[Finding]:
    days = schedule.period.days
    if not parameters.shortest_period_days <= len(days) <= parameters.longest_period_days:
        yield Finding("T03", "period_end", 0, str(len(days)))
    if not schedule.entries:
        yield Finding("T04")
        return
    weekend_days = sum(is_weekend_or_holiday(day, parameters.extra_holidays) for day in days)
    if weekend_days < FEWEST_WEEKEND_DAYS or len(days) - weekend_days < FEWEST_WEEKDAYS:
        yield Finding("R20", "period_end", 0, f"{len(days) - weekend_days} + {weekend_days}")
    times = {entry.start % 30 for entry in schedule.entries} | {entry.end % 30 for entry in schedule.entries}
    if times == {0}:
        yield Finding("R18", "start", 0, str(len(schedule.entries)))


def split_at_midnight(entry: Entry, parameters: ParameterSet) -> tuple[tuple[dt.date, int], ...]:
    """The entry's elapsed minutes on each calendar day it touches, as the day strip shows them.

    An entry that ends where it begins (R03) touches none.
    """
    if entry.end == entry.start:
        return ()
    whole = entry.minutes(parameters.daylight_saving)
    if entry.end > entry.start:
        return ((entry.date, whole),)
    first = elapsed_minutes(entry.date, entry.start, MINUTES_PER_DAY, parameters.daylight_saving)
    if not entry.end:
        return ((entry.date, first),)
    return (entry.date, first), (entry.date + dt.timedelta(days=1), whole - first)


def clock(minutes: int) -> str:
    """Minutes after midnight as HH:MM."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _both(entry: Entry, other: Entry) -> str:
    return f"{clock(entry.start)}-{clock(entry.end)} / {clock(other.start)}-{clock(other.end)} ({other.row})"


def _span(entry: Entry) -> tuple[int, int]:
    """Start and end as minutes on one line of time, so that nights meet the next morning."""
    midnight = entry.date.toordinal() * MINUTES_PER_DAY
    end = entry.end if entry.end > entry.start else entry.end + MINUTES_PER_DAY
    return midnight + entry.start, midnight + (entry.start if entry.end == entry.start else end)


_CPR = re.compile(r"(?<!\d)(\d{2})(\d{2})(\d{2})[^\S\n]?[-\u2010-\u2015\u2212]?[^\S\n]?\d{4}(?!\d)")
"""With any space and any of the dashes that programs put in the place of a hyphen."""
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]*\w")
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r")


def check_text(text: str, field: str, row: int) -> Iterator[Finding]:
    """R21 and R22 of a text. A CPR number is never repeated in what is found, only its place."""
    if any(_is_birth_date(*match.groups()) for match in _CPR.finditer(text)) or _EMAIL.search(text):
        yield Finding("R21", field, row)
    if text.startswith(_FORMULA_START) and len(text) > 1:
        yield Finding("R22", field, row, text[:40])


def masked(text: str) -> str:
    """The text with CPR numbers and e-mail addresses made unreadable, for messages and logs."""
    hidden = _CPR.sub(lambda match: "******-****" if _is_birth_date(*match.groups()) else match[0], text)
    return _EMAIL.sub("***@***", hidden)


def _is_birth_date(day: str, month: str, year: str) -> bool:
    """True where the six digits are a date in some century; the check digit is not required (section 9)."""
    for century in (1900, 2000):
        try:
            dt.date(century + int(year), int(month), int(day))
        except ValueError:
            continue
        return True
    return False
