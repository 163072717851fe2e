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
from bit_model_example import WEEKDAY, WEEKEND, day_entries, worked_schedule
from libreoffice import convert
from openpyxl import load_workbook

from bit_model.calendar import DaylightSaving
from bit_model.case import Case, OrderLine, ProviderKind
from bit_model.heat_map import heat_map
from bit_model.hours import Measurement, Method, measure
from bit_model.parameters import AbsenceRule, ParameterSet
from bit_model.schedule import Category, Entry, Part, Period, Schedule
from bit_model.terms import Theme
from workbook_templates.layouts.doegnskema import DAYS, ENTRIES, PATTERN_ROWS
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


USUAL = {"weekday": day_entries(SPRING.start, WEEKDAY), "weekend": day_entries(SPRING.start, WEEKEND)}
CONFIRMED = range(3, 21)
CHOSEN = {3: "Hverdag", 4: "Weekend", 7: "Intet", 11: "Hverdag"}
"""Day of the period → the pattern chosen for it; the Thursday and Monday of Easter are left to be holidays."""
LUNCH = {"start": at(12), "end": at(12, 30), "activity": "Frokost", "category": "F", "staff": 2, "citizens": 3}
TYPED: dict[tuple[int, int], dict[str, Any]] = {
    (0, 1): {"confirm": "Ja"},
    (0, 2): {"confirm": "Nej"},
    (0, 4): {"confirm": "Ja", "start": at(16), "end": at(17, 15), "goal": GOALS[1]},
    (0, 5): LUNCH,
    (0, 7): {"confirm": "Nej"} | LUNCH,
    (0, 12): LUNCH,
    (0, 13): {"confirm": "Ja"},
    (2, 3): {"confirm": "Ja", "end": at(16)},
    (2, 9): {"confirm": "Ja", "staff": 2},
    (2, 10): {"confirm": "Nej"},
    (3, 1): {"start": at(7)},
    (3, 2): {"confirm": "Nej"},
    (3, 5): LUNCH,
    (3, 6): {"confirm": "Ja", "theme": "Mobilitet"},
    (7, 1): LUNCH,
    (8, 1): {"confirm": "måske"},
}
"""Day of the period and number of the row → what is typed there."""
TOLD = {
    "OK": [(0, 1), (0, 4), (0, 5), (0, 7), (0, 12), (2, 3), (2, 9), (3, 3), (3, 5), (3, 6), (4, 3), (7, 1)],
    "Forslaget er fjernet": [(0, 2), (3, 2)],
    "Forslag, ikke bekræftet": [(0, 3), (0, 6), (0, 8), (0, 9), (1, 1), (1, 9), (2, 1)],
    "Skriv Start, fx 07:30": [(0, 13)],
    "Skriv Slut, fx 08:00": [(3, 1)],
    "Vælg Ja eller Nej ved Bekræft": [(8, 1)],
    None: [(0, 10), (2, 10), (7, 2), (8, 10)],
}
"""What Tjek says of rows, by day and number."""


def usual(day: int, *left_out: int) -> list[Entry]:
    """The usual entries of a day of the spring, as CHOSEN and the calendar have it, but for some numbers."""
    weekend = {5, 6, 12, 13, 19, 20, 4, 10, 14}
    entries = USUAL["weekend" if day in weekend else "weekday"]
    return [entry._replace(date=SPRING.days[day]) for i, entry in enumerate(entries, 1) if i not in left_out]


def patterned() -> Schedule:
    """What counts of the spring as typed, written out by hand."""
    wednesday, thursday = SPRING.days[2:4]
    hygiene, structure, night = USUAL["weekday"][0], USUAL["weekday"][3], USUAL["weekday"][8]
    lunch = Entry(SPRING.start, at(12), at(12, 30), "Frokost", Category.SHARED, 2, 3)
    entries = [hygiene, structure._replace(start=at(16), end=at(17, 15), goal=GOALS[1]), lunch, lunch, lunch]
    entries += [USUAL["weekday"][2]._replace(date=wednesday, end=at(16)), night._replace(date=wednesday, staff=2)]
    entries += [*usual(3, 1, 2, 5, 6), lunch._replace(date=thursday)]
    entries += [USUAL["weekday"][5]._replace(date=thursday, theme="Mobilitet")]
    entries += [lunch._replace(date=SPRING.days[7]), *usual(8, 1)]
    for day in (4, 5, 6, *range(9, 21)):
        entries += usual(day)
    return Schedule("S-2026-0042", SPRING, tuple(entries), "Tilbuddet", "Hus 1", 6)


SCHEDULES["patterns"] = (patterned(), STANDARD)
COMPLETE = {"usual_period": True, "filled_by": "Team", "filled_on": dt.date(2026, 4, 13), "certified": True}
HEADERS: dict[str, dict[str, Any]] = {"worked_example": COMPLETE, "one_weekend_day": COMPLETE}


