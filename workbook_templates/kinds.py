"""The types of cells: how each is shown in a workbook and how what people write in it is understood.

`parse` takes what a cell held (None is left to the caller) and gives the value; it raises `UnreadableError` where the
cell holds something else. Nothing is guessed: what can be read in two ways is unreadable.
"""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from bit_model.calendar import MINUTES_PER_DAY
from bit_model.checks import clock

EXCEL_EPOCH = dt.datetime(1899, 12, 30)
FIRST_YEAR, LAST_YEAR = 1900, 2199

Raw = str | int | float | dt.datetime | dt.date | dt.time | dt.timedelta | object
"""What a reader may hand over for a cell that is not empty."""


class UnreadableError(ValueError):
    """The cell holds something that is not of its kind."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of cell. `number_format` is Excel's own notation."""

    number_format: str = "General"

    def parse(self, raw: Raw) -> Any:
        """The value; raises `UnreadableError`."""
        raise NotImplementedError

    def render(self, value: Any) -> Any:
        """What is written into the cell for a value."""
        return value

    def show(self, value: Any) -> str:
        """The value as a Danish reader expects to see it."""
        return str(value)


@dataclass(frozen=True, slots=True)
class TextKind(Kind):
    """Free text, trimmed. A number is taken as it would be shown."""

    number_format: str = "@"

    def parse(self, raw: Raw) -> str:
        """The text without surrounding spaces."""
        if isinstance(raw, str):
            return raw.strip()
        if isinstance(raw, float) and raw.is_integer():
            return str(int(raw))
        if isinstance(raw, int | float):
            return str(raw).replace(".", ",")
        if isinstance(raw, dt.datetime | dt.date | dt.time):
            return raw.isoformat()
        raise UnreadableError(str(raw))


@dataclass(frozen=True, slots=True)
class DateKind(Kind):
    """A date; as text in Danish order (02-03-2026, 2/3 2026, 2.3.26) or as 2026-03-02."""

    number_format: str = "[$-406]ddd dd-mm-yyyy"

    def parse(self, raw: Raw) -> dt.date:
        """The date, between 1900 and 2199."""
        if isinstance(raw, dt.datetime):
            if raw.time() != dt.time():
                raise UnreadableError(str(raw))
            day = raw.date()
        elif isinstance(raw, dt.date):
            day = raw
        elif isinstance(raw, int | float) and not isinstance(raw, bool) and raw == int(raw) and 61 <= raw < 110_000:
            day = (EXCEL_EPOCH + dt.timedelta(days=int(raw))).date()
        elif isinstance(raw, str):
            day = _date_of_text(raw)
        else:
            raise UnreadableError(str(raw))
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise UnreadableError(str(raw))
        return day

    def show(self, value: dt.date) -> str:
        """02-03-2026."""
        return f"{value:%d-%m-%Y}"


_DANISH_DATE = re.compile(
    r"(?:[^\W\d]+\.?,?\s+(?:d\.\s*|den\s+)?)?(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})"
)
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?")


def _date_of_text(text: str) -> dt.date:
    trimmed = text.strip()
    try:
        if match := _ISO_DATE.fullmatch(trimmed):
            return dt.date(*map(int, match.groups()))
        if match := _DANISH_DATE.fullmatch(trimmed):
            day, month, year = map(int, match.groups())
            return dt.date(year + 2000 if year < 100 else year, month, day)
    except ValueError as error:
        raise UnreadableError(text) from error
    raise UnreadableError(text)


@dataclass(frozen=True, slots=True)
class TimeKind(Kind):
    """A time of day in minutes after midnight, 0 to 1440: 07:30, 7.30, 0730, kl. 7,30, 0.3125, 24:00."""

    number_format: str = "hh:mm"

    def parse(self, raw: Raw) -> int:
        """Minutes after midnight; 1440 for 24:00."""
        if isinstance(raw, str):
            return _minutes_of_text(raw)
        if isinstance(raw, dt.datetime):
            if raw.time() == dt.time():
                raise UnreadableError(str(raw))  # a bare date: "7-8" typed in Excel becomes 7 August
            return _minutes_of_serial(_day_fraction(raw.time()), raw)
        if isinstance(raw, dt.time):
            return _minutes_of_serial(_day_fraction(raw), raw)
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            if 0 <= raw <= 1:
                return _minutes_of_serial(raw, raw)
            if 100 <= raw <= 2400 and raw == int(raw):  # 0730 typed without a colon is kept as 730
                return _clock(*divmod(int(raw), 100), raw)
            if 10_000 <= raw < 110_000 and raw != int(raw):  # a date and a time, days since 1899
                return _minutes_of_serial(raw - int(raw), raw)
        raise UnreadableError(str(raw))

    def render(self, value: int) -> float:
        """The fraction of a day that Excel shows as the time."""
        return value / MINUTES_PER_DAY

    def show(self, value: int) -> str:
        """07:30."""
        return clock(value)


_CLOCK = re.compile(r"(?:kl\.?\s*)?(\d{1,2})(?:\s*[:.,;h]\s*(\d{2}))?(?:[:.]00)?", re.IGNORECASE)
_DIGITS = re.compile(r"(\d{1,2})(\d{2})")
_DAY_FRACTION = re.compile(r"0[.,]\d{3,}")
_MINUTE_SLACK = 0.02
"""How far, in minutes, a saved fraction of a day may lie from a whole minute."""


