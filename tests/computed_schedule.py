"""What the computed cells of a schedule template must hold, from the entries that count and by `bit_model` alone.

The sheets Beregning, Timer and Lister are known by their defined names, Resultat by its headings and labels.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import accumulate, islice
from random import Random
from typing import Any

from cells import EPOCH, Address
from schedules import Drawn

from bit_model.calendar import DaylightSaving, clock_changes, elapsed_minutes, is_weekend_or_holiday
from bit_model.hours import Measurement, Method, measure
from bit_model.schedule import RESOURCE_CATEGORIES, Category, Entry, Schedule
from bit_model.terms import Theme
from workbook_templates.files.gate import Limits
from workbook_templates.schedule.kept import unpack_entries
from workbook_templates.schedule.report import examine

DAY = 1440
LETTERS = "DFNSTXAE"
OVER_TWELVE_HOURS, D_IS_SHARED, MANY_STAFF = 2, 3, 4
NO_DATE, NO_START, NO_END, SAME, NO_CATEGORY, NO_STAFF, NO_CITIZENS, NO_THEME = 10, 11, 12, 13, 14, 15, 16, 17
Cells = Mapping[str, Any]
"""What stands in a row by field key, blank cells left out. Dates are dates, times are minutes, all else as typed."""


def letter(cells: Cells) -> int:
    """The category's place on the list, 0 off it."""
    typed = str(cells.get("category", " ")).upper()
    return LETTERS.index(typed) + 1 if typed in LETTERS else 0


def status(cells: Cells, days: Sequence[dt.date], house_size: int | None, *, dated: bool = True) -> int:
    """The status of a row that holds something: the first fault in the order it is filled in, else what to look at."""
    start, end, staff, citizens = (cells.get(key) for key in ("start", "end", "staff", "citizens"))
    theme = cells.get("theme", "")
    unstaffed = letter(cells) > len(RESOURCE_CATEGORIES)
    faults = [
        (dated and cells.get("date") not in days, NO_DATE),
        (not isinstance(start, int) or start >= DAY, NO_START),
        (not isinstance(end, int) or end > DAY, NO_END),
        (start == end, SAME),
        (not letter(cells), NO_CATEGORY),
        (theme != "" and theme.casefold() not in {known.value.casefold() for known in Theme}, NO_THEME),
        (unstaffed and isinstance(staff, str), NO_STAFF),
        (unstaffed and (isinstance(citizens, str) or (citizens or 0) % 1 > 0), NO_CITIZENS),
        (unstaffed, 1),
        (isinstance(staff, str) or staff is None or staff < 1, NO_STAFF),
        (isinstance(citizens, str) or citizens is None or citizens < 1, NO_CITIZENS),
    ]
    if (found := next((code for holds, code in faults if holds), None)) is not None:
        return found
    assert isinstance(start, int)
    assert isinstance(end, int)
    assert staff is not None
    assert citizens is not None
    if citizens % 1 or citizens > (house_size or 999):
        return NO_CITIZENS
    if letter(cells) not in {3, 4} and (end - start) % DAY > DAY // 2:
        return OVER_TWELVE_HOURS
    return D_IS_SHARED if letter(cells) == 1 and citizens > 1 else MANY_STAFF if staff > 3 else 1


def entry(cells: Cells) -> Entry:
    """The entry of a row that counts."""
    theme = next((known.value for known in Theme if known.value.casefold() == str(cells.get("theme")).casefold()), "")
    category = Category(LETTERS[letter(cells) - 1])
    staffed = category in RESOURCE_CATEGORIES
    return Entry(
        cells["date"],
        cells["start"],
        cells["end"],
        str(cells.get("activity", "")),
        category,
        Fraction(cells["staff"]) if staffed else 1,
        int(cells["citizens"]) if staffed else 1,
        theme,
        trimmed(str(cells.get("goal", ""))),
    )


def trimmed(text: str) -> str:
    """The text as a spreadsheet trims it: no spaces around it, and one at a time in it."""
    return re.sub(" +", " ", text).strip(" ")


