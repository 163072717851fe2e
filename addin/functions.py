"""The functions that Excel calls, one by one as in a cell: they convert, ask `bit_model`, and convert back.

A figure is a float that is not rounded, so that cells add up. What cannot be computed raises `ArgumentError`.
The docstrings and the texts of the arguments stand in Excel's function wizard and are for users. The names of arguments
are those of the generated VBA too, where `end` and `date` are words of the language.
"""

import datetime as dt
from fractions import Fraction
from typing import Annotated, Any

import xlwings as xw

from addin import arguments
from addin.arguments import ArgumentError
from addin.case_figures import figure
from addin.entries import message, read_entries, schedule_of
from bit_model import comparison, tariff
from bit_model.calendar import DaylightSaving, elapsed_minutes
from bit_model.case import Unit
from bit_model.checks import check_schedule
from bit_model.effect import RateChange, effect_in
from bit_model.hours import Measurement, Sums, measure
from bit_model.parameters import ParameterSet
from bit_model.schedule import Schedule
from bit_model.tariff import Note
from workbook_templates.kinds import DATE, HOURS, NUMBER, TEXT, TIME, WHOLE
from workbook_templates.readings import PAIRS, reading_text, word

CATEGORY = "BITark"
PARAMETERS = ParameterSet()
WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")


def _said(doc: str, **options: Any) -> dict[str, Any]:
    """What xlwings is told of an argument: its text in the wizard; an error cell comes as text, else it looks empty."""
    return {"doc": doc, "err_to_str": True, **options}


Table = list[list[Any]]
"""Rows of cells, the first with the headings."""
_Entries = Annotated[
    list[list[Any]],
    _said("Døgnskemaets ti kolonner fra Dato til Bemærkning, uden overskrift.", ndim=2),
]
_PeriodStart = Annotated[Any, _said("Periodens første dag.")]
_PeriodEnd = Annotated[Any, _said("Periodens sidste dag.")]
_Categories = Annotated[
    Any,
    _said("Bogstaverne for de kategorier, der tælles. Udeladt: D F T X.", ndim=2),
]
_HourPrice = Annotated[Any, _said("Kr. pr. time.")]
_Package = Annotated[Any, _said("Pakkens nummer, 1 eller mere.")]
_Width = Annotated[Any, _said("Timer pr. uge, som en pakke spænder over. Udeladt: 7.")]
_Point = Annotated[Any, _said("Hvor i pakken prisen er sat: midte (udeladt) eller top.")]
_DaysOfYear = Annotated[Any, _said("Dage pr. år, der betales for. Udeladt: 365.")]


@xw.func(category=CATEGORY)
def bit_minutes(
    start_time: Annotated[Any, _said("Klokkeslæt, fx 23:00.")],
    end_time: Annotated[Any, _said("Klokkeslæt; før start betyder næste dag.")],
    on_date: Annotated[Any, _said("Den dag, tiden begynder. Med en dato tæller sommertid.")] = None,
) -> float:
    """Minutter fra start til slut; med en dato de minutter, der gik, også når uret stilles."""
    start, end = (
        arguments.value(raw, name, TIME) for raw, name in ((start_time, "start_time"), (end_time, "end_time"))
    )
    if start == end:
        raise ArgumentError("Argumenterne start_time og end_time er ens.")
    if start == TIME.parse("24:00"):
        raise ArgumentError("Argumentet start_time kan ikke være 24:00. Skriv 00:00 og næste dag.")
    date = arguments.optional(on_date, "on_date", DATE)
    if date is None:
        return float(elapsed_minutes(dt.date.min, start, end, DaylightSaving.NOMINAL))
    return float(elapsed_minutes(date, start, end))


@xw.func(category=CATEGORY)
def bit_weekly_hours(
    entries: _Entries, period_start: _PeriodStart, period_end: _PeriodEnd, categories: _Categories = "D F T X"
) -> float:
    """Ressourcetimer pr. uge i et døgnskema; hverdag og weekend hver for sig, når perioden ikke er hele uger."""
    wanted = arguments.categories(categories, "categories", "D F T X")
    measured = _measure(entries, period_start, period_end)
    return float(measured.per_week(measured.of_categories(wanted)))


