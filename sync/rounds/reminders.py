"""What is written to a provider whose cases wait: before the deadline, on the day, after. Keys, no names."""

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from flask_babel import gettext
from sqlalchemy import Row

from sync.pages import day


class Occasion(StrEnum):
    """When a reminder is sent."""

    BEFORE = "before"
    ON_THE_DAY = "day"
    AFTER = "after"


class Reminder(NamedTuple):
    """A letter to one provider, without a greeting by name and without an attachment."""

    provider: str
    case_keys: tuple[str, ...]
    subject: str
    text: str


def occasion_on(deadline: dt.date, today: dt.date) -> Occasion:
    """The occasion that fits the date."""
    if today == deadline:
        return Occasion.ON_THE_DAY
    return Occasion.BEFORE if today < deadline else Occasion.AFTER


def reminder(held: Row[Any], provider: str, case_keys: Sequence[str], occasion: Occasion) -> Reminder:
    """The reminder of a round for a provider."""
    deadline = day(held.deadline, "d. MMMM y")
    period = {"first": day(held.period_start, "d. MMMM y"), "last": day(held.period_end, "d. MMMM y")}
    subject, opening = {
        Occasion.BEFORE: (
            gettext("Døgnskemaer skal afleveres senest den %(deadline)s", deadline=deadline),
            gettext(
                "I har døgnskemaer for perioden %(first)s til %(last)s. De skal afleveres senest den %(deadline)s.",
                deadline=deadline,
                **period,
            ),
        ),
        Occasion.ON_THE_DAY: (
            gettext("Døgnskemaer skal afleveres i dag, den %(deadline)s", deadline=deadline),
            gettext(
                "Døgnskemaerne for perioden %(first)s til %(last)s skal afleveres i dag, den %(deadline)s.",
                deadline=deadline,
                **period,
            ),
        ),
        Occasion.AFTER: (
            gettext("Døgnskemaer skulle være afleveret den %(deadline)s", deadline=deadline),
            gettext(
                "Døgnskemaerne for perioden %(first)s til %(last)s skulle være afleveret den %(deadline)s.",
                deadline=deadline,
                **period,
            ),
        ),
    }[occasion]
    parts = (
        gettext("Til %(provider)s", provider=provider),
        opening,
        gettext("Vi mangler et døgnskema uden fejl for disse sager:"),
        "\n".join(f"- {key}" for key in case_keys),
        gettext(
            "Skriv til os, hvis noget forhindrer jer, eller hvis en sag ikke længere er hos jer. "
            "Skriv kun sagens nøgle, aldrig navn eller CPR-nummer, og send ikke skemaerne med almindelig e-mail."
        ),
    )
    return Reminder(provider, tuple(case_keys), subject, "\n\n".join(parts))
