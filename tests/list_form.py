"""List forms filled in by chance, but the same for the same number, and what each of their computed cells must hold.

Every second has day patterns with days and rows confirmed, changed, removed and left; every third has faulty rows.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
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
    missing_days,
    missing_in_header,
    status,
    too_few_days,
    trimmed,
)
from schedules import Drawn, drawn, drawn_activity

from bit_model.calendar import is_weekend_or_holiday
from bit_model.schedule import Category, Entry
from workbook_templates.kinds import TimeKind
from workbook_templates.layout import Table
from workbook_templates.layouts.beregning import STATUSES
from workbook_templates.layouts.doegnskema import DAYS, ENTRIES, OWN_FIELDS, PATTERN, PATTERN_ROWS

OWN = [field.key for field in OWN_FIELDS]
WAITING, REMOVED, UNREADABLE_CONFIRM = -1, -2, 19
FAULTS: tuple[Mapping[str, Any], ...] = (
    {"start": None},
    {"start": "kl. otte"},
    {"start": DAY},
    {"end": None},
    {"end": "?"},
    {"end": 7 * 60, "start": 7 * 60},
    {"category": "Z"},
    {"category": None},
    {"category": "d"},
    {"staff": None},
    {"staff": 0.5},
    {"staff": "to"},
    {"citizens": 0},
    {"citizens": 1.5},
    {"citizens": 1_000},
    {"citizens": None},
    {"theme": "Hygge"},
    {"theme": "EGENOMSORG"},
    {"category": "A", "staff": None, "citizens": None},
    {"category": "E", "staff": "ingen"},
)


@dataclass(slots=True)
class ListRow:
    """One row as it stands: its date and number, whether the suggestion is confirmed, and what is written."""

    date: Any
    number: int
    own: dict[str, Any]
    confirm: str | None = None


@dataclass(frozen=True, slots=True)
class ListForm:
    """A filled-in list. `pattern` has thirty rows, `days` the usual day that is chosen and whether it is confirmed."""

    drawn: Drawn
    rows: Sequence[ListRow]
    pattern: Sequence[Cells]
    days: Sequence[tuple[str | None, str | None]]


def filled_list(number: int, rows: int) -> ListForm:
    """The form of a number, `rows` rows long."""
    found, draw = drawn(number), Random(f"form {number}")  # noqa: S311
    dates = found.schedule.period.days
    form_rows = [ListRow(date, n, {}) for date in dates for n in range(1, PATTERN_ROWS + 1)]
    form_rows += [ListRow(None, 0, {}) for _ in range(rows - len(form_rows))]
    spare = form_rows[len(dates) * PATTERN_ROWS :]
    draw.shuffle(spare)
    for place, date in enumerate(dates):
        own = [row_of(entry) for entry in found.schedule.entries if entry.date == date]
        block = form_rows[place * PATTERN_ROWS : (place + 1) * PATTERN_ROWS]
        free = sorted(draw.sample(range(PATTERN_ROWS), min(len(own), PATTERN_ROWS)))
        for cells, row in zip(own, [*(block[i] for i in free), *spare], strict=False):
            row.date, row.own = date, cells
            if row.number == 0:
                spare.remove(row)
    pattern: list[Cells] = [{} for _ in range(2 * PATTERN_ROWS)]
    days: list[tuple[str | None, str | None]] = [(None, None) for _ in dates]
    if number % 2:
        pattern = [_suggested(draw, found) if draw.random() < 0.7 else {} for _ in pattern]
        days = [
            (draw.choice((None, None, None, "Hverdag", "Weekend", "Intet")), draw.choice((None, "Ja", "Ja", "Nej")))
            for _ in dates
        ]
        for row in form_rows[: len(dates) * PATTERN_ROWS]:
            row.confirm = draw.choice((None,) * 7 + ("Ja", "Ja", "Nej"))
            if row.own and draw.random() < 0.4:
                row.own = {key: row.own[key] for key in draw.sample(sorted(row.own), draw.choice((1, 2, len(row.own))))}
        draw.choice(form_rows).confirm = "måske"
    if number % 3 == 0:
        _make_faults(draw, form_rows, dates)
    return ListForm(found, form_rows, pattern, days)


def row_of(entry: Entry) -> dict[str, Any]:
    """The cells of an entry; own time and absence ask for no numbers."""
    cells = {key: getattr(entry, key) for key in OWN if getattr(entry, key) != ""}
    cells["category"] = entry.category.value
    if entry.category in {Category.ABSENT, Category.OWN_TIME}:
        del cells["staff"], cells["citizens"]
    return cells


def _suggested(draw: Random, found: Drawn) -> Cells:
    """A row of the pattern, now and then one that lacks something."""
    category = Category(draw.choice("DDFXASE"))
    one = drawn_activity(draw, found.case, category, found.schedule.house_size)
    start = draw.randrange(0, DAY, 5)
    cells = row_of(one._replace(start=start, end=draw.choice((start + 45, start + 7 * 60, DAY - 1)) % DAY))
    if draw.random() < 0.15:
        cells.update(draw.choice(FAULTS))
    return {key: value for key, value in cells.items() if value is not None}


def _make_faults(draw: Random, rows: Sequence[ListRow], dates: Sequence[dt.date]) -> None:
    free = [row for row in rows if not row.own and row.confirm is None]
    for row, fault in zip(draw.sample(free, min(8, len(free))), draw.sample(FAULTS, 8), strict=False):
        sound = {"start": 5, "end": 20, "activity": "Samtale", "category": "D", "staff": 1, "citizens": 1}
        row.date = row.date or draw.choice(dates)
        row.own = {key: value for key, value in {**sound, **fault}.items() if value is not None}
    for date in (dates[0] - dt.timedelta(days=1), dates[-1] + dt.timedelta(days=1), "i går", None):
        row = draw.choice([row for row in free if row.number == 0 and not row.own])
        row.date, row.own = date, {"start": 60, "end": 120, "category": "X", "staff": 1, "citizens": 1}


def effective(form: ListForm, row: ListRow) -> tuple[Cells | None, int]:
    """What the row counts as and its status: the three rules of suggestions, and the row's own faults after them."""
    found = form.drawn
    dates = found.schedule.period.days
    number, answer = suggestion(form, row), form.days[dates.index(row.date)][1] if row.date in dates else None
    suggested = form.pattern[number - 1] if number else {}
    counts: Cells | None
    match row.confirm:
        case None if row.own:
            counts = row.own
        case None if suggested:
            if answer == "Nej":
                return None, REMOVED
            counts = suggested if answer == "Ja" else None
        case None:
            return None, 0
        case "Nej":
            if not row.own:
                return None, REMOVED if suggested else 0
            counts = row.own
        case "Ja":
            counts = {**suggested, **row.own}
        case _:
            dated = {"date": row.date} if row.date is not None else {}
            return dated | row.own, UNREADABLE_CONFIRM
    if counts is None:
        return None, WAITING
    cells = {**counts, "date": row.date} if row.date is not None else counts
    return cells, status(cells, dates, found.schedule.house_size)