@xw.func(category=CATEGORY)
def bit_contact_hours(entries: _Entries, period_start: _PeriodStart, period_end: _PeriodEnd) -> float:
    """Kontakttimer pr. uge i et døgnskema: den tid, borgeren er sammen med personale, uanset hvor mange."""
    measured = _measure(entries, period_start, period_end)
    return float(measured.per_week(measured.contact))


@xw.func(category=CATEGORY)
def bit_hours_table(entries: _Entries, period_start: _PeriodStart, period_end: _PeriodEnd) -> Table:
    """Tabel over et døgnskemas tid: del, minutter i perioden og timer pr. uge."""
    measured = _measure(entries, period_start, period_end)
    lines: list[tuple[str, Sums]] = [(part.value, sums) for part, sums in measured.parts.items()]
    lines += [
        ("Ressourcetid", measured.resource),
        ("Ressourcetid uden nat", measured.resource_ex_night),
        ("Kontakttid", measured.contact),
    ]
    return [
        ["Del", "Minutter", "Timer pr. uge"],
        *([name, float(Fraction(sum(sums), measured.scale)), float(measured.per_week(sums))] for name, sums in lines),
    ]


@xw.func(category=CATEGORY)
def bit_day_totals(entries: _Entries, period_start: _PeriodStart, period_end: _PeriodEnd) -> Table:
    """Tabel over periodens dage: dato, ugedag, antal registreringer og ressourcetimer."""
    schedule = schedule_of(entries, period_start, period_end)
    measured = measure(schedule, PARAMETERS)
    count = dict.fromkeys(schedule.period.days, 0)
    for entry in schedule.entries:
        count[entry.date] += 1
    return [
        ["Dato", "Ugedag", "Registreringer", "Ressourcetimer"],
        *(
            [
                dt.datetime.combine(day, dt.time()),
                WEEKDAYS[day.weekday()],
                float(count[day]),
                float(Fraction(sum(parts.values()), 60 * measured.scale)),
            ]
            for day, parts in measured.day_parts.items()
        ),
    ]


@xw.func(category=CATEGORY)
def bit_theme_hours(
    entries: _Entries, period_start: _PeriodStart, period_end: _PeriodEnd, categories: _Categories = "D F T X"
) -> Table:
    """Tabel over temaer: ressourcetimer pr. uge i de kategorier, der tælles."""
    wanted = arguments.categories(categories, "categories", "D F T X")
    hours = _measure(entries, period_start, period_end).by_theme(wanted)
    return [
        ["Tema", "Timer pr. uge"],
        *([theme or "Uden tema", float(hours[theme])] for theme in sorted(hours, key=lambda name: (not name, name))),
    ]


@xw.func(category=CATEGORY)
def bit_check(
    entries: _Entries,
    period_start: _PeriodStart,
    period_end: _PeriodEnd,
    house_size: Annotated[Any, _said("Antal borgere i huset. Kan udelades.")] = None,
) -> Table:
    """Tabel over det, der bør rettes i et døgnskema: række i området, niveau (E, W, I), kode og besked."""
    period = arguments.period(period_start, period_end)
    read = read_entries(entries)
    schedule = Schedule("", period, read.entries, house_size=arguments.optional(house_size, "house_size", WHOLE))
    today = dt.datetime.now().astimezone().date()
    found = [*read.findings, *check_schedule(schedule, PARAMETERS, today)]
    if read.findings and not read.entries:
        found = [finding for finding in found if finding.code != "T04"]
    return [
        ["Række", "Niveau", "Kode", "Besked"],
        *(
            [float(finding.row) or "", finding.level.value, finding.code, message(finding)]
            for finding in sorted(found, key=lambda finding: finding.row)
        ),
    ]


@xw.func(category=CATEGORY)
def bit_package(hours_per_week: Annotated[Any, _said("Timer pr. uge.")], width: _Width = 7) -> float:
    """Nummeret på den ydelsespakke, som timerne ligger i; 0 for ingen timer."""
    hours = arguments.value(hours_per_week, "hours_per_week", HOURS)
    return float(tariff.package_number(hours, arguments.above_nought(width, "width", 7)))


@xw.func(category=CATEGORY)
def bit_package_hours(package: _Package, width: _Width = 7, point: _Point = "middle") -> float:
    """Timer pr. uge, som en ydelsespakkes pris er sat efter."""
    number = arguments.whole_from_one(package, "package")
    where = arguments.pricing_point(point, "point")
    return float(tariff.package_hours(number, arguments.above_nought(width, "width", 7), where))


