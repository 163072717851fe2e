"""The pages of a case's meetings, and the documents of each."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import Connection, Row
from werkzeug.wrappers import Response as AnyResponse

from sync.audit.reading import seen
from sync.comparison.rows import case_comparison
from sync.documents.kinds import Document
from sync.documents.response import document_response
from sync.meetings.figures import basis, lines, snapshot
from sync.meetings.forms import blank, of_meeting, of_minutes, read_call, read_minutes, read_task
from sync.pages import NOTHING, day, language, moment
from sync.services import services
from sync.store import cases, meetings
from sync.store.audit import Action
from sync.store.database import writing
from sync.store.parameters import in_use
from sync.typed import Typed

blueprint = Blueprint("meetings", __name__, url_prefix="/sager/<path:case_key>/moeder", template_folder="templates")


@blueprint.get("/")
def of_case(case_key: str) -> str:
    """The meetings of a case, and the form that calls another."""
    shown = _list(case_key, blank(services().today()))
    seen(services().store, Action.CASE_READ, case=case_key, part="meetings")
    return shown


@blueprint.post("/")
def call(case_key: str) -> AnyResponse:
    """Call a meeting."""
    typed, made = Typed(request.form), services()
    called = read_call(typed)
    if called is None:
        return Response(_list(case_key, typed), 422)
    with writing(made.store.engine) as connection:
        case = cases.known_case(connection, case_key)
        if case is None:
            abort(404)
        meeting_id = meetings.call(connection, case.id, called, made.now())
    return redirect(url_for(".one", case_key=case.case_key, meeting_id=meeting_id), 303)


@blueprint.get("/<int:meeting_id>")
def one(case_key: str, meeting_id: int) -> str:
    """A meeting: how it was called, its minutes with the figures of the day, its tasks."""
    with services().store.engine.connect() as connection:
        shown = _page(connection, _meeting(connection, case_key, meeting_id))
    seen(services().store, Action.CASE_READ, f"meeting:{meeting_id}", case=case_key, part="meeting")
    return shown


@blueprint.post("/<int:meeting_id>")
def change(case_key: str, meeting_id: int) -> AnyResponse:
    """Call the meeting otherwise, as long as it has no minutes."""
    typed = Typed(request.form)
    called = read_call(typed)
    with writing(services().store.engine) as connection:
        meeting = _meeting(connection, case_key, meeting_id, lock=True)
        if meetings.minutes(connection, meeting_id):
            abort(409)
        if called is None:
            return Response(_page(connection, meeting, calling=typed), 422)
        meetings.change(connection, meeting_id, called)
    return _back(case_key, meeting_id)


@blueprint.post("/<int:meeting_id>/referat")
def write_minutes(case_key: str, meeting_id: int) -> AnyResponse:
    """Write the minutes, or correct them by a version of their own; the figures are those of the first."""
    typed, made = Typed(request.form), services()
    with writing(made.store.engine) as connection:
        in_use(connection)  # stays so while its figures are kept
        meeting = _meeting(connection, case_key, meeting_id, lock=True)
        said = read_minutes(typed, meeting, made.today())
        if said is None:
            return Response(_page(connection, meeting, minuting=typed), 422)
        meetings.write_minutes(connection, meeting_id, said, _figures_now(connection, case_key), made.now())
    return _back(case_key, meeting_id, "referat")


@blueprint.post("/<int:meeting_id>/opgaver")
def add_task(case_key: str, meeting_id: int) -> AnyResponse:
    """Give somebody something to do."""
    typed, made = Typed(request.form), services()
    task = read_task(typed)
    with writing(made.store.engine) as connection:
        meeting = _meeting(connection, case_key, meeting_id)
        if task is None:
            return Response(_page(connection, meeting, tasking=typed), 422)
        meetings.add_task(connection, meeting_id, task, made.now())
    return _back(case_key, meeting_id, "opgaver")


@blueprint.post("/<int:meeting_id>/opgaver/<int:task_id>")
def finish_task(case_key: str, meeting_id: int, task_id: int) -> AnyResponse:
    """Note that a task is done; once is enough."""
    made = services()
    with writing(made.store.engine) as connection:
        _meeting(connection, case_key, meeting_id)
        meetings.finish_task(connection, meeting_id, task_id, made.now())
    return _back(case_key, meeting_id, "opgaver")


@blueprint.get("/<int:meeting_id>/<any(indkaldelse, referat):kind>.<any(docx, pdf):form>")
def document(case_key: str, meeting_id: int, kind: str, form: str) -> AnyResponse:
    """The call with the figures of now, or the newest minutes with the figures of the day."""
    with services().store.engine.connect() as connection:
        meeting = _meeting(connection, case_key, meeting_id)
        newest = next(iter(meetings.minutes(connection, meeting_id)), None)
        if kind == Document.MINUTES and newest is None:
            abort(404)
        written = newest if kind == Document.MINUTES else None
        figures = written.figures if written else _figures_now(connection, case_key)
        tasks = meetings.tasks(connection, meeting_id)
    seen(services().store, Action.DOCUMENT_FETCHED, f"meeting:{meeting_id}", case=case_key, kind=kind, form=form)
    context = {
        "sag": meeting.case_key,
        "dag": day(meeting.held_on),
        "klokken": meeting.starts,
        "sted": meeting.place,
        "deltagere": _lines(written.participants if written else meeting.participants),
        "dagsorden": _lines(meeting.agenda),
        "egne_ord": (written.own_words if written else meeting.own_words) or NOTHING,
        "version": written.version if written else "",
        "skrevet": moment(written.recorded_at) if written else "",
        "referat": written.said if written else "",
        "tal": [{"navn": label, "vaerdi": value} for label, value in lines(figures)],
        "laesning": figures["reading_text"][language()],
        "grundlag": basis(figures),
        "opgaver": [
            {
                "hvad": task.what,
                "hvem": task.owner,
                "senest": day(task.due),
                "udfoert": moment(task.done_at) if task.done_at else "",
            }
            for task in tasks
        ],
    }
    return document_response(Document(kind), context, form, f"{kind}-{_file_key(case_key)}-{meeting.held_on}")


def _list(case_key: str, typed: Typed) -> str:
    with services().store.engine.connect() as connection:
        case = cases.case_row(connection, case_key)
        if case is None:
            abort(404)
        held = meetings.of_case(connection, case_key)
    return render_template("meetings/overview.html", case=case, meetings=held, typed=typed)


def _page(
    connection: Connection,
    meeting: Row[Any],
    calling: Typed | None = None,
    minuting: Typed | None = None,
    tasking: Typed | None = None,
) -> str:
    versions = meetings.minutes(connection, meeting.id)
    newest = versions[0] if versions else None
    figures = newest.figures if newest else _figures_now(connection, meeting.case_key)
    return render_template(
        "meetings/meeting.html",
        meeting=meeting,
        versions=versions,
        figures=list(lines(figures)),
        reading=figures["reading_text"][language()],
        basis=basis(figures),
        tasks=meetings.tasks(connection, meeting.id),
        calling=calling or of_meeting(meeting),
        minuting=minuting or of_minutes(meeting, newest),
        tasking=tasking or Typed(),
        today=services().today(),
    )


def _meeting(connection: Connection, case_key: str, meeting_id: int, *, lock: bool = False) -> Row[Any]:
    found = meetings.meeting(connection, case_key, meeting_id, lock=lock)
    if found is None:
        abort(404)
    return found


def _figures_now(connection: Connection, case_key: str) -> dict[str, Any]:
    parameters = in_use(connection)
    row = case_comparison(connection, case_key, parameters)
    if row is None:
        abort(404)
    return snapshot(row, parameters, services().today())


def _back(case_key: str, meeting_id: int, anchor: str = "") -> AnyResponse:
    return redirect(url_for(".one", case_key=case_key, meeting_id=meeting_id, _anchor=anchor or None), 303)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _file_key(case_key: str) -> str:
    return "".join(character if character.isalnum() or character in "-_" else "-" for character in case_key)
