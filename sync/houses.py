"""What only the sheets of a whole house together can show: R23 and R24, from the entries that count."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection

from bit_model.house import house_findings
from bit_model.parameters import ParameterSet
from bit_model.schedule import Period, Schedule
from sync.store import cases, submissions
from sync.store.comparison import counting_files, houses_to_check
from workbook_templates.layouts.doegnskema import ENTRY_FIELDS
from workbook_templates.problems import Problem
from workbook_templates.schedule.kept import unpack_entries
from workbook_templates.schedule.registered import place_of_entry


class HouseProblem(NamedTuple):
    """A problem of the file that counts for the case, seen beside the other sheets of its house.

    The same finding in several rows, as of a night that comes back every day, is one problem at the first of them.
    """

    file_name: str
    case_key: str
    problem: Problem
    rows: int


def all_house_problems(connection: Connection, parameters: ParameterSet) -> Iterator[HouseProblem]:
    """The problems of every house that can have any, one house in memory at a time."""
    for house in houses_to_check(connection):
        found = house_problems(connection, house, parameters)
        files = counting_files(connection, house) if any(found.values()) else {}
        for case_key, problems in found.items():
            alike: dict[tuple[str, str, str], list[Problem]] = defaultdict(list)
            for problem in problems:
                alike[problem.code, problem.field, problem.found].append(problem)
            yield from (HouseProblem(files[case_key], case_key, same[0], len(same)) for same in alike.values())


def house_problems(connection: Connection, house: str, parameters: ParameterSet) -> dict[str, list[Problem]]:
    """Case key → problems of its newest sheet beside the other sheets of the house; empty for an unknown house."""
    known = cases.house(connection, house) if house else None
    if known is None:
        return {}
    kept = submissions.counting(connection, cases.house_cases(connection, house))
    schedules = [
        Schedule(
            row.case_key,
            Period(row.period_start, row.period_end),
            tuple(unpack_entries(row.entries)),
            row.provider,
            house,
            known.size,
        )
        for row in kept
    ]
    labels = {field.key: field.label.da for field in ENTRY_FIELDS}
    places = {
        schedule.case_key: {
            entry.row: place_of_entry(entry, row.template, schedule.period) for entry in schedule.entries
        }
        for row, schedule in zip(kept, schedules, strict=True)
    }
    return {
        case_key: [
            Problem(found.code, *places[case_key][found.row], labels.get(found.field, ""), found.found)
            for found in findings
        ]
        for case_key, findings in house_findings(known, schedules, parameters).items()
    }
