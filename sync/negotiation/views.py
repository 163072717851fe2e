"""The negotiation of a case on its page, and of many cases by a comparison workbook that is sent back."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from bit_model.negotiation import Negotiation, NegotiationStatus
from sync.audit.reading import seen
from sync.errors import answer
from sync.negotiation import forms
from sync.negotiation.forms import CaseForm, case_form, negotiation_of, typed_version
from sync.negotiation.returned import Conflict, Outcome, save, take_back
from sync.pages import language, word
from sync.services import services
from sync.store.audit import Action
from sync.store.database import writing
from sync.typed import Typed

blueprint = Blueprint("negotiation", __name__, url_prefix="/forhandling", template_folder="templates")
CONFLICT = 409


for _name, _function in (
    ("negotiation_fields", lambda: Negotiation._fields),
    ("negotiation_statuses", lambda: [(status.value, word(status)) for status in NegotiationStatus]),
    ("negotiation_label", forms.label),
    ("negotiation_value", forms.value_text),
    ("negotiation_posted", forms.posted),
):
    blueprint.add_app_template_global(_function, _name)
blueprint.add_app_template_filter(lambda value: word(NegotiationStatus(value)), "negotiation_status")


@blueprint.get("/")
def overview() -> str:
    """Where an edited workbook is sent."""
    return render_template("negotiation/returned.html", outcome=None)


@blueprint.post("/")
def upload() -> AnyResponse:
    """Take the changes of a workbook over, and tell what became of each."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return answer(400, gettext("Vælg mindst én fil, og send igen."))
    made = services()
    outcome = take_back(made.store, made.reader, file.read(), made.settings.limits, made.now())
    return Response(_returned(outcome), 422 if outcome.refused else 200)


@blueprint.get("/<path:case_key>")
def case(case_key: str) -> str:
    """The four fields of a case and every change of them."""
    with services().store.engine.connect() as connection:
        form = case_form(connection, case_key)
    if form is None:
        abort(404)
    seen(services().store, Action.CASE_READ, case=case_key, part="negotiation")
    return render_template("negotiation/case.html", form=form)


@blueprint.post("/<path:case_key>")
def keep(case_key: str) -> AnyResponse:
    """Keep what was typed; where somebody else changed the case meanwhile, show both and let choose."""
    made, typed = services(), Typed(request.form)
    sent = negotiation_of(typed)
    if typed.errors:
        with made.store.engine.connect() as connection:
            form = case_form(connection, case_key, typed)
        if form is None:
            abort(404)
        return Response(render_template("negotiation/case.html", form=form), 422)
    with writing(made.store.engine) as connection:
        done = save(connection, case_key, typed_version(typed), sent, made.now())
    if done is None:
        abort(404)
    if isinstance(done, Conflict):
        form = CaseForm(case_key, done.version, typed, conflict=done, kept=done.kept)
        return Response(render_template("negotiation/case.html", form=form), CONFLICT)
    return redirect(url_for("cases.case", case_key=case_key, _anchor="forhandling"), 303)


def _returned(outcome: Outcome) -> str:
    problems = [problem.as_json(language()) for problem in outcome.problems if problem.code != "N06"]
    return render_template("negotiation/returned.html", outcome=outcome, problems=problems)
