"""From a task pane to the service: Pyodide in a page of another origin installs the wheel and asks the API."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import lite_pane
import pytest
from chromium import listening
from flask import Flask
from playwright.sync_api import Page
from signed_in import bearer

from bit_model.parameters import ParameterSet
from sync.comparison.rows import comparison_rows
from sync.lite.wheel import file_name, wheel
from sync.store import Store

PROGRAM = """
import json, micropip, urllib3
await micropip.install("{address}/lite/{wheel}")
from addin.hosts.lite import bit_package

KNOWN = {{"Authorization": "{token}"}}

def asked(method, path, **given):
    try:
        answer = urllib3.request(method, "{address}/api/v1/" + path, **given)
    except urllib3.exceptions.HTTPError as error:
        return str(error)
    return answer.status, answer.json()

json.dumps([
    bit_package(37.67),
    asked("GET", "comparison", headers=KNOWN),
    asked("POST", "submissions", headers=KNOWN, fields={{"file": ("skema.xlsx", b"no workbook")}}),
])
"""
TOKEN = {"token": bearer()["Authorization"]}
BLOCKING = "json.dumps(asked('GET', 'comparison', headers=KNOWN))"


@pytest.fixture
def kind() -> str:
    """A pane speaks HTTP; it takes long to start, and which database answers is the matter of other tests."""
    return "sqlite"


@pytest.fixture
def pane() -> Iterator[Page]:
    with lite_pane.pane() as page:
        yield page


def test_a_task_pane_installs_the_wheel_and_asks_the_service_where_its_origin_is_invited(
    pane: Page, served: Callable[..., Flask], store: Store
) -> None:
    with store.engine.connect() as connection:
        expected = [200, [row.as_json() for row in comparison_rows(connection, ParameterSet())]]
    with listening(served(excel_origins=(pane.evaluate("location.origin"),))) as address:
        outdated = file_name("0.0.1")  # as it stands in a workbook that is older than the service
        package, compared, sent = waited(pane, PROGRAM.format(address=address, wheel=outdated, **TOKEN))
        assert package == 6
        assert compared == expected
        assert (sent[0], sent[1]["problems"][0]["code"]) == (201, "F01")
        assert blocked(pane) == expected

    with listening(served()) as address:
        _, compared, sent = waited(pane, PROGRAM.format(address=address, wheel=wheel().file_name, **TOKEN))
        assert "Failed to fetch" in compared
        assert "Failed to fetch" in sent
        assert "Failed to load" in blocked(pane)


def waited(pane: Page, program: str) -> list[Any]:
    """Where the browser can hold Python while it waits for an answer."""
    found: list[Any] = json.loads(pane.evaluate("program => pyodide.runPythonAsync(program)", program))
    return found


def blocked(pane: Page) -> Any:
    """Where it cannot, and the page stands still meanwhile."""
    return json.loads(pane.evaluate("program => pyodide.runPython(program)", BLOCKING))
