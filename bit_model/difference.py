"""What a new version of a schedule changes: which entries, and the hours of each day and part."""

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from bit_model.hours import Measurement
from bit_model.schedule import Entry, Part


class Changed(NamedTuple):
    """An entry as it was and as it is."""

    before: Entry
    after: Entry

    @property
    def fields(self) -> frozenset[str]:
        """Names of the fields that differ; the row in the sheet is none of them."""
        return frozenset(name for name in Entry._fields[:-1] if getattr(self.before, name) != getattr(self.after, name))


class HourChange(NamedTuple):
    """Resource hours of a day and part in both versions."""

    date: dt.date
    part: Part
    before: Fraction
    after: Fraction

    @property
    def change(self) -> Fraction:
        """Hours more, or fewer where negative."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class EntryChanges:
    """Entries that only one version has, and pairs that are one entry written differently; each by date and start."""

    removed: tuple[Entry, ...]
    added: tuple[Entry, ...]
    changed: tuple[Changed, ...]

    @property
    def any(self) -> bool:
        """True when the versions differ."""
        return bool(self.removed or self.added or self.changed)


_ALIKE: Sequence[Callable[[Entry], Hashable]] = (
    lambda entry: (entry.date, entry.start, entry.category),
    lambda entry: (entry.date, entry.activity, entry.category),
    lambda entry: (entry.date, entry.start),
    lambda entry: (entry.date, entry.activity),
)
"""By what two entries are taken for one that was changed, the closest likeness first. A date is never changed: an entry
of another day is another entry."""


def entry_changes(before: Iterable[Entry], after: Iterable[Entry]) -> EntryChanges:
    """What tells two versions apart. Entries that only stand in another row are the same."""
    waiting = _by(_content, after)
    removed = [entry for entry in sorted(before) if not _taken(waiting, _content(entry))]
    added = sorted(entry for left in waiting.values() for entry in left)
    changed: list[Changed] = []
    for likeness in _ALIKE:
        waiting, left = _by(likeness, added), []
        for entry in removed:
            alike = _taken(waiting, likeness(entry))
            if alike:
                changed.append(Changed(entry, alike))
            else:
                left.append(entry)
        removed, added = left, sorted(entry for rest in waiting.values() for entry in rest)
    return EntryChanges(tuple(removed), tuple(added), tuple(sorted(changed)))


def hour_changes(before: Measurement, after: Measurement) -> list[HourChange]:
    """Hours of every day and part that the versions do not have alike, by date and then part."""
    found = []
    for date in sorted(before.day_parts.keys() | after.day_parts.keys()):
        for part in Part:
            hours = [
                Fraction(measured.day_parts.get(date, {}).get(part, 0), 60 * measured.scale)
                for measured in (before, after)
            ]
            if hours[0] != hours[1]:
                found.append(HourChange(date, part, *hours))
    return found


def _content(entry: Entry) -> Hashable:
    return entry[:-1]


def _by(likeness: Callable[[Entry], Hashable], entries: Iterable[Entry]) -> dict[Hashable, list[Entry]]:
    """The entries by a likeness, each list last one first."""
    found: dict[Hashable, list[Entry]] = {}
    for entry in sorted(entries, reverse=True):
        found.setdefault(likeness(entry), []).append(entry)
    return found


def _taken(waiting: Mapping[Hashable, list[Entry]], likeness: Hashable) -> Entry | None:
    """The first entry of that likeness, taken out; None where there is none left."""
    alike = waiting.get(likeness)
    return alike.pop() if alike else None
