"""The page behind a link: it takes the file of its own case in its own round, shows that case's files, nothing else."""

import datetime as dt
from typing import Any

from flask import Blueprint, Response, abort, g, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Row
from werkzeug.wrappers import Response as AnyResponse

from sync.ingest import take_in
from sync.pages import language
from sync.returns.views import annotated_file
from sync.services import services
from sync.store import filings, rounds, submissions
from sync.store.scope import Scope
from sync.store.tables import LARGEST_ID, UNFINISHED, Act
from sync.token import verified_link
from sync.typed import Typed
from sync.words import in_language

blueprint = Blueprint("links", __name__, url_prefix="/aflever", template_folder="templates")


@blueprint.get("/<token>")
def page(token: str) -> AnyResponse:
    """The case's files and their problems, and the form that takes the next one.

    With `ny` also why the file just handed in was not taken for the case, once a worker has read it.
    """
    held = _held(token)
    if held is None:
        return _gone()
    handed_in = request.args.get("ny", 0, type=int)
    refused = _refusal(handed_in) if 0 < handed_in <= LARGEST_ID and _strayed(handed_in, held) else None
    return Response(_page(token, held, Typed(), refused))


@blueprint.post("/<token>")
def hand_in(token: str) -> AnyResponse:
    """Take one file in for the link's case. A file of another case is kept, told, and filed nowhere."""
    held, typed = _held(token), Typed()
    made = services()
    if held is None:
        return _gone()
    sent = [file for file in request.files.getlist("file") if file.filename]
    if len(sent) != 1:
        typed.refuse("file", gettext("Vælg én fil, og send igen."))
        return Response(_page(token, held, typed), 422)
    done = take_in(made.store, made.reader, sent[0].read(), sent[0].filename or "", link=held.id)
    with made.store.engine.connect() as connection:
        filed = filings.filing(connection, done.submission_id)
        kept = submissions.submission(connection, done.submission_id)
    here = filed is not None and filed.round_case_id == held.id
    if here and kept is not None and kept.status in UNFINISHED:
        return redirect(url_for(".page", token=token, ny=done.submission_id), 303)
    if here and kept is not None and kept.case_id == held.case_id:
        return redirect(url_for(".page", token=token), 303)
    return Response(_page(token, held, typed, _refusal(done.submission_id)), 422)


@blueprint.get("/<token>/<int:submission_id>/bemaerkninger")
def annotated(token: str, submission_id: int) -> AnyResponse:
    """A file of the link's case with its remarks."""
    held = _held(token)
    if held is None:
        return _gone()
    with services().store.engine.connect() as connection:
        filed = filings.filing(connection, submission_id)
    if filed is None or filed.round_case_id != held.id:
        abort(404)
    return annotated_file(submission_id)


def _held(token: str) -> Row[Any] | None:
    """The case and round of a link that works today; the request is then within the link's authority."""
    made = services()
    link = verified_link(token, made.settings.key)
    if link is None:
        return None
    g.scope = Scope(link.authority, actor=f"link:{link.round_case_id}")
    with services().store.engine.connect() as connection:
        held = rounds.by_link(connection, link.round_case_id, link.number)
    if held is None or made.today() > held.deadline + dt.timedelta(days=made.settings.link_days):
        return None
    return held


def _strayed(submission_id: int, held: Row[Any]) -> bool:
    """True for a file that came by a link for this case and turned out to be another's."""
    with services().store.engine.connect() as connection:
        filed = filings.filing(connection, submission_id)
        waits = filings.waits_for_a_case(connection, submission_id)
    return waits and filed is not None and filed.by_link and filed.given_case_id == held.case_id


def _refusal(submission_id: int) -> list[dict[str, str]]:
    """Why a file was not taken for the case: its own problems; of a file that is another case's only that it is."""
    with services().store.engine.connect() as connection:
        kept = submissions.submission(connection, submission_id)
    problems = in_language(kept.report, language()) if kept is not None and kept.case_id is None else []
    told = [problem for problem in problems if problem["code"] == "T06"]
    return told or [
        {
            "level": "E",
            "code": "",
            "sheet": "",
            "cell": "",
            "message": gettext("Filen er modtaget før og hører ikke til dette link."),
            "remedy": gettext("Vælg den fil, der hører til sagen på denne side."),
        }
    ]


def _page(token: str, held: Row[Any], typed: Typed, refused: list[dict[str, str]] | None = None) -> str:
    made = services()
    with made.store.engine.connect() as connection:
        files = filings.of_round_case(connection, held.id)
        acts = [act for act in filings.acts(connection, [file.id for file in files]) if act.act in _SHOWN_ACTS]
    return render_template(
        "links/page.html",
        token=token,
        held=held,
        files=files,
        problems={file.id: in_language(file.report, language()) for file in files},
        acts=acts,
        last_day=held.deadline + dt.timedelta(days=made.settings.link_days),
        late=made.today() > held.deadline,
        typed=typed,
        refused=refused,
    )


_SHOWN_ACTS = frozenset({Act.ACCEPTED, Act.RETURNED, Act.WARNING_ACCEPTED})


def _gone() -> AnyResponse:
    return Response(render_template("links/gone.html"), 404)
