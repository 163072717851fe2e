import inspect
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest
from action import Alert
from changes import apply
from function_calls import CALLS, ENTRIES, REFUSED, START
from openpyxl import load_workbook
from openpyxl.utils.datetime import to_excel
from payload import payload
from server_host import PROJECT, ROOT, Host, Refusal, function_call, serving, value

from addin import functions, scripts
from addin.arguments import ArgumentError

SCHEDULE = ROOT / "tests" / "issued" / "doegnskema-2.xlsx"
OWN_SCRIPTS = """

@for_one_user
@xw.script(name="Prøve")
def probe(book: xw.Book, text: str) -> None:
    period = book.names["bit_period_start"].refers_to_range.value
    book.names["bit_filled_by"].refers_to_range.value = f"{text} {period:%d-%m-%Y}"
    book.app.alert(f"{book.name} {book.selection.address}", "BITark")


@for_one_user
@xw.script
def refuses(book: xw.Book) -> None:
    raise xw.XlwingsError("Skemaet har ingen sag. Udfyld feltet Sag.")


@for_one_user
@xw.script
def breaks(book: xw.Book) -> None:
    book.names["findes ikke"]
"""
SLOW_USERS = """
import asyncio
from xlwings_server.models import User

met = set()

async def validate_token(token):
    met.add(token)
    while token and not {"first", "second"} <= met:
        await asyncio.sleep(0.01)
    return User(id=token, name=token)
"""


def exported(module: Any, mark: Callable[[Any], bool] = lambda _: True) -> dict[str, Any]:
    """What a module defines itself for Excel."""
    own = inspect.getmembers(module, inspect.isfunction)
    return {name: one for name, one in own if one.__module__ == module.__name__ and name[0] != "_" and mark(one)}


FUNCTIONS = exported(functions, lambda one: one.__name__.startswith("bit_"))


def as_excel_has_it(answer: Any) -> Any:
    if isinstance(answer, list):
        return [as_excel_has_it(one) for one in answer]
    return to_excel(answer) if hasattr(answer, "year") else "" if answer is None else answer  # type: ignore[no-untyped-call]


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with serving() as running:
        yield running


@pytest.fixture(scope="module")
def with_own_scripts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """Our project with scripts of the test's own, and users who are looked up for as long as a test needs."""
    project = tmp_path_factory.mktemp("server") / "project"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("__pycache__"))
    with (project / "custom_scripts" / "__init__.py").open("a") as file:
        file.write(OWN_SCRIPTS)
    (project / "auth" / "slow").mkdir(parents=True)
    (project / "auth" / "__init__.py").touch()
    (project / "auth" / "slow" / "__init__.py").write_text(SLOW_USERS)
    with serving(project, XLWINGS_AUTH_PROVIDERS='["slow"]') as running:
        yield running


def test_every_function_answers_over_http_as_in_python(host: Host) -> None:
    expected = [as_excel_has_it(getattr(functions, name)(*args)) for name, args in CALLS]
    assert host.answers(CALLS) == expected


def test_what_is_refused_is_told_in_the_same_words(host: Host) -> None:
    told = []
    for name, args in REFUSED:
        with pytest.raises(ArgumentError) as raised:
            getattr(functions, name)(*args)
        told.append(str(raised.value))
    answers = host.answers(REFUSED)
    assert answers == told
    assert all(isinstance(answer, Refusal) for answer in answers)


def test_one_row_an_error_cell_and_arguments_left_out_arrive_as_they_are(host: Host) -> None:
    one_row = ("bit_weekly_hours", [[ENTRIES[0]], START, START + 6])
    error = ("bit_package", ["#DIV/0!"])
    left_out = ("bit_package_hours", [8.0])
    row, refused, hours = host.answers([one_row, error, left_out])
    assert row == functions.bit_weekly_hours([ENTRIES[0]], START, START + 6)
    assert "#DIV/0!" in refused
    assert hours == functions.bit_package_hours(8.0)


def test_an_excel_without_data_types_gets_the_same_figures(host: Host) -> None:
    call = function_call("bit_day_totals", [ENTRIES, START, START + 13], 3)
    newer, older = (
        host.post("/xlwings/custom-functions-call", call | {"runtime": one}).json() for one in ("1.4", "1.3")
    )
    assert newer["result"][1][0] == {"type": "FormattedNumber", "basicValue": START, "numberFormat": "dd-MM-yyyy"}
    assert older["result"] == value(newer["result"])


def test_every_function_is_offered_with_its_texts(host: Host) -> None:
    told = {one["name"].lower(): one for one in host.get("/xlwings/custom-functions-meta.json").json()["functions"]}
    assert told.keys() == FUNCTIONS.keys()
    for name, function in FUNCTIONS.items():
        parameters = inspect.signature(function).parameters.values()
        hints = get_type_hints(function, include_extras=True)
        assert told[name]["id"] == name.upper()
        assert told[name]["description"] == inspect.getdoc(function)
        assert told[name]["parameters"] == [
            {"name": one.name, "description": text_of(hints[one.name]), "dimensionality": "matrix", "type": "any"}
            | ({} if one.default is inspect.Parameter.empty else {"optional": True})
            for one in parameters
        ]


