"""Commands that make case lists, tariff forms and templates."""

import datetime as dt
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.progress import Progress

from bit_model.checks import masked
from bit_model.parameters import ParameterSet
from sync.commands.options import (
    FINE,
    PROBLEMS,
    Database,
    console,
    date_of,
    existing_file,
    file_if_any,
    notes,
    settings,
)
from sync.failures import Failure
from workbook_templates.layouts.flavours import Flavour
from workbook_templates.problems import has_errors
from workbook_templates.terminal import print_problems

if TYPE_CHECKING:
    from bit_model.schedule import Period
    from sync.store.rounds import NewRound

DEADLINE_DAYS = 14
"""From a period's last day to the deadline of a round that is opened here; the pages can change it."""


class FormChoice(StrEnum):
    """Which forms of the schedule a provider is sent."""

    LIST = "liste"
    GRID = "net"
    BOTH = "begge"


def _new_round(title: str | None, period: "Period", form: FormChoice) -> "NewRound | None":
    """The round that a title asks for; raises where it may not be kept, or the form is not one."""
    from sync.store.rounds import NewRound

    if title is None:
        return None
    told = " ".join(title.split())
    if not told or len(told) > 100 or masked(told) != told:
        raise typer.BadParameter("Rundens titel skal være 1 til 100 tegn uden CPR-numre og e-mailadresser.")
    if form is FormChoice.BOTH:
        raise typer.BadParameter("En runde har én form. Vælg --form liste eller net.")
    return NewRound(told, period, str(form), period.end + dt.timedelta(days=DEADLINE_DAYS))


def new_list(file: Annotated[Path, typer.Argument(help="Den fil, der skal laves, fx sagsliste.xlsx.")]) -> None:
    """Lav en tom sagsliste."""
    from workbook_templates.case_list.build import build_case_list

    if file.exists():
        raise Failure(f"{file} findes allerede. Vælg et andet navn, eller flyt filen.")
    file.write_bytes(build_case_list())
    console.print(f"Tom sagsliste: [bold]{escape(str(file))}[/]")


def new_tariff(
    file: Annotated[Path, typer.Argument(help="Den fil, der skal laves, fx takst.xlsx.")],
    provider: Annotated[str, typer.Option(help="Leverandøren, som sagslisten skriver den.")],
    case_list: Annotated[
        Path | None, typer.Option("--list", help="En sagsliste at udfylde fra.", callback=file_if_any)
    ] = None,
    db: Annotated[
        str | None, typer.Option("--db", help="En database at udfylde fra: en fil (SQLite) eller en URL.")
    ] = None,
) -> None:
    """Lav et takstskema til en leverandør, udfyldt med linjer, model og sager fra --list eller --db."""
    from sync.tariff import from_case_list, from_database
    from workbook_templates.tariff_sheet.build import build_tariff

    if file.exists():
        raise Failure(f"{file} findes allerede. Vælg et andet navn, eller flyt filen.")
    parameters = ParameterSet()
    if case_list is not None:
        sheet, problems = from_case_list(case_list.read_bytes(), provider, settings(db))
        print_problems(console, case_list.name, problems)
    else:
        sheet, parameters = from_database(provider, settings(db) if db is not None else None)
    file.write_bytes(build_tariff(sheet, parameters))
    console.print(f"Takstskema med {len(sheet.lines)} linjer og {len(sheet.cases)} sager: [bold]{escape(str(file))}[/]")


def export_list(
    file: Annotated[Path, typer.Argument(help="Den fil, der skal laves, fx sagsliste.xlsx.")],
    db: Database = None,
) -> None:
    """Skriv databasens sagsliste til en fil, der kan rettes og læses ind igen."""
    from sync.audit.reading import seen
    from sync.authorities import opened
    from sync.store.audit import Action
    from sync.store.cases import newest_list
    from workbook_templates.case_list.build import build_case_list

    if file.exists():
        raise Failure(f"{file} findes allerede. Vælg et andet navn, eller flyt filen.")
    made = settings(db)
    with closing(opened(made)) as store:
        with store.engine.connect() as connection:
            found = newest_list(connection)
        if not any(found):
            raise Failure("Databasen har ingen sagsliste. Er det den rigtige --db?")
        seen(store, Action.CASE_LIST_EXPORTED, cases=len(found.cases))
    file.write_bytes(build_case_list(*found))
    console.print(f"Sagsliste med {len(found.cases)} sager: [bold]{escape(str(file))}[/]")


