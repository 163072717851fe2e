"""The pages of decisions: all of them, and those of one case with the form."""

from io import BytesIO

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, url_for
from sqlalchemy import Connection, Row
from werkzeug.wrappers import Response as AnyResponse

from bit_model.decision import Decision, Outcome, in_force
from bit_model.effect import YearEffect, effect_in, effects
from sync.audit.reading import seen as audited
from sync.decisions.form import NO, YES, Retroaction, blank, read_decision, revising
from sync.pages import language
from sync.services import services
from sync.store import cases, decisions
from sync.store.audit import Action
from sync.store.database import writing
from sync.store.parameters import in_use
from sync.typed import Typed

blueprint = Blueprint("decisions", __name__, template_folder="templates")
ROWS_PER_PAGE = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/afgoerelser/")
def overview() -> str:
    """Every decision in force, or with those that were revised; in the order that they were recorded, newest first."""
    outcome, area = request.args.get("udfald", ""), request.args.get("omraade", "")
    everything = request.args.get("alle") == YES
    with services().store.engine.connect() as connection:
        history = decisions.decisions(connection)
    holding = {decision.number for decision in in_force(history)}
    shown = [
        decision
        for decision in reversed(history)
        if outcome in ("", decision.outcome)
        and area in ("", decision.budget_area)
        and (everything or decision.number in holding)
    ]
    pages = max(1, -(-len(shown) // ROWS_PER_PAGE))
    page = min(max(1, request.args.get("side", 1, type=int)), pages)
    audited(services().store, Action.DECISIONS_READ, decisions=len(shown))
    return render_template(
        "decisions/overview.html",
        decisions=shown[(page - 1) * ROWS_PER_PAGE : page * ROWS_PER_PAGE],
        holding=holding,
        found=len(shown),
        all=len(history),
        outcomes=list(Outcome),
        areas=sorted({decision.budget_area for decision in history}),
        chosen={"udfald": outcome, "omraade": area, "alle": YES if everything else ""},
        page=page,
        pages=pages,
    )


@blueprint.get("/afgoerelser/afgoerelser.<any(xlsx, csv):form>")
def export(form: str) -> AnyResponse:
    """The decisions in force with what they are worth in a year, as a workbook with formulas or as text."""
    from sync.decisions.workbook import write_csv, write_workbook

    year = request.args.get("aar", services().today().year, type=int)
    if not 2000 <= year <= 2100:
        abort(404)
    with services().store.engine.connect() as connection:
        rows = decisions.decision_rows(connection)
    audited(services().store, Action.DECISIONS_EXPORTED, form=form, year=year, decisions=len(rows))
    content = write_csv(rows, year, language()) if form == "csv" else write_workbook(rows, year, language())
    mimetype = "text/csv" if form == "csv" else XLSX
    return send_file(BytesIO(content), mimetype, as_attachment=True, download_name=f"afgoerelser-{year}.{form}")


@blueprint.get("/sager/<path:case_key>/afgoerelse")
def of_case(case_key: str) -> str:
    """The decisions of a case and the form for another, or for revising one (`ret`)."""
    made = services()
    with made.store.engine.connect() as connection:
        case, history = _case(connection, case_key)
        revised = request.args.get("ret", 0, type=int)
        earlier = next((decision for decision in in_force(history) if decision.number == revised), None)
        typed = blank(case, made.today()) if earlier is None else revising(earlier, made.today())
        shown = _page(case, history, typed)
    audited(made.store, Action.CASE_READ, case=case_key, part="decisions")
    return shown


@blueprint.post("/sager/<path:case_key>/afgoerelse")
def record(case_key: str) -> AnyResponse:
    """Record a decision; or show what it is worth, or what cannot be used."""
    typed, made = Typed(request.form), services()
    with writing(made.store.engine) as connection:
        parameters = in_use(connection)
        known = cases.known_case(connection, case_key)  # locked: two people record one after the other
        if known is None:
            abort(404)
        case, history = _case(connection, known.case_key)
        decision = read_decision(typed, case, history, made.today())
        looks = request.form.get("what") == "see"
        if decision is None:
            return Response(_page(case, history, typed), 422)
        unseen = decision.warns_of_long_retroaction and typed.values.get("seen") != YES
        if looks or unseen:
            return Response(_page(case, history, typed, decision), 200 if looks else 422)
        decisions.record(connection, decision, case, parameters, made.now())
    return redirect(url_for(".of_case", case_key=case.case_key, _anchor="afgoerelser"), 303)


def _case(connection: Connection, case_key: str) -> tuple[Row[tuple[object, ...]], list[Decision]]:
    case = cases.case_row(connection, case_key)
    if case is None:
        abort(404)
    return case, decisions.decisions(connection, case_key)


def _page(case: Row[tuple[object, ...]], history: list[Decision], typed: Typed, seen: Decision | None = None) -> str:
    holding = {decision.number for decision in in_force(history)}
    return render_template(
        "decisions/case.html",
        case=case,
        history=[(decision, _years(decision)) for decision in reversed(history)],
        holding=holding,
        typed=typed,
        seen=seen,
        seen_years=_years(seen) if seen else [],
        outcomes=list(Outcome),
        retroactions=list(Retroaction),
        yes=YES,
        no=NO,
    )


def _years(decision: Decision) -> list[YearEffect]:
    """The figures of each year to that of the effective date, and of the first whole year after it."""
    if decision.change is None:
        return []
    return [*effects(decision.change), effect_in(decision.change, decision.change.effective_date.year + 1)]
