"""A comparison workbook that comes back: what people wrote in its negotiation columns, and how each row went out."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from bit_model.checks import Level, check_text
from bit_model.negotiation import Negotiation, NegotiationStatus
from workbook_templates.comparison.row_print import PRINTED, written_over
from workbook_templates.files.gate import Limits, gate
from workbook_templates.files.grid import Grid, read_grid
from workbook_templates.layout import Field, fold
from workbook_templates.layouts.sammenligning import CASES, HEADER, NEGOTIATION, RETURNED, SAMMENLIGNING
from workbook_templates.places import (
    HeaderCells,
    TablePlace,
    address,
    cell_at,
    content_of,
    filled,
    find_table,
    row_and_column,
)
from workbook_templates.problems import Problem
from workbook_templates.read import TableRows, read_table, shown
from workbook_templates.readings import NEGOTIATION_STATUSES

LONGEST_NOTE, LONGEST_RESPONSIBLE = 1_000, 100
"""Characters."""
SCOUTED_ROWS = 200
"""So far down a renamed sheet is searched for what is ours."""
_STATUSES = {
    fold(text): status for status, words in NEGOTIATION_STATUSES.items() for text in (status, words.da, words.en)
}
_HEADER = {one.key: one for one in HEADER}
_LABELS = {one.key: one.label.da for one in CASES.fields}


class ReturnedRow(NamedTuple):
    """One case as it came back; `version` is of the row as it went out, `number` its row in the sheet."""

    number: int
    case_key: str
    version: int
    negotiation: Negotiation


@dataclass(frozen=True, slots=True)
class ReturnedComparison:
    """What came back: rows that can be used, and problems by cell. With `refused` set nothing of it counts."""

    stamp: str = ""
    rows: tuple[ReturnedRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    sheet: str = CASES.sheet
    columns: Mapping[str, int] = field(default_factory=dict)
    refused: bool = False

    def problem(self, code: str, key: str, row: int, found: str = "") -> Problem:
        """A problem at a field's cell of a row."""
        return Problem(code, self.sheet, address(row, self.columns[key]), _LABELS[key], found)


def read_returned(content: bytes, limits: Limits) -> ReturnedComparison:
    """The workbook in the bytes. Runs in the child that reads."""
    container = gate(content, limits)
    if isinstance(container, Problem):
        return _refused(container)
    return returned_of(lambda wanted, within: read_grid(content, container, wanted, within), limits)


def returned_of(read: Callable[[Callable[[str], bool], Limits], Grid], limits: Limits) -> ReturnedComparison:
    """The same of cells: `read` gives those of the sheets that a function of their names says yes to."""
    ours = {fold(SAMMENLIGNING.header_sheet), fold(CASES.sheet)}
    grid = read(lambda name: fold(name) in ours, limits)
    if not (grid.problems or _is_whole(grid)):
        scouted = read(lambda _: True, replace(limits, max_rows=SCOUTED_ROWS))
        grid = read(_sheets_with_ours(scouted).__contains__, limits)
    if grid.problems:
        return _refused(*grid.problems)
    cells = HeaderCells(grid, SAMMENLIGNING)
    name, version, stamp = (
        str(content_of(grid, cells.find(_HEADER[key])) or "").strip()
        for key in ("template", "template_version", "stamp")
    )
    if name != SAMMENLIGNING.name:
        return _refused(Problem("N01", found="den er ikke en sammenligning herfra"))
    if version.removesuffix(".0") != str(SAMMENLIGNING.version):
        return _refused(Problem("N01", found=f"den er i udgave {shown(version)}, ikke {SAMMENLIGNING.version}"))
    place, table = find_table(grid, RETURNED), read_table(grid, RETURNED)
    if place.header_row and place.columns.keys() >= {one.key for one in RETURNED.fields}:
        return _Reading(grid, place, table, stamp).result()
    return _refused(*(table.problems or (Problem("H02", place.sheet, field=_LABELS["case_key"]),)))


def _refused(*problems: Problem) -> ReturnedComparison:
    return ReturnedComparison(problems=problems, refused=True)


def _is_whole(grid: Grid) -> bool:
    cells = HeaderCells(grid, SAMMENLIGNING)
    return bool(content_of(grid, cells.find(_HEADER["template"])) and find_table(grid, RETURNED).header_row)


def _sheets_with_ours(grid: Grid) -> set[str]:
    cells = HeaderCells(grid, SAMMENLIGNING)
    spots = (cells.find(one).spot for one in HEADER)
    return {find_table(grid, RETURNED).sheet, *(spot.sheet for spot in spots if spot)}


