"""What a person may decide about a received file. No Flask."""

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row

from bit_model.checks import LEVELS, Level
from sync.store import filings, submissions
from sync.store.filings import Deed
from sync.store.tables import UNFINISHED, Act, Status


class Hindrance(StrEnum):
    """Why something cannot be decided."""

    NOT_READ = "not_read"
    NOT_NEWEST = "not_newest"
    HAS_ERRORS = "has_errors"
    NO_SUCH_WARNING = "no_such_warning"


def decide(connection: Connection, submission_id: int, deed: Deed, now: dt.datetime) -> Hindrance | None:
    """Write the decision; or why it cannot be made, and then nothing is written."""
    kept = submissions.submission(connection, submission_id, lock=True)
    found = hindrance(connection, kept, deed)
    if found is None:
        filings.note(connection, submission_id, deed, now)
    return found


def hindrance(connection: Connection, kept: Row[Any] | None, deed: Deed) -> Hindrance | None:
    """Why the deed cannot be done to the file: only the newest file is assessed, and an error cannot be accepted."""
    if kept is None or kept.case_id is None or kept.status in UNFINISHED:
        return Hindrance.NOT_READ
    if filings.newest_beside(connection, kept.id) != kept.id:
        return Hindrance.NOT_NEWEST
    if deed.act is Act.ACCEPTED and kept.status != Status.ACCEPTED:
        return Hindrance.HAS_ERRORS
    if deed.act is Act.WARNING_ACCEPTED and (deed.code, deed.sheet, deed.cell) not in open_warnings(connection, kept):
        return Hindrance.NO_SUCH_WARNING
    return None


def open_warnings(connection: Connection, kept: Row[Any]) -> dict[tuple[str, str, str], dict[str, Any]]:
    """The file's warnings that nobody has accepted yet, by code, sheet and cell."""
    accepted = {
        (act.code, act.sheet, act.cell)
        for act in filings.acts(connection, [kept.id])
        if act.act == Act.WARNING_ACCEPTED
    }
    problems = (kept.report or {"problems": ()})["problems"]
    warnings = {(p["code"], p["sheet"], p["cell"]): p for p in problems if LEVELS[p["code"]] is Level.WARNING}
    return {place: problem for place, problem in warnings.items() if place not in accepted}
