"""The authority's cases as the newest case list has them, with what their tariff pays for."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Column, Connection, Row, Select, bindparam, delete, func, insert, select, text, update

from bit_model.case import Case, ModelKind, TariffModel
from bit_model.house import House
from bit_model.parameters import ParameterSet
from bit_model.rounding import Number, half_up
from bit_model.tariff import Financed, financed, model_on
from sync.store import audit
from sync.store.audit import Action
from sync.store.comments import talked_of
from sync.store.decisions import talked_about
from sync.store.filings import given
from sync.store.keys import authority_key, new_keys
from sync.store.negotiation import negotiated
from sync.store.rounds import in_rounds
from sync.store.secrets import opened, seal
from sync.store.submissions import read_again
from sync.store.tables import CASE, HOUSE, SECRET, SUBMISSION, TARIFF_MODEL

if TYPE_CHECKING:
    from pydantic import TypeAdapter

RECORD: Mapping[Column[Any], str] = {CASE.c.record: "case_key"}


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case and the tariff model it is judged by, None where its provider has none in force; dated."""

    case: Case
    model: TariffModel | None
    on_date: dt.date

    def financed(self, parameters: ParameterSet) -> Financed:
        """What the case's tariff pays for on the record's date."""
        return financed(self.case.tariff, self.model, parameters, self.on_date)

    def package_width(self, parameters: ParameterSet) -> Number | None:
        """Hours per week that a package spans; None where the provider is not paid by packages."""
        if self.model is None or self.model.kind is not ModelKind.PACKAGES:
            return None
        return self.model.package_width or parameters.package_width

    def tariff_columns(self, parameters: ParameterSet) -> dict[str, Any]:
        """What the case's row holds of its tariff, all of it by the one set."""
        pays = self.financed(parameters)
        return {
            "financed": pays.hours,
            "day_rate_ore": None if pays.day_rate is None else int(half_up(pays.day_rate * 100, 0)),
            "package_width": self.package_width(parameters),
            "parameter_set": parameters.title,
        }


class KnownCase(NamedTuple):
    """What a returned schedule is held against: the case, its provider and the goals in its order."""

    id: int
    case_key: str
    provider: str
    goals: frozenset[str]


class Listed(NamedTuple):
    """What the newest case list holds, cases and models in its own order, houses by name."""

    cases: tuple[Case, ...]
    tariff_models: tuple[TariffModel, ...]
    houses: tuple[House, ...]


class Imported(NamedTuple):
    """How many cases a list added, changed and no longer has, and how many files are to be read again."""

    added: int
    changed: int
    gone: int
    to_read: int


def import_cases(
    connection: Connection,
    cases: Iterable[Case],
    models: Sequence[TariffModel],
    houses: Iterable[House],
    parameters: ParameterSet,
    on_date: dt.date,
    now: dt.datetime,
) -> Imported:
    """Take over a case list: it is the truth about which cases there are.

    Cases with submissions, comments, meetings, decisions or a negotiation, or in a round, stay.

    Cases with submissions, in a round or with a negotiation stay. Files that were refused because no case had their key
    are marked to be read again (`sync.ingest.sweep` does).
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text('LOCK TABLE "case" IN EXCLUSIVE MODE'))  # SQLite has one writer at a time anyway
    known = {row.case_key: row for row in connection.execute(select(CASE.c.case_key, CASE.c.id, CASE.c.secret_id))}
    listed = list(cases)
    new, changed, keys = [], [], {case.case_key for case in listed}
    without_key = [key for key in keys if key not in known or known[key].secret_id is None]
    made = new_keys(connection, len(without_key), authority_key(connection))
    secrets = dict(zip(without_key, made, strict=True))
    for case in listed:
        of_case = CaseRecord(case, model_on(models, case.provider, on_date), on_date)
        values = _columns(of_case, parameters, now)
        one = values["secret_id"] = secrets.get(case.case_key) or known[case.case_key].secret_id
        whole = _adapter().dump_python(of_case, mode="json")
        values["record"] = seal(connection, one, CASE.c.record, values["case_key"], whole)
        if case.case_key in known:
            changed.append(values | {"row_id": known[case.case_key].id})
        else:
            new.append(values)
    if new:
        connection.execute(insert(CASE), new)
    if changed:
        columns: dict[str, Any] = {name: bindparam(name) for name in changed[0] if name != "row_id"}
        connection.execute(update(CASE).where(CASE.c.id == bindparam("row_id")).values(columns), changed)
    gone = {row.id: row.secret_id for key, row in known.items() if key not in keys}
    if gone:
        kept = set(connection.scalars(select(SUBMISSION.c.case_id).where(SUBMISSION.c.case_id.in_(gone))))
        kept |= in_rounds(connection, gone) | given(connection, gone)
        kept |= negotiated(connection, gone) | talked_about(connection, gone) | talked_of(connection, gone)
        left = {i: one for i, one in gone.items() if i not in kept}
        connection.execute(delete(CASE).where(CASE.c.id.in_(left)))
        connection.execute(delete(SECRET).where(SECRET.c.id.in_([one for one in left.values() if one])))
        connection.execute(update(CASE).where(CASE.c.id.in_(kept)).values(listed=False))
    of_houses = [{"name": house.name, "record": _house_adapter().dump_python(house, mode="json")} for house in houses]
    of_models = [{"provider": m.provider, "record": _model_adapter().dump_python(m, mode="json")} for m in models]
    for table, rows in ((HOUSE, of_houses), (TARIFF_MODEL, of_models)):
        connection.execute(delete(table))
        if rows:
            connection.execute(insert(table), rows)
    imported = Imported(len(new), len(changed), len(gone), len(read_again(connection, sorted(keys), now)))
    audit.note(connection, Action.CASE_LIST_TAKEN_IN, **imported._asdict())
    return imported


def recompute(connection: Connection, parameters: ParameterSet) -> int:
    """Work out anew what every case's tariff pays for, also of cases that are no longer listed; returns how many."""
    kept = opened(
        connection, connection.execute(select(CASE.c.id, CASE.c.case_key, CASE.c.record).order_by(CASE.c.id)), RECORD
    )
    changed = [record(row.record).tariff_columns(parameters) | {"row_id": row.id} for row in kept]
    if changed:
        columns: dict[str, Any] = {name: bindparam(name) for name in changed[0] if name != "row_id"}
        connection.execute(update(CASE).where(CASE.c.id == bindparam("row_id")).values(columns), changed)
    return len(changed)


