"""Which derivation a figure's key in an address stands for."""

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType

from bit_model.comparison import Pair
from sync.cases import derivation, tariff_derivation
from sync.cases.derivation import Derivation
from sync.cases.figures import CaseFigures

_NEED, _DELIVERED, _FINANCED = ("B", "behov"), ("I", "indsats"), ("T", "takst")
_PAIRS = MappingProxyType(
    {
        "i-b": (Pair.DELIVERED_MINUS_NEED, _DELIVERED, _NEED),
        "t-i": (Pair.FINANCED_MINUS_DELIVERED, _FINANCED, _DELIVERED),
        "t-b": (Pair.FINANCED_MINUS_NEED, _FINANCED, _NEED),
    }
)
_WHOLE: Mapping[str, Callable[[CaseFigures], Derivation]] = MappingProxyType(
    {
        "behov": derivation.need,
        "takst": tariff_derivation.financed_hours,
        "doegntakst": tariff_derivation.day_rate,
    }
)


def derive(figures: CaseFigures, key: str) -> Derivation | None:
    """The derivation of a figure, None where the case has no such figure.

    Keys: `behov indsats takst doegntakst i-b t-i t-b del-D1 … ressourcetid uden-nat kontakttid dag-2026-03-02
    time-0-07` (Monday's clock hour) `tema-1 maal-1` (numbers of the page's tables).
    """
    if key in _WHOLE:
        return _WHOLE[key](figures)
    if key in _PAIRS:
        return derivation.difference(figures, *_PAIRS[key])
    line = next((line for line in (*figures.parts, *figures.sums) if line.key == key), None)
    if line is not None:
        return derivation.of_sums(figures, line)
    if key == "indsats":
        return derivation.no_schedule()
    kind, _, rest = key.partition("-")
    numbers = [int(text) for text in rest.split("-") if text.isascii() and text.isdigit() and len(text) <= 4]
    if kind == "dag" and len(numbers) == 3:
        return _of_day(figures, rest)
    if kind == "time" and len(numbers) == 2 and numbers[0] < 7 and numbers[1] < 24:
        return derivation.of_hour(figures, *numbers)
    content = figures.content
    if content is not None and len(numbers) == 1 and kind in {"tema", "maal"}:
        lines, field = (content.themes, "theme") if kind == "tema" else (content.goals, "goal")
        return derivation.of_content(figures, lines, numbers[0], field)
    return None


def _of_day(figures: CaseFigures, text: str) -> Derivation | None:
    try:
        date = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return derivation.of_day(figures, date)
