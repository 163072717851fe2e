"""Figures followed down to the cells that they come from: of the original files, and of the case list."""

import datetime as dt
import html
import io
import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pytest
from bit_model_example import worked_schedule
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from sync_material import PARAMETERS, returned_schedule

from bit_model.case import Case, LineType, ModelKind, OrderLine, ProviderKind, TariffLine, TariffModel
from bit_model.house import House
from bit_model.schedule import Schedule
from sync.ingest import Reader, ingest
from sync.issue import take_in_case_list
from sync.settings import Settings
from sync.store import Store
from workbook_templates.case_list.build import build_case_list
from workbook_templates.layouts.doegnskema import Form
from workbook_templates.schedule.fill import fill_schedule
from workbook_templates.schedule.stamp import issue_schedule

LISTED = (
    Case(
        "S-2026-0001",
        "Handicap",
        "Bakkehuset",
        ProviderKind.EXTERNAL,
        "Bakkehuset 2",
        order=(OrderLine("Egenomsorg", "Bad", hours=Decimal("20.5")), OrderLine("Mobilitet", hours=Decimal("15.5"))),
        tariff=(
            TariffLine(LineType.BASE, "Husets drift", Decimal(1475), includes_vat=False, includes_rent=False),
            TariffLine(LineType.PACKAGE, "Støtte", Decimal(3030), includes_vat=False, includes_rent=False),
        ),
    ),
    Case(
        "S-2026-0002",
        "Psykiatri",
        "Åsen",
        ProviderKind.OWN,
        need_hours=Decimal("12.5"),
        tariff=(TariffLine(LineType.GROUND, "Alt", Decimal(3200), includes_vat=False, includes_rent=False),),
    ),
)
MODELS = (
    TariffModel("Bakkehuset", ModelKind.PACKAGES, hour_price=Decimal(404)),
    TariffModel("Åsen", ModelKind.OPAQUE, post_cost=Decimal(510_000)),
)
CASE_LIST = build_case_list(LISTED, MODELS, (House("Bakkehuset 2", "Bakkehuset", 6),))
FIRST, SECOND = (case.case_key for case in LISTED)


@dataclass
class Page:
    """A derivation as a person reads it, and the files that it leads to."""

    client: FlaskClient
    case: str
    figure: str

    def __post_init__(self) -> None:
        answer = self.client.get(f"/sager/{self.case}/udledning/{self.figure}")
        assert answer.status_code == 200, self.figure
        self.text = answer.text

    @property
    def value(self) -> str:
        found = re.search(r'class="bit-figure">([^<]+)<', self.text)
        assert found
        return found[1]

    def given(self) -> list[tuple[str, str, str]]:
        """Label, number and cell of what was put in."""
        row = r'<th scope="row">(?:<a [^>]*>)?([^<]*).*?nowrap">([^<]*)</td><td>(?:<span class="bit-cell">([^<]*))?'
        return [(html.unescape(a), b, c) for a, b, c in re.findall(row, self.text)]

    def entries(self) -> list[tuple[str, str, str]]:
        """Cell, start and minutes in the figure of each entry."""
        row = r'bit-cell">([^<]+)</th>.*?nowrap">(\d\d:\d\d)–.*?<td class="align-text-right">([\d.,]+)</td></tr>'
        return re.findall(row, self.text)

    def original(self) -> Workbook:
        """The original that the page links to."""
        link = re.search(r'href="(/returneringer/\d+/original)"', self.text)
        assert link
        return load_workbook(io.BytesIO(self.client.get(link[1]).data))


def cell_of(book: Workbook, place: str) -> object:
    sheet, cell = place.split("!")
    return book[sheet][cell].value


def number(text: str) -> Fraction:
    return Fraction(text.replace(".", "").replace(",", "."))


@pytest.fixture
def client(app: Flask, settings: Settings, store: Store, reader: Reader) -> FlaskClient:
    """The case list taken in as a file, the first case returned in the list form and the second in the grid form."""
    take_in_case_list(CASE_LIST, settings)
    ingest(store, reader, returned_schedule(FIRST), "liste.xlsx")
    schedule = worked_schedule()
    grid = issue_schedule(LISTED[1], schedule.period, 6, "", PARAMETERS, form=Form.GRID)
    of_quarters = tuple(entry for entry in schedule.entries if entry.category in "DN")
    whole = Schedule(SECOND, schedule.period, of_quarters)
    certified = {"filled_by": "Teamleder", "filled_on": dt.date(2026, 3, 16), "certified": True}
    done = ingest(store, reader, fill_schedule(grid, whole, **certified), "net.xlsx")
    assert done.errors == 0
    return app.test_client()


LIST_FIGURES = [
    *("indsats", "del-D1", "del-D2", "del-F", "del-N", "del-X", "ressourcetid", "uden-nat", "kontakttid"),
    *("dag-2026-03-02", "time-0-07", "tema-1", "maal-2"),
]


