"""A returned tariff template examined: its problems, and its figures for `bitark check --json` and the terminal."""

from collections.abc import Mapping
from typing import Any

from bit_model.case import AmountKind
from bit_model.comparison import Pair
from bit_model.cost_figures import CostFigures, cost_figures
from bit_model.cost_sheet import CostSheet
from bit_model.parameters import ParameterSet
from bit_model.rounding import Number, half_up
from workbook_templates.case_list.read import TARIFF_UNACCOUNTED
from workbook_templates.files.grid import Grid
from workbook_templates.layouts.takstresultat import COSTS, POSTS, PRICES, RATES
from workbook_templates.problems import Problem, has_errors
from workbook_templates.tariff_sheet.read import read_tariff

_SHARES = frozenset({"overhead", "overhead_of_direct"})
SHOWN = tuple(line for part in (RATES, COSTS, POSTS, PRICES) for line in part)
"""The figures by the keys and in the order of the sheet Resultat."""


def examine_tariff(
    grid: Grid, parameters: ParameterSet
) -> tuple[tuple[Problem, ...], Mapping[str, str], dict[str, Any] | None]:
    """Problems, the header as it is shown, and the figures; None where an error could make one wrong.

    A missing flag (K03) leaves unknown what rests on that line, no more.
    """
    read = read_tariff(grid)
    wrong = has_errors([problem for problem in read.problems if problem.code not in TARIFF_UNACCOUNTED])
    return read.problems, read.header, None if wrong else as_tariff(read.sheet, parameters)


def as_tariff(sheet: CostSheet, parameters: ParameterSet) -> dict[str, Any]:
    """The figures with the stable keys of `bitark check --json`: two decimals half up, shares four, None if unknown."""
    found = cost_figures(sheet, parameters)
    return {
        "provider": sheet.provider,
        "house": sheet.house,
        "on_date": sheet.on_date.isoformat(),
        "model": sheet.kind and sheet.kind.value,
        "figures": {line.key: _shown(_figure(found, line.key), 4 if line.key in _SHARES else 2) for line in SHOWN},
        "amounts": {kind.value: _shown(found.total(kind)) for kind in AmountKind},
        "cases": [
            {
                "case_key": one.case.case_key,
                "day_rate": _shown(one.rate),
                "support": _shown(one.support),
                "ordered": _shown(one.case.ordered),
                "measured": _shown(one.case.measured),
                "financed": _shown(one.financed.hours),
                "package": one.financed.package,
                "states": {pair.value: one.comparison.state_of(pair).value for pair in Pair},
                "notes": [note.value for note in one.financed.notes],
            }
            for one in found.cases
        ],
    }


def _figure(found: CostFigures, key: str) -> Number | None:
    value: Number | None = found.premises.overhead if key == "overhead" else getattr(found, key)
    return value


def _shown(value: Number | None, places: int = 2) -> float | None:
    return None if value is None else float(half_up(value, places))
