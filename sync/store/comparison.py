"""What the comparison of all cases reads: one narrow row per case, computed from nothing but kept sums."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, func, select

from sync.store.secrets import opened
from sync.store.submissions import FIRST_NAME
from sync.store.tables import CASE, DETAIL, HOUSE, RECEIPT, SUBMISSION


def narrow_rows(connection: Connection, case_key: str | None = None) -> Iterator[Any]:
    """Every listed case (or the one with the key) beside the submission that counts, by key."""
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
