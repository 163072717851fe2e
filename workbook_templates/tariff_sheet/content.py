"""What stands in the cells of a tariff template: header and rows of a cost sheet, by the declaration's keys."""

from collections.abc import Mapping, Sequence
from typing import Any

from bit_model.cost_sheet import CostLine, CostSheet
from workbook_templates.layouts.takst import LINES, TAKST
from workbook_templates.layouts.takstpraemisser import HEADER

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""The rows of each table by its key, each a mapping of field keys to values."""
_OF_SHEET = frozenset({"case_key", "support"})


def header_of(sheet: CostSheet) -> dict[str, Any]:
    """The header's values; the lines are counted on the sheet's own date."""
    stated = {field.key: getattr(sheet, field.key) for field in HEADER if hasattr(sheet, field.key)}
    return stated | {
        "template": TAKST.name,
        "template_version": TAKST.version,
        "year": sheet.on_date.year,
        "valid_from": sheet.on_date,
    }


def rows_of(sheet: CostSheet) -> Rows:
    """The rows of every table but the trial's."""
    sources: dict[str, Sequence[Any]] = {
        "staff": sheet.staff,
        "direct": sheet.direct_costs,
        "indirect": sheet.indirect_costs,
        "prices": sheet.price_list,
        "cases": sheet.cases,
    }
    rows: dict[str, list[dict[str, Any]]] = {
        key: [{field.key: getattr(one, field.key) for field in TAKST.table(key).inputs} for one in held]
        for key, held in sources.items()
    }
    rows["lines"] = [_of_line(held) for held in sheet.lines]
    return rows


def _of_line(held: CostLine) -> dict[str, Any]:
    return {field.key: getattr(held if field.key in _OF_SHEET else held.line, field.key) for field in LINES.inputs}
