"""Rounding for display: half up, as Excel does. Sums are never rounded (domain text, section 3)."""

from decimal import Decimal
from fractions import Fraction

Number = int | Fraction | Decimal
"""An exact number. Floats are not accepted where figures are summed or compared."""


def half_up(value: Number, places: int = 2) -> Decimal:
    """The value with `places` decimals, halves away from zero as in a spreadsheet."""
    fraction = Fraction(value) * 10**places
    numerator, denominator = abs(fraction.numerator), fraction.denominator
    digits = (2 * numerator + denominator) // (2 * denominator)
    # From text, since arithmetic on Decimals rounds to the context's 28 digits.
    return Decimal(f"{-digits if fraction < 0 else digits}E{-places}")
