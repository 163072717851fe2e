"""One row per case: need, measured and financed hours per week, and how they agree.

No Flask, so that the command line and the workbook use the same rows as the page.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import Connection

from bit_model.comparison import Comparison, Pair, State, compare
from bit_model.hours import Method
from bit_model.parameters import ParameterSet
from bit_model.rounding import Number, half_up
from sync.store.cases import CaseRecord
from sync.store.comparison import Wanted, narrow_rows, newest_status
from workbook_templates.schedule.kept import from_sums


class ComparisonRow(NamedTuple):
    """A case in the comparison. Hours per week are exact, None where a pillar is unaccounted; the rate is integer øre.

    `status` is that of the newest version received, which need not be the one that counts; None: nothing came.
    """

    case_key: str
    budget_area: str
    provider: str
    provider_kind: str
    house: str
    legal_basis: str
    need: Fraction | None
    delivered: Fraction | None
    financed: Fraction | None
    day_rate_ore: int | None
    package_width: Fraction | None
    comparison: Comparison
    method: Method | None
    period: tuple[dt.date, dt.date] | None
    version: int | None
    submission_id: int | None
    status: str | None

    def as_json(self) -> dict[str, Any]:
        """The row under the stable keys of `bitark compare --json`."""
        return {
            "case_key": self.case_key,
            "budget_area": self.budget_area,
            "provider": self.provider,
            "need": two_decimals(self.need),
            "delivered": two_decimals(self.delivered),
            "financed": two_decimals(self.financed),
            "day_rate": None if self.day_rate_ore is None else self.day_rate_ore / 100,
            **{pair.value: two_decimals(self.comparison.difference(pair)) for pair in Pair},
            "states": {pair.value: self.comparison.state_of(pair).value for pair in Pair},
            "state": self.comparison.state.value,
            "reading": self.comparison.reading.value,
        }

    def as_line(self) -> dict[str, Any]:
        """The same with its house and the submission that counts, as the API lists cases."""
        counting = {"submission_id": self.submission_id, "case_version": self.version}
        return self.as_json() | {"house": self.house} | counting


def comparison_rows(connection: Connection, parameters: ParameterSet) -> list[ComparisonRow]:
    """The rows of all listed cases, from kept sums alone."""
    statuses = newest_status(connection)
    return [_row(case, statuses, parameters) for case in narrow_rows(connection)]


def wanted_rows(connection: Connection, parameters: ParameterSet, wanted: Wanted) -> Iterator[ComparisonRow]:
    """The rows of the listed cases that are wanted, computed one by one as they are asked for; without `status`."""
    for case in narrow_rows(connection, wanted=wanted):
        yield _row(case, {}, parameters)


def case_comparison(connection: Connection, case_key: str, parameters: ParameterSet) -> ComparisonRow | None:
    """The row of one case, or None where no case has the key."""
    for case in narrow_rows(connection, case_key):
        return _row(case, {}, parameters)
    return None


def with_tariff(row: ComparisonRow, record: CaseRecord, parameters: ParameterSet) -> ComparisonRow:
    """The row with what the record's tariff pays for on the record's date, by a set, and compared by that."""
    columns = record.tariff_columns(parameters)
    pays, width = columns["financed"], columns["package_width"]
    width = None if width is None else Fraction(width)
    tolerances = parameters.tolerance_hours, parameters.tolerance_share
    return row._replace(
        financed=pays,
        day_rate_ore=columns["day_rate_ore"],
        package_width=width,
        comparison=compare(row.need, row.delivered, pays, *tolerances, width),
    )


def per_state(rows: Iterable[ComparisonRow]) -> dict[State, int]:
    """How many cases stand in each state, in the order of the states."""
    found = Counter(row.comparison.state for row in rows)
    return {state: found[state] for state in State}


def two_decimals(value: Number | None) -> float | None:
    """An exact figure as JSON shows it: half up to two decimals."""
    return None if value is None else float(half_up(value, 2))


def _row(case: Any, statuses: Mapping[int, str], parameters: ParameterSet) -> ComparisonRow:
    # Taken apart at once: asking a row of the database for its columns by name takes as long as the comparison itself.
    (
        case_id,
        case_key,
        budget_area,
        provider,
        provider_kind,
        house,
        legal_basis,
        need,
        financed,
        day_rate_ore,
        package_width,
        submission_id,
        version,
        period_start,
        period_end,
        weekly,
    ) = case
    delivered = method = None
    if weekly is not None:
        measured = from_sums(weekly)
        method = measured.method
        delivered = measured.per_week(measured.of_categories(parameters.financed_categories))
    return ComparisonRow(
        case_key,
        budget_area,
        provider,
        provider_kind,
        house,
        legal_basis,
        need,
        delivered,
        financed,
        day_rate_ore,
        package_width,
        compare(need, delivered, financed, parameters.tolerance_hours, parameters.tolerance_share, package_width),
        method,
        None if period_start is None else (period_start, period_end),
        version,
        submission_id,
        statuses.get(case_id),
    )
