"""Days, Danish public holidays and elapsed minutes in Europe/Copenhagen (domain text, sections 3 and 4)."""

import datetime as dt
from enum import StrEnum
from functools import lru_cache

MINUTES_PER_DAY = 1440
GREAT_PRAYER_DAY_ABOLISHED = 2024
"""Store bededag is no public holiday from this year on."""


class DaylightSaving(StrEnum):
    """Whether a night over a clock change counts as it is lived or as the clock shows it."""

    ELAPSED = "elapsed"
    NOMINAL = "nominal"


def easter_sunday(year: int) -> dt.date:
    """Easter Sunday by the Gregorian computus (Meeus, Jones and Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return dt.date(year, month, day + 1)


@lru_cache
def public_holidays(year: int) -> frozenset[dt.date]:
    """Danish public holidays of a year, also those on a Saturday or Sunday (section 4)."""
    easter = easter_sunday(year)
    offsets = [-3, -2, 0, 1, 39, 49, 50]
    if year < GREAT_PRAYER_DAY_ABOLISHED:
        offsets.append(26)
    movable = {easter + dt.timedelta(days=offset) for offset in offsets}
    return frozenset(movable | {dt.date(year, 1, 1), dt.date(year, 12, 25), dt.date(year, 12, 26)})


def is_weekend_or_holiday(day: dt.date, extra_holidays: frozenset[tuple[int, int]] = frozenset()) -> bool:
    """True for a Saturday, a Sunday or a holiday; `extra_holidays` are (month, day) pairs switched on."""
    return day.weekday() >= 5 or day in public_holidays(day.year) or (day.month, day.day) in extra_holidays


def days_between(first: dt.date, last: dt.date) -> list[dt.date]:
    """Every date from first to last, both included; empty when last is before first."""
    return [first + dt.timedelta(days=i) for i in range((last - first).days + 1)]


def days_in_year(year: int) -> int:
    """365 or 366."""
    return (dt.date(year + 1, 1, 1) - dt.date(year, 1, 1)).days


@lru_cache
def clock_changes(year: int) -> tuple[dt.date, dt.date]:
    """The dates on which the clock goes forward and back: the last Sundays of March and October (EU rule)."""
    march, october = dt.date(year, 3, 31), dt.date(year, 10, 31)
    return (
        march - dt.timedelta(days=(march.weekday() + 1) % 7),
        october - dt.timedelta(days=(october.weekday() + 1) % 7),
    )


def elapsed_minutes(
    date: dt.date, start: int, end: int, daylight_saving: DaylightSaving = DaylightSaving.ELAPSED
) -> int:
    """Minutes lived from `start` on `date` to `end`; both are minutes after midnight by the clock on the wall.

    `end <= start` means the next day; 1440 is midnight at the end of the day. A time that the clock skips in March
    is taken as the moment of the change, one that it shows twice in October as its first showing (section 3).
    """
    if end <= start:
        end += MINUTES_PER_DAY
    if daylight_saving is DaylightSaving.NOMINAL:
        return end - start
    if date not in _days_near_a_clock_change(date.year):
        return end - start
    forward, back = clock_changes(date.year)
    return _since_midnight(date, end, forward, back) - _since_midnight(date, start, forward, back)


@lru_cache
def _days_near_a_clock_change(year: int) -> frozenset[dt.date]:
    """The days on which the clock changes and those before, whose nights reach into them."""
    changes = clock_changes(year)
    return frozenset(changes) | {day - dt.timedelta(days=1) for day in changes}


def _since_midnight(date: dt.date, clock: int, forward: dt.date, back: dt.date) -> int:
    """Elapsed minutes from midnight of `date` to a time on the wall, which may be on the next day."""
    skipped_from = (forward - date).days * MINUTES_PER_DAY + 120
    repeated_until = (back - date).days * MINUTES_PER_DAY + 180
    if skipped_from > 0:
        clock -= min(60, max(0, clock - skipped_from))
    return clock + 60 if 0 < repeated_until <= clock else clock
