"""What LibreOffice computes in a filled-in schedule template against what `bit_model` computes of the same entries."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from bit_model_example import worked_schedule
from libreoffice import convert
from openpyxl import load_workbook

from bit_model.calendar import DaylightSaving
from bit_model.case import Case, OrderLine, ProviderKind
from bit_model.hours import Measurement, Method, measure
from bit_model.parameters import AbsenceRule, ParameterSet
from bit_model.schedule import Category, Entry, Part, Period, Schedule
from bit_model.terms import Theme
from workbook_templates.schedule.fill import fill_schedule
from workbook_templates.schedule.stamp import issue_schedule

STANDARD = ParameterSet()
GOALS = ("Klarer bad & påklædning", "*Går* ture?", "=Deltager i <fællesskabet>")
ORDER = (
    OrderLine("Egenomsorg", GOALS[0], None, Decimal("14.5")),
    OrderLine("Mobilitet", GOALS[1], None, Decimal(4)),
    OrderLine("Relationer", GOALS[2], None, Decimal("9.25")),
    OrderLine("Sundhedsforhold", "", None, Decimal(2)),
)
THEMES = ["", *Theme]
SPRING = Period(dt.date(2026, 3, 23), dt.date(2026, 4, 12))
"""Three weeks with the clock going forward and the three weekday holidays of Easter."""
AUTUMN = Period(dt.date(2026, 10, 12), dt.date(2026, 10, 28))
SIXTEEN_DAYS = Period(dt.date(2026, 2, 28), dt.date(2026, 3, 15))


def at(hours: int, minutes: int = 0) -> int:
    return hours * 60 + minutes


def drawn_schedule(seed: int, period: Period, house_size: int = 6) -> Schedule:
    """Believable days by chance: direct and shared support, two staff and one and a half, gaps, nights, call-outs."""
    draw = random.Random(seed)  # noqa: S311
    asleep = seed % 2 == 0
    entries: list[Entry] = []
    for day in period.days:
        clock = at(6, draw.choice((0, 15, 30)))
        while clock < at(21):
            end = clock + draw.choice((5, 15, 20, 30, 45, 60, 90, 150))
            category = draw.choice("DDDFFFXAE")
            staff = draw.choice((1, 1, 1, 2, 2, 3, Fraction(3, 2)))
            citizens = draw.randint(2, house_size) if category == "F" else 1
            theme, goal = draw.choice(THEMES), draw.choice(("", *GOALS))
            entries.append(Entry(day, clock, end, "Aktivitet", Category(category), staff, citizens, str(theme), goal))
            clock = end + draw.choice((0, 0, 10, 30))
        night = Category.SLEEPING_NIGHT if asleep else Category.WAKING_NIGHT
        entries.append(Entry(day, at(23, 15), at(6), "Nat", night, 1, house_size))
        if asleep and draw.random() < 0.5:
            entries.append(Entry(day, at(23, 50), at(2, 35), "Udkald", Category.CALLED_OUT, 1, 1, "Sundhedsforhold"))
    return Schedule("S-2026-0042", period, tuple(entries), "Tilbuddet", "Hus 1", house_size)


def away(schedule: Schedule, *spans: tuple[int, int, int]) -> Schedule:
    """The schedule with absences, each (day of the period, start, end), in place of what began on those days."""
    days = schedule.period.days
    touched = {days[day] for day, _, _ in spans}
    kept = [entry for entry in schedule.entries if entry.date not in touched]
    absent = [Entry(days[day], start, end, "Hjemmebesøg", Category.ABSENT, 1, 1) for day, start, end in spans]
    return replace(schedule, entries=(*kept, *absent))


def clock_change_nights(period: Period) -> Schedule:
    """Entries that begin or end at, before and after the hour that is skipped or comes twice."""
    spans = [(at(23), at(7)), (at(22), at(2)), (at(0), at(4)), (at(1, 30), at(2, 30)), (at(2, 15), at(3))]
    spans += [(at(1), at(24)), (at(3), at(5)), (at(2), at(2, 45))]
    entries = [
        Entry(day, start, end, "Nat", Category.WAKING_NIGHT, 1, 2) for day in period.days for start, end in spans
    ]
    return Schedule("S-2026-0042", period, tuple(entries), house_size=2)


SCHEDULES: dict[str, tuple[Schedule, ParameterSet]] = {
    "worked_example": (worked_schedule(), STANDARD),
    "worked_example_over_16_days": (worked_schedule(SIXTEEN_DAYS), STANDARD),
    "spring_with_easter": (drawn_schedule(1, SPRING), STANDARD),
    "spring_asleep": (drawn_schedule(2, SPRING), STANDARD),
    "autumn": (drawn_schedule(3, AUTUMN), STANDARD),
    "autumn_asleep_a_third": (drawn_schedule(4, AUTUMN), replace(STANDARD, sleeping_weight=Fraction(1, 3))),
    "asleep_for_nothing": (drawn_schedule(6, SIXTEEN_DAYS), replace(STANDARD, sleeping_weight=Fraction(0))),
    "clock_forward": (clock_change_nights(SPRING), STANDARD),
    "clock_back": (clock_change_nights(AUTUMN), STANDARD),
    "nominal_days": (clock_change_nights(AUTUMN), replace(STANDARD, daylight_saving=DaylightSaving.NOMINAL)),
    "away_two_days": (
        away(drawn_schedule(5, SIXTEEN_DAYS), (2, at(0), at(24)), (6, at(10), at(6)), (7, at(5), at(24))),
        STANDARD,
    ),
    "away_in_overlapping_pieces": (
        away(drawn_schedule(7, SPRING), (3, at(0), at(16)), (3, at(8), at(24)), (9, at(0), at(14)), (9, at(4), at(18))),
        STANDARD,
    ),
    "away_but_every_day_counts": (
        away(drawn_schedule(9, SPRING), (3, at(0), at(24))),
        replace(STANDARD, absence_rule=AbsenceRule.EVERY_DAY_COUNTS, extra_holidays=frozenset({(3, 25)})),
    ),
    "other_categories": (
        drawn_schedule(8, Period(dt.date(2026, 12, 21), dt.date(2027, 1, 5))),
        replace(STANDARD, financed_categories=frozenset("DFNSTX"), contact_categories=frozenset("DT")),
    ),
    "one_weekend_day": (drawn_schedule(10, Period(dt.date(2026, 6, 8), dt.date(2026, 6, 13))), STANDARD),
}


@pytest.fixture(scope="module")
def recalculated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every schedule filled into its template and recalculated, as openpyxl workbooks of values."""
    folder = tmp_path_factory.mktemp("recalculation")
    files = []
    for name, (schedule, parameters) in SCHEDULES.items():
        case = Case("S-2026-0042", "Voksne", "Tilbuddet", ProviderKind.OWN, "Hus 1", order=ORDER)
        template = issue_schedule(case, schedule.period, schedule.house_size, "token", parameters)
        file = folder / f"{name}.xlsx"
        file.write_bytes(fill_schedule(template, schedule))
        files.append(file)
    made = convert(files, "xlsx", folder / "recalculated")
    return {file.stem: load_workbook(BytesIO(file.read_bytes()), data_only=True, read_only=True) for file in made}


