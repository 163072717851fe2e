"""The pages of rounds: the list, a new one, the status board, one case, and reminders."""

import datetime as dt
from collections.abc import Iterable
from io import BytesIO
from tempfile import TemporaryFile
from typing import Any
from zipfile import ZIP_STORED, ZipFile

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from sqlalchemy import Connection, Row
from werkzeug.wrappers import Response as AnyResponse

from sync.errors import answer
from sync.issue import issue_round
from sync.rounds.board import BoardLine, CaseState, Due, board, per_state
from sync.rounds.new_round import Chosen, before_the_end, case_choices, read_new_round
from sync.services import services
from sync.store import filings, rounds
from sync.store.database import writing
from sync.token import LinkToken, signed_link
from sync.typed import Typed
from workbook_templates.layouts.doegnskema import Form

blueprint = Blueprint("rounds", __name__, url_prefix="/runder", template_folder="templates")
ROWS_PER_PAGE = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/")
def overview() -> str:
    """Every round with its counts per state."""
    today = services().today()
    with services().store.engine.connect() as connection:
        held = [(one, _lines(connection, one, today)) for one in rounds.rounds(connection)]
    return render_template(
        "rounds/overview.html",
        rounds=[(one, per_state(lines), _overdue(lines)) for one, lines in held],
        states=list(CaseState),
    )


@blueprint.get("/ny")
def new() -> str:
    """The form that opens a round."""
    return _new(Typed({"form": Form.LIST, "choice": Chosen.ALL}))


@blueprint.post("/ny")
def open_one() -> AnyResponse:
    """Open a round, or show what cannot be used."""
    typed = Typed(request.form)
    made = services()
    with writing(made.store.engine) as connection:
        wanted = read_new_round(connection, typed)
        if wanted is not None:
            round_id = rounds.open_round(connection, *wanted, made.now())
            return redirect(url_for(".status", round_id=round_id), 303)
    return Response(_new(typed), 422)


@blueprint.get("/<int:round_id>")
def status(round_id: int) -> str:
    """The status board, narrowed to a state, a provider or what is late."""
    return _status(round_id, Typed())


@blueprint.post("/<int:round_id>")
def move_deadline(round_id: int) -> AnyResponse:
    """Give the round another deadline."""
    typed = Typed(request.form)
    deadline = typed.date("deadline")
    with writing(services().store.engine) as connection:
        held, _ = held_board(connection, round_id)
        if deadline is not None and deadline < held.period_end:
            typed.refuse("deadline", before_the_end())
        if deadline is not None and not typed.errors:
            rounds.move_deadline(connection, round_id, deadline)
            return redirect(url_for(".status", round_id=round_id), 303)
    return Response(_status(round_id, typed), 422)


