"""The add-in's own time: beyond xlwings' import, and beyond a bare xlwings call of the same arguments in each host."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

from bench.line import Line, alternating, milliseconds
from bench.material import PERIOD, schedule
from workbook_templates.kinds import EXCEL_EPOCH

SCALARS = ("bit_package", "bit_package_price", "bit_day_rate", "bit_financed_hours", "bit_minutes")
IMPORTS = """
import sys, time
sys.modules["pandas"] = None
import xlwings
started = time.perf_counter()
import addin.functions
print((time.perf_counter() - started) * 1000)
"""
OFFICE_JS = """
import asyncio, json, sys, time
from statistics import median
import xlwings as xw
from addin import functions
from xlwings.server import custom_functions_call

def bare(entries, period_start, period_end): return 0.0
functions.bare = xw.func(xw.arg("entries", ndim=2)(bare))
args = json.load(sys.stdin)

async def call(name):
    asked = {"func_name": name, "args": args, "version": xw.__version__, "client": "Office.js", "runtime": "1.4",
             "caller_address": "A!B2", "date_format": "dd-mm-yyyy", "culture_info_name": "da-DK"}
    return await custom_functions_call(json.loads(json.dumps(asked)), functions)

async def main():
    taken = {"bare": [], "bit_weekly_hours": []}
    for _ in range(31):
        for name, own in taken.items():
            started = time.perf_counter()
            await call(name)
            own.append((time.perf_counter() - started) * 1000)
    print(json.dumps({name: median(own) for name, own in taken.items()}))

asyncio.run(main())
"""
NOTHING = """

import xlwings as xw

@xw.func
@xw.arg("entries", ndim=2)
def nothing(entries, period_start, period_end):
    return 0.0
"""
LIMIT_CPYTHON, LIMIT_PYODIDE, LIMIT_IMPORT, LIMIT_SCALARS = 3, 30, 150, 20
TESTS = Path(__file__).parent.parent / "tests"
"""What starts the hosts is the tests'."""


def run(folder: Path) -> Iterator[Line]:
    """Each host in turn."""
    from addin import functions

    entries = rows()
    start, end = period()
    yield Line(
        "BIT_WEEKLY_HOURS, 600 entries, CPython: our time",
        milliseconds(lambda: functions.bit_weekly_hours(entries, start, end)),
        "ms",
        LIMIT_CPYTHON,
    )
    arguments: dict[str, tuple[object, ...]] = {
        "bit_package": (37.67,),
        "bit_package_price": (7.0, 317.0),
        "bit_day_rate": (51510.0, "md", 30.42),
        "bit_financed_hours": (1693.56, 459.5, 370.15, 176.49),
        "bit_minutes": (23 / 24, 7 / 24, start),
    }
    for name in SCALARS:
        function, given = getattr(functions, name), arguments[name]
        taken = milliseconds(lambda: [function(*given) for _ in range(1_000)])  # noqa: B023
        yield Line(f"1,000 calls of {name.upper()}: our time", taken, "ms", LIMIT_SCALARS)
    imports = [float(_python(IMPORTS)) for _ in range(7)]
    yield Line("import of addin.functions beyond xlwings' own, without pandas", median(imports), "ms", LIMIT_IMPORT)
    own = {"XLWINGS_ON_SERVER": "true", "XLWINGS_LICENSE_KEY": "noncommercial"}
    found = json.loads(_python(OFFICE_JS, json.dumps([entries, [[start]], [[end]]]), **own))
    yield from in_host("Office.js call in CPython", found["bare"], found["bit_weekly_hours"])
    sys.path.append(str(TESTS))
    yield from _lite()
    yield from _server(folder, entries, start, end)


def _lite() -> Iterator[Line]:
    from lite_host import measure

    speed = measure()
    yield Line("xlwings Lite: start of Node to the first answer", speed.to_first_answer, "s")
    bare, ours = speed.trivial * 1_000, speed.weekly_hours * 1_000
    yield from in_host("xlwings Lite (Pyodide under Node)", bare, ours, LIMIT_PYODIDE)


def _server(folder: Path, entries: list[list[object]], start: float, end: float) -> Iterator[Line]:
    from server_host import PROJECT, serving

    project = folder / "project"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("__pycache__"))
    with (project / "custom_functions" / "__init__.py").open("a") as file:
        file.write(NOTHING)
    with serving(project) as server:
        calls = [partial(server.answers, [(name, [entries, start, end])]) for name in ("nothing", "bit_weekly_hours")]
        bare, ours = alternating(calls, 15)
    yield from in_host("xlwings Server (HTTP on loopback)", bare, ours)


def in_host(host: str, bare: float, ours: float, limit: float | None = None) -> Iterator[Line]:
    """What BIT_WEEKLY_HOURS on 600 entries takes in a host beyond the bare call, in ms and as a ratio."""
    yield Line(f"{host}: bare xlwings call with the same 600 rows", bare, "ms")
    yield Line(f"{host}: BIT_WEEKLY_HOURS beyond it", ours - bare, "ms", limit)
    yield Line(f"{host}: our time to the bare call", (ours - bare) / bare, "×")


def rows() -> list[list[object]]:
    """600 entries as Office.js sends them."""
    return [
        [
            float((one.date - EXCEL_EPOCH.date()).days),
            one.start / 1440,
            one.end / 1440,
            one.activity,
            one.category.value,
            float(one.staff),
            float(one.citizens),
            one.theme,
            one.goal,
            one.note,
        ]
        for one in schedule().entries
    ]


def period() -> tuple[float, float]:
    """First and last day as serial numbers."""
    start, end = ((day - EXCEL_EPOCH.date()).days for day in (PERIOD.start, PERIOD.end))
    return float(start), float(end)


def _python(program: str, given: str = "", **environment: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program],
        input=given,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
