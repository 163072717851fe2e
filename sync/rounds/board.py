"""Where each case of a round stands, from what is kept. No Flask, and today is an argument."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Row

from sync.store.tables import UNFINISHED, Act, Status

SOON_DAYS = 5


class CaseState(StrEnum):
    """Where a case of a round stands."""

    NOT_SENT = "not_sent"
    SENT = "sent"
    RECEIVED = "received"
    HAS_PROBLEMS = "has_problems"
    TO_ASSESS = "to_assess"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


WAITING_FOR_PROVIDER = frozenset({CaseState.SENT, CaseState.HAS_PROBLEMS, CaseState.RETURNED})
"""The provider has something to do: these are reminded."""


class Due(StrEnum):
    """How near the deadline is for a case that has nothing in order yet."""

    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"


class BoardLine(NamedTuple):
    """A case of a round as kept (`sync.store.rounds.board_rows`), with its state and how near the deadline is."""

    row: Row[Any]
    state: CaseState
    due: Due


def board(rows: Iterable[Row[Any]], deadline: dt.date, today: dt.date) -> list[BoardLine]:
    """The lines of a round's board, in the order of the rows."""
    lines = []
    for row in rows:
        state = state_of(row)
        lines.append(BoardLine(row, state, due_of(state, deadline, today)))
    return lines


def state_of(row: Row[Any]) -> CaseState:
    """The state of a case: withdrawn, else what its newest file came to, else whether its template was sent."""
    if row.withdrawn_at is not None:
        return CaseState.WITHDRAWN
    if row.submission_id is None:
        return CaseState.NOT_SENT if row.sent_at is None else CaseState.SENT
    if row.act == Act.RETURNED:
        return CaseState.RETURNED
    if row.status in UNFINISHED:
        return CaseState.RECEIVED
    if row.status != Status.ACCEPTED:
        return CaseState.HAS_PROBLEMS
    return CaseState.ACCEPTED if row.act == Act.ACCEPTED else CaseState.TO_ASSESS


def due_of(state: CaseState, deadline: dt.date, today: dt.date) -> Due:
    """Overdue or soon due, where something is still to come; a template that was not sent is late too."""
    if state not in WAITING_FOR_PROVIDER | {CaseState.NOT_SENT} or (deadline - today).days > SOON_DAYS:
        return Due.LATER
    return Due.OVERDUE if today > deadline else Due.SOON


def per_state(lines: Iterable[BoardLine]) -> dict[CaseState, int]:
    """How many cases stand in each state, in the order of the states."""
    counts = Counter(line.state for line in lines)
    return {state: counts[state] for state in CaseState}


def waiting_by_provider(lines: Sequence[BoardLine]) -> dict[str, list[str]]:
    """Provider → keys of its cases that a reminder is for."""
    found: dict[str, list[str]] = {}
    for line in sorted(lines, key=lambda line: (line.row.provider, line.row.case_key)):
        if line.state in WAITING_FOR_PROVIDER:
            found.setdefault(line.row.provider, []).append(line.row.case_key)
    return found