def issue(  # one for each option
    case_list: Annotated[Path, typer.Argument(help="Sagslisten.", callback=existing_file)],
    first: Annotated[dt.date, typer.Option("--from", parser=date_of, metavar="DATO", help="Periodens første dag.")],
    last: Annotated[dt.date, typer.Option("--to", parser=date_of, metavar="DATO", help="Periodens sidste dag.")],
    out: Annotated[Path, typer.Option(help="Mappen til skemaerne.")],
    case: Annotated[list[str] | None, typer.Option(help="Kun denne sag; kan gentages.")] = None,
    form: Annotated[FormChoice, typer.Option(help="Skemaets form: liste, net eller begge.")] = FormChoice.LIST,
    pattern: Annotated[
        bool, typer.Option("--pattern/--no-pattern", help="Foreslå døgnet fra sagens sidste godkendte skema.")
    ] = True,
    flavour: Annotated[
        Flavour,
        typer.Option(
            help="plain: kun formler, til enhver pc. desktop og officejs: resultatet spørger også BITark, som"
            " tilføjelsen BITark.xlam eller som Office-tilføjelse (xlwings Lite eller Server).",
        ),
    ] = Flavour.PLAIN,
    title: Annotated[
        str | None, typer.Option("--round", metavar="TITEL", help="Åbn en runde over sagerne med denne titel.")
    ] = None,
    db: Database = None,
) -> None:
    """Læs sagslisten ind, og lav et døgnskema for hver sag; med --round bliver de til en runde på siderne."""
    from bit_model.schedule import Period
    from sync.authorities import opened
    from sync.issue import issue_templates, note_issued, open_round_of, take_in_case_list
    from sync.settings import keyed
    from workbook_templates.layouts.doegnskema import Form

    if last < first:
        raise typer.BadParameter("Periodens sidste dag ligger før den første.")
    if out.exists() and not out.is_dir():
        raise Failure(f"{out} er en fil, ikke en mappe. Vælg en anden --out.")
    period = Period(first, last)
    new = _new_round(title, period, form)
    made = keyed(settings(db))
    taken, imported = take_in_case_list(case_list.read_bytes(), made)
    print_problems(console, case_list.name, taken.problems)
    if imported is None:
        raise Failure("Sagslisten er ikke læst ind. Ret fejlene, gem, og kør kommandoen igen.")
    console.print(f"Sagsliste: {imported.added} nye sager, {imported.changed} opdateret, {imported.gone} ikke længere.")
    wanted = [c for c in taken.cases if not case or c.case_key in case]
    if unknown := sorted(set(case or ()) - {c.case_key for c in wanted}):
        raise Failure(f"Sagslisten har ingen sag {', '.join(unknown)}.")
    round_id = open_round_of(made, new, [c.case_key for c in wanted]) if new else None
    out.mkdir(parents=True, exist_ok=True)
    forms = tuple(Form) if form is FormChoice.BOTH else (Form(form.value),)
    patterned: set[str] = set()
    store = opened(made)
    with closing(store), Progress(console=notes, transient=True) as progress:
        if round_id is None:
            note_issued(store, [c.case_key for c in wanted])
        making = issue_templates(store, taken, wanted, period, forms, with_pattern=pattern, flavour=flavour)
        for one in progress.track(making, total=len(wanted) * len(forms), description="Laver døgnskemaer"):
            (out / one.file_name).write_bytes(one.content)
            if one.has_pattern:
                patterned.add(one.case_key)
    console.print(f"{len(wanted) * len(forms)} døgnskemaer i [bold]{escape(str(out))}[/]")
    if round_id is not None:
        console.print(f"Runde {round_id} er åbnet. Se den, og ret fristen, på siderne (bitark serve).")
    if pattern:
        console.print(f"Sager med mønster fra det sidste godkendte skema: {len(patterned)}.")
    raise typer.Exit(PROBLEMS if has_errors(taken.problems) else FINE)
