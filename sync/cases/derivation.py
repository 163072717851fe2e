"""How a figure of a case came about: its formula in words, the numbers put in, and the entries and cells behind it."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from flask_babel import gettext

from bit_model.case import OrderLine
from bit_model.comparison import Pair, tolerance
from bit_model.content import ContentLine
from bit_model.hours import Method
from bit_model.rounding import Number, half_up
from bit_model.schedule import RESOURCE_CATEGORIES
from sync.cases.entries import EntryLine
from sync.cases.figures import CaseFigures, PartLine
from sync.pages import day, hours, part, signed_hours, whole_kroner
from sync.pages import weekday as name_of
from workbook_templates.files.grid import column_letters
from workbook_templates.layouts.sagsliste import SAGSLISTE


class Given(NamedTuple):
    """A number that was put in: what it is, how it is written, its own derivation, and its cell of the case list."""

    label: str
    value: str
    figure: str = ""
    cell: str = ""


class Behind(NamedTuple):
    """An entry and what it gives the figure, exact minutes."""

    line: EntryLine
    minutes: Fraction


@dataclass(frozen=True, slots=True)
class Derivation:
    """A figure with everything it rests on; `value` is None where it is not accounted for.

    `adds_up`: the entries' minutes are those of the figure, and not only what reaches into it.
    """

    title: str
    value: str | None
    unit: str
    words: str
    given: tuple[Given, ...] = ()
    behind: tuple[Behind, ...] = ()
    adds_up: bool = True

    @property
    def minutes(self) -> Fraction:
        """What the entries give in all, without those of days left out."""
        return sum((one.minutes for one in self.behind if not one.line.left_out), Fraction(0))


def list_cell(table: str, field: str, row: int) -> str:
    """Sheet and cell of a value in the case list as our template has it; "" for a row that came from no sheet."""
    declared = SAGSLISTE.table(table)
    keys = [one.key for one in declared.fields]
    return f"{declared.sheet}!{column_letters(keys.index(field) + 1)}{row}" if row else ""


def written(value: Number) -> str:
    """A number as exact as it can be read: whole numbers without decimals, else two."""
    exact = Fraction(value)
    return whole_kroner(exact) if exact.denominator == 1 else hours(half_up(exact))


def need(figures: CaseFigures) -> Derivation:
    """B: the stated total, else the sum of the order."""
    case = figures.record.case
    title, unit = gettext("Behov (B)"), gettext("timer pr. uge")
    lines = tuple(_ordered(line) for line in case.order)
    if case.need_hours is not None:
        cell = list_cell("cases", "need_hours", case.row)
        stated = Given(gettext("Bestilte timer pr. uge"), written(case.need_hours), cell=cell)
        words = gettext("Det samlede timetal, som sagslisten har det. Bestillingens linjer er vist til sammenligning.")
        return Derivation(title, hours(case.need), unit, words, (stated, *lines))
    words = gettext("Summen af bestillingens linjer, fordi sagslisten intet samlet timetal har.")
    return Derivation(title, None if case.need is None else hours(case.need), unit, words, lines)


def _ordered(line: OrderLine) -> Given:
    name = " – ".join(filter(None, (line.theme, line.goal)))
    return Given(
        gettext("Bestilt: %(what)s", what=name), written(line.hours), cell=list_cell("order", "hours", line.row)
    )


def difference(figures: CaseFigures, pair: Pair, one: tuple[str, str], other: tuple[str, str]) -> Derivation:
    """Two pillars and what is between them."""
    row, parameters = figures.row, figures.parameters
    values = {"behov": row.need, "indsats": row.delivered, "takst": row.financed}
    found = row.comparison.difference(pair)
    given = [Given(label, hours(values[figure]), figure) for label, figure in (one, other)]
    if row.need is not None:
        allowed = tolerance(row.need, parameters.tolerance_hours, parameters.tolerance_share)
        given.append(Given(gettext("Tolerance, til begge sider"), hours(allowed)))
    words = gettext(
        "%(one)s minus %(other)s. I balance, når forskellen højst er tolerancen: %(hours)s timer eller %(share)s %% af "
        "det bestilte, det største. Hos leverandører med pakker også, når begge er i samme pakke.",
        one=one[0],
        other=other[0],
        hours=parameters.tolerance_hours,
        share=written(parameters.tolerance_share * 100),
    )
    title = f"{one[0][0]}−{other[0][0]}"
    return Derivation(title, None if found is None else signed_hours(found), gettext("timer pr. uge"), words, (*given,))


def no_schedule() -> Derivation:
    """I where no schedule counts."""
    words = gettext("Intet døgnskema uden fejl er læst ind, så indsatsen er ikke belyst. Spørg leverandøren.")
    return Derivation(gettext("Indsats (I)"), None, gettext("timer pr. uge"), words)


def of_sums(figures: CaseFigures, line: PartLine) -> Derivation:
    """Hours per week of a part, or of parts together, from the minutes of the counted days."""
    measured = figures.measurement
    if measured is None:
        return no_schedule()
    days, per = measured.days, measured.scale
    weekday, weekend = Fraction(line.sums.weekdays, per), Fraction(line.sums.weekend_days, per)
    given = [
        Given(gettext("Minutter på hverdage"), written(weekday)),
        Given(gettext("Hverdage, der tæller"), str(days.weekdays)),
        Given(gettext("Minutter i weekender og på helligdage"), written(weekend)),
        Given(gettext("Weekend- og helligdage, der tæller"), str(days.weekend_days)),
        Given(gettext("Simpelt gennemsnit, timer pr. uge"), hours(line.naive)),
        Given(gettext("Hverdag og weekend hver for sig, timer pr. uge"), hours(line.stratified)),
    ]
    contact, categories = line.key == "kontakttid", _categories(figures, line.key)
    if line.part is None and not contact:
        given += [
            Given(f"{one.part} {part(one.part)}", hours(one.used), one.key)
            for one in figures.parts
            if one.part and one.part[0] in categories
        ]
    words = _what_counts(contact=contact, categories=categories) + " " + _method(measured.method)
    behind = _behind(figures, lambda entry: _minutes(entry, line, categories, contact=contact))
    return Derivation(sum_title(line), hours(line.used), gettext("timer pr. uge"), words, tuple(given), behind)


def sum_title(line: PartLine) -> str:
    """What a line of the hours is called."""
    if line.part is not None:
        return f"{line.part} {part(line.part)}"
    titles: dict[str, str] = {
        "ressourcetid": gettext("Ressourcetid i alt"),
        "uden-nat": gettext("Ressourcetid uden nat"),
        "indsats": gettext("Indsats (I)"),
        "kontakttid": gettext("Kontakttid"),
    }
    return titles[line.key]


def of_day(figures: CaseFigures, date: dt.date) -> Derivation | None:
    """A day's resource hours."""
    line = next((line for line in figures.days if line.date == date), None)
    if line is None:
        return None
    behind = _behind(figures, lambda entry: entry.resource if entry.entry.date == date else Fraction(0))
    words = gettext(
        "Ressourceminutter for det, der begynder den dag, delt med 60. En nat hører helt til den dag, den begynder."
    )
    return Derivation(day(date, "EEEE d. MMMM y"), hours(line.total), gettext("timer"), words, (), behind)