@xw.func(category=CATEGORY)
def bit_package_price(package: _Package, hour_price: _HourPrice, width: _Width = 7, point: _Point = "middle") -> float:
    """En ydelsespakkes pris i hele kr. pr. døgn."""
    number = arguments.whole_from_one(package, "package")
    price = arguments.value(hour_price, "hour_price", HOURS)
    where = arguments.pricing_point(point, "point")
    return float(tariff.package_price(number, price, arguments.above_nought(width, "width", 7), where))


@xw.func(category=CATEGORY)
def bit_day_rate(
    amount: Annotated[Any, _said("Beløbet i kr.")],
    unit: Annotated[Any, _said("Det, beløbet gælder: år, md, døgn eller uge.")],
    divisor: Annotated[
        Any, _said("Dage pr. år eller pr. måned, som leverandøren regner med. Udeladt: 365 og 30,42.")
    ] = None,
) -> float:
    """Kr. pr. døgn af et beløb pr. år, måned, døgn eller uge."""
    kroner = arguments.value(amount, "amount", NUMBER)
    per = arguments.member(unit, "unit", (one for one in Unit if one is not Unit.HOUR))
    days = None if arguments.cell(divisor, "divisor") is None else arguments.above_nought(divisor, "divisor")
    rate = tariff.day_rate(kroner, per, days, PARAMETERS)
    if rate is None:
        raise ArgumentError(f"{word(Note.NOT_CONVERTIBLE)}.")
    return float(rate)


@xw.func(category=CATEGORY)
def bit_financed_hours(
    day_rate: Annotated[Any, _said("Taksten i kr. pr. døgn.")],
    base: Annotated[Any, _said("Basis i kr. pr. døgn.")],
    hour_price: _HourPrice,
    night: Annotated[Any, _said("Nat i kr. pr. døgn. Udeladt: 0.")] = 0,
) -> float:
    """Timer pr. uge, som en takst af basis, timepris og evt. nat betaler for (model B)."""
    hours = tariff.hours_by_price(
        arguments.value(day_rate, "day_rate", HOURS),
        arguments.value(base, "base", HOURS),
        arguments.above_nought(hour_price, "hour_price"),
        arguments.value(night, "night", HOURS, 0),
    )
    return _paid_for(hours)


@xw.func(category=CATEGORY)
def bit_financed_hours_opaque(
    day_rate: Annotated[Any, _said("Taksten i kr. pr. døgn.")],
    non_support: Annotated[Any, _said("Den del af taksten, der ikke er støtte, i kr. pr. døgn.")],
    staff_share: Annotated[Any, _said("Personalets andel af resten, fx 0,65.")],
    post_cost: Annotated[Any, _said("Kr. pr. fuldtidsstilling og år.")],
    net_hours: Annotated[Any, _said("Fremmødetimer pr. fuldtidsstilling og år.")],
    user_time_share: Annotated[Any, _said("Brugertidsprocent som andel, fx 0,70.")],
    days: _DaysOfYear = 365,
) -> float:
    """Brugertimer pr. uge, som en samlet takst betaler for (model C)."""
    *_, hours = tariff.hours_by_posts(
        arguments.value(day_rate, "day_rate", HOURS),
        arguments.value(non_support, "non_support", HOURS),
        arguments.share(staff_share, "staff_share"),
        arguments.above_nought(post_cost, "post_cost"),
        arguments.value(net_hours, "net_hours", HOURS),
        arguments.share(user_time_share, "user_time_share"),
        arguments.above_nought(days, "days", 365),
    )
    return _paid_for(hours)


@xw.func(category=CATEGORY)
def bit_cost_rate(
    direct: Annotated[Any, _said("Direkte omkostninger i kr. pr. år.")],
    indirect: Annotated[Any, _said("Indirekte omkostninger i kr. pr. år.")],
    places: Annotated[Any, _said("Antal pladser.")],
    occupancy: Annotated[Any, _said("Belægningsprocent som andel, fx 0,98.")],
    days: _DaysOfYear = 365,
) -> float:
    """Kr. pr. døgn og plads, som en leverandørs omkostninger svarer til."""
    occupied = arguments.share(occupancy, "occupancy")
    if not occupied:
        raise ArgumentError("Argumentet occupancy skal være over 0.")
    return float(
        tariff.cost_rate(
            arguments.value(direct, "direct", HOURS),
            arguments.value(indirect, "indirect", HOURS),
            arguments.whole_from_one(places, "places"),
            occupied,
            arguments.above_nought(days, "days", 365),
        )
    )


