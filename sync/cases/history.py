"""A case as it stood on a date, as far as that can be known from what is kept. No Flask."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from bit_model.parameters import ParameterSet
from bit_model.tariff import model_on
from sync.comparison.rows import ComparisonRow, with_tariff
from sync.store import cases
from sync.store.cases import CaseRecord
from sync.store.tables import Status
from workbook_templates.schedule.kept import from_sums


class AsOf(NamedTuple):
    """What a case page about an earlier date rests on.

    `list_is_later`: the newest case list was taken in after the date, and older lists are not kept, so the need and the
    lines of the tariff are those of the newest. `read_later` are versions that were here on the date already, but were
    read, or read again, after it: whether they counted on the date is not known.
    """

    date: dt.date
    list_is_later: bool
    read_later: Sequence[int]


def standing(versions: Iterable[Row[Any]], until: dt.datetime) -> Row[Any] | None:
    """The version that counted at a moment: the newest that had been read without errors by then."""
    read = [row for row in versions if row.status == Status.ACCEPTED and row.status_at < until]
    return max(read, key=lambda row: row.version, default=None)


def end_of(date: dt.date) -> dt.datetime:
    """The midnight that a date ends with in Denmark."""
    return dt.datetime.combine(date + dt.timedelta(days=1), dt.time(), ZoneInfo("Europe/Copenhagen"))


def as_of(
    date: dt.date, versions: Iterable[Row[Any]], first_at: Mapping[int, dt.datetime], imported_at: dt.datetime
) -> AsOf:
    """What is known of a date. `first_at`: submission → when its bytes first came."""
    until = end_of(date)
    late = sorted(row.version for row in versions if row.status_at >= until and first_at.get(row.id, until) < until)
    return AsOf(date, imported_at >= until, late)


def record_on(connection: Connection, record: CaseRecord, date: dt.date) -> CaseRecord:
    """The record with the tariff model that its provider has on the date, by the newest case list."""
    models = cases.newest_models(connection)
    return CaseRecord(record.case, model_on(models, record.case.provider, date), date)


def row_on(row: ComparisonRow, record: CaseRecord, chosen: Row[Any] | None, parameters: ParameterSet) -> ComparisonRow:
    """The comparison with the version that counted and the tariff on the record's date."""
    delivered = method = None
    if chosen is not None:
        measured = from_sums(chosen.weekly)
        method = measured.method
        delivered = measured.per_week(measured.of_categories(parameters.financed_categories))
    measured_then = row._replace(
        delivered=delivered,
        method=method,
        period=None if chosen is None else (chosen.period_start, chosen.period_end),
        version=None if chosen is None else chosen.version,
        submission_id=None if chosen is None else chosen.id,
    )
    return with_tariff(measured_then, record, parameters)
