"""The sheet Lister of the schedule template: what the drop-downs offer and the figures that formulas name."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from bit_model.calendar import MINUTES_PER_DAY, DaylightSaving, clock_changes, is_weekend_or_holiday
from bit_model.parameters import AbsenceRule, ParameterSet
from bit_model.schedule import RESOURCE_CATEGORIES, Category, Period
from bit_model.terms import Theme
from workbook_templates.kinds import DATE, EXCEL_EPOCH
from workbook_templates.layout import Text
from workbook_templates.layouts.beregning import LEFT_OUT, STATUSES
from workbook_templates.layouts.doegnskema import CATEGORY_TEXTS, DAY_KINDS, PATTERN_ROWS, Form
from workbook_templates.layouts.flavours import Flavour, asks_functions
from workbook_templates.schedule.quarters import registration_rows
from workbook_templates.sheets import Lists
from workbook_templates.style import Formats

ENTRY_ROWS = 800
SPARE_ROWS = 150
"""At least so many rows stand after the last date's, however long the period is."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a whole round of templates has in common. `goals` is the number of rows that goals have room in."""

    period: Period
    parameters: ParameterSet
    goals: int
    language: str = "da"
    form: Form = Form.LIST
    patterned: bool = False
    """Issued with a pattern. Formulas are then saved without values, since these depend on the case."""
    flavour: Flavour = Flavour.PLAIN

    @property
    def rows(self) -> int:
        """Rows of calculation: in the list form those of the sheet Døgnskema, in the grid those of Registreringer."""
        if self.form is Form.GRID:
            return registration_rows(self.period)
        return max(ENTRY_ROWS, PATTERN_ROWS * len(self.period.days) + SPARE_ROWS)

    @property
    def asks_functions(self) -> bool:
        """True where the sheet of results asks BITark's functions too."""
        return asks_functions(self.flavour, self.parameters)

    @property
    def base(self) -> list[int]:
        """What each day counts as while nobody is away: 1 weekday, 2 weekend or holiday."""
        extra = self.parameters.extra_holidays
        return [2 if is_weekend_or_holiday(day, extra) else 1 for day in self.period.days]


def kind_of_day(day: dt.date, parameters: ParameterSet) -> Text:
    """Weekday, weekend or holiday in words."""
    if day.weekday() >= 5:
        return DAY_KINDS["weekend"]
    return DAY_KINDS["holiday" if is_weekend_or_holiday(day, parameters.extra_holidays) else "weekday"]


def write_lists(lists: Lists, shape: Shape, content: Mapping[str, Any], formats: Formats) -> None:
    """What both forms need; `content` as `schedule_parts` takes it."""
    parameters, days, language = shape.parameters, shape.period.days, shape.language
    word = partial(_word, language)
    categories = [*sorted(Category, key=lambda category: category not in RESOURCE_CATEGORIES)]
    weights = [
        0.0
        if category not in RESOURCE_CATEGORIES
        else float(parameters.sleeping_weight if category is Category.SLEEPING_NIGHT else 1)
        for category in categories
    ]
    lists.add("category", word("Kategori", "Category"), [c.value for c in categories])
    lists.add("category_text", word("Betyder", "Means"), [CATEGORY_TEXTS[c].in_language(language) for c in categories])
    lists.add("weight", word("Vægt", "Weight"), weights)
    lists.add(
        "financed", word("Takstens timer", "Financed"), [int(c in parameters.financed_categories) for c in categories]
    )
    lists.add(
        "resource", word("Koster personale", "Staff time"), [c.value for c in categories if c in RESOURCE_CATEGORIES]
    )
    lists.add("night", word("Nat", "Night"), [Category.WAKING_NIGHT.value, Category.SLEEPING_NIGHT.value])
    lists.add("theme", word("Tema", "Theme"), [theme.value for theme in Theme])
    lists.add("goal", word("Mål", "Goal"), [content.get(f"goal_{i}") for i in range(shape.goals)])
    lists.add("yes_no", word("Ja/nej", "Yes/no"), ["Ja", "Nej"])
    lists.add("status", "Status", list(STATUSES))
    lists.add("status_text", word("Tjek", "Check"), [text.in_language(language) for text in STATUSES.values()])

    base = shape.base
    lists.add("date", word("Dato", "Date"), days, formats.cell(num_format=DATE.number_format))
    lists.add("base", word("Dagtype", "Kind of day"), base)
    absence = parameters.absence_rule is AbsenceRule.WHOLE_DAY_LEFT_OUT
    counted = [
        (
            LEFT_OUT.format(day=f"INDEX(l_date,{i})", base=f"INDEX(l_base,{i})") if absence else f"INDEX(l_base,{i})",
            kind,
        )
        for i, kind in enumerate(base, 1)
    ]
    lists.add("kind", word("Tæller som", "Counts as"), counted)
    _write_figures(lists, shape, base)
    lists.add("marks", word("Mærker", "Marks"), [None], prefix="bit")


def _write_figures(lists: Lists, shape: Shape, base: list[int]) -> None:
    """The single figures that formulas name: days of each kind, the method, weekly factors, clock changes."""
    weekdays, weekend_days = base.count(1), base.count(2)
    stratified = int(weekdays >= 5 and weekend_days >= 2 and weekdays * 2 != weekend_days * 5)
    naive = 7 / (weekdays + weekend_days)
    forward, back = _clock_change_minutes(shape)
    days = "(l_weekdays+l_weekend_days)"
    words = partial(_word, shape.language)
    lists.add_figures(
        words("Regnestørrelser", "Figures"),
        {
            "weekdays": (words("Hverdage, der tæller", "Weekdays counted"), "COUNTIF(l_kind,1)", weekdays),
            "weekend_days": (
                words("Weekenddage, der tæller", "Weekend days counted"),
                "COUNTIF(l_kind,2)",
                weekend_days,
            ),
            "stratified": (
                words("Hverdage og weekend hver for sig: 1", "Weekdays and weekend apart: 1"),
                "IF(AND(l_weekdays>=5,l_weekend_days>=2,l_weekdays*2<>l_weekend_days*5),1,0)",
                stratified,
            ),
            "weekday_factor": (
                words("Hverdagstime til timer pr. uge", "Weekday hour to hours per week"),
                f"IF(l_stratified=1,5/l_weekdays,IF({days}=0,0,7/{days}))",
                5 / weekdays if stratified else naive,
            ),
            "weekend_factor": (
                words("Weekendtime til timer pr. uge", "Weekend hour to hours per week"),
                f"IF(l_stratified=1,2/l_weekend_days,IF({days}=0,0,7/{days}))",
                2 / weekend_days if stratified else naive,
            ),
            "forward": (words("Uret frem (minut fra dag 0)", "Clock forward (minute from day 0)"), None, forward),
            "back": (words("Uret tilbage (minut fra dag 0)", "Clock back (minute from day 0)"), None, back),
        },
    )


def _clock_change_minutes(shape: Shape) -> tuple[int, int]:
    """Minutes from day 0 to the hour that is skipped and to the end of the hour that comes twice."""
    if shape.parameters.daylight_saving is DaylightSaving.NOMINAL:
        return 0, 0
    start, end = shape.period.start, shape.period.end
    year = end.year if end >= clock_changes(end.year)[0] else start.year
    forward, back = ((day - EXCEL_EPOCH.date()).days * MINUTES_PER_DAY for day in clock_changes(year))
    return forward + 120, back + 180


def _word(language: str, da: str, en: str) -> str:
    return Text(da, en).in_language(language)
