"""What a person types to open a round: title, period, deadline, form and which cases."""

from enum import StrEnum
from typing import NamedTuple

from flask_babel import gettext
from sqlalchemy import Connection

from bit_model.schedule import Period
from sync.store import cases, rounds
from sync.store.comparison import narrow_rows
from sync.store.rounds import NewRound
from sync.typed import Typed
from workbook_templates.layouts.doegnskema import Form

SHOWN_KEYS = 5
LONGEST_PERIOD_DAYS = 366


class Chosen(StrEnum):
    """How the cases of a round are chosen from the case list."""

    ALL = "all"
    PROVIDER = "provider"
    BUDGET_AREA = "budget_area"
    KEYS = "keys"


class CaseChoice(NamedTuple):
    """A case as it can be chosen."""

    case_key: str
    provider: str
    budget_area: str


def case_choices(connection: Connection) -> list[CaseChoice]:
    """The cases of the newest case list, by key."""
    return [CaseChoice(row.case_key, row.provider, row.budget_area) for row in narrow_rows(connection)]


def read_new_round(connection: Connection, typed: Typed) -> tuple[NewRound, list[str]] | None:
    """The round and its cases' keys; None where a field cannot be used, which `typed` then tells."""
    title = typed.line("title")
    first, last, deadline = typed.date("first"), typed.date("last"), typed.date("deadline")
    form = typed.one_of("form", [form.value for form in Form])
    if first and last and last < first:
        typed.refuse("last", gettext("Periodens sidste dag ligger før den første. Ret en af dem."))
    elif first and last and (last - first).days >= LONGEST_PERIOD_DAYS:
        typed.refuse("last", gettext("Perioden er for lang. Ret første eller sidste dag."))
    if last and deadline and deadline < last:
        typed.refuse("deadline", before_the_end())
    keys = _chosen(connection, typed)
    if first and last and deadline and not typed.errors:
        period = Period(first, last)
        busy = rounds.already_in_a_round(connection, period, keys)
        if not busy:
            return NewRound(title, period, form, deadline), keys
        typed.refuse(
            "choice",
            gettext(
                "%(n)s sager er allerede i en runde med samme periode: %(keys)s. Tag dem ud der, eller vælg andre.",
                n=len(busy),
                keys=_shown(busy),
            ),
        )
    return None


def before_the_end() -> str:
    """Why a deadline cannot be used."""
    return str(gettext("Fristen ligger før periodens sidste dag. Vælg en senere dag."))


def _chosen(connection: Connection, typed: Typed) -> list[str]:
    """Keys of the cases chosen; where none are, the field is told."""
    listed = case_choices(connection)
    if not listed:
        typed.refuse("choice", gettext("Der er ingen sagsliste endnu. Læs den ind med bitark issue."))
        return []
    match typed.one_of("choice", [choice.value for choice in Chosen]):
        case Chosen.ALL:
            return [case.case_key for case in listed]
        case Chosen.PROVIDER:
            provider = typed.one_of("provider", {case.provider for case in listed})
            return [case.case_key for case in listed if case.provider == provider]
        case Chosen.BUDGET_AREA:
            area = typed.one_of("budget_area", {case.budget_area for case in listed})
            return [case.case_key for case in listed if case.budget_area == area]
        case Chosen.KEYS:
            return _typed_keys(connection, typed)
    return []


def _typed_keys(connection: Connection, typed: Typed) -> list[str]:
    """Keys written one to a line or between commas; each must be a case's."""
    text = typed.text("keys", longest=20_000)
    keys = list(dict.fromkeys(key.strip() for key in text.replace(",", "\n").split("\n") if key.strip()))
    unknown = [key for key in keys if cases.known_case(connection, key) is None]
    if unknown:
        typed.refuse("keys", gettext("Sagslisten har ikke: %(keys)s. Ret nøglerne.", keys=_shown(unknown)))
    return keys


def _shown(keys: list[str]) -> str:
    return ", ".join(keys[:SHOWN_KEYS]) + (" …" if len(keys) > SHOWN_KEYS else "")
