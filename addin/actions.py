"""What the buttons do to the open workbook, the same in every host: each action takes an `xlwings.Book`.

What the user can do something about, a service that does not answer among it, is told in a message box.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

import xlwings as xw
from xlwings import XlwingsError

from addin import central, problem_marks
from addin.case_figures import FIELDS, figures
from addin.client import Client, ServiceError
from addin.open_book import as_text, open_template, set_width
from bit_model.checks import Level
from bit_model.parameters import ParameterSet
from workbook_templates.kinds import DATE, YES_NO
from workbook_templates.layouts.doegnskema import DOEGNSKEMA
from workbook_templates.layouts.doegnskema_net import DOEGNSKEMA_NET
from workbook_templates.layouts.sammenligning import SAMMENLIGNING
from workbook_templates.opened import Opened
from workbook_templates.places import row_and_column
from workbook_templates.problem_list import summary
from workbook_templates.problems import CATALOGUE, Problem
from workbook_templates.read import read_header
from workbook_templates.schedule.day_answers import DayAnswer, day_answers
from workbook_templates.schedule.report import FileReport, examine_opened
from workbook_templates.snapshot import snapshot

TITLE = "BITark"
COMPARISON_SHEET = "Seneste sammenligning"
MOST_NAMED = 8
"""So many dates or cases are named in a message; of more only the number is told."""


class ActionError(XlwingsError):
    """Why an action cannot be done to this workbook; the message is for the user, in Danish."""


def _telling(action: Callable[[xw.Book], str]) -> Callable[[xw.Book], None]:
    """The action with its answer in a message box, also where it could not be done."""

    @wraps(action)
    def act(book: xw.Book) -> None:
        try:
            answer = action(book)
        except (ActionError, ServiceError) as error:
            answer = str(error)
        book.app.alert(answer, TITLE)

    return act


@_telling
def check(book: xw.Book) -> str:
    """Tell what is wrong with the workbook, at its cells and in a list; what was told before is taken away."""
    report = _examined(book, open_template(book))
    problem_marks.tell(book, report.problems)
    if not report.problems:
        return f"{summary(())} {_hours(report.hours)}".strip()
    return " ".join(filter(None, (_levels(report.problems), _hours(report.hours), _where(book))))


@_telling
def fill(book: xw.Book) -> str:
    """Confirm the usual day for the selected dates that have no answer yet."""
    opened = open_template(book)
    days = day_answers(opened, ParameterSet())
    if not days:
        raise ActionError(
            "Projektmappen har ingen mønsterdage: det er ikke et døgnskema, eller det er udsendt i en tidligere "
            "udgave. Skriv registreringerne på arket Døgnskema."
        )
    selected = _selected(book, days)
    if not selected:
        raise ActionError(
            "Markér først de dage, der gik som mønsteret: rækker på arket Dage eller Døgnskema, eller kolonner på "
            "arket for en uge. Tryk så igen."
        )
    answered = [day for day in selected if day.answer is not None]
    lacking = [day for day in selected if day.answer is None and not day.has_pattern]
    confirmed = [day for day in selected if day.answer is None and day.has_pattern]
    for day in confirmed:
        book.sheets[day.cell.sheet].range((day.cell.row, day.cell.column)).value = YES_NO.render(value=True)
    lines = (
        ("Mønsteret er bekræftet for {}. Ret de rækker, hvor noget gik anderledes.", confirmed),
        ("{} var besvaret i forvejen og er ikke rørt.", answered),
        ("{} har intet mønster: beskriv først en almindelig dag på arket Mønster.", lacking),
    )
    return "\n".join(text.format(_named(DATE.show(day.date) for day in found)) for text, found in lines if found)


@_telling
def send(book: xw.Book) -> str:
    """Send the schedule to the service, and tell and mark what it answers."""
    opened = open_template(book)
    if opened.template not in (DOEGNSKEMA, DOEGNSKEMA_NET):
        _examined(book, opened)
        raise ActionError("Kun døgnskemaer kan sendes. Åbn døgnskemaet, og prøv igen.")
    client = Client()
    answer = client.submit(*file_to_send(book, opened))
    problems = _problems(answer)
    problem_marks.tell(book, problems)
    return " ".join(filter(None, (received(answer), _hours(answer.get("hours")), _where(book) if problems else "")))


@_telling
def fetch(book: xw.Book) -> str:
    """Put the case's latest comparison on a sheet of its own."""
    opened = open_template(book)
    case_key = read_header(opened.grid, DOEGNSKEMA).values["case_key"] if opened.template else None
    if not case_key:
        raise ActionError("Projektmappen siger ikke, hvilken sag den gælder. Åbn sagens døgnskema, og prøv igen.")
    found = figures(Client().case(case_key))
    names = [sheet.name for sheet in book.sheets]
    if COMPARISON_SHEET in names:
        sheet = book.sheets[COMPARISON_SHEET]
        sheet.clear_contents()
    else:
        sheet = book.sheets.add(COMPARISON_SHEET, after=book.sheets[-1])
    rows = [
        [f"Seneste sammenligning, sag {case_key}", None],
        [f"Hentet {_now():%d-%m-%Y kl. %H:%M}. Råd til samtalen, aldrig en afgørelse. Tomt: ikke belyst.", None],
        *([field.label.da, found[key]] for key, field in FIELDS.items()),
    ]
    sheet.range((1, 1)).value = [[as_text(c) if isinstance(c, str) else c for c in row] for row in rows]
    for row, field in enumerate(FIELDS.values(), 3):
        sheet.range((row, 2)).number_format = field.kind.number_format
    sheet.range((1, 1)).font.bold = True
    set_width(sheet, 1, 34)
    set_width(sheet, 2, 60)
    sheet.activate()
    return f"Sag {case_key}: {found['state']}. {found['reading']}"


