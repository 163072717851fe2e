"""A file's report on a terminal, alike for the authority's and the provider's command line."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from workbook_templates.layouts.takstresultat import SHARE
from workbook_templates.problems import Problem
from workbook_templates.schedule.report import FileReport
from workbook_templates.tariff_sheet.figures import SHOWN

HOURS = {
    "D1": "D1 Direkte, første ansatte",
    "D2": "D2 Direkte, ekstra ansatte",
    "F": "F Fælles",
    "N": "N Vågen nat",
    "S": "S Sovende nat",
    "T": "T Udkald",
    "X": "X Indirekte",
    "resource": "Ressourcetimer i alt",
    "resource_ex_night": "Uden nat (N og S)",
    "contact": "Kontakttimer (D F T)",
}


def print_report(console: Console, report: FileReport) -> None:
    """Case, period, hours per week and problems."""
    console.print(f"[bold]{escape(report.file_name)}[/]")
    if report.case_key and report.period:
        start, end = report.period
        console.print(
            f"Sag {escape(report.case_key)}, {start:%d-%m-%Y} til {end:%d-%m-%Y}, {report.entry_count} registreringer"
        )
    if report.hours is not None:
        table = Table("Timer pr. uge", Column(justify="right"), box=None)
        for key, hours in report.hours["per_week"].items():
            table.add_row(HOURS[key], f"{hours:.2f}".replace(".", ","))
        console.print(table)
    if report.tariff is not None:
        print_tariff(console, report.tariff)
    print_problems(console, report.file_name, report.problems)


def print_tariff(console: Console, tariff: Mapping[str, Any]) -> None:
    """The figures of a tariff template, and its cases with the hours that are paid for."""
    house = f", {tariff['house']}" if tariff["house"] else ""
    console.print(f"Takst for {escape(tariff['provider'] + house)}, model {tariff['model']}")
    table = Table("Tal", Column("Værdi", justify="right"), "Enhed", box=None)
    for line in SHOWN:
        value = tariff["figures"][line.key]
        as_share = value is not None and line.number_format == SHARE
        table.add_row(line.label.da, _number(100 * value) if as_share else _number(value), line.unit.da or "%")
    console.print(table)
    if tariff["cases"]:
        columns = ("Kr. pr. døgn", "Bestilt", "Målt", "Betalt, timer")
        table = Table("Sag", *(Column(name, justify="right") for name in columns), box=None)
        for case in tariff["cases"]:
            figures = (case["day_rate"], case["ordered"], case["measured"], case["financed"])
            table.add_row(escape(case["case_key"]), *map(_number, figures))
        console.print(table)


def _number(value: float | None) -> str:
    """1.234,50, or a dash."""
    return "–" if value is None else f"{value:,.2f}".translate(str.maketrans(",.", ".,"))


def print_problems(console: Console, name: str, problems: Iterable[Problem]) -> None:
    """A row per problem: level and code, place, what is wrong, what to do. Nothing where there is none."""
    table = Table("", "Sted", "Hvad", "Hvad gør jeg", title=f"Problemer i {escape(name)}", title_justify="left")
    for problem in problems:
        place = f"{problem.sheet}!{problem.cell}" if problem.cell else problem.sheet
        code = f"{problem.level.value} {problem.code}"
        table.add_row(*map(escape, (code, place, problem.message(), problem.remedy())))
    if table.row_count:
        console.print(table)


def save_annotated(console: Console, folder: Path, copies: Iterable[tuple[str, bytes]]) -> None:
    """Each annotated copy into the folder, with a line that says where. Overwrites none: raises `FileExistsError`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in copies:
        with (folder / name).open("xb") as file:
            file.write(content)
        console.print(f"Med bemærkninger: [bold]{escape(str(folder / name))}[/]", soft_wrap=True, highlight=False)
