"""A parameter set in a file: the values as `bitark parameters --json` writes them, or only those that are changed."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import orjson
from pydantic import ValidationError

from bit_model.parameters import ParameterSet
from bit_model.schedule import RESOURCE_CATEGORIES
from sync.failures import Failure
from sync.store.parameters import LONGEST_NAME, from_values, to_values

SWITCHED_ON = frozenset({(5, 1), (6, 5), (12, 24), (12, 31)})
"""The days that can be chosen as holidays."""


def _between(least: float, most: float, *, above: bool = False) -> Callable[[Any], bool]:
    return lambda value: value is None or ((least < value if above else least <= value) and value <= most)


_SHARE, _CATEGORIES = _between(0, 1), RESOURCE_CATEGORIES.issuperset
USABLE: Mapping[str, Callable[[Any], bool]] = MappingProxyType(
    {
        "tolerance_hours": _between(0, 168),
        "tolerance_share": _SHARE,
        "financed_categories": _CATEGORIES,
        "contact_categories": _CATEGORIES,
        "sleeping_weight": _SHARE,
        "extra_holidays": SWITCHED_ON.issuperset,
        "shortest_period_days": _between(1, 366),
        "longest_period_days": _between(1, 366),
        "weeks_per_year": _between(50, 53),
        "days_per_month": _between(0, 31, above=True),
        "charged_days": _between(0, 366, above=True),
        "rate_places": _between(0, 2),
        "package_width": _between(0, 168, above=True),
        "highest_package": _between(1, 1_000),
        "hour_prices": lambda pairs: all(
            dt.MINYEAR <= year <= dt.MAXYEAR and 0 < price <= 10_000 for year, price in pairs
        ),
        "user_time_share": _SHARE,
        "net_hours_per_post": _between(0, 2_500, above=True),
        "gross_hours_per_post": _between(0, 2_500, above=True),
        "post_cost": _between(0, 5_000_000, above=True),
        "staff_share": _SHARE,
        "overhead_share": _SHARE,
        "occupancy": _between(0, 1, above=True),
        "vat": _SHARE,
    }
)
"""Which values can be meant; of the others every one that there is."""


def read_file(file: Path, active: ParameterSet) -> ParameterSet:
    """The set in use with the name and values that stand in the file.

    Raises `Failure` that tells what in the file cannot be used.
    """
    try:
        given = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as error:
        raise Failure(f"{file.name} er ikke JSON: {error}. Begynd med filen fra bitark parameters --json.") from error
    if not isinstance(given, dict):
        raise Failure(f"{file.name} skal indeholde navne og værdier, som bitark parameters --json skriver dem.")
    if unknown := sorted(given.keys() - to_values(active).keys() - {"name"}):
        raise Failure(f"{file.name} har navne, som ingen parameter har: {', '.join(unknown)}. Ret dem.")
    try:
        wanted = from_values({**to_values(active), **{name: value for name, value in given.items() if name != "name"}})
        usable = {name: can(getattr(wanted, name)) for name, can in USABLE.items()}
    except (ValidationError, ArithmeticError) as error:
        names = {str(one["loc"][0]) for one in error.errors()} if isinstance(error, ValidationError) else given.keys()
        raise _unusable(file, names) from error
    if refused := {name for name, can in usable.items() if not can}:
        raise _unusable(file, refused)
    if wanted.shortest_period_days > wanted.longest_period_days:
        raise _unusable(file, {"shortest_period_days", "longest_period_days"})
    name = " ".join(str(given.get("name", active.name)).split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Failure(f"{file.name}: sættets navn skal være på højst {LONGEST_NAME} tegn.")
    return replace(wanted, name=name, version=active.version, valid_from=active.valid_from)


def shown(value: Any) -> str:
    """A value in a line on a terminal."""
    if isinstance(value, frozenset | tuple):
        return " ".join(str(one) for one in sorted(value)) or "–"
    return "–" if value is None else str(value)


def _unusable(file: Path, names: Any) -> Failure:
    return Failure(f"{file.name}: værdien kan ikke bruges: {', '.join(sorted(names))}. Se docs/operations.md.")
