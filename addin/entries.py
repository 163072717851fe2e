"""The ten columns of a schedule as Excel hands them over: from a range to entries, and what is wrong with the rest."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from addin.arguments import CATEGORIES, ArgumentError, is_empty, period, rows, shown
from bit_model.calendar import MINUTES_PER_DAY
from bit_model.checks import Finding
from bit_model.schedule import RESOURCE_CATEGORIES, Category, Entry, Period, Schedule
from bit_model.terms import Theme
from workbook_templates.kinds import TEXT, TIME, UnreadableError
from workbook_templates.layouts.doegnskema import ENTRY_FIELDS
from workbook_templates.problems import Problem

_LABELS = {field.key: field.label.da for field in ENTRY_FIELDS}
_THEMES = {theme.value.casefold(): theme.value for theme in Theme}
_MUST = ("date", "start", "end", "category", "staff", "citizens")


class _Unreadable:
    """Stands for a cell that holds something else than its column does."""


_UNREADABLE = _Unreadable()


@dataclass(frozen=True, slots=True)
class ReadEntries:
    """Entries and what is wrong with the other rows. A row is the range's own, the first is 1."""

    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]


def read_entries(raw: Any) -> ReadEntries:
    """The ten columns of a schedule, understood as the reader of a returned workbook does; blank rows are skipped.

    Raises `ArgumentError` where the range has not ten columns.
    """
    table = rows(raw)
    if any(len(row) != len(ENTRY_FIELDS) for row in table):
        labels = ", ".join(_LABELS.values())
        raise ArgumentError(f"Argumentet entries skal være skemaets ti kolonner uden overskrift: {labels}.")
    entries: list[Entry] = []
    findings: list[Finding] = []
    kinds: list[Callable[[Any], Any]] = [field.kind.parse for field in ENTRY_FIELDS]
    kinds[4], kinds[7] = _category, _theme
    columns = [_column(cells, parse) for cells, parse in zip(zip(*table, strict=True), kinds, strict=True)]
    for number, parsed in enumerate(zip(*columns, strict=True), 1):
        if parsed[1] is None and not any(one is not None for one in parsed[1:]):
            continue  # a date alone was filled in at issue
        date, start, end, activity, category, staff, citizens, theme, goal, note = parsed
        if category in (Category.ABSENT, Category.OWN_TIME):
            staff, citizens = 1 if staff is None else staff, 1 if citizens is None else citizens
        must = (date, start, end, category, staff, citizens)
        if None in must or start == MINUTES_PER_DAY or _UNREADABLE in parsed:
            findings += _flaws(number, dict(zip(_MUST, must, strict=True)), parsed, table[number - 1])
            continue
        entries.append(
            Entry(
                date, start, end, activity or "", category, staff, citizens, theme or "", goal or "", note or "", number
            )
        )
    return ReadEntries(tuple(entries), tuple(findings))


def _column(cells: Sequence[Any], parse: Callable[[Any], Any]) -> list[Any]:
    """The cells understood, each different content once: schedules repeat themselves."""
    if bool in set(map(type, cells)):  # True and 1 are the same key, and only one of them is a number
        cells = [("SAND" if one else "FALSK") if isinstance(one, bool) else one for one in cells]
    known = {content: _parsed(content, parse) for content in set(cells)}
    return [known[content] for content in cells]


def _parsed(content: Any, parse: Callable[[Any], Any]) -> Any:
    if is_empty(content):
        return None
    try:
        return parse(content)
    except UnreadableError:
        return _UNREADABLE


def _category(content: Any) -> Category:
    text = TEXT.parse(content).upper()
    found = CATEGORIES.get(text) or CATEGORIES.get(text[:1] if text[1:2] in {" ", ":", "-"} else "")
    if found is None:
        raise UnreadableError(text)
    return found


def _theme(content: Any) -> str:
    text = TEXT.parse(content)
    if text.casefold() not in _THEMES:
        raise UnreadableError(text)
    return _THEMES[text.casefold()]


def _flaws(number: int, must: dict[str, Any], parsed: Sequence[Any], row: Sequence[Any]) -> Iterator[Finding]:
    """What keeps one row from being an entry."""
    for key, known in must.items():
        if known is None:
            yield Finding("R01", key, number)
    for field, known, content in zip(ENTRY_FIELDS, parsed, row, strict=True):
        if known is _UNREADABLE:
            yield Finding("R14" if field.key in {"category", "theme"} else "R02", field.key, number, shown(content))
    if must["start"] == MINUTES_PER_DAY:
        yield Finding("R02", "start", number, "24:00")


def schedule_of(raw: Any, start: Any, end: Any) -> Schedule:
    """A schedule that hours can be computed from; raises `ArgumentError` naming the first row that forbids it."""
    measured, read = period(start, end), read_entries(raw)
    found = next(chain(read.findings, _forbidding(read.entries, measured)), None)
    if found is not None:
        raise ArgumentError(f"Argumentet entries, række {found.row}: {message(found)}")
    return Schedule("", measured, read.entries)


def _forbidding(entries: Iterable[Entry], measured: Period) -> Iterator[Finding]:
    """Entries that would be left out, divided by nothing or taken for a whole day without a word."""
    first, last = measured.start, measured.end
    for date, start, end, _, category, staff, citizens, *_, row in entries:
        if start == end:
            yield Finding("R03", "end", row, TIME.show(end))
        if citizens < 1 and category in RESOURCE_CATEGORIES:
            yield Finding("R08", "citizens", row, str(citizens))
        if staff < 1 and category in RESOURCE_CATEGORIES:
            yield Finding("R08", "staff", row, str(staff))
        if not first <= date <= last:
            yield Finding("R15", "date", row, date.isoformat())


def message(finding: Finding) -> str:
    """What is wrong, in the catalogue's words."""
    return Problem(finding.code, field=_LABELS.get(finding.field, finding.field), found=finding.found).message()