@_telling
def refresh(book: xw.Book) -> str:
    """Send what was typed in the open central comparison, and bring it up to date in place."""
    version = central.version_of(book)
    if version is None:
        raise ActionError(f"Dette er ikke den centrale sammenligning ({SAMMENLIGNING.name}). Åbn den, og prøv igen.")
    if version != SAMMENLIGNING.version:
        raise ActionError(
            "Projektmappen er i en anden udgave end dette program. Hent en ny sammenligning fra servicen, og flyt egne "
            "kolonner over i den."
        )
    client = Client()
    answer = client.negotiate(f"{SAMMENLIGNING.name}.xlsx", central.typed(book))
    problems = [one for one in _problems(answer) if one.level is not Level.INFORMATION]
    held = {row_and_column(one.cell)[0] for one in problems if one.cell}
    done = central.refresh(book, client.comparison_workbook(), held)
    if done is None:
        raise ActionError(
            "Servicens sammenligning har en anden udgave end denne projektmappe. Hent en ny projektmappe fra servicen."
        )
    problem_marks.tell(book, problems)
    both = [str(one["case_key"]) for one in answer["conflicts"]]
    lines = (
        ("Sendt og gemt: {}.", [str(one["case_key"]) for one in answer["applied"]]),
        ("Ændret begge steder, og intet er overskrevet: {}.", both),
        ("Nye: {}.", done.new),
        ("Nye tal: {}.", done.changed),
        ("Ny status, note, opfølgning eller ansvarlig: {}.", done.negotiated),
        ("Findes ikke længere på sagslisten, men rækken står endnu: {}.", done.gone),
        ("Kunne ikke opdateres, fordi ark eller overskrifter mangler: {}.", done.missing),
    )
    told = [text.format(_named(found)) for text, found in lines if found]
    if problems:
        told.append(f"{_levels(problems)} {_where(book)} Rækkerne er, som du skrev dem.")
    return "\n".join([f"Opdateret med {done.cases} sager.", *(told or ["Intet var ændret."])])


def _examined(book: xw.Book, opened: Opened) -> FileReport:
    """The report of the open workbook; raises `ActionError` where it is none of ours."""
    if opened.template is None:
        raise ActionError("\n".join(f"{one.message()} {one.remedy()}" for one in opened.refusal()))
    return examine_opened(opened, book.name, "", ParameterSet(), _now().date())


def file_to_send(book: xw.Book, opened: Opened) -> tuple[str, bytes]:
    """Name and bytes of the file, saved as it stands now; where there is no file to reach, its cells alone."""
    path = Path(book.fullname)
    if path.is_absolute() and path.is_file():
        book.save()
        return path.name, path.read_bytes()
    return f"{Path(book.name).stem}.xlsx", snapshot(opened.grid)


def _selected(book: xw.Book, days: Iterable[DayAnswer]) -> list[DayAnswer]:
    area = book.app.selection
    if area is None:
        return []
    first, last = (area.row, area.column), (area.last_cell.row, area.last_cell.column)
    return [day for day in days if day.is_within(area.sheet.name, first, last)]


def received(answer: Mapping[str, Any]) -> str:
    """What became of a submission that the service answers of, in a sentence or two."""
    version = f"version {answer.get('case_version')} af sag {answer.get('case_key')}"
    levels = _levels(Problem(one["code"]) for one in answer["problems"] if one["code"] in CATALOGUE)
    match answer["status"]:
        case "accepted":
            return f"Skemaet er modtaget som {version}. {levels}"
        case "has_problems":
            return f"Skemaet er modtaget som {version}, men tæller først, når fejlene er rettet. {levels}"
        case "refused":
            return f"Skemaet er modtaget, men kan ikke bruges. {levels}"
        case _:
            return "Skemaet er modtaget og læses snart. Tryk Send igen om lidt for at se, hvad der kom ud af det."


def _problems(answer: Mapping[str, Any]) -> list[Problem]:
    """The problems that the service answers of, but for those that only a later program knows."""
    return [
        Problem(one["code"], one["sheet"], one["cell"], one["field"], one["found"])
        for one in answer["problems"]
        if one["code"] in CATALOGUE
    ]


def _levels(problems: Iterable[Problem]) -> str:
    return summary(problems).rstrip(".") + "."


def _hours(hours: Mapping[str, Any] | None) -> str:
    if not hours:
        return ""
    resource, contact = (f"{hours['per_week'][key]:.2f}".replace(".", ",") for key in ("resource", "contact"))
    return f"Ressourcetimer pr. uge: {resource}. Kontakttimer: {contact}."


def _where(book: xw.Book) -> str:
    return f"De står på arket {book.sheets[0].name} med et link til hvert sted."


def _named(names: Iterable[str]) -> str:
    found = list(names)
    others = len(found) - MOST_NAMED
    return ", ".join(found[:MOST_NAMED]) + (f" og {others} andre" if others > 0 else "")


def _now() -> dt.datetime:
    return dt.datetime.now().astimezone()
