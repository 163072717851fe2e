"""The authority's case list: need, order, tariff lines and models, houses (domain text, sections 1 to 6)."""

from workbook_templates.kinds import DATE, HOURS, MONEY, SHARE, TEXT, TIME, WHOLE, YES_NO, NumberKind
from workbook_templates.layout import Field, Table, Template, Text

_DIVISOR = NumberKind("General", 0)

_CASE_KEY = Field(
    "case_key",
    Text("Sagsnøgle", "Case key"),
    TEXT,
    Text("Sagens nøgle, fx S-2026-0042. Aldrig navn eller CPR-nummer.", "The case's key, never a name or CPR number."),
    required=True,
    width=16,
)
_PROVIDER = Field(
    "provider", Text("Leverandør", "Provider"), TEXT, Text("Tilbuddets navn.", "Provider."), required=True, width=24
)
_HOUSE = Field(
    "house",
    Text("Hus", "House"),
    TEXT,
    Text("Det hus, borgeren bor i, når tid deles.", "The house the citizen lives in, where time is shared."),
    width=18,
)

CASES = Table(
    "cases",
    "Sager",
    (
        _CASE_KEY,
        Field(
            "budget_area",
            Text("Udvalgsområde", "Budget area"),
            TEXT,
            Text("Det område, der betaler.", "The area that pays."),
            required=True,
            width=22,
        ),
        _PROVIDER,
        Field(
            "provider_kind",
            Text("Egen eller ekstern", "Own or external"),
            TEXT,
            Text("egen: kommunens eget tilbud. ekstern: andres.", "egen: the authority's own. ekstern: others'."),
            required=True,
            choices="provider_kinds",
            width=16,
        ),
        _HOUSE,
        Field(
            "legal_basis",
            Text("Paragraf", "Legal basis"),
            TEXT,
            Text("Fx SEL §107.", "Such as SEL §107."),
            width=12,
        ),
        Field(
            "need_level",
            Text("Støttebehov", "Support need"),
            TEXT,
            Text("Graden af støttebehov efter udredningen.", "Level of support need."),
            choices="need_levels",
            width=14,
        ),
        Field(
            "need_date",
            Text("Behov vurderet den", "Need assessed on"),
            DATE,
            Text("Datoen for den seneste vurdering.", "Date of the latest assessment."),
            width=16,
        ),
        Field(
            "need_hours",
            Text("Bestilte timer pr. uge", "Ordered hours per week"),
            HOURS,
            Text(
                "Det samlede timetal. Tomt: summen af arket Bestilling bruges.",
                "The total. Empty: the sum of the sheet Bestilling is used.",
            ),
            unit="timer/uge",
            width=14,
        ),
        Field(
            "follow_up",
            Text("Næste opfølgning", "Next follow-up"),
            DATE,
            Text("Hvornår sagen skal ses igen.", "When the case is due again."),
            width=16,
        ),
        Field(
            "stay_end",
            Text("Ophold slut", "End of stay"),
            DATE,
            Text("Kun når opholdets sidste dag er kendt.", "Only where the last day of the stay is known."),
            width=16,
        ),
    ),
    Text("Én række for hver sag.", "One row per case."),
)

ORDER = Table(
    "order",
    "Bestilling",
    (
        _CASE_KEY,
        Field(
            "theme",
            Text("Tema", "Theme"),
            TEXT,
            Text("Et af de elleve temaer.", "One of the eleven themes."),
            required=True,
            choices="themes",
            width=22,
        ),
        Field(
            "goal",
            Text("Mål", "Goal"),
            TEXT,
            Text("Målet, kort; det vises i leverandørens skema.", "The goal in brief; the provider sees it."),
            width=36,
        ),
        Field(
            "goal_type",
            Text("Måltype", "Goal type"),
            TEXT,
            Text("Udvikle, Fastholde eller Begrænse tab.", "Develop, maintain or limit loss."),
            choices="goal_types",
            width=14,
        ),
        Field(
            "hours",
            Text("Timer pr. uge", "Hours per week"),
            HOURS,
            Text("De bestilte timer, fx 4,5.", "The ordered hours, such as 4,5."),
            required=True,
            unit="timer/uge",
            width=12,
        ),
    ),
    Text(
        "De bestilte timer, én række for hvert tema og mål i sagen.",
        "The ordered hours, one row per theme and goal of the case.",
    ),
)

TARIFF_LINES = Table(
    "tariff_lines",
    "Takstlinjer",
    (
        _CASE_KEY,
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
            "valid_to", Text("Gælder til", "Valid to"), DATE, Text("Sidste dag, må være tom.", "Last day."), width=15
        ),
    ),
    Text("Det, der betales for sagen, én række for hvert beløb.", "What is paid for the case, one row per amount."),
)

TARIFF_MODELS = Table(
    "tariff_models",
    "Takstmodeller",
    (
        _PROVIDER,
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
    ),
    Text(
        "Hvordan leverandørens takst bliver til timer, én række for hver leverandør.",
        "How a provider's tariff turns into hours, one row per provider.",
    ),
)

PRICE_LIST = Table(
    "price_list",
    "Prisliste",
    (
        _PROVIDER,
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
    ),
    Text("Leverandørens priser efter timer, kun model D.", "A provider's prices by hours, model D only."),
)

HOUSES = Table(
    "houses",
    "Huse",
    (
        Field("house", _HOUSE.label, TEXT, Text("Husets navn.", "The house."), required=True, width=18),
        _PROVIDER,
        Field(
            "house_size",
            Text("Borgere i huset", "Citizens in the house"),
            WHOLE,
            Text("Antal borgere, der deler fælles tid.", "Number of citizens who share time."),
            required=True,
            unit="borgere",
            width=12,
        ),
    ),
    Text("Huse, hvor borgere deler tid.", "Houses where citizens share time."),
)

ROSTER = Table(
    "roster",
    "Vagtplan",
    (
        Field("house", _HOUSE.label, TEXT, Text("Husets navn.", "The house."), required=True, width=18),
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
    ),
    Text("Personale til stede i husene; må være tomt.", "Staff present in the houses; may be empty."),
)

HEADER = (
    Field("template", Text("Skabelon", "Template"), TEXT, required=True, locked=True),
    Field("template_version", Text("Version", "Version"), WHOLE, required=True, locked=True),
)

SAGSLISTE = Template(
    "sagsliste",
    1,
    Text("Sagsliste", "Case list"),
    "Om sagslisten",
    HEADER,
    (CASES, ORDER, TARIFF_LINES, TARIFF_MODELS, PRICE_LIST, HOUSES, ROSTER),
)