def _minutes_of_text(text: str) -> int:
    trimmed = text.strip()
    if _DAY_FRACTION.fullmatch(trimmed):
        return _minutes_of_serial(float(trimmed.replace(",", ".")), text)
    match = _CLOCK.fullmatch(trimmed) or _DIGITS.fullmatch(trimmed)
    if match is None:
        raise UnreadableError(text)
    return _clock(int(match[1]), int(match[2] or 0), text)


def _day_fraction(time: dt.time) -> float:
    return (time.hour * 3600 + time.minute * 60 + time.second + time.microsecond / 1e6) / 86400


def _minutes_of_serial(serial: float, raw: Raw) -> int:
    minutes = round(serial * MINUTES_PER_DAY)
    if abs(serial * MINUTES_PER_DAY - minutes) > _MINUTE_SLACK:
        raise UnreadableError(str(raw))
    return minutes


def _clock(hours: int, minutes: int, raw: Raw) -> int:
    if minutes > 59 or hours > 24 or (hours == 24 and minutes) or hours < 0:
        raise UnreadableError(str(raw))
    return hours * 60 + minutes


@dataclass(frozen=True, slots=True)
class NumberKind(Kind):
    """A decimal number; 1,5 and 1.5 are the same, and a thousands separator is understood in Danish order only."""

    number_format: str = "#,##0.00"
    lowest: int | None = None

    def parse(self, raw: Raw) -> Decimal:
        """The number, exact as written; a binary fraction from the workbook in its shortest form."""
        if isinstance(raw, bool) or not isinstance(raw, int | float | str):
            raise UnreadableError(str(raw))
        text = _plain_number(raw) if isinstance(raw, str) else repr(raw)
        try:
            value = Decimal(text)
        except InvalidOperation as error:
            raise UnreadableError(str(raw)) from error
        if not value.is_finite() or abs(value) > Decimal(10) ** 12 or (self.lowest is not None and value < self.lowest):
            raise UnreadableError(str(raw))
        return value

    def render(self, value: Decimal | int | Fraction) -> float | int:
        """The number as Excel keeps it."""
        return value if isinstance(value, int) else float(value)

    def show(self, value: Decimal | int | Fraction) -> str:
        """1,5."""
        return str(value if isinstance(value, int | Decimal) else float(value)).replace(".", ",")


_THOUSANDS = re.compile(
    r"-?\d{1,3}(?:[. \u00a0]\d{3})+,\d+|-?\d{1,3}(?:[. \u00a0]\d{3}){2,}|-?\d{1,3}(?:[ \u00a0]\d{3})+"
)
_PLAIN = re.compile(r"-?\d+(?:[.,]\d+)?")
_AMBIGUOUS = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")


def _plain_number(text: str) -> str:
    trimmed = re.sub(r"\s*(?:kr\.?|timer|t)$", "", text.strip(), flags=re.IGNORECASE)
    if _THOUSANDS.fullmatch(trimmed):
        return re.sub(r"[. \u00a0]", "", trimmed).replace(",", ".")
    if _PLAIN.fullmatch(trimmed) and not _AMBIGUOUS.fullmatch(trimmed):
        return trimmed.replace(",", ".")
    raise UnreadableError(text)


@dataclass(frozen=True, slots=True)
class WholeKind(NumberKind):
    """A whole number."""

    number_format: str = "0"

    def parse(self, raw: Raw) -> int:  # type: ignore[override]
        """The number; raises where it has a fraction."""
        value = NumberKind.parse(self, raw)
        if value != value.to_integral_value():
            raise UnreadableError(str(raw))
        return int(value)


@dataclass(frozen=True, slots=True)
class StaffKind(NumberKind):
    """A number of staff: a whole number, or a fraction for somebody who was there a part of the time."""

    number_format: str = "General"

    def parse(self, raw: Raw) -> int | Fraction:  # type: ignore[override]
        """The exact number; whole numbers as int."""
        value = NumberKind.parse(self, raw)
        return int(value) if value == value.to_integral_value() else Fraction(value)


@dataclass(frozen=True, slots=True)
class YesNoKind(Kind):
    """Yes or no."""

    def parse(self, raw: Raw) -> bool:
        """True for ja, x, sand, 1; False for nej, falsk, 0."""
        text = str(int(raw) if isinstance(raw, float) and raw.is_integer() else raw).strip().casefold()
        if text in {"ja", "j", "x", "yes", "sand", "true", "1", "✓"}:
            return True
        if text in {"nej", "n", "no", "falsk", "false", "0"}:
            return False
        raise UnreadableError(str(raw))

    def render(self, value: bool) -> str:
        """Ja or Nej."""
        return "Ja" if value else "Nej"

    def show(self, value: bool) -> str:
        """Ja or Nej."""
        return self.render(value)


TEXT = TextKind()
DATE = DateKind()
TIME = TimeKind()
HOURS = NumberKind(lowest=0)
NUMBER = NumberKind()
MONEY = NumberKind("#,##0.00")
SHARE = NumberKind("0.0##", 0)
WHOLE = WholeKind(lowest=0)
STAFF = StaffKind(lowest=0)
YES_NO = YesNoKind()