def suggestion(form: ListForm, row: ListRow) -> int:
    """The row of the pattern, from 1, that is suggested for the row; 0 where nothing is."""
    dates = form.drawn.schedule.period.days
    if row.date not in dates or not row.number:
        return 0
    kind = pattern_kind(form, dates.index(row.date))
    place = (kind - 1) * PATTERN_ROWS + row.number
    return place if kind and form.pattern[place - 1] else 0


def pattern_kind(form: ListForm, day: int) -> int:
    """The usual day of a date: 1 weekday, 2 weekend, 0 none."""
    chosen = form.days[day][0]
    if chosen:
        return {"Hverdag": 1, "Weekend": 2, "Intet": 0}[chosen]
    date = form.drawn.schedule.period.days[day]
    return 1 + is_weekend_or_holiday(date, form.drawn.parameters.extra_holidays)


def values(form: ListForm) -> dict[Address, Any]:
    """What is typed into the template, by cell."""
    typed: dict[Address, Any] = {}
    for number, row in enumerate(form.rows, 1):
        typed[cell(ENTRIES, number, "date")] = row.date
        typed[cell(ENTRIES, number, "confirm")] = row.confirm
        typed |= {cell(ENTRIES, number, key): as_typed(ENTRIES, key, value) for key, value in row.own.items()}
    for number, cells in enumerate(form.pattern, 1):
        typed |= {cell(PATTERN, number, key): as_typed(PATTERN, key, value) for key, value in cells.items()}
    for number, (chosen, confirmed) in enumerate(form.days, 1):
        typed[cell(DAYS, number, "pattern_day")] = chosen
        typed[cell(DAYS, number, "confirm_day")] = confirmed
    return typed


def cell(table: Table, row: int, key: str) -> Address:
    """The cell of a table's field in a row counted from 1 below the header."""
    return table.sheet, row, [field.key for field in table.fields].index(key)


def as_typed(table: Table, key: str, value: Any) -> Any:
    """The value as it stands in a cell: minutes as the fraction of a day."""
    kind = next(field.kind for field in table.fields if field.key == key)
    return value / DAY if isinstance(kind, TimeKind) and isinstance(value, int) else value


