"""The tray: give a file a case, dismiss it with a reason, or take it back."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from sync.ingest import give_case
from sync.pages import language
from sync.rounds.new_round import case_choices
from sync.services import services
from sync.store import filings, submissions
from sync.store.database import writing
from sync.store.filings import Deed
from sync.store.tables import Act
from sync.typed import Typed
from sync.words import in_language

blueprint = Blueprint("tray", __name__, url_prefix="/bakke", template_folder="templates")


@blueprint.get("/")
def overview() -> str:
    """What waits for a person, and what was dismissed."""
    with services().store.engine.connect() as connection:
        waiting, dismissed = filings.tray(connection), filings.tray(connection, dismissed=True)
        acts = filings.acts(connection, [row.id for row in dismissed])
    why = {act.submission_id: act for act in acts if act.act == Act.DISMISSED}
    problems = {row.id: in_language(row.report, language()) for row in waiting}
    return render_template("tray/overview.html", waiting=waiting, problems=problems, dismissed=dismissed, why=why)


@blueprint.get("/<int:submission_id>")
def file(submission_id: int) -> str:
    """One file of the tray, with the two things that can be done about it."""
    return _file(submission_id, Typed())


@blueprint.post("/<int:submission_id>")
def act(submission_id: int) -> AnyResponse:
    """Give the file a case, dismiss it, or take it back."""
    typed, made = Typed(request.form), services()
    deed = Act(typed.one_of("act", (Act.CASE_GIVEN, Act.DISMISSED, Act.TAKEN_BACK)) or Act.TAKEN_BACK)
    role, comment = typed.line("role"), typed.text("comment", required=deed is Act.DISMISSED)
    case_key = typed.line("case_key") if deed is Act.CASE_GIVEN else ""
    if not typed.errors and deed is Act.CASE_GIVEN:
        done = give_case(made.store, made.reader, submission_id, case_key, Deed(deed, role, comment))
        if done is not None:
            return redirect(url_for("returns.file", submission_id=submission_id), 303)
        typed.refuse("case_key", gettext("Sagslisten har ikke denne nøgle, eller filen har fået en sag. Se efter."))
    if typed.errors:
        return Response(_file(submission_id, typed), 422)
    with writing(made.store.engine) as connection:
        if not filings.waits_for_a_case(connection, submission_id, lock=True):
            abort(404)
        filings.dismiss(connection, submission_id, Deed(deed, role, comment), made.now())
    return redirect(url_for(".overview"), 303)


def _file(submission_id: int, typed: Typed) -> str:
    with services().store.engine.connect() as connection:
        submission = submissions.submission(connection, submission_id)
        if submission is None or not filings.waits_for_a_case(connection, submission_id):
            abort(404)
        names = submissions.names_of(connection, submission_id)
        filed = filings.filing(connection, submission_id)
        acts = filings.acts(connection, [submission_id])
        choices = case_choices(connection)
    return render_template(
        "tray/file.html",
        submission=submission,
        names=names,
        problems=in_language(submission.report, language()),
        filed=filed,
        acts=acts,
        choices=choices,
        typed=typed,
        empty=Typed(),
    )
