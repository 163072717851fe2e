"""A returned tariff template as a cost sheet, with every problem met on the way. Runs in the child that reads."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bit_model.case import PricePoint, TariffLine
from bit_model.checks import Finding
from bit_model.cost_figures import cost_findings
from bit_model.cost_sheet import CostLine, CostSheet, DirectCost, HouseCase, IndirectCost, StaffGroup
from workbook_templates.files.grid import Grid
from workbook_templates.kinds import SHARE, TextKind
from workbook_templates.layout import Field
from workbook_templates.layouts.takst import CASES, CHOICES, LINES, TAKST, TRIAL
from workbook_templates.layouts.takstpraemisser import HEADER
from workbook_templates.problems import Problem
from workbook_templates.read import TableRows, read_header, read_table, shown

LARGEST_SHARE = 1.5
"""A share above is a number of percent, such as 98 for 0,98."""
TOLD_BY_THE_TARIFF_CHECKS = frozenset({"line_type", "covers", "includes_vat", "includes_rent"})
"""What a line must say, but is counted or told without: K01 and K03 say that it is missing."""
_FINDING_TABLES = {"need_date": CASES.key, "price_list": "prices"}


@dataclass(frozen=True, slots=True)
class TariffReading:
    """What the template holds; a row with an error is left out. `header` has the header's values as they are shown."""

    sheet: CostSheet
    problems: tuple[Problem, ...]
    header: Mapping[str, str]


def read_tariff(grid: Grid) -> TariffReading:
    """The cost sheet in a workbook's cells. The trial values of the sheet Hvad nu hvis are nobody's statement."""
    return _Reading(grid).result()


class _Reading:
    """One reading of a tariff template; collects problems as it goes."""

    def __init__(self, grid: Grid) -> None:
        self.header = read_header(grid, TAKST)
        self.problems: list[Problem] = [*grid.problems, *self.header.problems]
        self.stated = self._header_values()
        self.tables = {table.key: read_table(grid, table) for table in TAKST.tables if table is not TRIAL}
        self.rows = {key: list(self._rows(table)) for key, table in self.tables.items()}

    def result(self) -> TariffReading:
        """Header and tables put together."""
        cases = tuple(HouseCase(**values, row=row) for row, values in self._distinct_cases())
        sheet = CostSheet(
            **{key: value for key, value in self.stated.items() if key in CostSheet.__dataclass_fields__},
            on_date=self._on_date(),
            lines=tuple(self._lines(frozenset(case.case_key for case in cases))),
            direct_costs=tuple(DirectCost(**values, row=row) for row, values in self.rows["direct"]),
            staff=tuple(StaffGroup(**values, row=row) for row, values in self.rows["staff"]),
            indirect_costs=tuple(IndirectCost(**values, row=row) for row, values in self.rows["indirect"]),
            price_list=tuple(PricePoint(**values) for _, values in self.rows["prices"]),
            cases=cases,
        )
        self.problems += [self._at_cell(finding) for finding in cost_findings(sheet)]
        fields = {field.key: field for field in HEADER}
        kept = {key: fields[key].kind.show(value) for key, value in self.header.values.items() if value is not None}
        return TariffReading(sheet, tuple(self.problems), kept)

    def _header_values(self) -> dict[str, Any]:
        values = dict(self.header.values)
        for field in HEADER:
            value = values[field.key]
            sheet, cell = self.header.cells[field.key]
            if value is None:
                values[field.key] = "" if isinstance(field.kind, TextKind) and not field.choices else None
            elif field.choices and (member := _member(CHOICES[field.choices], value)) is None:
                self.problems.append(Problem("C03", sheet, cell, field.label.da, shown(value)))
                values[field.key] = None
            elif field.choices:
                values[field.key] = member
            elif _is_percent(field, value) or (field.key == "year" and value > dt.date.max.year):
                self.problems.append(Problem("R02", sheet, cell, field.label.da, shown(value)))
                values[field.key] = None
        return values

    def _on_date(self) -> dt.date:
        if self.stated["valid_from"]:
            return self.stated["valid_from"]  # type: ignore[no-any-return]
        return dt.date(self.stated["year"], 1, 1) if self.stated["year"] else dt.date.min

    def _rows(self, table: TableRows) -> Iterator[tuple[int, dict[str, Any]]]:
        """Row number and values of each row that holds what it must; choices as members of their sets."""
        self.problems += table.problems or _lost_columns(table)
        for row, values in table.rows():
            sound = row not in table.flawed
            for field in table.table.inputs:
                code, values[field.key] = _meaning(field, values[field.key])
                if code == "C02" and (not sound or field.key in TOLD_BY_THE_TARIFF_CHECKS):
                    continue
                if code:
                    found = "" if code == "C02" else shown(table.raw[field.key][table.numbers.index(row)])
                    self.problems.append(table.problem(code, field.key, row, found))
                    sound = False
            if sound:
                yield row, values

    def _distinct_cases(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """The cases; C01 at one that stands above already."""
        seen: set[str] = set()
        for row, values in self.rows[CASES.key]:
            key = values["case_key"]
            if key.casefold() in seen:
                self.problems.append(self.tables[CASES.key].problem("C01", "case_key", row, shown(key)))
            else:
                yield row, values
            seen.add(key.casefold())

    def _lines(self, known: Iterable[str]) -> Iterator[CostLine]:
        """The tariff lines; C03 at one for a case that is not on the sheet Sager."""
        keys = {key.casefold(): key for key in known} | {"": ""}
        for row, values in self.rows[LINES.key]:
            key, support = values.pop("case_key"), values.pop("support")
            if key.casefold() in keys:
                yield CostLine(TariffLine(**values, row=row), keys[key.casefold()], support is not False)
            else:
                self.problems.append(self.tables[LINES.key].problem("C03", "case_key", row, shown(key)))

    def _at_cell(self, finding: Finding) -> Problem:
        if finding.field == "hour_price":
            sheet, cell = self.header.cells["hour_price"]
            label = next(field.label.da for field in HEADER if field.key == "hour_price")
            return Problem(finding.code, sheet, cell, label, finding.found)
        table = self.tables[_FINDING_TABLES.get(finding.field, LINES.key)]
        if finding.field == "price_list":  # found in the list as a whole, shown where it begins
            return table.problem(finding.code, "day_rate", self.rows["prices"][0][0], finding.found)
        return table.problem(finding.code, finding.field, finding.row, finding.found)


def _lost_columns(table: TableRows) -> list[Problem]:
    """H02 at each column that is gone though its values count: a case's own line would else hold for every case."""
    return [
        Problem("H02", table.sheet, field=field.label.da)
        for field in table.table.inputs
        if field.key not in table.columns and (field.choices or not isinstance(field.kind, TextKind))
    ]


def _meaning(field: Field, value: Any) -> tuple[str, Any]:
    """The code of what is wrong with a value ("" for nothing), and the value as the cost sheet has it."""
    choice = CHOICES.get(field.choices)
    if value in {None, ""}:
        empty = "" if isinstance(field.kind, TextKind) and choice is None else None
        return "C02" if field.required else "", empty
    if choice is not None:
        member = _member(choice, value)
        return "C03" if member is None else "", member
    return "R02" if _is_percent(field, value) else "", value


def _is_percent(field: Field, value: Any) -> bool:
    return field.kind is SHARE and value > LARGEST_SHARE


def _member(choice: type[StrEnum], value: str) -> StrEnum | None:
    """The member whose value is meant, whatever its case."""
    return next((member for member in choice if member.value.casefold() == value.casefold()), None)
