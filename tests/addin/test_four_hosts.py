"""The same calls in all hosts, and the table of it in docs/hosts.md."""

import json
import os
from pathlib import Path
from typing import Any
from unittest import mock

import desktop_host
import host_table
import lite_host
import pytest
from bit_model_example import PERIOD, worked_schedule
from chromium import listening
from function_calls import CALLS, END, ENTRIES, FUNCTIONS, REFUSED, SERVICE_CALLS, START
from libreoffice import convert
from lite_pane import pane
from server_host import serving
from sync_material import CASES, PARAMETERS, returned_schedule

from addin import functions
from addin.client import Client
from sync.app import create_app
from sync.ingest import Reader
from sync.lite.wheel import wheel
from sync.settings import Settings
from workbook_templates.schedule.fill import fill_schedule
from workbook_templates.schedule.stamp import issue_schedule

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "hosts.md"
ASKED = [*CALLS, *SERVICE_CALLS, *REFUSED]
IN_PANE = """
import json, micropip, os
await micropip.install("{address}/lite/{wheel}")
os.environ["BITARK_SERVICE"] = "{address}"
from addin.hosts import lite
json.dumps([getattr(lite, name)(*args) for name, args in json.loads({calls!r})])
"""


def test_every_function_has_a_call() -> None:
    assert {name for name in vars(functions) if name.startswith("bit_")} == FUNCTIONS


@pytest.mark.usefixtures("store")  # it has the cases
def test_every_host_answers_every_call_as_cpython_does_and_the_table_says_so(
    settings: Settings, reader: Reader, tmp_path: Path
) -> None:
    with pane() as page:
        inviting = settings.model_copy(update={"excel_origins": (page.evaluate("location.origin"),)})
        with listening(create_app(inviting, reader)) as address, mock.patch.dict(os.environ, BITARK_SERVICE=address):
            Client().submit("skema.xlsx", returned_schedule())
            program = IN_PANE.format(address=address, wheel=wheel().file_name, calls=json.dumps(SERVICE_CALLS))
            in_pane: list[Any] = json.loads(page.evaluate("program => pyodide.runPythonAsync(program)", program))
            with serving(BITARK_SERVICE=address) as server:
                in_node = lite_host.answers([*CALLS, *REFUSED])
                found = dict(
                    zip(
                        host_table.HOSTS,
                        (
                            host_table.by_cpython(ASKED),
                            desktop_host.answers(ASKED),
                            [*in_node[: len(CALLS)], *in_pane, *in_node[len(CALLS) :]],
                            server.answers(ASKED),
                        ),
                        strict=True,
                    )
                )
    expected = [host_table.as_cells(answer) for answer in found[host_table.HOSTS[0]]]
    for host, answers in found.items():
        for call, answer, right in zip(ASKED, answers, expected, strict=True):
            assert host_table.as_cells(answer) == right, (host, call[0])
    native = formulas(tmp_path)
    for name, figures in native.items():
        arguments = [ENTRIES, START, END, *(["D F N S T X"] if name == "bit_weekly_hours" else [])]
        answer = host_table.as_cells(getattr(functions, name)(*arguments))
        assert figures == host_table.figures_of(name, answer), name
    table = host_table.table(ASKED, found, native)
    if os.environ.get("BITARK_WRITE_DOCS"):
        DOCUMENT.write_text(DOCUMENT.read_text().replace(f"\n\n{written()}\n\n", f"\n\n{table}\n\n"))
    assert written() == table, "docs/hosts.md is out of step: run this test with BITARK_WRITE_DOCS=1"


def formulas(folder: Path) -> dict[str, list[list[Any]]]:
    """What the plain template of the worked example shows, computed by LibreOffice."""
    file = folder / "plain.xlsx"
    template = issue_schedule(CASES[0], PERIOD, 6, "", PARAMETERS)
    file.write_bytes(fill_schedule(template, worked_schedule()))
    return host_table.by_formulas(convert([file], "xlsx", folder / "computed")[0].read_bytes())


def written() -> str:
    """The table in the document."""
    return DOCUMENT.read_text().split("<!-- generated: hosts -->\n\n")[1].split("\n\n<!-- end -->")[0]
