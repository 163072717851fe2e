"""Calls of every Excel function, with arguments as JSON has them: what each host is asked, and must answer alike.

A range is a list of rows. Dates and times are serial numbers, as a spreadsheet keeps them; None is an empty cell.
"""

from typing import Any

from bit_model_example import PERIOD, worked_schedule

from workbook_templates.kinds import EXCEL_EPOCH

START, END = (float((day - EXCEL_EPOCH.date()).days) for day in (PERIOD.start, PERIOD.end))
ENTRIES: list[list[Any]] = [
    [
        float((entry.date - EXCEL_EPOCH.date()).days),
        entry.start / 1440,
        entry.end / 1440,
        entry.activity,
        entry.category.value,
        float(entry.staff),
        float(entry.citizens),
        entry.theme or None,
        entry.goal or None,
        entry.note or None,
    ]
    for entry in worked_schedule().entries
]
FAULTY = [[*ENTRIES[0][:4], "Q", *ENTRIES[0][5:]], *ENTRIES[1:3]]
CLOCK_BACK = 46319.0
"""24 October 2026: the night after it is an hour longer."""

CALLS: tuple[tuple[str, list[Any]], ...] = (
    ("bit_minutes", [23 / 24, 7 / 24]),
    ("bit_minutes", [23 / 24, "07.00", CLOCK_BACK]),
    ("bit_weekly_hours", [ENTRIES, START, END]),
    ("bit_weekly_hours", [ENTRIES, START, END, "D F N S T X"]),
    ("bit_contact_hours", [ENTRIES, START, END]),
    ("bit_hours_table", [ENTRIES, START, END]),
    ("bit_day_totals", [ENTRIES, START, END]),
    ("bit_theme_hours", [ENTRIES, START, END]),
    ("bit_check", [FAULTY, START, END, 6.0]),
    ("bit_package", [37.67]),
    ("bit_package_hours", [8.0]),
    ("bit_package_hours", [8.0, 7.0, "top"]),
    ("bit_package_price", [7.0, 317.0]),
    ("bit_day_rate", [51510.0, "md", 30.42]),
    ("bit_financed_hours", [1693.56, 459.5, 370.15, 176.49]),
    ("bit_financed_hours_opaque", [3200.0, 0.0, 0.65, 520000.0, 1527.69, 0.7]),
    ("bit_cost_rate", [12000000.0, 3000000.0, 12.0, 0.98]),
    ("bit_compare", [36.0, 37.67, 52.5]),
    ("bit_compare", [36.0, None, 52.5]),
    ("bit_effect", [4505.0, 3697.0, 46296.0, 2026.0, 46113.0]),
)
"""Name and arguments."""

REFUSED: tuple[tuple[str, list[Any]], ...] = (
    ("bit_weekly_hours", [FAULTY, START, END]),
    ("bit_minutes", ["halv otte", 7 / 24]),
    ("bit_package", [-1.0]),
)
"""Calls that are answered with a message in Danish."""

SERVICE_CALLS: tuple[tuple[str, list[Any]], ...] = (
    ("bit_central", ["S-2026-0001", "delivered"]),
    ("bit_central", ["S-2026-0001", "Samlet"]),
)
"""Calls that ask the service at BITARK_SERVICE."""

FUNCTIONS = {name for name, _ in (*CALLS, *SERVICE_CALLS)}
"""What is asked; every function must be among them."""
