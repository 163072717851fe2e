"""Cases with their figures."""

from typing import Annotated

from flask_babel import gettext
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response as AnyResponse

from bit_model.comparison import State
from sync.api.answers import answered, listed, page_of
from sync.api.bodies import PAGE, ComparisonBody, Limit, Query, SubmissionBody
from sync.api.description import missing, reads
from sync.api.submissions import submission_body
from sync.audit.reading import seen
from sync.cases.figures import case_figures
from sync.comparison.rows import wanted_rows
from sync.services import services
from sync.store.audit import Action
from sync.store.comparison import Wanted
from sync.store.parameters import in_use
from sync.store.tables import Status

AfterKey = Annotated[str | None, Field(description="The key behind which the page begins: `next` of the one before.")]


class CasesQuery(Query):
    """Which cases."""

    limit: Limit = PAGE
    after: AfterKey = None
    budget_area: str | None = Field(None, description="As the case list has it.")
    provider: str | None = Field(None, description="As the case list has it.")
    state: State | None = Field(None, description="The state of the whole case.")


class CaseLine(ComparisonBody):
    """A case in a list: its comparison, its house and the submission that counts."""

    house: str
    submission_id: int | None
    case_version: int | None = Field(description="Of the submission that counts.")


class CasesBody(BaseModel):
    """A page of cases, by key."""

    items: list[CaseLine]
    next: str | None = Field(description="What `after` is on the next page; null on the last.")


class VersionBody(BaseModel):
    """One of the files of a case."""

    id: int
    case_version: int | None
    status: Status
    counts: bool
    entries: int


class CaseBody(ComparisonBody):
    """A case with the submission that counts, and all its versions, the newest first."""

    submission: SubmissionBody | None
    versions: list[VersionBody]


class CasePath(BaseModel):
    """Which case."""

    case_key: str = Field(description="The authority's key, such as S-2026-0042.")


@reads("/cases", "cases", gives=CasesBody, paged=True)
def cases(query: CasesQuery) -> AnyResponse:
    """The listed cases, by key, each with its comparison."""
    made = services()
    with made.store.engine.connect() as connection:
        rows = wanted_rows(connection, in_use(connection), Wanted(query.after, query.budget_area, query.provider))
        lines = ((row.case_key, row.as_line()) for row in rows if query.state in (None, row.comparison.state))
        page = page_of(lines, query.limit)
    seen(made.store, Action.COMPARISON_EXPORTED, form="json", cases=len(page.items))
    return listed(page, query)


@reads("/cases/<path:case_key>", "cases", gives=CaseBody)
def case(path: CasePath) -> AnyResponse:
    """A case's figures."""
    made = services()
    with made.store.engine.connect() as connection:
        figures = case_figures(connection, path.case_key)
    if figures is None:
        missing(gettext("Sagen findes ikke."))
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
    body = figures.row.as_json() | {"submission": counting and submission_body(counting), "versions": versions}
    return answered(body)
