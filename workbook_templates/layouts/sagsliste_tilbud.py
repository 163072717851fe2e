"""What the case list holds of providers: tariff lines, models and prices, houses and their staff (domain text, 5)."""

from dataclasses import replace

from workbook_templates.kinds import DATE, HOURS, MONEY, SHARE, TEXT, TIME, WHOLE, YES_NO, NumberKind
from workbook_templates.layout import Field, Table, Text

_DIVISOR = NumberKind("General", 0)

CASE_KEY = Field(
    "case_key",
    Text("Sagsnøgle", "Case key"),
    TEXT,
    Text("En sag fra arket Sager.", "A case of the sheet Sager."),
    required=True,
    choices="case_keys",
    width=16,
)
PROVIDER = Field(
    "provider",
    Text("Leverandør", "Provider"),
    TEXT,
    Text(
        "Tilbuddets navn, som det står på arket Takstmodeller.",
        "The provider as written on the sheet Takstmodeller.",
    ),
    required=True,
    choices="providers",
    width=24,
)
HOUSE = Field(
    "house",
    Text("Hus", "House"),
    TEXT,
    Text("Et hus fra arket Huse.", "A house of the sheet Huse."),
    required=True,
    choices="houses",
    width=18,
)
CHECK = Field(
    "check",
    Text("Tjek", "Check"),
    TEXT,
    Text(
        "OK, eller det, rækken mangler. Begynder det med OK, kan rækken bruges.",
        "OK, or what the row lacks. Where it begins with OK the row can be used.",
    ),
    width=52,
    formula="{check}",
)
"""What the layout `sagsliste_tjek` says of a begun row."""

TARIFF_LINES = Table(
    "tariff_lines",
    "Takstlinjer",
    (
        CASE_KEY,
        Field(
            "line_type",
            Text("Linjetype", "Line type"),
            TEXT,
            Text("Tom: linjen er ikke belyst.", "Empty: the line is unaccounted for."),
            choices="line_types",
            width=16,
        ),
        Field(
            "covers",
            Text("Dækker", "Covers"),
            TEXT,
            Text("Hvad beløbet dækker. Tom: ikke belyst.", "What the amount covers. Empty: unaccounted for."),
            width=36,
        ),
        Field(
            "amount",
            Text("Beløb", "Amount"),
            MONEY,
            Text("Beløbet i kr. pr. enhed.", "The amount in kr per unit."),
            required=True,
            unit="kr.",
            width=14,
        ),
        Field(
            "unit",
            Text("Enhed", "Unit"),
            TEXT,
            Text("år, md, døgn, uge eller time.", "Per year, month, day, week or hour."),
            required=True,
            choices="units",
            width=8,
        ),
        Field(
            "divisor",
            Text("Divisor", "Divisor"),
            _DIVISOR,
            Text(
                "Leverandørens egne dage pr. enhed, fx 365, 334, 30,42 eller 30,5. Tom: parametersættets.",
                "The provider's own days per unit. Empty: the parameter set's.",
            ),
            unit="dage",
            width=9,
        ),
        Field(
            "hours",
            Text("Timer pr. uge", "Hours per week"),
            HOURS,
            Text("Timer, som linjen betaler, ved enheden time.", "Hours the line pays for, with the unit time."),
            unit="timer/uge",
            width=10,
        ),
        Field(
            "includes_vat",
            Text("Med moms", "Includes VAT"),
            YES_NO,
            Text("Ja, hvis beløbet er med moms.", "Ja if the amount includes VAT."),
            choices="yes_no",
            width=9,
        ),
        Field(
            "includes_rent",
            Text("Med husleje og kost", "Includes rent and food"),
            YES_NO,
            Text("Ja, hvis beløbet er med husleje og kost.", "Ja if the amount includes rent and food."),
            choices="yes_no",
            width=12,
        ),
        Field(
            "rent_amount",
            Text("Heraf husleje og kost", "Of which rent and food"),
            MONEY,
            Text("Kr. pr. enhed, der trækkes fra.", "kr per unit to be taken out."),
            unit="kr.",
            width=14,
        ),
        Field(
            "amount_kind",
            Text("Beløbstype", "Kind of amount"),
            TEXT,
            Text("vejledende, forhandlet eller betalt. Kun betalt tæller i T.", "Only betalt counts in T."),
            required=True,
            choices="amount_kinds",
            width=13,
        ),
        Field("valid_from", Text("Gælder fra", "Valid from"), DATE, Text("Første dag.", "First day."), width=15),
        Field(
            "valid_to",
            Text("Gælder til", "Valid to"),
            DATE,
            Text("Sidste dag, må være tom.", "Last day, may be empty."),
            width=15,
        ),
        Field(
            "accounted",
            Text("Belyst", "Accounted for"),
            TEXT,
            Text(
                "Ja, når både Linjetype og Dækker er udfyldt.", "Ja where both the type and what it covers are stated."
            ),
            width=9,
            formula='IF({inputs}=0,"",IF(OR({line_type}="",TRIM({covers})=""),"Nej","Ja"))',
        ),
        CHECK,
    ),
    Text("Det, der betales for sagen, én række for hvert beløb.", "What is paid for the case, one row per amount."),
)

