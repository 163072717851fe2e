"""Upload of returned workbooks, the list of all that came, and one file's problems as the sender's own rows."""

from io import BytesIO

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from werkzeug.utils import secure_filename
from werkzeug.wrappers import Response as AnyResponse

from sync.errors import answer
from sync.ingest import take_in
from sync.pages import language
from sync.returns.problem_rows import arrange
from sync.services import services
from sync.store import submissions
from sync.words import in_language, kept_problems
from workbook_templates.annotate import annotated_apart
from workbook_templates.layouts.doegnskema import ENTRY_FIELDS

blueprint = Blueprint("returns", __name__, url_prefix="/returneringer", template_folder="templates")
SHOWN_FILES = 500
"""How many of the newest files the list shows; the comparison workbook lists them all."""


@blueprint.get("/")
def overview() -> str:
    """The upload form and the newest files; with `ny` the outcome of the upload just made."""
    with services().store.engine.connect() as connection:
        received = submissions.received_files(connection, SHOWN_FILES)
    new = {int(number) for number in request.args.get("ny", "").split(",") if number.isdigit()}
    return render_template("returns/overview.html", received=received, new=new)


@blueprint.post("/")
def upload() -> AnyResponse:
    """Take the files in one by one; each is stored before it is read."""
    files = [file for file in request.files.getlist("file") if file.filename]
    if not files:
        return answer(400, gettext("Vælg mindst én fil, og send igen."))
    if len(files) > services().settings.max_upload_files:
        return answer(413, gettext("Send filerne i mindre portioner."))
    done = [take_in(services().store, services().reader, file.read(), file.filename or "") for file in files]
    if len(done) == 1:
        return redirect(url_for(".file", submission_id=done[0].submission_id), 303)
    return redirect(url_for(".overview", ny=",".join(str(one.submission_id) for one in done)), 303)


@blueprint.get("/<int:submission_id>")
def file(submission_id: int) -> str:
    """One file: what it says, what is wrong with it, and under which names it came."""
    with services().store.engine.connect() as connection:
        submission = submissions.submission(connection, submission_id)
        if submission is None:
            abort(404)
        names = submissions.names_of(connection, submission.sha256)
    problems = arrange(in_language(submission.report, language()), submission.rows or {})
    return render_template(
        "returns/file.html", submission=submission, names=names, problems=problems, columns=ENTRY_FIELDS
    )


@blueprint.get("/<int:submission_id>/original")
def original(submission_id: int) -> AnyResponse:
    """The bytes as they were received, never shown by the browser."""
    store = services().store
    with store.engine.connect() as connection:
        submission = submissions.submission(connection, submission_id)
        if submission is None:
            abort(404)
        name = submissions.names_of(connection, submission.sha256)[0].file_name
    content = store.originals.get(submission.sha256)
    response = Response(content, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=secure_filename(name) or submission.sha256)
    return response


@blueprint.get("/<int:submission_id>/bemaerkninger")
def annotated(submission_id: int) -> AnyResponse:
    """The file with its problems at their cells, made anew each time from the original."""
    made = services()
    with made.store.engine.connect() as connection:
        submission = submissions.submission(connection, submission_id)
        if submission is None or not submission.report:
            abort(404)
        name = submissions.names_of(connection, submission.sha256)[0].file_name
    content = made.store.originals.get(submission.sha256)
    problems = kept_problems(submission.report)
    name, content = annotated_apart(made.reader, content, name, problems, language(), made.settings.limits)
    return send_file(BytesIO(content), "application/octet-stream", as_attachment=True, download_name=name)
