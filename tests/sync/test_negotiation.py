"""The two-way workbook: what is written in its negotiation columns comes back, and nothing is overwritten."""

import datetime as dt
import io
import json
import re
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from page_forms import Clock, post
from sqlalchemy import func, select
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS, returned_schedule
from typer.testing import CliRunner

from bit_model.comparison import compare
from bit_model.negotiation import Negotiation, NegotiationStatus
from sync.cli import app as app_of_the_command_line
from sync.comparison.workbook import write_comparison_workbook
from sync.ingest import Reader, ingest
from sync.negotiation.returned import Applied, Conflict, Outcome, save, take_back
from sync.settings import Settings
from sync.store import Store, cases, negotiation
from sync.store.database import writing
from sync.store.scope import Scope
from sync.store.tables import NEGOTIATION_CHANGE
from sync.token import signed_stamp
from workbook_templates.comparison.content import CaseRow, ComparisonContent
from workbook_templates.comparison.workbook import write_comparison
from workbook_templates.files.gate import Limits
from workbook_templates.layouts.sammenligning import CASES as TABLE

FIRST, SECOND, THIRD = (case.case_key for case in CASES)
COLUMN = {field.key: place for place, field in enumerate(TABLE.fields, 1)}
KEY = "only for tests"
AGREED = Negotiation(NegotiationStatus.MEETING_AGREED, "Møde om natten", dt.date(2026, 10, 1), "Teamleder")


@pytest.fixture
def signing(store: Store) -> Store:
    """The store with the key that its workbooks are signed with."""
    return replace(store, key=KEY)


def workbook(store: Store) -> Workbook:
    target = BytesIO()
    write_comparison_workbook(target, store)
    return load_workbook(target)


def saved(book: Workbook) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def edit(book: Workbook, case_key: str, **values: Any) -> None:
    sheet = book["BIT"]
    row = next(cells[0].row for cells in sheet.iter_rows(2) if cells[0].value == case_key)
    for key, value in values.items():
        sheet.cell(row, COLUMN[key]).value = value


def edited(store: Store, changes: Mapping[str, Mapping[str, Any]]) -> bytes:
    book = workbook(store)
    for case_key, values in changes.items():
        edit(book, case_key, **values)
    return saved(book)


def sent(store: Store, reader: Reader, content: bytes) -> Outcome:
    return take_back(store, reader, content, Limits(), NOW)


def kept(store: Store, case_key: str) -> tuple[int, Negotiation]:
    with store.engine.connect() as connection:
        found = negotiation.standings(connection, [case_key])[case_key]
    return found.version, found.negotiation


def change(store: Store, case_key: str, **values: Any) -> None:
    """What somebody else does meanwhile."""
    version, now = kept(store, case_key)
    with writing(store.engine) as connection:
        done = save(connection, case_key, version, now._replace(**values), NOW)
    assert isinstance(done, Applied)


def codes(outcome: Outcome) -> list[tuple[str, str]]:
    return [(problem.code, problem.cell) for problem in outcome.problems]


def test_what_is_written_comes_back_and_goes_out_again(signing: Store, reader: Reader) -> None:
    content = edited(
        signing,
        {
            FIRST: {
                "status": "Møde aftalt",
                "note": "Møde om natten",
                "follow_up": "1/10 2026",
                "responsible": " Teamleder ",
            }
        },
    )
    done = sent(signing, reader, content)
    assert [(one.case_key, one.version, one.changed) for one in done.applied] == [
        (FIRST, 1, ("status", "note", "follow_up", "responsible"))
    ]
    assert (done.conflicts, done.problems, done.unchanged) == ((), (), 2)
    assert done.made_at is not None
    assert kept(signing, FIRST) == (1, AGREED)
    row = [cell.value for cell in workbook(signing)["BIT"][2]]
    assert row[COLUMN["status"] - 1 : COLUMN["row_version"]] == [
        "Møde aftalt",
        "Møde om natten",
        dt.datetime(2026, 10, 1),
        "Teamleder",
        1,
    ]
    again = sent(signing, reader, content)
    assert (again.applied, again.conflicts, again.unchanged) == ((), (), 3)


