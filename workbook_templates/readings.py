"""The Danish and English words for what a comparison found: the only place, for workbooks and pages alike.

A reading is advice to the parties, never a decision (domain text, section 6).
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from itertools import combinations, product
from types import MappingProxyType
from typing import Any

from bit_model.case import AmountKind, LineType, ProviderKind, Unit
from bit_model.checks import Level
from bit_model.comparison import READINGS, Comparison, Pair, Pillar, Reading, State
from bit_model.content import ContentState
from bit_model.hours import Method
from bit_model.negotiation import NegotiationStatus
from bit_model.tariff import Note
from bit_model.terms import GoalType, NeedLevel
from workbook_templates.layout import Text

PILLARS = {
    Pillar.NEED: Text("Bestilt (B)", "Ordered (B)"),
    Pillar.DELIVERED: Text("Målt (I)", "Measured (I)"),
    Pillar.FINANCED: Text("Betalt (T)", "Financed (T)"),
}
ASK_FOR = {
    Pillar.NEED: Text("bestillingen", "the order"),
    Pillar.DELIVERED: Text("døgnskemaet", "the schedule"),
    Pillar.FINANCED: Text("takstlinjerne", "the tariff lines"),
}
"""What to ask for when the pillar is missing."""
PAIRS = {
    Pair.DELIVERED_MINUS_NEED: Text("Målt mod bestilt (I−B)", "Measured against ordered (I−B)"),
    Pair.FINANCED_MINUS_DELIVERED: Text("Betalt mod målt (T−I)", "Financed against measured (T−I)"),
    Pair.FINANCED_MINUS_NEED: Text("Betalt mod bestilt (T−B)", "Financed against ordered (T−B)"),
}
STATES = {
    State.BALANCE: Text("I balance", "In balance"),
    State.OVER: Text("Over", "Over"),
    State.UNDER: Text("Under", "Under"),
    State.UNACCOUNTED: Text("Ikke belyst", "Unaccounted"),
}
OUT_OF_BALANCE = {
    (Pair.DELIVERED_MINUS_NEED, State.OVER): Text("der gives mere end bestilt", "more is given than ordered"),
    (Pair.DELIVERED_MINUS_NEED, State.UNDER): Text("der gives mindre end bestilt", "less is given than ordered"),
    (Pair.FINANCED_MINUS_DELIVERED, State.OVER): Text(
        "taksten betaler for mere, end der gives", "the tariff pays for more than is given"
    ),
    (Pair.FINANCED_MINUS_DELIVERED, State.UNDER): Text(
        "taksten betaler for mindre, end der gives", "the tariff pays for less than is given"
    ),
    (Pair.FINANCED_MINUS_NEED, State.OVER): Text(
        "taksten betaler for mere end bestilt", "the tariff pays for more than ordered"
    ),
    (Pair.FINANCED_MINUS_NEED, State.UNDER): Text(
        "taksten betaler for mindre end bestilt", "the tariff pays for less than ordered"
    ),
}
"""What it means that a pair is out of balance, to stand within a sentence."""
READING_TEXTS = {
    Reading.IN_BALANCE: Text("Bestilt, målt og betalt stemmer overens.", "Ordered, measured and financed agree."),
    Reading.TARIFF_PAYS_FOR_MORE: Text(
        "Taksten betaler for mere, end der gives: tal om taksten.",
        "The tariff pays for more than is given: talk about the tariff.",
    ),
    Reading.LESS_GIVEN_THAN_ORDERED: Text(
        "Der gives mindre end bestilt: løft støtten, sænk ikke taksten.",
        "Less is given than ordered: raise the support, do not cut the tariff.",
    ),
    Reading.MORE_GIVEN_THAN_ORDERED: Text(
        "Der gives mere end bestilt: vurdér behovet igen.", "More is given than ordered: assess the need again."
    ),
    Reading.UNDER_FINANCED: Text(
        "Taksten betaler for mindre, end der gives: hæv taksten.", "The support is under-financed: raise the tariff."
    ),
    Reading.MISSING: Text("Bed om {pillars}.", "Ask for {pillars}."),
    Reading.FIRST_PAIR: Text("Først: {first}. Dernæst: {then}.", "First: {first}. Then: {then}."),
}
NOT_COMPARED = {
    AmountKind.RECOMMENDED: Text("Vejledende beløb: sammenlignes ikke", "Recommended: not compared"),
    AmountKind.NEGOTIATED: Text("Forhandlet beløb: sammenlignes ikke", "Negotiated: not compared"),
}
NOT_IN_FORCE = Text("Gælder ikke {date}: sammenlignes ikke", "Not in force {date}: not compared")
NO_SCHEDULE = Text("Døgnskemaet mangler", "The schedule is missing")
"""In the place of a content state, where no schedule counts yet."""
NEGOTIATION_STATUSES = {
    NegotiationStatus.NOT_STARTED: Text("Ikke begyndt", "Not started"),
    NegotiationStatus.MEETING_AGREED: Text("Møde aftalt", "Meeting agreed"),
    NegotiationStatus.IN_NEGOTIATION: Text("I forhandling", "In negotiation"),
    NegotiationStatus.AGREED: Text("Aftalt", "Agreed"),
    NegotiationStatus.CLOSED: Text("Afsluttet", "Closed"),
}
ONLY_PAIR = Text(
    "Samlet set: {first}, selv om de to andre par er i balance.",
    "All in all, {first}, though the two other pairs are in balance.",
)
_WORDS: Mapping[type[StrEnum], Mapping[Any, Text]] = MappingProxyType(
    {
        State: STATES,
        Pair: PAIRS,
        Pillar: PILLARS,
        NegotiationStatus: NEGOTIATION_STATUSES,
        ContentState: {
            ContentState.BOTH: Text("Bestilt og givet", "Ordered and given"),
            ContentState.ORDERED_WITHOUT_TIME: Text("Bestilt, men ingen tid", "Ordered, but no time"),
            ContentState.TIME_WITHOUT_ORDER: Text("Tid uden bestilling", "Time without order"),
            ContentState.UNPLACED: Text("Tid uden angivelse", "Time that is not placed"),
        },
        Method: {
            Method.NAIVE: Text("Simpelt gennemsnit", "Plain mean"),
            Method.STRATIFIED: Text("Hverdag og weekend hver for sig", "Weekdays and weekends apart"),
        },
        Level: {
            Level.ERROR: Text("Fejl", "Error"),
            Level.WARNING: Text("Advarsel", "Warning"),
            Level.INFORMATION: Text("Oplysning", "Information"),
        },
        ProviderKind: {
            ProviderKind.OWN: Text("egen", "own"),
            ProviderKind.EXTERNAL: Text("ekstern", "external"),
        },
        LineType: {
            LineType.GROUND: Text("grundtakst", "ground rate"),
            LineType.BASE: Text("basistakst", "base rate"),
            LineType.PACKAGE: Text("pakke", "package"),
            LineType.SPECIAL: Text("særtakst", "special rate"),
            LineType.SUPPLEMENT: Text("tillægstakst", "supplement"),
            LineType.EXTRA_HOURS: Text("ekstra timer", "extra hours"),
        },
        AmountKind: {
            AmountKind.RECOMMENDED: Text("vejledende", "recommended"),
            AmountKind.NEGOTIATED: Text("forhandlet", "negotiated"),
            AmountKind.PAID: Text("betalt", "paid"),
        },
        Unit: {
            Unit.YEAR: Text("år", "year"),
            Unit.MONTH: Text("md", "month"),
            Unit.DAY: Text("døgn", "day"),
            Unit.WEEK: Text("uge", "week"),
            Unit.HOUR: Text("time", "hour"),
        },
        GoalType: {
            GoalType.DEVELOP: Text("Udvikle", "Develop"),
            GoalType.MAINTAIN: Text("Fastholde", "Maintain"),
            GoalType.LIMIT_LOSS: Text("Begrænse tab", "Limit loss"),
        },
        NeedLevel: {
            NeedLevel.NONE: Text("Intet", "None"),
            NeedLevel.LIGHT: Text("Let", "Light"),
            NeedLevel.MODERATE: Text("Moderat", "Moderate"),
            NeedLevel.HIGH: Text("Højt", "High"),
            NeedLevel.COMPLETE: Text("Fuldstændigt", "Complete"),
            NeedLevel.NOT_ASSESSED: Text("Ikke vurderet", "Not assessed"),
        },
        Note: {
            Note.NO_LINES: Text("Ingen betalte takstlinjer", "No paid tariff lines"),
            Note.NO_MODEL: Text("Leverandøren har ingen takstmodel", "The provider has no tariff model"),
            Note.FLAG_MISSING: Text("Moms eller husleje er ikke oplyst", "VAT or rent is not stated"),
            Note.RENT_UNKNOWN: Text("Huslejens beløb er ikke oplyst", "The amount of the rent is not stated"),
            Note.NOT_CONVERTIBLE: Text("Kan ikke omregnes til døgn", "Cannot be converted to a day"),
            Note.FIGURE_MISSING: Text("Et tal i takstmodellen mangler", "A figure of the tariff model is missing"),
            Note.BELOW_BASE: Text("Taksten er lavere end basis", "The tariff is below its base"),
            Note.PACKAGE_PRICE_DIFFERS: Text(
                "Beløbet er ikke pakkens beregnede pris", "The amount is not the package's price"
            ),
            Note.UNACCOUNTED_LINES: Text("En linje mangler type eller dækning", "A line lacks type or cover text"),
        },
    }
)


def word(value: StrEnum, language: str = "da") -> str:
    """The user's word for a member of a closed set; its own value where that is a Danish word already."""
    words = _WORDS.get(type(value))
    return value.value if words is None else words[value].in_language(language)


