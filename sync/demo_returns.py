"""Filled-in schedules as people send them back: most as they were asked to, some with the habits of busy days.

What is done to a file stands in `UNUSUAL`; it is the same every time. Names hold no person's name and no CPR number.
"""

import datetime as dt
import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import NamedTuple, cast

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from bit_model.schedule import Schedule
from sync.demo_office import saved_by_libreoffice
from sync.issue import Issued
from workbook_templates.kinds import TIME
from workbook_templates.layouts.doegnskema import DOEGNSKEMA, ENTRIES
from workbook_templates.layouts.doegnskema_net import QUARTERS_PER_DAY, USUAL
from workbook_templates.schedule.fill import fill_book
from workbook_templates.schedule.weeks import is_week

PROCESSES = 2
SCANNED = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""
"""A page from a scanner: no workbook, whatever its name says."""
OWN_ORDER = ("date", "start", "end", "category", "theme", "goal", "activity", "staff", "citizens", "note")
"""The columns as somebody has them in a workbook of their own."""


@dataclass(frozen=True, slots=True)
class Return:
    """One file to be sent. Without a name it keeps the template's; what it lacks and what is done to it are functions.

    `saved_as` is the format in which LibreOffice saves it, `copies` the further names under which it is sent again.
    """

    file_name: str = ""
    remembered: Callable[[Schedule], Schedule] | None = None
    typed: Callable[[Workbook], Workbook] | None = None
    saved_as: str = ""
    content: bytes = b""
    copies: tuple[str, ...] = ()


class ReturnedFile(NamedTuple):
    """A file that came back; `no_office` is True where LibreOffice should have saved it and could not."""

    file_name: str
    content: bytes
    no_office: bool = False


def all_but_last_weekend(schedule: Schedule) -> Schedule:
    """The schedule of somebody who forgot the last weekend."""
    days = [day for day in schedule.period.days if day.weekday() >= 5][-2:]
    return replace(schedule, entries=tuple(entry for entry in schedule.entries if entry.date not in days))


def times_and_numbers_as_text(book: Workbook) -> Workbook:
    """Times as 7.30 and numbers of staff as 1,0, all of it text."""
    sheet = book[ENTRIES.sheet]
    columns = _columns(sheet)
    for row in _entry_rows(sheet):
        for key in ("start", "end"):
            cell = _cell(sheet, row, columns[key])
            hours, minutes = divmod(TIME.parse(cell.value), 60)
            cell.value = f"{hours}.{minutes:02d}"
        staff = _cell(sheet, row, columns["staff"])
        staff.value = f"{staff.value},0"
    return book


def without_a_date(book: Workbook) -> Workbook:
    """The date of one entry deleted by mistake."""
    sheet = book[ENTRIES.sheet]
    _cell(sheet, _entry_rows(sheet)[30], _columns(sheet)["date"]).value = None
    return book


def with_many_errors(book: Workbook) -> Workbook:
    """Errors of several kinds, a few rows apart."""
    sheet = book[ENTRIES.sheet]
    columns, rows = _columns(sheet), _entry_rows(sheet)
    typed: Sequence[tuple[int, str, object]] = (
        (2, "end", None),
        (11, "start", "efter frokost"),
        (23, "category", "Støtte"),
        (31, "theme", "Hygiejne"),
        (44, "citizens", 0),
        (52, "date", dt.datetime(2026, 6, 17)),
        (60, "note", "Skriv til teamet på hus4@egeskoven.example"),
    )
    for place, key, value in typed:
        _cell(sheet, rows[place], columns[key]).value = value  # type: ignore[assignment]
    return book


def in_own_workbook(book: Workbook) -> Workbook:
    """Copied as values into a workbook of one's own: rows inserted, columns in another order, no names or formulas."""
    own = Workbook()
    front, sheet = own.worksheets[0], own.create_sheet(ENTRIES.sheet)
    front.title = DOEGNSKEMA.header_sheet
    for cells in book[front.title].iter_rows():
        for cell in cells:
            if cell.value is not None and cell.data_type != "f":
                _copy(cell, front, cell.row, cell.column)
    source = book[ENTRIES.sheet]
    columns, labels = _columns(source), {field.key: field.label.da for field in ENTRIES.inputs}
    sheet.append(["Vores skema for perioden"])
    sheet.append([])
    sheet.append([labels[key] for key in OWN_ORDER])
    row, date = sheet.max_row, None
    for entry in _entry_rows(source):
        day = _cell(source, entry, columns["date"]).value
        row += 1 if day == date or date is None else 2
        date = day
        for column, key in enumerate(OWN_ORDER, 1):
            _copy(_cell(source, entry, columns[key]), sheet, row, column)
    return own


def with_a_usual_day_unconfirmed(book: Workbook) -> Workbook:
    """The first day of a grid copied to the usual weekday, which then is suggested, and no date confirmed."""
    usual = book[USUAL.sheet]
    week = next(sheet for sheet in book.worksheets if is_week(sheet.title))
    for (written,), (copied,) in zip(
        week.iter_rows(min_row=3, max_row=2 + QUARTERS_PER_DAY, min_col=2, max_col=2),
        usual.iter_rows(min_row=2, max_row=1 + QUARTERS_PER_DAY, min_col=2, max_col=2),
        strict=True,
    ):
        if written.data_type != "f":
            copied.value = written.value
    return book


