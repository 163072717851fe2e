"""What a person types to record a decision, a raise by the same form as a cut."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from sqlalchemy import Row

from bit_model.case import ProviderKind
from bit_model.decision import WITHOUT_RATES, Decision, Fault, Outcome, Support, faults, in_force
from bit_model.effect import RateChange, months_back
from bit_model.rounding import half_up
from sync.typed import Typed

RETROACTION_MONTHS = 6
HOURS_OF_A_WEEK = 168
YES, NO = "ja", "nej"


class Retroaction(StrEnum):
    """How far back the new rate reaches."""

    NONE = "none"
    SIX_MONTHS = "six_months"
    DATE = "date"


def blank(case: Row[Any], today: dt.date) -> Typed:
    """The form of a new decision: what the case says already, and no outcome chosen."""
    return Typed(
        {
            "decided_on": today.isoformat(),
            "old_rate": _amount(None if case.day_rate_ore is None else Decimal(case.day_rate_ore) / 100),
            "hours_before": _amount(case.need),
            "hours_after": _amount(case.need),
            "retro": Retroaction.NONE,
        }
    )


def revising(decision: Decision, today: dt.date) -> Typed:
    """The form with what an earlier decision says, to be revised."""
    change, support = decision.change, decision.support
    values = {
        "outcome": decision.outcome.value,
        "decided_on": today.isoformat(),
        "decided_by": decision.decided_by,
        "same_support": YES if support.same else NO,
        "hours_before": _amount(support.hours_before),
        "hours_after": _amount(support.hours_after),
        "support_decided_on": _date(support.decided_on),
        "retro": Retroaction.NONE.value,
        "revises": str(decision.number),
    }
    if change is not None:
        values |= {
            "old_rate": _amount(change.old_rate),
            "new_rate": _amount(change.new_rate),
            "effective_date": _date(change.effective_date),
            "retro": Retroaction.DATE if change.retro_date else Retroaction.NONE,
            "retro_date": _date(change.retro_date),
            "stay_end": _date(change.stay_end),
        }
    return Typed(values)


def read_decision(typed: Typed, case: Row[Any], history: Sequence[Decision], today: dt.date) -> Decision | None:
    """The decision, numbered after the history; None where a field cannot be used, which `typed` then tells."""
    chosen = typed.one_of("outcome", [outcome.value for outcome in Outcome])
    decided_on, decided_by = typed.date("decided_on"), typed.line("decided_by")
    reason, review_on = typed.text("reason"), typed.date("review_on")
    same = typed.one_of("same_support", [YES, NO])
    before = typed.number("hours_before", required=False, largest=HOURS_OF_A_WEEK)
    after = typed.number("hours_after", required=False, largest=HOURS_OF_A_WEEK)
    support = Support(same == YES, before, after, typed.date("support_decided_on", required=False))
    change = _rates(typed, Outcome(chosen) if chosen else None)
    revises = _revised(typed, history)
    if decided_on and decided_on > today:
        typed.refuse("decided_on", gettext("Datoen ligger efter i dag. En afgørelse skrives op, når den er truffet."))
    if typed.errors or decided_on is None or review_on is None:
        return None
    decision = Decision(
        max((earlier.number for earlier in history), default=0) + 1,
        case.case_key,
        case.budget_area,
        ProviderKind(case.provider_kind),
        Outcome(chosen),
        decided_on,
        decided_by,
        reason,
        review_on,
        change,
        support,
        revises,
    )
    for fault in faults(decision):
        typed.refuse(*_told(fault))
    return None if typed.errors else decision


def _rates(typed: Typed, outcome: Outcome | None) -> RateChange | None:
    """The change of rate; a move may be without one."""
    stated = [name for name in ("new_rate", "effective_date") if typed.values.get(name)]
    if outcome in WITHOUT_RATES:
        for name in stated:
            typed.refuse(name, _told(Fault.RATE_CHANGES)[1])
        return None
    if not stated and outcome not in {Outcome.LOWERED, Outcome.RAISED}:
        return None
    old, new = typed.number("old_rate"), typed.number("new_rate")
    effective = typed.date("effective_date")
    retro = typed.one_of("retro", [choice.value for choice in Retroaction])
    back = None
    if retro == Retroaction.DATE:
        back = typed.date("retro_date")
    elif retro == Retroaction.SIX_MONTHS and effective:
        back = months_back(effective, RETROACTION_MONTHS)
    stay_end = typed.date("stay_end", required=False)
    if old is None or new is None or effective is None:
        return None
    return RateChange(old, new, effective, back, stay_end)


def _revised(typed: Typed, history: Sequence[Decision]) -> int | None:
    """The number of the decision that is revised; one that has been already is told."""
    wanted = typed.values.get("revises", "")
    if not wanted:
        return None
    if wanted in {str(decision.number) for decision in in_force(history)}:
        return int(wanted)
    typed.refuse(
        "revises", gettext("Afgørelsen er rettet af en anden imens. Gå tilbage til sagens afgørelser, og se den nye.")
    )
    return None


def _told(fault: Fault) -> tuple[str, str]:
    """The field that a fault stands at, and what to do about it."""
    return {
        Fault.NO_REASON: ("reason", gettext("Skriv begrundelsen.")),
        Fault.NO_DECIDER: ("decided_by", gettext("Skriv funktionen hos den, der har truffet afgørelsen.")),
        Fault.NO_RATES: ("new_rate", gettext("Skriv taksten før og efter og den dag, den nye gælder fra.")),
        Fault.RATE_NOT_LOWER: (
            "new_rate",
            gettext("Taksten er ikke lavere end før. Ret den, eller vælg et andet udfald."),
        ),
        Fault.RATE_NOT_HIGHER: (
            "new_rate",
            gettext("Taksten er ikke højere end før. Ret den, eller vælg et andet udfald."),
        ),
        Fault.RATE_CHANGES: (
            "new_rate",
            gettext("Udfaldet ændrer ingen takst. Tøm feltet, eller vælg et andet udfald."),
        ),
        Fault.RETRO_NOT_EARLIER: (
            "retro_date",
            gettext("Dagen ligger ikke før den, taksten gælder fra. Ret en af dem."),
        ),
        Fault.STAY_ENDS_BEFORE: (
            "stay_end",
            gettext("Opholdet slutter, før den nye takst gælder for nogen dag. Ret datoerne."),
        ),
        Fault.REVIEW_TOO_EARLY: (
            "review_on",
            gettext("Opfølgningen skal ligge efter afgørelsen og efter den dag, taksten gælder fra."),
        ),
        Fault.FEWER_HOURS: (
            "hours_after",
            gettext(
                "Der er færre timer end før, og så er støtten ikke den samme. Mindre støtte kræver sin egen afgørelse; "
                "en afgørelse om takst kan ikke rumme den."
            ),
        ),
        Fault.SUPPORT_CHANGES: (
            "same_support",
            gettext(
                "En takst nedsættes med samme støtte. Ændres støtten, skal det afgøres for sig først; derefter kan "
                "taksten vurderes efter den nye bestilling."
            ),
        ),
        Fault.SUPPORT_NOT_DECIDED: (
            "support_decided_on",
            gettext(
                "Anden støtte kræver sin egen afgørelse. Skriv, hvornår den er truffet; den kan ikke komme efter "
                "taksten."
            ),
        ),
    }[fault]


def _amount(value: Any) -> str:
    return "" if value is None else str(half_up(value)).removesuffix(".00").replace(".", ",")


def _date(value: dt.date | None) -> str:
    return "" if value is None else value.isoformat()
