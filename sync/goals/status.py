"""The draft of a status: what the schedule says of each goal, and what the provider is to write itself."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from bit_model.goals import Activity, Goal, Smart
from sync.cases.figures import CaseFigures
from sync.pages import day, hours, word

TO_WRITE = "…"


def smart_word(part: Smart) -> str:
    """A SMART part as a word."""
    return str(
        {
            Smart.SPECIFIC: gettext("specifikt"),
            Smart.MEASURABLE: gettext("målbart"),
            Smart.ACCEPTED: gettext("accepteret"),
            Smart.REALISTIC: gettext("realistisk"),
            Smart.TIMED: gettext("tidsbestemt"),
        }[part]
    )


def questions() -> tuple[str, ...]:
    """What only who was there can tell."""
    return (
        gettext("Hvad er nået, og hvordan ses det?"),
        gettext("Hvad siger borgeren selv?"),
        gettext("Hvad skal fortsætte, og hvad skal ændres?"),
    )


def draft(figures: CaseFigures, found: tuple[Goal, ...]) -> Mapping[str, Any]:
    """What the document's template is filled in with; texts and lists of texts."""
    period = figures.row.period
    return {
        "sag": figures.record.case.case_key,
        "leverandoer": figures.record.case.provider,
        "foerste": day(period[0]) if period else "",
        "sidste": day(period[1]) if period else "",
        "maal": [_goal(goal) for goal in found if goal.name],
        "uden_maal": [_activity(one) for goal in found if not goal.name for one in goal.activities],
        "spoergsmaal": list(questions()),
    }


def as_text(filled: Mapping[str, Any]) -> str:
    """The draft as plain text, to be copied into whatever the provider writes in."""
    lines = [gettext("Status for sag %(key)s", key=filled["sag"]), filled["leverandoer"]]
    if filled["foerste"]:
        lines.append(gettext("Døgnskema %(first)s – %(last)s", first=filled["foerste"], last=filled["sidste"]))
    for goal in filled["maal"]:
        lines += ["", goal["navn"], *goal["linjer"], *(f"- {one}" for one in goal["aktiviteter"])]
        lines += [f"{question} {TO_WRITE}" for question in filled["spoergsmaal"]]
    if filled["uden_maal"]:
        lines += ["", gettext("Tid uden mål"), *(f"- {one}" for one in filled["uden_maal"])]
    return "\n".join(lines)


def _goal(goal: Goal) -> Mapping[str, Any]:
    told = []
    if goal.themes:
        told.append(gettext("Tema: %(themes)s", themes=", ".join(goal.themes)))
    if goal.kinds:
        told.append(gettext("Formål: %(kinds)s", kinds=", ".join(map(word, goal.kinds))))
    if goal.measure:
        told.append(gettext("Ses ved: %(measure)s", measure=goal.measure))
    if goal.deadline:
        told.append(gettext("Nås senest %(day)s", day=day(goal.deadline)))
    if not goal.in_order:
        told.append(gettext("Målet står ikke i bestillingen."))
    told.append(
        gettext(
            "Bestilt %(ordered)s, givet %(given)s timer pr. uge.", ordered=hours(goal.ordered), given=hours(goal.given)
        )
    )
    if goal.is_without_time:
        told.append(gettext("Skemaet har ingen tid til målet."))
    return {"navn": goal.name, "linjer": told, "aktiviteter": [_activity(one) for one in goal.activities]}


def _activity(one: Activity) -> str:
    name, total = one.name or gettext("Uden aktivitet"), hours(one.minutes / 60)
    return str(gettext("%(name)s: %(n)s gange, %(hours)s timer i alt", name=name, n=one.times, hours=total))