@xw.func(category=CATEGORY)
def bit_compare(
    need: Annotated[Any, _said("Bestilte timer pr. uge (B). Tom, hvis de mangler.")],
    delivered: Annotated[Any, _said("Målte timer pr. uge (I). Tom, hvis de mangler.")],
    financed: Annotated[Any, _said("Betalte timer pr. uge (T). Tom, hvis de mangler.")],
    tolerance_hours: Annotated[Any, _said("Timer pr. uge, der må være forskel. Udeladt: 2.")] = 2,
    tolerance_share: Annotated[Any, _said("Det samme som andel af de bestilte timer. Udeladt: 0,05.")] = 0.05,
) -> Table:
    """Tabel over parrene I−B, T−I og T−B med forskel og tilstand; nederst sagens tilstand og læsning."""
    found = comparison.compare(
        arguments.optional(need, "need", HOURS),
        arguments.optional(delivered, "delivered", HOURS),
        arguments.optional(financed, "financed", HOURS),
        arguments.value(tolerance_hours, "tolerance_hours", HOURS, PARAMETERS.tolerance_hours),
        arguments.share(tolerance_share, "tolerance_share", PARAMETERS.tolerance_share),
    )
    return [
        ["Par", "Forskel", "Tilstand", "Læsning"],
        *(
            [PAIRS[pair].da, "" if (hours := found.difference(pair)) is None else float(hours), word(state), ""]
            for pair, state in zip(comparison.Pair, found.states, strict=True)
        ),
        ["Sagen", "", word(found.state), reading_text(found)],
    ]


@xw.func(category=CATEGORY)
def bit_effect(
    old_rate: Annotated[Any, _said("Den gamle takst i kr. pr. døgn.")],
    new_rate: Annotated[Any, _said("Den nye takst i kr. pr. døgn.")],
    effective_date: Annotated[Any, _said("Den nye taksts første dag.")],
    year: Annotated[Any, _said("Budgetåret, fx 2026.")],
    retro_date: Annotated[Any, _said("Reguleres tilbage fra denne dag. Kan udelades.")] = None,
    end_date: Annotated[Any, _said("Opholdets sidste dag. Kan udelades.")] = None,
) -> Table:
    """Tabel over en takstændrings virkning i et år: dage og kr. i budgetåret og tilbage, i alt og helårsvirkning."""
    change = RateChange(
        arguments.value(old_rate, "old_rate", HOURS),
        arguments.value(new_rate, "new_rate", HOURS),
        arguments.value(effective_date, "effective_date", DATE),
        arguments.optional(retro_date, "retro_date", DATE),
        arguments.optional(end_date, "end_date", DATE),
    )
    effect = effect_in(change, arguments.year(year, "year"))
    return [
        ["Budgetårets dage", "Budgetårets kr.", "Dage tilbage", "Kr. tilbage", "I alt i året", "Helårsvirkning"],
        [
            float(figure)
            for figure in (
                effect.budget_days,
                effect.budget_year,
                effect.retroactive_days,
                effect.retroactive,
                effect.total,
                effect.full_year,
            )
        ],
    ]


@xw.func(category=CATEGORY)
def bit_central(
    case_key: Annotated[Any, _said("Sagens nøgle, fx S-2026-0042.")],
    field: Annotated[Any, _said("Det tal, der ønskes: need, delivered, financed, state … eller kolonnens overskrift.")],
) -> Any:
    """Et tal for en sag fra kommunens BITark-service; tomt, hvor det ikke er belyst. Svar genbruges i et minut."""
    found = figure(arguments.value(case_key, "case_key", TEXT), arguments.value(field, "field", TEXT))
    return "" if found is None else found


def _measure(entries: Any, period_start: Any, period_end: Any) -> Measurement:
    return measure(schedule_of(entries, period_start, period_end), PARAMETERS)


def _paid_for(hours: Fraction) -> float:
    """The hours; a rate below its base pays for none that can be told."""
    if hours < 0:
        raise ArgumentError(f"{word(Note.BELOW_BASE)}.")
    return float(hours)
