"""Is the audit's chain whole? Every entry is computed anew and held against its neighbour."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, LargeBinary, Select, cast, select
from sqlalchemy.exc import DBAPIError

from sync.store.audit import HASHED, beginning, digest_of, hash_of
from sync.store.scope import scope_of
from sync.store.tables import AUDIT_CASE, AUDIT_ENTRY

AT_A_TIME = 5_000


class Fault(StrEnum):
    """What differs where a chain is broken."""

    MISSING = "missing"
    OUT_OF_PLACE = "out_of_place"
    CHANGED = "changed"
    NOT_LINKED = "not_linked"
    CASE_CHANGED = "case_changed"
    SHORTER_THAN_KEPT = "shorter_than_kept"
    OTHER_THAN_KEPT = "other_than_kept"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Head:
    """A chain's last entry, to be kept elsewhere: with it a removed end is noticed."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Break:
    """The first broken link: the entry's number, its moment as it stands there, and what differs."""

    number: int
    at: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far the chain is whole, and where it is not. `forgotten` counts the cases that were erased."""

    head: Head
    broken: Break | None
    forgotten: int = 0


def verify(connection: Connection, kept: Head | None = None) -> Verdict:
    """Go through the whole chain, a few thousand entries at a time; `kept` is a head from an earlier time."""
    head = Head(0, beginning(scope_of(connection).authority or 0))
    first_with: dict[str, tuple[int, str]] = {}
    try:
        with connection.execute(_stored(connection), execution_options={"yield_per": AT_A_TIME}) as rows:
            for row in rows:
                *values, stored = map(_as_text, row)
                at, digest = str(values[1]), values[5]
                fault = _fault(head, values, stored, kept)
                if fault is not None:
                    return Verdict(head, Break(head.number + 1, "" if fault is Fault.MISSING else at, fault))
                head = Head(head.number + 1, stored)
                if digest is not None:
                    first_with.setdefault(digest, (head.number, at))
        changed = [first_with[one] for one in _changed_cases(connection) if one in first_with]
        known = set(connection.scalars(select(AUDIT_CASE.c.digest)))
    except DBAPIError:
        return Verdict(head, Break(head.number + 1, "", Fault.UNREADABLE))
    if changed:
        return Verdict(head, Break(*min(changed), Fault.CASE_CHANGED))
    if kept is not None and head.number < kept.number:
        return Verdict(head, Break(head.number + 1, "", Fault.SHORTER_THAN_KEPT))
    return Verdict(head, None, len(first_with.keys() - known))


def _fault(before: Head, values: Sequence[Any], stored: Any, kept: Head | None) -> Fault | None:
    number = values[0]
    if number != before.number + 1:
        return Fault.MISSING if isinstance(number, int) and number > before.number else Fault.OUT_OF_PLACE
    if hash_of(values) != stored:
        return Fault.CHANGED
    if values[-1] != before.hash:
        return Fault.NOT_LINKED
    return Fault.OTHER_THAN_KEPT if kept is not None and kept.number == number and kept.hash != stored else None


def _stored(connection: Connection) -> Select[Any]:
    """The hashed values of each entry and its hash, in the order they were added, from the table and no index."""
    columns: list[Any] = [AUDIT_ENTRY.c[name] for name in (*HASHED, "hash")]
    if connection.dialect.name == "sqlite":  # as bytes: what is no longer text is a finding, not an error
        columns[1:] = [cast(column, LargeBinary) for column in columns[1:]]
    return select(*columns).order_by(AUDIT_ENTRY.c.id)


def _as_text(value: Any) -> Any:
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else value


def _changed_cases(connection: Connection) -> Iterator[str]:
    """Digests whose salt and key no longer give them."""
    for row in connection.execute(select(AUDIT_CASE)):
        if digest_of(row.salt, row.case_key) != row.digest:
            yield row.digest
