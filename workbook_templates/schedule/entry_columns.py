"""Which columns the fields of an entry stand in, in a returned file of the list form, whatever was moved in it."""

from collections.abc import Mapping

from workbook_templates.files.gate import Limits, gate
from workbook_templates.files.grid import column_letters
from workbook_templates.layouts.doegnskema import DOEGNSKEMA, ENTRIES
from workbook_templates.opened import open_workbook
from workbook_templates.places import find_table
from workbook_templates.problems import Problem


def entry_columns(content: bytes, limits: Limits) -> tuple[str, Mapping[str, str]]:
    """Sheet, and field key → letters of its column; no columns where the file is no list form. Runs in the child."""
    container = gate(content, limits)
    if isinstance(container, Problem):
        return ENTRIES.sheet, {}
    opened = open_workbook(content, container, limits)
    if opened.template is not DOEGNSKEMA:
        return ENTRIES.sheet, {}
    table = find_table(opened.grid, ENTRIES)
    return table.sheet, {key: column_letters(column) for key, column in table.columns.items()}
