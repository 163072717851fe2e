"""xlwings Lite without Excel: Node runs the Pyodide of Lite with our wheel, asked as a task pane asks it.

`PYTHONPATH=.:tests python tests/lite_host.py` prints how fast it is.
"""

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from function_calls import END, ENTRIES, START

from sync.lite.views import MAIN
from sync.lite.wheel import wheel

FOLDER = Path(__file__).parent / "pyodide"
MAIN_MODULE = MAIN.format(address="https://bitark.example")
TRIVIAL = """
import xlwings as xw
@xw.func
@xw.arg("entries", ndim=2)
def nothing(entries, period_start, period_end):
    return 0.0
"""
SECONDS = 120
Call = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds: from the start of Node to the first answer, and of one call with 600 entries, the median of many."""

    to_first_answer: float
    weekly_hours: float
    trivial: float
    """A function that is given the same range and does nothing with it."""


def answers(calls: Sequence[Call]) -> list[Any]:
    """What the cells show, in the order asked: rows of cells, or the Danish text of a call that is refused."""
    return [line["answer"] for line in _asked([(*call, 1) for call in calls])[:-1]]


def said(program: str) -> Any:
    """What a Python program gives that ends in a text, a number or nothing; there `main` is the workbook's module."""
    return _asked([], program)[-1]["answer"]


def measure(times: int = 50) -> Speed:
    """How fast the host is on this machine."""
    rows = (ENTRIES * (600 // len(ENTRIES) + 1))[:600]
    first, trivial, weekly, _ = _asked(
        [
            ("bit_package", [37.67], 1),
            ("nothing", [rows, START, END], times),
            ("bit_weekly_hours", [rows, START, END], times),
        ],
        main=MAIN_MODULE + TRIVIAL,
    )
    return Speed(first["since_start"], median(weekly["seconds"]), median(trivial["seconds"]))


def node() -> str:
    """The program; Pyodide lies ready for it."""
    program = shutil.which("node")
    assert program, "node is missing; `make programs` installs it or says how"
    assert (FOLDER / "node_modules" / "pinned").exists(), "Pyodide is missing; `make programs` fetches it (npm, PyPI)"
    return program


def _asked(calls: Sequence[tuple[str, list[Any], int]], program: str = "", main: str = MAIN_MODULE) -> list[Any]:
    told = {
        "wheel": base64.b64encode(wheel().content).decode(),
        "main": main,
        "program": program,
        "calls": [(name, [_as_cells(arg) for arg in args], times) for name, args, times in calls],
    }
    ran = subprocess.run(
        [node(), FOLDER / "host.mjs"],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


def _as_cells(arg: Any) -> Any:
    """A range as it is, a single cell as Excel hands it over: one row of one."""
    return arg if isinstance(arg, list) else [[arg]]


if __name__ == "__main__":
    speed = measure()
    sys.stdout.write(
        f"{speed.to_first_answer:.1f} s from the start of Node to the first answer\n"
        f"{speed.weekly_hours * 1000:.1f} ms for BIT_WEEKLY_HOURS with 600 entries, "
        f"{speed.trivial * 1000:.1f} ms for a function that does nothing with them\n"
    )
