"""The authority's case list as cases, tariff models and houses, and every problem met on the way."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bit_model.case import (
    AmountKind,
    Case,
    LineType,
    ModelKind,
    Need,
    OrderLine,
    PricePoint,
    ProviderKind,
    TariffLine,
    TariffModel,
    Unit,
)
from bit_model.checks import Finding
from bit_model.house import DayKind, House, RosterLine
from bit_model.parameters import PricingPoint
from bit_model.tariff_checks import tariff_findings
from bit_model.terms import GoalType, NeedLevel, Theme
from workbook_templates.files.gate import Limits, gate
from workbook_templates.files.grid import Grid
from workbook_templates.kinds import DATE, TextKind
from workbook_templates.layouts.sagsliste import SAGSLISTE
from workbook_templates.layouts.sagsliste_tjek import LEANING
from workbook_templates.opened import Opened, open_workbook
from workbook_templates.problems import Problem, has_errors
from workbook_templates.read import TableRows, read_table, shown

EVERY_DAY = "alle"
CHOICES: Mapping[str, type[StrEnum]] = {
    "provider_kinds": ProviderKind,
    "need_levels": NeedLevel,
    "themes": Theme,
    "goal_types": GoalType,
    "line_types": LineType,
    "units": Unit,
    "amount_kinds": AmountKind,
    "model_kinds": ModelKind,
    "pricing_points": PricingPoint,
    "day_kinds": DayKind,
}
"""The closed sets behind the drop-down lists of the case list."""

FINDING_TABLES = {"hour_price": "tariff_models", "price_list": "price_list", "need_date": "cases"}
TARIFF_UNACCOUNTED = frozenset({"K03"})
"""Errors that leave a case's tariff unaccounted for but do not keep the list out."""


