"""The comparison of 10,000 cases with 5 million entries, from kept sums, and its workbook."""

import datetime as dt
import time
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy import insert, select

from bench.ingest import prepared
from bench.line import Line, milliseconds
from bench.material import PARAMETERS, PERIOD, schedule
from bit_model.hours import measure
from bit_model.schedule import Schedule
from sync.comparison.rows import comparison_rows
from sync.comparison.workbook import write_comparison_workbook
from sync.ingest import WEEKLY_KEYS
from sync.store import Store
from sync.store.database import writing
from sync.store.keys import new_keys
from sync.store.secrets import opened, seal
from sync.store.tables import CASE, DETAIL, STORED_FILE, SUBMISSION, Status
from workbook_templates.schedule.kept import as_sums, pack_entries, unpack_entries

CASES = 10_000
ENTRIES = 500
VARIANTS = 40


def fill(
    store: Store,
    problems: Sequence[Mapping[str, str]] = (),
    entries: int = ENTRIES,
    versions: int = 1,
    first: int = 1,
) -> None:
    """So many submissions for every case, the newest counting, as ingest keeps them, with so many problems and entries.

    Their ids begin with `first`.
    """
    kept = []
    for variant in range(VARIANTS):
        made = schedule(entries, variant)
        kept.append((as_sums(measure(made, PARAMETERS)), pack_entries(made.entries)))
    now = dt.datetime.now(dt.UTC)
    with writing(store.engine) as connection:
        ids = connection.execute(select(CASE.c.id, CASE.c.case_key, CASE.c.secret_id).order_by(CASE.c.id)).all()
        files: list[dict[str, Any]] = []
        submitted: list[dict[str, Any]] = []
        details: list[dict[str, Any]] = []
        wanted = [(*row, version) for version in range(1, versions + 1) for row in ids]
        for number, (case_id, case_key, of_case, version) in enumerate(wanted, first):
            sums, packed = kept[number % VARIANTS]
            sha256 = f"{number:064x}"
            ((of_file, _),) = new_keys(connection, 1, of_case).items()
            files.append({"sha256": sha256, "size_bytes": 1, "first_seen": now, "secret_id": of_file})
            submitted.append(
                {
                    "id": number,
                    "sha256": sha256,
                    "status": Status.ACCEPTED,
                    "status_at": now,
                    "template": "doegnskema",
                    "template_version": 1,
                    "case_key": case_key,
                    "case_id": case_id,
                    "version": version,
                    "counts": version == versions,
                    "period_start": PERIOD.start,
                    "period_end": PERIOD.end,
                    "entry_count": entries,
                    "errors": 0,
                    "warnings": 0,
                    "weekly": {key: sums[key] for key in WEEKLY_KEYS},
                    "parameter_set": "Standard 1",
                    "rule_set": PARAMETERS.rule_set,
                }
            )
            texts = {"report": {"problems": problems}, "header": {}, "rows": {}, "sums": sums, "entries": packed}
            told = {name: seal(connection, of_file, DETAIL.c[name], number, value) for name, value in texts.items()}
            details.append({"submission_id": number, **told})
        connection.execute(insert(STORED_FILE), files)
        connection.execute(insert(SUBMISSION), submitted)
        connection.execute(insert(DETAIL), details)


def _compare(store: Store) -> list[Any]:
    with store.engine.connect() as connection:
        return list(comparison_rows(connection, PARAMETERS))


def _recomputed(store: Store) -> Iterator[Fraction]:
    """I of every case, from its entries."""
    with store.engine.connect() as connection:
        kept = connection.execute(select(DETAIL.c.submission_id, DETAIL.c.entries).order_by(DETAIL.c.submission_id))
        for row in opened(connection, kept, {DETAIL.c.entries: "submission_id"}):
            measured = measure(Schedule("", PERIOD, tuple(unpack_entries(row.entries))), PARAMETERS)
            yield measured.per_week(measured.of_categories(PARAMETERS.financed_categories))


def _bare(workbook: Path, target: Path) -> float:
    """Seconds of a bare XlsxWriter loop, in constant memory, over the cells of a workbook."""
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(workbook) as book:
        sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
        formulas = _formulas(workbook)
    started = time.perf_counter()
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            here = formulas[name]
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if (r, c) in here:
                        sheet.write_formula(r, c, here[r, c], None, value)
                    elif value == "":
                        continue
                    elif isinstance(value, int | float):
                        sheet.write_number(r, c, value)
                    else:
                        sheet.write_string(r, c, str(value))
    return time.perf_counter() - started


def _formulas(workbook: Path) -> dict[str, dict[tuple[int, int], str]]:
    from openpyxl import load_workbook

    book = load_workbook(workbook, read_only=True)
    return {
        sheet.title: {
            (cell.row - 1, cell.column - 1): cell.value
            for row in sheet.iter_rows()
            for cell in row
            if isinstance(cell.value, str) and cell.value.startswith("=")
        }
        for sheet in book.worksheets
    }


def run(folder: Path) -> Iterator[Line]:
    """Time of the comparison, its agreement with a full recomputation, and the workbook against a bare loop."""
    store = prepared(folder, CASES)
    fill(store)
    yield Line("10,000 cases compared from kept sums", milliseconds(lambda: _compare(store), 5) / 1_000, "s", 0.5)
    rows = _compare(store)
    different = sum(row.delivered != hours for row, hours in zip(rows, _recomputed(store), strict=True))
    yield Line("of them different from a full recomputation of 5 million entries", different, "cases", 0)
    target = folder / "bit-sammenligning.xlsx"
    started = time.perf_counter()
    write_comparison_workbook(target, store)
    ours = time.perf_counter() - started
    bare = _bare(target, folder / "bare.xlsx")
    yield Line("workbook of 10,000 cases", ours, "s")
    yield Line("bare XlsxWriter loop over the same cells", bare, "s")
    yield Line("the workbook against the bare loop", ours / bare, "×", 1.3)