TARIFF_MODELS = Table(
    "tariff_models",
    "Takstmodeller",
    (
        replace(
            PROVIDER,
            help=Text("Tilbuddets navn, som det også skrives på arket Sager.", "Provider, written as on Sager."),
            choices="",
        ),
        Field(
            "kind",
            Text("Model", "Model"),
            TEXT,
            Text(
                "A: basis og pakke. B: basis og timepris. C: ét samlet beløb. D: prisliste med timer.",
                "A: base and package. B: base and hour price. C: one amount. D: price list.",
            ),
            required=True,
            choices="model_kinds",
            width=8,
        ),
        Field("valid_from", Text("Gælder fra", "Valid from"), DATE, Text("Første dag.", "First day."), width=15),
        Field(
            "hour_price",
            Text("Timepris", "Hour price"),
            MONEY,
            Text("Kr. pr. time (A og B).", "kr per hour (A and B)."),
            unit="kr./time",
            width=11,
        ),
        Field(
            "base_per_day",
            Text("Basis pr. døgn", "Base per day"),
            MONEY,
            Text("Kr. pr. døgn før timer (A og B).", "kr per day before hours (A and B)."),
            unit="kr./døgn",
            width=11,
        ),
        Field(
            "night_per_day",
            Text("Nat pr. døgn", "Night per day"),
            MONEY,
            Text("Kr. pr. døgn for nat (B).", "kr per day for night (B)."),
            unit="kr./døgn",
            width=11,
        ),
        Field(
            "package_width",
            Text("Pakkebredde", "Package width"),
            HOURS,
            Text("Timer pr. uge i en pakke, som regel 7 (A).", "Hours per week in a package (A)."),
            unit="timer/uge",
            width=11,
        ),
        Field(
            "pricing_point",
            Text("Prispunkt", "Pricing point"),
            TEXT,
            Text("Hvor i pakken prisen er sat: middle eller top (A).", "Where the price is set (A)."),
            choices="pricing_points",
            width=10,
        ),
        Field(
            "non_support_per_day",
            Text("Ikke støtte pr. døgn", "Not support per day"),
            MONEY,
            Text("Kr. pr. døgn til andet end støtte (C).", "kr per day for other than support (C)."),
            unit="kr./døgn",
            width=12,
        ),
        Field(
            "staff_share",
            Text("Lønandel", "Staff share"),
            SHARE,
            Text("Lønnens andel af taksten, fx 0,65 (C).", "Staff's share of the tariff (C)."),
            width=9,
        ),
        Field(
            "post_cost",
            Text("Pris pr. stilling", "Cost per post"),
            MONEY,
            Text("Kr. pr. årsværk (C).", "kr per full-time post and year (C)."),
            unit="kr./år",
            width=13,
        ),
        Field(
            "net_hours",
            Text("Nettotimer pr. stilling", "Net hours per post"),
            HOURS,
            Text("Timer pr. årsværk efter ferie og sygdom (C).", "Hours per post and year (C)."),
            unit="timer/år",
            width=13,
        ),
        Field(
            "user_time_share",
            Text("Brugertidsprocent", "User-time share"),
            SHARE,
            Text("Andel af fremmødetid hos borgerne, fx 0,70 (C).", "Share of present time with citizens (C)."),
            width=12,
        ),
        Field(
            "days",
            Text("Takstdage pr. år", "Charged days"),
            _DIVISOR,
            Text("Dage, taksten opkræves, fx 365 (C).", "Days charged per year (C)."),
            unit="dage",
            width=10,
        ),
        CHECK,
    ),
    Text(
        "Hvordan leverandørens takst bliver til timer, én række for hver leverandør og, ved nye priser, hver dato.",
        "How a provider's tariff turns into hours, one row per provider and, with new prices, per date.",
    ),
)

PRICE_LIST = Table(
    "price_list",
    "Prisliste",
    (
        PROVIDER,
        Field(
            "hours",
            Text("Timer pr. uge", "Hours per week"),
            HOURS,
            Text("Timer, prisen gælder for (D).", "Hours the price is for (D)."),
            required=True,
            unit="timer/uge",
            width=12,
        ),
        Field(
            "day_rate",
            Text("Kr. pr. døgn", "kr per day"),
            MONEY,
            Text("Prisen for timerne (D).", "The price of the hours (D)."),
            required=True,
            unit="kr./døgn",
            width=12,
        ),
        Field(
            "valid_from",
            Text("Gælder fra", "Valid from"),
            DATE,
            Text(
                "Kun når leverandøren har flere takstmodeller: den models dato.",
                "Only where the provider has several models: the date of the model.",
            ),
            width=15,
        ),
        CHECK,
    ),
    Text("Leverandørens priser efter timer, kun model D.", "A provider's prices by hours, model D only."),
)

HOUSES = Table(
    "houses",
    "Huse",
    (
        replace(HOUSE, help=Text("Husets navn.", "The house."), choices=""),
        PROVIDER,
        Field(
            "house_size",
            Text("Borgere i huset", "Citizens in the house"),
            WHOLE,
            Text("Antal borgere, der deler fælles tid.", "Number of citizens who share time."),
            required=True,
            unit="borgere",
            width=12,
        ),
        CHECK,
    ),
    Text("Huse, hvor borgere deler tid.", "Houses where citizens share time."),
)

ROSTER = Table(
    "roster",
    "Vagtplan",
    (
        HOUSE,
        Field(
            "day_kind",
            Text("Dage", "Days"),
            TEXT,
            Text("alle, hverdag eller weekend (også helligdage).", "All, weekdays or weekend (and holidays)."),
            required=True,
            choices="day_kinds",
            width=10,
        ),
        Field("start", Text("Fra", "From"), TIME, Text("Klokkeslæt, fx 23:00.", "Time."), required=True, width=8),
        Field("end", Text("Til", "To"), TIME, Text("Klokkeslæt, fx 07:00.", "Time."), required=True, width=8),
        Field(
            "staff",
            Text("Personale", "Staff"),
            WHOLE,
            Text("Ansatte til stede i tidsrummet.", "Staff present in the span."),
            required=True,
            unit="ansatte",
            width=10,
        ),
        CHECK,
    ),
    Text("Personale til stede i husene; må være tomt.", "Staff present in the houses; may be empty."),
)