@dataclass(frozen=True, slots=True)
class CaseList:
    """What a case list holds. A row with an error is left out, so a list that is not `sound` is not for use."""

    cases: tuple[Case, ...] = ()
    tariff_models: tuple[TariffModel, ...] = ()
    houses: tuple[House, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def sound(self) -> bool:
        """True when no error could make a figure wrong: otherwise the list is to be corrected first."""
        return not has_errors([problem for problem in self.problems if problem.code not in TARIFF_UNACCOUNTED])

    def house_size(self, case: Case) -> int | None:
        """Citizens in the case's house, None where the list does not say."""
        return next((house.size for house in self.houses if house.name == case.house), None)


def read_case_list(content: bytes, limits: Limits) -> CaseList:
    """The case list in a workbook's bytes. Runs in the child that reads."""
    container = gate(content, limits)
    if isinstance(container, Problem):
        return CaseList(problems=(container,))
    return case_list_of(open_workbook(content, container, limits))


def case_list_of(opened: Opened) -> CaseList:
    """The case list in an opened workbook, or why it is not one."""
    if opened.template is not SAGSLISTE:
        return CaseList(problems=opened.refusal())
    return _Reading(opened.grid, opened.version).result()


class _Reading:
    """One reading of a case list; collects problems as it goes."""

    def __init__(self, grid: Grid, version: int) -> None:
        self.problems: list[Problem] = list(grid.problems)
        self.tables = {table.key: read_table(grid, table) for table in SAGSLISTE.tables}
        for table in SAGSLISTE.tables:
            if table.since > version and not self.tables[table.key].columns:
                self.tables[table.key] = TableRows(table, {}, ())
        self.rows = {key: list(self._rows(table)) for key, table in self.tables.items()}

    def result(self) -> CaseList:
        """All tables, put together by case key, provider and house."""
        prices: dict[tuple[str, dt.date | None], list[PricePoint]] = defaultdict(list)
        for _, values in self.rows["price_list"]:
            prices[values.pop("provider"), values.pop("valid_from")].append(PricePoint(**values))
        providers = Counter(values["provider"] for _, values in self.rows["tariff_models"])
        models = tuple(
            TariffModel(**values, price_list=_price_list(values, prices, providers), row=row)
            for row, values in self.rows["tariff_models"]
        )
        rosters: dict[str, list[RosterLine]] = defaultdict(list)
        for row, values in self.rows["roster"]:
            house, kind = values.pop("house"), values.pop("day_kind")
            rosters[house] += [
                RosterLine(day_kind, **values, row=row) for day_kind in (DayKind if kind == EVERY_DAY else (kind,))
            ]
        houses = tuple(
            House(values["house"], values["provider"], values["house_size"], tuple(rosters[values["house"]]))
            for _, values in self.rows["houses"]
        )
        needs: dict[str, list[Need]] = defaultdict(list)
        for row, values in self.rows["needs"]:
            needs[values.pop("case_key")].append(Need(**values, row=row))
        order: dict[str, list[OrderLine]] = defaultdict(list)
        for row, values in self.rows["order"]:
            order[values.pop("case_key")].append(OrderLine(**values, row=row))
        tariff: dict[str, list[TariffLine]] = defaultdict(list)
        for row, values in self.rows["tariff_lines"]:
            tariff[values.pop("case_key")].append(TariffLine(**values, row=row))
        cases = tuple(
            Case(
                **values,
                needs=tuple(needs[values["case_key"]]),
                order=tuple(order[values["case_key"]]),
                tariff=tuple(tariff[values["case_key"]]),
                row=row,
            )
            for row, values in self.rows["cases"]
        )
        self._check_whole(cases, models)
        places = {table.sheet: place for place, table in enumerate(SAGSLISTE.tables)}
        self.problems.sort(key=lambda problem: places.get(problem.sheet, -1))
        return CaseList(cases, models, houses, tuple(self.problems))

    def _rows(self, table: TableRows) -> Iterator[tuple[int, dict[str, Any]]]:
        """Row number and values of each row that holds what it must; choices as members of their sets."""
        self.problems += table.problems
        for row, values in table.rows():
            sound = row not in table.flawed
            for field in table.table.inputs:
                value = values[field.key]
                if value in {None, ""}:
                    free_text = isinstance(field.kind, TextKind) and field.choices not in CHOICES
                    values[field.key] = "" if free_text else None
                    if field.required and sound:
                        self.problems.append(table.problem("C02", field.key, row))
                        sound = False
                elif choice := CHOICES.get(field.choices):
                    member = _member(choice, value)
                    if member is None:
                        self.problems.append(table.problem("C03", field.key, row, shown(value)))
                        sound = False
                    values[field.key] = member
            if sound:
                yield row, values

    def _check_whole(self, cases: tuple[Case, ...], models: tuple[TariffModel, ...]) -> None:
        """What holds between rows and sheets: keys that stand twice or are unknown, sums, and the tariff's checks."""
        self._unique("cases", "case_key")
        self._unique("tariff_models", "provider", "valid_from")
        self._unique("houses", "house")
        self._unique("needs", "theme", "case_key")
        for table, field, home in LEANING:
            self._known(table, field, home)
        self._known_dates()
        order_is_whole = len(self.rows["order"]) == len(self.tables["order"].numbers)
        for case in cases:
            total = sum((line.hours for line in case.order), Decimal(0))
            if order_is_whole and case.order and case.need_hours is not None and case.need_hours != total:
                found = f"{total} / {case.need_hours}".replace(".", ",")
                self.problems.append(self.tables["cases"].problem("C04", "need_hours", case.row, found))
            of_provider: list[TariffModel | None] = [model for model in models if model.provider == case.provider]
            for model in of_provider or [None]:
                for finding in tariff_findings(case, model):
                    problem = self._tariff_problem(finding, case.provider)
                    if problem not in self.problems:  # a provider's model is met once per case
                        self.problems.append(problem)

    def _tariff_problem(self, finding: Finding, provider: str) -> Problem:
        table = self.tables[FINDING_TABLES.get(finding.field, "tariff_lines")]
        field, row = finding.field, finding.row
        if table.table.key == "price_list":  # found in the list as a whole, shown where the provider's begins
            field, row = (
                "day_rate",
                next(row for row, name in self._cells("price_list", "provider") if name == provider),
            )
        return table.problem(finding.code, field, row, finding.found)

    def _unique(self, table: str, field: str, *more: str) -> None:
        """C01 where a row has the same values as one above it; a row that lacks one it must have is no such row."""
        seen: set[tuple[object, ...]] = set()
        columns = [self.tables[table].column(key) for key in more]
        required = {part.key for part in self.tables[table].table.inputs if part.required}
        for (row, value), *others in zip(self._cells(table, field), *columns, strict=True):
            whole = value and all(other or key not in required for key, other in zip(more, others, strict=True))
            if whole and (value, *others) in seen:
                self.problems.append(self.tables[table].problem("C01", field, row, shown(value)))
            seen.add((value, *others))

    def _known(self, table: str, field: str, home: str) -> None:
        """C03 where a value does not stand in the same column of the table where it is at home."""
        if any(problem.code == "H02" for problem in self.tables[home].problems):
            return  # that table was not read, which is told already
        known = {*self.tables[home].column(field), "", None}
        for row, value in self._cells(table, field):
            if value not in known:
                self.problems.append(self.tables[table].problem("C03", field, row, shown(value)))

    def _known_dates(self) -> None:
        """C03 where a price is dated and its provider has no model of that date."""
        models, prices = self.tables["tariff_models"], self.tables["price_list"]
        known = set(zip(models.column("provider"), models.column("valid_from"), strict=True))
        for (row, provider), date in zip(
            self._cells("price_list", "provider"), prices.column("valid_from"), strict=True
        ):
            if date and provider in models.column("provider") and (provider, date) not in known:
                self.problems.append(prices.problem("C03", "valid_from", row, DATE.show(date)))

    def _cells(self, table: str, field: str) -> Iterator[tuple[int, Any]]:
        return zip(self.tables[table].numbers, self.tables[table].column(field), strict=True)


def _price_list(
    model: Mapping[str, Any],
    prices: Mapping[tuple[str, dt.date | None], Sequence[PricePoint]],
    providers: Mapping[str, int],
) -> tuple[PricePoint, ...]:
    """A model's prices: those of its date, else those without a date where they can be meant for it."""
    provider, date = model["provider"], model["valid_from"]
    undated = date is None or model["kind"] is ModelKind.PRICE_LIST or providers[provider] == 1
    return tuple(prices.get((provider, date)) or (prices.get((provider, None), ()) if undated else ()))


def _member(choice: type[StrEnum], value: str) -> StrEnum | str | None:
    """The member whose value is meant, whatever its case; `EVERY_DAY` where the set is of days."""
    if choice is DayKind and value.casefold() == EVERY_DAY:
        return EVERY_DAY
    return next((member for member in choice if member.value.casefold() == value.casefold()), None)
