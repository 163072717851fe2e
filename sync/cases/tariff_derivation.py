"""How a case's tariff became kroner per day and hours per week, by its provider's model (domain text, section 5)."""

from collections.abc import Iterator

from flask_babel import gettext

from bit_model.case import AmountKind, LineType, ModelKind, TariffLine, TariffModel, Unit
from bit_model.rounding import Number
from bit_model.tariff import BASE_TYPES, Note, hour_price_on, line_day_rate, price_line
from sync.cases.derivation import Derivation, Given, list_cell, written
from sync.cases.figures import CaseFigures
from sync.pages import hours, word


def day_rate(figures: CaseFigures) -> Derivation:
    """Kr per day: the paid lines in force, each without VAT, rent and food."""
    case, on_date = figures.record.case, figures.record.on_date
    lines = [line for line in case.tariff if line.amount_kind is AmountKind.PAID and line.holds_on(on_date)]
    rate = figures.financed.day_rate
    words = gettext(
        "Summen af de betalte linjer, der gælder på dagen. Af hver linje trækkes husleje og kost først fra, så momsen; "
        "derefter deles med enhedens dage."
    )
    given = tuple(one for line in lines for one in _line(figures, line))
    value = None if rate is None else hours(rate)
    return Derivation(gettext("Døgntakst"), value, gettext("kr. pr. døgn"), words, given)


def financed_hours(figures: CaseFigures) -> Derivation:
    """T: hours per week that the rate pays for."""
    title, unit = gettext("Takst (T)"), gettext("timer pr. uge")
    model, pays = figures.record.model, figures.financed
    rate = Given(gettext("Døgntakst, kr."), hours(pays.day_rate), "doegntakst")
    value = None if pays.hours is None else hours(pays.hours)
    if model is None:
        return Derivation(title, value, unit, gettext("Leverandøren har ingen takstmodel."), (rate,))
    words = {
        ModelKind.PACKAGES: gettext(
            "Model A, basis og pakke. Pakken er den, hvis pris er nærmest det, der betales for den; den betaler for "
            "bredde × (pakkens nummer − ½) timer, eller bredde × nummer, når prisen er sat i toppen. Ekstra timer "
            "lægges til: 7 × kr. pr. døgn ÷ timepris."
        ),
        ModelKind.HOUR_PRICE: gettext("Model B, basis og timepris. 7 × (døgntakst − basis − nat) ÷ timepris."),
        ModelKind.OPAQUE: gettext(
            "Model C, ét samlet beløb. Årsværk = (døgntakst − andet end støtte) × dage × personaleandel ÷ pris pr. "
            "årsværk. Timer = årsværk × nettotimer ÷ (dage ÷ 7) × brugertid."
        ),
        ModelKind.PRICE_LIST: gettext(
            "Model D, prisliste. Den rette linje, der ligger nærmest listens priser, giver en fast del og en timepris. "
            "7 × (døgntakst − fast del) ÷ timepris."
        ),
    }[model.kind]
    notes = " ".join(f"{word(note)}." for note in pays.notes)
    return Derivation(title, value, unit, f"{words} {notes}".strip(), (rate, *_numbers(figures, model)))


def _line(figures: CaseFigures, line: TariffLine) -> Iterator[Given]:
    """The amount as it stands, and what it is per day."""
    name = ", ".join(filter(None, (line.line_type and word(line.line_type), line.covers))) or gettext(
        "Ikke belyst linje"
    )
    amount = gettext("%(amount)s kr./%(unit)s", amount=written(line.amount), unit=word(line.unit))
    yield Given(name, amount, cell=list_cell("tariff_lines", "amount", line.row))
    if line.includes_rent and line.rent_amount is not None:
        rent = gettext("%(line)s: heraf husleje og kost", line=name)
        yield Given(rent, written(line.rent_amount), cell=list_cell("tariff_lines", "rent_amount", line.row))
    if line.divisor is not None and line.unit is not Unit.HOUR:
        own = gettext("%(line)s: leverandørens egen divisor", line=name)
        yield Given(own, written(line.divisor), cell=list_cell("tariff_lines", "divisor", line.row))
    rate = line_day_rate(line, figures.parameters)
    told = word(rate) if isinstance(rate, Note) else hours(rate)
    yield Given(gettext("%(line)s: kr. pr. døgn", line=name), told)


def _numbers(figures: CaseFigures, model: TariffModel) -> Iterator[Given]:
    parameters, pays, on_date = figures.parameters, figures.financed, figures.record.on_date
    if model.kind in {ModelKind.PACKAGES, ModelKind.HOUR_PRICE}:
        yield _number(
            model, "hour_price", gettext("Timepris, kr."), model.hour_price, hour_price_on(model, parameters, on_date)
        )
    if model.kind is ModelKind.PACKAGES:
        width = parameters.package_width
        yield _number(model, "package_width", gettext("Pakkens bredde, timer pr. uge"), model.package_width, width)
        if pays.package is not None and pays.band is not None:
            yield Given(gettext("Pakkens nummer"), str(pays.package))
            yield Given(gettext("Timer, som pakken rummer"), f"{hours(pays.band[0])} – {hours(pays.band[1])}")
    elif model.kind is ModelKind.HOUR_PRICE:
        yield from _base(figures, model)
    elif model.kind is ModelKind.OPAQUE:
        for field, label, usual in (
            ("non_support_per_day", gettext("Andet end støtte, kr. pr. døgn"), 0),
            ("days", gettext("Dage pr. år"), parameters.charged_days),
            ("staff_share", gettext("Personaleandel"), parameters.staff_share),
            ("post_cost", gettext("Pris pr. årsværk, kr."), parameters.post_cost),
            ("net_hours", gettext("Nettotimer pr. årsværk"), parameters.net_hours_per_post),
            ("user_time_share", gettext("Brugertid"), parameters.user_time_share),
        ):
            yield _number(model, field, label, getattr(model, field), usual)
    else:
        line = price_line(model.price_list)
        if line is not None:
            yield Given(gettext("Fast del, kr. pr. døgn"), hours(line.fixed))
            yield Given(gettext("Timepris, kr."), hours(line.hour_price))
            yield Given(gettext("Længste afstand fra linjen, kr. pr. døgn"), hours(line.bend))


def _base(figures: CaseFigures, model: TariffModel) -> Iterator[Given]:
    if model.base_per_day is not None:
        yield _number(model, "base_per_day", gettext("Basis, kr. pr. døgn"), model.base_per_day, 0)
    else:
        for line in figures.record.case.tariff:
            if line.line_type in BASE_TYPES and line.holds_on(figures.record.on_date):
                cell = list_cell("tariff_lines", "amount", line.row)
                yield Given(
                    gettext("Basis: %(line)s", line=line.covers or LineType.BASE), written(line.amount), "", cell
                )
    yield _number(model, "night_per_day", gettext("Nat, kr. pr. døgn"), model.night_per_day, 0)


def _number(model: TariffModel, field: str, label: str, own: Number | None, usual: Number | None) -> Given:
    """The model's own figure with its cell, else the parameter set's."""
    if own is not None:
        return Given(label, written(own), cell=list_cell("tariff_models", field, model.row))
    value = "–" if usual is None else written(usual)
    return Given(gettext("%(what)s (parametersættets)", what=label), value)
