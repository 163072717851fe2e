"""What is wrong in the newest files."""

from typing import Any

from pydantic import BaseModel, Field
from werkzeug.wrappers import Response as AnyResponse

from bit_model.checks import LEVELS, Level
from sync.api.answers import listed, page_of
from sync.api.bodies import PAGE, Limit, ProblemBody, Query
from sync.api.description import reads
from sync.audit.reading import seen
from sync.pages import language
from sync.services import services
from sync.store import submissions as stored
from sync.store.audit import Action
from sync.store.tables import LARGEST_ID
from sync.words import kept_problems
from workbook_templates.problems import Problem

PLACE = r"^\d{1,10}\.\d{1,7}$"


class ProblemsQuery(Query):
    """Which problems."""

    limit: Limit = PAGE
    after: str | None = Field(None, pattern=PLACE, description="`next` of the page before.")
    code: str | None = Field(None, description="Such as R02.")
    level: Level | None = Field(None, description="E, W or I.")
    case: str | None = Field(None, description="The key of a case.")


class ProblemLine(ProblemBody):
    """A problem with the file it is in."""

    submission_id: int
    case_key: str | None


class ProblemsListBody(BaseModel):
    """A page of problems, those of the newest file first."""

    items: list[ProblemLine]
    next: str | None = Field(description="What `after` is on the next page; null on the last.")


@reads("/problems", "problems", gives=ProblemsListBody, paged=True)
def problems(query: ProblemsQuery) -> AnyResponse:
    """What is wrong in the newest file of each case, and in the files that no case is known for."""
    submission_id, number = map(int, query.after.split(".")) if query.after else (LARGEST_ID, 0)
    words = language()
    with services().store.engine.connect() as connection:
        page = page_of(
            (
                (f"{row.id}.{place}", _line(row, problem, words))
                for row in stored.newest_reports(connection, min(submission_id, LARGEST_ID), query.case)
                for place, problem in enumerate(kept_problems(row.report), 1)
                if (row.id < submission_id or place > number)
                and query.code in (None, problem.code)
                and query.level in (None, LEVELS[problem.code])
            ),
            query.limit,
        )
    seen(services().store, Action.COMPARISON_EXPORTED, form="problems", problems=len(page.items))
    return listed(page, query)


def _line(row: Any, problem: Problem, words: str) -> dict[str, Any]:
    return problem.as_json(words) | {"submission_id": row.id, "case_key": row.case_key}
