"""The four fields of a case as a page's form: what stands in it, and what was typed."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext
from sqlalchemy import Connection, Row

from bit_model.negotiation import UNTOUCHED, Negotiation, NegotiationStatus
from sync.negotiation.returned import Conflict, plain, told
from sync.pages import language
from sync.store import negotiation
from sync.typed import Typed
from workbook_templates.comparison.read import LONGEST_NOTE, LONGEST_RESPONSIBLE, begins_like_a_formula
from workbook_templates.kinds import DATE

LONGEST_VERSION = 9
"""Digits."""


@dataclass(frozen=True, slots=True)
class CaseForm:
    """The form of a case in the version that it was shown in, and every version there has been, the newest first."""

    case_key: str
    version: int
    typed: Typed
    history: Sequence[Row[Any]] = ()
    conflict: Conflict | None = None
    kept: Negotiation = field(default=UNTOUCHED)


def case_form(connection: Connection, case_key: str, typed: Typed | None = None) -> CaseForm | None:
    """The form as the case stands, or with what was typed; None where there is no such case for the one who asks."""
    standing = negotiation.standings(connection, [case_key]).get(case_key)
    if standing is None:
        return None
    shown = typed or Typed(as_typed(standing.negotiation))
    version = standing.version if typed is None else typed_version(typed)
    return CaseForm(case_key, version, shown, negotiation.history(connection, case_key), None, standing.negotiation)


def as_typed(values: Negotiation) -> Mapping[str, str]:
    """The values as a form holds them."""
    return {
        "status": values.status,
        "note": values.note,
        "follow_up": told(values, "follow_up"),
        "responsible": values.responsible,
    }


def typed_version(typed: Typed) -> int:
    """The version that the form was made for; a negative number where it does not say."""
    text = typed.values.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_VERSION else -1


def negotiation_of(typed: Typed) -> Negotiation:
    """What was typed; what cannot be used is told in `typed.errors`."""
    status = typed.one_of("status", list(NegotiationStatus))
    note = typed.text("note", required=False, longest=LONGEST_NOTE)
    follow_up: dt.date | None = typed.date("follow_up") if typed.values.get("follow_up") else None
    responsible = typed.line("responsible", required=False, longest=LONGEST_RESPONSIBLE)
    for name, text in (("note", note), ("responsible", responsible)):
        if begins_like_a_formula(text):
            typed.refuse(name, gettext("Teksten begynder som en formel. Begynd den med et bogstav eller et tal."))
    return Negotiation(NegotiationStatus(status or NegotiationStatus.NOT_STARTED), note, follow_up, responsible)


def label(key: str) -> str:
    """The field's name on a page."""
    labels = {
        "status": gettext("Forhandling"),
        "note": gettext("Note"),
        "follow_up": gettext("Næste opfølgning"),
        "responsible": gettext("Ansvarlig"),
    }
    return str(labels[key])


def value_text(values: Negotiation, key: str) -> str:
    """A field's value in the page's language; a word for nothing."""
    return told(values, key, language()) or gettext("ikke udfyldt")


def posted(values: Negotiation, key: str) -> str:
    """A field's value as the form sends it."""
    return DATE.show(values.follow_up) if key == "follow_up" and values.follow_up else plain(values, key) or ""
