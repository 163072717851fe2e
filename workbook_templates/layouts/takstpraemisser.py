"""The header of the tariff template (takst), and the premises that may be tried: what all its figures rest on."""

from dataclasses import replace

from workbook_templates.kinds import DATE, SHARE, TEXT, NumberKind, WholeKind
from workbook_templates.layout import Field, Text
from workbook_templates.layouts.identity import IDENTITY
from workbook_templates.layouts.sagsliste import TARIFF_MODELS

_DAYS = NumberKind("General", 1)
_model = {field.key: field for field in TARIFF_MODELS.fields}

HEADER = (
    *IDENTITY,
    Field(
        "token",
        Text("Skemanøgle", "Form token"),
        TEXT,
        Text("Knytter skemaet til leverandøren.", "Ties the form to the provider."),
        locked=True,
    ),
    Field(
        "provider",
        Text("Leverandør", "Provider"),
        TEXT,
        Text("Den, taksten betales til.", "Who is paid the tariff."),
        required=True,
        locked=True,
    ),
    Field(
        "house",
        Text("Hus", "House"),
        TEXT,
        Text("Det hus eller tilbud, taksten gælder for.", "The house or unit that the tariff is for."),
    ),
    Field(
        "year",
        Text("Budgetår", "Budget year"),
        WholeKind(lowest=2000),
        Text("Det år, udgifterne gælder, fx 2026.", "The year of the costs, such as 2026."),
        required=True,
    ),
    Field(
        "valid_from",
        Text("Taksten gælder fra", "Tariff valid from"),
        DATE,
        Text(
            "Linjer, der gælder denne dag, regnes med. Tom: 1. januar i budgetåret.",
            "Lines in force on this day are counted. Empty: 1 January of the budget year.",
        ),
    ),
    Field(
        "kind",
        Text("Takstmodel", "Tariff model"),
        TEXT,
        Text(
            "A: basis og pakke. B: basis og timepris. C: ét samlet beløb. D: prisliste med timer.",
            "A: base and package. B: base and hour price. C: one amount. D: price list with hours.",
        ),
        required=True,
        choices="model_kinds",
    ),
    *(
        replace(_model[key], required=False, width=14)
        for key in (
            "hour_price",
            "base_per_day",
            "night_per_day",
            "package_width",
            "pricing_point",
            "non_support_per_day",
        )
    ),
    replace(
        _model["staff_share"],
        help=Text(
            "Lønnens andel af taksten, fx 0,65 (C). Tom: lønnen delt med alle udgifter på arkene.",
            "Staff's share of the tariff, such as 0,65 (C). Empty: wages over all costs on the sheets.",
        ),
    ),
    replace(
        _model["post_cost"],
        help=Text(
            "Kr. pr. årsværk (C). Tom: gennemsnittet af arket Stillinger.",
            "kr per post and year (C). Empty: the mean of the sheet Stillinger.",
        ),
    ),
    replace(
        _model["net_hours"],
        help=Text(
            "Timer pr. årsværk efter ferie og sygdom. Tom: gennemsnittet af arket Stillinger.",
            "Hours per post and year after holidays and illness. Empty: the mean of Stillinger.",
        ),
    ),
    replace(
        _model["user_time_share"],
        help=Text(
            "BTP: andelen af fremmødetiden hos borgerne, fx 0,70. Tom: gennemsnittet af arket Stillinger.",
            "The share of present time spent with citizens, such as 0,70. Empty: the mean of Stillinger.",
        ),
    ),
    Field(
        "places",
        Text("Pladser", "Places"),
        WholeKind(lowest=1),
        Text("Antal pladser, udgifterne deles på.", "Number of places that share the costs."),
        required=True,
        unit="pladser",
    ),
    Field(
        "occupancy",
        Text("Belægning", "Occupancy"),
        SHARE,
        Text(
            "Andel af pladserne, der er i brug, fx 0,98. Tom: parametersættets.",
            "Share of the places in use, such as 0,98. Empty: the parameter set's.",
        ),
    ),
    Field(
        "charged_days",
        Text("Takstdage pr. år", "Charged days"),
        _DAYS,
        Text("Dage, taksten opkræves, fx 365 eller 334. Tom: parametersættets.", "Days charged. Empty: the set's."),
        unit="dage",
    ),
    Field(
        "days_per_month",
        Text("Dage pr. måned", "Days per month"),
        _DAYS,
        Text(
            "Deler beløb pr. måned, fx 30,42 eller 30,5. Tom: parametersættets.",
            "Divides amounts per month, such as 30,42. Empty: the parameter set's.",
        ),
        unit="dage",
    ),
    Field(
        "vat",
        Text("Momssats", "VAT"),
        SHARE,
        Text(
            "Fx 0,25. Tages ud af beløb med moms. Tom: parametersættets.", "Such as 0,25. Empty: the parameter set's."
        ),
    ),
    Field(
        "weeks_per_year",
        Text("Uger pr. år", "Weeks per year"),
        _DAYS,
        Text("Fx 52. Tom: takstdage delt med 7.", "Such as 52. Empty: charged days divided by 7."),
        unit="uger",
    ),
    Field(
        "filled_by",
        Text("Udfyldt af (funktion)", "Filled in by (role)"),
        TEXT,
        Text("Stilling eller team, ikke et navn.", "Position or team, not a name."),
    ),
    Field("filled_on", Text("Udfyldt den", "Filled in on"), DATE, Text("Datoen, fx 16-03-2026.", "The date.")),
    Field(
        "remarks",
        Text("Bemærkninger", "Remarks"),
        TEXT,
        Text("Det, kommunen skal vide om taksten. Ingen navne eller CPR-numre.", "What the authority should know."),
        width=60,
    ),
)

