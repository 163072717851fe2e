"""Upload of returned workbooks, the list of all that came, and one file: problems, differences and assessment."""

from collections.abc import Iterator, Sequence
from io import BytesIO

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from werkzeug.utils import secure_filename
from werkzeug.wrappers import Response as AnyResponse

from sync.errors import answer
from sync.ingest import kept_name, take_in
from sync.pages import language
from sync.returns.assessment import Hindrance, decide, hindrance, open_warnings
from sync.returns.differences import difference_to_the_version_before
from sync.returns.problem_rows import arrange
from sync.services import services
from sync.store import filings, submissions
from sync.store.database import writing
from sync.store.filings import Deed
from sync.store.tables import Act
from sync.typed import Typed
from sync.words import in_language, kept_problems
from workbook_templates.annotate import annotated_apart
from workbook_templates.files.archive import PackedFile, files_in
from workbook_templates.layouts.doegnskema import ENTRY_FIELDS
from workbook_templates.problems import Problem

blueprint = Blueprint("returns", __name__, url_prefix="/returneringer", template_folder="templates")
SHOWN_FILES = 500
"""How many of the newest files the list shows; the comparison workbook lists them all."""


@blueprint.get("/")
def overview() -> str:
    """The upload form and the newest files; with `ny` the outcome of the upload just made."""
    return _overview({int(number) for number in request.args.get("ny", "").split(",") if number.isdigit()})


@blueprint.post("/")
def upload() -> AnyResponse:
    """Take the files in one by one, those of an archive too; each is stored before it is read."""
    made = services()
    sent = [file for file in request.files.getlist("file") if file.filename]
    if not sent:
        return answer(400, gettext("Vælg mindst én fil, og send igen."))
    if len(sent) > made.settings.max_upload_files:
        return answer(413, gettext("Send filerne i mindre portioner."))
    done, left_out = [], []
    for file in sent:
        for name, content in _files_in(file.read(), file.filename or ""):
            if isinstance(content, Problem):
                left_out.append((kept_name(name), content.as_json(language())))
            else:
                done.append(take_in(made.store, made.reader, content, name).submission_id)
    if left_out or not done:
        return Response(_overview(set(done), left_out), 422)
    if len(done) == 1:
        return redirect(url_for(".file", submission_id=done[0]), 303)
    return redirect(url_for(".overview", ny=",".join(map(str, done))), 303)


@blueprint.get("/<int:submission_id>")
def file(submission_id: int) -> str:
    """One file: what it says, what is wrong with it, what changed, what was decided, under which names it came."""
    return _file(submission_id)


@blueprint.post("/<int:submission_id>/vurdering")
def assess(submission_id: int) -> AnyResponse:
    """Accept the file, return it with a comment, or accept one of its warnings."""
    typed = Typed(request.form)
    act = typed.one_of("act", (Act.ACCEPTED, Act.RETURNED, Act.WARNING_ACCEPTED))
    code, _, place = typed.values.get("warning", "").partition("|")
    sheet, _, cell = place.rpartition("|")
    deed = Deed(Act(act or Act.ACCEPTED), typed.line("role"), typed.text("comment", required=act != Act.ACCEPTED))
    if deed.act is Act.WARNING_ACCEPTED:
        deed = deed._replace(code=code, sheet=sheet, cell=cell)
    if not typed.errors:
        with writing(services().store.engine) as connection:
            why = decide(connection, submission_id, deed, services().now())
        if why is None:
            return redirect(url_for(".file", submission_id=submission_id, _anchor="vurdering"), 303)
        typed.refuse("warning" if why is Hindrance.NO_SUCH_WARNING else "act", _why_not(why))
    return Response(_file(submission_id, typed), 422)


@blueprint.get("/<int:submission_id>/original")
def original(submission_id: int) -> AnyResponse:
    """The bytes as they were received, never shown by the browser."""
    store = services().store
    with store.engine.connect() as connection:
        submission = submissions.submission(connection, submission_id)
        if submission is None:
            abort(404)
        name = submissions.names_of(connection, submission_id)[0].file_name
    content = store.originals.get(submission.sha256)
    response = Response(content, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=secure_filename(name) or submission.sha256)
    return response


@blueprint.get("/<int:submission_id>/bemaerkninger")
def annotated(submission_id: int) -> AnyResponse:
    """The file with its problems at their cells, made anew each time from the original."""
    return annotated_file(submission_id)


def annotated_file(submission_id: int) -> AnyResponse:
    """The annotated copy of a file as a download; 404 where there is nothing to remark."""
    made = services()
    with made.store.engine.connect() as connection:
        submission = submissions.submission(connection, submission_id)
        if submission is None or not submission.report:
            abort(404)
        name = submissions.names_of(connection, submission_id)[0].file_name
    content = made.store.originals.get(submission.sha256)
    problems = kept_problems(submission.report)
    name, content = annotated_apart(made.reader, content, name, problems, language(), made.settings.limits)
    return send_file(BytesIO(content), "application/octet-stream", as_attachment=True, download_name=name)


def _files_in(content: bytes, name: str) -> Iterator[PackedFile]:
    settings = services().settings
    return files_in(content, name, settings.limits, settings.max_upload_files, settings.max_upload_bytes)


def _overview(new: set[int], left_out: Sequence[tuple[str, dict[str, str]]] = ()) -> str:
    with services().store.engine.connect() as connection:
        received = submissions.received_files(connection, SHOWN_FILES)
        waiting = filings.in_tray(connection)
    return render_template("returns/overview.html", received=received, new=new, left_out=left_out, waiting=waiting)


def _file(submission_id: int, typed: Typed | None = None) -> str:
    with services().store.engine.connect() as connection:
        submission = submissions.submission(connection, submission_id)
        if submission is None:
            abort(404)
        names = submissions.names_of(connection, submission_id)
        acts = filings.acts(connection, [submission_id])
        held = filings.round_of(connection, submission_id)
        difference = difference_to_the_version_before(connection, submission)
        may = {act: hindrance(connection, submission, Deed(act, "")) is None for act in (Act.ACCEPTED, Act.RETURNED)}
        warnings = [
            Problem(code, sheet, cell, problem["field"], problem["found"]).as_json(language())
            for (code, sheet, cell), problem in open_warnings(connection, submission).items()
        ]
        in_tray = filings.waits_for_a_case(connection, submission_id)
    problems = arrange(in_language(submission.report, language()), submission.rows or {})
    return render_template(
        "returns/file.html",
        submission=submission,
        names=names,
        problems=problems,
        columns=ENTRY_FIELDS,
        acts=acts,
        round=held,
        difference=difference,
        may=may,
        warnings=warnings,
        in_tray=in_tray,
        typed=typed or Typed(),
        empty=Typed(),
    )


def _why_not(why: Hindrance) -> str:
    words = {
        Hindrance.NOT_READ: gettext("Filen er ikke læst eller har ingen sag. Genindlæs siden om lidt."),
        Hindrance.NOT_NEWEST: gettext("Der er kommet en nyere version. Vurdér den i stedet."),
        Hindrance.HAS_ERRORS: gettext("Et skema med fejl kan ikke godkendes. Send det tilbage med en kommentar."),
        Hindrance.NO_SUCH_WARNING: gettext("Vælg en af filens advarsler. En fejl kan ikke godkendes."),
    }
    return str(words[why])
