"""What another parameter set would change, case by case, before anybody uses it. No Flask."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import Connection

from bit_model.comparison import Pair, State, compare
from bit_model.parameters import ParameterSet
from sync.comparison.rows import ComparisonRow, comparison_rows
from sync.store import cases


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
    """Every listed case under both sets; what was measured is not measured anew."""
    before = {row.case_key: row for row in comparison_rows(connection, active)}
    after = {row.case_key: row for row in comparison_rows(connection, other)}
    changes = []
    for record in cases.listed(connection):
        key = record.case.case_key.strip()
        changes.append(CaseChange(before[key], _under(record, after[key], other)))
    return Consequence(changes)


def _under(record: cases.CaseRecord, row: ComparisonRow, parameters: ParameterSet) -> ComparisonRow:
    pays, width = record.financed(parameters), record.package_width(parameters)
    width = None if width is None else Fraction(width)
    limits = parameters.tolerance_hours, parameters.tolerance_share
    compared = compare(row.need, row.delivered, pays.hours, *limits, width)
    return row._replace(financed=pays.hours, package_width=width, comparison=compared)