def known_case(connection: Connection, case_key: str) -> KnownCase | None:
    """The case with the key as written, but for spaces around it.

    On PostgreSQL it is locked until the transaction ends, so that a case's versions are numbered one after the other,
    and while a case list is taken over this waits: either the list finds the refused file, or the file finds the case.
    """
    row = _one(
        connection,
        select(CASE.c.id, CASE.c.case_key, CASE.c.provider, CASE.c.record)
        .where(CASE.c.case_key == case_key.strip())
        .with_for_update(),
    )
    if row is None:
        return None
    return KnownCase(
        row.id,
        row.case_key,
        row.provider,
        frozenset(line["goal"] for line in row.record["case"]["order"] if line["goal"]),
    )


def case_row(connection: Connection, case_key: str) -> Row[Any] | None:
    """The case's row, or None."""
    return _one(connection, select(CASE).where(CASE.c.case_key == case_key))


def house(connection: Connection, name: str) -> House | None:
    """The house with the name, or None."""
    stored = connection.scalar(select(HOUSE.c.record).where(HOUSE.c.name == name))
    return stored and _house_adapter().validate_python(stored)


def house_cases(connection: Connection, house: str) -> list[int]:
    """Ids of the listed cases in a house."""
    return list(connection.scalars(select(CASE.c.id).where(CASE.c.house == house, CASE.c.listed)))


def house_keys(connection: Connection, house: str) -> list[str]:
    """Keys of the listed cases in a house, in order."""
    query = select(CASE.c.case_key).where(CASE.c.house == house, CASE.c.listed).order_by(CASE.c.case_key)
    return list(connection.scalars(query))


def count(connection: Connection) -> int:
    """How many cases the newest list has."""
    return connection.scalar(select(func.count()).select_from(CASE).where(CASE.c.listed)) or 0


def listed(connection: Connection) -> list[CaseRecord]:
    """Every listed case with its tariff model, by key."""
    query = select(CASE.c.case_key, CASE.c.record).where(CASE.c.listed).order_by(CASE.c.case_key)
    return [record(row.record) for row in opened(connection, connection.execute(query), RECORD)]


def newest_list(connection: Connection) -> Listed:
    """The newest case list, as it was taken over."""
    cases = sorted((kept.case for kept in listed(connection)), key=attrgetter("row"))
    houses = connection.scalars(select(HOUSE.c.record).order_by(HOUSE.c.name))
    return Listed(
        tuple(cases),
        newest_models(connection),
        tuple(_house_adapter().validate_python(house) for house in houses),
    )


def newest_models(connection: Connection) -> tuple[TariffModel, ...]:
    """The tariff models of the newest case list, in its order."""
    models = connection.scalars(select(TARIFF_MODEL.c.record).order_by(TARIFF_MODEL.c.id))
    return tuple(_model_adapter().validate_python(model) for model in models)


def record(stored: Mapping[str, Any]) -> CaseRecord:
    """The case in a row's `record` column."""
    return _adapter().validate_python(stored, strict=False)


def _one(connection: Connection, query: Select[Any]) -> Row[Any] | None:
    return next(opened(connection, connection.execute(query), RECORD), None)


@lru_cache(maxsize=1)
def _adapter() -> "TypeAdapter[CaseRecord]":
    from pydantic import TypeAdapter  # here, so that a process that only ingests does not load it

    return TypeAdapter(CaseRecord)


@lru_cache(maxsize=1)
def _house_adapter() -> "TypeAdapter[House]":
    from pydantic import TypeAdapter

    return TypeAdapter(House)


@lru_cache(maxsize=1)
def _model_adapter() -> "TypeAdapter[TariffModel]":
    from pydantic import TypeAdapter

    return TypeAdapter(TariffModel)


def _columns(kept: CaseRecord, parameters: ParameterSet, now: dt.datetime) -> dict[str, Any]:
    case = kept.case
    return {
        "case_key": case.case_key.strip(),
        "budget_area": case.budget_area,
        "provider": case.provider,
        "provider_kind": str(case.provider_kind),
        "house": case.house,
        "legal_basis": case.legal_basis,
        "need": case.need,
        **kept.tariff_columns(parameters),
        "imported_at": now,
        "listed": True,
    }
