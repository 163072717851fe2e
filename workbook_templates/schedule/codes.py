"""The legend of the grid form: short codes for what entries have in common, and what a new legend is issued with."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from bit_model.calendar import MINUTES_PER_DAY
from bit_model.schedule import RESOURCE_CATEGORIES, Category, Entry
from workbook_templates.layouts.doegnskema_net import (
    CODE_ROWS,
    CODES,
    COLOURS,
    QUARTER_MINUTES,
    QUARTERS_PER_DAY,
    USUAL_CODES,
)

_BARE_FIRST = frozenset("NSAE")
"""Categories whose first code is the letter alone: as a rule there is only one."""
_COLOURS: Mapping[Category, tuple[int, ...]] = {
    Category.DIRECT: (0, 1),
    Category.SHARED: (2, 3),
    Category.WAKING_NIGHT: (8,),
    Category.SLEEPING_NIGHT: (9,),
    Category.CALLED_OUT: (5,),
    Category.INDIRECT: (4,),
    Category.ABSENT: (6,),
    Category.OWN_TIME: (7,),
}
"""Places in `COLOURS` that a category's codes take in turn."""
_DAY_KEYS = {"weekday": "w", "weekend": "e"}


class Meaning(NamedTuple):
    """What a code stands for: an entry without date and times. `staff` and `citizens` are None where none is stated."""

    activity: str
    category: Category
    staff: int | Fraction | None
    citizens: int | None
    theme: str = ""
    goal: str = ""
    note: str = ""

    def entry(self, date: dt.date, start: int, end: int, row: int) -> Entry:
        """The entry of this meaning at a time; staff and citizens are 1 where none is stated."""
        staff, citizens = (1 if number is None else number for number in (self.staff, self.citizens))
        texts = (self.theme, self.goal, self.note)
        return Entry(date, start, end, self.activity, self.category, staff, int(citizens), *texts, row)


def meaning_of(entry: Entry) -> Meaning:
    """What the entry's code stands for."""
    return Meaning(*entry[3:10])


def codes_of(entries: Iterable[Entry]) -> dict[Meaning, str]:
    """A code for each kind of entry, in the order they are met: D1, D2, F1, N, N2 … Equal entries share one."""
    codes: dict[Meaning, str] = {}
    used: Counter[Category] = Counter()
    for entry in entries:
        meaning = meaning_of(entry)
        if meaning not in codes:
            used[meaning.category] += 1
            number = used[meaning.category]
            bare = number == 1 and meaning.category in _BARE_FIRST
            codes[meaning] = meaning.category.value + ("" if bare else str(number))
    return codes


def legend_rows(codes: Mapping[Meaning, str], language: str = "da") -> list[dict[str, Any]]:
    """The legend's rows by field key, each with a colour of its category."""
    taken: Counter[Category] = Counter()
    rows = []
    for meaning, code in codes.items():
        colours = _COLOURS[meaning.category]
        colour = COLOURS[colours[taken[meaning.category] % len(colours)]]
        taken[meaning.category] += 1
        rows.append({"code": code, **meaning._asdict(), "category": meaning.category.value})
        rows[-1]["colour"] = colour.in_language(language)
    return rows


def codes_content(
    house_size: int | None, pattern: Mapping[str, Sequence[Entry]] | None, language: str = "da"
) -> dict[str, Any]:
    """The legend and the usual days that a template is issued with, by the keys of `code_keys`.

    `pattern` has the entries of the usual `weekday` and `weekend` day; their codes stand first, then one for each usual
    category that they lack. Entries without a code, since there are more than the legend has rows, are left out.
    """
    days = pattern or {}
    codes = codes_of(entry for day in _DAY_KEYS for entry in days.get(day, ()))
    known = {meaning.category for meaning in codes}
    for code, category, activity in USUAL_CODES:
        if category not in known:
            codes[_usual(category, activity.in_language(language), house_size)] = code
    codes = dict(list(codes.items())[:CODE_ROWS])
    content: dict[str, Any] = {}
    for i, row in enumerate(legend_rows(codes, language)):
        content |= {f"code_{i}_{key}": value for key, value in row.items()}
    for day, letter in _DAY_KEYS.items():
        quarters = usual_quarters(days.get(day, ()), codes)
        content |= {f"usual_{letter}_{quarter}": code for quarter, code in quarters.items()}
    return content


def code_keys() -> tuple[list[str], list[str]]:
    """Keys of all cells that `codes_content` may fill: those of texts and those of numbers."""
    texts = [field.key for field in CODES.inputs if field.key not in _NUMBERS]
    usual = [f"usual_{letter}_{quarter}" for letter in _DAY_KEYS.values() for quarter in range(QUARTERS_PER_DAY)]
    return (
        [*(f"code_{i}_{key}" for i in range(CODE_ROWS) for key in texts), *usual],
        [f"code_{i}_{key}" for i in range(CODE_ROWS) for key in _NUMBERS],
    )


_NUMBERS = ("staff", "citizens")


def _usual(category: Category, activity: str, house_size: int | None) -> Meaning:
    if category not in RESOURCE_CATEGORIES:
        return Meaning(activity, category, None, None)
    return Meaning(activity, category, 1, 1 if category is Category.INDIRECT else house_size)


def usual_quarters(entries: Iterable[Entry], codes: Mapping[Meaning, str]) -> dict[int, str]:
    """The code of each quarter of a usual day: that of the entry at its middle. A call-out goes before other entries.

    What runs past midnight comes in at the day's beginning, as it would from the day before.
    """
    quarters: dict[int, str] = {}
    for entry in sorted(entries, key=lambda entry: entry.category is not Category.CALLED_OUT):
        code = codes.get(meaning_of(entry))
        end = entry.end if entry.end > entry.start else entry.end + MINUTES_PER_DAY
        for quarter in range(entry.start // QUARTER_MINUTES, -(-end // QUARTER_MINUTES)):
            middle = quarter * QUARTER_MINUTES + QUARTER_MINUTES / 2
            if code and entry.start <= middle < end:
                quarters.setdefault(quarter % QUARTERS_PER_DAY, code)
    return quarters
