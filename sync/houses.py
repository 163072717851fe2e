"""What only the sheets of a whole house together can show: R23 and R24, from the entries that count."""

from sqlalchemy import Connection

from bit_model.house import house_findings
from bit_model.parameters import ParameterSet
from bit_model.schedule import Period, Schedule
from sync.store import cases, submissions
from workbook_templates.layouts.doegnskema import ENTRIES
from workbook_templates.problems import Problem
from workbook_templates.report import unpack_entries


def house_problems(connection: Connection, house: str, parameters: ParameterSet) -> dict[str, list[Problem]]:
    """Case key → problems of its newest sheet beside the other sheets of the house; empty for an unknown house."""
    known = cases.house(connection, house) if house else None
    if known is None:
        return {}
    schedules = [
        Schedule(
            row.case_key,
            Period(row.period_start, row.period_end),
            tuple(unpack_entries(row.entries)),
            row.provider,
            house,
            known.size,
        )
        for row in submissions.counting(connection, cases.house_cases(connection, house))
    ]
    labels = {field.key: field.label.da for field in ENTRIES.fields}
    return {
        case_key: [
            Problem(found.code, ENTRIES.sheet, f"{found.row}:{found.row}", labels.get(found.field, ""), found.found)
            for found in findings
        ]
        for case_key, findings in house_findings(known, schedules, parameters).items()
    }