def test_figures_lead_to_the_cells_of_the_original_where_their_entries_begin(client: FlaskClient) -> None:
    for figure in LIST_FIGURES:
        page = Page(client, FIRST, figure)
        book = page.original()
        assert page.entries(), figure
        for place, start, _ in page.entries():
            value = cell_of(book, place)
            assert isinstance(value, float | dt.time), place
            minutes = round(value * 1440) if isinstance(value, float) else value.hour * 60 + value.minute
            assert f"{minutes // 60:02}:{minutes % 60:02}" == start, place


def test_the_columns_are_found_where_somebody_moved_them(client: FlaskClient, store: Store, reader: Reader) -> None:
    book = load_workbook(io.BytesIO(returned_schedule(FIRST)))
    sheet = book["Døgnskema"]
    sheet.insert_cols(1, 2)
    sheet.insert_rows(1)
    moved = io.BytesIO()
    book.save(moved)
    assert ingest(store, reader, moved.getvalue(), "flyttet.xlsx").errors == 0
    page = Page(client, FIRST, "del-N")
    assert {place[: len("Døgnskema!D")] for place, _, _ in page.entries()} == {"Døgnskema!D"}
    assert {str(cell_of(page.original(), place))[:5] for place, _, _ in page.entries()} <= {"0.958", "23:00"}


def test_figures_of_the_grid_form_lead_to_the_cells_of_their_first_quarters(client: FlaskClient) -> None:
    for figure in ("indsats", "del-D1", "del-N"):
        page = Page(client, SECOND, figure)
        book = page.original()
        assert page.entries(), figure
        for place, start, _ in page.entries():
            code = cell_of(book, place)
            assert isinstance(code, str), place
            match = re.fullmatch(r"Uge \d+!([A-Z]+)(\d+)", place)
            assert match, place
            assert (int(match[2]) - 3) * 15 == int(start[:2]) * 60 + int(start[3:])


LIST_CELLS = (
    (FIRST, "behov", "Bestilling", 2),
    (FIRST, "tema-1", "Bestilling", 1),
    (FIRST, "doegntakst", "Takstlinjer", 2),
    (FIRST, "takst", "Takstmodeller", 1),
    (SECOND, "behov", "Sager", 1),
    (SECOND, "doegntakst", "Takstlinjer", 1),
    (SECOND, "takst", "Takstmodeller", 1),
)


def test_figures_lead_to_the_cells_of_the_case_list(client: FlaskClient) -> None:
    book = load_workbook(io.BytesIO(CASE_LIST))
    for case, figure, sheet, cells in LIST_CELLS:
        places = [(value, place) for _, value, place in Page(client, case, figure).given() if place]
        assert [place.split("!")[0] for _, place in places] == [sheet] * cells
        for value, place in places:
            assert number(value.split()[0]) == Fraction(str(cell_of(book, place))), place


VALUES = {
    "behov": "36,00",
    "indsats": "37,67",
    "takst": "52,50",
    "doegntakst": "4.505,00",
    "i-b": "+1,67",
    "t-i": "+14,83",
    "t-b": "+16,50",
    "del-D1": "19,00",
    "del-D2": "7,00",
    "ressourcetid": "47,00",
    "uden-nat": "37,67",
    "kontakttid": "60,00",
    "dag-2026-03-02": "6,50",
    "time-0-19": "120,00",
    "tema-1": "21,00",
    "maal-2": "37,67",
}


def test_a_derivation_has_the_figure_that_the_page_of_the_case_shows(client: FlaskClient) -> None:
    shown = client.get(f"/sager/{FIRST}").text
    for figure, value in VALUES.items():
        assert Page(client, FIRST, figure).value == value
        link = re.search(rf'href="/sager/{FIRST}/udledning/{figure}">([^<]+)<', shown)
        assert link, figure
        assert link[1] == value, figure


def test_the_minutes_of_the_entries_are_those_of_the_formula(client: FlaskClient) -> None:
    page = Page(client, FIRST, "indsats")
    given = {label: value for label, value, _ in page.given()}
    in_formula = number(given["Minutter på hverdage"]) + number(given["Minutter i weekender og på helligdage"])
    assert sum(number(minutes) for _, _, minutes in page.entries()) == in_formula
    assert 7 * in_formula / 14 / 60 == Fraction(113, 3)


def test_a_figure_that_cannot_be_told_says_so_and_one_that_does_not_exist_is_no_page(app: Flask) -> None:
    client = app.test_client()
    assert Page(client, "S-2026-0003", "indsats").value == "Ikke belyst"
    assert Page(client, "S-2026-0003", "i-b").value == "Ikke belyst"
    for figure in ("nix", "del-D9", "dag-2026-02-30", "dag-2026-01-01", "time-7-00", "time-0-24", "tema-99", "tema-x"):
        assert client.get(f"/sager/S-2026-0003/udledning/{figure}").status_code == 404, figure
    assert client.get("/sager/nope/udledning/behov").status_code == 404
