"""Templates of a round: their tokens, their forms, and the usual days that they offer."""

import datetime as dt
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from bit_model_example import PERIOD, WEEKDAY, WEEKEND, worked_schedule
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from sync_material import CASES, HOUSES, MODELS, returned_schedule
from typer.testing import CliRunner

from bit_model.schedule import Period
from sync.cli import app
from sync.ingest import Reader, ingest
from sync.issue import Issued, issue_templates
from sync.store import Store, submissions
from sync.store.tables import Status
from sync.token import FormToken, verified
from workbook_templates.case_list.build import build_case_list
from workbook_templates.case_list.read import CaseList
from workbook_templates.layouts.doegnskema import PATTERN, PATTERN_ROWS, Form
from workbook_templates.layouts.flavours import Flavour
from workbook_templates.schedule.fill import fill_schedule

KEY = "only for tests, and long enough"
NEXT = Period(dt.date(2026, 9, 7), dt.date(2026, 9, 20))
LIST = CaseList(CASES, houses=HOUSES)
FIRST = CASES[:1]
WRONG = {(2, "Start"): None}
BOTH = tuple(Form)


@pytest.fixture
def signing(store: Store) -> Store:
    """The store with a key."""
    return replace(store, key=KEY)


def opened(issued: Issued) -> Workbook:
    return load_workbook(BytesIO(issued.content), read_only=True)


def header(book: Workbook, key: str) -> object:
    ((sheet, cell),) = book.defined_names[f"bit_{key}"].destinations
    return book[sheet][cell.replace("$", "")].value


def suggested(issued: Issued) -> list[list[str]]:
    """What the list form's pattern says of a usual weekday and a usual day of the weekend: a text for each entry."""
    rows = list(opened(issued)[PATTERN.sheet].iter_rows(min_row=1, max_row=1 + 2 * PATTERN_ROWS, values_only=True))
    places = [rows[0].index(field.label.da) for field in PATTERN.inputs if field.key in {"start", "activity"}]
    said = [[str(row[place]) for place in places] for row in rows[1:]]
    return [
        [f"{start[:5]} {activity}" for start, activity in half if start != "None"]
        for half in (said[:PATTERN_ROWS], said[PATTERN_ROWS:])
    ]


USUAL = [[f"{line[:5]} {line[12:35].strip()}" for line in day.strip().splitlines()] for day in (WEEKDAY, WEEKEND)]


def test_every_template_has_a_token_that_says_what_it_was_issued_for(signing: Store) -> None:
    made = list(issue_templates(signing, LIST, CASES, PERIOD, BOTH))
    assert [(one.case_key, one.form) for one in made] == [(case.case_key, form) for case in CASES for form in BOTH]
    today = dt.datetime.now().astimezone().date()
    for one in made:
        token = verified(str(header(opened(one), "token")), KEY)
        assert token == FormToken(one.case_key, PERIOD, one.form, today)


def test_a_form_is_told_by_its_file_name_and_by_its_template(signing: Store) -> None:
    listed, grid = issue_templates(signing, LIST, FIRST, PERIOD, BOTH)
    assert (listed.file_name, grid.file_name) == ("doegnskema-S-2026-0001.xlsx", "doegnskema-net-S-2026-0001.xlsx")
    assert [header(opened(one), "template") for one in (listed, grid)] == ["doegnskema", "doegnskema_net"]


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("flavour", Flavour)
def test_a_template_asks_bitark_s_functions_only_in_the_flavours_that_have_them(
    flavour: Flavour, form: Form, signing: Store
) -> None:
    (made,) = issue_templates(signing, LIST, FIRST, PERIOD, (form,), flavour=flavour)
    assert ("x_entries" in opened(made).defined_names) is (flavour is not Flavour.PLAIN)


