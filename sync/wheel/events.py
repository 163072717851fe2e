"""What is to be looked at again, from every source there is. No Flask."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row

from bit_model.case import AmountKind, Case
from sync.store import cases, dates
from sync.store.dates import Between
from workbook_templates.layout import Text


class Kind(StrEnum):
    """Why a date is there, in the order of the wheel's rings, the outermost first."""

    DEADLINE = "frist"
    FOLLOW_UP = "opfoelgning"
    REVIEW = "afgoerelse"
    NEGOTIATION = "forhandling"
    MEETING = "moede"
    TASK = "opgave"
    GOAL = "maal"
    TARIFF_ENDS = "takst"
    STAY_ENDS = "ophold"


KINDS: Mapping[Kind, Text] = MappingProxyType(
    {
        Kind.DEADLINE: Text("Frist for døgnskema", "Schedule due"),
        Kind.FOLLOW_UP: Text("Opfølgning", "Follow-up"),
        Kind.REVIEW: Text("Afgørelse følges op", "Decision reviewed"),
        Kind.NEGOTIATION: Text("Forhandling følges op", "Negotiation taken up"),
        Kind.MEETING: Text("Møde", "Meeting"),
        Kind.TASK: Text("Opgave", "Task"),
        Kind.GOAL: Text("Mål nås senest", "Goal due"),
        Kind.TARIFF_ENDS: Text("Takstlinje udløber", "Tariff line ends"),
        Kind.STAY_ENDS: Text("Ophold slutter", "Stay ends"),
    }
)


class Event(NamedTuple):
    """One thing on one day in one case."""

    date: dt.date
    kind: Kind
    case_key: str
    provider: str


def _of(kind: Kind, rows: Callable[[Connection, Between], Iterable[Row[Any]]]) -> "Source":
    return lambda connection, between: (
        Event(row.date, kind, row.case_key, row.provider) for row in rows(connection, between)
    )


def _case_list(connection: Connection, between: Between) -> Iterator[Event]:
    """What the case list itself dates: follow-up, goals, tariff lines and the end of a stay."""
    first, last = between
    for record in cases.listed(connection):
        case = record.case
        for kind, date in _dates_of(case):
            if date is not None and first <= date <= last:
                yield Event(date, kind, case.case_key, case.provider)


def _dates_of(case: Case) -> Iterator[tuple[Kind, dt.date | None]]:
    yield Kind.FOLLOW_UP, case.follow_up
    yield Kind.STAY_ENDS, case.stay_end
    yield from ((Kind.GOAL, line.deadline) for line in case.order)
    yield from ((Kind.TARIFF_ENDS, line.valid_to) for line in case.tariff if line.amount_kind is AmountKind.PAID)


Source = Callable[[Connection, Between], Iterable[Event]]
SOURCES: tuple[Source, ...] = (
    _case_list,
    _of(Kind.DEADLINE, dates.deadlines),
    _of(Kind.REVIEW, dates.reviews),
    _of(Kind.NEGOTIATION, dates.negotiations),
    _of(Kind.MEETING, dates.meetings),
    _of(Kind.TASK, dates.tasks),
)
"""A provider's scope gets from each what it may see: of what is the authority's own, nothing."""


def events(connection: Connection, first: dt.date, last: dt.date) -> list[Event]:
    """Everything between two days, both included, by date; the same thing of a case on a day stands once."""
    found = {event for source in SOURCES for event in source(connection, (first, last))}
    order = list(Kind)
    return sorted(found, key=lambda event: (event.date, order.index(event.kind), event.case_key))
