"""Reading what others send in child processes: returned files and case lists."""

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from bit_model.parameters import ParameterSet
from workbook_templates.annotate import annotated_apart
from workbook_templates.case_list.read import CaseList, read_case_list
from workbook_templates.files.child import ReaderPool
from workbook_templates.files.gate import Limits
from workbook_templates.problems import Problem
from workbook_templates.schedule.report import FileReport, examine


def reader_pool(processes: int = 1, limits: Limits | None = None) -> ReaderPool[[bytes, str, ParameterSet], FileReport]:
    """A pool of that many children; they end with this process."""
    limits = limits or Limits()
    return ReaderPool(partial(read_file, limits), limits, processes)


def case_list_pool(limits: Limits | None = None) -> ReaderPool[[bytes], CaseList]:
    """A pool of one child that reads case lists."""
    limits = limits or Limits()
    return ReaderPool(partial(read_case_list, limits=limits), limits)


def read_file(limits: Limits, content: bytes, name: str, parameters: ParameterSet) -> FileReport:
    """One file's report as of today; runs in a child."""
    today = dt.datetime.now().astimezone().date()
    return examine(content, name, parameters=parameters, today=today, limits=limits)


def examine_files(files: Iterable[Path]) -> list[FileReport]:
    """The reports of files on disk, in their order; nothing is kept."""
    with reader_pool() as reader:
        outcomes = [(file.name, reader.run(file.read_bytes(), file.name, ParameterSet())) for file in files]
    return [FileReport(name, (done,)) if isinstance(done, Problem) else done for name, done in outcomes]


def annotated_copies(files: Iterable[Path], reports: Iterable[FileReport]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of the annotated copy of each file that has problems."""
    limits = Limits()
    with reader_pool(limits=limits) as children:
        for file, report in zip(files, reports, strict=True):
            if report.problems:
                yield annotated_apart(children, file.read_bytes(), file.name, report.problems, "da", limits)
