"""A comparison workbook that comes back: its changes taken over, and what was changed on both sides told with both.

Each row is held against the version in which it went out, by the kept history, so that nothing in the file but what
people typed counts. No Flask, so that the command line does the same.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection

from bit_model.checks import Level
from bit_model.negotiation import Merged, Negotiation, NegotiationStatus, merge
from sync.ingest import Reader
from sync.store import Store, negotiation
from sync.store.database import writing
from sync.store.negotiation import Change, Standing
from sync.store.scope import scope_of
from sync.token import verified_stamp
from workbook_templates.comparison.read import ReturnedComparison, ReturnedRow, read_returned
from workbook_templates.files.gate import Limits
from workbook_templates.kinds import DATE
from workbook_templates.problems import Problem
from workbook_templates.read import shown
from workbook_templates.readings import word

NOTHING = "tom"


class Applied(NamedTuple):
    """A case that was changed: its new version, and the fields with their values before and now."""

    case_key: str
    row: int
    version: int
    changed: tuple[str, ...]
    before: Negotiation
    now: Negotiation


class Conflict(NamedTuple):
    """A case that was changed on both sides since `before`; it is kept as it was, in `version`."""

    case_key: str
    row: int
    version: int
    fields: tuple[str, ...]
    before: Negotiation
    sent: Negotiation
    kept: Negotiation


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a workbook. With `refused` set nothing of it counted; `made_at` is None where it is not known."""

    refused: bool = False
    made_at: dt.datetime | None = None
    applied: tuple[Applied, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()

    @property
    def is_fine(self) -> bool:
        """True where everything that was changed was taken over."""
        return not self.refused and all(problem.level is Level.INFORMATION for problem in self.problems)

    def as_json(self, language: str = "da") -> dict[str, Any]:
        """The outcome under stable keys."""
        return {
            "refused": self.refused,
            "made_at": self.made_at and self.made_at.isoformat(),
            "applied": [
                {
                    "case_key": one.case_key,
                    "row": one.row,
                    "version": one.version,
                    "changed": {
                        key: {"before": plain(one.before, key), "now": plain(one.now, key)} for key in one.changed
                    },
                }
                for one in self.applied
            ],
            "conflicts": [
                {
                    "case_key": one.case_key,
                    "row": one.row,
                    "version": one.version,
                    "fields": {
                        key: {name: plain(getattr(one, name), key) for name in ("before", "sent", "kept")}
                        for key in one.fields
                    },
                }
                for one in self.conflicts
            ],
            "unchanged": self.unchanged,
            "problems": [problem.as_json(language) for problem in self.problems],
        }


def plain(values: Negotiation, key: str) -> str | None:
    """A field's value as JSON has it: a status by its own name, a date as 2026-03-02."""
    value = getattr(values, key)
    return value.isoformat() if isinstance(value, dt.date) else value and str(value)


def told(values: Negotiation, key: str, language: str = "da") -> str:
    """A field's value as people read it; empty where there is none."""
    value = getattr(values, key)
    if isinstance(value, NegotiationStatus):
        return word(value, language)
    return DATE.show(value) if isinstance(value, dt.date) else value or ""


def take_back(store: Store, reader: Reader, content: bytes, limits: Limits, now: dt.datetime) -> Outcome:
    """Read the workbook in a child and keep its changes, in one transaction. Safe to repeat."""
    returned = reader.perform(read_returned, content, limits)
    if isinstance(returned, Problem):
        return Outcome(refused=True, problems=(returned,))
    if returned.refused:
        return Outcome(refused=True, problems=returned.problems)
    with writing(store.engine) as connection:
        made_at = verified_stamp(returned.stamp, scope_of(connection).authority, store.key) if store.key else None
        if store.key and made_at is None:
            found = "den er ikke hentet her, eller dens stempel er ændret"
            return Outcome(refused=True, problems=(Problem("N01", found=found),))
        return _merged(connection, returned, made_at, now)


def save(
    connection: Connection, case_key: str, version: int, sent: Negotiation, now: dt.datetime
) -> Applied | Conflict | None:
    """Keep what was typed for a case while it stood in a version; None where there is no such case or version."""
    kept = negotiation.standings(connection, [case_key], lock=True).get(case_key)
    base = kept and negotiation.earlier(connection, {kept.case_id: version}).get(kept.case_id)
    if kept is None or base is None:
        return None
    done = _outcome(ReturnedRow(0, case_key, version, sent), base, kept)
    if isinstance(done, Applied) and done.changed:
        negotiation.change(connection, [Change(kept.case_id, kept.version, done.now)], now)
    return done


def _merged(
    connection: Connection, returned: ReturnedComparison, made_at: dt.datetime | None, now: dt.datetime
) -> Outcome:
    problems = list(returned.problems)
    kept = negotiation.standings(connection, [row.case_key for row in returned.rows])
    bases = _bases(connection, returned.rows, kept)
    changed, unusable = [], 0
    for row in returned.rows:
        standing, base = kept.get(row.case_key), bases.get(row.case_key)
        if standing is None or (not standing.is_listed and base is not None and row.negotiation != base):
            problems.append(returned.problem("N02", "case_key", row.number, shown(row.case_key)))
            unusable += 1
        elif base is None:
            problems.append(returned.problem("N03", "case_key", row.number, str(row.version)))
            unusable += 1
        elif _changes(merge(base, row.negotiation, standing.negotiation)):
            changed.append(row)
    # Others may have been at it since: what is changed is locked and looked at again before it is written.
    kept = negotiation.standings(connection, [row.case_key for row in changed], lock=True)
    done = [_outcome(row, bases[row.case_key], kept[row.case_key]) for row in changed if row.case_key in kept]
    applied = tuple(one for one in done if isinstance(one, Applied) and one.changed)
    conflicts = tuple(one for one in done if isinstance(one, Conflict))
    negotiation.change(
        connection, [Change(kept[one.case_key].case_id, one.version - 1, one.now) for one in applied], now
    )
    problems += [
        returned.problem("N06", key, one.row, f"{_short(one.sent, key)} / {_short(one.kept, key)}")
        for one in conflicts
        for key in one.fields
    ]
    lost = [row for row in changed if row.case_key not in kept]
    problems += [returned.problem("N02", "case_key", row.number, shown(row.case_key)) for row in lost]
    problems.sort(key=lambda problem: "EWI".index(problem.level))
    unchanged = len(returned.rows) - unusable - len(lost) - len(applied) - len(conflicts)
    return Outcome(False, made_at, applied, conflicts, unchanged, tuple(problems))


def _bases(connection: Connection, rows: Iterable[ReturnedRow], kept: Mapping[str, Standing]) -> dict[str, Negotiation]:
    """Case key → its negotiation as the row went out; without those whose version never was."""
    bases, wanted, keys = {}, {}, {}
    for row in rows:
        standing = kept.get(row.case_key)
        if standing is None or row.version > standing.version:
            continue
        if row.version == standing.version:
            bases[row.case_key] = standing.negotiation
        else:
            wanted[standing.case_id], keys[standing.case_id] = row.version, row.case_key
    return bases | {keys[case_id]: base for case_id, base in negotiation.earlier(connection, wanted).items()}


def _changes(merged: Merged) -> bool:
    return bool(merged.changed or merged.conflict)


def _outcome(row: ReturnedRow, base: Negotiation, kept: Standing) -> Applied | Conflict:
    merged = merge(base, row.negotiation, kept.negotiation)
    if merged.conflict:
        sent = row.negotiation
        return Conflict(row.case_key, row.number, kept.version, merged.conflict, base, sent, kept.negotiation)
    version = kept.version + bool(merged.changed)
    return Applied(row.case_key, row.number, version, merged.changed, kept.negotiation, merged.result)


def _short(values: Negotiation, key: str) -> str:
    return shown(told(values, key).replace("\n", " ") or NOTHING)