def test_a_row_changed_on_both_sides_is_told_with_both_values_and_stays(signing: Store, reader: Reader) -> None:
    content = edited(signing, {FIRST: {"note": "min"}, SECOND: {"status": "Aftalt"}})
    change(signing, FIRST, note="deres")
    done = sent(signing, reader, content)
    assert [one.case_key for one in done.applied] == [SECOND]
    (conflict,) = done.conflicts
    assert (conflict.case_key, conflict.row, conflict.version, conflict.fields) == (FIRST, 2, 1, ("note",))
    assert (conflict.before.note, conflict.sent.note, conflict.kept.note) == ("", "min", "deres")
    assert codes(done) == [("N06", "Z2")]
    assert done.problems[0].found == "min / deres"
    assert kept(signing, FIRST)[1].note == "deres"
    assert not done.is_fine


def test_two_fields_of_one_row_are_a_conflict_and_the_same_change_is_none(signing: Store, reader: Reader) -> None:
    content = edited(signing, {FIRST: {"note": "min"}, SECOND: {"note": "ens", "responsible": "Team Nord"}})
    change(signing, FIRST, status=NegotiationStatus.CLOSED)
    change(signing, SECOND, note="ens")
    done = sent(signing, reader, content)
    (conflict,) = done.conflicts
    assert (conflict.case_key, conflict.fields) == (FIRST, ("status", "note"))
    assert [(one.case_key, one.changed, one.version) for one in done.applied] == [(SECOND, ("responsible",), 2)]
    assert kept(signing, FIRST)[1] == Negotiation(NegotiationStatus.CLOSED)


def test_an_older_workbook_is_held_against_how_it_went_out(signing: Store, reader: Reader) -> None:
    change(signing, FIRST, note="et")
    old = edited(signing, {SECOND: {"note": "ny"}})
    for text in ("to", "tre"):
        change(signing, FIRST, note=text)
    done = sent(signing, reader, old)
    assert ([one.case_key for one in done.applied], done.conflicts) == ([SECOND], ())
    assert kept(signing, FIRST) == (3, Negotiation(note="tre"))


@pytest.mark.parametrize(
    "key, value, code",
    [
        ("note", "CPR 010203-1234", "R21"),
        ("responsible", "anna@example.dk", "R21"),
        ("note", "=1+1", "N04"),
        ("note", "+45 12", "N04"),
        ("status", "=A1", "N04"),
        ("status", "Måske", "R14"),
        ("follow_up", "i morgen", "R02"),
        ("note", "a" * 1_001, "N05"),
        ("responsible", "a" * 101, "N05"),
    ],
)
def test_what_may_not_stand_in_a_cell_is_refused_by_its_cell_and_the_others_are_kept(
    signing: Store, reader: Reader, key: str, value: str, code: str
) -> None:
    done = sent(
        signing,
        reader,
        edited(
            signing, {FIRST: {key: value, "status": value if key == "status" else "Aftalt"}, SECOND: {"note": "god"}}
        ),
    )
    cell = (
        f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[COLUMN[key] - 1] if COLUMN[key] <= 26 else 'A' + chr(64 + COLUMN[key] - 26)}2"
    )
    assert codes(done) == [(code, cell)]
    assert "010203-1234" not in str(done.as_json())
    assert [one.case_key for one in done.applied] == [SECOND]
    assert kept(signing, FIRST)[0] == 0


def test_other_columns_are_left_alone_with_a_note(signing: Store, reader: Reader) -> None:
    ingest(signing, reader, returned_schedule(), "skema.xlsx")
    book = workbook(signing)
    edit(book, FIRST, need=99, note="ny")
    edit(book, SECOND, house="Et andet hus")
    book["BIT"].cell(1, len(COLUMN) + 1).value = "Min kolonne"
    done = sent(signing, reader, saved(book))
    assert [(one.code, one.cell, one.field, one.found) for one in done.problems] == [
        ("N07", "E2", "Bestilt (B)", "99"),
        ("N07", "Q3", "Hus", "Et andet hus"),
        ("N07", "AE1", "Min kolonne", "en egen kolonne"),
    ]
    assert done.is_fine
    assert [one.case_key for one in done.applied] == [FIRST]


