"""A file's report on a terminal, alike for the authority's and the provider's command line."""

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from workbook_templates.problems import Problem
from workbook_templates.schedule.report import FileReport

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
    print_problems(console, report.file_name, report.problems)


def print_problems(console: Console, name: str, problems: Iterable[Problem]) -> None:
    """A row per problem: level and code, place, what is wrong, what to do. Nothing where there is none."""
    table = Table("", "Sted", "Hvad", "Hvad gør jeg", title=f"Problemer i {escape(name)}", title_justify="left")
    for problem in problems:
        place = f"{problem.sheet}!{problem.cell}" if problem.cell else problem.sheet
        code = f"{problem.level.value} {problem.code}"
        table.add_row(*map(escape, (code, place, problem.message(), problem.remedy())))
    if table.row_count:
        console.print(table)
