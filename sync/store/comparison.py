"""What the comparison of all cases reads: one narrow row per case, computed from nothing but kept sums."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from sync.store.secrets import opened
from sync.store.submissions import FIRST_NAME
from sync.store.tables import CASE, DETAIL, HOUSE, NEGOTIATION, RECEIPT, SUBMISSION


class Wanted(NamedTuple):
    """Which listed cases: those behind a key, of a budget area, of a provider; each None for all."""

    after: str | None = None
    budget_area: str | None = None
    provider: str | None = None


ALL = Wanted()


def narrow_rows(connection: Connection, case_key: str | None = None, wanted: Wanted = ALL) -> Iterator[Any]:
    """Every listed case that is wanted (or the one with the key) beside the submission that counts, by key."""
    query = (
        select(
            CASE.c.id,
            CASE.c.case_key,
            CASE.c.budget_area,
            CASE.c.provider,
            CASE.c.provider_kind,
            CASE.c.house,
            CASE.c.legal_basis,
            CASE.c.need,
            CASE.c.financed,
            CASE.c.day_rate_ore,
            CASE.c.package_width,
            SUBMISSION.c.id.label("submission_id"),
            SUBMISSION.c.version,
            SUBMISSION.c.period_start,
            SUBMISSION.c.period_end,
            SUBMISSION.c.weekly,
        )
        .outerjoin(SUBMISSION, (SUBMISSION.c.case_id == CASE.c.id) & SUBMISSION.c.counts)
        .order_by(CASE.c.case_key)
    )
    query = query.where(CASE.c.listed) if case_key is None else query.where(CASE.c.case_key == case_key)
    if wanted.after is not None:
        query = query.where(CASE.c.case_key > wanted.after)
    if wanted.budget_area is not None:
        query = query.where(CASE.c.budget_area == wanted.budget_area)
    if wanted.provider is not None:
        query = query.where(CASE.c.provider == wanted.provider)
    yield from connection.execute(query)


def newest_status(connection: Connection) -> dict[int, str]:
    """Case id → status of its newest version, of cases where something came."""
    rows = connection.execute(
        select(SUBMISSION.c.case_id, SUBMISSION.c.status)
        .where(SUBMISSION.c.case_id.is_not(None))
        .order_by(SUBMISSION.c.version)
    )
    return {row.case_id: row.status for row in rows}


def case_records(connection: Connection) -> Iterator[Any]:
    """Key, record and, where a submission counts, the exact sums of every listed case, by key."""
    query = (
        select(CASE.c.case_key, CASE.c.record, DETAIL.c.submission_id, DETAIL.c.sums)
        .outerjoin(SUBMISSION, (SUBMISSION.c.case_id == CASE.c.id) & SUBMISSION.c.counts)
        .outerjoin(DETAIL, DETAIL.c.submission_id == SUBMISSION.c.id)
        .where(CASE.c.listed)
        .order_by(CASE.c.case_key)
    )
    places = {CASE.c.record: "case_key", DETAIL.c.sums: "submission_id"}
    yield from opened(connection, connection.execute(query), places)


def reports(connection: Connection) -> Iterator[Any]:
    """First file name, case key and report of every submission that has been read, as they came."""
    query = (
        select(RECEIPT.c.file_name, SUBMISSION.c.case_key, SUBMISSION.c.id, DETAIL.c.report)
        .join(SUBMISSION, SUBMISSION.c.id == DETAIL.c.submission_id)
        .join(FIRST_NAME, FIRST_NAME.c.submission_id == SUBMISSION.c.id)
        .join(RECEIPT, RECEIPT.c.id == FIRST_NAME.c.id)
        .order_by(SUBMISSION.c.id)
    )
    yield from opened(connection, connection.execute(query), {DETAIL.c.report: "id"})


def houses_to_check(connection: Connection) -> list[str]:
    """Names of the houses whose sheets can contradict each other or a roster: two of them, or one and a roster."""
    sheets = func.count(SUBMISSION.c.id)
    rows = connection.execute(
        select(HOUSE.c.name, HOUSE.c.record, sheets.label("sheets"))
        .join(CASE, (CASE.c.house == HOUSE.c.name) & CASE.c.listed)
        .join(SUBMISSION, (SUBMISSION.c.case_id == CASE.c.id) & SUBMISSION.c.counts)
        .group_by(HOUSE.c.authority_id, HOUSE.c.name)
        .order_by(func.min(CASE.c.case_key))
    )
    return [row.name for row in rows if row.sheets > 1 or row.record["roster"]]


def counting_files(connection: Connection, house: str) -> dict[str, str]:
    """Case key → first name of the file that counts, for the listed cases of a house."""
    rows = connection.execute(
        select(CASE.c.case_key, RECEIPT.c.file_name)
        .join(SUBMISSION, (SUBMISSION.c.case_id == CASE.c.id) & SUBMISSION.c.counts)
        .join(FIRST_NAME, FIRST_NAME.c.submission_id == SUBMISSION.c.id)
        .join(RECEIPT, RECEIPT.c.id == FIRST_NAME.c.id)
        .where(CASE.c.house == house, CASE.c.listed)
    )
    return {row.case_key: row.file_name for row in rows}


def fingerprint(connection: Connection) -> list[tuple[Any, ...]]:
    """What changes whenever the workbook of the comparison does: cases, submissions and receipts, as they stand."""
    tables = (
        (CASE.c.id, CASE.c.listed, CASE.c.imported_at),
        (SUBMISSION.c.id, SUBMISSION.c.status, SUBMISSION.c.status_at, SUBMISSION.c.counts),
        (RECEIPT.c.id, RECEIPT.c.times, RECEIPT.c.last_at),
        (NEGOTIATION.c.case_id, NEGOTIATION.c.version),
    )
    return [tuple(row) for columns in tables for row in connection.execute(select(*columns).order_by(columns[0]))]
