"""Meetings and decisions of the made-up municipality; the facts stand in demo_decisions.toml.

They go in as a person's would: by the rules of a decision, and by the store's own functions.
"""

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any

from sqlalchemy import Connection, Row

from bit_model.case import ProviderKind
from bit_model.decision import Decision, Outcome, Support, faults
from bit_model.effect import RateChange, months_back
from bit_model.parameters import ParameterSet
from sync.comparison.rows import case_comparison
from sync.meetings.figures import snapshot
from sync.store import cases, decisions, meetings
from sync.store.meetings import Called, Said

SIX = 6
NOON = dt.time(12, tzinfo=dt.UTC)


@cache
def facts() -> Mapping[str, Any]:
    """The file's own words."""
    found: Mapping[str, Any] = tomllib.loads(
        resources.files("sync").joinpath("demo_decisions.toml").read_text("utf-8"), parse_float=Decimal
    )
    return found


def hold_meetings(connection: Connection, parameters: ParameterSet) -> int:
    """Call and minute the meetings, with the figures as they stand now; returns how many."""
    for fact in facts()["meetings"]:
        case = _case(connection, fact["case_key"])
        participants, held = "\n".join(fact["participants"]), dt.datetime.combine(fact["held_on"], NOON)
        called = Called(
            fact["held_on"], fact["starts"], fact["place"], participants, "\n".join(fact["agenda"]), fact["own_words"]
        )
        meeting_id = meetings.call(connection, case.id, called, held - dt.timedelta(days=14))
        row = case_comparison(connection, case.case_key, parameters)
        assert row is not None  # noqa: S101 - the case was read above
        said = Said(participants, fact["said"], fact["own_words"])
        meetings.write_minutes(connection, meeting_id, said, snapshot(row, parameters, fact["held_on"]), held)
        for task in fact["tasks"]:
            meetings.add_task(connection, meeting_id, (task["what"], task["owner"], task["due"]), held)
        for task, made in zip(fact["tasks"], meetings.tasks(connection, meeting_id), strict=True):
            if task["done"]:
                meetings.finish_task(connection, meeting_id, made.id, dt.datetime.combine(task["due"], NOON))
    return len(facts()["meetings"])


def decide(connection: Connection, parameters: ParameterSet) -> list[Decision]:
    """Record the decisions in the order that they were made; returns all of them."""
    for fact in sorted(facts()["decisions"], key=lambda fact: (fact["decided_on"], fact["case_key"])):
        case = _case(connection, fact["case_key"])
        decided = _decision(fact, case, decisions.decisions(connection, case.case_key))
        if found := faults(decided):
            raise ValueError(f"{case.case_key}: {found}")
        decisions.record(connection, decided, case, parameters, dt.datetime.combine(decided.decided_on, NOON))
    return decisions.decisions(connection)


def _decision(fact: Mapping[str, Any], case: Row[Any], history: Sequence[Decision]) -> Decision:
    support_decided_on = fact.get("support_decided_on")
    same = support_decided_on is None
    return Decision(
        0,
        case.case_key,
        case.budget_area,
        ProviderKind(case.provider_kind),
        Outcome(fact["outcome"]),
        fact["decided_on"],
        facts()["decider"],
        fact["reason"],
        fact["review_on"],
        _change(fact, case),
        Support(same, case.need, case.need if same else None, support_decided_on),
        history[-1].number if fact.get("revises") else None,
    )


def _change(fact: Mapping[str, Any], case: Row[Any]) -> RateChange | None:
    if "effective" not in fact:
        return None
    old = Fraction(case.day_rate_ore, 100)
    new = old * fact["rate"] if "rate" in fact else old - Fraction(fact["by"])
    back = months_back(fact["effective"], SIX) if fact.get("six_months_back") else None
    return RateChange(old, new, fact["effective"], back)


def _case(connection: Connection, case_key: str) -> Row[Any]:
    case = cases.case_row(connection, case_key)
    if case is None:
        raise ValueError(f"the demonstration has no case {case_key}")
    return case
