"""How far the talk about each case has come, and every change of it. It is the authority's own: no provider sees it."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Table, bindparam, insert, select, update

from bit_model.negotiation import UNTOUCHED, Negotiation, NegotiationStatus
from sync.store import audit
from sync.store.audit import Action
from sync.store.key_owners import key_of_case
from sync.store.keys import keyring_of
from sync.store.scope import scope_of
from sync.store.secrets import opened, seal
from sync.store.tables import CASE, NEGOTIATION, NEGOTIATION_CHANGE

_AT_ONCE = 5_000
"""Keys in one question: a database takes only so many."""
_FIELDS = tuple(NEGOTIATION.c[key] for key in Negotiation._fields)


class Standing(NamedTuple):
    """A case's negotiation as it is kept, in its version; 0 where nobody has changed anything yet."""

    case_id: int
    is_listed: bool
    version: int
    negotiation: Negotiation


class Change(NamedTuple):
    """What a case is to have from now on; `version` is the one that this comes after."""

    case_id: int
    version: int
    negotiation: Negotiation


def is_closed_to(connection: Connection) -> bool:
    """True for a provider."""
    return scope_of(connection).provider is not None


def standings(
    connection: Connection, case_keys: Collection[str] | None = None, *, lock: bool = False
) -> dict[str, Standing]:
    """Case key → its negotiation, of every listed case or of those with the keys; empty for a provider.

    With `lock` no other changes these until the transaction ends.
    """
    if is_closed_to(connection):
        return {}
    if case_keys is None:
        return _standings(connection, CASE.c.listed)
    keys, found = sorted(case_keys), dict[str, Standing]()
    for start in range(0, len(keys), _AT_ONCE):
        of_keys = CASE.c.case_key.in_(keys[start : start + _AT_ONCE])
        if lock:  # a first change has no row of its own to lock
            ids = select(CASE.c.id).where(of_keys).order_by(CASE.c.case_key)
            connection.execute(ids.with_for_update(key_share=True)).all()
        found |= _standings(connection, of_keys)
    return found


def earlier(connection: Connection, wanted: Mapping[int, int]) -> dict[int, Negotiation]:
    """Case id → its negotiation in the wanted version; cases that never had that version are left out."""
    ids, found = sorted(wanted), {case_id: UNTOUCHED for case_id, version in wanted.items() if version == 0}
    kept = NEGOTIATION_CHANGE.c
    for start in range(0, len(ids), _AT_ONCE):
        query = select(kept.case_id, kept.version, *(kept[key] for key in Negotiation._fields))
        rows = connection.execute(query.where(kept.case_id.in_(ids[start : start + _AT_ONCE])))
        for row in opened(connection, rows, {kept.note: "case_id"}):
            if wanted[row.case_id] == row.version:
                found[row.case_id] = _negotiation(row[2:])
    return found


def change(connection: Connection, changes: Sequence[Change], now: dt.datetime) -> None:
    """Keep the changes, each as a new version of its case, which the caller has locked."""
    by, cases = scope_of(connection).actor, _cases(connection, [one.case_id for one in changes])
    rows = [
        {
            "case_id": one.case_id,
            "version": one.version + 1,
            **one.negotiation._asdict(),
            "changed_at": now,
            "changed_by": by,
        }
        for one in changes
    ]

    def noted(table: Table) -> list[dict[str, Any]]:
        return [
            row | {"note": seal(connection, cases[row["case_id"]].secret_id, table.c.note, row["case_id"], row["note"])}
            for row in rows
        ]

    current = noted(NEGOTIATION)
    if new := [row for row in current if row["version"] == 1]:
        connection.execute(insert(NEGOTIATION), new)
    if others := [row | {"of_case": row["case_id"]} for row in current if row["version"] > 1]:
        connection.execute(update(NEGOTIATION).where(NEGOTIATION.c.case_id == bindparam("of_case")), others)
    if rows:
        connection.execute(insert(NEGOTIATION_CHANGE), noted(NEGOTIATION_CHANGE))
    for one in changes:
        audit.note(connection, Action.NEGOTIATION_CHANGED, case=cases[one.case_id].case_key, version=one.version + 1)


def _cases(connection: Connection, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """Key and secret of the cases by id."""
    found: dict[int, Row[Any]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = CASE.c.id.in_(ids[start : start + _AT_ONCE])
        for case_id in connection.scalars(select(CASE.c.id).where(some, CASE.c.secret_id.is_(None))).all():
            key_of_case(connection, case_id)
        query = select(CASE.c.id, CASE.c.case_key, CASE.c.secret_id).where(some)
        found |= {row.id: row for row in connection.execute(query)}
    keyring_of(connection).keys(connection, [row.secret_id for row in found.values()])
    return found


def negotiated(connection: Connection, case_ids: Iterable[int]) -> set[int]:
    """Those of the cases whose negotiation anybody has changed."""
    return set(connection.scalars(select(NEGOTIATION.c.case_id).where(NEGOTIATION.c.case_id.in_(list(case_ids)))))


def history(connection: Connection, case_key: str) -> list[Row[Any]]:
    """Every version of a case's negotiation, the newest first; none for a provider."""
    if is_closed_to(connection):
        return []
    kept = NEGOTIATION_CHANGE.c
    query = select(NEGOTIATION_CHANGE).join(CASE, CASE.c.id == kept.case_id).where(CASE.c.case_key == case_key)
    return list(opened(connection, connection.execute(query.order_by(kept.version.desc())), {kept.note: "case_id"}))


def _standings(connection: Connection, condition: Any) -> dict[str, Standing]:
    rows = connection.execute(
        select(CASE.c.case_key, CASE.c.id, CASE.c.listed, NEGOTIATION.c.version, *_FIELDS)
        .outerjoin(NEGOTIATION, NEGOTIATION.c.case_id == CASE.c.id)
        .where(condition)
        .order_by(CASE.c.case_key)
    )
    found = opened(connection, rows, {NEGOTIATION.c.note: "id"})
    return {
        key: Standing(case_id, bool(listed), version or 0, UNTOUCHED if version is None else _negotiation(fields))
        for key, case_id, listed, version, *fields in found
    }


def _negotiation(fields: Sequence[Any]) -> Negotiation:
    status, *others = fields
    return Negotiation(NegotiationStatus(status), *others)
