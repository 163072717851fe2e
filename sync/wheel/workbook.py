"""The events as a workbook: one row each, to be sorted and filtered."""

from collections.abc import Sequence
from io import BytesIO

from flask_babel import gettext
from xlsxwriter import Workbook

from sync.wheel.events import KINDS, Event
from workbook_templates.sheets import write_value


def write_workbook(events: Sequence[Event], year: int, language: str) -> bytes:
    """The year's events as .xlsx."""
    written = BytesIO()
    with Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(f"{gettext('Årshjul')} {year}")
        heading = book.add_format({"bold": True, "bottom": 1})
        dated = book.add_format({"num_format": "dd-mm-yyyy", "align": "left"})
        plain = book.add_format()
        headings = (gettext("Dato"), gettext("Måned"), gettext("Hvad"), gettext("Sag"), gettext("Leverandør"))
        for column, (text, width) in enumerate(zip(headings, (12, 8, 28, 18, 32), strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, text, heading)
        for row, event in enumerate(events, 1):
            kind = KINDS[event.kind].in_language(language)
            for column, value in enumerate((event.date, event.date.month, kind, event.case_key, event.provider)):
                write_value(sheet, row, column, value, plain if column else dated)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, len(events)), len(headings) - 1)
    return written.getvalue()
