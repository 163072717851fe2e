"""Actions that change how cells, rows and columns look."""

from collections.abc import Callable
from copy import copy
from typing import Any

from action import Action, RefusedError, UnknownActionError
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils.cell import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.dimensions import ColumnDimension

OPERATORS = {
    "Between": "between",
    "NotBetween": "notBetween",
    "EqualTo": "equal",
    "NotEqualTo": "notEqual",
    "GreaterThan": "greaterThan",
    "LessThan": "lessThan",
    "GreaterThanOrEqual": "greaterThanOrEqual",
    "LessThanOrEqual": "lessThanOrEqual",
}


def _of_cells(change: Callable[[Any, list[Any]], None]) -> Callable[[Action], None]:
    def apply(action: Action) -> None:
        action.must_allow("formatCells")
        for cell in action.cells:
            change(cell, action.args)

    return apply


def _colour(cell: Any, args: list[Any]) -> None:
    cell.fill = _fill(args[0])


def _fill(colour: str | None) -> PatternFill:
    return PatternFill() if colour is None else PatternFill("solid", fgColor=_rgb(colour))


def _rgb(colour: str) -> str:
    if len(colour) != 7 or colour[0] != "#":
        raise RefusedError(f"{colour} is no colour")
    return f"FF{colour[1:].upper()}"


def _colours(action: Action) -> None:
    action.must_allow("formatCells")
    colours = [colour for line in action.args[0] for colour in line]
    for place, colour in zip(action.places, colours, strict=True):
        if colour != "keep":
            action.cell(*place).fill = _fill(colour)


def _number_format(cell: Any, args: list[Any]) -> None:
    cell.number_format = str(args[0])


def _font(cell: Any, args: list[Any]) -> None:
    name, value = args
    font = copy(cell.font)
    setattr(font, name, _rgb(value) if name == "color" else value)
    cell.font = font


def _alignment(name: str, of: Callable[[Any], Any]) -> Callable[[Action], None]:
    def align(cell: Any, args: list[Any]) -> None:
        alignment = copy(cell.alignment)
        setattr(alignment, name, of(args[0]))
        cell.alignment = alignment

    return _of_cells(align)


def _horizontal(name: str) -> str:
    return "centerContinuous" if name == "CenterAcrossSelection" else name.lower()


def _column(sheet: Any, column: int) -> Any:
    """The column by itself: openpyxl keeps neighbours that look alike as one."""
    for together in list(sheet.column_dimensions.values()):
        if together.min is not None and together.min <= column <= together.max and together.min < together.max:
            for first, last in ((together.min, column - 1), (column, column), (column + 1, together.max)):
                if first <= last:
                    part: Any = ColumnDimension(sheet, get_column_letter(first), together.width, min=first, max=last)
                    part.hidden, part._style = together.hidden, copy(together._style)
                    sheet.column_dimensions[part.index] = part
    return sheet.column_dimensions[get_column_letter(column)]


def _column_width(action: Action) -> None:
    action.must_allow("formatColumns")
    for column in action.columns:
        _column(action.sheet, column).width = (action.args[0] * 96 / 72 - 5) / 7


def _hide_columns(action: Action) -> None:
    action.must_allow("formatColumns")
    for column in action.columns:
        _column(action.sheet, column).hidden = action.args[0]


def _row_height(action: Action) -> None:
    action.must_allow("formatRows")
    for row in action.rows:
        action.sheet.row_dimensions[row].height = float(action.args[0])


def _hide_rows(action: Action) -> None:
    action.must_allow("formatRows")
    for row in action.rows:
        action.sheet.row_dimensions[row].hidden = action.args[0]


def _autofit(action: Action) -> None:
    action.must_allow("formatColumns" if action.args[0] == "columns" else "formatRows")


def _add_condition(action: Action) -> None:
    action.must_allow("formatCells")
    spec = action.args[0]
    font = {key: spec[name] for key, name in (("b", "font_bold"), ("i", "font_italic")) if spec[name] is not None}
    if spec["font_color"]:
        font["color"] = _rgb(spec["font_color"])
    looks = {
        "stopIfTrue": spec["stop_if_true"],
        "font": Font(**font) if font else None,
        "fill": PatternFill("solid", bgColor=_rgb(spec["fill_color"])) if spec["fill_color"] else None,
    }
    if spec["type"] == "Custom":
        rule = FormulaRule([spec["formula"].removeprefix("=")], **looks)  # type: ignore[no-untyped-call]
    elif spec["type"] == "CellValue":
        operands = [one.removeprefix("=") for one in (spec["formula1"], spec.get("formula2")) if one]
        rule = CellIsRule(OPERATORS[spec["operator"]], operands, **looks)  # type: ignore[no-untyped-call]
    else:
        raise UnknownActionError(f"a conditional format of the kind {spec['type']}")
    for known in action.sheet.conditional_formatting:
        for one in known.rules:
            one.priority += 1
    rule.priority = 1
    action.sheet.conditional_formatting.add(action.ref, rule)


def clear_conditions(action: Action) -> None:
    """Take away the conditional formats of the range."""
    action.must_allow("formatCells")
    left, top, right, bottom = CellRange(action.ref).bounds
    for known in list(action.sheet.conditional_formatting):
        areas = [area.bounds for area in known.sqref.ranges]
        if all(left <= a and top <= b and c <= right and d <= bottom for a, b, c, d in areas):
            del action.sheet.conditional_formatting[known.sqref]
        elif any(a <= right and b <= bottom and left <= c and top <= d for a, b, c, d in areas):
            raise UnknownActionError(f"to take away a part of the conditional format of {known.sqref}")


def clear_looks(action: Action) -> None:
    """Give the cells of the range the look of a new sheet."""
    action.must_allow("formatCells")
    clear_conditions(action)
    for cell in action.cells:
        cell._style = StyleArray()


LOOKS: dict[str, Callable[[Action], None]] = {
    "setRangeColor": _of_cells(_colour),
    "setRangeColors": _colours,
    "setNumberFormat": _of_cells(_number_format),
    "setFontProperty": _of_cells(_font),
    "setWrapText": _alignment("wrap_text", bool),
    "setHorizontalAlignment": _alignment("horizontal", _horizontal),
    "setVerticalAlignment": _alignment("vertical", str.lower),
    "rangeClearFormats": clear_looks,
    "setColumnWidth": _column_width,
    "setColumnHidden": _hide_columns,
    "setRowHeight": _row_height,
    "setRowHidden": _hide_rows,
    "setAutofit": _autofit,
    "setSheetAutofit": _autofit,
    "addConditionalFormat": _add_condition,
    "clearConditionalFormats": clear_conditions,
}