PREMISES = (
    _model["user_time_share"],
    _model["net_hours"],
    _model["post_cost"],
    _model["staff_share"],
    Field("overhead", Text("Overhead, andel af alle udgifter", "Overhead, share of all costs"), SHARE),
    *(field for field in HEADER if field.key in {"occupancy", "charged_days", "days_per_month"}),
    _model["hour_price"],
    _model["base_per_day"],
)
"""What may be tried on the sheet `Hvad nu hvis`, by the keys of `bit_model.premises.Premises`."""
PREMISE_EFFECTS = {
    "user_time_share": Text(
        "Alle modeller: brugertimer og pris pr. brugertime. Model C også timerne, taksten betaler for. Gælder alle "
        "stillinger.",
        "All models: user hours and their price. Model C also the hours financed. Holds for all posts.",
    ),
    "net_hours": Text(
        "Alle modeller: fremmøde- og brugertimer. Model C også timerne, taksten betaler for.",
        "All models: present and user hours. Model C also the hours financed.",
    ),
    "post_cost": Text(
        "Lønnen og dermed den omkostningsbaserede takst. Model C også timerne.",
        "Wages and so the cost-based rate. Model C also the hours.",
    ),
    "staff_share": Text("Model C: hvor meget af taksten der er løn.", "Model C: how much of the tariff is wages."),
    "overhead": Text(
        "De indirekte omkostninger og dermed den omkostningsbaserede takst.",
        "Indirect costs and so the cost-based rate.",
    ),
    "occupancy": Text(
        "Den omkostningsbaserede takst og priserne pr. time.", "The cost-based rate and prices per hour."
    ),
    "charged_days": Text(
        "Den omkostningsbaserede takst og beløb pr. år, også linjer med egen divisor. Model C også timerne.",
        "The cost-based rate and amounts per year, also of lines with their own divisor. Model C also the hours.",
    ),
    "days_per_month": Text(
        "Beløb pr. måned, også linjer med egen divisor.", "Amounts per month, also of lines with their own divisor."
    ),
    "hour_price": Text("Model A og B: timerne, taksten betaler for.", "Models A and B: the hours financed."),
    "base_per_day": Text(
        "Model A uden pakkelinje og model B: timerne, taksten betaler for.",
        "Model A without a package line, and model B: the hours financed.",
    ),
}
"""What a changed premise acts on."""
