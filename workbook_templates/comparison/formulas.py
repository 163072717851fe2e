"""The formulas of the comparison's rows, wherever its columns stand."""

from collections.abc import Mapping

from workbook_templates.layout import Field
from workbook_templates.readings import STATES


def row_formula(field: Field, cells: Mapping[str, str], language: str) -> str:
    """The field's formula where `cells` has the cell of each column in its row; empty for a field that is none."""
    words = {state.value: text.in_language(language) for state, text in STATES.items()}
    return field.formula and f"={field.formula.format_map({**cells, **words})}"
