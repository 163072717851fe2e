"""Need, support and tariff held against each other, in hours per week (domain text, section 6).

A comparison of 10,000 cases is asked for at a keystroke, so the three are brought to one denominator and compared as
integers; a difference becomes a `Fraction` when it is asked for.
"""

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from bit_model.rounding import Number


class Pillar(StrEnum):
    """The three pillars of a case: ordered, measured, paid for."""

    NEED = "need"
    DELIVERED = "delivered"
    FINANCED = "financed"


class Pair(StrEnum):
    """Two pillars held against each other, in causal order: I-B, T-I, T-B."""

    DELIVERED_MINUS_NEED = "delivered_minus_need"
    FINANCED_MINUS_DELIVERED = "financed_minus_delivered"
    FINANCED_MINUS_NEED = "financed_minus_need"


class State(StrEnum):
    """How a pair stands, seen from its first pillar; also the state of a whole case."""

    BALANCE = "balance"
    OVER = "over"
    UNDER = "under"
    UNACCOUNTED = "unaccounted"


class Reading(StrEnum):
    """What a pattern of states suggests that the parties talk about; advice, never a decision."""

    IN_BALANCE = "in_balance"
    TARIFF_PAYS_FOR_MORE = "tariff_pays_for_more"
    LESS_GIVEN_THAN_ORDERED = "less_given_than_ordered"
    MORE_GIVEN_THAN_ORDERED = "more_given_than_ordered"
    UNDER_FINANCED = "under_financed"
    MISSING = "missing"
    FIRST_PAIR = "first_pair"
    """No pattern of the table: the pairs out of balance are read in order (`Comparison.out_of_balance`)."""


class Comparison(NamedTuple):
    """The outcome for one case. Differences are numerators over `denominator`, None where a pillar is missing."""

    denominator: int
    differences: tuple[int | None, int | None, int | None]
    states: tuple[State, State, State]
    state: State
    reading: Reading
    missing: tuple[Pillar, ...] = ()

    def difference(self, pair: Pair) -> Fraction | None:
        """Exact hours per week of the pair's difference."""
        numerator = self.differences[_PAIRS.index(pair)]
        return None if numerator is None else Fraction(numerator, self.denominator)

    def state_of(self, pair: Pair) -> State:
        """The state of one pair."""
        return self.states[_PAIRS.index(pair)]

    @property
    def delivered_minus_need(self) -> Fraction | None:
        """I-B in hours per week."""
        return self.difference(Pair.DELIVERED_MINUS_NEED)

    @property
    def financed_minus_delivered(self) -> Fraction | None:
        """T-I in hours per week."""
        return self.difference(Pair.FINANCED_MINUS_DELIVERED)

    @property
    def financed_minus_need(self) -> Fraction | None:
        """T-B in hours per week."""
        return self.difference(Pair.FINANCED_MINUS_NEED)

    @property
    def out_of_balance(self) -> tuple[Pair, ...]:
        """The pairs over or under, in causal order: the first is read first, the next is named after it."""
        return tuple(pair for pair, state in zip(_PAIRS, self.states, strict=True) if state in _OUT)


_PAIRS = tuple(Pair)
_OUT = frozenset({State.OVER, State.UNDER})
_BALANCE, _OVER, _UNDER, _UNACCOUNTED = State
# The table's patterns name two neighbours each, so that only those two decide: B and I, then I and T, or B and T.
READINGS = {
    (one, two, three): reading
    for reading, pattern in (
        (Reading.LESS_GIVEN_THAN_ORDERED, (_UNDER, None, _BALANCE)),
        (Reading.MORE_GIVEN_THAN_ORDERED, (_OVER, _BALANCE, None)),
        (Reading.TARIFF_PAYS_FOR_MORE, (_BALANCE, _OVER, None)),
        (Reading.UNDER_FINANCED, (_BALANCE, _UNDER, None)),
        (Reading.IN_BALANCE, (_BALANCE, _BALANCE, _BALANCE)),
    )
    for one in State
    for two in State
    for three in State
    if all(wanted in (None, state) for wanted, state in zip(pattern, (one, two, three), strict=True))
}
"""The reading of the three pairs' states; any other pattern is `Reading.FIRST_PAIR`."""


def tolerance(need: Number, tolerance_hours: Number = 2, tolerance_share: Number = Decimal("0.05")) -> Fraction:
    """Hours per week by which two pillars may differ and agree: the hours, or the share of the need, the larger."""
    return max(Fraction(tolerance_hours), Fraction(tolerance_share) * abs(Fraction(need)))


def compare(
    need: Number | None,
    delivered: Number | None,
    financed: Number | None,
    tolerance_hours: Number = 2,
    tolerance_share: Number = Decimal("0.05"),
    package_width: Number | None = None,
) -> Comparison:
    """The three pairs, their states, the case's state and its reading; all in hours per week.

    The tolerance is `tolerance_hours` or `tolerance_share` of the need, the larger, and is the same in both directions.
    With `package_width` (model A) hours within the same package are in balance too.
    """
    b, b_by = (0, 1) if need is None else need.as_integer_ratio()
    i, i_by = (0, 1) if delivered is None else delivered.as_integer_ratio()
    t, t_by = (0, 1) if financed is None else financed.as_integer_ratio()
    hours, hours_by = tolerance_hours.as_integer_ratio()
    share, share_by = tolerance_share.as_integer_ratio()
    width, width_by = (0, 1) if package_width is None else package_width.as_integer_ratio()
    scale = lcm(b_by, i_by, t_by)
    b, i, t = b * (scale // b_by), i * (scale // i_by), t * (scale // t_by)
    # Both limits and the differences stand over scale * hours_by * share_by.
    limit = max(hours * share_by * scale, share * hours_by * abs(b))
    unit = hours_by * share_by
    pillars = (b, i, t)
    # In packages the hours are rounded up: -(-h // w) is the number of the package.
    packages = [-(-pillar * width_by // (width * scale)) for pillar in pillars] if width else (0, 1, 2)

    absent = (need is None, delivered is None, financed is None)
    differences: list[int | None] = []
    states: list[State] = []
    for over, under in ((1, 0), (2, 1), (2, 0)):
        if absent[over] or absent[under]:
            differences.append(None)
            states.append(_UNACCOUNTED)
            continue
        difference = pillars[over] - pillars[under]
        differences.append(difference)
        if -limit <= difference * unit <= limit or packages[over] == packages[under]:
            states.append(_BALANCE)
        else:
            states.append(_OVER if difference > 0 else _UNDER)

    one, two, three = states
    if True in absent:
        state, reading = _UNACCOUNTED, Reading.MISSING
        missing = tuple(pillar for pillar, gone in zip(Pillar, absent, strict=True) if gone)
    else:
        state = one if one is not _BALANCE else two if two is not _BALANCE else three
        reading = READINGS.get((one, two, three), Reading.FIRST_PAIR)
        missing = ()
    return Comparison(
        scale, (differences[0], differences[1], differences[2]), (one, two, three), state, reading, missing
    )
