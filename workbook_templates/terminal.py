"""A file's report on a terminal, alike for the authority's and the provider's command line."""

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from workbook_templates.problems import Problem
from workbook_templates.report import FileReport

HOURS = {
    "D1": "Direkte",
    "D2": "Ekstra personale",
    "F": "Fælles",
    "N": "Vågen nat",
    "S": "Sovende nat",
    "T": "Udkald",
    "X": "Indirekte",
    "resource": "I alt",
    "resource_ex_night": "Uden nat",
    "contact": "Kontakttid",
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
        table = Table("Timer pr. uge", *(HOURS[key] for key in report.hours["per_week"]), box=None)
        table.add_row("", *(f"{hours:.2f}".replace(".", ",") for hours in report.hours["per_week"].values()))
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
