"""Received files: posting one, the list, and what each says."""

import datetime as dt
from functools import cache
from typing import Annotated, Any

from flask import jsonify, url_for
from flask_babel import gettext
from flask_openapi.models.file import FileStorage
from pydantic import BaseModel, ConfigDict, Field
from werkzeug.datastructures import FileStorage as ReceivedFile
from werkzeug.utils import secure_filename
from werkzeug.wrappers import Response as AnyResponse

from sync.api.answers import answered, as_file, conditional, current, listed, page_of, version_tag
from sync.api.bodies import PAGE, Limit, PeriodBody, ProblemBody, Query, RowId, SubmissionBody
from sync.api.description import creates, missing, reads
from sync.audit.reading import seen
from sync.errors import answer
from sync.ingest import kept_name, take_in
from sync.pages import language
from sync.returns.views import annotated_file
from sync.services import services
from sync.store import filings
from sync.store import submissions as stored
from sync.store.audit import Action
from sync.store.originals import original as original_bytes
from sync.store.parameters import in_use
from sync.store.tables import UNFINISHED, Status
from sync.words import in_language
from workbook_templates.schedule.kept import from_sums
from workbook_templates.schedule.report import FileReport, as_hours

RETRY_SECONDS = 2
"""When it is worth asking again for what a worker is about to read."""
ANY_FILE = "application/octet-stream"
_FILE = {ANY_FILE: {"schema": {"type": "string", "format": "binary"}}}


class Upload(BaseModel):
    """A form with one file."""

    file: FileStorage = Field(description="The returned workbook, as it was saved.")
    model_config = ConfigDict(arbitrary_types_allowed=True)

    @classmethod
    @cache
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:  # type: ignore[override]  # cached
        """The schema, made once: flask-openapi asks for it at every upload."""
        return super().model_json_schema(*args, **kwargs)


class SubmissionPath(BaseModel):
    """Which submission."""

    submission_id: RowId = Field(description="The number that the answer to the upload gave as id.")


class SubmissionsQuery(Query):
    """Which submissions."""

    limit: Limit = PAGE
    after: RowId | None = Field(None, description="The id behind which the page begins: `next` of the one before.")
    case: str | None = Field(None, description="The key of their case, or the one that a file without a case states.")
    status: Status | None = None
    round: RowId | None = Field(None, description="The id of the round that they are filed in.")


class SubmissionLine(BaseModel):
    """A received file in a list."""

    id: int
    status: Status
    case_version: int | None
    counts: bool
    file: str
    sha256: str
    template: str | None
    version: int | None
    case_key: str | None
    period: PeriodBody | None
    entries: int
    errors: int
    warnings: int
    received_at: dt.datetime


class SubmissionsBody(BaseModel):
    """A page of received files, the newest first."""

    items: list[SubmissionLine]
    next: str | None = Field(description="What `after` is on the next page; null on the last.")


class ProblemsQuery(Query):
    """How much of a file's problems."""

    limit: Limit = PAGE
    after: Annotated[int, Field(ge=1, le=10**6)] | None = Field(None, description="`next` of the page before.")


class ProblemsBody(BaseModel):
    """A page of problems, in the order in which one meets them in the file."""

    items: list[ProblemBody]
    next: str | None = Field(description="What `after` is on the next page; null on the last.")


@creates(
    "/submissions",
    "submissions",
    gives=SubmissionBody,
    takes="multipart/form-data",
    statuses={
        "200": "The same bytes were here before: this is what became of them.",
        "201": "It is stored and read.",
        "202": "It is stored and will be read by a worker: Location says where its outcome will be.",
    },
)
def submit(form: Upload) -> AnyResponse:
    """Post a returned workbook.

    The same bytes are the same submission, however often and by whatever name they are sent.
    """
    upload: object = form.file
    if not isinstance(upload, ReceivedFile) or not upload.filename:  # flask-openapi lets a text through
        return answer(422, gettext("Filen mangler i feltet file."))
    made = services()
    done = take_in(made.store, made.reader, upload.read(), upload.filename, way="api")
    if done.is_new and done.status in UNFINISHED:
        body = _waiting(done.submission_id, done.status, kept_name(upload.filename), done.sha256)
    else:
        body = submission_body(done.submission_id) or {}
    response = jsonify(body)
    if done.status in UNFINISHED:
        response.status_code = 202
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    else:
        response.status_code = 201 if done.is_new else 200
    response.headers["Location"] = url_for(".submission", submission_id=done.submission_id)
    return response


