"""placeholder until the template brings its own."""

from bit_model.checks import Level

NAME = "bit_marks"


def mark_key(level: Level, sheet: str, cell: str) -> str:
    """The key of a cell."""
    return f"{level.value} {sheet}!{cell}"


def mark_formula(level: Level, sheet: str, cell: str) -> str:
    """A formula that gives the key of the cell, wherever it is moved."""
    quoted = "'" + sheet.replace("'", "''") + "'"
    text = f"{level.value} {sheet}!".replace('"', '""')
    return f'="{text}"&ADDRESS(ROW({quoted}!{cell}),COLUMN({quoted}!{cell}),4)'
