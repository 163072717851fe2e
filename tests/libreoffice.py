"""LibreOffice without a screen: what a spreadsheet program makes of our workbooks."""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from random import Random

from xlsxwriter.utility import xl_rowcol_to_cell

SECONDS = 240
_EVERY_SHEET = "Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false,false,false,-1"
"""UTF-8 with commas; texts in quotation marks, numbers as they are kept rather than as they are shown."""
_CELL = re.compile(r'("(?:[^"]|"")*"|[^,\n]*)(,|\n)')
_ITEM = """<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="{}" oor:op="fuse"><value>0</value></prop></item>
"""
_ALWAYS_RECALCULATE = f"""<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
{_ITEM.format("OOXMLRecalcMode")}{_ITEM.format("ODFRecalcMode")}</oor:items>
"""


def drawn_numbers() -> list[int]:
    """Numbers of the workbooks that a test draws, fills in and lets LibreOffice compute.

    Fifty of two hundred, always the same; all of them with BITARK_EVERY_WORKBOOK=1, which takes some minutes more.
    """
    every = range(200)
    return [*every] if os.environ.get("BITARK_EVERY_WORKBOOK") else sorted(Random(2).sample(every, 50))  # noqa: S311


def convert(files: Iterable[Path], to: str, outdir: Path, *, recalculate: bool = True) -> list[Path]:
    """The files opened and saved as `to` (xlsx, xls, ods, pdf) in `outdir`, by one start of the program.

    With `recalculate` every formula is computed anew; else LibreOffice shows what was saved, as it does for users.
    """
    sources = list(files)
    said = _run(sources, to, outdir, recalculate=recalculate)
    made = [outdir / f"{source.stem}.{to.partition(':')[0]}" for source in sources]
    missing = [path.name for path in made if not path.exists()]
    if missing:
        raise RuntimeError(f"LibreOffice made no {missing}: {said}")
    return made


def recalculated(files: Iterable[Path], outdir: Path) -> list[dict[str, list[list[str | float]]]]:
    """The cells of each file's sheets after every formula was computed anew, by sheet and row; a blank cell is "".

    By way of .csv, in half the time of a workbook. Numbers come with 15 digits, but one with a format of its own (a
    date, a time, a share) as the text it is shown as.
    """
    sources = list(files)
    said = _run(sources, f"csv:{_EVERY_SHEET}", outdir, recalculate=True)
    found = []
    for source in sources:
        sheets = sorted(outdir.glob(f"{source.stem}-*.csv"))
        if not sheets:
            raise RuntimeError(f"LibreOffice made nothing of {source.name}: {said}")
        found.append({file.stem.removeprefix(f"{source.stem}-"): _cells(file.read_text()) for file in sheets})
    return found


def _cells(text: str) -> list[list[str | float]]:
    rows: list[list[str | float]] = [[]]
    for cell, end in _CELL.findall(text):
        rows[-1].append(_value(cell))
        if end == "\n":
            rows.append([])
    return rows


def _value(cell: str) -> str | float:
    if cell[:1] == '"':
        return cell[1:-1].replace('""', '"')
    try:
        return float(cell)
    except ValueError:
        return cell


def colours(files: Iterable[Path], outdir: Path) -> list[dict[str, dict[str, str]]]:
    """By sheet and cell the colour behind it as it is shown, with conditional formats; cells without are left out."""
    found = []
    for file in convert(files, "html", outdir):
        page = _Page()
        page.feed(file.read_text())
        found.append(page.sheets)
    return found


class _Page(HTMLParser):
    """A workbook as LibreOffice writes it for a browser: a title and a table for each sheet."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: dict[str, dict[str, str]] = {}
        self._in_title = False
        self._row, self._taken = -1, set[tuple[int, int]]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "tr":
            self._row += 1
        elif tag == "td":
            column = next(n for n in range(len(self._taken) + 1) if (self._row, n) not in self._taken)
            high, wide = (int(known.get(span) or 1) for span in ("rowspan", "colspan"))
            self._taken |= {(self._row + r, column + c) for r in range(high) for c in range(wide)}
            if colour := known.get("bgcolor"):
                self.sheets[list(self.sheets)[-1]][xl_rowcol_to_cell(self._row, column)] = colour
        self._in_title = tag == "em"

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.sheets[data] = {}
            self._row, self._taken, self._in_title = -1, set(), False


def _run(sources: list[Path], to: str, outdir: Path, *, recalculate: bool) -> str:
    outdir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        if recalculate:
            (Path(profile) / "user").mkdir()
            (Path(profile) / "user" / "registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE)
        command = ["soffice", "--headless", f"-env:UserInstallation={Path(profile).as_uri()}", "--convert-to", to]
        done = subprocess.run(
            [*command, "--outdir", str(outdir), *map(str, sources)],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    return f"{done.stdout}{done.stderr}"
