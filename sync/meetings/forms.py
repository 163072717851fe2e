"""What a person types about a meeting: the call, the minutes, a task."""

import datetime as dt
from typing import Any

from flask_babel import gettext
from sqlalchemy import Row

from sync.store.meetings import Called, Said
from sync.typed import Typed
from workbook_templates.kinds import TIME, UnreadableError

LONGEST_MINUTES = 20_000


def blank(today: dt.date) -> Typed:
    """The form of a new meeting: an agenda that is usual, to be changed."""
    agenda = (
        gettext("Borgerens egne ord og ønsker"),
        gettext("Tallene: bestilt, målt og betalt, og hvordan de er opstået"),
        gettext("Hvad er ikke belyst, og hvem svarer på det?"),
        gettext("Hvad er vi enige om, og hvad er vi ikke?"),
        gettext("Opgaver og næste skridt"),
    )
    participants = (gettext("Sagsbehandler, myndighed"), gettext("Leder af tilbuddet"))
    return Typed(
        {
            "held_on": (today + dt.timedelta(days=14)).isoformat(),
            "agenda": "\n".join(agenda),
            "participants": "\n".join(participants),
        }
    )


def of_meeting(meeting: Row[Any]) -> Typed:
    """The form with what a meeting says."""
    names = ("starts", "place", "participants", "agenda", "own_words")
    return Typed({"held_on": meeting.held_on.isoformat(), **{name: getattr(meeting, name) for name in names}})


def of_minutes(meeting: Row[Any], newest: Row[Any] | None) -> Typed:
    """The form of minutes: the newest version, or what the call says of participants and the citizen's words."""
    source = newest or meeting
    return Typed(
        {
            "present": source.participants,
            "said": newest.said if newest else "",
            "citizen": source.own_words,
        }
    )


def read_call(typed: Typed) -> Called | None:
    """The call; None where a field cannot be used, which `typed` then tells."""
    held_on, starts = typed.date("held_on"), _clock(typed, "starts")
    place, participants, agenda = typed.line("place"), typed.text("participants"), typed.text("agenda")
    own_words = typed.text("own_words", required=False)
    if typed.errors or held_on is None:
        return None
    return Called(held_on, starts, place, participants, agenda, own_words)


def read_minutes(typed: Typed, meeting: Row[Any], today: dt.date) -> Said | None:
    """The minutes; None where they cannot be used."""
    said = Said(
        typed.text("present"),
        typed.text("said", longest=LONGEST_MINUTES),
        typed.text("citizen"),
    )
    if meeting.held_on > today:
        typed.refuse("said", gettext("Mødet er ikke holdt endnu. Ret dagen, eller skriv referatet bagefter."))
    return None if typed.errors else said


def read_task(typed: Typed) -> tuple[str, str, dt.date] | None:
    """What, who (a function) and by when."""
    what, owner, due = typed.line("what", longest=300), typed.line("owner"), typed.date("due")
    return None if typed.errors or due is None else (what, owner, due)


def _clock(typed: Typed, name: str) -> str:
    value = typed.line(name)
    if not value:
        return ""
    try:
        minutes = TIME.parse(value)
    except UnreadableError:
        return typed.refuse(name, gettext("Det er ikke et klokkeslæt. Skriv fx 09:30."))
    return f"{minutes // 60:02}:{minutes % 60:02}"