def text_of(hint: Any) -> str:
    assert get_origin(hint) is Annotated
    [text] = [said["doc"] for said in get_args(hint)[1:]]
    assert text[-1] == "."
    return str(text)


def test_excel_is_given_code_for_every_function(host: Host) -> None:
    code = host.get("/xlwings/custom-functions-code.js").data.decode()
    assert [name for name in FUNCTIONS if f'CustomFunctions.associate("{name.upper()}", {name});' not in code] == []


def test_the_scripts_are_those_of_the_add_in(host: Host) -> None:
    told = host.get("/xlwings/custom-scripts-meta.json").json()
    assert {one["function_name"] for one in told} == exported(scripts).keys()
    assert all(one["name"] and not (one["include"] or one["exclude"] or one["lazy"]) for one in told)


def test_a_script_changes_the_workbook_and_tells_so(with_own_scripts: Host) -> None:
    sent = payload(SCHEDULE, sheet="Døgnskema", selection="B2:D5", name="skema.xlsx")
    changed = apply(with_own_scripts.run_script("probe", sent, "Anna"), SCHEDULE)
    book = load_workbook(BytesIO(changed.content))
    sheet, cell = book.defined_names["bit_filled_by"].attr_text.split("!")
    assert book[sheet][cell].value == "Anna 02-03-2026"
    assert changed.alerts == (Alert("skema.xlsx $B$2:$D$5", "BITark"),)


def test_a_script_that_fails_tells_the_user_in_danish_and_the_operator_why(with_own_scripts: Host) -> None:
    sent = payload(SCHEDULE)
    assert with_own_scripts.run_script("refuses", sent) == "Skemaet har ingen sag. Udfyld feltet Sag."
    told = with_own_scripts.run_script("breaks", sent)
    assert isinstance(told, Refusal)
    assert told.startswith("Serveren kunne ikke udføre det.")
    assert "findes ikke" in with_own_scripts.log.read_text()


def test_users_who_come_at_the_same_time_see_their_own_selection_and_messages(with_own_scripts: Host) -> None:
    users = {"first": "A1", "second": "B2:C3"}

    def run(user: str) -> Any:
        sent = payload(SCHEDULE, selection=users[user], name=f"{user}.xlsx")
        return with_own_scripts.run_script("probe", sent, "x", Authorization=user)

    with ThreadPoolExecutor(2) as threads:
        answers = dict(zip(users, threads.map(run, users), strict=True))
    alerts = {user: [one["args"][0] for one in answers[user]["actions"] if one["func"] == "alert"] for user in users}
    assert alerts == {"first": ["first.xlsx $A$1"], "second": ["second.xlsx $B$2:$C$3"]}


def test_what_is_said_in_a_message_box_is_not_in_the_log(host: Host) -> None:
    shown = host.get("/xlwings/alert?prompt=Sag%2017%20mangler%20en%20nat&title=BITark&buttons=ok&mode=&callback=")
    assert "Sag 17 mangler en nat" in shown.data.decode()
    assert "Sag" not in host.log.read_text().replace("%20", " ")


def test_with_entra_id_nothing_is_computed_for_strangers() -> None:
    settings = {
        "XLWINGS_AUTH_PROVIDERS": '["entraid"]',
        "XLWINGS_AUTH_ENTRAID_CLIENT_ID": "2d9e7a52-0d5c-4c0e-8f0e-0e6f1f0d6f11",
        "XLWINGS_AUTH_ENTRAID_TENANT_ID": "6b1d4c3e-5a1f-4a57-9d5b-3c1f5c7f9a22",
    }
    with serving(PROJECT, **settings) as guarded:
        [answer] = guarded.answers([("bit_package", [10.0])])
        assert isinstance(answer, Refusal)
        assert "Invalid token" in answer
        assert isinstance(guarded.run_script("tjek_skema", payload(SCHEDULE)), Refusal)
        guarded.run_script("tjek_skema", payload(SCHEDULE), Authorization="Bearer x.y.z")
        assert "login.microsoftonline.com is not on loopback" in guarded.log.read_text()


@pytest.mark.parametrize(
    "before,told",
    [
        ("", "Serveren kræver en licensnøgle"),
        ("sys.modules['xlwings_server'] = None", "Serveren kræver xlwings-server: pip install"),
    ],
)
def test_what_is_missing_at_the_start_is_told_in_a_line(before: str, told: str, tmp_path: Path) -> None:
    start = f"import runpy, sys; {before}\nrunpy.run_module('addin.hosts.server', run_name='__main__')"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("XLWINGS_")}
    done = subprocess.run(
        [sys.executable, "-c", start],
        cwd=ROOT,
        env=environment | {"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(told)
    assert done.stderr.count("\n") == 1
