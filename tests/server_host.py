"""The add-in's own xlwings Server on loopback, and Excel's side of it: what its client sends and understands."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import urllib3
import xlwings as xw

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "addin" / "hosts" / "server"
SECONDS = 60
_STARTED = re.compile(r"Uvicorn running on (http://127\.0\.0\.1:\d+)")
_ON_LOOPBACK = """
import runpy, sys
from ipaddress import ip_address
def keep(event, args):
    if event == "socket.connect" and isinstance(args[1], tuple) and not ip_address(args[1][0]).is_loopback:
        raise PermissionError(f"{args[1]} is not on loopback")
    if event == "socket.getaddrinfo" and args[0] is not None:
        name = args[0].decode() if isinstance(args[0], bytes) else args[0]
        if name not in ("127.0.0.1", "localhost", "::1"):
            raise PermissionError(f"{name} is not on loopback")
sys.addaudithook(keep)
runpy.run_module("addin.hosts.server", run_name="__main__", alter_sys=True)
"""
_ERRORS = {"#DIV/0!": "Div0", "#N/A": "NotAvailable", "#NAME?": "Name", "#REF!": "Ref", "#VALUE!": "Value"}


class Refusal(str):
    """What Excel shows in place of an answer: at the cell's error, or in a message box."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Host:
    """A server that runs."""

    address: str
    log: Path

    def get(self, path: str) -> urllib3.BaseHTTPResponse:
        """What is served at the path."""
        return urllib3.request("GET", self.address + path, timeout=SECONDS)

    def post(self, path: str, body: Any, **headers: str) -> urllib3.BaseHTTPResponse:
        """What is answered to the JSON."""
        return urllib3.request("POST", self.address + path, json=body, headers=headers, timeout=SECONDS)

    def answers(self, calls: Iterable[tuple[str, Sequence[Any]]]) -> list[Any]:
        """What Excel gets for each call: a value, a table (dates are serial numbers) or a `Refusal`."""
        parameters = self.parameters()
        answers = []
        for name, args in calls:
            answer = self.post("/xlwings/custom-functions-call", function_call(name, args, parameters[name]))
            answers.append(value(answer.json()["result"]) if answer.status == 200 else Refusal(_told(answer)))
        return answers

    def parameters(self) -> dict[str, int]:
        """How many parameters Excel knows of each function."""
        functions = self.get("/xlwings/custom-functions-meta.json").json()["functions"]
        return {function["id"].lower(): len(function["parameters"]) for function in functions}

    def run_script(self, name: str, payload: dict[str, Any], *args: Any, **headers: str) -> Any:
        """What the script asks of Excel, for `changes.apply`, or a `Refusal`."""
        body = payload | {"args": list(args)} if args else payload
        answer = self.post(f"/xlwings/custom-scripts-call/{name}", body, **headers)
        return answer.json() if answer.status == 200 else Refusal(_told(answer))


def function_call(name: str, args: Sequence[Any], parameters: int) -> dict[str, Any]:
    """What the client sends for one cell; an argument that is left out is null, a single cell a table of one."""
    tables = [arg if isinstance(arg, list) else [[arg]] for arg in args]
    return {
        "client": "Office.js",
        "func_name": name,
        "args": [*([[_sent(cell) for cell in row] for row in table] for table in tables)]
        + [None] * (parameters - len(args)),
        "caller_address": "[Projektmappe.xlsx]Ark1!A1",
        "session_id": str(uuid4()),
        "culture_info_name": "da-DK",
        "date_format": "dd-MM-yyyy",
        "version": xw.__version__,
        "runtime": "1.4",
    }


def _sent(cell: Any) -> Any:
    """A cell as JavaScript has it: no difference between 1 and 1.0, and an error by its kind."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if cell in _ERRORS:
        return {"type": "Error", "basicType": "Error", "basicValue": cell, "errorType": _ERRORS[cell]}
    return cell


def value(result: list[list[Any]]) -> Any:
    """What the client puts into the cells: one value or a table, without the formats of dates."""
    cells = [
        [cell["basicValue"] if isinstance(cell, dict) and cell["type"] == "FormattedNumber" else cell for cell in row]
        for row in result
    ]
    return cells[0][0] if len(cells) == len(cells[0]) == 1 else cells


def _told(answer: urllib3.BaseHTTPResponse) -> str:
    """The text that the client takes from an answer that is no success."""
    if "json" not in answer.headers["content-type"]:
        return answer.data.decode()
    said = answer.json()
    return str(said.get("detail") or said.get("error") or said)


@contextmanager
def serving(project: Path = PROJECT, **settings: str) -> Iterator[Host]:
    """The server on a free port of loopback until the block ends; it cannot reach any other machine.

    Settings are environment variables. Raises `RuntimeError` with what the server said where it does not start.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith("XLWINGS_")}
    environment |= {"XLWINGS_LICENSE_KEY": "noncommercial", "XLWINGS_PROJECT_DIR": str(project)} | settings
    with tempfile.NamedTemporaryFile(suffix=".log") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", _ON_LOOPBACK, "--port", "0", "--loop", "asyncio"],  # uvloop would pass by the hook
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield Host(_address(process, Path(log.name)), Path(log.name))
        finally:
            process.terminate()
            try:
                process.wait(SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < end:
        if found := _STARTED.search(log.read_text()):
            return found[1]
        time.sleep(0.05)
    raise RuntimeError(f"The server did not start: {log.read_text()}")
