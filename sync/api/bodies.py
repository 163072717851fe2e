"""What the bodies of answers hold, where more than one resource has it. Keys are stable (design, section 9)."""

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from bit_model.checks import Level
from bit_model.comparison import Reading, State
from sync.store.tables import LARGEST_ID, Status

PAGE, LARGEST_PAGE = 100, 1_000
Limit = Annotated[int, Field(ge=1, le=LARGEST_PAGE, description="How many at most.")]
RowId = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class Query(BaseModel):
    """What stands after the question mark. A name that is not known is an error, so that no filter is overlooked."""

    model_config = ConfigDict(extra="forbid")


class ProblemBody(BaseModel):
    """One thing wrong with a workbook, in the one shape that pages, add-in and command line share."""

    level: Level = Field(description="E: an error, W: a warning, I: for information.")
    code: str = Field(description="Its code in the catalogue, such as R02.")
    sheet: str
    cell: str
    field: str
    found: str
    message: str
    remedy: str


class PeriodBody(BaseModel):
    """First and last day, both included."""

    model_config = ConfigDict(populate_by_name=True)

    from_: dt.date = Field(alias="from")
    to: dt.date


class ErrorBody(BaseModel):
    """Problem details (RFC 9457) with the list of problems."""

    type: str
    title: str
    status: int
    detail: str = Field(description="What happened and what can be done.")
    problems: list[ProblemBody]


class StatesBody(BaseModel):
    """How two pillars agree."""

    delivered_minus_need: State
    financed_minus_delivered: State
    financed_minus_need: State


class ComparisonBody(BaseModel):
    """One case compared; hours per week with two decimals, null where unaccounted."""

    case_key: str
    budget_area: str
    provider: str
    need: float | None
    delivered: float | None
    financed: float | None
    day_rate: float | None = Field(description="kr per day")
    delivered_minus_need: float | None
    financed_minus_delivered: float | None
    financed_minus_need: float | None
    states: StatesBody
    state: State
    reading: Reading = Field(description="What the parties may talk about; advice, never a decision.")


class SubmissionBody(BaseModel):
    """What a file says and what became of it."""

    id: int
    status: Status = Field(description="accepted, has_problems or refused; received or reading until then.")
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
    tariff: dict[str, Any] | None = Field(
        default=None, description="The figures of a tariff template; not there for other templates."
    )