def test_rows_may_move_and_go_and_what_does_not_belong_is_told(signing: Store, reader: Reader) -> None:
    book = workbook(signing)
    sheet = book["BIT"]
    edit(book, FIRST, note="flyttet")
    moved = [cell.value for cell in sheet[2]]
    sheet.delete_rows(2, 2)
    sheet.insert_rows(2, 3)
    for column, value in enumerate(moved, 1):
        sheet.cell(7, column).value = value
    sheet.cell(8, 1).value, sheet.cell(8, COLUMN["row_version"]).value = "S-2026-0999", 0
    sheet.cell(9, 1).value = SECOND
    sheet.cell(10, 1).value, sheet.cell(10, COLUMN["row_version"]).value = THIRD, 7
    sheet.delete_rows(5)
    sheet.title = "Vores sager"
    done = sent(signing, reader, saved(book))
    assert codes(done) == [("N03", "A8"), ("N02", "A7"), ("N03", "A9")]
    assert [(one.case_key, one.row) for one in done.applied] == [(FIRST, 6)]


def test_a_case_that_stands_twice_is_not_guessed_at(signing: Store, reader: Reader) -> None:
    book = workbook(signing)
    edit(book, FIRST, note="en")
    for column, cell in enumerate(book["BIT"][2], 1):
        book["BIT"].cell(5, column).value = cell.value
    done = sent(signing, reader, saved(book))
    assert codes(done) == [("C01", "A2"), ("C01", "A5")]
    assert done.applied == ()


def test_a_case_that_left_the_list_is_told_only_where_it_was_changed(signing: Store, reader: Reader) -> None:
    change(signing, FIRST, note="gammel")
    change(signing, SECOND, note="gammel")
    content = edited(signing, {FIRST: {"note": "ny"}})
    with writing(signing.engine) as connection:
        cases.import_cases(connection, CASES[2:], MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)
    done = sent(signing, reader, content)
    assert codes(done) == [("N02", "A2")]
    assert done.unchanged == 2


@pytest.mark.parametrize("spoil", ["key", "stamp", "version", "schedule", "column", "text"])
def test_a_workbook_that_is_none_of_ours_changes_nothing(signing: Store, reader: Reader, spoil: str) -> None:
    book = workbook(replace(signing, key="another") if spoil == "key" else signing)
    edit(book, FIRST, note="ny")
    if spoil in {"stamp", "version"}:
        place = book.defined_names["bit_stamp" if spoil == "stamp" else "bit_template_version"]
        sheet, cell = next(iter(place.destinations))
        book[sheet][cell] = "x" if spoil == "stamp" else 1
    if spoil == "column":
        book["BIT"].cell(1, COLUMN["row_version"]).value = None
    content = {"schedule": returned_schedule(), "text": b"ikke et regneark"}.get(spoil) or saved(book)
    done = sent(signing, reader, content)
    assert done.refused
    assert [problem.code for problem in done.problems] == [{"column": "H02", "text": "F01"}.get(spoil, "N01")]
    assert kept(signing, FIRST)[0] == 0


def test_two_who_send_at_once_give_one_change_and_one_conflict(signing: Store, reader: Reader) -> None:
    contents = [edited(signing, {FIRST: {"note": text}}) for text in ("en", "to")]
    start = threading.Barrier(2)

    def send(content: bytes) -> Outcome:
        start.wait(60)
        return sent(signing, reader, content)

    with ThreadPoolExecutor(2) as people:
        done = list(people.map(send, contents))
    assert sorted((len(one.applied), len(one.conflicts)) for one in done) == [(0, 1), (1, 0)]
    with signing.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(NEGOTIATION_CHANGE)) == 1


@pytest.mark.parametrize("kind", ["postgresql"])  # on SQLite nobody can be in the middle of writing with another
def test_who_comes_second_in_the_middle_of_the_first_gets_a_conflict(signing: Store) -> None:
    both_there = threading.Barrier(2)

    def write(text: str) -> Applied | Conflict | None:
        with writing(signing.engine) as connection:
            negotiation.standings(connection, [FIRST])
            both_there.wait(60)
            return save(connection, FIRST, 0, Negotiation(note=text), NOW)

    with ThreadPoolExecutor(2) as people:
        done = list(people.map(write, ("en", "to")))
    assert {type(one) for one in done} == {Applied, Conflict}


