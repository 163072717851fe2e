"""The authority's parameter sets: those that were taken into use, the newest of which every figure is computed by.

An authority that never chose one has the standard set, which needs no row.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields, replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Row, func, insert, select, text

from bit_model.parameters import ParameterSet
from sync.store import audit, cases
from sync.store.audit import Action
from sync.store.database import is_writing
from sync.store.scope import scope_of
from sync.store.tables import PARAMETER_SET, SUBMISSION, UNFINISHED

if TYPE_CHECKING:
    from pydantic import TypeAdapter

LOCK = 4_201_868
"""An arbitrary number; with the authority's id it is what the set in use is locked by on PostgreSQL."""
STANDARD = ParameterSet()
NAMED_BY = frozenset({"name", "version", "valid_from", "rule_set"})
"""Attributes that are no values of a set: its name and place, the program's own rules."""
READ_BY = frozenset(
    {
        "contact_categories",
        "sleeping_weight",
        "share_key",
        "absence_rule",
        "daylight_saving",
        "extra_holidays",
        "shortest_period_days",
        "longest_period_days",
    }
)
"""Attributes that a schedule is read, checked and measured by. What came of that is kept."""
LONGEST_NAME = 40
"""Characters of a set's name."""
OF_ANY_NUMBER = ("user_time_share", "net_hours_per_post", "post_cost", "staff_share")
"""Attributes that may be decimals or fractions: what is written as a decimal stays one."""
_NEWEST = select(PARAMETER_SET).order_by(PARAMETER_SET.c.version.desc())
_READ = select(func.count()).select_from(SUBMISSION).where(SUBMISSION.c.status.not_in(UNFINISHED))


class Activated(NamedTuple):
    """A set that was taken into use: when, by whom (a function) and why. The standard set has nothing of these."""

    parameters: ParameterSet
    at: dt.datetime | None = None
    role: str = ""
    reason: str = ""


class Taken(NamedTuple):
    """Who takes a set into use (a function), why and when; it is valid from `today`, the date in Denmark."""

    role: str
    reason: str
    now: dt.datetime
    today: dt.date


class NotActivated(Exception):  # noqa: N818 - an outcome that the page tells, like the two below
    """The set was not taken into use, and nothing was changed."""


class AnotherInUse(NotActivated):
    """Somebody took another set into use after the one that this was compared with."""


class SameValues(NotActivated):
    """The values are those in use."""


class ReadOtherwise(NotActivated):
    """Schedules that are here were measured by other values. `attributes` are the names of these."""

    def __init__(self, attributes: frozenset[str]) -> None:
        super().__init__(attributes)
        self.attributes = attributes


def in_use(connection: Connection, until: dt.datetime | None = None) -> ParameterSet:
    """The set that figures are computed by; of a moment in the past, the one that they were computed by just before.

    A connection that reads sees one state of the database, so figures read by it are of this set. In a transaction that
    writes, ask before anything else is locked: no other set is taken into use until it ends.
    """
    if is_writing(connection):
        _lock(connection, "pg_advisory_xact_lock_shared")
    return _newest(connection, until)


def activated(connection: Connection) -> list[Activated]:
    """Every set that is or was in use, the newest first; the last is the standard set."""
    kept = [Activated(_of_row(row), row.activated_at, row.role, row.reason) for row in connection.execute(_NEWEST)]
    return [*kept, Activated(STANDARD)]


def differing(one: ParameterSet, other: ParameterSet) -> frozenset[str]:
    """Names of the values in which two sets differ."""
    names = {field.name for field in fields(ParameterSet)} - NAMED_BY
    return frozenset(name for name in names if getattr(one, name) != getattr(other, name))


def fixed_values(connection: Connection, names: frozenset[str]) -> frozenset[str]:
    """Those of the values that cannot be changed any more, since files that are here were read and measured by them."""
    by = names & READ_BY
    return by if by and connection.scalar(_READ) else frozenset()


def activate(connection: Connection, wanted: ParameterSet, compared_with: int, taken: Taken) -> ParameterSet:
    """Take a set into use, as the next version, and work out anew in the same transaction what it changes.

    `wanted` has the name and the values, `compared_with` is the version whose consequence was seen. The transaction
    locks nothing before. Raises `NotActivated`.
    """
    _lock(connection, "pg_advisory_xact_lock")
    active = _newest(connection)
    changed = differing(active, wanted)
    if active.version != compared_with:
        raise AnotherInUse
    if not changed:
        raise SameValues
    if fixed := fixed_values(connection, changed):
        raise ReadOtherwise(fixed)
    made = replace(wanted, version=active.version + 1, valid_from=taken.today, rule_set=STANDARD.rule_set)
    connection.execute(
        insert(PARAMETER_SET),
        {
            "version": made.version,
            "name": made.name,
            "valid_from": made.valid_from,
            "record": to_values(made),
            "activated_at": taken.now,
            "role": taken.role,
            "actor": scope_of(connection).actor,
            "reason": taken.reason,
        },
    )
    count = cases.recompute(connection, made)
    audit.note(connection, Action.PARAMETERS_ACTIVATED, f"parameters:{made.version}", cases=count, values=len(changed))
    return made


def to_values(parameters: ParameterSet) -> dict[str, Any]:
    """The set's values as JSON has them, exact: decimals and fractions as text."""
    found: dict[str, Any] = _adapter().dump_python(parameters, mode="json", exclude=set(NAMED_BY))
    return found


def from_values(values: Mapping[str, Any]) -> ParameterSet:
    """The set with these values, as JSON has them, and the standard's where one is not given.

    Raises pydantic's ValidationError.
    """
    exact = {name: Decimal(text) for name in OF_ANY_NUMBER if "/" not in (text := str(values.get(name, "/")))}
    return _adapter().validate_python({**values, **exact}, strict=False)


def _newest(connection: Connection, until: dt.datetime | None = None) -> ParameterSet:
    query = _NEWEST if until is None else _NEWEST.where(PARAMETER_SET.c.activated_at < until)
    row = connection.execute(query.limit(1)).first()
    return STANDARD if row is None else _of_row(row)


def _of_row(row: Row[Any]) -> ParameterSet:
    return replace(from_values(row.record), name=row.name, version=row.version, valid_from=row.valid_from)


def _lock(connection: Connection, function: str) -> None:
    """Hold the set in use until the transaction ends; SQLite has one writer at a time anyway."""
    if connection.dialect.name == "postgresql":
        of = {"lock": LOCK, "of": scope_of(connection).authority or 0}
        connection.execute(text(f"SELECT {function}(:lock, :of)"), of)


@lru_cache(maxsize=1)
def _adapter() -> "TypeAdapter[ParameterSet]":
    from pydantic import TypeAdapter  # here, so that a process that only ingests by the standard does not load it

    return TypeAdapter(ParameterSet)
