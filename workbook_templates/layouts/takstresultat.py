"""What the sheet Resultat of the tariff template says of each figure of `taksttal`."""

from dataclasses import dataclass

from bit_model.tariff_checks import PLAUSIBLE_HOUR_PRICES
from workbook_templates.layout import Text

_LOW, _HIGH = PLAUSIBLE_HOUR_PRICES
KR, KR_YEAR, HOURS, SHARE, COUNT = "#,##0.00", "#,##0", "#,##0.00", "0.0%", "0.00"


@dataclass(frozen=True, slots=True)
class Line:
    """One figure as the sheet shows it: what it is called, its unit, what it says, and how it is found, in words."""

    key: str
    label: Text
    number_format: str
    unit: Text
    says: Text
    how: Text


_DAY, _YEAR = Text("kr./døgn", "kr/day"), Text("kr./år", "kr/year")
_WEEK, _HOUR, _NO_UNIT = Text("timer/uge", "hours/week"), Text("kr./time", "kr/hour"), Text("", "")
COSTS = (
    Line(
        "direct",
        Text("Direkte omkostninger", "Direct costs"),
        KR_YEAR,
        _YEAR,
        Text("Det, støtten selv koster, med lønnen talt én gang.", "What the support itself costs, wages once."),
        Text("løn (stillinger × pris) + øvrige direkte", "wages (posts × cost) + other direct"),
    ),
    Line(
        "indirect",
        Text("Indirekte omkostninger", "Indirect costs"),
        KR_YEAR,
        _YEAR,
        Text("Husets del af det, der er fælles for flere.", "The house's part of what is common."),
        Text("summen af arket Indirekte omkostninger", "the sum of the sheet Indirekte omkostninger"),
    ),
    Line(
        "cost",
        Text("Alle omkostninger", "All costs"),
        KR_YEAR,
        _YEAR,
        Text("Det, pladserne skal dække på et år.", "What the places must cover in a year."),
        Text("direkte + indirekte", "direct + indirect"),
    ),
    Line(
        "overhead",
        Text("Overhead af alle omkostninger", "Overhead of all costs"),
        SHARE,
        _NO_UNIT,
        Text("Så meget af hver krone går til det fælles.", "So much of each krone goes to what is common."),
        Text("indirekte / (direkte + indirekte)", "indirect / (direct + indirect)"),
    ),
    Line(
        "overhead_of_direct",
        Text("Overhead i forhold til de direkte", "Overhead against direct costs"),
        SHARE,
        _NO_UNIT,
        Text("Det samme tal set som tillæg til de direkte; det er altid højere.", "The same as an addition; higher."),
        Text("indirekte / direkte", "indirect / direct"),
    ),
)
RATES = (
    Line(
        "cost_rate",
        Text("Omkostningsbaseret døgntakst", "Cost-based day rate"),
        KR,
        _DAY,
        Text("Det, et døgn skal koste, for at udgifterne dækkes.", "What a day must cost to cover the costs."),
        Text(
            "(direkte + indirekte) / (pladser × belægning × takstdage)",
            "(direct + indirect) / (places × occupancy × charged days)",
        ),
    ),
    Line(
        "charged",
        Text("Betalt døgntakst", "Charged day rate"),
        KR,
        _DAY,
        Text("Det, der betales i gennemsnit pr. sag uden moms, husleje og kost.", "Paid per case on average."),
        Text(
            "betalte linjer i kraft; gennemsnit af sager, hvis takst kan regnes ud",
            "paid lines in force; mean of the cases whose rate is known",
        ),
    ),
    Line(
        "difference",
        Text("Betalt mindre omkostningsbaseret", "Charged less cost-based"),
        KR,
        _DAY,
        Text("Over 0: der betales mere, end udgifterne viser. Under 0: mindre.", "Above 0: more is paid than shown."),
        Text("betalt − omkostningsbaseret", "charged − cost-based"),
    ),
)
POSTS = (
    Line(
        "posts",
        Text("Stillinger", "Posts"),
        COUNT,
        Text("årsværk", "full-time posts"),
        Text("Alle stillinger på arket Stillinger.", "All posts on the sheet Stillinger."),
        Text("summen af stillinger", "the sum of posts"),
    ),
    Line(
        "present_week",
        Text("Fremmødetimer", "Present hours"),
        HOURS,
        _WEEK,
        Text("De timer, de ansatte er på arbejde i en uge.", "The hours that staff is at work in a week."),
        Text(
            "stillinger × nettotimer / uger (takstdage / 7 eller ugefaktoren)",
            "posts × net hours / weeks (charged days / 7 or the week factor)",
        ),
    ),
    Line(
        "user_week",
        Text("Brugertimer", "User hours"),
        HOURS,
        _WEEK,
        Text("De af dem, der bruges hos borgerne.", "Those of them spent with citizens."),
        Text("fremmødetimer × brugertidsprocent, gruppe for gruppe", "present hours × user-time share, by group"),
    ),
    Line(
        "user_per_place",
        Text("Brugertimer pr. plads i brug", "User hours per place in use"),
        HOURS,
        _WEEK,
        Text("Så mange timer er der til hver borger i gennemsnit.", "So many hours there are for each citizen."),
        Text("brugertimer / (pladser × belægning)", "user hours / (places × occupancy)"),
    ),
)
PRICES = (
    Line(
        "support",
        Text("Støttedelen af taksten", "Support part of the tariff"),
        KR,
        _DAY,
        Text("Den del af det betalte, der er til støtte.", "The part of what is paid that is for support."),
        Text(
            "betalt − ikke støtte pr. døgn (tom: linjer med Nej i støttedelen)",
            "paid − not support per day (empty: lines outside the support part)",
        ),
    ),
    Line(
        "support_year",
        Text("Støttedelen på et år", "Support part in a year"),
        KR_YEAR,
        _YEAR,
        Text("Det, støttedelen giver, når pladserne er i brug som forudsat.", "What it yields in a year."),
        Text("støttedel × pladser × belægning × takstdage", "support part × places × occupancy × charged days"),
    ),
    Line(
        "price_present",
        Text("Pris pr. fremmødetime", "Price per present hour"),
        KR,
        _HOUR,
        Text("Støttedelens kroner for en time, en ansat er på arbejde.", "kr of the support part per present hour."),
        Text("støttedel på et år / fremmødetimer på et år", "support part in a year / present hours in a year"),
    ),
    Line(
        "price_user",
        Text("Pris pr. brugertime", "Price per user hour"),
        KR,
        _HOUR,
        Text("Støttedelens kroner for en time hos borgerne.", "kr of the support part per hour with citizens."),
        Text("støttedel på et år / brugertimer på et år", "support part in a year / user hours in a year"),
    ),
)
FINANCED = (
    Line(
        "financed",
        Text("Timer, taksten betaler for, i alt", "Hours the tariff pays for, in all"),
        HOURS,
        _WEEK,
        Text("Summen af sagerne herunder, hvis timer kan regnes ud.", "The sum of the cases below."),
        Text(
            "efter takstmodellen: A pakkens midte; B 7 × (takst − basis − nat) / timepris; C stillinger i støttedelen "
            "× nettotimer × BTP / uger; D 7 × (takst − fast del) / timepris",
            "by model: A the package's middle; B 7 × (rate − base − night) / hour price; C posts in the support part "
            "× net hours × share / weeks; D 7 × (rate − fixed) / hour price",
        ),
    ),
    Line(
        "list_price",
        Text("Prislistens timepris (D)", "Hour price of the list (D)"),
        KR,
        _HOUR,
        Text("Det, en time mere koster efter listen.", "What another hour costs by the list."),
        Text("7 × hældningen af den rette linje (mindste kvadrater)", "7 × the slope of the least-squares line"),
    ),
    Line(
        "list_fixed",
        Text("Prislistens faste del (D)", "Fixed part of the list (D)"),
        KR,
        _DAY,
        Text("Det, et døgn koster før timer efter listen.", "What a day costs before hours."),
        Text("linjens værdi ved 0 timer", "the line's value at 0 hours"),
    ),
    Line(
        "list_bend",
        Text("Største afvigelse fra linjen (D)", "Largest distance from the line (D)"),
        KR,
        _DAY,
        Text("Er den stor, følger listen ikke én timepris.", "If large, the list has no one hour price."),
        Text("den største forskel mellem en pris og linjen", "the largest distance of a price from the line"),
    ),
)
CHECKS = (
    Line(
        "k01",
        Text("K01 ikke belyst", "K01 unaccounted"),
        "0",
        _NO_UNIT,
        Text("Linjer uden type eller tekst om, hvad de dækker.", "Lines without a type or a text."),
        Text("Skriv type og dækning på arket Takstlinjer.", "Write type and cover on Takstlinjer."),
    ),
    Line(
        "k02",
        Text("K02 usædvanlig timepris", "K02 unusual hour price"),
        "0",
        _NO_UNIT,
        Text(f"Timepriser uden for {_LOW} til {_HIGH} kr.", f"Hour prices outside {_LOW} to {_HIGH} kr."),
        Text("Se linjer pr. time, timeprisen på Oplysninger og prislisten.", "See lines per hour, price and list."),
    ),
    Line(
        "k03",
        Text("K03 moms eller husleje ikke oplyst", "K03 VAT or rent not stated"),
        "0",
        _NO_UNIT,
        Text("Uden svaret kan beløbet ikke sammenlignes.", "Without it the amount cannot be compared."),
        Text("Vælg Ja eller Nej på arket Takstlinjer.", "Choose Ja or Nej on Takstlinjer."),
    ),
    Line(
        "k04",
        Text("K04 behov efter taksten", "K04 need after the tariff"),
        "0",
        _NO_UNIT,
        Text("Behovet bestemmer taksten og skal være vurderet først.", "The need decides and comes first."),
        Text("Se Behov vurderet den på arket Sager.", "See Need assessed on, on the sheet Sager."),
    ),
)
TRIED = (
    "financed",
    "user_week",
    "user_per_place",
    "cost",
    "cost_rate",
    "charged",
    "difference",
    "price_present",
    "price_user",
)
"""The house's figures that are shown again with the trial values, by key."""
