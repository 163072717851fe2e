"""Grid forms filled in by chance, but the same for the same number, and what their own computed cells must hold.

Every second has usual days that are confirmed, written over, removed and left; every third has faults: codes that the
legend does not have, codes that lack something, a first morning that belongs to the night before, and a morning after
that begins anew.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from random import Random
from typing import Any

from cells import Address
from computed_schedule import (
    DAY,
    NO_DATE,
    Answers,
    Cells,
    Counted,
    Expected,
    danish,
    letter,
    missing_days,
    missing_in_header,
    status,
    too_few_days,
    trimmed,
)
from list_form import as_typed, cell, row_of, shown
from schedules import Drawn, drawn_on_quarters

from bit_model.calendar import is_weekend_or_holiday
from bit_model.schedule import Category, Entry
from workbook_templates.layouts.beregning import STATUSES
from workbook_templates.layouts.doegnskema_net import CODE_ROWS, CODES, USUAL

QUARTERS = 96
MORNING = 48
FIRST_ROW = 2
"""Row of 00:00 on a week sheet, from 0; the dates stand two rows above."""
NO_CODE, TWICE, BAD_CODE = 20, 21, 22
WAKING, ASLEEP, CALLED_OUT = 3, 4, 5
SOUND_CODE: Cells = {"activity": "Samtale", "category": "D", "staff": 1, "citizens": 1}
FAULTY_CODES: Sequence[Cells] = (
    {"code": "F1", "staff": None},
    {"code": "F2", "category": None},
    {"code": "F3", "citizens": 2.5},
    {"code": "F4", "theme": "Hygge"},
    {"code": "F5", "citizens": 2},
    {"code": "F6", "staff": 5},
    {"code": "F7", "category": "A", "staff": None, "citizens": None},
    {"code": "F8", "category": "T"},
    {"code": "alt*f"},
    {"code": "langkode"},
    {"code": None},
    {"code": "F1"},
    {"code": "f3"},
)
TYPED_KEYS = ("activity", "category", "staff", "citizens", "theme", "goal", "note")


@dataclass(frozen=True)
class GridForm:
    """A filled-in grid. `weeks` has what is typed by day and quarter, None where a suggestion was deleted.

    Days count from 0; the one after the period is last. `usual` has the quarters of a weekday and of a weekend day.
    """

    drawn: Drawn
    legend: Sequence[Cells]
    usual: tuple[Mapping[int, str], Mapping[int, str]]
    confirmed: Sequence[str | None]
    weeks: Mapping[tuple[int, int], str | None]
    faulty: bool

    @cached_property
    def keys(self) -> list[str]:
        """The codes as they are looked up."""
        return [str(row.get("code", "")).strip(" ").casefold() for row in self.legend]

    @property
    def dates(self) -> list[dt.date]:
        """The days of the period and the one after."""
        days = self.drawn.schedule.period.days
        return [*days, days[-1] + dt.timedelta(days=1)]

    def suggested(self, day: int, quarter: int) -> str:
        """What a cell of a week shows while nobody writes in it."""
        if day == len(self.confirmed):
            return ""
        weekend = is_weekend_or_holiday(self.dates[day], self.drawn.parameters.extra_holidays)
        code = self.usual[weekend].get(quarter, "")
        if not code or self.confirmed[day] == "Nej":
            return ""
        return code if self.confirmed[day] == "Ja" else f"({code})"

    def shown(self, day: int, quarter: int) -> str:
        """What the cell says."""
        if (day, quarter) in self.weeks:
            return self.weeks[day, quarter] or ""
        return self.suggested(day, quarter)

    def known(self, text: str) -> int:
        """The legend's row of what a cell says, from 1; 0 for nothing or a suggestion, -1 for no code of the legend."""
        key = text.strip(" ").casefold()
        if not key or key.startswith("("):
            return 0
        return self.keys.index(key) + 1 if key in self.keys else -1


