"""The demonstration: a made-up municipality taken from its case list to the comparison, each step told."""

import datetime as dt
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import product
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from sqlalchemy import Connection

from bit_model.checks import Level
from bit_model.course import course
from bit_model.parameters import ParameterSet
from bit_model.rounding import half_up
from bit_model.schedule import Period
from sync.authorities import opened
from sync.collect import Collected, collect
from sync.comparison.rows import ComparisonRow, comparison_rows
from sync.comparison.summary import house_note, summary_table
from sync.comparison.workbook import write_comparison_workbook
from sync.demo import Municipality, municipality
from sync.demo_decisions import decide, hold_meetings
from sync.demo_folder import CASE_LIST, COMPARISON, DATABASE, ISSUED, ISSUED_AGAIN, ORIGINALS, RETURNED, make_room
from sync.demo_returns import ReturnedFile, how_many, returned_files
from sync.failures import Failure
from sync.issue import Issued, issue_templates, take_in_case_list
from sync.settings import Settings, keyed
from sync.store import rounds, submissions
from sync.store.database import writing
from sync.store.tables import Status
from sync.words import OUTCOMES, STATUSES
from workbook_templates.case_list.build import build_case_list
from workbook_templates.case_list.read import CaseList
from workbook_templates.layouts.doegnskema import Form
from workbook_templates.problems import Problem

ISSUED_BEFORE, DEADLINE_AFTER = dt.timedelta(days=7), dt.timedelta(days=10)
COURSE_YEAR = 2026
_SEASONS = ("Vinter", "Forår", "Sommer", "Efterår")
_FORMS = {Form.LIST: "listeform", Form.GRID: "netform"}
_Step = TypeVar("_Step")


def run(directory: Path, console: Console) -> Path:
    """Issue, fill in, collect and compare in the folder; returns the database.

    An earlier demonstration there is replaced. Raises `Failure` where the folder holds anything else.
    """
    begun = time.monotonic()
    make_room(directory)
    town, parameters = municipality(), ParameterSet()
    made = Settings(database=str(directory / DATABASE), originals=str(directory / ORIGINALS))
    console.print(f"[bold]{town.authority}[/] er opdigtet, men forløbet er det rigtige.\n", highlight=False)
    case_list = _listed(directory, town, made)
    made = keyed(made)
    providers = len({case.provider for case in town.cases})
    _tell(console, 1, "Sagsliste", f"{len(town.cases)} sager hos {providers} leverandører", CASE_LIST)
    if case_list.problems:
        console.print(
            f"   {len(case_list.problems)} advarsler; den første: {_told(case_list.problems[0])}", highlight=False
        )
    issued = _issued(directory / ISSUED, town.rounds, town, case_list, made)
    grids = sum(one.form is Form.GRID for one in issued.values())
    _tell(console, 2, "Sendt ud", f"{len(issued)} døgnskemaer, ét til hver sag, {grids} i netform", f"{ISSUED}/")
    _in_rounds(town.rounds, town, made, sent=True)
    returned = _returned(directory, town, issued, console)
    _tell(console, 3, "Kommet retur", f"{len(returned)} filer fra leverandørerne", f"{RETURNED}/")
    if plain := sum(file.no_office for file in returned):
        console.print(f"   LibreOffice svarer ikke her, så {plain} filer i andre formater kom som .xlsx.")
    collected = _collected(directory, returned, made, console)
    _tell(console, 4, "Læst ind", _outcome(collected), DATABASE)
    store = opened(made)
    try:
        of_houses = write_comparison_workbook(directory / COMPARISON, store)
        with store.engine.connect() as connection:
            rows = comparison_rows(connection, parameters)
            attention = _attention_table(connection, rows)
    finally:
        store.engine.dispose()
    _tell(console, 5, "Sammenlignet", "bestilt, målt og betalt", COMPARISON)
    again = _issued(directory / ISSUED_AGAIN, {town.next_period: town.next_cases}, town, case_list, made)
    _in_rounds({town.next_period: town.next_cases}, town, made, sent=False)
    patterns = sum(one.has_pattern for one in again.values())
    _tell(console, 6, "Ny runde", f"{len(again)} døgnskemaer, {patterns} med det sædvanlige døgn", f"{ISSUED_AGAIN}/")
    _decided(made, parameters, console)
    console.print("\n[bold]Timer pr. uge: bestilt (B), målt (I) og betalt (T)[/]")
    console.print(summary_table(rows))
    share = half_up(parameters.tolerance_share * 100, 0)
    console.print(
        f"I balance: højst {parameters.tolerance_hours} timer eller {share} % af B fra hinanden (det, der er mest), "
        "eller samme pakke.",
        highlight=False,
    )
    console.print("\n[bold]Filer, der kræver opmærksomhed[/]")
    console.print(attention)
    if of_houses:
        console.print(house_note(of_houses), highlight=False)
    console.print(
        f"Alle fejl står i {COMPARISON} og på siderne. De modtagne filer ligger krypteret i {ORIGINALS}/.",
        highlight=False,
    )
    seconds = time.monotonic() - begun
    console.print(
        f"\nAlt ligger i mappen [bold]{escape(str(directory))}[/]. Det tog {seconds:.0f} sekunder.", highlight=False
    )
    return directory / DATABASE


