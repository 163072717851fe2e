"""What waits for a person and what falls due, from what is kept. No Flask, and today is an argument."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Row

from sync.rounds.board import CaseState, Due, due_of, state_of
from sync.store.waiting import Following

NEAR_DAYS = 30
"""How far ahead a follow-up or a deadline is shown."""


class Waiting(NamedTuple):
    """Rows of rounds by what they wait for, each by deadline and key."""

    to_assess: list[Row[Any]]
    overdue: list[Row[Any]]
    soon: list[Row[Any]]


class Falling(NamedTuple):
    """Something with a date: a follow-up of a case, or the deadline of a round with the cases still missing in it."""

    date: dt.date
    case_key: str = ""
    who: str = ""
    round_id: int = 0
    title: str = ""
    missing: int = 0


def waiting(rows: Iterable[Row[Any]], today: dt.date) -> Waiting:
    """What the open rows wait for."""
    found = Waiting([], [], [])
    for row in rows:
        state = state_of(row)
        due = due_of(state, row.deadline, today)
        if state is CaseState.TO_ASSESS:
            found.to_assess.append(row)
        elif due is Due.OVERDUE:
            found.overdue.append(row)
        elif due is Due.SOON:
            found.soon.append(row)
    return found


def falling(
    rows: Iterable[Row[Any]], following: Mapping[str, Following], agreed: Mapping[str, dt.date | None], today: dt.date
) -> list[Falling]:
    """Follow-ups that are reached or near, and near deadlines, by date and key.

    A follow-up that was agreed in the talk about the case (`agreed`) stands in the place of the case list's.
    """
    last = today + dt.timedelta(days=NEAR_DAYS)
    found = []
    for key, one in following.items():
        date = agreed.get(key) or one.follow_up
        if date is not None and date <= last:
            found.append(Falling(date, key, one.responsible))
    missing: dict[tuple[dt.date, int, str], int] = {}
    for row in rows:
        if row.deadline >= today and row.deadline <= last and state_of(row) is not CaseState.TO_ASSESS:
            place = (row.deadline, row.round_id, row.title)
            missing[place] = missing.get(place, 0) + 1
    found += [Falling(date, round_id=number, title=title, missing=n) for (date, number, title), n in missing.items()]
    return sorted(found, key=lambda one: (one.date, one.round_id == 0, one.case_key, one.round_id))
