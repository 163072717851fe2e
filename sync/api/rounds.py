"""Collection rounds: the list, the board of one, its templates, and opening one."""

import datetime as dt
from enum import StrEnum
from io import BytesIO
from typing import Annotated, Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from flask import jsonify, url_for
from flask_babel import gettext
from pydantic import BaseModel, Field
from sqlalchemy import Connection, Row
from werkzeug.wrappers import Response as AnyResponse

from sync.api.answers import answered, as_file, conditional, listed, page_of
from sync.api.bodies import PAGE, Limit, PeriodBody, Query, RowId
from sync.api.description import JSON, creates, missing, reads
from sync.errors import answer
from sync.issue import issue_round
from sync.rounds.board import BoardLine, CaseState, Due, board, per_state
from sync.rounds.new_round import Chosen, read_new_round
from sync.services import services
from sync.store import rounds as stored
from sync.store.database import writing
from sync.store.tables import Status
from sync.typed import Typed
from workbook_templates.layouts.doegnskema import Form

ZIP = "application/zip"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time in the zip, so that the same templates are the same bytes."""
Name = Annotated[str, Field(max_length=200)]


class RoundPath(BaseModel):
    """Which round."""

    round_id: RowId = Field(description="The round's id.")


class RoundsQuery(Query):
    """How much of the list."""

    limit: Limit = PAGE
    after: RowId | None = Field(None, description="The id behind which the page begins: `next` of the one before.")


class StateCounts(BaseModel):
    """How many cases stand in each state."""

    not_sent: int
    sent: int
    received: int
    has_problems: int
    to_assess: int
    returned: int
    accepted: int
    withdrawn: int


class RoundLine(BaseModel):
    """A round in a list."""

    id: int
    title: str
    period: PeriodBody
    form: Form
    deadline: dt.date = Field(description="The last day on which a file comes in time.")
    opened_at: dt.datetime
    cases: int
    states: StateCounts
    overdue: int = Field(description="Cases that something is still to come for after the deadline.")


class RoundsBody(BaseModel):
    """A page of rounds, the newest deadline first."""

    items: list[RoundLine]
    next: str | None = Field(description="What `after` is on the next page; null on the last.")


class BoardLineBody(BaseModel):
    """Where a case of a round stands."""

    case_key: str
    provider: str
    budget_area: str
    state: CaseState
    due: Due
    issued_at: dt.datetime | None = Field(description="When its template was last made for somebody.")
    sent_at: dt.datetime | None
    reminded_at: dt.datetime | None
    withdrawn_at: dt.datetime | None
    submission_id: int | None = Field(description="Of the newest file.")
    case_version: int | None
    status: Status | None
    errors: int | None
    warnings: int | None


class RoundBody(RoundLine):
    """A round with its board, by case key."""

    board: list[BoardLineBody]


class NewRoundPeriod(BaseModel):
    """First and last day, both included."""

    from_: dt.date = Field(alias="from")
    to: dt.date


class NewRoundBody(BaseModel):
    """What a round is opened with, as on its page."""

    title: Name
    period: NewRoundPeriod
    deadline: dt.date
    form: Form = Form.LIST
    choice: Chosen = Field(Chosen.ALL, description="How the cases are chosen from the case list.")
    provider: Name = Field("", description="With the choice `provider`.")
    budget_area: Name = Field("", description="With the choice `budget_area`.")
    keys: list[Name] = Field([], max_length=1_000, description="With the choice `keys`: case keys.")


@reads("/rounds", "rounds", gives=RoundsBody, paged=True)
def rounds(query: RoundsQuery) -> AnyResponse:
    """Every round, the newest deadline first."""
    with services().store.engine.connect() as connection:
        held = stored.rounds(connection)
        ids = [one.id for one in held]
        begin = ids.index(query.after) + 1 if query.after in ids else 0 if query.after is None else len(ids)
        page = page_of(((str(one.id), _line(one, _board(connection, one))) for one in held[begin:]), query.limit)
    return listed(page, query)


@creates("/rounds", "rounds", gives=RoundBody, takes=JSON, statuses={"201": "It is open: Location says where it is."})
def open_round(body: NewRoundBody) -> AnyResponse:
    """Open a round.

    A case is in one round of a period: what is asked for twice is refused with the keys of the cases that are in one.
    """
    typed = Typed(_as_typed(body))
    made = services()
    with writing(made.store.engine) as connection:
        wanted = read_new_round(connection, typed)
        round_id = stored.open_round(connection, *wanted, made.now()) if wanted else None
    if round_id is None:
        return answer(422, " ".join(f"{field}: {why}" for field, why in typed.errors.items()))
    response = jsonify(_body(round_id))
    response.status_code = 201
    response.headers["Location"] = url_for(".one_round", round_id=round_id)
    return response


@reads("/rounds/<int:round_id>", "rounds", gives=RoundBody)
def one_round(path: RoundPath) -> AnyResponse:
    """A round with its board: where each case stands."""
    return answered(_body(path.round_id) or missing(gettext("Runden findes ikke.")))


@reads(
    "/rounds/<int:round_id>/templates.zip", "rounds", gives={ZIP: {"schema": {"type": "string", "format": "binary"}}}
)
def round_templates(path: RoundPath) -> AnyResponse:
    """The templates of the round's cases, but for those withdrawn; they are noted as issued."""
    made = services()
    with made.store.engine.connect() as connection:
        held = stored.one_round(connection, path.round_id)
        keys = [row.case_key for row in stored.board_rows(connection, path.round_id)]
    if held is None:
        missing(gettext("Runden findes ikke."))
    target = BytesIO()
    with ZipFile(target, "w", ZIP_STORED) as archive:
        for one in issue_round(made.store, path.round_id, keys, made.now()):
            archive.writestr(ZipInfo(one.file_name, _EPOCH), one.content)
    return conditional(as_file(target.getvalue(), ZIP, f"doegnskemaer-runde-{path.round_id}.zip"))


