"""The comparison of all cases: as JSON, as CSV, as the central workbook, and as a query for Excel."""

from typing import Annotated, Literal

from flask import Response, jsonify, request
from pydantic import Field, RootModel
from werkzeug.wrappers import Response as AnyResponse

from sync.api.answers import as_file, conditional, current, linked, page_of, version_tag
from sync.api.bodies import LARGEST_PAGE, ComparisonBody, Query
from sync.api.cases import AfterKey
from sync.api.description import XLSX, reads
from sync.audit.reading import seen
from sync.comparison.rows import wanted_rows
from sync.comparison.separated import comparison_csv
from sync.comparison.views import workbook_response
from sync.pages import language
from sync.services import services
from sync.store.audit import Action
from sync.store.comparison import ALL, Wanted, fingerprint
from sync.store.parameters import in_use
from workbook_templates.power_query.query import query_text
from workbook_templates.power_query.workbook import query_workbook

CSV, M = "text/csv", "text/plain"
_TEXT, _BINARY = {"schema": {"type": "string"}}, {"schema": {"type": "string", "format": "binary"}}


class ComparisonQuery(Query):
    """How much of the comparison. Without a limit all of it."""

    limit: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] | None = Field(None, description="How many at most.")
    after: AfterKey = None


class SeparatedQuery(Query):
    """For which reader."""

    format: Literal["rfc4180", "da"] = Field(
        "rfc4180",
        description="rfc4180: commas and decimal points. da: semicolons and decimal commas, for Danish Excel.",
    )


class ComparisonRows(RootModel[list[ComparisonBody]]):
    """Cases compared, by key."""


@reads("/comparison", "comparison", gives=ComparisonRows, paged=True)
def comparison(query: ComparisonQuery) -> AnyResponse:
    """All cases compared, by key."""
    made = services()
    with made.store.engine.connect() as connection:
        rows = wanted_rows(connection, in_use(connection), Wanted(query.after))
        if query.limit is None:
            items, behind = [row.as_json() for row in rows], None
        else:
            items, behind = page_of(((row.case_key, row.as_json()) for row in rows), query.limit)
    seen(made.store, Action.COMPARISON_EXPORTED, form="json", cases=len(items))
    return conditional(linked(jsonify(items), behind, query))


@reads("/comparison.csv", "comparison", gives={CSV: _TEXT})
def comparison_separated(query: SeparatedQuery) -> AnyResponse:
    """All cases compared, one a line.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    made = services()
    with made.store.engine.connect() as connection:
        rows = [row.as_json() for row in wanted_rows(connection, in_use(connection), ALL)]
    seen(made.store, Action.COMPARISON_EXPORTED, form="csv", cases=len(rows))
    content = comparison_csv(rows, danish=query.format == "da").encode()
    return conditional(as_file(content, CSV, "bit-sammenligning.csv"))


@reads("/comparison.xlsx", "comparison", gives={XLSX: _BINARY})
def comparison_workbook() -> AnyResponse:
    """The central comparison as a workbook.

    It is made anew each time and tells when, so its ETag is a weak one: of the data in it.
    """
    made = services()
    with made.store.engine.connect() as connection:
        tag = version_tag(fingerprint(connection), in_use(connection), language())
    known = current(tag, weak=True)
    if known is not None:
        return known
    response = workbook_response()
    response.set_etag(tag, weak=True)
    return response


@reads("/comparison.pq", "comparison", gives={M: _TEXT})
def comparison_query() -> AnyResponse:
    """The comparison as a query in M, to be pasted into Power Query: its advanced editor takes the whole text."""
    return conditional(Response(query_text(_address(), language()), mimetype=M))


@reads("/bit-data.xlsx", "comparison", gives={XLSX: _BINARY})
def refreshable_workbook() -> AnyResponse:
    """A small workbook with the comparison as a table that Excel refreshes from here by its Power Query."""
    made = services()
    with made.store.engine.connect() as connection:
        rows = [row.as_line() for row in wanted_rows(connection, in_use(connection), ALL)]
    seen(made.store, Action.COMPARISON_EXPORTED, form="query", cases=len(rows))
    return conditional(as_file(query_workbook(_address(), rows, language()), XLSX, "bit-data.xlsx"))


def _address() -> str:
    """The service as it was reached; which hosts it may be reached as is a setting, and others are turned away."""
    return request.url_root.rstrip("/")
