"""What the computed cells of the sheet Resultat must hold, by `bit_model`; its tables are found by their titles."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from computed_schedule import NO_DATE, Counted, Expected, trimmed

from bit_model.heat_map import heat_map
from bit_model.hours import Method, Sums
from bit_model.rounding import half_up
from bit_model.schedule import Part
from bit_model.terms import Theme

SHEET = "Resultat"


class Page:
    """The cells that are expected, written from the line below each title on."""

    def __init__(self, expected: Expected, found: Sequence[Sequence[Any]]) -> None:
        self.expected, self.row = expected, 0
        self._titles = {cells[0]: row for row, cells in enumerate(found) if cells}

    def has(self, title: str) -> bool:
        """True where there is such a section."""
        return title in self._titles

    def go_to(self, title: str, *, below: int = 1) -> None:
        """To the first line of a section."""
        self.row = self._titles[title] + below

    def line(self, *cells: Any, first: int = 1) -> None:
        """The computed cells of the next line, from column `first`; None where one is not computed."""
        for column, value in enumerate(cells, first):
            if value is not None:
                self.expected.cells[SHEET, self.row, column] = value
        self.row += 1


def expect_result(
    expected: Expected, counted: Counted, found: Sequence[Sequence[Any]], lines: Sequence[str], goal_rows: int
) -> None:
    """All of the sheet. `lines` is all that can be said to be missing, `goal_rows` the rows that goals have room in."""
    page = Page(expected, found)
    said = [f"• {line}" for line in lines if line] or ["Intet mangler"]
    page.go_to("Det mangler")
    for place in range(len(lines)):
        page.line(said[place] if place < len(said) else "", first=0)
    _sentences(page, counted)
    _status(page, counted)
    _hours(page, counted)
    if page.has(CALLS):
        _calls(page, counted)
    _content(page, counted, goal_rows)
    _heat_map(page, counted)
    _days(page, counted)


def _sentences(page: Page, counted: Counted) -> None:
    measured = counted.measured
    contact, resource = (
        f"{half_up(measured.per_week(sums))}".replace(".", ",") for sums in (measured.contact, measured.resource)
    )
    letters = ", ".join(sorted(counted.drawn.parameters.contact_categories))
    page.go_to("I to sætninger")
    page.line(
        f"Kontakttimer: personale er sammen med borgeren {contact} timer om ugen ({letters}), "
        "uanset hvor mange ansatte og borgere der er med.",
        first=0,
    )
    page.line(
        f"Ressourcetimer: støtten koster {resource} timers personaletid om ugen; to ansatte tæller dobbelt, "
        "og delt tid deles mellem borgerne.",
        first=0,
    )


def _status(page: Page, counted: Counted) -> None:
    measured, days = counted.measured, counted.drawn.schedule.period.days
    filled = len({entry.date for entry in counted.schedule.entries})
    page.go_to("Status")
    page.line(Fraction(filled, len(days)), f"{filled} af {len(days)} dage")
    page.line(len(counted.schedule.entries))
    page.line(sum(status >= NO_DATE for status in counted.statuses))
    page.line(measured.days.weekdays)
    page.line(measured.days.weekend_days)
    page.line(len(measured.left_out))
    stratified = measured.method is Method.STRATIFIED
    page.line("Hverdage og weekend hver for sig" if stratified else "Gennemsnit af alle dage")


def _hours(page: Page, counted: Counted) -> None:
    measured = counted.measured

    def line(sums: Sums) -> None:
        weekday, weekend = (Fraction(minutes, 60 * measured.scale) for minutes in sums)
        apart = measured.stratified(sums)
        page.line(weekday, weekend, measured.naive(sums), "–" if apart is None else apart, measured.per_week(sums))

    page.go_to("Timer pr. uge", below=2)
    for part in Part:
        line(measured.parts[part])
    line(measured.resource)
    line(measured.resource_ex_night)
    line(measured.contact)


CALLS = "Beregnet af BITark"


def _calls(page: Page, counted: Counted) -> None:
    """No function is there to answer, so the formulas' figures are shown."""
    measured, financed = counted.measured, counted.drawn.parameters.financed_categories
    page.go_to(CALLS, below=2)
    categories = [measured.of_categories(letter) for letter in "DFNSTX"]
    for sums in (measured.of_categories(financed), measured.resource, measured.contact, *categories):
        figure = measured.per_week(sums)
        page.line(figure, figure, "BITark svarer ikke her", None, None, None, None, None, "Kun formlerne")


def _content(page: Page, counted: Counted, goal_rows: int) -> None:
    case, measured = counted.drawn.case, counted.measured
    financed = counted.drawn.parameters.financed_categories
    by_theme, by_goal = measured.by_theme(financed), measured.by_goal(financed)
    whole = sum(by_theme.values(), Fraction(0))
    begun = any(status > 0 for status in counted.statuses)

    def line(ordered: Fraction, hours: Fraction, *, noted: bool = True) -> None:
        if not begun or not (ordered or hours):
            page.line(None, hours, "", "" if noted else None)
        else:
            note = "bestilt uden tid" if not hours else "" if ordered else "tid uden bestilling"
            page.line(None, hours, hours - ordered, note if noted else None)

    def ordered(lines: Iterable[Any]) -> Fraction:
        return sum((Fraction(line.hours) for line in lines), Fraction(0))

    page.go_to("Timer pr. uge mod bestillingen", below=2)
    for theme in Theme:
        line(ordered(one for one in case.order if one.theme == theme), by_theme.get(theme, Fraction(0)))
    page.line(None, by_theme.get("", Fraction(0)))
    line(Fraction(case.need or 0), whole, noted=False)
    page.go_to("Mål i bestillingen", below=2)
    goals = list(dict.fromkeys(one.goal for one in case.order if one.goal.strip()))
    for goal in [*goals, *[""] * (goal_rows - len(goals))]:
        hours = by_goal.get(trimmed(goal), Fraction(0)) if goal else Fraction(0)
        line(ordered(one for one in case.order if goal and one.goal == goal), hours)
    named = sum((by_goal.get(trimmed(goal), Fraction(0)) for goal in goals), Fraction(0))
    page.line(None, whole - named)


def _heat_map(page: Page, counted: Counted) -> None:
    days = counted.drawn.schedule.period.days
    counts = [sum(day.weekday() == weekday and counted.kind(day) > 0 for day in days) for weekday in range(7)]
    minutes = heat_map(counted.schedule, counted.drawn.parameters)
    means = [[value / 60 for value in weekday] for weekday in minutes]
    page.go_to("Ugens støtte, time for time (ressourcetimer)", below=2)
    page.line(*counts)
    for hour in range(24):
        row = [means[weekday][hour] for weekday in range(7)]
        page.line(*row, sum(row, Fraction(0)))
    totals = [sum(mean, Fraction(0)) for mean in means]
    page.line(*totals, sum(totals, Fraction(0)))


def _days(page: Page, counted: Counted) -> None:
    measured = counted.measured
    page.go_to("Dag for dag, ressourcetimer", below=2)
    for day in counted.drawn.schedule.period.days:
        parts = [Fraction(measured.day_parts[day].get(part, 0), 60 * measured.scale) for part in Part]
        rows = sum(entry.date == day for entry in counted.schedule.entries)
        counts = "udeladt" if day in measured.left_out else "ja"
        page.line(None, counts, rows, *parts, sum(parts, Fraction(0)))
