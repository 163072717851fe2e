"""The page of one case."""

from flask import Blueprint, abort, render_template

from sync.audit.reading import seen
from sync.cases.figures import case_figures
from sync.negotiation.forms import case_form
from sync.pages import language
from sync.services import services
from sync.store import comments
from sync.store.audit import Action
from sync.typed import Typed

blueprint = Blueprint("cases", __name__, url_prefix="/sager", template_folder="templates")


@blueprint.get("/<path:case_key>")
def case(case_key: str) -> str:
    """The three pillars of a case and everything they rest on."""
    made = services()
    with made.store.engine.connect() as connection:
        figures = case_figures(connection, case_key, made.parameters, language())
        negotiation = case_form(connection, case_key)
        said = comments.of_case(connection, case_key)
    if figures is None:
        abort(404)
    seen(made.store, Action.CASE_READ, case=case_key)
    return render_template(
        "cases/case.html",
        figures=figures,
        parameters=made.parameters,
        form=negotiation,
        comments=said,
        nothing_typed=Typed(),
    )
