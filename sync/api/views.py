"""Version 1: post a returned workbook, get a case, get the comparison. Keys are stable (design, section 8)."""

from functools import cache
from typing import Any

from flask import Response, jsonify, url_for
from flask_babel import gettext
from flask_openapi.blueprint import APIBlueprint
from flask_openapi.models.file import FileStorage
from flask_openapi.models.tag import Tag
from pydantic import BaseModel, ConfigDict, Field
from werkzeug.datastructures import FileStorage as ReceivedFile
from werkzeug.wrappers import Response as AnyResponse

from sync.audit.reading import seen
from sync.cases.figures import case_figures
from sync.comparison.rows import comparison_rows
from sync.comparison.views import XLSX, workbook_response
from sync.errors import answer
from sync.ingest import kept_name, take_in
from sync.negotiation.returned import take_back
from sync.pages import language
from sync.services import services
from sync.store import filings, submissions
from sync.store.audit import Action
from sync.store.tables import UNFINISHED
from workbook_templates.schedule.report import FileReport

VERSION = "1"
RETRY_SECONDS = 2
"""When it is worth asking again for what a worker is about to read."""
blueprint = APIBlueprint("api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="BITark")])


class Upload(BaseModel):
    """A form with one file."""

    file: FileStorage = Field(description="The returned workbook, as it was saved.")
    model_config = ConfigDict(arbitrary_types_allowed=True)

    @classmethod
    @cache
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:  # type: ignore[override]  # cached
        """The schema, made once: flask-openapi asks for it at every upload."""
        return super().model_json_schema(*args, **kwargs)


class CasePath(BaseModel):
    """Which case."""

    case_key: str = Field(description="The authority's key, such as S-2026-0042.")


class SubmissionPath(BaseModel):
    """Which submission."""

    submission_id: int = Field(description="The number that the answer to the upload gave as id.")


class ProblemBody(BaseModel):
    """One thing wrong with a workbook; level is E, W or I."""

    level: str
    code: str
    sheet: str
    cell: str
    field: str
    found: str
    message: str
    remedy: str


class PeriodBody(BaseModel):
    """First and last day."""

    from_: str = Field(alias="from")
    to: str


class SubmissionBody(BaseModel):
    """What a file says and what became of it."""

    id: int
    status: str = Field(description="accepted, has_problems or refused; received or reading until then")
    case_version: int | None = Field(description="The file's number among the versions of its case.")
    counts: bool = Field(description="True when this is the version that is compared.")
    file: str
    sha256: str
    template: str | None
    version: int | None = Field(description="The template's version.")
    case_key: str | None
    period: PeriodBody | None
    entries: int
    problems: list[ProblemBody]
    hours: dict[str, Any] | None


class ComparisonBody(BaseModel):
    """One case compared; hours per week, null where unaccounted. day_rate is kr per day."""

    case_key: str
    budget_area: str
    provider: str
    need: float | None
    delivered: float | None
    financed: float | None
    day_rate: float | None
    delivered_minus_need: float | None
    financed_minus_delivered: float | None
    financed_minus_need: float | None
    states: dict[str, str]
    state: str
    reading: str


class CaseBody(ComparisonBody):
    """A case with the submission that counts, and all its versions."""

    submission: SubmissionBody | None
    versions: list[dict[str, Any]]


class NegotiationBody(BaseModel):
    """What became of a comparison workbook that was sent back. Nothing of a case in `conflicts` was overwritten."""

    refused: bool
    made_at: str | None = Field(description="When the workbook was fetched.")
    applied: list[dict[str, Any]] = Field(description="Cases that were changed: case_key, row, version, changed.")
    conflicts: list[dict[str, Any]] = Field(
        description="Cases changed on both sides: per field what it was before, what was sent, and what is kept."
    )
    unchanged: int
    problems: list[ProblemBody]


class ErrorBody(BaseModel):
    """Problem details (RFC 9457) with the list of problems."""

    type: str
    title: str
    status: int
    detail: str
    problems: list[ProblemBody]


ERRORS: dict[str | int, Any] = {"404": ErrorBody, "413": ErrorBody, "422": ErrorBody}


@blueprint.post(
    "/submissions", responses={"200": SubmissionBody, "201": SubmissionBody, "202": SubmissionBody, **ERRORS}
)
def submit(form: Upload) -> AnyResponse:
    """Post a returned workbook. 201 when it is new, 200 when the same bytes were here before.

    202 when it is stored and will be read by a worker: Location says where its outcome will be.
    """
    upload: object = form.file
    if not isinstance(upload, ReceivedFile) or not upload.filename:  # flask-openapi lets a text through
        return answer(422, gettext("Filen mangler i feltet file."))
    made = services()
    done = take_in(made.store, made.reader, upload.read(), upload.filename, way="api")
    if done.is_new and done.status in UNFINISHED:
        body = _waiting(done.submission_id, done.status, kept_name(upload.filename), done.sha256)
    else:
        body = _submission(done.submission_id) or {}
    response = jsonify(body)
    if done.status in UNFINISHED:
        response.status_code = 202
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    else:
        response.status_code = 201 if done.is_new else 200
    response.headers["Location"] = url_for(".submission", submission_id=done.submission_id)
    return response


@blueprint.get("/submissions/<int:submission_id>", responses={"200": SubmissionBody, "404": ErrorBody})
def submission(path: SubmissionPath) -> AnyResponse:
    """What a file says and what became of it; while it waits to be read, its status is received or reading."""
    body, made = _submission(path.submission_id), services()
    if body is None:
        return answer(404, gettext("Filen findes ikke."))
    with made.store.engine.connect() as connection:
        case_key = filings.case_key_of(connection, path.submission_id)
    seen(made.store, Action.FILE_SEEN, f"submission:{path.submission_id}", case=case_key, way="api")
    return jsonify(body)


@blueprint.get("/cases/<path:case_key>", responses={"200": CaseBody, "404": ErrorBody})
def case(path: CasePath) -> AnyResponse:
    """A case's figures."""
    made = services()
    with made.store.engine.connect() as connection:
        figures = case_figures(connection, path.case_key, made.parameters)
    if figures is None:
        return answer(404, gettext("Sagen findes ikke."))
    seen(made.store, Action.CASE_READ, case=path.case_key, way="api")
    versions = [
        {
            "id": row.id,
            "case_version": row.version,
            "status": row.status,
            "counts": row.counts,
            "entries": row.entry_count,
        }
        for row in figures.versions
    ]
    counting = figures.row.submission_id
    body = figures.row.as_json() | {"submission": counting and _submission(counting), "versions": versions}
    return jsonify(body)


@blueprint.get("/comparison", responses={"200": {"content": {"application/json": {"schema": {"type": "array"}}}}})
def comparison() -> Response:
    """All cases, by key."""
    made = services()
    with made.store.engine.connect() as connection:
        rows = [row.as_json() for row in comparison_rows(connection, made.parameters)]
    seen(made.store, Action.COMPARISON_EXPORTED, form="json", cases=len(rows))
    return jsonify(rows)


@blueprint.get("/comparison.xlsx", responses={"200": {"content": {XLSX: {"schema": {"type": "string"}}}}})
def comparison_workbook() -> Response:
    """The central comparison as a workbook."""
    return workbook_response()


@blueprint.post("/negotiation", responses={"200": NegotiationBody, **ERRORS})
def negotiate(form: Upload) -> AnyResponse:
    """Post a comparison workbook with edited negotiation columns. 422 when nothing of it could be used."""
    upload: object = form.file
    if not isinstance(upload, ReceivedFile) or not upload.filename:  # flask-openapi lets a text through
        return answer(422, gettext("Filen mangler i feltet file."))
    made = services()
    outcome = take_back(made.store, made.reader, upload.read(), made.settings.limits, made.now())
    body = outcome.as_json(language())
    if outcome.refused:
        first = body["problems"][0]
        return answer(422, f"{first['message']} {first['remedy']}", body["problems"])
    return jsonify(body)


def _submission(submission_id: int) -> dict[str, Any] | None:
    """The body of a submission under the same keys before and after it is read; None where there is none."""
    with services().store.engine.connect() as connection:
        row = submissions.submission(connection, submission_id)
        if row is None:
            return None
        if not row.report:
            name = submissions.names_of(connection, row.id)[-1].file_name
            return _waiting(row.id, row.status, name, row.sha256)
    kept = {"id": row.id, "status": row.status, "case_version": row.version, "counts": bool(row.counts)}
    return kept | dict(row.report)


def _waiting(submission_id: int, status: str, name: str, sha256: str) -> dict[str, Any]:
    """The body of a file that has not been read yet."""
    kept = {"id": submission_id, "status": status, "case_version": None, "counts": False}
    return kept | FileReport(name, (), sha256).as_json()