def expect_list(expected: Expected, form: ListForm) -> Counted:
    """The sheets Mønster, Dage and Døgnskema, and what only the list form computes in hidden sheets."""
    settled = [effective(form, row) for row in form.rows]
    found = Counted(
        form.drawn,
        [row.date for row in form.rows],
        [cells for cells, _ in settled],
        [code for _, code in settled],
    )
    places = [suggestion(form, row) for row in form.rows]
    texts = [suggested_text(cells) for cells in form.pattern]
    for number, (row, place, code) in enumerate(zip(form.rows, places, found.statuses, strict=True), 1):
        if row.number:
            expected.cells[cell(ENTRIES, number, "suggestion")] = texts[place - 1] if place else ""
        expected.cells[cell(ENTRIES, number, "check")] = STATUSES[code].da if code else ""
    for number, cells in enumerate(form.pattern, 1):
        code = status(cells, [], form.drawn.schedule.house_size, dated=False) if cells else 0
        expected.cells[cell(PATTERN, number, "check")] = STATUSES[code].da if code else ""
    expected.column("x_date", ["" if row.date is None else row.date for row in form.rows])
    for key in OWN:
        if f"x_{key}" not in expected.names:  # what no formula counts stands only where functions are asked
            continue
        cells_of = [(cells or {}).get(key, "") for cells in found.rows]
        expected.column(f"x_{key}", [shown(key, value) for value in cells_of])
    expected.column("x_used", [int(cells is not None) for cells in found.rows])
    expected.column("b_suggestion", places)
    expected.column("b_take", [take(form, row, place) for row, place in zip(form.rows, places, strict=True)])
    expected.column("l_suggestion", texts)
    expected.column("l_pattern", [pattern_kind(form, day) for day in range(len(form.days))])
    expected.column("l_confirmed", [{"Ja": 1, "Nej": -1}.get(answer or "", 0) for _, answer in form.days])
    _expect_days(expected, form, found)
    return found


def take(form: ListForm, row: ListRow, place: int) -> int:
    """0 blank, 1 as written, 2 as suggested and changed, -1 not confirmed, -2 removed, 9 Confirm is unreadable."""
    dates = form.drawn.schedule.period.days
    match row.confirm:
        case "Ja":
            return 2 if place else 1
        case "Nej":
            return 1 if row.own else REMOVED if place else 0
        case None:
            if row.own or not place:
                return int(bool(row.own))
            return {"Ja": 2, "Nej": REMOVED}.get(form.days[dates.index(row.date)][1] or "", WAITING)
        case _:
            return 9


def shown(key: str, value: Any) -> Any:
    """A value as it stands in a column of calculation."""
    return trimmed(value) if key == "goal" else as_typed(ENTRIES, key, value)


def suggested_text(cells: Cells) -> str:
    """Such as `07:00-08:00 Hygiejne · D · 1 til 1`."""
    if not cells:
        return ""
    times = [
        f"{minute // 60:02d}:{minute % 60:02d}" if isinstance(minute, int) else "?"
        for minute in (cells.get("start"), cells.get("end"))
    ]
    staff, citizens = (
        f"{float(value):g}" if value is not None and not isinstance(value, str) else value or ""
        for value in (cells.get("staff"), cells.get("citizens"))
    )
    numbers = f" · {staff} til {citizens}" if staff + citizens else ""
    activity = trimmed(f"{'-'.join(times)} {cells.get('activity', '')}")
    return f"{activity} · {cells.get('category', '')}{numbers}"


def _expect_days(expected: Expected, form: ListForm, found: Counted) -> None:
    measured, extra = found.measured, form.drawn.parameters.extra_holidays
    for number, date in enumerate(form.drawn.schedule.period.days, 1):
        weekend = "weekend" if date.weekday() >= 5 else "helligdag"
        kind = weekend if is_weekend_or_holiday(date, extra) else "hverdag"
        expected.cells[cell(DAYS, number, "day_kind")] = kind
        expected.cells[cell(DAYS, number, "counted")] = sum(entry.date == date for entry in found.schedule.entries)
        minutes = sum(measured.day_parts[date].values())
        expected.cells[cell(DAYS, number, "hours")] = Fraction(minutes, 60 * measured.scale)
        waiting = [row for row, code in zip(form.rows, found.statuses, strict=True) if code == WAITING]
        expected.cells[cell(DAYS, number, "waiting")] = sum(row.date == date for row in waiting)


def missing_lines(form: ListForm, found: Counted, answers: Answers) -> list[str]:
    """All that the list form can say to be missing, "" where it is not."""
    faulty = [number for number, code in enumerate(found.statuses, 2) if code >= NO_DATE]
    waiting = [row.date for row, code in zip(form.rows, found.statuses, strict=True) if code == WAITING]
    return [
        missing_in_header(answers),
        missing_days(found),
        f"Rækker, der ikke tæller: {len(faulty)}, den første er række {faulty[0]} på arket Døgnskema; se Tjek"
        if faulty
        else "",
        f"Forslag, der ikke er bekræftet: {len(waiting)}, det første {danish(waiting[0])}" if waiting else "",
        too_few_days(found),
    ]
