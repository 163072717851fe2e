"""How far the talk about a case has come, and what becomes of a change that was made while another was made too."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class NegotiationStatus(StrEnum):
    """How far the talk has come, from first to last."""

    NOT_STARTED = "not_started"
    MEETING_AGREED = "meeting_agreed"
    IN_NEGOTIATION = "in_negotiation"
    AGREED = "agreed"
    CLOSED = "closed"


class Negotiation(NamedTuple):
    """What people keep about a case's negotiation. `responsible` is a function or a team, never a name."""

    status: NegotiationStatus = NegotiationStatus.NOT_STARTED
    note: str = ""
    follow_up: dt.date | None = None
    responsible: str = ""


UNTOUCHED = Negotiation()
"""As every case begins."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What becomes of what was sent: `result` is to be kept, `changed` names the fields that are new in it.

    In a conflict `result` is what was kept before, and `conflict` names every field that somebody changed.
    """

    result: Negotiation
    changed: tuple[str, ...] = ()
    conflict: tuple[str, ...] = ()


def merge(base: Negotiation, sent: Negotiation, kept: Negotiation) -> Merged:
    """Three ways: as it went out, as it came back, and as it is kept now.

    Only what was changed counts, and the same change on both sides is none. A case that was changed on both sides is a
    conflict, also where the fields are different ones: a note may be about the status that somebody else changed.
    """
    mine = [key for key in Negotiation._fields if getattr(sent, key) not in (getattr(base, key), getattr(kept, key))]
    theirs = [key for key in Negotiation._fields if getattr(kept, key) not in (getattr(base, key), getattr(sent, key))]
    if mine and theirs:
        return Merged(kept, conflict=tuple(key for key in Negotiation._fields if key in {*mine, *theirs}))
    return Merged(kept._replace(**{key: getattr(sent, key) for key in mine}), tuple(mine))