@reads("/submissions", "submissions", gives=SubmissionsBody, paged=True)
def submissions(query: SubmissionsQuery) -> AnyResponse:
    """Received files, the newest first."""
    with services().store.engine.connect() as connection:
        rows = stored.newest(
            connection, query.limit + 1, query.after, query.case, status=query.status, round_id=query.round
        )
    return listed(page_of(((str(row.id), _line(row)) for row in rows), query.limit), query)


@reads("/submissions/<int:submission_id>", "submissions", gives=SubmissionBody)
def submission(path: SubmissionPath) -> AnyResponse:
    """What a file says and what became of it; while it waits to be read, its status is received or reading."""
    body = submission_body(path.submission_id) or missing(gettext("Filen findes ikke."))
    _seen(path.submission_id, Action.FILE_SEEN)
    return answered(body)


@reads("/submissions/<int:submission_id>/problems", "submissions", gives=ProblemsBody, paged=True)
def problems_of_submission(path: SubmissionPath, query: ProblemsQuery) -> AnyResponse:
    """What is wrong with one file."""
    with services().store.engine.connect() as connection:
        row = stored.submission(connection, path.submission_id)
    if row is None:
        missing(gettext("Filen findes ikke."))
    _seen(path.submission_id, Action.FILE_SEEN)
    numbered = enumerate(in_language(row.report, language()), 1)
    behind = ((str(number), found) for number, found in numbered if number > (query.after or 0))
    return listed(page_of(behind, query.limit), query)


@reads("/submissions/<int:submission_id>/original", "submissions", gives=_FILE)
def original(path: SubmissionPath) -> AnyResponse:
    """The bytes as they were received."""
    store = services().store
    with store.engine.connect() as connection:
        row = stored.submission(connection, path.submission_id)
        name = stored.names_of(connection, row.id)[0] if row is not None else None
    if row is None or name is None:
        missing(gettext("Filen findes ikke."))
    known = current(row.sha256)
    if known is not None:
        return known
    content = original_bytes(store, row.sha256)
    _seen(path.submission_id, Action.ORIGINAL_FETCHED)
    response = as_file(content, ANY_FILE, secure_filename(name.file_name) or row.sha256)
    return conditional(response, row.sha256, name.first_at)


@reads("/submissions/<int:submission_id>/annotated", "submissions", gives=_FILE)
def annotated(path: SubmissionPath) -> AnyResponse:
    """The file with its problems at their cells; 404 while it has not been read.

    It is made anew each time from the original, so its ETag is a weak one: of the file and its problems.
    """
    with services().store.engine.connect() as connection:
        row = stored.submission(connection, path.submission_id)
    if row is None or not row.report:
        missing(gettext("Filen findes ikke."))
    tag = version_tag(row.sha256, row.report["problems"], language())
    known = current(tag, weak=True)
    if known is not None:
        return known
    response = annotated_file(path.submission_id)
    response.set_etag(tag, weak=True)
    return response


def submission_body(submission_id: int) -> dict[str, Any] | None:
    """The body of a submission under the same keys before and after it is read; None where there is none."""
    with services().store.engine.connect() as connection:
        row = stored.submission(connection, submission_id)
        if row is None:
            return None
        if not row.report:
            name = stored.names_of(connection, row.id)[-1].file_name
            return _waiting(row.id, row.status, name, row.sha256)
        hours = row.sums and as_hours(from_sums(row.sums), in_use(connection))
    kept = {"id": row.id, "status": row.status, "case_version": row.version, "counts": bool(row.counts)}
    return kept | dict(row.report) | {"hours": hours}


def _seen(submission_id: int, action: Action) -> None:
    store = services().store
    with store.engine.connect() as connection:
        case_key = filings.case_key_of(connection, submission_id)
    seen(store, action, f"submission:{submission_id}", case=case_key, way="api")


def _waiting(submission_id: int, status: str, name: str, sha256: str) -> dict[str, Any]:
    """The body of a file that has not been read yet."""
    kept = {"id": submission_id, "status": status, "case_version": None, "counts": False}
    return kept | FileReport(name, (), sha256).as_json()


def _line(row: Any) -> dict[str, Any]:
    start, end = row.period_start, row.period_end
    return {
        "id": row.id,
        "status": row.status,
        "case_version": row.version,
        "counts": bool(row.counts),
        "file": row.file_name,
        "sha256": row.sha256,
        "template": row.template,
        "version": row.template_version,
        "case_key": row.case_key,
        "period": start and {"from": start.isoformat(), "to": end.isoformat()},
        "entries": row.entry_count,
        "errors": row.errors,
        "warnings": row.warnings,
        "received_at": row.first_at.isoformat(),
    }