def test_every_change_is_kept_with_who_made_it(signing: Store) -> None:
    store = signing.within(Scope(1, actor="user:7"))
    for text in ("en", "to"):
        change(store, FIRST, note=text)
    with store.engine.connect() as connection:
        assert [(row.version, row.note, row.changed_by) for row in negotiation.history(connection, FIRST)] == [
            (2, "to", "user:7"),
            (1, "en", "user:7"),
        ]


def test_a_provider_sees_and_changes_nothing_of_it(signing: Store, reader: Reader) -> None:
    content = edited(signing, {FIRST: {"note": "ny"}})
    change(signing, FIRST, note="vores")
    theirs = signing.within(Scope(1, provider="Bakkehuset"))
    with writing(theirs.engine) as connection:
        assert negotiation.standings(connection) == {}
        assert negotiation.history(connection, FIRST) == []
        assert save(connection, FIRST, 1, AGREED, NOW) is None
    assert sent(theirs, reader, content).applied == ()
    assert "vores" not in str([cell.value for cell in workbook(theirs)["BIT"][2]])


def test_a_case_is_edited_on_its_page(app: Flask, store: Store) -> None:
    client = app.test_client()
    page = f"/sager/{FIRST}"
    fields = {
        "status": "meeting_agreed",
        "note": "Møde om natten",
        "follow_up": "1.10.2026",
        "responsible": "Teamleder",
    }
    answer = post(client, f"/forhandling/{FIRST}", page, version="0", **fields)
    assert (answer.status_code, answer.location) == (303, f"/sager/{FIRST}#forhandling")
    assert kept(store, FIRST) == (1, AGREED)
    shown = client.get(page).text
    assert "Møde om natten" in shown
    assert 'value="01-10-2026"' in shown
    overview = client.get("/sammenligning/?forhandling=meeting_agreed").text
    assert FIRST in overview
    assert SECOND not in overview
    assert SECOND in client.get("/sammenligning/?opfoelgning=ingen").text


def test_the_page_lets_choose_where_somebody_else_was_first(app: Flask, store: Store) -> None:
    client = app.test_client()
    change(store, FIRST, note="deres", responsible="Team Syd")
    fields = {"status": "agreed", "note": "min", "follow_up": "", "responsible": ""}
    answer = post(client, f"/forhandling/{FIRST}", f"/sager/{FIRST}", version="0", **fields)
    assert answer.status_code == 409
    assert {"min", "deres", "Team Syd", "agreed"} <= set(re.findall(r'type="radio"[^>]*value="([^"]*)"', answer.text))
    assert kept(store, FIRST) == (1, Negotiation(note="deres", responsible="Team Syd"))
    chosen = {"status": "agreed", "note": "min", "follow_up": "", "responsible": "Team Syd"}
    assert post(client, f"/forhandling/{FIRST}", f"/sager/{FIRST}", version="1", **chosen).status_code == 303
    assert kept(store, FIRST) == (2, Negotiation(NegotiationStatus.AGREED, "min", None, "Team Syd"))


@pytest.mark.parametrize(
    "field, value",
    [("note", "=1"), ("note", "010203-1234"), ("status", "x"), ("follow_up", "snart"), ("responsible", "a" * 101)],
)
def test_what_cannot_be_used_is_told_at_its_field(app: Flask, store: Store, field: str, value: str) -> None:
    fields = {"status": "agreed", "note": "", "follow_up": "", "responsible": "", field: value}
    answer = post(app.test_client(), f"/forhandling/{FIRST}", f"/sager/{FIRST}", version="0", **fields)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "010203-1234" not in answer.text
    assert kept(store, FIRST)[0] == 0