class _Reading:
    """One reading of the table of cases; collects problems as it goes."""

    def __init__(self, grid: Grid, place: TablePlace, table: TableRows, stamp: str) -> None:
        self.sheet, self.place, self.table = grid.sheets[place.sheet], place, table
        self.returned = ReturnedComparison(stamp, sheet=place.sheet, columns=dict(place.columns))
        self.problems: list[Problem] = []

    def result(self) -> ReturnedComparison:
        """The rows without an error, and what is wrong with the others."""
        version_column = _LABELS["row_version"]
        for one in self.table.problems:
            if one.field == version_column:
                self._note("N03", "case_key", row_and_column(one.cell)[0], one.found)
            elif one.code not in {"R19", "R22"}:  # a formula and what begins like one are told below
                self.problems.append(one)
        seen = Counter(self.table.column("case_key"))
        rows = [self._row(row, values, seen) for row, values in self.table.rows()]
        flawed = {row_and_column(one.cell)[0] for one in self.problems if one.level is Level.ERROR}
        sound = tuple(row for row in rows if row.number not in flawed)
        problems = sorted([*self.problems, *self._not_read_back()], key=lambda one: "EWI".index(one.level))
        return replace(self.returned, rows=sound, problems=tuple(problems))

    def _row(self, row: int, values: Mapping[str, Any], seen: Mapping[str, int]) -> ReturnedRow:
        key, version = values["case_key"], values["row_version"]
        if not key:
            self._note("C02", "case_key", row)
        elif seen[key] > 1:
            self._note("C01", "case_key", row, shown(key))
        elif version is None:
            self._note("N03", "case_key", row, "ingen")
        status = _STATUSES.get(fold(values["status"] or NegotiationStatus.NOT_STARTED))
        if status is None:
            self._note("R14", "status", row, shown(values["status"]))
        note = (values["note"] or "").replace("\r\n", "\n")
        responsible = " ".join((values["responsible"] or "").split())
        for name in NEGOTIATION:
            text = {"note": note, "responsible": responsible}.get(name, "")
            if (row, self.place.columns[name]) in self.sheet.formulas or begins_like_a_formula(text):
                held = cell_at(self.sheet, row, self.place.columns[name])
                self._note("N04", name, row, shown(held or "en formel"))
            elif not is_fit(name, text):
                self._note("N05", name, row, f"{len(text)} tegn")
        negotiation = Negotiation(status or NegotiationStatus.NOT_STARTED, note, values["follow_up"], responsible)
        return ReturnedRow(row, key or "", version or 0, negotiation)

    def _note(self, code: str, key: str, row: int, found: str = "") -> None:
        self.problems.append(self.returned.problem(code, key, row, found))

    def _not_read_back(self) -> Iterator[Problem]:
        """N07 once per column: of ours where a figure was written over, and of others' where they have a heading."""
        row = self.place.header_row
        heads = {
            fold(str(cell)): at for at, cell in reversed([*enumerate(self.sheet.rows[row - 1], 1)]) if filled(cell)
        }
        columns = [next((heads[name] for name in _names(one) if name in heads), 0) for one in PRINTED]
        over: dict[int, list[int]] = defaultdict(list)
        for number, row_print in zip(self.table.numbers, self.table.column("row_print"), strict=True):
            cells = [cell_at(self.sheet, number, column) for column in columns]
            for place in written_over(row_print or "", cells):
                over[place].append(number)
        for place, rows in sorted(over.items()):
            held = cell_at(self.sheet, rows[0], columns[place])
            found = f"{held:g}".replace(".", ",") if isinstance(held, int | float) else shown(held or "tom")
            told = found if len(rows) == 1 else f"{found}, {len(rows)} celler"
            cell = address(rows[0], columns[place]) if columns[place] else ""
            yield Problem("N07", self.place.sheet, cell, PRINTED[place].label.da, told)
        for name in sorted(
            heads.keys() - {name for one in CASES.fields for name in _names(one)}, key=heads.__getitem__
        ):
            label = shown(self.sheet.rows[row - 1][heads[name] - 1])
            yield Problem("N07", self.place.sheet, address(row, heads[name]), label, "en egen kolonne")


def begins_like_a_formula(text: str) -> bool:
    """True where a spreadsheet could take the text for a formula."""
    return any(finding.code == "R22" for finding in check_text(text, "", 0))


def is_fit(key: str, text: str) -> bool:
    """True where the text of a field is no longer than it may be and has only characters that can be shown."""
    longest = LONGEST_RESPONSIBLE if key == "responsible" else LONGEST_NOTE
    return len(text) <= longest and all(letter.isprintable() or letter == "\n" for letter in text)


def _names(one: Field) -> tuple[str, str]:
    return fold(one.label.da), fold(one.label.en)
