"""The page of one case, and how each of its figures came about."""

import datetime as dt
from collections.abc import Callable, Mapping

from flask import Blueprint, abort, render_template, request, url_for

from sync.audit.reading import seen
from sync.cases.derivations import derive
from sync.cases.figures import CaseFigures, case_figures
from sync.cases.unaccounted import questions
from sync.charts import bars, lanes, longest, shades
from sync.failures import Failure
from sync.negotiation.forms import case_form
from sync.pages import language
from sync.services import services
from sync.store import comments, filings
from sync.store.audit import Action
from sync.store.originals import original
from sync.typed import Typed
from workbook_templates.layouts.doegnskema import DOEGNSKEMA
from workbook_templates.problems import Problem
from workbook_templates.schedule.entry_columns import entry_columns

blueprint = Blueprint("cases", __name__, url_prefix="/sager", template_folder="templates")


@blueprint.get("/<path:case_key>")
def case(case_key: str) -> str:
    """The three pillars of a case and everything they rest on, now or as of a date (`pr`)."""
    made, on = services(), _asked()
    with made.store.engine.connect() as connection:
        figures = case_figures(connection, case_key, language(), on)
        negotiation = case_form(connection, case_key)
        said = comments.of_case(connection, case_key)
        acts = filings.acts(connection, [version.id for version in figures.versions] if figures else [])
    if figures is None:
        abort(404)
    seen(made.store, Action.CASE_READ, case=case_key)
    most = longest([figures.row], figures.parameters)
    return render_template(
        "cases/case.html",
        figures=figures,
        parameters=figures.parameters,
        form=negotiation,
        comments=said,
        nothing_typed=Typed(),
        acts={act.submission_id: act for act in acts},
        bars=bars(figures.row, figures.parameters, most),
        most=most,
        lanes=lanes(figures.strip),
        weekend={line.date for line in figures.days if line.weekend},
        shades=shades(figures.heat),
        questions=questions(figures),
        derivation_of=_addresses(case_key, on),
        today=made.today(),
    )


@blueprint.get("/<path:case_key>/udledning/<figure>")
def derivation(case_key: str, figure: str) -> str:
    """One figure: its formula in words, the numbers put in, the entries, and their cells in the original."""
    made, on = services(), _asked()
    with made.store.engine.connect() as connection:
        figures = case_figures(connection, case_key, language(), on)
    found = None if figures is None else derive(figures, figure)
    if figures is None or found is None:
        abort(404)
    seen(made.store, Action.CASE_READ, case=case_key, figure=figure)
    return render_template(
        "cases/derivation.html",
        figures=figures,
        derivation=found,
        columns=_columns(figures) if found.behind else {},
        parameters=figures.parameters,
        derivation_of=_addresses(case_key, on),
    )


def _asked() -> dt.date | None:
    """The date in the address, None where there is none that can be read, or it is not before today."""
    try:
        date = dt.date.fromisoformat(request.args.get("pr", ""))
    except ValueError:
        return None
    return date if date < services().today() else None


def _addresses(case_key: str, on: dt.date | None) -> Callable[[str], str]:
    """Figure → address of its derivation; made here, since a page has hundreds."""
    root = url_for("cases.derivation", case_key=case_key, figure="x").removesuffix("x")
    asked = f"?pr={on.isoformat()}" if on else ""
    return lambda figure: f"{root}{figure}{asked}"


def _columns(figures: CaseFigures) -> Mapping[str, str]:
    """Where the fields of an entry stand in the original; of the grid form, and of what cannot be had now, nothing."""
    made, counting = services(), figures.counting
    if counting is None or counting.template != DOEGNSKEMA.name:
        return {}
    try:
        content = original(made.store, counting.sha256)
    except Failure:
        return {}
    found = made.reader.perform(entry_columns, content, made.settings.limits)
    return {} if isinstance(found, Problem) else found[1]
