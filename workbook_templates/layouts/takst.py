"""A provider's tariff and how it arose (takst): lines, costs, posts, the cases of the house (domain text, section 5).

The header stands in `takstpraemisser`. Its keys and the rows' are the attributes of `bit_model.cost_sheet`, the tariff
lines' those of `TariffLine`. What is computed beside them stands in `takstberegning`.
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from bit_model.case import AmountKind, LineType, ModelKind, Unit
from bit_model.cost_sheet import DirectKind, IndirectKind
from bit_model.parameters import PricingPoint
from workbook_templates.kinds import DATE, HOURS, MONEY, SHARE, TEXT, YES_NO, NumberKind, WholeKind
from workbook_templates.layout import Field, Table, Template, Text
from workbook_templates.layouts.sagsliste import PRICE_LIST, TARIFF_LINES
from workbook_templates.layouts.takstpraemisser import HEADER

CHOICES: Mapping[str, type[StrEnum]] = {
    "line_types": LineType,
    "units": Unit,
    "amount_kinds": AmountKind,
    "direct_kinds": DirectKind,
    "indirect_kinds": IndirectKind,
    "model_kinds": ModelKind,
    "pricing_points": PricingPoint,
}
"""The closed sets behind the drop-down lists."""

_AMOUNT = NumberKind("#,##0.00", 0)
_line = {field.key: field for field in TARIFF_LINES.fields}
_priced = {field.key: field for field in PRICE_LIST.fields}
_CHECK = Text("Tjek", "Check")


def _computed(key: str, label: Text, help_text: Text, *, width: int = 14, unit: str = "") -> Field:
    """A column whose formula stands in `takstberegning`, under the same key."""
    kind = TEXT if key.endswith("check") else NumberKind("#,##0.00")
    return Field(key, label, kind, help_text, unit=unit, width=width, formula=key)


LINES = Table(
    "lines",
    "Takstlinjer",
    (
        Field(
            "case_key",
            Text("Sagsnøgle", "Case key"),
            TEXT,
            Text(
                "Kun når linjen gælder én sag på arket Sager. Tom: alle sager.", "Only for a line of one case on Sager."
            ),
            choices="case_keys",
            width=16,
        ),
        replace(_line["line_type"], required=True),
        replace(_line["covers"], required=True, width=34),
        replace(_line["amount"], kind=MONEY),
        _line["unit"],
        _line["divisor"],
        _line["hours"],
        Field(
            "support",
            Text("I støttedelen", "In the support part"),
            YES_NO,
            Text(
                "Nej, hvis beløbet er til andet end støtte, fx bygninger. Tom: ja.",
                "Nej if the amount is for other than support, such as buildings. Empty: yes.",
            ),
            choices="yes_no",
            width=11,
        ),
        replace(_line["includes_vat"], required=True),
        replace(_line["includes_rent"], required=True),
        _line["rent_amount"],
        replace(
            _line["amount_kind"],
            help=Text(
                "vejledende, forhandlet eller betalt. Kun det betalte giver timer.", "Only what is paid gives hours."
            ),
        ),
        _line["valid_from"],
        _line["valid_to"],
        _computed(
            "line_rate",
            Text("Kr. pr. døgn", "kr per day"),
            Text("Uden moms, husleje og kost.", "Without VAT, rent and food."),
            unit="kr./døgn",
            width=12,
        ),
        _computed(
            "line_check", _CHECK, Text("Om linjen tæller, og hvad der mangler.", "What the line lacks."), width=46
        ),
    ),
    Text(
        "En række for hvert beløb i taksten. Vejledende, forhandlet og betalt beløb skrives i hver sin række.",
        "One row per amount of the tariff; recommended, negotiated and paid amounts each in their own row.",
    ),
)

STAFF = Table(
    "staff",
    "Stillinger",
    (
        Field(
            "group",
            Text("Personalegruppe", "Staff group"),
            TEXT,
            Text("Fx pædagoger, nattevagter, ledere med borgertid.", "Such as carers or night staff."),
            required=True,
            width=30,
        ),
        Field(
            "posts",
            Text("Stillinger", "Posts"),
            _AMOUNT,
            Text("Årsværk, fx 7,5.", "Full-time posts, such as 7,5."),
            required=True,
            unit="årsværk",
            width=11,
        ),
        Field(
            "post_cost",
            Text("Pris pr. stilling", "Cost per post"),
            _AMOUNT,
            Text(
                "Løn med pension og tillæg pr. årsværk. Stillinger gange pris er lønnen; skriv den ikke igen under "
                "Direkte omkostninger.",
                "Pay with pension per full-time post. Posts times cost are the wages; do not write them twice.",
            ),
            required=True,
            unit="kr./år",
            width=14,
        ),
        Field(
            "net_hours",
            Text("Nettotimer pr. stilling", "Net hours per post"),
            HOURS,
            Text(
                "Timer pr. årsværk efter ferie, sygdom og kurser. Tom: arket Oplysninger.", "Hours per post and year."
            ),
            unit="timer/år",
            width=14,
        ),
        Field(
            "user_time_share",
            Text("Brugertidsprocent", "User-time share"),
            SHARE,
            Text(
                "Andel af fremmødetiden hos borgerne, fx 0,70; 0 for ledelse. Tom: arket Oplysninger.",
                "Share of present time with citizens, such as 0,70; 0 for managers.",
            ),
            width=12,
        ),
        _computed("group_wages", Text("Løn pr. år", "Wages per year"), Text("Stillinger × pris.", "Posts × cost.")),
        _computed(
            "group_present",
            Text("Fremmødetimer pr. uge", "Present hours per week"),
            Text("Stillinger × nettotimer / uger.", "Posts × net hours / weeks."),
        ),
        _computed(
            "group_user",
            Text("Brugertimer pr. uge", "User hours per week"),
            Text("Fremmødetimer × brugertidsprocent.", "Present hours × user-time share."),
        ),
        _computed("group_check", _CHECK, Text("Om rækken tæller.", "Whether the row counts."), width=40),
    ),
    Text("En række for hver gruppe af ansatte.", "One row per group of staff."),
)


def _costs(key: str, sheet: str, kinds: str, kind_help: Text, help_text: Text) -> Table:
    return Table(
        key,
        sheet,
        (
            Field("kind", Text("Art", "Kind"), TEXT, kind_help, required=True, choices=kinds, width=28),
            Field(
                "text",
                Text("Tekst", "Text"),
                TEXT,
                Text("Hvad udgiften er; må være tom.", "What the cost is; may be empty."),
                width=50,
            ),
            Field(
                "amount",
                Text("Kr. pr. år", "kr per year"),
                MONEY,
                Text("Udgiften i budgetåret uden moms.", "The cost of the year without VAT."),
                required=True,
                unit="kr./år",
                width=16,
            ),
            _computed(f"{key}_check", _CHECK, Text("Om rækken tæller.", "Whether the row counts."), width=52),
        ),
        help_text,
    )


DIRECT = _costs(
    "direct",
    "Direkte omkostninger",
    "direct_kinds",
    Text(
        "løn tæller kun her, når arket Stillinger er tomt; ellers er lønnen stillinger gange pris.",
        "løn (wages) counts here only where the sheet Stillinger is empty.",
    ),
    Text("Udgifter til selve støtten. Lønnen skrives på arket Stillinger.", "Costs of the support itself."),
)
INDIRECT = _costs(
    "indirect",
    "Indirekte omkostninger",
    "indirect_kinds",
    Text("Hvad den fælles udgift er til.", "What the common cost is for."),
    Text("Tilbuddets andel af fælles udgifter.", "The unit's share of common costs."),
)
PRICES = Table(
    "prices",
    "Prisliste",
    (
        _priced["hours"],
        _priced["day_rate"],
        _computed(
            "price_on_line",
            Text("Linjens pris", "Price on the line"),
            Text("Den rette linje gennem listen.", "The straight line through the list."),
            unit="kr./døgn",
        ),
        _computed(
            "price_distance",
            Text("Afvigelse", "Distance"),
            Text("Prisen mindre linjens.", "Price less the line's."),
            unit="kr./døgn",
        ),
    ),
    Text("Kun model D: priser efter timer.", "Model D only: prices by hours."),
)
CASES = Table(
    "cases",
    "Sager",
    (
        Field(
            "case_key",
            Text("Sagsnøgle", "Case key"),
            TEXT,
            Text("Sagens nøgle hos kommunen. Aldrig navn eller CPR-nummer.", "The authority's key; never a name."),
            required=True,
            width=18,
        ),
        Field(
            "ordered",
            Text("Bestilte timer pr. uge", "Ordered hours per week"),
            HOURS,
            Text("De timer, kommunen har bestilt.", "The hours that the authority ordered."),
            unit="timer/uge",
            width=13,
        ),
        Field(
            "measured",
            Text("Målte timer pr. uge", "Measured hours per week"),
            HOURS,
            Text("Fra døgnskemaet, når de kendes.", "From the schedule, where they are known."),
            unit="timer/uge",
            width=13,
        ),
        Field(
            "own_rate",
            Text("Egen døgntakst", "Own day rate"),
            _AMOUNT,
            Text(
                "Kr. pr. døgn uden moms, husleje og kost, når sagen har sin egen takst; så gælder linjerne den ikke.",
                "kr per day without VAT, rent and food, where the case has its own; the lines then do not hold for it.",
            ),
            unit="kr./døgn",
            width=13,
        ),
        Field(
            "package",
            Text("Pakke", "Package"),
            WholeKind(lowest=1),
            Text("Pakkens nummer (kun model A). Tom: findes ud fra beløbet.", "Package number (model A only)."),
            width=9,
        ),
        Field(
            "need_date",
            Text("Behov vurderet den", "Need assessed on"),
            DATE,
            Text("Datoen for den seneste vurdering.", "Date of the latest assessment."),
            width=16,
        ),
        _computed(
            "case_check", _CHECK, Text("Om sagen tæller, og hvad der mangler.", "What the case lacks."), width=52
        ),
    ),
    Text("En række for hver sag i huset.", "One row per case of the house."),
)

TRIAL = Table(
    "trial",
    "Hvad nu hvis",
    (
        Field(
            "premise",
            Text("Præmis", "Premise"),
            TEXT,
            Text("Det, tallene hviler på.", "What the figures rest on."),
            width=30,
            locked=True,
        ),
        Field(
            "held",
            Text("Gælder nu", "In force"),
            MONEY,
            Text("Den værdi, tallene hviler på nu.", "The value the figures rest on now."),
            width=14,
            locked=True,
        ),
        Field(
            "trial",
            Text("Prøv", "Try"),
            MONEY,
            Text(
                "Skriv en anden værdi, og se, hvad den gør. Tom: den, der gælder. Det ændrer intet på de andre ark.",
                "Write another value and see what it does. Empty: the one in force. Nothing else changes.",
            ),
            width=14,
        ),
    ),
    Text("Prøveværdier læses ikke, når skemaet sendes.", "Trial values are not read when the form is returned."),
)

TAKST = Template(
    "takst",
    1,
    Text("Takst", "Tariff"),
    "Oplysninger",
    HEADER,
    (LINES, STAFF, DIRECT, INDIRECT, PRICES, CASES, TRIAL),
)
