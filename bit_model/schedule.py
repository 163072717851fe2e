"""A schedule (døgnskema) and its entries: minutes, parts and what each counts for (domain text, section 3)."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from bit_model.calendar import DaylightSaving, days_between, elapsed_minutes


class Category(StrEnum):
    """What kind of time an entry is; the value is the letter that stands in the workbook."""

    DIRECT = "D"
    SHARED = "F"
    WAKING_NIGHT = "N"
    SLEEPING_NIGHT = "S"
    CALLED_OUT = "T"
    INDIRECT = "X"
    ABSENT = "A"
    OWN_TIME = "E"


RESOURCE_CATEGORIES = frozenset("DFNSTX")
"""Categories that cost the provider staff time."""
NIGHTS = frozenset({Category.WAKING_NIGHT, Category.SLEEPING_NIGHT})


class Part(StrEnum):
    """The parts that resource hours are shown by; D2 is the extra staff of direct support."""

    D1 = "D1"
    D2 = "D2"
    F = "F"
    N = "N"
    S = "S"
    T = "T"
    X = "X"


class Entry(NamedTuple):
    """One line of a schedule. A named tuple, since a schedule of 600 is built in a millisecond of the reading time.

    `start` and `end` are minutes after local midnight, `end` up to 1440 (24:00). `staff` is exact and may be a
    fraction (1½). `row` is the sheet's own row number, 0 where the entry came from no sheet.
    """

    date: dt.date
    start: int
    end: int
    activity: str
    category: Category
    staff: int | Fraction
    citizens: int
    theme: str = ""
    goal: str = ""
    note: str = ""
    row: int = 0

    def minutes(self, daylight_saving: DaylightSaving = DaylightSaving.ELAPSED) -> int:
        """Elapsed minutes of the entry."""
        return elapsed_minutes(self.date, self.start, self.end, daylight_saving)


@dataclass(frozen=True, slots=True)
class Period:
    """The measured days, both ends included."""

    start: dt.date
    end: dt.date

    @property
    def days(self) -> list[dt.date]:
        """Every date of the period in order."""
        return days_between(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Schedule:
    """What one provider states of one citizen's support in one period. `house_size` is None where it is not known."""

    case_key: str
    period: Period
    entries: tuple[Entry, ...]
    provider: str = ""
    house: str = ""
    house_size: int | None = None