def filled_grid(number: int) -> GridForm:
    """The form of a number."""
    found, draw = drawn_on_quarters(number), Random(f"weeks {number}")  # noqa: S311
    meanings = list(dict.fromkeys(entry[3:10] for entry in found.schedule.entries))
    names = ["N", "dag", "1", "Ø 2", "D-3", "x.4", "S+", "kode-5", "T&6"]
    codes = {one: names[i] if i < len(names) else f"K{i}" for i, one in enumerate(meanings)}
    legend: list[Cells] = []
    for entry in found.schedule.entries:
        if codes[entry[3:10]] not in [row["code"] for row in legend]:
            cells = {key: value for key, value in row_of(entry).items() if key in TYPED_KEYS}
            legend.append({"code": codes[entry[3:10]], **cells, "colour": "Blå"})
    wanted = {place: codes[entry[3:10]] for entry in in_order(found) for place in quarters_of(found, entry)}
    weeks: dict[tuple[int, int], str | None] = {}
    days = len(found.schedule.period.days)
    usual: tuple[dict[int, str], dict[int, str]] = ({}, {})
    confirmed: list[str | None] = [None] * days
    if number % 2 and legend:
        for kind in usual:
            day = draw.randrange(days)
            kind |= {quarter: code for (on, quarter), code in wanted.items() if on == day}
        confirmed = [draw.choice((None, "Ja", "Ja", "Nej")) for _ in range(days)]
    form = GridForm(found, legend, usual, confirmed, weeks, number % 3 == 0)
    for day in range(days + 1):
        for quarter in range(QUARTERS if day < days else MORNING):
            code, suggested = wanted.get((day, quarter)), form.suggested(day, quarter)
            if code and (code != suggested or draw.random() < 0.3):
                weeks[day, quarter] = draw.choice((code, code, code, code.lower(), f" {code} "))
            elif not code and suggested and not suggested.startswith("("):
                weeks[day, quarter] = None
    if form.faulty:
        _make_faults(draw, form, legend, weeks)
    legend += [{} for _ in range(CODE_ROWS - len(legend))]
    return form


def in_order(found: Drawn) -> list[Entry]:
    """Call-outs last, since they lie on top."""
    return sorted(found.schedule.entries, key=lambda entry: entry.category is Category.CALLED_OUT)