def _status(round_id: int, typed: Typed) -> str:
    with services().store.engine.connect() as connection:
        held, lines = held_board(connection, round_id)
    state, provider = request.args.get("tilstand", ""), request.args.get("leverandoer", "")
    due = request.args.get("frist", "")
    of_provider = [line for line in lines if provider in ("", line.row.provider)]
    shown = [line for line in of_provider if state in ("", line.state) and due in ("", line.due)]
    pages = max(1, -(-len(shown) // ROWS_PER_PAGE))
    page = min(max(1, request.args.get("side", 1, type=int)), pages)
    return render_template(
        "rounds/status.html",
        round=held,
        lines=shown[(page - 1) * ROWS_PER_PAGE : page * ROWS_PER_PAGE],
        found=len(shown),
        all=len(of_provider),
        totals=per_state(of_provider),
        dues={one: sum(line.due is one for line in of_provider) for one in (Due.OVERDUE, Due.SOON)},
        providers=sorted({line.row.provider for line in lines}),
        not_sent=[line.row.case_key for line in lines if line.state is CaseState.NOT_SENT],
        state=state,
        provider=provider,
        due=due,
        page=page,
        pages=pages,
        last_link_day=_last_link_day(held),
        typed=typed,
    )


@blueprint.post("/<int:round_id>/skemaer")
def templates(round_id: int) -> AnyResponse:
    """The templates of all the round's cases as one zip, or that of one case; they are noted as issued."""
    wanted = request.form.get("sag", "")
    with services().store.engine.connect() as connection:
        _, lines = held_board(connection, round_id)
    keys = [line.row.case_key for line in lines if wanted in ("", line.row.case_key)]
    issued = issue_round(services().store, round_id, keys, services().now())
    if wanted:
        found = next(iter(list(issued)), None)
        if found is None:
            return answer(404, gettext("Sagen er udgået af runden, eller sagslisten har den ikke længere."))
        return send_file(BytesIO(found.content), XLSX, as_attachment=True, download_name=found.file_name)
    target = TemporaryFile()  # noqa: SIM115 - the answer closes it
    with ZipFile(target, "w", ZIP_STORED) as archive:
        for one in issued:
            archive.writestr(one.file_name, one.content)
    target.seek(0)
    return send_file(target, "application/zip", as_attachment=True, download_name=f"doegnskemaer-runde-{round_id}.zip")


@blueprint.post("/<int:round_id>/sendt")
def sent(round_id: int) -> AnyResponse:
    """Mark one case's template as sent, or those of all that are not."""
    wanted = request.form.get("sag", "")
    with writing(services().store.engine) as connection:
        _, lines = held_board(connection, round_id)
        keys = [line.row.case_key for line in lines if line.state is CaseState.NOT_SENT]
        rounds.mark_sent(connection, round_id, [key for key in keys if wanted in ("", key)], services().now())
    return redirect(url_for(".status", round_id=round_id), 303)


@blueprint.get("/<int:round_id>/sager/<path:case_key>")
def case(round_id: int, case_key: str) -> str:
    """One case of the round: what was sent, its link, its files and what was decided of them."""
    return _case(round_id, case_key, Typed())


@blueprint.post("/<int:round_id>/sager/<path:case_key>")
def act(round_id: int, case_key: str) -> AnyResponse:
    """Withdraw the case with a reason, or revoke its link."""
    typed = Typed(request.form)
    withdrawing = typed.one_of("act", ("withdraw", "revoke")) == "withdraw"
    reason = typed.text("reason") if withdrawing else ""
    if typed.errors:
        return Response(_case(round_id, case_key, typed), 422)
    with writing(services().store.engine) as connection:
        _line(connection, round_id, case_key)
        if withdrawing:
            rounds.withdraw(connection, round_id, case_key, reason, services().now())
        else:
            rounds.revoke_link(connection, round_id, case_key)
    return redirect(url_for(".case", round_id=round_id, case_key=case_key), 303)


def _new(typed: Typed) -> str:
    with services().store.engine.connect() as connection:
        choices = case_choices(connection)
    return render_template("rounds/new.html", typed=typed, choices=choices, forms=list(Form), chosen=list(Chosen))


def _case(round_id: int, case_key: str, typed: Typed) -> str:
    made = services()
    with made.store.engine.connect() as connection:
        held, line = _line(connection, round_id, case_key)
        files = filings.of_round_case(connection, line.row.id)
        acts = filings.acts(connection, [file.id for file in files])
    last_day = _last_link_day(held)
    link = ""
    if line.state is not CaseState.WITHDRAWN and made.today() <= last_day:
        number = LinkToken(line.row.id, line.row.link_number, made.store.scope.authority or 1)
        token = signed_link(number, made.settings.key)
        link = url_for("links.page", token=token, _external=True)
    return render_template(
        "rounds/case.html",
        round=held,
        line=line,
        files=files,
        acts=acts,
        link=link,
        last_link_day=last_day,
        typed=typed,
    )


def held_board(connection: Connection, round_id: int) -> tuple[Row[Any], list[BoardLine]]:
    """The round and the lines of its board; 404 where there is none."""
    held = rounds.one_round(connection, round_id)
    if held is None:
        abort(404)
    return held, _lines(connection, held, services().today())


def _line(connection: Connection, round_id: int, case_key: str) -> tuple[Row[Any], BoardLine]:
    held = rounds.one_round(connection, round_id)
    rows = rounds.board_rows(connection, round_id, case_key) if held is not None else []
    if held is None or not rows:
        abort(404)
    return held, board(rows, held.deadline, services().today())[0]


def _lines(connection: Connection, held: Row[Any], today: dt.date) -> list[BoardLine]:
    return board(rounds.board_rows(connection, held.id), held.deadline, today)


def _overdue(lines: Iterable[BoardLine]) -> int:
    return sum(line.due is Due.OVERDUE for line in lines)


def _last_link_day(held: Row[Any]) -> dt.date:
    last: dt.date = held.deadline + dt.timedelta(days=services().settings.link_days)
    return last
