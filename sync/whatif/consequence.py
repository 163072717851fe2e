"""What another parameter set would change, case by case, before anybody uses it. No Flask."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bit_model.comparison import Pair, State
from bit_model.parameters import ParameterSet
from sync.comparison.rows import ComparisonRow, comparison_rows, with_tariff
from sync.store import cases

COMPARED_BY = ("tolerance_hours", "tolerance_share", "financed_categories")
"""Attributes that say how the three pillars are compared, and leave what the tariff pays for as it is."""


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A case under the set in use and under the other one."""

    before: ComparisonRow
    after: ComparisonRow

    @property
    def changes_state(self) -> bool:
        """True where the case as a whole would stand otherwise."""
        return self.before.comparison.state is not self.after.comparison.state

    @property
    def pairs(self) -> list[tuple[Pair, State, State]]:
        """The pairs that would stand otherwise: before and after."""
        states = zip(Pair, self.before.comparison.states, self.after.comparison.states, strict=True)
        return [(pair, before, after) for pair, before, after in states if before is not after]

    @property
    def changes_hours(self) -> bool:
        """True where the hours that are compared would be others, whatever the state."""
        return (self.before.delivered, self.before.financed) != (self.after.delivered, self.after.financed)


@dataclass(frozen=True, slots=True)
class Consequence:
    """All cases under both sets."""

    cases: Sequence[CaseChange]

    @property
    def changed(self) -> list[CaseChange]:
        """The cases of which a pair would stand otherwise, by key; the case as a whole may stand as it does."""
        return [one for one in self.cases if one.pairs]

    @property
    def moves(self) -> Mapping[tuple[State, State], int]:
        """How many cases go from which state to which, those that stay among them."""
        found = Counter((one.before.comparison.state, one.after.comparison.state) for one in self.cases)
        return {(a, b): found[a, b] for a in State for b in State if found[a, b]}


def consequence(connection: Connection, active: ParameterSet, other: ParameterSet) -> Consequence:
    """Every listed case under both sets; what was measured is not measured anew.

    The tariffs are only worked out anew where the sets differ in more than what is compared.
    """
    before = {row.case_key: row for row in comparison_rows(connection, active)}
    after = {row.case_key: row for row in comparison_rows(connection, other)}
    if replace(other, **{name: getattr(active, name) for name in COMPARED_BY}) != active:
        records = {record.case.case_key.strip(): record for record in cases.listed(connection)}
        after = {key: with_tariff(row, records[key], other) for key, row in after.items()}
    return Consequence([CaseChange(row, after[key]) for key, row in before.items()])
