"""On the sheet Resultat: hours per theme and goal against the order, and day by day."""

from collections.abc import Mapping
from typing import Any

from bit_model.parameters import ParameterSet
from bit_model.schedule import Part, Period
from bit_model.terms import Theme
from workbook_templates.kinds import DATE
from workbook_templates.schedule.lists import kind_of_day
from workbook_templates.schedule.page import NOTE, TEXT_SPAN, Page
from workbook_templates.style import BLUE, DARK, RULE, WEEKEND


def part_minutes(part: Part, condition: str) -> str:
    """The sum of a part's resource minutes over rows of calculation that meet a condition of SUMIFS."""
    alone = f'SUMIFS(b_alone,x_category,"D",{condition})'
    whole = f'SUMIFS(b_resource,x_category,"{part[0]}",{condition})'
    return alone if part is Part.D1 else f"{whole}-{alone}" if part is Part.D2 else whole


def write_content(page: Page, parameters: ParameterSet, goals: int, content: Mapping[str, Any]) -> None:
    """The tables of themes, with a chart, and of goals; `content` as `schedule_parts` takes it."""
    letters = " ".join(sorted(parameters.financed_categories))
    columns = (("Bestilt", "Ordered"), ("Målt", "Measured"), ("Forskel", "Difference"), NOTE)
    page.section("Timer pr. uge mod bestillingen", "Hours per week against the order", ("Tema", "Theme"), *columns)
    first = page.row + 1
    for i, theme in enumerate(Theme):
        row = page.row + 1
        measured = (f"SUMIFS(b_content,x_theme,A{row})", 0)
        page.line(theme.value, content.get(f"theme_hours_{i}"), measured, _difference(row), _note(page, row))
    _chart(page, first, page.row)
    whole = "SUM(b_content)"
    page.line(page.word("Uden tema", "Without theme"), None, (f"ROUND({whole}-SUM(C{first}:C{page.row}),9)", 0))
    row = page.row + 1
    total = page.word(f"I alt ({letters})", f"In all ({letters})")
    page.line(total, content.get("need"), (whole, 0), _difference(row), bold=True)

    page.section("Mål i bestillingen", "Goals of the order", ("Mål", "Goal"), *columns)
    first = page.row + 1
    for i in range(goals):
        row = page.row + 1
        measured = (f'IF(A{row}="",0,SUMPRODUCT((x_goal=TRIM(A{row}))*b_content))', 0)
        page.line(
            content.get(f"goal_{i}"), content.get(f"goal_hours_{i}"), measured, _difference(row), _note(page, row)
        )
    page.line(page.word("Uden mål", "Without goal"), None, (f"ROUND({whole}-SUM(C{first}:C{page.row}),9)", 0))
    unseen = page.formats(font_color="#FFFFFF")
    rule = {"type": "formula", "criteria": f'=$A{first}=""', "format": unseen}
    page.sheet.conditional_format(first - 1, 1, first + goals - 2, 3, rule)


def _difference(row: int) -> tuple[str, str]:
    return f'IF(OR(COUNTIF(b_status,">0")=0,AND(N(B{row})=0,C{row}=0)),"",C{row}-N(B{row}))', ""


def _note(page: Page, row: int) -> tuple[str, str, str, int]:
    no_time = page.word("bestilt uden tid", "ordered, no time")
    no_order = page.word("tid uden bestilling", "time, not ordered")
    return (
        f'IF(D{row}="","",IF(C{row}=0,"{no_time}",IF(N(B{row})=0,"{no_order}","")))',
        "",
        "General",
        TEXT_SPAN,
    )


def _chart(page: Page, first: int, last: int) -> None:
    """Bars per theme, ordered beside measured, at the right of the table whose rows these are."""
    sheet = page.sheet.get_name()
    chart = page.book.add_chart({"type": "bar"})
    none = [0] * (last - first + 1)
    for column, colour in ((1, RULE), (2, BLUE)):
        chart.add_series(
            {
                "name": [sheet, first - 2, column],
                "categories": [sheet, first - 1, 0, last - 1, 0],
                "values": [sheet, first - 1, column, last - 1, column],
                "categories_data": [theme.value for theme in Theme],
                "values_data": none,
                "fill": {"color": colour},
                "gap": 60,
            }
        )
    font = {"size": 8, "color": DARK}
    chart.set_title({"name": page.word("Timer pr. uge og tema", "Hours per week and theme"), "name_font": {"size": 11}})
    chart.set_y_axis({"reverse": True, "num_font": font})
    chart.set_x_axis(
        {"num_font": font, "num_format": "0", "min": 0, "major_gridlines": {"visible": True, "line": {"color": RULE}}}
    )
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_size({"width": 440, "height": 330})
    text = page.word("Bestilte og målte timer pr. tema", "Ordered and measured hours by theme")
    page.sheet.insert_chart(first - 2, 7, chart, {"x_offset": 12, "description": text})


def write_days(page: Page, period: Period, parameters: ParameterSet) -> None:
    """A row per date, also of those that are left out of the hours."""
    page.section(
        "Dag for dag, ressourcetimer",
        "Day by day, resource hours",
        ("Dato", "Date"),
        ("Dagtype", "Kind of day"),
        ("Tæller", "Counts"),
        ("Rækker", "Rows"),
        *((part.value, part.value) for part in Part),
        ("I alt", "In all"),
    )
    yes, no = page.word("ja", "yes"), page.word("udeladt", "left out")
    first = page.row + 1
    for i, day in enumerate(period.days, 1):
        row = page.row + 1
        page.line(
            day,
            kind_of_day(day, parameters).in_language(page.language),
            (f'IF(INDEX(l_kind,{i})=0,"{no}","{yes}")', yes),
            (f"INDEX(l_filled,{i})", 0, "0"),
            *((f"({part_minutes(part, f'x_date,A{row}')})/60", 0) for part in Part),
            (f"SUM(E{row}:K{row})", 0),
            label_format=DATE.number_format,
        )
    shade = page.formats(bg_color=WEEKEND)
    rule = {"type": "formula", "criteria": f"=INDEX(l_base,ROW()-{first - 1})=2", "format": shade}
    page.sheet.conditional_format(first - 1, 0, page.row - 1, 11, rule)