def reading_text(comparison: Comparison, language: str = "da") -> str:
    """What the parties may talk about, in a sentence or two."""
    if comparison.missing:
        return ask_for(comparison.missing, language)
    return pattern_text(comparison.states, language)


def ask_for(missing: Iterable[Pillar], language: str = "da") -> str:
    """The sentence that asks for the pillars that are missing."""
    *others, last = (ASK_FOR[pillar].in_language(language) for pillar in missing)
    joined = f"{', '.join(others)} {Text('og', 'and').in_language(language)} {last}" if others else last
    return READING_TEXTS[Reading.MISSING].in_language(language).format(pillars=joined)


def pattern_text(states: tuple[State, State, State], language: str = "da") -> str:
    """The reading of three pairs that are all accounted for; no pattern of the table: the first pair, then the next."""
    reading = READINGS.get(states, Reading.FIRST_PAIR)
    text = READING_TEXTS[reading].in_language(language)
    if reading is not Reading.FIRST_PAIR:
        return text
    out = [
        OUT_OF_BALANCE[pair, state].in_language(language)
        for pair, state in zip(Pair, states, strict=True)
        if state is not State.BALANCE
    ]
    if len(out) == 1:
        return ONLY_PAIR.in_language(language).format(first=out[0])
    return text.format(first=out[0], then=out[1])


def patterns(language: str = "da") -> dict[str, str]:
    """Every pattern and its reading: the three states' words with " / " between, or the letters of what is missing."""
    accounted = (State.BALANCE, State.OVER, State.UNDER)
    found = {
        " / ".join(word(state, language) for state in states): pattern_text(states, language)
        for states in product(accounted, accounted, accounted)
    }
    letters = dict(zip(Pillar, "BIT", strict=True))
    for count in (1, 2, 3):
        for missing in combinations(Pillar, count):
            found["".join(letters[pillar] for pillar in missing)] = ask_for(missing, language)
    return found