@pytest.mark.parametrize("given,asks", [((), False), (("--flavour", "plain"), False), (("--flavour", "desktop"), True)])
def test_the_command_makes_the_flavour_that_is_asked_for(
    given: tuple[str, ...], asks: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("liste.xlsx").write_bytes(build_case_list(CASES, MODELS, HOUSES))
    period = ("--from", "02-03-2026", "--to", "15-03-2026", "--case", FIRST[0].case_key)
    done = CliRunner().invoke(app, ["issue", "liste.xlsx", *period, "--out", "ud", *given])
    assert done.exit_code == 0, done.output
    (file,) = Path("ud").iterdir()
    assert ("x_entries" in load_workbook(file, read_only=True).defined_names) is asks


def test_a_case_key_that_is_no_file_name_becomes_one(signing: Store) -> None:
    case = replace(CASES[0], case_key="2026/1: a")
    (made,) = issue_templates(signing, replace(LIST, cases=(case,)), [case], PERIOD)
    assert made.file_name == "doegnskema-2026_1__a.xlsx"


def test_a_case_that_has_sent_nothing_has_no_pattern(signing: Store) -> None:
    (made,) = issue_templates(signing, LIST, FIRST, PERIOD)
    assert (made.has_pattern, suggested(made)) == (False, [[], []])


def test_a_new_round_offers_the_usual_days_of_the_schedule_that_counts(signing: Store, reader: Reader) -> None:
    ingest(signing, reader, returned_schedule(), "skema.xlsx")
    first, other, _ = issue_templates(signing, LIST, CASES, NEXT)
    assert (first.has_pattern, other.has_pattern) == (True, False)
    assert suggested(first) == USUAL
    assert suggested(other) == [[], []]


def test_a_newer_schedule_with_errors_is_not_the_pattern_and_a_corrected_one_is(signing: Store, reader: Reader) -> None:
    ingest(signing, reader, returned_schedule(), "1.xlsx")
    refused = ingest(signing, reader, returned_schedule(changes=WRONG), "2.xlsx")
    assert refused.status is Status.HAS_PROBLEMS
    (made,) = issue_templates(signing, LIST, FIRST, NEXT)
    assert suggested(made) == USUAL
    changed = {(row, "Aktivitet"): "Bad og påklædning" for row in range(2, 200) if row - 2 < 126 and (row - 2) % 9 == 0}
    ingest(signing, reader, returned_schedule(changes=changed), "3.xlsx")
    (made,) = issue_templates(signing, LIST, FIRST, NEXT)
    assert suggested(made) == [["07:00 Bad og påklædning", *USUAL[0][1:]], ["08:00 Bad og påklædning", *USUAL[1][1:]]]


def test_only_schedules_with_errors_give_no_pattern(signing: Store, reader: Reader) -> None:
    ingest(signing, reader, returned_schedule(changes=WRONG), "skema.xlsx")
    assert [made.has_pattern for made in issue_templates(signing, LIST, FIRST, NEXT)] == [False]


def test_a_schedule_in_which_nothing_is_usual_gives_no_pattern(signing: Store, reader: Reader) -> None:
    changes = {(row, "Bemærkning"): f"dag {row}" for row in range(2, 128)}
    assert ingest(signing, reader, returned_schedule(changes=changes), "skema.xlsx").status is Status.ACCEPTED
    assert [made.has_pattern for made in issue_templates(signing, LIST, FIRST, NEXT)] == [False]


def test_the_pattern_may_be_left_out(signing: Store, reader: Reader) -> None:
    ingest(signing, reader, returned_schedule(), "skema.xlsx")
    (made,) = issue_templates(signing, LIST, FIRST, NEXT, with_pattern=False)
    assert (made.has_pattern, suggested(made)) == (False, [[], []])


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("after_a_round", [False, True])
def test_a_template_filled_in_and_returned_counts_with_the_entries_written_in_it(
    form: Form, after_a_round: bool, signing: Store, reader: Reader
) -> None:
    if after_a_round:
        ingest(signing, reader, returned_schedule(), "skema.xlsx")
    (made,) = issue_templates(signing, LIST, FIRST, PERIOD, (form,))
    done = ingest(signing, reader, fill_schedule(made.content, worked_schedule()), made.file_name)
    with signing.engine.connect() as connection:
        kept = submissions.submission(connection, done.submission_id)
    assert kept is not None
    codes = {problem["code"] for problem in kept.report["problems"]}
    assert (done.status, done.case_key, kept.template) == (
        Status.ACCEPTED,
        "S-2026-0001",
        {Form.LIST: "doegnskema", Form.GRID: "doegnskema_net"}[form],
    )
    assert not {"H03", "H04", "H05"} & codes
    assert kept.report["hours"]["per_week"]["resource"] == 47.0
