"""Which cases are shown, and how many there are of each kind. No Flask."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from bit_model.comparison import State
from sync.comparison.rows import ComparisonRow


class Shown(NamedTuple):
    """A case with who is responsible for it, a function."""

    row: ComparisonRow
    responsible: str


class Share(NamedTuple):
    """How many cases of one value of a dimension stand in each state."""

    value: str
    states: Mapping[State, int]
    all: int


class Dimension(NamedTuple):
    """What cases are told apart by; `key` is its name in the address."""

    key: str
    values: Sequence[str]
    chosen: str
    shares: Sequence[Share]


DIMENSIONS: Mapping[str, Callable[[Shown], str]] = {
    "omraade": lambda one: one.row.budget_area,
    "leverandoer": lambda one: one.row.provider,
    "paragraf": lambda one: one.row.legal_basis,
    "ansvarlig": lambda one: one.responsible,
}
NONE = "-"
"""In an address: cases without a value in the dimension."""


def select(cases: Iterable[Shown], wanted: Mapping[str, str]) -> list[Shown]:
    """The cases that fit everything wanted, per provider, and there by key: never by what they cost or save."""
    state, query = wanted.get("tilstand", ""), wanted.get("soeg", "").strip().casefold()
    fits = [
        one
        for one in cases
        if state in ("", one.row.comparison.state)
        and all(wanted.get(key, "") in ("", value(one) or NONE) for key, value in DIMENSIONS.items())
        and query in f"{one.row.case_key}\n{one.row.house}".casefold()
    ]
    return sorted(fits, key=lambda one: (one.row.provider, one.row.case_key))


def dimensions(cases: Sequence[Shown], shown: Sequence[Shown], wanted: Mapping[str, str]) -> list[Dimension]:
    """Every dimension: the values that any case has, and how those that are shown stand."""
    return [
        Dimension(
            key,
            sorted({value(one) for one in cases}),
            wanted.get(key, ""),
            [_share(name, group) for name, group in groupby(sorted(shown, key=value), value)],
        )
        for key, value in DIMENSIONS.items()
    ]


def _share(value: str, group: Iterable[Shown]) -> Share:
    states = Counter(one.row.comparison.state for one in group)
    return Share(value, {state: states[state] for state in State}, states.total())