@pytest.fixture(params=SCHEDULES)
def computed(request: pytest.FixtureRequest, recalculated: dict[str, Any]) -> tuple[Any, Measurement, ParameterSet]:
    schedule, parameters = SCHEDULES[request.param]
    return recalculated[request.param], measure(schedule, parameters), parameters


def lines(book: Any, after: str) -> Iterator[tuple[Any, ...]]:
    """The rows of `Resultat` below the section with this title, without its header row, up to a blank row."""
    rows = iter(book["Resultat"].iter_rows(values_only=True))
    for row in rows:
        if row[0] == after:
            break
    next(rows)
    for row in rows:
        if not any(cell is not None for cell in row):
            return
        yield row


def exactly(value: Fraction | int) -> Any:
    return pytest.approx(float(value), abs=1e-9)


def test_hours_per_week_by_part_equal_the_model(computed: tuple[Any, Measurement, ParameterSet]) -> None:
    book, measured, _ = computed
    found = {row[0].split()[0]: row[1:6] for row in lines(book, "Timer pr. uge")}
    expected = {part.value: sums for part, sums in measured.parts.items()} | {
        "Ressourcetimer": measured.resource,
        "Uden": measured.resource_ex_night,
        "Kontakttimer": measured.contact,
    }
    assert found.keys() == expected.keys()
    for name, sums in expected.items():
        weekday, weekend = (Fraction(minutes, 60 * measured.scale) for minutes in sums)
        stratified = measured.stratified(sums)
        assert found[name] == (
            exactly(weekday),
            exactly(weekend),
            exactly(measured.naive(sums)),
            "–" if stratified is None else exactly(stratified),
            exactly(measured.per_week(sums)),
        ), name


def test_counted_days_and_method_equal_the_model(computed: tuple[Any, Measurement, ParameterSet]) -> None:
    book, measured, _ = computed
    status = {row[0].value: row[1].value for row in book["Resultat"].iter_rows(min_row=4, max_row=10)}
    assert status["Hverdage"] == measured.days.weekdays
    assert status["Weekend- og helligdage"] == measured.days.weekend_days
    assert status["Dage udeladt (væk hele døgnet)"] == len(measured.left_out)
    assert status["Rækker, der ikke tæller (se Tjek)"] == 0
    assert status["Metode"].startswith("Hverdage") == (measured.method is Method.STRATIFIED)