def quarters_of(found: Drawn, entry: Entry) -> Iterator[tuple[int, int]]:
    """The day and quarter of each cell of an entry."""
    first = found.schedule.period.days.index(entry.date) * QUARTERS
    end = entry.end + (DAY if entry.end <= entry.start else 0)
    for quarter in range(entry.start // 15, end // 15):
        yield divmod(first + quarter, QUARTERS)


def _make_faults(draw: Random, form: GridForm, legend: list[Cells], weeks: dict[tuple[int, int], str | None]) -> None:
    for change in draw.sample(FAULTY_CODES, 6):
        if len(legend) < CODE_ROWS:
            row = {key: value for key, value in {**SOUND_CODE, **change}.items() if value is not None}
            legend.insert(draw.randrange(len(legend) + 1), row)
    days = len(form.confirmed)
    free = [
        (day, quarter)
        for day in range(days + 1)
        for quarter in range(QUARTERS if day < days else MORNING)
        if not form.shown(day, quarter)
    ]
    for place in draw.sample(free, min(12, len(free))):
        weeks[place] = draw.choice(("F1", "f2", "F3", "F4", "F5", "F6", "F7", "F8", "F8", "ZZ", "??", "(F1)", " "))
    last_code = form.shown(days - 1, QUARTERS - 1).strip()
    if last_code and last_code == form.shown(days, 0).strip() and not last_code.startswith("("):
        for quarter in range(draw.choice((0, 4, 20))):
            if not form.shown(0, quarter):
                weeks[0, quarter] = last_code


def values(form: GridForm) -> dict[Address, Any]:
    """What is typed into the template, by cell."""
    typed: dict[Address, Any] = {}
    for number, row in enumerate(form.legend, 1):
        for field in CODES.inputs:
            typed[cell(CODES, number, field.key)] = as_typed(CODES, field.key, row.get(field.key))
    for key, usual in zip(("weekday", "weekend"), form.usual, strict=True):
        for quarter in range(QUARTERS):
            typed[cell(USUAL, quarter + 1, key)] = usual.get(quarter)
    sheets = {day: place for place, day in week_columns(form.dates)}
    for day, confirmed in enumerate(form.confirmed):
        sheet, column = sheets[day]
        typed[sheet, 1, column] = confirmed
    for (day, quarter), code in form.weeks.items():
        sheet, column = sheets[day]
        typed[sheet, FIRST_ROW + quarter, column] = code
    return typed


def week_columns(dates: Sequence[dt.date]) -> Iterator[tuple[tuple[str, int], int]]:
    """The sheet and column of each day; the day after the period stands beside the last."""
    name, column = "", 0
    for day, date in enumerate(dates):
        week = f"Uge {date.isocalendar()[1]}"
        if week != name and day < len(dates) - 1:
            name, column = week, 0
        column += 1
        yield (name, column), day


@dataclass(slots=True)
class Quarter:
    """What the registrations say of one quarter of an hour; codes by their row in the legend, 0 none."""

    day: int
    quarter: int
    written: str
    known: int
    letter: int
    held: int = 0
    held_letter: int = 0
    place: int = 0
    length: int = 0
    call_place: int = 0
    call_length: int = 0
    piece: int = 0
    call: int = 0
    of: int = 0
    long: int = 0
    waits: int = 0


def quarters(form: GridForm) -> list[Quarter]:
    """The line of quarters from the first midnight to noon of the day after: the six rules of the grid form."""
    days = len(form.confirmed)
    line = list(_held(form))
    _measure(line)
    above = ""
    for one in line:
        waits = one.written.startswith("(") and (one.quarter == 0 or one.written.casefold() != above)
        one.waits, above = int(waits), one.written.casefold()
    for i, one in enumerate(line):
        cut = one.quarter == 0 and one.day < days
        if one.held:
            one.piece = int(one.place == 1 or (cut and one.length >= QUARTERS))
        if i == 0 and _belongs_to_the_night_before(line, days):
            one.piece = 0
        if one.call_place:
            one.call = int(one.call_place == 1 or (cut and one.call_length >= QUARTERS))
        one.of = one.held if one.piece else one.known if one.call else 0
        if one.of:
            place, length = (one.place, one.length) if one.piece else (one.call_place, one.call_length)
            rest = length - place + 1
            one.long = rest if length < QUARTERS else min(rest, QUARTERS - one.quarter)
    return line


def _held(form: GridForm) -> Iterator[Quarter]:
    """Each quarter with what it holds below a call-out."""
    letters = [letter(row) for row in form.legend]
    held, held_letter = 0, 0
    for day in range(len(form.confirmed) + 1):
        for quarter in range(QUARTERS if day < len(form.confirmed) else MORNING):
            text = form.shown(day, quarter).strip(" ")
            known = form.known(text)
            one = Quarter(day, quarter, text, known, letters[known - 1] if known > 0 else 0)
            if one.letter != CALLED_OUT:
                held, held_letter = max(known, 0), one.letter
            elif held_letter != ASLEEP:
                held, held_letter = 0, 0
            one.held, one.held_letter = held, held_letter
            yield one


def _measure(line: Sequence[Quarter]) -> None:
    """Place and length of every run of the same code, and of every run of the same call-out."""
    for held, group in groupby(line, lambda one: one.held):
        run = list(group)
        for place, one in enumerate(run, 1):
            if held:
                one.place, one.length = place, len(run)
    for called, group in groupby(line, lambda one: one.known if one.letter == CALLED_OUT else 0):
        run = list(group)
        for place, one in enumerate(run, 1):
            if called:
                one.call_place, one.call_length = place, len(run)


def _belongs_to_the_night_before(line: Sequence[Quarter], days: int) -> bool:
    """True where the first morning is night and the last night of the period is whole."""
    first, last, after = line[0], line[days * QUARTERS - 1], line[days * QUARTERS]
    goes_on = last.held_letter in {WAKING, ASLEEP} and last.held == after.held and last.length < QUARTERS
    return goes_on and first.held_letter in {WAKING, ASLEEP} and first.length < QUARTERS


def registrations(form: GridForm, line: Sequence[Quarter]) -> Counted:
    """The rows of Registreringer as they count: the quarters, then the midnights between two days."""
    dates, rows, codes = [], [], []
    for one in (*line, *at_midnights(line)):
        cells: Cells | None = None
        if one.of:
            legend = {key: value for key, value in form.legend[one.of - 1].items() if key in TYPED_KEYS}
            end = one.quarter + one.long
            end -= QUARTERS if end > QUARTERS else 0
            cells = {**legend, "date": form.dates[one.day], "start": one.quarter * 15, "end": end * 15}
        schedule = form.drawn.schedule
        dates.append(cells and cells["date"])
        rows.append(cells)
        codes.append(status(cells, schedule.period.days, schedule.house_size) if cells else 0)
    return Counted(form.drawn, dates, rows, codes)


def at_midnights(line: Sequence[Quarter]) -> list[Quarter]:
    """What begins at each midnight between two days beside a run that is cut there: a call-out."""
    found = []
    for one in line:
        if one.quarter == 0 and 0 < one.day < line[-1].day:
            found.append(Quarter(one.day, 0, "", 0, 0))
            if one.piece and one.call:
                found[-1].of = one.known
                found[-1].long = min(one.call_length - one.call_place + 1, QUARTERS)
    return found


def expect_grid(expected: Expected, form: GridForm, line: Sequence[Quarter], counted: Counted) -> None:
    """The sheets Koder, Uge … and Registreringer."""
    for (sheet, column), day in week_columns(form.dates):
        for quarter in range(QUARTERS if day < len(form.confirmed) else 0):
            if (day, quarter) not in form.weeks:
                expected.cells[sheet, FIRST_ROW + quarter, column] = form.suggested(day, quarter)
    statuses = [legend_status(form, row) for row in form.legend]
    for number, (row, code) in enumerate(zip(form.legend, statuses, strict=True), 1):
        expected.cells[cell(CODES, number, "check")] = STATUSES[code].da if code else ""
        expected.cells[cell(CODES, number, "status")] = code
        expected.cells[cell(CODES, number, "key")] = trimmed(str(row.get("code", "")))
        expected.cells[cell(CODES, number, "letter")] = letter(row)
    _expect_registrations(expected, line, counted)
    for name, value in figures(form, line, statuses).items():
        expected.column(f"g_{name}", [value])


def _expect_registrations(expected: Expected, line: Sequence[Quarter], counted: Counted) -> None:
    for key in ("written", "known", "letter", "held", "held_letter", "place", "length", "call_place", "call_length"):
        expected.rows(f"g_{key}", [getattr(one, key) for one in line])
    for key in ("waits", "piece", "call"):
        expected.rows(f"g_{key}", [getattr(one, key) for one in line])
    for key in ("of", "long"):
        expected.column(f"g_{key}", [getattr(one, key) for one in (*line, *at_midnights(line))])
    for key in ("date", "start", "end", "category", "staff", "citizens", "theme", "goal"):
        expected.column(f"x_{key}", [shown(key, (cells or {}).get(key, "")) for cells in counted.rows])
    for key in ("activity", "note"):
        if f"g_{key}" in expected.names:  # the note only where functions are asked
            expected.column(f"g_{key}", [(cells or {}).get(key, "") for cells in counted.rows])
    expected.column("x_used", [int(cells is not None) for cells in counted.rows])


def figures(form: GridForm, line: Sequence[Quarter], statuses: Sequence[int]) -> dict[str, Any]:
    """What is counted for the list of what is missing."""
    waiting = [form.dates[one.day] for one in line if one.waits]
    unknown = [form.dates[one.day] for one in line if one.known == -1]
    in_use = {one.known for one in line}
    return {
        "waiting": len(waiting),
        "waiting_first": waiting[0] if waiting else 0,
        "unknown": len(unknown),
        "unknown_first": unknown[0] if unknown else 0,
        "lacking": sum(code >= NO_DATE and row in in_use for row, code in enumerate(statuses, 1)),
    }


def missing_lines(form: GridForm, line: Sequence[Quarter], counted: Counted, answers: Answers) -> list[str]:
    """All that the grid form can say to be missing, "" where it is not."""
    found = figures(form, line, [legend_status(form, row) for row in form.legend])
    faulty = [date for date, code in zip(counted.dates, counted.statuses, strict=True) if code >= NO_DATE]
    return [
        missing_in_header(answers),
        missing_days(counted),
        f"Registreringer, der ikke tæller: {len(faulty)}, den første {danish(faulty[0])}" if faulty else "",
        f"Forslag, der ikke er bekræftet: {found['waiting']}, det første {danish(found['waiting_first'])}"
        if found["waiting"]
        else "",
        f"Felter med ukendt kode: {found['unknown']}, det første {danish(found['unknown_first'])}"
        if found["unknown"]
        else "",
        f"Koder i brug, der mangler noget: {found['lacking']} (arket Koder)" if found["lacking"] else "",
        too_few_days(counted),
    ]


def legend_status(form: GridForm, row: Cells) -> int:
    """What the legend's column Tjek says of a row, by number."""
    typed = {key: value for key, value in row.items() if key != "colour"}
    key = str(row.get("code", "")).strip(" ")
    if not typed:
        return 0
    if not key:
        return NO_CODE
    if len(key) > 6 or any(sign in key for sign in "*?~()"):
        return BAD_CODE
    if form.keys.count(key.casefold()) > 1:
        return TWICE
    usual_times = {"start": 0, "end": 15}
    return status({**row, **usual_times}, [], form.drawn.schedule.house_size, dated=False)
