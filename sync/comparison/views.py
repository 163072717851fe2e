"""The page with all cases, and its workbook."""

import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, Response, render_template, request

from bit_model.comparison import State
from bit_model.negotiation import UNTOUCHED, Negotiation
from sync.audit.reading import seen
from sync.comparison.rows import ComparisonRow, comparison_rows, per_state
from sync.services import services
from sync.store.audit import Action
from sync.store.negotiation import standings
from sync.store.parameters import in_use

blueprint = Blueprint("comparison", __name__, url_prefix="/sammenligning", template_folder="templates")
ROWS_PER_PAGE = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/")
def overview() -> str:
    """One row per case, narrowed to a state or a search."""
    made = services()
    with made.store.engine.connect() as connection:
        parameters = in_use(connection)
        rows = comparison_rows(connection, parameters)
        kept = {key: one.negotiation for key, one in standings(connection).items()}
    state, query = request.args.get("tilstand", ""), request.args.get("soeg", "").strip()
    status, due = request.args.get("forhandling", ""), request.args.get("opfoelgning", "")
    today = made.today()
    shown = [
        row
        for row in rows
        if state in ("", row.comparison.state)
        and _stands(kept.get(row.case_key, UNTOUCHED), status, due, today)
        and _matches(row, kept.get(row.case_key, UNTOUCHED), query.casefold())
    ]
    pages = max(1, -(-len(shown) // ROWS_PER_PAGE))
    page = min(max(1, request.args.get("side", 1, type=int)), pages)
    seen(made.store, Action.COMPARISON_READ, cases=len(shown))
    return render_template(
        "comparison/overview.html",
        rows=shown[(page - 1) * ROWS_PER_PAGE : page * ROWS_PER_PAGE],
        found=len(shown),
        all=len(rows),
        totals=per_state(rows),
        states=list(State),
        state=state,
        query=query,
        kept=kept,
        negotiation=status,
        due=due,
        today=today,
        kept_filters={"soeg": query or None, "forhandling": status or None, "opfoelgning": due or None},
        page=page,
        pages=pages,
        parameters=parameters,
    )


@blueprint.get("/bit-sammenligning.xlsx")
def workbook() -> Response:
    """The comparison as a workbook."""
    return workbook_response()


def workbook_response() -> Response:
    """The comparison as a workbook, made now, for the page and the API."""
    from sync.comparison.workbook import write_comparison_workbook

    seen(services().store, Action.COMPARISON_EXPORTED, form="xlsx")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bit-sammenligning.xlsx"
        write_comparison_workbook(path, services().store)
        content = path.read_bytes()
    response = Response(content, mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename="bit-sammenligning.xlsx")
    return response


def _matches(row: ComparisonRow, kept: Negotiation, query: str) -> bool:
    texts = (row.case_key, row.provider, row.house, row.budget_area, kept.responsible)
    return any(query in text.casefold() for text in texts)


def _stands(kept: Negotiation, status: str, due: str, today: dt.date) -> bool:
    """True where the negotiation has the status, if one is asked for, and its follow-up is due, or has no date."""
    date = kept.follow_up
    return status in ("", kept.status) and {"naaet": date is not None and date <= today, "ingen": date is None}.get(
        due, True
    )
