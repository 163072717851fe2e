"""Reading the legend of a returned grid form: what each code stands for, and what is wrong with codes in use."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bit_model.schedule import RESOURCE_CATEGORIES, Category
from workbook_templates.files.grid import Grid
from workbook_templates.layouts.doegnskema_net import CODES, NOT_IN_A_CODE
from workbook_templates.places import filled
from workbook_templates.problems import Problem
from workbook_templates.read import STRUCTURE_CODES, TableRows, read_table, shown
from workbook_templates.schedule.codes import Meaning
from workbook_templates.schedule.list_rows import THEMES, category_of


def fold_code(text: str) -> str:
    """A code as it is compared: upper and lower case are the same, and so is any number of spaces."""
    return " ".join(text.split()).upper()


@dataclass(frozen=True, slots=True)
class Legend:
    """The legend's rows. `places` has by folded code the place of the row that defines it, the first where two do."""

    table: TableRows
    places: Mapping[str, int]

    def category(self, code: str) -> Category | None:
        """The category of a known code; None where it is missing or none of ours."""
        return category_of(self.table.column("category")[self.places[code]])

    def problem(self, code: str, field: str, of: str, found: str = "") -> Problem:
        """A problem at the cell that says this field of a known code."""
        return self.table.problem(code, field, self.table.numbers[self.places[of]], found)

    def meaning(self, code: str) -> Meaning | None:
        """What a known code stands for; None where it lacks something."""
        place = self.places[code]
        category, stated = self.category(code), self._stated(place)
        if category is None or self.table.numbers[place] in self.table.flawed:
            return None
        numbers = stated["staff"], stated["citizens"]
        if category in RESOURCE_CATEGORIES and None in numbers:
            return None
        theme = THEMES.get((stated["theme"] or "").casefold(), "")
        texts = (stated[key] or "" for key in ("goal", "note"))
        return Meaning(stated["activity"] or "", category, *numbers, theme, *texts)

    def problems(self, used: Collection[str]) -> Iterator[Problem]:
        """What is wrong with the codes that are used; of others only what concerns the text of a cell."""
        rows = {self.table.numbers[self.places[code]] for code in used}
        cells = {self.table.problem("R02", field.key, row).cell for row in rows for field in CODES.inputs}
        for problem in self.table.problems:
            if problem.code not in STRUCTURE_CODES and (problem.code != "R02" or problem.cell in cells):
                yield problem
        for place, code in enumerate(map(_folded, self.table.column("code"))):
            if code in used and self.places[code] != place:
                yield self.table.problem(
                    "C01", "code", self.table.numbers[place], shown(self.table.column("code")[place])
                )
        for code in used:
            yield from self._lacking(code)

    def _lacking(self, code: str) -> Iterator[Problem]:
        place = self.places[code]
        category, stated = self.category(code), self._stated(place)
        asked = ("staff", "citizens") if category is None or category in RESOURCE_CATEGORIES else ()
        for key in ("category", *asked):
            if stated[key] is None and filled(self.table.raw[key][place]) is None:
                yield self.problem("R01", key, code)
        if stated["category"] and category is None:
            yield self.problem("R14", "category", code, shown(stated["category"]))
        if stated["theme"] and stated["theme"].casefold() not in THEMES:
            yield self.problem("R14", "theme", code, shown(stated["theme"]))

    def _stated(self, place: int) -> dict[str, Any]:
        return {field.key: self.table.column(field.key)[place] for field in CODES.inputs}


def read_legend(grid: Grid) -> Legend:
    """The legend of a workbook. A code with a sign that spreadsheets look up as any letter is passed over."""
    table = read_table(grid, CODES)
    places: dict[str, int] = {}
    for place, code in enumerate(map(_folded, table.column("code"))):
        if code and not any(sign in code for sign in NOT_IN_A_CODE):
            places.setdefault(code, place)
    return Legend(table, places)


def _folded(code: str | None) -> str:
    return fold_code(code or "")
