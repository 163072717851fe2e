"""The front page of the comparison workbook: how many cases stand how, and the three pillars of some cases in a chart.

Counts only: amounts are never netted across budget areas, and no case is ranked by what it could save.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook

from bit_model.comparison import Pillar, State
from workbook_templates.comparison.content import CaseRow, ComparisonContent
from workbook_templates.layout import Text
from workbook_templates.layouts.sammenligning import CASES, HEADER, SAMMENLIGNING
from workbook_templates.readings import PILLARS, STATES, word
from workbook_templates.sheets import write_header_fields, write_value
from workbook_templates.style import DIM, GREEN, MUST, RULE, WEEKEND, YELLOW, Formats, set_up_page

STATE_COLOURS = {State.BALANCE: GREEN, State.OVER: YELLOW, State.UNDER: WEEKEND, State.UNACCOUNTED: DIM}
"""Behind the words. Over and under are not bad and good: a raise is as easy to see as a cut."""
_CHART_COLOURS = {State.BALANCE: "#7FB35C", State.OVER: "#FEBB30", State.UNDER: "#6FB1E0", State.UNACCOUNTED: "#A6A6A6"}
_PILLAR_COLOURS = {Pillar.NEED: "#A6A6A6", Pillar.DELIVERED: "#004D99", Pillar.FINANCED: "#FEBB30"}
CASES_IN_CHART = 30
SPARE_CASES = 2_000
"""So many more cases are counted and shown when the workbook is refreshed with them."""
_COLUMN = {field.key: index for index, field in enumerate(CASES.fields)}
_STATES_CHART_ROWS, _CASES_CHART_ROWS = 16, 20
_ROW_PIXELS = 20

_ADVICE = Text(
    "Timer pr. uge. Det, der står her, er råd til samtalen mellem myndighed og tilbud, aldrig en afgørelse.",
    "Hours per week. What stands here is advice for the talk between authority and provider, never a decision.",
)
_AREAS = Text("Sager pr. udvalgsområde", "Cases per budget area")
_AREA, _ALL = Text("Udvalgsområde", "Budget area"), Text("I alt", "In all")
_ABOUT = Text("Om projektmappen", "About the workbook")
_CHART = Text(
    "Bestilt, målt og betalt pr. sag, timer pr. uge", "Ordered, measured and financed per case, hours per week"
)
_SHOW_FROM = Text("Vis fra sag nr.", "Show from case no.")
_SHOW_HELP = Text(
    "Skriv et nummer: figuren og tabellen viser {count} sager ad gangen i den rækkefølge, arket BIT er sorteret.",
    "Write a number: the chart and the table show {count} cases at a time, in the order of the sheet BIT.",
)
_BEHIND = Text("Tallene i figuren", "The figures of the chart")
_NUMBER, _STATE = Text("Nr.", "No."), Text("Samlet", "In all")


class Overview:
    """The front page; it counts the cases as they go by, since none of them is kept but the first few."""

    def __init__(self, book: Workbook, formats: Formats, language: str) -> None:
        self._book, self._formats, self._language = book, formats, language
        self._sheet = book.add_worksheet(SAMMENLIGNING.header_sheet)
        self._counts: Counter[tuple[str, State]] = Counter()
        self._first: list[CaseRow] = []

    def counted(self, cases: Iterable[CaseRow]) -> Iterator[CaseRow]:
        """The same cases, each counted on its way."""
        for case in cases:
            self._counts[case.budget_area, case.comparison.state] += 1
            if len(self._first) < CASES_IN_CHART:
                self._first.append(case)
            yield case

    def write(self, content: ComparisonContent, cases: int, files: int) -> None:
        """The page, from the top downward; to be called when all cases have been counted."""
        sheet, formats = self._sheet, self._formats
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 5, 15)
        sheet.set_column(6, 12, 9)
        sheet.set_row(0, 28)
        sheet.write_string(0, 0, self._in_language(SAMMENLIGNING.title), formats.title)
        sheet.write_string(1, 0, self._in_language(_ADVICE), formats())
        sheet.write_string(3, 0, self._in_language(_AREAS), formats.section)
        row = self._write_counts(4, cases + SPARE_CASES) + 1
        sheet.write_string(row, 0, self._in_language(_ABOUT), formats.section)
        parameters = content.parameters
        values = {
            "template": SAMMENLIGNING.name,
            "template_version": SAMMENLIGNING.version,
            "made_at": content.made_at,
            "parameter_set": parameters.title,
            "rule_set": parameters.rule_set,
            "case_count": cases,
            "file_count": files,
            "stamp": content.stamp,
        }
        row = write_header_fields(self._book, sheet, HEADER, values, formats, self._language, row + 1)
        if self._first:
            self._write_cases(max(row + 1, 4 + _STATES_CHART_ROWS), cases + SPARE_CASES)
        sheet.activate()
        set_up_page(sheet, self._language)

    def _in_language(self, text: Text) -> str:
        return text.in_language(self._language)

    def _write_counts(self, header: int, cases: int) -> int:
        """How many cases stand how in each area, with their chart beside it; gives the row after.

        As many rows as `cases` are counted.
        """
        sheet, formats, last = self._sheet, self._formats, len(State) + 1
        areas = sorted({area for area, _ in self._counts})
        labels = [_AREA, *STATES.values(), _ALL]
        for column, label in enumerate(labels):
            look = formats.number_heading if column else formats.heading
            sheet.write_string(header, column, self._in_language(label), look)
        area_cells, state_cells = (_cells(key, cases) for key in ("budget_area", "state"))
        number = formats.cell(num_format="#,##0")
        for row, area in enumerate(areas, header + 1):
            write_value(sheet, row, 0, area, formats.label)
            for column, state in enumerate(State, 1):
                here, there = xl_rowcol_to_cell(row, 0, col_abs=True), xl_rowcol_to_cell(header, column, row_abs=True)
                formula = f"=SUMPRODUCT(({area_cells}={here})*({state_cells}={there}))"
                sheet.write_formula(row, column, formula, number, self._counts[area, state])
            total = f"=SUM({xl_rowcol_to_cell(row, 1)}:{xl_rowcol_to_cell(row, last - 1)})"
            sheet.write_formula(row, last, total, number, sum(self._counts[area, state] for state in State))
        bottom = header + len(areas) + 1
        if areas:
            sheet.write_string(bottom, 0, self._in_language(_ALL), formats.label)
            for column, state in enumerate([*State, None], 1):
                total = f"=SUM({xl_rowcol_to_cell(header + 1, column)}:{xl_rowcol_to_cell(bottom - 1, column)})"
                cached = sum(count for (_, found), count in self._counts.items() if state in (None, found))
                sheet.write_formula(bottom, column, total, formats.cell(num_format="#,##0", bold=True), cached)
            self._insert_states_chart(header, len(areas))
        return bottom + 1

    def _insert_states_chart(self, header: int, areas: int) -> None:
        chart = self._book.add_chart({"type": "bar", "subtype": "stacked"})
        name, first, last = self._sheet.get_name(), header + 1, header + areas
        for column, state in enumerate(State, 1):
            chart.add_series(
                {
                    "name": [name, header, column],
                    "categories": [name, first, 0, last, 0],
                    "values": [name, first, column, last, column],
                    "fill": {"color": _CHART_COLOURS[state]},
                    "data_labels": {"value": True, "num_format": "0;;;"},
                    "gap": 60,
                }
            )
        chart.set_title({"name": self._in_language(_AREAS), "name_font": {"size": 12}})
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
        self._insert(chart, header - 1, 6, _STATES_CHART_ROWS, 560, self._in_language(_AREAS))

    def _write_cases(self, row: int, cases: int) -> None:
        """A window of cases that a number moves, its chart, and the table that the chart is drawn from."""
        sheet, formats, shown = self._sheet, self._formats, len(self._first)
        sheet.write_string(row, 0, self._in_language(_CHART), formats.section)
        sheet.write_string(row + 1, 0, self._in_language(_SHOW_FROM), formats.label)
        sheet.write_number(row + 1, 1, 1, formats.cell(bg_color=MUST, align="left"))
        sheet.write_string(row + 1, 2, self._in_language(_SHOW_HELP).format(count=shown), formats())
        whole = {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": cases}
        sheet.data_validation(row + 1, 1, row + 1, 1, whole)
        start = xl_rowcol_to_cell(row + 1, 1, row_abs=True, col_abs=True)
        header = row + 4 + _CASES_CHART_ROWS
        sheet.set_h_pagebreaks([header - 1])
        sheet.write_string(header - 1, 0, self._in_language(_BEHIND), formats.section)
        keys = ["case_key", *(pillar.value for pillar in Pillar), "state"]
        labels = [CASES.fields[0].label, *PILLARS.values(), _STATE, _NUMBER]
        figure = formats.cell(num_format="#,##0.00")
        looks = [figure, *(figure for _ in Pillar), formats.cell(align="left", indent=1)]
        for column, label in enumerate(labels):
            look = formats.heading if label in (labels[0], _STATE) else formats.number_heading
            sheet.write_string(header, column, self._in_language(label), look)
        for at, case in enumerate(self._first, header + 1):
            number = xl_rowcol_to_cell(at, len(keys), col_abs=True)
            for column, key in enumerate(keys):
                value: Any = word(case.comparison.state, self._language) if key == "state" else getattr(case, key)
                cell = f"INDEX({_cells(key, cases)},{number})"
                formula = f'=IF({number}>{cases},"",IF({cell}="","",{cell}))'
                cached = "" if value is None else value if isinstance(value, str) else float(value)
                sheet.write_formula(at, column, formula, looks[column], cached)
            sheet.write_formula(at, len(keys), f"={start}+{at - header - 1}", formats.cell(num_format="0"), at - header)
        self._insert_cases_chart(row + 2, header, shown)

    def _insert_cases_chart(self, row: int, header: int, shown: int) -> None:
        chart, name = self._book.add_chart({"type": "column"}), self._sheet.get_name()
        for column, pillar in enumerate(Pillar, 1):
            chart.add_series(
                {
                    "name": [name, header, column],
                    "categories": [name, header + 1, 0, header + shown, 0],
                    "values": [name, header + 1, column, header + shown, column],
                    "fill": {"color": _PILLAR_COLOURS[pillar]},
                    "gap": 60,
                    "overlap": 0,
                }
            )
        chart.set_title({"name": self._in_language(_CHART), "name_font": {"size": 12}})
        chart.set_x_axis({"num_font": {"rotation": -90, "size": 8}})
        chart.set_y_axis({"num_format": "0", "major_gridlines": {"visible": True, "line": {"color": RULE}}})
        self._insert(chart, row, 0, _CASES_CHART_ROWS, 1310, self._in_language(_CHART))

    def _insert(self, chart: Any, row: int, column: int, rows: int, width: int, description: str) -> None:
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": width, "height": rows * _ROW_PIXELS})
        self._sheet.insert_chart(
            row, column, chart, {"description": description, "object_position": 2, "x_offset": 15 if column else 0}
        )


def _cells(key: str, cases: int) -> str:
    """The cells of a column of the sheet BIT."""
    return f"'{CASES.sheet}'!{xl_range_abs(1, _COLUMN[key], cases, _COLUMN[key])}"
