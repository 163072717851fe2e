"""What a named person decided in a case, and what a decision must hold before it can be one (domain text, section 7).

Raises and cuts go by the same rules. Nothing here decides, proposes or ranks.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bit_model.case import ProviderKind
from bit_model.effect import RateChange
from bit_model.rounding import Number


class Outcome(StrEnum):
    """What was decided."""

    LOWERED = "lowered"
    """The tariff is lowered and the support stays the same."""
    RAISED = "raised"
    UNCHANGED = "unchanged"
    MORE_INTRUSIVE = "more_intrusive"
    """The citizen moves to more intrusive support."""
    LESS_INTRUSIVE = "less_intrusive"
    NOT_SETTLED = "not_settled"


MOVES = frozenset({Outcome.MORE_INTRUSIVE, Outcome.LESS_INTRUSIVE})
WITHOUT_RATES = frozenset({Outcome.UNCHANGED, Outcome.NOT_SETTLED})
"""Outcomes that change no rate."""


class Fault(StrEnum):
    """Why something cannot be recorded as a decision."""

    NO_REASON = "no_reason"
    NO_DECIDER = "no_decider"
    NO_RATES = "no_rates"
    RATE_NOT_LOWER = "rate_not_lower"
    RATE_NOT_HIGHER = "rate_not_higher"
    RATE_CHANGES = "rate_changes"
    """The outcome changes no rate, yet a change is stated."""
    RETRO_NOT_EARLIER = "retro_not_earlier"
    STAY_ENDS_BEFORE = "stay_ends_before"
    """The stay ends before the new rate holds for any day."""
    REVIEW_TOO_EARLY = "review_too_early"
    """The review is not after the day of the decision and the effective date."""
    FEWER_HOURS = "fewer_hours"
    """The same support is claimed, yet fewer hours are ordered: that is a decision of its own."""
    SUPPORT_CHANGES = "support_changes"
    """A tariff is lowered with the same support, yet the support changes."""
    SUPPORT_NOT_DECIDED = "support_not_decided"
    """The support changes without a decision of its own, made by the effective date."""


@dataclass(frozen=True, slots=True)
class Support:
    """The ordered support before and after, hours per week where they are known.

    Other support needs its own decision, made on `decided_on`; a decision about a tariff never lowers it.
    """

    same: bool = True
    hours_before: Number | None = None
    hours_after: Number | None = None
    decided_on: dt.date | None = None

    @property
    def hours_are_lowered(self) -> bool:
        """True where both figures are known and the second is lower."""
        return self.hours_before is not None and self.hours_after is not None and self.hours_after < self.hours_before


SAME_SUPPORT = Support()


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided in a case. `decided_by` is a function, never a name.

    `number` tells decisions apart; `revises` is the number of the one that this takes the place of, which stays in the
    history. A decision that revises none stands beside the earlier ones: its rate starts from theirs.
    """

    number: int
    case_key: str
    budget_area: str
    provider_kind: ProviderKind
    outcome: Outcome
    decided_on: dt.date
    decided_by: str
    reason: str
    review_on: dt.date
    change: RateChange | None = None
    support: Support = SAME_SUPPORT
    revises: int | None = None

    @property
    def is_retroactive(self) -> bool:
        """True where its new rate reaches back before the effective date."""
        return self.change is not None and self.change.is_retroactive

    @property
    def warns_of_long_retroaction(self) -> bool:
        """True where it reaches back beyond twelve months."""
        return self.change is not None and self.change.retroaction_is_long


def faults(decision: Decision) -> tuple[Fault, ...]:
    """Everything that keeps it from being recorded, in the order of the form; empty where nothing does."""
    change, support = decision.change, decision.support
    holds_from = decision.decided_on if change is None else change.effective_date
    checks = (
        (Fault.NO_REASON, not decision.reason.strip()),
        (Fault.NO_DECIDER, not decision.decided_by.strip()),
        *_rate_checks(decision.outcome, change),
        (Fault.REVIEW_TOO_EARLY, decision.review_on <= max(decision.decided_on, holds_from)),
        (Fault.FEWER_HOURS, support.same and support.hours_are_lowered),
        (Fault.SUPPORT_CHANGES, decision.outcome is Outcome.LOWERED and not support.same),
        (
            Fault.SUPPORT_NOT_DECIDED,
            not support.same and (support.decided_on is None or support.decided_on > holds_from),
        ),
    )
    return tuple(fault for fault, found in checks if found)


def _rate_checks(outcome: Outcome, change: RateChange | None) -> tuple[tuple[Fault, bool], ...]:
    if change is None:
        return ((Fault.NO_RATES, outcome in {Outcome.LOWERED, Outcome.RAISED}),)
    first = change.retro_date if change.is_retroactive and change.retro_date else change.effective_date
    return (
        (Fault.RATE_NOT_LOWER, outcome is Outcome.LOWERED and change.delta <= 0),
        (Fault.RATE_NOT_HIGHER, outcome is Outcome.RAISED and change.delta >= 0),
        (Fault.RATE_CHANGES, outcome in WITHOUT_RATES),
        (Fault.RETRO_NOT_EARLIER, change.retro_date is not None and not change.is_retroactive),
        (Fault.STAY_ENDS_BEFORE, change.stay_end is not None and change.stay_end < first),
    )


def in_force(history: Iterable[Decision]) -> list[Decision]:
    """The decisions that no other revises, in the order that they came."""
    found = list(history)
    revised = {decision.revises for decision in found}
    return [decision for decision in found if decision.number not in revised]
