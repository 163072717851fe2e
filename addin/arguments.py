"""From what Excel hands to a function to what the rules take: cells and ranges become values.

A range comes as rows of cells, a single row or column also flat, a single cell as itself. Empty cells are None or "".
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from xlwings import XlwingsError

from bit_model.checks import masked
from bit_model.parameters import PricingPoint
from bit_model.schedule import Category, Period
from workbook_templates.kinds import (
    DATE,
    FIRST_YEAR,
    HOURS,
    LAST_YEAR,
    NUMBER,
    SHARE,
    TEXT,
    TIME,
    WHOLE,
    Kind,
    UnreadableError,
)

HIGHEST_SHARE = 2
"""A share above it is a percentage written as a whole number; an occupancy may well be over 1."""
LONGEST_PERIOD_DAYS = 3660
FOUND_CHARACTERS = 40
CATEGORIES = {category.value: category for category in Category}
_POINTS = {"midte": PricingPoint.MIDDLE, **{point.value: point for point in PricingPoint}}
_Member = TypeVar("_Member", bound=StrEnum)


class ArgumentError(XlwingsError):
    """An argument that no figure can be computed from; the message is for the user, in Danish.

    Of xlwings' own kind, since a server shows its users the text of no other.
    """


def cell(raw: Any, name: str) -> Any:
    """The one cell of the argument, None where it is empty; raises `ArgumentError` for more than one."""
    while isinstance(raw, list | tuple):
        if len(raw) != 1:
            raise ArgumentError(f"Argumentet {name} skal være én celle, ikke et område.")
        raw = raw[0]
    return None if is_empty(raw) else raw


def value(raw: Any, name: str, kind: Kind, default: Any = None) -> Any:
    """What the argument says, by the kinds of the templates; `default` where it is empty, and must there be none."""
    found = optional(raw, name, kind)
    if found is not None:
        return found
    if default is None:
        raise ArgumentError(f"Argumentet {name} mangler.")
    return default


def optional(raw: Any, name: str, kind: Kind) -> Any:
    """What the argument says, None where it is empty; raises `ArgumentError` where it cannot be read."""
    content = cell(raw, name)
    if content is None:
        return None
    try:
        return kind.parse(content)
    except UnreadableError as error:
        raise ArgumentError(f"Argumentet {name} kan ikke læses: {shown(content)}. Skriv {_EXAMPLES[kind]}.") from error


_EXAMPLES = {
    DATE: "en dato som 02-03-2026",
    TIME: "et klokkeslæt som 07:30",
    NUMBER: "et tal som 1,5",
    HOURS: "et tal som 1,5, ikke under 0",
    SHARE: "en andel som 0,65",
    WHOLE: "et helt tal som 6, ikke under 0",
    TEXT: "en tekst",
}


def above_nought(raw: Any, name: str, default: Decimal | int | None = None) -> Decimal | int:
    """A number that something is divided by."""
    number: Decimal | int = value(raw, name, NUMBER, default)
    if number <= 0:
        raise ArgumentError(f"Argumentet {name} skal være over 0, ikke {NUMBER.show(number)}.")
    return number


def whole_from_one(raw: Any, name: str) -> int:
    """A whole number, 1 or more."""
    number: int = value(raw, name, WHOLE)
    if number < 1:
        raise ArgumentError(f"Argumentet {name} skal være 1 eller mere, ikke {number}.")
    return number


def share(raw: Any, name: str, default: Decimal | None = None) -> Decimal:
    """A share: 0.65 for 65 %."""
    number: Decimal = value(raw, name, SHARE, default)
    if number > HIGHEST_SHARE:
        raise ArgumentError(f"Argumentet {name} skal være en andel som 0,65 for 65 %, ikke {SHARE.show(number)}.")
    return number


def year(raw: Any, name: str) -> int:
    """A calendar year that workbooks have dates in."""
    number: int = value(raw, name, WHOLE)
    if not FIRST_YEAR <= number <= LAST_YEAR:
        raise ArgumentError(f"Argumentet {name} skal være et årstal som 2026, ikke {number}.")
    return number


def member(raw: Any, name: str, members: Iterable[_Member]) -> _Member:
    """The member of a closed set that the argument names; raises `ArgumentError` that lists them."""
    return _one_of(raw, name, {one.value: one for one in members})


def pricing_point(raw: Any, name: str) -> PricingPoint:
    """Where a package's price is set; `midte` is as good as `middle`."""
    return PricingPoint.MIDDLE if cell(raw, name) is None else _one_of(raw, name, _POINTS)


def _one_of(raw: Any, name: str, known: dict[str, _Member]) -> _Member:
    text = value(raw, name, TEXT)
    found = known.get(text.casefold())
    if found is None:
        raise ArgumentError(f"Argumentet {name} skal være {' eller '.join(known)}, ikke {shown(text)}.")
    return found


def rows(raw: Any) -> list[Sequence[Any]]:
    """The argument as rows of cells: what is flat is one row, and a single cell one row of one."""
    if not isinstance(raw, list | tuple):
        return [[raw]]
    if not raw:
        return []
    return list(raw) if isinstance(raw[0], list | tuple) else [raw]


def categories(raw: Any, name: str, default: str) -> frozenset[str]:
    """Category letters from a text such as `D F T X` or from cells; raises `ArgumentError` for any other letter."""
    texts = (TEXT.parse(content) for row in rows(raw) for content in row if not is_empty(content))
    letters = " ".join(texts) or default
    found = frozenset(letter for letter in letters.upper() if letter not in " ,;+/")
    if unknown := found - CATEGORIES.keys():
        raise ArgumentError(
            f"Argumentet {name} har et ukendt bogstav: {shown(min(unknown))}. Kategorierne er {' '.join(CATEGORIES)}."
        )
    return found


def period(start: Any, end: Any) -> Period:
    """The measured days; raises `ArgumentError` where the end comes first or the days are more than ten years."""
    found = Period(value(start, "period_start", DATE), value(end, "period_end", DATE))
    if found.end < found.start:
        raise ArgumentError("Argumentet period_end ligger før period_start.")
    if (found.end - found.start).days > LONGEST_PERIOD_DAYS:
        raise ArgumentError("Argumentet period_end ligger mere end ti år efter period_start.")
    return found


def is_empty(content: Any) -> bool:
    """True for what an empty cell comes as; a text of spaces is one too."""
    return content is None or (isinstance(content, str) and not content.strip())


def shown(content: Any) -> str:
    """What a cell holds, short and without what must not be repeated."""
    if isinstance(content, dt.datetime):
        return f"{content:%d-%m-%Y %H:%M}"
    if isinstance(content, float) and content.is_integer():
        content = int(content)  # desktop Excel sends 1.0 where Office.js sends 1
    text = str(content).replace(".", ",") if isinstance(content, float | Fraction | Decimal) else str(content).strip()
    return masked(text)[:FOUND_CHARACTERS]
