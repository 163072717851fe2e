"""What a version changes from the one before it, with the cells where it stands. No Flask."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from bit_model.difference import EntryChanges, HourChange, entry_changes, hour_changes
from bit_model.schedule import Entry, Period
from sync.store import submissions
from workbook_templates.schedule.kept import from_sums, unpack_entries
from workbook_templates.schedule.registered import place_of_entry


@dataclass(frozen=True, slots=True)
class Difference:
    """The version before, what changed in the entries, and in the hours; `hours` is None where either has errors."""

    before: Row[Any]
    entries: EntryChanges
    hours: list[HourChange] | None
    place_before: Callable[[Entry], str]
    place_after: Callable[[Entry], str]


def difference_to_the_version_before(connection: Connection, kept: Row[Any]) -> Difference | None:
    """The difference, None where no earlier version of the case has entries in the same days."""
    if kept.case_id is None or not kept.entries or kept.period_start is None:
        return None
    earlier = [
        row
        for row in submissions.versions_of(connection, kept.case_id)
        if row.id < kept.id
        and row.period_start is not None
        and row.period_start <= kept.period_end
        and row.period_end >= kept.period_start
    ]
    before = submissions.submission(connection, earlier[0].id) if earlier else None
    if before is None or not before.entries:
        return None
    hours = None
    if before.sums is not None and kept.sums is not None:
        hours = hour_changes(from_sums(before.sums), from_sums(kept.sums))
    changes = entry_changes(unpack_entries(before.entries), unpack_entries(kept.entries))
    return Difference(before, changes, hours, _places(before), _places(kept))


def _places(kept: Row[Any]) -> Callable[[Entry], str]:
    period = Period(kept.period_start, kept.period_end)
    return lambda entry: "!".join(place_of_entry(entry, kept.template, period))