UNUSUAL: Mapping[str, tuple[Return, ...]] = {
    "S-2026-0002": (Return("Lærkehuset 0002 udfyldt.xlsx", typed=times_and_numbers_as_text),),
    "S-2026-0003": (Return(remembered=all_but_last_weekend), Return("doegnskema-S-2026-0003_ny udgave.xlsx")),
    "S-2026-0004": (Return(typed=without_a_date), Return("doegnskema-S-2026-0004_rettet.xlsx")),
    "S-2026-0006": (Return("Åkanden 0006.xls", saved_as="xls"),),
    "S-2026-0007": (Return("Åkanden 0007.ods", saved_as="ods"),),
    "S-2026-0008": (Return("Åkanden 0008.xlsx", saved_as="xlsx"),),
    "S-2026-0010": (Return("Egeskoven 0010 i vores eget ark.xlsx", typed=in_own_workbook),),
    "S-2026-0012": (Return(typed=with_many_errors),),
    "S-2026-0016": (Return(copies=("Kopi af doegnskema-S-2026-0016.xlsx",)),),
    "S-2026-0017": (Return("Havnegade 0017 scannet.xlsx", content=SCANNED), Return()),
    "S-2026-0020": (Return(typed=with_a_usual_day_unconfirmed),),
}
"""By case key, in the order sent, what does not come back as asked. By name, too, a corrected file follows the first:
a folder is taken in by name, and the version taken in last is the newest."""


def how_many(case_keys: Iterable[str]) -> int:
    """How many files come back for the cases."""
    return sum(1 + len(one.copies) for _, one in _planned(case_keys))


def _planned(case_keys: Iterable[str]) -> list[tuple[str, Return]]:
    return [(key, one) for key in case_keys for one in UNUSUAL.get(key, (Return(),))]


def returned_files(issued: Mapping[str, Issued], schedules: Mapping[str, Schedule]) -> Iterator[ReturnedFile]:
    """The templates, by case key, filled in and sent back, in the order sent; several processes fill them in."""
    plan = _planned(issued)
    converted = [place for place, (_, one) in enumerate(plan) if one.saved_as]
    others = [place for place, (_, one) in enumerate(plan) if not one.saved_as and not one.content]
    context = multiprocessing.get_context("spawn")
    with (
        ProcessPoolExecutor(PROCESSES, context, _leave_interrupts_to_parent) as people,
        ThreadPoolExecutor(1) as office,
    ):
        filled: dict[int, Future[bytes]] = {}
        for place in (*converted, *others):  # LibreOffice works while the others are filled in
            key, one = plan[place]
            filled[place] = people.submit(filled_in, issued[key].content, schedules[key], one)
        saved = office.submit(_saved, [(filled[place], plan[place][1].saved_as) for place in converted])
        try:
            for place, (key, one) in enumerate(plan):
                name = one.file_name or issued[key].file_name
                content, no_office = filled[place].result() if place in filled else one.content, False
                if place in converted:
                    made = saved.result()
                    no_office = made is None
                    if made is None:
                        name = f"{Path(name).stem}.xlsx"
                    else:
                        content = made[converted.index(place)]
                for each in (name, *one.copies):
                    yield ReturnedFile(each, content, no_office)
        finally:
            people.shutdown(cancel_futures=True)


def _saved(sources: Sequence[tuple[Future[bytes], str]]) -> list[bytes] | None:
    return saved_by_libreoffice([(filled.result(), to) for filled, to in sources])


def _leave_interrupts_to_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def filled_in(template: bytes, schedule: Schedule, one: Return) -> bytes:
    """The template as .xlsx bytes, filled in with what was remembered and as it was typed."""
    book = load_workbook(BytesIO(template))
    fill_book(
        book,
        one.remembered(schedule) if one.remembered else schedule,
        usual_period=True,
        filled_by="Teamkoordinator",
        filled_on=schedule.period.end + dt.timedelta(days=1),
        certified=True,
    )
    target = BytesIO()
    (one.typed(book) if one.typed else book).save(target)
    return target.getvalue()


def _columns(sheet: Worksheet) -> dict[str, int]:
    keys = {field.label.da: field.key for field in ENTRIES.inputs}
    return {keys[str(cell.value)]: cell.column for cell in sheet[1] if cell.value in keys}


def _entry_rows(sheet: Worksheet) -> list[int]:
    start = _columns(sheet)["start"]
    return [row for row in range(2, sheet.max_row + 1) if sheet.cell(row, start).value is not None]


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    return cast(Cell, sheet.cell(row, column))  # a template has no merged cells


def _copy(cell: Cell, sheet: Worksheet, row: int, column: int) -> None:
    copied = _cell(sheet, row, column)
    copied.value, copied.number_format = cell.value, cell.number_format