def of_hour(figures: CaseFigures, weekday: int, hour: int) -> Derivation | None:
    """A cell of the heat map: resource minutes of a weekday's clock hour, on average."""
    if not figures.heat:
        return None
    start, end = hour * 60, hour * 60 + 60
    reaching = {
        one.entry
        for date, stretches in figures.strip.items()
        if date.weekday() == weekday
        for one in stretches
        if one.start < end and one.end > start
    }
    counted = [one for one in figures.days if one.date.weekday() == weekday and not one.left_out]
    words = gettext(
        "Ressourceminutter i klokketimen på ugedagen, delt med det antal af den ugedag, der tæller. Det, der går over "
        "en hel time eller over midnat, er delt der. Nedenfor står det, der rækker ind i timen, i sin helhed."
    )
    title = f"{name_of(weekday)} {hour:02}–{hour + 1:02}"
    given = (Given(gettext("Dage, der tæller"), str(len(counted))),)
    behind = _behind(figures, lambda line: line.resource if line.entry in reaching else Fraction(0))
    value = hours(figures.heat[weekday][hour])
    return Derivation(title, value, gettext("minutter"), words, given, behind, adds_up=False)


def of_content(figures: CaseFigures, lines: Iterable[ContentLine], number: int, field: str) -> Derivation | None:
    """Ordered and given of one theme or goal, by its number in the page's table."""
    line = dict(enumerate(lines, 1)).get(number)
    if line is None:
        return None
    wanted = figures.parameters.financed_categories
    ordered = tuple(_ordered(one) for one in figures.record.case.order if getattr(one, field) == line.name)
    behind = _behind(
        figures,
        lambda one: (
            one.resource if one.entry.category in wanted and getattr(one.entry, field) == line.name else Fraction(0)
        ),
    )
    words = _what_counts(contact=False, categories=wanted) + " "
    words += _method(figures.measurement.method if figures.measurement else Method.NAIVE)
    title = line.name or gettext("Ikke angivet")
    return Derivation(title, hours(line.measured), gettext("timer pr. uge, givet"), words, ordered, behind)


def _categories(figures: CaseFigures, key: str) -> frozenset[str]:
    if key == "indsats":
        return figures.parameters.financed_categories
    if key == "kontakttid":
        return figures.parameters.contact_categories
    return RESOURCE_CATEGORIES - frozenset("NS") if key == "uden-nat" else RESOURCE_CATEGORIES


def _minutes(entry: EntryLine, line: PartLine, categories: frozenset[str], *, contact: bool) -> Fraction:
    if line.part is not None:
        return entry.parts.get(line.part, Fraction(0))
    if entry.entry.category not in categories:
        return Fraction(0)
    return Fraction(entry.minutes) if contact else entry.resource


def _what_counts(*, contact: bool, categories: Iterable[str]) -> str:
    letters = " ".join(sorted(categories))
    text: str = gettext("Ressourceminutter er minutter × personale ÷ borgere (sovende nat vægtes), i %(c)s.", c=letters)
    if contact:
        text = gettext("Kontaktminutter er minutterne selv, hvor mange der end er om dem, i %(c)s.", c=letters)
    return text


def _method(method: Method) -> str:
    text: str = gettext("Timer pr. uge: 7 × minutter i alt ÷ dage, der tæller, ÷ 60.")
    if method is Method.STRATIFIED:
        text = gettext("Timer pr. uge: (5 × minutter pr. hverdag + 2 × minutter pr. weekend- eller helligdag) ÷ 60.")
    return text


def _behind(figures: CaseFigures, minutes: Callable[[EntryLine], Fraction]) -> tuple[Behind, ...]:
    return tuple(Behind(line, given) for line in figures.entries if (given := minutes(line)))