def _listed(directory: Path, town: Municipality, settings: Settings) -> CaseList:
    """The case list as it was read. It is in the database before anything is in the folder: `make_room` asks for it."""
    content = build_case_list(town.cases, town.models, town.houses)
    case_list, imported = take_in_case_list(content, settings)
    if imported is None:
        raise Failure(f"Sagslisten kunne ikke læses ind: {case_list.problems[0].message()}")
    (directory / CASE_LIST).write_bytes(content)
    return case_list


def _issued(
    folder: Path, rounds: Mapping[Period, Sequence[str]], town: Municipality, case_list: CaseList, settings: Settings
) -> dict[str, Issued]:
    """Every case's template by case key, each round's for its own period and each in its provider's form."""
    issued: dict[str, Issued] = {}
    folder.mkdir()
    with closing(opened(settings)) as store:
        for (period, keys), form in product(rounds.items(), Form):
            cases = [case for case in case_list.cases if case.case_key in keys and town.forms[case.case_key] is form]
            issued |= {one.case_key: one for one in issue_templates(store, case_list, cases, period, (form,))}
    for one in issued.values():
        (folder / one.file_name).write_bytes(one.content)
    return dict(sorted(issued.items()))


def _in_rounds(periods: Mapping[Period, Sequence[str]], town: Municipality, settings: Settings, *, sent: bool) -> None:
    """A round for each period and form, opened as its templates were issued; `sent` where they went out too."""
    with closing(opened(settings)) as store, writing(store.engine) as connection:
        for (period, of_period), form in product(periods.items(), Form):
            keys = [key for key in of_period if town.forms[key] is form]
            if not keys:
                continue
            issued_at = dt.datetime.combine(period.start - ISSUED_BEFORE, dt.time(12), dt.UTC)
            season = f"{_SEASONS[period.start.month % 12 // 3]} {period.start.year}"
            title = f"{season}, {len(period.days)} dage i {_FORMS[form]}"
            new = rounds.NewRound(title, period, form.value, period.end + DEADLINE_AFTER)
            round_id = rounds.open_round(connection, new, keys, issued_at)
            rounds.mark_issued(connection, round_id, keys, issued_at)
            if sent:
                rounds.mark_sent(connection, round_id, keys, issued_at)