@dataclass(frozen=True)
class Counted:
    """The rows of a form as they count: the date beside each, what it holds, None where nothing, and its status."""

    drawn: Drawn
    dates: Sequence[Any]
    rows: Sequence[Cells | None]
    statuses: Sequence[int]

    @cached_property
    def entries(self) -> list[Entry | None]:
        """The entry of each row that counts."""
        return [
            entry(row) if row is not None and 0 < status < NO_DATE else None
            for row, status in zip(self.rows, self.statuses, strict=True)
        ]

    @cached_property
    def schedule(self) -> Schedule:
        """The entries that count."""
        found = tuple(entry for entry in self.entries if entry)
        return replace(self.drawn.schedule, entries=found)

    @cached_property
    def measured(self) -> Measurement:
        """What they sum to."""
        return measure(self.schedule, self.drawn.parameters)

    @cached_property
    def base_kinds(self) -> dict[dt.date, int]:
        """1 for a weekday, 2 for a weekend day or holiday."""
        extra = self.drawn.parameters.extra_holidays
        return {day: 1 + is_weekend_or_holiday(day, extra) for day in self.drawn.schedule.period.days}

    def kind(self, day: dt.date) -> int:
        """1 or 2, 0 where the day does not count."""
        return 0 if day in self.measured.left_out else self.base_kinds[day]

    def per_week(self, kind: int) -> Fraction:
        """What an hour on a day of the kind is in hours per week."""
        days = self.measured.days
        if not kind or not days.all:
            return Fraction(0)
        if self.measured.method is Method.STRATIFIED:
            return Fraction(5, days.weekdays) if kind == 1 else Fraction(2, days.weekend_days)
        return Fraction(7, days.all)

    def weight(self, category: Category) -> Fraction:
        """Resource minutes per minute of the category."""
        if category not in RESOURCE_CATEGORIES:
            return Fraction(0)
        return self.drawn.parameters.sleeping_weight if category is Category.SLEEPING_NIGHT else Fraction(1)

    def true_minute(self, minute: int) -> int:
        """Minutes lived since a fixed moment, at a minute by the clock counted from day 0."""
        start, end = self.drawn.schedule.period.start, self.drawn.schedule.period.end
        since_start = minute - DAY * serial(start)
        if self.drawn.parameters.daylight_saving is DaylightSaving.NOMINAL:
            return since_start
        year = end.year if end >= clock_changes(end.year)[0] else start.year
        forward, back = (DAY * serial(day) for day in clock_changes(year))
        skipped = min(60, max(0, minute - forward - 120))
        return since_start - skipped + (60 if minute >= back + 180 else 0)


def serial(day: dt.date) -> int:
    """The date as a spreadsheet keeps it."""
    return (day - EPOCH).days


class Expected:
    """What computed cells must hold, gathered by defined name or address."""

    def __init__(self, names: Mapping[str, Sequence[Address]]) -> None:
        self.names = names
        self.cells: dict[Address, Any] = {}

    def column(self, name: str, values: Iterable[Any]) -> None:
        """The cells of a name, one value each."""
        for address, value in zip(self.names[name], values, strict=True):
            self.cells[address] = value

    def rows(self, name: str, values: Sequence[Any]) -> None:
        """The first cells of a name, one value each; the others hold nothing."""
        for address, value in zip(self.names[name][: len(values)], values, strict=True):
            self.cells[address] = value


def expect_calculation(expected: Expected, counted: Counted) -> None:
    """The sheet Beregning, but for what only the list form has, and the computed lists and figures of Lister."""
    columns = (counted.dates, counted.rows, counted.statuses, counted.entries)
    rows = [_calculated(counted, *row) for row in zip(*columns, strict=True)]
    absences = [(row["begin"], row["finish"]) for row in rows if row["begin"] and row["letter"] == 7]
    for row in rows:
        done = row["finish"]
        goes_on = any(begin <= done < finish for begin, finish in absences)
        row["away"] = int(bool(row["begin"]) and row["letter"] == 7 and not goes_on)
    for key in rows[0]:
        expected.column(f"b_{key}", [row[key] for row in rows])
    measured = counted.measured
    expected.column("l_kind", map(counted.kind, counted.drawn.schedule.period.days))
    for name, value in {
        "weekdays": measured.days.weekdays,
        "weekend_days": measured.days.weekend_days,
        "stratified": int(measured.method is Method.STRATIFIED),
        "weekday_factor": counted.per_week(1),
        "weekend_factor": counted.per_week(2),
    }.items():
        expected.column(f"l_{name}", [value])


def _calculated(counted: Counted, date: Any, cells: Cells | None, status: int, entry: Entry | None) -> dict[str, Any]:
    days = counted.drawn.schedule.period.days
    known: dict[str, Any] = dict.fromkeys(
        ("begin", "finish", "minutes", "resource", "alone", "kind", "rate", "rate_from", "content"), 0
    )
    known |= {
        "letter": letter(cells or {}),
        "day": days.index(date) + 1 if date in days else 0,
        "status": status,
    }
    if entry is None:
        return known
    parameters = counted.drawn.parameters
    midnight = DAY * serial(entry.date)
    minutes = elapsed_minutes(entry.date, entry.start, entry.end, parameters.daylight_saving)
    rate = Fraction(entry.staff) / entry.citizens * counted.weight(entry.category)
    kind = counted.kind(entry.date)
    begin = midnight + entry.start
    financed = entry.category in parameters.financed_categories
    return known | {
        "begin": begin,
        "finish": midnight + entry.end + (DAY if entry.end <= entry.start else 0),
        "minutes": minutes,
        "resource": rate * minutes,
        "alone": Fraction(minutes, entry.citizens) if entry.category is Category.DIRECT else 0,
        "kind": kind if minutes else 0,
        "rate": rate if kind and minutes else 0,
        "rate_from": rate * counted.true_minute(begin) if kind and minutes else 0,
        "content": rate * minutes / 60 * counted.per_week(kind) * financed,
    }


