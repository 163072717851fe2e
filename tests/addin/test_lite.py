"""xlwings Lite: our wheel in the Pyodide that Lite runs, under Node, answers as CPython does."""

import base64
import datetime as dt
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import lite_host
import pytest
from function_calls import CALLS, REFUSED
from sync_material import returned_schedule

from addin import functions, scripts
from addin.arguments import ArgumentError
from addin.hosts import lite
from bit_model.parameters import ParameterSet
from sync.lite import sources
from workbook_templates.files.gate import Limits
from workbook_templates.kinds import EXCEL_EPOCH
from workbook_templates.schedule.report import examine

ROOT = Path(__file__).parent.parent.parent
FUNCTIONS = {name for name in vars(functions) if name.startswith("bit_")}
SCRIPTS = {
    name: script for name, script in vars(scripts).items() if getattr(script, "__module__", "") == scripts.__name__
}
IN_CPYTHON = """
import asyncio, json, sys
import xlwings
from xlwings import server
from addin.hosts import lite
found = []
for name, args in json.load(sys.stdin):
    data = {"func_name": name, "args": args, "caller_address": "Ark1!A1", "version": xlwings.__version__,
            "culture_info_name": "da-DK", "date_format": "dd-MM-yyyy", "runtime": "1.4"}
    try:
        found.append(asyncio.run(server.custom_functions_call(data, lite)))
    except xlwings.XlwingsError as error:
        found.append(str(error))
print(json.dumps(found))
"""
TOLD = """
import json, main
from xlwings import server
json.dumps([server.custom_functions_meta(main), server.custom_scripts_meta(main)])
"""
EXAMINED = """
import base64, datetime as dt, importlib, json
for name in {modules}:
    importlib.import_module(name)
from bit_model.parameters import ParameterSet
from workbook_templates.files.gate import Limits
from workbook_templates.schedule.report import examine
content = base64.b64decode("{content}")
json.dumps(examine(content, "skema.xlsx", ParameterSet(), dt.date(2026, 3, 20), Limits()).as_json())
"""
PROMISED = (
    "addin.actions",
    "addin.client",
    "workbook_templates.annotate",
    "workbook_templates.files.grid",
    "workbook_templates.files.spreadsheetml",
    "workbook_templates.opened",
    "workbook_templates.read",
    "workbook_templates.schedule.report",
)


@pytest.fixture(scope="module")
def told() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What xlwings finds in the workbook's two lines: functions and scripts."""
    found_functions, found_scripts = json.loads(lite_host.said(TOLD))
    return found_functions, found_scripts


def test_a_workbook_is_offered_every_function_and_every_script() -> None:
    assert set(lite.__all__) == FUNCTIONS | set(SCRIPTS)


def test_every_call_is_answered_in_lite_exactly_as_in_cpython() -> None:
    asked = [*CALLS, *REFUSED]
    answered = lite_host.answers(asked)
    assert answered == in_cpython(asked)
    assert answered == [plainly(name, args) for name, args in asked]
    assert not any(isinstance(answer, str) for answer in answered[: len(CALLS)])
    assert all(isinstance(answer, str) for answer in answered[len(CALLS) :])


def test_xlwings_finds_the_functions_with_their_texts(told: tuple[dict[str, Any], list[dict[str, Any]]]) -> None:
    found = {function["id"].lower(): function for function in told[0]["functions"]}
    assert set(found) == FUNCTIONS
    for name, function in found.items():
        assert function["description"] == getattr(functions, name).__doc__
        assert all(argument["description"].endswith(".") for argument in function["parameters"])


def test_xlwings_finds_the_scripts_with_the_names_of_their_buttons(
    told: tuple[dict[str, Any], list[dict[str, Any]]],
) -> None:
    assert {script["function_name"] for script in told[1]} == set(SCRIPTS)
    assert {script["name"] for script in told[1]} == {script.name for script in sources.scripts()}


def test_the_page_names_what_xlwings_finds(told: tuple[dict[str, Any], list[dict[str, Any]]]) -> None:
    shown = {function.name: function.text for function in sources.functions()}
    assert shown == {function["name"]: function["description"].split("\n")[0] for function in told[0]["functions"]}
    assert {script.text for script in sources.scripts()} == {script.__doc__ for script in SCRIPTS.values()}


def test_a_returned_schedule_is_examined_in_lite_as_in_cpython() -> None:
    content = returned_schedule(changes={(5, "Start"): "efter frokost"})
    there = lite_host.said(EXAMINED.format(modules=PROMISED, content=base64.b64encode(content).decode()))
    here = examine(content, "skema.xlsx", ParameterSet(), dt.date(2026, 3, 20), Limits()).as_json()
    assert json.loads(there) == json.loads(json.dumps(here))
    assert here["problems"]


def test_speed_is_measured() -> None:
    speed = lite_host.measure(times=1)
    assert speed.to_first_answer > 0
    assert speed.weekly_hours > 0


def test_what_runs_beside_pyodide_is_what_is_locked() -> None:
    locked = {package["name"]: package for package in tomllib.loads((ROOT / "uv.lock").read_text())["package"]}
    text = (lite_host.FOLDER / "requirements.txt").read_text()
    pinned = {
        name.lower(): (version, digest)
        for name, version, digest in re.findall(r"^(\S+)==(\S+) \\\n +--hash=sha256:(\w+)$", text, re.MULTILINE)
    }
    assert set(pinned) == {"micropip", "urllib3", "xlsxwriter", "xlwings"}
    for name in ("urllib3", "xlsxwriter"):
        assert pinned[name] in [
            (locked[name]["version"], wheel["hash"].removeprefix("sha256:")) for wheel in locked[name]["wheels"]
        ]
    assert pinned["xlwings"][0] == locked["xlwings"]["version"]


def test_pyodide_comes_from_npm_by_hash() -> None:
    packages = json.loads((lite_host.FOLDER / "package-lock.json").read_text())["packages"]
    fetched = [package for name, package in packages.items() if name]
    assert all(package["resolved"].startswith("https://registry.npmjs.org/") for package in fetched)
    assert all(package["integrity"].startswith("sha512-") for package in fetched)


def in_cpython(calls: list[tuple[str, list[Any]]]) -> list[Any]:
    """The same calls through the same xlwings, in this Python."""
    cells = [(name, [arg if isinstance(arg, list) else [[arg]] for arg in args]) for name, args in calls]
    ran = subprocess.run(
        [sys.executable, "-c", IN_CPYTHON],
        cwd=ROOT,
        env=os.environ | {"XLWINGS_ON_SERVER": "true", "XLWINGS_LICENSE_KEY": "noncommercial"},
        input=json.dumps(cells),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    found: list[Any] = json.loads(ran.stdout)
    return found


def plainly(name: str, args: list[Any]) -> Any:
    """The function by itself, its value as Excel's task pane takes it."""
    try:
        value = getattr(functions, name)(*args)
    except ArgumentError as error:
        return str(error)
    rows = value if isinstance(value, list) else [[value]]
    return [[as_cell(content) for content in row] for row in rows]


def as_cell(content: Any) -> Any:
    if isinstance(content, dt.datetime):
        return {
            "type": "FormattedNumber",
            "basicValue": (content - EXCEL_EPOCH).days,
            "numberFormat": "dd-MM-yyyy",
        }
    return content