def typed_on_patterns(template: bytes) -> bytes:
    """The template with TYPED, CONFIRMED and CHOSEN, found by name and heading as a person would."""
    book = load_workbook(BytesIO(template))
    entries, days = book["Døgnskema"], book["Dage"]
    places = {field.key: place for place, field in enumerate(ENTRIES.fields, 1)}
    for (day, number), values in TYPED.items():
        for key, value in values.items():
            cell = entries.cell(row_of(day, number), places[key])
            cell.value = value / 1440 if key in {"start", "end"} else value
    places = {field.key: place for place, field in enumerate(DAYS.fields, 1)}
    for day in CONFIRMED:
        days.cell(day + 2, places["confirm_day"]).value = "Ja"
    for day, pattern in CHOSEN.items():
        days.cell(day + 2, places["pattern_day"]).value = pattern
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def row_of(day: int, number: int) -> int:
    return 1 + PATTERN_ROWS * day + number


@pytest.fixture(scope="module")
def recalculated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every schedule filled into its template and recalculated, as openpyxl workbooks of values."""
    folder = tmp_path_factory.mktemp("recalculation")
    files = []
    for name, (schedule, parameters) in SCHEDULES.items():
        case = Case("S-2026-0042", "Voksne", "Tilbuddet", ProviderKind.OWN, "Hus 1", order=ORDER)
        pattern = USUAL if name == "patterns" else None
        template = issue_schedule(case, schedule.period, schedule.house_size, "token", parameters, pattern=pattern)
        file = folder / f"{name}.xlsx"
        file.write_bytes(
            typed_on_patterns(template) if pattern else fill_schedule(template, schedule, **HEADERS.get(name, {}))
        )
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


def status_of(book: Any) -> dict[str, Any]:
    """What stands beside each label of the section Status."""
    rows = [row[:2] for row in book["Resultat"].iter_rows(max_row=30, values_only=True)]
    first = next(place for place, row in enumerate(rows) if row[0] == "Status") + 1
    return {str(label): value for label, value in rows[first : first + 8]}


def missing(book: Any) -> list[str]:
    """The lines below Det mangler, each up to its first colon."""
    texts = [row[0] for row in book["Resultat"].iter_rows(max_row=12, values_only=True)]
    said = texts[texts.index("Det mangler") + 1 :]
    return [str(text).removeprefix("• ").partition(":")[0] for text in said[:5] if text]


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
    status = status_of(book)
    assert status["Hverdage"] == measured.days.weekdays
    assert status["Weekend- og helligdage"] == measured.days.weekend_days
    assert status["Dage udeladt (væk hele døgnet)"] == len(measured.left_out)
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
        if name == "patterns":
            continue
        said = [row[-1] for row in recalculated[name]["Døgnskema"].iter_rows(min_row=2, values_only=True) if row[-1]]
        assert len(said) == len(schedule.entries)
        assert all(text.startswith("OK") for text in said), name


def test_tjek_says_of_each_suggestion_whether_it_counts(recalculated: dict[str, Any]) -> None:
    said = [row[-1] for row in recalculated["patterns"]["Døgnskema"].iter_rows(min_row=2, values_only=True)]
    for text, places in TOLD.items():
        assert {place: said[row_of(*place) - 2] for place in places} == dict.fromkeys(places, text)
    counted = sum(str(text).startswith("OK") for text in said)
    assert counted == len(patterned().entries) == status_of(recalculated["patterns"])["Rækker, der tæller"]


def test_each_row_shows_what_the_pattern_suggests_for_its_date(recalculated: dict[str, Any]) -> None:
    rows = list(recalculated["patterns"]["Døgnskema"].iter_rows(min_row=2, values_only=True))
    place = next(i for i, field in enumerate(ENTRIES.fields) if field.key == "suggestion")
    shown = {day: rows[row_of(day, 1) - 2][place] for day in (0, 4, 5, 7, 10, 11)}
    weekday, weekend = "07:00-08:00 Hygiejne · D · 1 til 1", "08:00-09:00 Hygiejne · D · 1 til 1"
    assert shown == {0: weekday, 4: weekend, 5: weekend, 7: None, 10: weekend, 11: weekday}
    assert rows[row_of(0, 10) - 2][place] is None


def test_the_sheet_of_days_counts_rows_hours_and_what_waits(recalculated: dict[str, Any]) -> None:
    rows = list(recalculated["patterns"]["Dage"].iter_rows(min_row=2, values_only=True))
    measured = measure(patterned(), STANDARD)
    for day, row in zip(SPRING.days, rows, strict=True):
        hours = Fraction(sum(measured.day_parts[day].values()), 60 * measured.scale)
        assert row[4:6] == (sum(entry.date == day for entry in patterned().entries), exactly(hours)), day
    assert [row[6] for row in rows] == [4, 9, 7, *[0] * 18]
    assert [row[1] for row in rows[3:7]] == ["hverdag", "hverdag", "weekend", "weekend"]
    assert [row[1] for row in rows[10:15]] == ["helligdag", "helligdag", "weekend", "weekend", "helligdag"]


def test_what_is_missing_is_told_and_gone_when_it_is_there(recalculated: dict[str, Any]) -> None:
    header, empty, rows, waiting = (
        "Arket Oplysninger",
        "Dage uden registreringer",
        "Rækker, der ikke tæller",
        "Forslag, der ikke er bekræftet",
    )
    found = {name: missing(book) for name, book in recalculated.items()}
    assert found["worked_example"] == ["Intet mangler"]
    assert found["one_weekend_day"] == ["For få dage"]
    assert found["spring_asleep"] == [header]
    assert found["patterns"] == [header, empty, rows, waiting]
    told = [row[0] for row in recalculated["patterns"]["Resultat"].iter_rows(min_row=5, max_row=9, values_only=True)]
    assert f"række {row_of(0, 13)} " in next(text for text in told if rows in str(text))
    assert told[1].endswith("1, den første 24-03-2026")
    assert told[3].endswith("20, det første 23-03-2026")


def test_the_share_of_days_filled_in_is_shown(recalculated: dict[str, Any]) -> None:
    assert status_of(recalculated["worked_example"])["Udfyldt"] == 1
    assert status_of(recalculated["patterns"])["Udfyldt"] == pytest.approx(20 / 21)


def test_the_heat_map_equals_the_model(
    computed: tuple[Any, Measurement, ParameterSet], request: pytest.FixtureRequest
) -> None:
    book, _, parameters = computed
    schedule, _ = SCHEDULES[request.node.callspec.params["computed"]]
    expected = heat_map(schedule, parameters)
    found = list(lines(book, "Ugens støtte, time for time (ressourcetimer)"))[1:]
    for hour in range(24):
        assert found[hour][1:8] == tuple(exactly(expected[day][hour] / 60) for day in range(7)), hour
    assert found[24][8] == exactly(Fraction(sum(map(sum, expected))) / 60)


def test_two_sentences_say_the_contact_hours_and_the_resource_hours(recalculated: dict[str, Any]) -> None:
    rows = [str(row[0]) for row in recalculated["worked_example"]["Resultat"].iter_rows(max_row=20, values_only=True)]
    first = rows.index("I to sætninger") + 1
    assert " 60,00 timer " in rows[first]
    assert " 47,00 timers " in rows[first + 1]


FAULTS: dict[str, dict[str, Any]] = {
    "Vælg en dato i perioden": {"A": dt.datetime(2026, 4, 1)},
    "Skriv Start, fx 07:30": {"E": None},
    "Skriv Slut, fx 08:00": {"F": "kl. otte"},
    "Start og Slut er ens; helt døgn er 00:00-24:00": {"F": 7 / 24},
    "Vælg Kategori på listen": {"H": "Z"},
    "Skriv Personale: mindst 1": {"I": 0.5},
    "Skriv Borgere: mindst 1, højst husets antal": {"J": 7},
    "Vælg Tema på listen": {"K": "Hygge"},
    "OK, men tjek: over 12 timer": {"F": 20 / 24},
    "OK, men tjek: D er én borger; delt tid er F": {"J": 2},
    "OK, men tjek: over 3 ansatte": {"I": 4},
    "OK": {"H": "A", "I": None, "J": None},
}


def test_the_column_check_names_each_fault(tmp_path: Path) -> None:
    case = Case("S-2026-0042", "Voksne", "Tilbuddet", ProviderKind.OWN, "Hus 1")
    template = issue_schedule(case, worked_schedule().period, 6, "token", STANDARD)
    book = load_workbook(BytesIO(template))
    sheet = book["Døgnskema"]
    for row, fault in enumerate(FAULTS.values(), 2):
        sound = {"E": 7 / 24, "F": 8 / 24, "G": "Hygiejne", "H": "D", "I": 1, "J": 1, "K": "Egenomsorg"}
        for column, value in (sound | fault).items():
            sheet[f"{column}{row}"].value = value
    book.save(tmp_path / "faults.xlsx")
    (made,) = convert([tmp_path / "faults.xlsx"], "xlsx", tmp_path / "recalculated")
    computed = load_workbook(made, data_only=True)
    said = [computed["Døgnskema"][f"N{row}"].value for row in range(2, len(FAULTS) + 3)]
    assert said == [*FAULTS, None]
    status = status_of(computed)
    assert status["Rækker, der tæller"] == 4
    assert status["Rækker, der ikke tæller (se Tjek)"] == 8
