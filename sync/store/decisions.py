"""What was decided in the cases. Every function works within its caller's transaction."""

import datetime as dt
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from bit_model.case import ProviderKind
from bit_model.decision import Decision, Outcome, Support
from bit_model.effect import RateChange
from bit_model.parameters import ParameterSet
from bit_model.rounding import half_up
from sync.store import audit
from sync.store.audit import Action
from sync.store.decision_tables import DECISION, MEETING
from sync.store.key_owners import key_of_case
from sync.store.scope import scope_of
from sync.store.secrets import opened, seal
from sync.store.tables import CASE

_ROWS = select(DECISION, CASE.c.case_key).join(CASE, CASE.c.id == DECISION.c.case_id).order_by(DECISION.c.id)


def decision_rows(connection: Connection, case_key: str | None = None) -> list[Row[Any]]:
    """Every decision as it was recorded, in order; of one case where its key is given."""
    query = _ROWS if case_key is None else _ROWS.where(CASE.c.case_key == case_key)
    return list(opened(connection, connection.execute(query), {DECISION.c.reason: "case_id"}))


def decisions(connection: Connection, case_key: str | None = None) -> list[Decision]:
    """The same as the rules know them."""
    return [decision(row) for row in decision_rows(connection, case_key)]


def decision(row: Row[Any]) -> Decision:
    """A row as the rules know it."""
    return Decision(
        row.id,
        row.case_key,
        row.budget_area,
        ProviderKind(row.provider_kind),
        Outcome(row.outcome),
        row.decided_on,
        row.decided_by,
        row.reason,
        row.review_on,
        _change(row),
        Support(row.same_support, row.hours_before, row.hours_after, row.support_decided_on),
        row.revises_id,
    )


def record(
    connection: Connection, decided: Decision, case: Row[Any], parameters: ParameterSet, now: dt.datetime
) -> int:
    """The new decision's number. `case` is its row, as the area, provider and kind of provider are kept.

    Raises IntegrityError where the same decision is revised already; the caller locks the case and looks first.
    """
    change, support = decided.change, decided.support
    rates: Mapping[str, Any] = {}
    if change is not None:
        rates = {
            "old_rate_ore": int(half_up(Fraction(change.old_rate) * 100, 0)),
            "new_rate_ore": int(half_up(Fraction(change.new_rate) * 100, 0)),
            "effective_date": change.effective_date,
            "retro_date": change.retro_date,
            "stay_end": change.stay_end,
        }
    values = {
        "case_id": case.id,
        "revises_id": decided.revises,
        "outcome": decided.outcome.value,
        "decided_on": decided.decided_on,
        "decided_by": decided.decided_by,
        "reason": seal(connection, key_of_case(connection, case.id), DECISION.c.reason, case.id, decided.reason),
        "review_on": decided.review_on,
        **rates,
        "same_support": support.same,
        "hours_before": support.hours_before,
        "hours_after": support.hours_after,
        "support_decided_on": support.decided_on,
        "budget_area": decided.budget_area,
        "provider": case.provider,
        "provider_kind": decided.provider_kind.value,
        "parameter_set": parameters.title,
        "rule_set": parameters.rule_set,
        "recorded_at": now,
        "actor": scope_of(connection).actor,
    }
    number = int(connection.execute(insert(DECISION).returning(DECISION.c.id), values).scalar_one())
    action = Action.DECISION_RECORDED if decided.revises is None else Action.DECISION_REVISED
    audit.note(connection, action, f"decision:{number}", case=decided.case_key, outcome=decided.outcome.value)
    return number


def talked_about(connection: Connection, case_ids: Iterable[int]) -> set[int]:
    """Those of the cases that have a meeting or a decision."""
    ids = list(case_ids)
    return {
        case_id
        for table in (DECISION, MEETING)
        for case_id in connection.scalars(select(table.c.case_id).where(table.c.case_id.in_(ids)))
    }


def _change(row: Row[Any]) -> RateChange | None:
    if row.effective_date is None:
        return None
    old, new = Fraction(row.old_rate_ore, 100), Fraction(row.new_rate_ore, 100)
    return RateChange(old, new, row.effective_date, row.retro_date, row.stay_end)
