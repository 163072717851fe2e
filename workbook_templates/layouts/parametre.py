"""The parameters of a comparison with their definitions in words (domain text, section 8).

The key of a field is its attribute's name in `bit_model.parameters.ParameterSet`.
"""

from workbook_templates.kinds import HOURS, Kind, NumberKind
from workbook_templates.layout import Field, Text

_PER_WEEK = "timer/uge"
_EXACT = NumberKind("General")
_SHARE = NumberKind("0.0##%", 0)


def _parameter(
    key: str, label: Text, definition: Text, unit: str = "", *, kind: Kind = _EXACT, may: bool = False
) -> Field:
    return Field(key, label, kind, definition, unit=unit, locked=not may, required=may)


PARAMETERS = (
    _parameter(
        "tolerance_hours",
        Text("Tolerance i timer", "Tolerance in hours"),
        Text("To tal, der højst er så langt fra hinanden, er i balance.", "Within this two figures agree."),
        _PER_WEEK,
        kind=HOURS,
        may=True,
    ),
    _parameter(
        "tolerance_share",
        Text("Tolerance som andel af B", "Tolerance as a share of B"),
        Text("Det samme som andel af de bestilte timer; den største gælder.", "The same as a share; the larger holds."),
        kind=_SHARE,
        may=True,
    ),
    _parameter(
        "financed_categories",
        Text("Kategorier, taksten betaler for", "Financed categories"),
        Text("Målte timer i disse kategorier holdes mod B og T.", "Measured hours in these are compared."),
    ),
    _parameter(
        "contact_categories",
        Text("Kategorier med kontakt", "Contact categories"),
        Text("Tæller som kontakttimer (O).", "Count as contact hours (O)."),
    ),
    _parameter(
        "sleeping_weight",
        Text("Vægt af sovende nat", "Weight of sleeping nights"),
        Text("Ressourceminutter pr. minut sovende nat.", "Resource minutes per minute."),
    ),
    _parameter(
        "share_key",
        Text("Fordeling af fælles tid", "Sharing of common time"),
        Text("Hvordan fælles tid falder på de borgere, den gjaldt.", "How shared time falls on the citizens."),
    ),
    _parameter(
        "absence_rule",
        Text("Fravær hele døgnet", "Absence of a whole day"),
        Text("Om et døgns fravær tæller blandt de målte dage.", "Whether such a day counts."),
    ),
    _parameter(
        "daylight_saving",
        Text("Sommertid", "Daylight saving"),
        Text("Om nætter med tidsskift regnes efter forløbne minutter.", "How nights with a change of clocks count."),
    ),
    _parameter(
        "extra_holidays",
        Text("Ekstra helligdage", "Extra holidays"),
        Text("Af 1. maj, 5. juni, 24. og 31. december.", "Of 1 May, 5 June, 24 and 31 December."),
    ),
    _parameter(
        "shortest_period_days",
        Text("Korteste måleperiode", "Shortest period"),
        Text("Kortere perioder giver en advarsel.", "Shorter periods give a warning."),
        "dage",
    ),
    _parameter(
        "longest_period_days",
        Text("Længste måleperiode", "Longest period"),
        Text("Længere perioder giver en advarsel.", "Longer periods give a warning."),
        "dage",
    ),
    _parameter(
        "weeks_per_year",
        Text("Uger pr. år", "Weeks per year"),
        Text("Tomt: årets dage delt med 7.", "Empty: the days of the year divided by 7."),
        "uger",
    ),
    _parameter(
        "days_per_month",
        Text("Dage pr. måned", "Days per month"),
        Text("Deler et månedsbeløb, når leverandøren ikke oplyser sin egen divisor.", "Divides an amount per month."),
        "dage",
    ),
    _parameter(
        "charged_days",
        Text("Takstdage pr. år", "Charged days"),
        Text("Deler et årsbeløb, når leverandøren ikke oplyser sin egen divisor.", "Divides an amount per year."),
        "dage",
    ),
    _parameter(
        "rate_places",
        Text("Decimaler i en døgntakst", "Decimals of a day rate"),
        Text("Beregnede pakkepriser rundes til så mange decimaler.", "Package prices are rounded to these."),
    ),
    _parameter(
        "package_width",
        Text("Pakkebredde", "Package width"),
        Text("Timer i en pakke, når leverandøren ikke oplyser sin egen.", "Hours in a package."),
        _PER_WEEK,
    ),
    _parameter(
        "pricing_point",
        Text("Pakkens prispunkt", "Pricing point"),
        Text("Om prisen er sat midt i pakken eller ved dens top.", "Middle or top of the package."),
    ),
    _parameter("highest_package", Text("Højeste pakke", "Highest package"), Text("Antal pakker.", "Packages.")),
    _parameter(
        "hour_prices",
        Text("Timepris pr. år", "Hour price per year"),
        Text("Når leverandørens takstmodel ikke har sin egen.", "Where a tariff model has none."),
        "kr./time",
    ),
    _parameter(
        "user_time_share",
        Text("Brugertidsprocent (BTP)", "User-time share"),
        Text("Andel af fremmødetiden hos borgerne.", "Share of present time with citizens."),
        kind=_SHARE,
    ),
    _parameter(
        "net_hours_per_post",
        Text("Nettotimer pr. årsværk", "Net hours per post"),
        Text("Timer efter ferie og fravær.", "Hours after holidays and absence."),
        "timer/år",
    ),
    _parameter(
        "gross_hours_per_post",
        Text("Bruttotimer pr. årsværk", "Gross hours per post"),
        Text("Betalte timer.", "Paid hours."),
        "timer/år",
    ),
    _parameter(
        "post_cost",
        Text("Pris pr. årsværk", "Cost per post"),
        Text("Løn mv. pr. fuldtidsstilling.", "Pay per full-time post."),
        "kr./år",
    ),
    _parameter(
        "staff_share",
        Text("Lønandel", "Staff share"),
        Text("Lønnens andel af en samlet takst.", "Staff's share of one opaque amount."),
        kind=_SHARE,
    ),
    _parameter(
        "overhead_share", Text("Overhead", "Overhead"), Text("Andel til fælles udgifter.", "Common costs."), kind=_SHARE
    ),
    _parameter(
        "occupancy",
        Text("Belægningsprocent", "Occupancy"),
        Text("Andel af pladserne, der regnes med i taksten.", "Share of places in use."),
        kind=_SHARE,
    ),
    _parameter(
        "vat", Text("Moms", "VAT"), Text("Tages ud af beløb med moms.", "Taken out of amounts with VAT."), kind=_SHARE
    ),
)
"""In the order they are listed. What may be changed in the workbook has a defined name."""
NOT_LISTED = frozenset({"name", "version", "valid_from", "rule_set"})
"""Attributes that stand in the workbook's header instead."""