def test_themes_and_goals_equal_the_model(computed: tuple[Any, Measurement, ParameterSet]) -> None:
    book, measured, parameters = computed
    by_theme = measured.by_theme(parameters.financed_categories)
    by_goal = measured.by_goal(parameters.financed_categories)
    themes = {row[0]: row[1:4] for row in lines(book, "Timer pr. uge mod bestillingen")}
    ordered = {line.theme: line.hours for line in ORDER}
    for theme in Theme:
        hours = by_theme.get(theme, Fraction(0))
        assert themes[theme.value][1] == exactly(hours)
        assert (themes[theme.value][0] or 0) == float(ordered.get(theme, 0))
        difference = themes[theme.value][2]
        if hours or theme in ordered:
            assert difference == exactly(hours - Fraction(ordered.get(theme, 0)))
        else:
            assert difference in {None, ""}
    assert themes["Uden tema"][1] == exactly(by_theme.get("", Fraction(0)))
    total = next(row for name, row in themes.items() if name.startswith("I alt"))
    assert total[1] == exactly(sum(by_theme.values(), Fraction(0)))
    goals = {row[0]: row[2] for row in lines(book, "Mål i bestillingen")}
    for goal in GOALS:
        assert goals[goal] == exactly(by_goal.get(goal, Fraction(0))), goal
    assert goals["Uden mål"] == exactly(by_goal.get("", Fraction(0)))


def test_every_day_equals_the_model(
    computed: tuple[Any, Measurement, ParameterSet], request: pytest.FixtureRequest
) -> None:
    book, measured, _ = computed
    schedule, _ = SCHEDULES[request.node.callspec.params["computed"]]
    rows = list(lines(book, "Dag for dag, ressourcetimer"))
    assert [row[0].date() for row in rows] == list(measured.day_parts)
    for row in rows:
        day = row[0].date()
        parts = {part: Fraction(measured.day_parts[day].get(part, 0), 60 * measured.scale) for part in Part}
        assert row[2] == ("udeladt" if day in measured.left_out else "ja")
        assert row[3] == sum(entry.date == day for entry in schedule.entries)
        assert row[4:12] == (*(exactly(parts[part]) for part in Part), exactly(sum(parts.values())))


def test_the_worked_example_gives_the_known_figures(recalculated: dict[str, Any]) -> None:
    found = {row[0]: round(row[5], 2) for row in lines(recalculated["worked_example"], "Timer pr. uge")}
    assert list(found.values()) == [19.0, 7.0, 9.92, 9.33, 0, 0, 1.75, 47.0, 37.67, 60.0]


def test_every_row_written_is_said_to_be_ok_or_only_to_be_looked_at(recalculated: dict[str, Any]) -> None:
    for name, (schedule, _) in SCHEDULES.items():
        said = [row[10] for row in recalculated[name]["Døgnskema"].iter_rows(min_row=2, values_only=True) if row[10]]
        assert len(said) == len(schedule.entries)
        assert all(text.startswith("OK") for text in said), name


FAULTS: dict[str, dict[str, Any]] = {
    "Vælg en dato i perioden": {"A": dt.datetime(2026, 4, 1)},
    "Skriv Start, fx 07:30": {"B": None},
    "Skriv Slut, fx 08:00": {"C": "kl. otte"},
    "Start og Slut er ens; helt døgn er 00:00-24:00": {"C": 7 / 24},
    "Vælg Kategori på listen": {"E": "Z"},
    "Skriv Personale: mindst 1": {"F": 0.5},
    "Skriv Borgere: mindst 1, højst husets antal": {"G": 7},
    "Vælg Tema på listen": {"H": "Hygge"},
    "OK, men tjek: over 12 timer": {"C": 20 / 24},
    "OK, men tjek: D er én borger; delt tid er F": {"G": 2},
    "OK, men tjek: over 3 ansatte": {"F": 4},
    "OK": {"E": "A", "F": None, "G": None},
}


def test_the_column_check_names_each_fault(tmp_path: Path) -> None:
    case = Case("S-2026-0042", "Voksne", "Tilbuddet", ProviderKind.OWN, "Hus 1")
    template = issue_schedule(case, worked_schedule().period, 6, "token", STANDARD)
    book = load_workbook(BytesIO(template))
    sheet = book["Døgnskema"]
    for row, fault in enumerate(FAULTS.values(), 2):
        sound = {"B": 7 / 24, "C": 8 / 24, "D": "Hygiejne", "E": "D", "F": 1, "G": 1, "H": "Egenomsorg"}
        for column, value in (sound | fault).items():
            sheet[f"{column}{row}"].value = value
    book.save(tmp_path / "faults.xlsx")
    (made,) = convert([tmp_path / "faults.xlsx"], "xlsx", tmp_path / "recalculated")
    computed = load_workbook(made, data_only=True)
    said = [computed["Døgnskema"][f"K{row}"].value for row in range(2, len(FAULTS) + 3)]
    assert said == [*FAULTS, None]
    status = {row[0].value: row[1].value for row in computed["Resultat"].iter_rows(min_row=4, max_row=10)}
    assert status["Rækker, der tæller"] == 4
    assert status["Rækker, der ikke tæller (se Tjek)"] == 8
