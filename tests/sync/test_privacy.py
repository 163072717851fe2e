"""No CPR number and no e-mail address comes in as a free text: refused with its field or cell, kept nowhere."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from contract import COLUMNS
from decision_forms import CUT
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from page_forms import ROUND, opened, post
from parameter_forms import CHOSEN
from sqlalchemy import LargeBinary, String, cast, select
from sync_material import CASES, ON_DATE, returned_schedule

from bit_model.cost_sheet import CostSheet
from bit_model.parameters import ParameterSet
from sync.ingest import Reader, ingest
from sync.roles import Role
from sync.store import Store
from sync.store.columns import Sealed
from sync.store.tables import METADATA
from sync.whatif.parameter_form import TRIED
from workbook_templates.files.gate import Limits
from workbook_templates.kinds import TextKind
from workbook_templates.layout import Table
from workbook_templates.layouts.doegnskema import ENTRIES
from workbook_templates.layouts.takst import TAKST, TRIAL
from workbook_templates.reading import read_file
from workbook_templates.tariff_sheet.build import build_tariff

FIRST = CASES[0].case_key
PERSONAL = ("Borger 010190-1234", "010190 – 1234", "0101901234", "skriv til anna.hansen@kommune.example")
DIGITS, NAME = "1234", "anna.hansen"
WHO: dict[str, Any] = {"comment": "Fordi"}
DECISION = CUT | {"retro": "date", "retro_date": "2026-04-01", "support_decided_on": "", "stay_end": ""}
TYPED_OF_DECISION = tuple(sorted(DECISION.keys() - {"outcome", "same_support", "retro", "what"}))
CALL = {
    "held_on": "2026-03-20",
    "starts": "9.30",
    "place": "Rådhuset",
    "participants": "Leder",
    "agenda": "Tallene",
    "own_words": "Jeg vil gerne.",
}
MINUTES = {"present": "Leder", "citizen": "Ja.", "said": "Enige."}
TASK = {"what": "Sende", "owner": "Leder", "due": "2026-04-10"}
ADMINISTRATOR = "/brugere/"
"""Where an administrator alone gets."""
KEYS = {**ROUND, "choice": "keys", "keys": FIRST}


@pytest.fixture
def kind() -> str:
    """What is refused does not depend on the database."""
    return "sqlite"


@pytest.fixture
def client(app: Any) -> FlaskClient:
    made: FlaskClient = app.test_client()
    return made


ACTIVATION = "/parametre/i-brug"
FORMS: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
    ("/runder/ny", KEYS, ("title", "first", "last", "deadline", "keys")),
    ("/runder/1", {"deadline": "10-04-2026"}, ("deadline",)),
    (f"/runder/1/sager/{FIRST}", {"act": "withdraw", "reason": "Flyttet"}, ("reason",)),
    ("/returneringer/1/vurdering", {"act": "returned", **WHO}, ("comment",)),
    ("/bakke/2", {"act": "dismissed", **WHO}, ("comment",)),
    (f"/sager/{FIRST}/bemaerkninger", {"said": "Enig"}, ("said",)),
    ("/bakke/2", {"act": "case_given", "case_key": FIRST, **WHO}, ("case_key",)),
    (f"/forhandling/{FIRST}", {"version": "0", "status": "not_started"}, ("note", "follow_up", "responsible")),
    (f"/sager/{FIRST}/afgoerelse", DECISION, TYPED_OF_DECISION),
    (f"/sager/{FIRST}/moeder/", CALL, tuple(CALL)),
    (f"/sager/{FIRST}/moeder/1/referat", MINUTES, tuple(MINUTES)),
    (f"/sager/{FIRST}/moeder/1/opgaver", TASK, tuple(TASK)),
    ("/brugere/", {"email": "ny@kommunen.example", "function": "Konsulent", "roles": "consultant"}, ("function",)),
    (ACTIVATION, {**CHOSEN, "version": "1", "name": "Nyt", "reason": "Fordi"}, ("name", "reason")),
    ("/konto/noegler", {"name": "Excel", "expires": "2026-05-01"}, ("name", "expires")),
]
"""Every form with free text, how it is filled in, and those of its fields that a person types."""


@pytest.mark.parametrize("path, filled, name", [(path, form, name) for path, form, names in FORMS for name in names])
@pytest.mark.parametrize("text", [PERSONAL[0], PERSONAL[3]])
def test_a_form_is_refused_at_its_field(
    path: str, filled: dict[str, Any], name: str, text: str, app: Any, client: FlaskClient, store: Store, reader: Reader
) -> None:
    opened(client, choice="keys", keys=CASES[1].case_key) if path == "/runder/ny" else opened(client)
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    ingest(store, reader, returned_schedule(""), "uden.xlsx")
    meetings = f"/sager/{FIRST}/moeder/"
    if path.startswith(meetings) and path != meetings:
        assert post(client, meetings, **CALL).status_code == 303
    if path in (ADMINISTRATOR, ACTIVATION):
        client = app.test_client(role=Role.ADMINISTRATOR if path == ADMINISTRATOR else Role.LEADER)
    before = everything(store)
    answer = post(client, path, "/konto/", **{**filled, name: text})
    assert answer.status_code == 422, answer.text
    error = re.search(rf'id="[\w-]*{name}-error"', answer.text)
    assert "Feltet indeholder et CPR-nummer eller en e-mailadresse. Skriv det uden" in answer.text
    assert error, name
    assert DIGITS not in answer.text.replace("v1234", "")
    assert NAME not in answer.text
    after = everything(store)
    assert {name for name in after if after[name] != before[name]} <= {"audit_entry", "audit_case"}  # what was seen
    assert personal_in(store) == []


ASKED: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
    (
        f"/sager/{FIRST}/hvad-nu-hvis",
        {"hvad": "rate", "tal": "4000", "fra": "2026-04-01"},
        ("tal", "fra", "tilbage", "slut"),
    ),
    ("/parametre/", {"proev": "ja"}, TRIED),
]
"""Forms that keep nothing and ask by their address, alike."""


@pytest.mark.parametrize("path, filled, name", [(path, form, name) for path, form, names in ASKED for name in names])
@pytest.mark.parametrize("text", [PERSONAL[0], PERSONAL[3]])
def test_what_is_asked_is_refused_at_its_field(
    path: str, filled: dict[str, Any], name: str, text: str, app: Any, store: Store
) -> None:
    answer = app.test_client(role=Role.LEADER).get(path, query_string={**filled, name: text})
    assert answer.status_code == 422, answer.text
    assert re.search(rf'id="[\w-]*{name}-error"', answer.text)
    assert DIGITS not in answer.text.replace("v1234", "")
    assert NAME not in answer.text
    assert personal_in(store) == []


def test_every_field_that_a_person_types_is_tried() -> None:
    calls = re.compile(r'typed\.(?:text|line|date|number)\(\s*"(\w+)"')
    typed = {name for file in Path("sync").rglob("*.py") for name in calls.findall(file.read_text(encoding="utf-8"))}
    assert typed <= {name for _, _, names in (*FORMS, *ASKED) for name in names}


def everything(store: Store) -> dict[str, list[str]]:
    """All that the database holds, as text, by table."""
    found: dict[str, list[str]] = {}
    with store.engine.connect() as connection:
        for table in METADATA.sorted_tables:
            columns = [
                column if isinstance(column.type, LargeBinary | Sealed) else cast(column, String) for column in table.c
            ]
            found[table.name] = [str(tuple(row)) for row in connection.execute(select(*columns))]
    return found


def personal_in(store: Store) -> list[str]:
    told = [row for name, rows in everything(store).items() if name != "account" for row in rows]
    return [row for row in told if re.search(r"010190|101901234|anna\.hansen|@kommune", row)]


@pytest.mark.parametrize("text", [*PERSONAL, 101_901_234, 1_112_901_234])
def test_a_returned_schedule_is_refused_at_each_cell_and_nothing_is_kept(
    text: object, client: FlaskClient, store: Store, settled: Callable[[], None]
) -> None:
    texts = [field for field in ENTRIES.inputs if isinstance(field.kind, TextKind) and field.label.da in COLUMNS]
    content = returned_schedule(changes={(3 + n, field.label.da): text for n, field in enumerate(texts)})
    client.post("/api/v1/submissions", data={"file": (io.BytesIO(content), "skema.xlsx")})
    settled()
    body: Any = client.get("/api/v1/submissions/1").json
    assert body["status"] == "has_problems"
    told = [problem for problem in body["problems"] if problem["code"] == "R21"]
    cells = {f"{get_column_letter(COLUMNS.index(f.label.da) + 1)}{3 + n}" for n, f in enumerate(texts)}
    assert {problem["cell"] for problem in told} == cells
    assert {problem["found"] for problem in told} == {""}
    assert all("CPR-nummer" in problem["message"] and "Slet det" in problem["remedy"] for problem in told)
    assert personal_in(store) == []


TYPED_TABLES = [table for table in TAKST.tables if table is not TRIAL]


@pytest.mark.parametrize("table", TYPED_TABLES, ids=lambda table: table.key)
def test_a_tariff_sheet_is_refused_at_each_cell(table: Table) -> None:
    book = load_workbook(io.BytesIO(build_tariff(CostSheet("Bakkehuset", ON_DATE), ParameterSet())))
    sheet = book[table.sheet]
    places = {str(cell.value): cell.column for cell in sheet[1] if cell.value}
    expected = set()
    for field in table.inputs:
        cell = sheet.cell(2, places[field.label.da])
        cell.value = "010190-1234"
        expected.add((table.sheet, cell.coordinate))
    report = read_file(Limits(), saved(book), "takst.xlsx", ParameterSet())
    assert {(p.sheet, p.cell) for p in report.problems if p.code == "R21" and p.sheet == table.sheet} == expected
    assert "1234" not in str(report.problems)


def test_a_header_field_of_any_kind_is_refused_at_its_cell() -> None:
    content = returned_schedule(period_start="010190-1234", remarks="anna.hansen@kommune.example", house=101_901_234)
    report = read_file(Limits(), content, "skema.xlsx", ParameterSet())
    told = {problem.field for problem in report.problems if problem.code == "R21"}
    assert told == {"Periode fra", "Bemærkninger", "Hus"}


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
