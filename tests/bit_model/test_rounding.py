from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bit_model.rounding import Number, half_up


@pytest.mark.parametrize(
    "value, places, shown",
    [
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Decimal("2.5"), 0, "3"),
        (Decimal("1109.5"), 0, "1110"),
        (Fraction(113, 3), 2, "37.67"),
        (7, 2, "7.00"),
        (0, 2, "0.00"),
    ],
)
def test_halves_go_away_from_zero(value: Number, places: int, shown: str) -> None:
    assert str(half_up(value, places)) == shown


@given(st.fractions(), st.integers(0, 6))
def test_rounding_is_never_off_by_more_than_half_a_place(value: Fraction, places: int) -> None:
    assert abs(Fraction(half_up(value, places)) - value) <= Fraction(1, 2 * 10**places)