def _decided(settings: Settings, parameters: ParameterSet, console: Console) -> None:
    """Hold the meetings and decide; the course table is told."""
    with closing(opened(settings)) as store, writing(store.engine) as connection:
        held = hold_meetings(connection, parameters)
        areas = course(decide(connection, parameters), COURSE_YEAR)
    decided = sum(area.total.decisions for area in areas)
    _tell(console, 7, "Besluttet", f"{held} møder og {decided} afgørelser i {len(areas)} udvalgsområder", DATABASE)
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("Udfald", no_wrap=True)
    for heading in ("Antal", "Tilbage", f"Kr. i {COURSE_YEAR}", "Kr. pr. år"):
        table.add_column(heading, justify="right", no_wrap=True)
    for area in areas:
        table.add_row(f"[bold]{escape(area.budget_area)}[/]")
        for outcome, sums in area.by_outcome.items():
            amounts = (f"{half_up(amount, 0):,}".replace(",", ".") for amount in (sums.total, sums.full_year))
            table.add_row(OUTCOMES[outcome].da, str(sums.decisions), str(sums.retroactive_decisions), *amounts)
    console.print(table)


def _returned(
    directory: Path, town: Municipality, issued: Mapping[str, Issued], console: Console
) -> list[ReturnedFile]:
    folder, files = directory / RETURNED, []
    folder.mkdir()
    for file in _tracked(
        returned_files(issued, town.schedules), how_many(issued), "Leverandørerne udfylder skemaerne", console
    ):
        (folder / file.file_name).write_bytes(file.content)
        files.append(file)
    return files


def _collected(
    directory: Path, returned: Sequence[ReturnedFile], settings: Settings, console: Console
) -> list[Collected]:
    """By one process, since a corrected file must be read after the one it corrects."""
    paths = [directory / RETURNED / file.file_name for file in returned]
    reading = collect(paths, settings.database, settings.originals, settings.limits, key=settings.key)
    return list(_tracked(reading, len(paths), "Læser filerne", console))


def _tracked(steps: Iterable[_Step], total: int, text: str, console: Console) -> Iterator[_Step]:
    columns = (TextColumn("   {task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield from progress.track(steps, total=total, description=text)


def _tell(console: Console, number: int, what: str, more: str, where: str) -> None:
    console.print(f"{number}. [bold]{what}[/]: {more} [dim]→ {where}[/]", highlight=False)


def _outcome(collected: Iterable[Collected]) -> str:
    """How many files ended in each status; those whose bytes were there already are counted apart."""
    found = [one.ingested for one in collected if one.ingested]
    counts = Counter(one.status for one in found if one.is_new)
    parts = [f"{counts[status]} {STATUSES[status].da.lower()}" for status in Status if counts[status]]
    again = sum(not one.is_new for one in found)
    return ", ".join([*parts, f"{again} modtaget før"] if again else parts)


def _attention_table(connection: Connection, rows: Iterable[ComparisonRow]) -> Table:
    """The files that do not count: the first error, what to do about it, and the version that has come instead."""
    counting = {row.case_key: row.version or 0 for row in rows}
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("Fil", ratio=2)
    table.add_column("Status", no_wrap=True)
    table.add_column("Fejl", justify="right")
    table.add_column("Den første fejl, og hvad der skal gøres", ratio=5)
    for row in reversed(submissions.received_files(connection)):
        kept = submissions.submission(connection, row.id)
        if row.status == Status.ACCEPTED or kept is None:
            continue
        problems = [Problem(p["code"], p["sheet"], p["cell"], p["field"], p["found"]) for p in kept.report["problems"]]
        first = next(problem for problem in problems if problem.level is Level.ERROR)
        newest = counting.get(row.case_key, 0)
        corrected = newest > (row.version or newest)
        todo = f"[green]Rettet: version {newest} tæller nu.[/]" if corrected else escape(first.remedy())
        table.add_row(escape(row.file_name), STATUSES[row.status].da, str(row.errors), f"{_told(first)} {todo}")
    return table


def _told(problem: Problem) -> str:
    """Where and what, as console markup."""
    place = " ".join(filter(None, (problem.sheet, problem.cell)))
    return escape(f"{place}: {problem.message()}" if place else problem.message())