def hours_until(counted: Counted) -> list[list[Fraction]]:
    """Resource hours of days that count, lived from the period's start to each whole hour of each day and the next."""
    days = counted.drawn.schedule.period.days
    first = DAY * serial(days[0])
    hours: dict[int, Fraction] = {}
    for entry in counted.schedule.entries:
        if not counted.kind(entry.date):
            continue
        rate = Fraction(entry.staff) / entry.citizens * counted.weight(entry.category) / 60
        midnight = DAY * serial(entry.date) - first
        end = entry.end + (DAY if entry.end <= entry.start else 0)
        done = 0
        for hour in range(entry.start // 60, -(-end // 60) if rate else 0):
            until = min(end, 60 * (hour + 1))
            lived = elapsed_minutes(entry.date, entry.start, until, counted.drawn.parameters.daylight_saving)
            place = midnight // 60 + hour
            hours[place] = hours.get(place, Fraction(0)) + rate * (lived - done)
            done = lived
    found, total = [], Fraction(0)
    for day in range(len(days) + 1):
        row = [total]
        for hour in range(24):
            total += hours.get(24 * day + hour, Fraction(0))
            row.append(total)
        found.append(row)
    return found


def expect_hours(expected: Expected, counted: Counted) -> None:
    """The sheet Timer."""
    kinds = [*map(counted.kind, counted.drawn.schedule.period.days), 0]
    for row, (kind, hours) in enumerate(zip(kinds, hours_until(counted), strict=True), 1):
        expected.cells["Timer", row, 2] = int(kind > 0)
        expected.cells |= {("Timer", row, column): value for column, value in enumerate(hours, 3)}


def expect_missing(expected: Expected, counted: Counted, lines: Sequence[str]) -> None:
    """What is missing, on the sheet Lister; `lines` are all that can be said, "" where nothing is to be said."""
    days = counted.drawn.schedule.period.days
    filled = [sum(entry is not None and entry.date == day for entry in counted.entries) for day in days]
    expected.column("l_filled", filled)
    expected.column("l_missing", lines)
    numbers = accumulate((bool(line) for line in lines), initial=0)
    expected.column(
        "l_missing_number", [n * bool(line) for n, line in zip(islice(numbers, 1, None), lines, strict=True)]
    )


Answers = Mapping[str, Any]
"""What is typed of the header's open fields, by key."""


def drawn_answers(number: int) -> Answers:
    """Some of the header's open fields, all of them in every fourth form."""
    draw = Random(f"answers {number}")  # noqa: S311
    known = {
        "usual_period": draw.choice(("Ja", "Nej")),
        "filled_by": "Teamleder",
        "filled_on": dt.date(2026, 4, 13),
        "certified": draw.choice(("Ja", "Ja", "Nej")),
        "remarks": "=Ferie i uge 7",
    }
    if number % 4 == 0:
        return known | {"certified": "Ja"}
    return {key: value for key, value in known.items() if draw.random() < 0.5}


def answer_cells(names: Mapping[str, Sequence[Address]], answers: Answers) -> dict[Address, Any]:
    """The answers by cell."""
    return {names[f"bit_{key}"][0]: value for key, value in answers.items()}


def missing_in_header(answers: Answers) -> str:
    """The line for what the header lacks."""
    labels = {"usual_period": "Almindelig periode", "filled_by": "Udfyldt af (funktion)", "filled_on": "Udfyldt den"}
    lacking = [label for key, label in labels.items() if key not in answers]
    if answers.get("certified") != "Ja":
        lacking.append("bekræftelsen med Ja")
    return f"Arket Oplysninger: {', '.join(lacking)}" if lacking else ""


def missing_days(counted: Counted) -> str:
    """The line for days without entries."""
    filled = {entry.date for entry in counted.schedule.entries}
    empty = [day for day in counted.drawn.schedule.period.days if day not in filled]
    return f"Dage uden registreringer: {len(empty)}, den første {danish(empty[0])}" if empty else ""


def too_few_days(counted: Counted) -> str:
    """The line for a period that both kinds of day are too few in."""
    days = counted.measured.days
    if days.can_stratify:
        return ""
    rest = "weekend- eller helligdage tæller; der skal være 5 og 2"
    return f"For få dage: {days.weekdays} hverdage og {days.weekend_days} {rest}"


def danish(day: dt.date) -> str:
    """02-03-2026."""
    return f"{day:%d-%m-%Y}"


def assert_read_alike(content: bytes, counted: Counted) -> None:
    """Every entry that counts on the sheet is read, and no other unless some row of the form does not count."""
    report = examine(content, "retur.xlsx", counted.drawn.parameters, dt.date(2030, 1, 1), Limits())
    read = Counter(map(_what_counts, unpack_entries(report.entries)))
    counts = Counter(map(_what_counts, counted.schedule.entries))
    assert counts - read == Counter()
    faulty = sum(status >= NO_DATE for status in counted.statuses)
    assert (read - counts).total() <= faulty


def _what_counts(entry: Entry) -> tuple[object, ...]:
    staffed = (Fraction(entry.staff), entry.citizens) if entry.category in RESOURCE_CATEGORIES else ()
    return (*entry[:5], *staffed, entry.theme, trimmed(entry.goal))
