"""Tasks for a child process that behave badly in every way; a child imports them by name."""

import os
import sys
import time
from pathlib import Path

from workbook_templates.files.gate import Limits, gate
from workbook_templates.files.grid import Grid, read_grid
from workbook_templates.problems import Problem


class PanicError(BaseException):
    """No Exception, as a panic in Rust is none."""


def read(content: bytes, _name: str) -> Grid | Problem:
    container = gate(content, Limits())
    if isinstance(container, Problem):
        return container
    grid = read_grid(content, container, lambda _: True, Limits())
    grid.sheets = {}  # only whether it could be read comes back
    return grid


def misbehave(content: bytes, name: str) -> object:  # noqa: C901  # a list of misdeeds
    if name == "panic":
        raise PanicError
    if name == "exit":
        sys.exit(3)
    if name == "abort":
        os.abort()
    if name == "sleep":
        time.sleep(60)
    if name == "spin":
        while True:
            pass
    if name == "swell":
        return len(bytearray(2 << 30))
    if name == "process":
        return os.getpid()
    if name == "memory":
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    if name == "modules":
        return sorted({"openpyxl", "numpy", "pandas", "flask"} & set(sys.modules))
    if name == "read":
        return read(content, name)
    return len(content)
