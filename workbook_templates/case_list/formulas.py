"""The computed columns of a case list: their formulas, and how a column shares one."""

import re
from collections.abc import Iterable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter.utility import xl_col_to_name

from workbook_templates.layout import Table
from workbook_templates.layouts.sagsliste_tjek import WORDS, check_formula

_NAME = re.compile(r"\bs_[a-z_]+")


def table_formulas(table: Table, language: str) -> dict[str, str]:
    """The formula of each computed column by key, with `{row}` for the number of the row."""
    letters = {field.key: xl_col_to_name(column) for column, field in enumerate(table.fields)}
    words = {key: text.in_language(language) for key, text in WORDS.items()}
    cells = {key: f"${letter}{{row}}" for key, letter in letters.items()}
    first, last = table.inputs[0].key, table.inputs[-1].key
    cells["inputs"] = f"COUNTA({cells[first]}:{cells[last]})"
    check = check_formula(table, language).format(**cells)
    return {
        field.key: "=" + (check if field.key == "check" else field.formula.format(**cells, **words))
        for field in table.fields
        if field.formula
    }


def columns_named(formulas: Iterable[str]) -> set[str]:
    """The names of columns, `s_table_column`, that the formulas use."""
    return {name for formula in formulas for name in _NAME.findall(formula)}


def with_shared_formulas(built: BytesIO) -> bytes:
    """The formulas of each table's first row, shared with the rows below: built and loaded several times as fast."""
    target = BytesIO()
    with ZipFile(built) as book, ZipFile(target, "w", ZIP_DEFLATED) as sharing:
        for name in book.namelist():
            part = book.read(name)
            sharing.writestr(name, _with_shared(part.decode()) if name.startswith("xl/worksheets/sheet") else part)
    return target.getvalue()


_FORMULA = re.compile(r'<c r="([A-Z]+)2"( s="\d+")><f>([^<]*)</f><v></v></c>')


def _with_shared(xml: str) -> str:
    """No value is saved with a formula: a spreadsheet program then computes it when it opens the file."""
    for number, (column, style, formula) in enumerate(_FORMULA.findall(xml)):
        cells = re.findall(rf'<c r="{column}(\d+)"{style}', xml)
        first = f'<f t="shared" ref="{column}2:{column}{cells[-1]}" si="{number}">{formula}</f>'
        xml = xml.replace(f"<f>{formula}</f><v></v>", first, 1)
        xml = re.sub(rf'(<c r="{column}\d+"{style})/>', rf'\1><f t="shared" si="{number}"/></c>', xml)
    return xml
