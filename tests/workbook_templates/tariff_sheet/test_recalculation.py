"""Tariff templates as LibreOffice computes them: every formula cell that a user sees, held against `bit_model`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from cost_sheets import ROOM, Drawn, drawn
from libreoffice import convert, drawn_numbers
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from bit_model.case import AmountKind, LineType, TariffLine, Unit
from bit_model.checks import Finding
from bit_model.comparison import Pair, State
from bit_model.cost_figures import CaseFigures, CostFigures, cost_figures, cost_findings
from bit_model.cost_sheet import DirectKind, IndirectKind, StaffGroup
from bit_model.premises import direct_by_kind, group_hours, in_force, indirect_by_kind, tried, wages
from bit_model.rounding import Number, half_up
from bit_model.tariff import Note, line_day_rate
from workbook_templates.files.gate import Limits, gate
from workbook_templates.layouts.takst import TAKST, TRIAL
from workbook_templates.layouts.takstberegning import WORDS
from workbook_templates.layouts.takstresultat import COSTS, POSTS, PRICES, RATES
from workbook_templates.opened import open_workbook
from workbook_templates.readings import word
from workbook_templates.tariff_sheet.build import write_tariff
from workbook_templates.tariff_sheet.calculation import COMPUTED_ON_LOAD
from workbook_templates.tariff_sheet.read import TariffReading, read_tariff

SEEDS = drawn_numbers()
IN_ONE_START = 50
Cells = dict[tuple[str, str], Any]
TELLS = frozenset({Note.NO_LINES, Note.NO_MODEL, Note.FIGURE_MISSING, Note.BELOW_BASE})


@dataclass(frozen=True, slots=True)
class Computed:
    """One template: what was typed, what it was read as, and the values of its sheets."""

    typed: Drawn
    reading: TariffReading
    sheets: dict[str, list[list[Any]]]

    def cell(self, sheet: str, address: str) -> Any:
        letters = address.rstrip("0123456789")
        column = sum((ord(letter) - 64) * 26**place for place, letter in enumerate(reversed(letters)))
        rows, row = self.sheets[sheet], int(address[len(letters) :])
        return rows[row - 1][column - 1] if row <= len(rows) and column <= len(rows[row - 1]) else ""


def built(seed: int) -> bytes:
    content = drawn(seed)
    return write_tariff(content.header, content.rows, content.parameters, content.language, content.trial, ROOM)


def read(content: bytes) -> TariffReading:
    container = gate(content, Limits())
    assert not hasattr(container, "code"), container
    return read_tariff(open_workbook(content, container, Limits()).grid)


@pytest.fixture(scope="module")
def recalculated(tmp_path_factory: pytest.TempPathFactory) -> list[Computed]:
    folder = tmp_path_factory.mktemp("tariff")
    made = []
    for start in range(0, len(SEEDS), IN_ONE_START):
        files = {seed: folder / f"{seed}.xlsx" for seed in SEEDS[start : start + IN_ONE_START]}
        for seed, file in files.items():
            file.write_bytes(built(seed))
        saved = convert(files.values(), "xlsx", folder / "recalculated")
        made += [computed(seed, file, again) for (seed, file), again in zip(files.items(), saved, strict=True)]
    return made


def computed(seed: int, source: Path, file: Path) -> Computed:
    with ZipFile(file) as parts:
        for name in parts.namelist():
            assert not name.startswith("xl/worksheets/") or b't="e"' not in parts.read(name), (seed, name)
    book = CalamineWorkbook.from_path(file)
    visible = [*(table.sheet for table in TAKST.tables), "Resultat"]
    sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in visible}
    return Computed(drawn(seed), read(source.read_bytes()), sheets)


@cache
def formulas(language: str) -> Cells:
    """Every formula cell of the sheets that are seen; the same in every template of a language and a size."""
    seed = 0 if language == "en" else 1
    book = load_workbook(BytesIO(built(seed)))
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        if sheet.sheet_state == "visible"
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def test_every_formula_cell_that_is_seen_equals_the_model(recalculated: list[Computed]) -> None:
    differences = []
    for number, one in zip(SEEDS, recalculated, strict=True):
        expected = Expected(one).cells()
        assert expected.keys() == formulas(one.typed.language).keys()
        for (sheet, address), value in expected.items():
            found = one.cell(sheet, address)
            wanted = "" if value is None else float(value) if isinstance(value, Number) else value
            same = found == wanted if isinstance(wanted, str) else found == pytest.approx(wanted, rel=1e-9, abs=1e-9)
            if not same:
                differences.append((number, sheet, address, found, wanted))
    assert not differences, (len(differences), differences[:20])


def test_the_drawn_sheets_are_of_every_sort(recalculated: list[Computed]) -> None:
    figures = [cost_figures(one.reading.sheet, one.typed.parameters) for one in recalculated]
    kinds = {one.reading.sheet.kind for one in recalculated}
    notes = {note for found in figures for case in found.cases for note in case.financed.notes}
    hours = {
        one.reading.sheet.kind
        for one, found in zip(recalculated, figures, strict=True)
        for case in found.cases
        if case.financed.hours
    }
    states = {state for found in figures for case in found.cases for state in case.comparison.states}
    codes = {problem.code for one in recalculated for problem in one.reading.problems}
    assert len(kinds) == 5
    assert hours == kinds - {None}
    assert notes == set(Note)
    assert states == set(State)
    assert codes >= {"C02", "C03", "H01", "K01", "K02", "K03", "K04"}
    assert any(found.price_list for found in figures)


class Expected:
    """What the formula cells of one template must show."""

    def __init__(self, one: Computed) -> None:
        self.one, self.language = one, one.typed.language
        self.sheet, self.parameters = one.reading.sheet, one.typed.parameters
        self.now = cost_figures(self.sheet, self.parameters)
        self.tried_sheet = tried(self.sheet, one.typed.trial)
        self.trial = cost_figures(self.tried_sheet, self.parameters)
        self.findings = cost_findings(self.sheet)
        self.names = {**named(self.now, self.findings, ""), **named(self.trial, self.findings, "_try")}
        self.names["f_wages"] = wages(self.sheet)
        self.labels: dict[tuple[str, str], str] = {}

    def cells(self) -> Cells:
        found: Cells = {}
        for (sheet, address), formula in formulas(self.language).items():
            letters = address.rstrip("0123456789")
            row = int(address[len(letters) :])
            if name := re.fullmatch(r"=([fv]_\w+)", formula):
                found[sheet, address] = self.names[name[1]]
            elif sheet == "Resultat":
                found[sheet, address] = self.of_result(letters, row, formula)
            elif sheet == TRIAL.sheet:
                found[sheet, address] = self.of_trial(letters, row, formula)
            else:
                table = next(table for table in TAKST.tables if table.sheet == sheet)
                key = table.fields[ord(letters) - 65].key
                found[sheet, address] = getattr(self, key)(row)
        return found

    def of_case(self, key: str, number: int) -> Any:
        """Of the case typed in the row with this number: key, typed figure, or figure of the result."""
        rows = self.one.typed.rows["cases"]
        typed = rows[number - 1] if number <= len(rows) else {}
        if key == "case_key":
            return typed.get("case_key")
        figures = self.trial if key.endswith("_try") else self.now
        of_case = next((one for one in figures.cases if one.case.row == number + 1), None)
        if of_case is None:
            return None
        return {
            "rate": of_case.rate,
            "support": of_case.support,
            "hours": of_case.financed.hours,
            "ordered": of_case.case.ordered,
            "measured": of_case.case.measured,
            "figures": of_case,
        }[key.removesuffix("_try")]

    def of_result(self, column: str, row: int, formula: str) -> Any:
        label = self.one.cell("Resultat", f"A{row}")
        if simple := re.fullmatch(r"=INDEX\(c_(\w+),(\d+)\)", formula):
            return self.of_case(simple[1], int(simple[2]))
        number = re.search(r"INDEX\(c_\w+,(\d+)\)", formula)
        if number and column == "A":
            return self.of_case("case_key", int(number[1]))
        if number:
            return self.band_or_reason(int(number[1]))
        if "MATCH(TRUE" in formula:
            code = label[:3]
            rows = [one.row for one in self.findings if one.code == code and one.row]
            return min(rows) - 1 + 1 if rows else None
        if "t_amount_kind" in formula:
            return self.amount(list(AmountKind)["BCD".index(column)], label)
        kinds: dict[Any, Fraction] = {}
        kinds = dict(direct_by_kind(self.sheet)) if self.is_direct(row) else dict(indirect_by_kind(self.sheet))
        amount = kinds[(DirectKind if self.is_direct(row) else IndirectKind)(label)]
        if column == "B":
            return amount
        return amount / self.now.cost if self.now.cost > 0 else None

    def is_direct(self, row: int) -> bool:
        below = [
            r
            for r in range(1, row)
            if self.one.cell("Resultat", f"A{r}").startswith(("Indirekte omkostninger e", "Indirect costs b"))
        ]
        return not below

    def amount(self, kind: AmountKind, label: str) -> Any:
        unknown = word(State.UNACCOUNTED, self.language)
        if label in {"I alt", "In all"}:
            any_line = any(other is kind for _, other in self.now.amounts)
            return self.now.total(kind) if not any_line or self.now.total(kind) is not None else unknown
        line_type = None if label in {"uden type", "no type"} else LineType(label)
        if (line_type, kind) not in self.now.amounts:
            return None
        value = self.now.amounts[line_type, kind]
        return unknown if value is None else value

    def band_or_reason(self, number: int) -> Any:
        found: CaseFigures | None = self.of_case("figures", number)
        if found is None:
            return None
        if found.financed.hours is None:
            return self.reason(found)
        if found.financed.package is None:
            return None
        low, high = (format(half_up(edge).normalize(), "f") for edge in found.financed.band or ())
        words = ("package", "over", "to") if self.language == "en" else ("pakke", "over", "til")
        return f"{words[0]} {found.financed.package}: {words[1]} {low} {words[2]} {high}"

    def reason(self, found: CaseFigures) -> str:
        note = found.financed.notes[0]
        return word(note if note in TELLS else Note.NOT_CONVERTIBLE, self.language)

    def of_trial(self, column: str, row: int, formula: str) -> Any:
        if simple := re.fullmatch(r"=INDEX\(c_(\w+),(\d+)\)", formula):
            return self.of_case(simple[1], int(simple[2]))
        if typed := re.fullmatch(r"=IF\(OR\(INDEX\(c_ok,(\d+)\)<>1,.*INDEX\(c_(\w+),\d+\)\)", formula):
            sound = self.of_case("figures", int(typed[1])) is not None
            return self.of_case(typed[2], int(typed[1])) if sound else None
        if column == "D" and formula.startswith("=IF(OR(B"):
            name = formulas(self.language)[TRIAL.sheet, f"B{row}"][1:]
            return difference(self.names[f"{name}_try"], self.names[name])
        number = int(re.search(r",(\d+)\)", formulas(self.language)[TRIAL.sheet, f"A{row}"])[1])  # type: ignore[index]
        now, trial = self.of_case("figures", number), self.of_case("figures_try", number)
        if now is None:
            return None
        if column == "H":
            return difference(trial.financed.hours, now.financed.hours)
        pair = Pair.FINANCED_MINUS_NEED if column in "IJ" else Pair.FINANCED_MINUS_DELIVERED
        return word((now if column in "IK" else trial).comparison.state_of(pair), self.language)

    def word(self, key: str) -> str:
        return WORDS[key].in_language(self.language)

    def typed_row(self, table: str, row: int) -> dict[str, Any]:
        rows = self.one.typed.rows[table]
        held = rows[row - 2] if row - 2 < len(rows) else {}
        return held if any(value is not None for value in held.values()) else {}

    def check(self, table: str, row: int, sound: object, faulty: str, said: str = "OK") -> str | None:
        if not self.typed_row(table, row):
            return None
        return said if sound else self.word(faulty)

    def line(self, row: int) -> TariffLine | None:
        return next((one.line for one in self.sheet.lines if one.line.row == row), None)

    def line_rate(self, row: int) -> Any:
        line = self.line(row)
        rate = line and line_day_rate(line, in_force(self.sheet, self.parameters))
        return None if isinstance(rate, Note) else rate

    def line_check(self, row: int) -> Any:
        line = self.line(row)
        parts = list(self.remarks(line)) if line else []
        return self.check("lines", row, line, "faulty_line", "; ".join(parts) or "OK")

    def remarks(self, line: TariffLine) -> Iterator[str]:
        found = {(one.code, one.field) for one in self.findings if one.row == line.row}
        for code, field, key in (
            ("K01", "line_type", "no_type"),
            ("K01", "covers", "no_cover"),
            ("K02", "amount", "odd_price"),
            ("K03", "includes_vat", "vat"),
            ("K03", "includes_rent", "rent"),
        ):
            if (code, field) in found:
                yield self.word(key)
        if line.includes_rent and line.rent_amount is None:
            yield self.word("rent_amount")
        if line.unit is Unit.HOUR and line.hours is None:
            yield self.word("hours")
        if line.unit is not Unit.HOUR and line.divisor == 0:
            yield self.word("divisor")
        if not line.holds_on(self.sheet.on_date):
            yield self.word("not_in_force")

    def group(self, row: int) -> StaffGroup | None:
        return next((one for one in self.sheet.staff if one.row == row), None)

    def group_wages(self, row: int) -> Any:
        group = self.group(row)
        return group and group.posts * group.post_cost

    def group_present(self, row: int) -> Any:
        group = self.group(row)
        return group and group_hours(group, self.sheet, self.parameters)[0] / self.now.weeks

    def group_user(self, row: int) -> Any:
        group = self.group(row)
        return group and group_hours(group, self.sheet, self.parameters)[1] / self.now.weeks

    def group_check(self, row: int) -> Any:
        return self.check("staff", row, self.group(row), "faulty_group")

    def direct_check(self, row: int) -> Any:
        cost = next((one for one in self.sheet.direct_costs if one.row == row), None)
        twice = cost and cost.kind is DirectKind.WAGES and sum(g.posts * g.post_cost for g in self.sheet.staff) > 0
        return self.check("direct", row, cost, "faulty_cost", self.word("wages_twice") if twice else "OK")

    def indirect_check(self, row: int) -> Any:
        return self.check("indirect", row, any(one.row == row for one in self.sheet.indirect_costs), "faulty_cost")

    def price_on_line(self, row: int) -> Any:
        typed, line = self.typed_row("prices", row), self.now.price_list
        if line is None or typed.get("hours") is None or typed.get("day_rate") is None:
            return None
        return line.fixed + line.hour_price / 7 * Fraction(typed["hours"])

    def price_distance(self, row: int) -> Any:
        on_line = self.price_on_line(row)
        return None if on_line is None else Fraction(self.typed_row("prices", row)["day_rate"]) - on_line

    def case_check(self, row: int) -> Any:
        found: CaseFigures | None = self.of_case("figures", row - 1)
        said = "OK"
        if found and any(one.code == "K04" and one.row == row for one in self.findings):
            said = self.word("k04")
        elif found and found.financed.hours is None:
            said = self.reason(found)
        return self.check("cases", row, found, "faulty_case", said)


def named(figures: CostFigures, findings: list[Finding], suffix: str) -> dict[str, Any]:
    """The expected value of each name that a cell shows as it is."""
    keys = [line.key for part in (RATES, COSTS, POSTS, PRICES) for line in part if line.key != "overhead"]
    found: dict[str, Any] = {f"f_{key}": getattr(figures, key) for key in keys}
    found |= {f"v_{key}": getattr(figures.premises, key) for key in type(figures.premises).__dataclass_fields__}
    hours = [one.financed.hours for one in figures.cases if one.financed.hours is not None]
    line = figures.price_list
    found |= {
        "f_financed": sum(hours),
        "f_ordered": sum(one.case.ordered or 0 for one in figures.cases),
        "f_measured": sum(one.case.measured or 0 for one in figures.cases),
        "f_list_price": line and line.hour_price,
        "f_list_fixed": line and line.fixed,
        "f_list_bend": line and line.bend,
    }
    found |= {f"f_k0{n}": sum(one.code == f"K0{n}" for one in findings) for n in range(1, 5)}
    return {f"{name}{suffix}": value for name, value in found.items()}


def difference(one: Number | None, other: Number | None) -> Fraction | None:
    return None if one is None or other is None else Fraction(one) - Fraction(other)


def test_what_is_shown_without_recalculation_is_the_same(tmp_path: Path) -> None:
    """Programs that trust saved values, as LibreOffice does, compute our formulas when they open the file."""
    assert COMPUTED_ON_LOAD == ""
    source = tmp_path / "7.xlsx"
    source.write_bytes(built(7))
    (shown,) = convert([source], "xlsx", tmp_path / "shown", recalculate=False)
    (anew,) = convert([source], "xlsx", tmp_path / "anew")
    assert computed(7, source, shown).sheets == computed(7, source, anew).sheets
