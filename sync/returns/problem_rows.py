"""A file's problems arranged for the eye: those of the file, of its header, and of each row."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from workbook_templates.layouts.doegnskema import ENTRIES, ENTRY_FIELDS

CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
LABELS = {field.label.da: index for index, field in enumerate(ENTRY_FIELDS)}


class ProblemRow(NamedTuple):
    """One row of the sheet as its sender wrote it: number, ten texts, and the problems of each cell and of the row."""

    number: int
    texts: Sequence[str]
    by_column: Mapping[int, list[dict[str, Any]]]
    others: list[dict[str, Any]]

    @property
    def problems(self) -> list[dict[str, Any]]:
        """All of them, in the order of the columns."""
        return [problem for column in sorted(self.by_column) for problem in self.by_column[column]] + self.others

    def level(self, column: int) -> str:
        """The gravest level at a cell: E, W, I or nothing."""
        return min((problem["level"] for problem in self.by_column.get(column, ())), key="EWI".index, default="")


@dataclass(frozen=True, slots=True)
class Arranged:
    """The problems of one file by what they are about."""

    file: list[dict[str, Any]]
    header: list[dict[str, Any]]
    rows: list[ProblemRow]

    @property
    def total(self) -> int:
        """How many there are in all."""
        return len(self.file) + len(self.header) + sum(len(row.problems) for row in self.rows)


def arrange(problems: Sequence[dict[str, Any]], kept_rows: Mapping[str, Sequence[str]]) -> Arranged:
    """Problems with a cell on the sheet of entries go to their rows, those with another cell to the header."""
    file, header = [], []
    rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for problem in problems:
        cell = CELL.fullmatch(problem["cell"])
        if cell is None:
            file.append(problem)
        elif problem["sheet"] == ENTRIES.sheet:
            rows[int(cell[2])].append(problem)
        else:
            header.append(problem)
    return Arranged(file, header, [_row(number, rows[number], kept_rows) for number in sorted(rows)])


def _row(number: int, problems: list[dict[str, Any]], kept_rows: Mapping[str, Sequence[str]]) -> ProblemRow:
    by_column: dict[int, list[dict[str, Any]]] = defaultdict(list)
    others = []
    for problem in problems:
        column = LABELS.get(problem["field"])
        if column is None:
            others.append(problem)
        else:
            by_column[column].append(problem)
    return ProblemRow(number, kept_rows.get(str(number)) or [""] * len(ENTRY_FIELDS), by_column, others)
