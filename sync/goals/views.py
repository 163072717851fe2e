"""The page of a case's goals, and the draft of its status as a document."""

from fractions import Fraction

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response as AnyResponse

from bit_model.goals import Goal, goals
from sync.audit.reading import seen
from sync.cases.figures import CaseFigures, case_figures
from sync.documents.kinds import Document
from sync.documents.response import document_response
from sync.goals.status import as_text, draft, smart_word
from sync.pages import language
from sync.services import services
from sync.store.audit import Action

blueprint = Blueprint("goals", __name__, url_prefix="/sager/<path:case_key>/maal", template_folder="templates")


@blueprint.get("")
def case(case_key: str) -> str:
    """Goals with their SMART parts and time, what has none of the other, and the draft as text."""
    figures, found = _goals(case_key)
    seen(services().store, Action.CASE_READ, case=case_key)
    return render_template(
        "goals/case.html",
        figures=figures,
        goals=found,
        text=as_text(draft(figures, found)),
        smart_word=smart_word,
        today=services().today(),
    )


@blueprint.get("/status.docx")
def status(case_key: str) -> AnyResponse:
    """The draft as a document, from the authority's template."""
    figures, found = _goals(case_key)
    seen(services().store, Action.DOCUMENT_FETCHED, case=case_key, form="docx")
    return document_response(Document.STATUS, draft(figures, found), "docx", f"status-{case_key}")


def _goals(case_key: str) -> tuple[CaseFigures, tuple[Goal, ...]]:
    made = services()
    with made.store.engine.connect() as connection:
        figures = case_figures(connection, case_key, language())
    if figures is None:
        abort(404)
    measured, by = figures.measurement, figures.parameters.financed_categories
    counting = [
        (line.entry, sum(line.parts.values(), Fraction(0)))
        for line in figures.entries
        if line.entry.category in by and not line.left_out
    ]
    given = None if measured is None else measured.by_goal(by)
    return figures, goals(figures.record.case.order, given, counting)