@pytest.mark.parametrize("case_key, version", [("S-0", "0"), (FIRST, "9"), (FIRST, "x"), (FIRST, "9" * 30)])
def test_what_is_not_there_is_not_found(app: Flask, case_key: str, version: str) -> None:
    fields = {"status": "agreed", "note": "", "follow_up": "", "responsible": ""}
    client = app.test_client()
    assert post(client, f"/forhandling/{case_key}", f"/sager/{FIRST}", version=version, **fields).status_code == 404
    assert client.get("/forhandling/S-0").status_code == 404


def test_the_page_tells_what_became_of_a_workbook(app: Flask, signing: Store, clock: Clock) -> None:
    clock.on("2026-03-21")
    client = app.test_client()
    content = edited(signing, {FIRST: {"note": "min"}, SECOND: {"note": "ny"}, THIRD: {"status": "Måske"}})
    change(signing, FIRST, note="deres")
    answer = post(client, "/forhandling/", "/sammenligning/", files=[(content, "sammenligning.xlsx")])
    assert answer.status_code == 200
    for text in ("Ændret: 1. Ændret begge steder: 1.", "min", "deres", "R14", "BIT!Y4"):
        assert text in answer.text
    assert kept(signing, SECOND)[1].note == "ny"
    assert post(client, "/forhandling/", "/sammenligning/", files=[(b"x", "x.xlsx")]).status_code == 422
    assert post(client, "/forhandling/", "/sammenligning/").status_code == 400
    assert client.get("/forhandling/").status_code == 200


def test_the_api_tells_the_same(app: Flask, signing: Store) -> None:
    content = edited(signing, {FIRST: {"note": "min"}, SECOND: {"follow_up": dt.date(2026, 10, 1)}})
    change(signing, FIRST, note="deres")
    client = app.test_client()
    answer = client.post("/api/v1/negotiation", data={"file": (io.BytesIO(content), "x.xlsx")})
    assert answer.status_code == 200
    body = answer.get_json()
    assert body["applied"][0]["changed"] == {"follow_up": {"before": None, "now": "2026-10-01"}}
    assert body["conflicts"][0]["fields"] == {"note": {"before": "", "sent": "min", "kept": "deres"}}
    assert [problem["code"] for problem in body["problems"]] == ["N06"]
    refused = client.post("/api/v1/negotiation", data={"file": (io.BytesIO(b"x"), "x.xlsx")})
    assert (refused.status_code, refused.get_json()["problems"][0]["code"]) == (422, "F01")


def test_the_command_line_tells_the_same(
    signing: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in (("DATABASE", settings.database), ("ORIGINALS", settings.originals), ("SECRET_KEY", KEY)):
        monkeypatch.setenv(f"BITARK_{name}", value)
    file = tmp_path / "sammenligning.xlsx"
    file.write_bytes(edited(signing, {FIRST: {"note": "ny"}}))
    done = CliRunner().invoke(app_of_the_command_line, ["negotiate", str(file)])
    assert done.exit_code == 0
    assert f"{FIRST}  Note: tom → ny" in done.output
    with signing.engine.connect() as connection:
        assert negotiation.history(connection, FIRST)[0].changed_by == "command"
    change(signing, FIRST, note="deres")
    file.write_bytes(edited(signing, {FIRST: {"note": "=1+1"}}))
    done = CliRunner().invoke(app_of_the_command_line, ["negotiate", str(file), "--json"])
    assert done.exit_code == 1
    assert [one["code"] for one in json.loads(done.output)["problems"]] == ["N04"]


def test_ten_thousand_rows_are_taken_back(signing: Store, reader: Reader) -> None:
    many = [replace(CASES[0], case_key=f"T-{number:05}", tariff=(), order=()) for number in range(10_000)]
    with writing(signing.engine) as connection:
        cases.import_cases(connection, many, MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)
    nothing, returned = compare(None, None, None), Negotiation(responsible="Team Nord")
    rows = (CaseRow(case.case_key, "", "", "", None, None, None, nothing, negotiation=returned) for case in many)
    target = BytesIO()
    write_comparison(
        target, ComparisonContent(dt.datetime(2026, 3, 20), PARAMETERS, rows, stamp=signed_stamp(1, NOW, KEY))
    )
    done = take_back(signing, reader, target.getvalue(), Limits(), NOW)
    assert (len(done.applied), done.problems) == (10_000, ())