def _body(round_id: int) -> dict[str, Any] | None:
    with services().store.engine.connect() as connection:
        held = stored.one_round(connection, round_id)
        if held is None:
            return None
        lines = _board(connection, held)
    return _line(held, lines) | {"board": [_case(line) for line in lines]}


def _board(connection: Connection, held: Row[Any]) -> list[BoardLine]:
    return board(stored.board_rows(connection, held.id), held.deadline, services().today())


def _line(held: Row[Any], lines: list[BoardLine]) -> dict[str, Any]:
    return {
        "id": held.id,
        "title": held.title,
        "period": {"from": held.period_start.isoformat(), "to": held.period_end.isoformat()},
        "form": held.form,
        "deadline": held.deadline.isoformat(),
        "opened_at": held.opened_at.isoformat(),
        "cases": len(lines),
        "states": {str(state): count for state, count in per_state(lines).items()},
        "overdue": sum(line.due is Due.OVERDUE for line in lines),
    }


def _case(line: BoardLine) -> dict[str, Any]:
    row = line.row
    moments = {name: getattr(row, name) for name in ("issued_at", "sent_at", "reminded_at", "withdrawn_at")}
    return {
        "case_key": row.case_key,
        "provider": row.provider,
        "budget_area": row.budget_area,
        "state": line.state,
        "due": line.due,
        **{name: moment and moment.isoformat() for name, moment in moments.items()},
        "submission_id": row.submission_id,
        "case_version": row.version,
        "status": row.status,
        "errors": row.errors,
        "warnings": row.warnings,
    }


def _as_typed(body: NewRoundBody) -> dict[str, str]:
    """The body as the page's form sends it, so that both are read and refused alike."""
    dates = {"first": body.period.from_, "last": body.period.to, "deadline": body.deadline}
    texts = {"title": body.title, "provider": body.provider, "budget_area": body.budget_area}
    choices: dict[str, StrEnum] = {"form": body.form, "choice": body.choice}
    written = {name: date.isoformat() for name, date in dates.items()} | {k: str(v) for k, v in choices.items()}
    return written | texts | {"keys": "\n".join(body.keys)}
