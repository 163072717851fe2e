"""The sheet Registreringer of the grid form: the entries that the weeks say, quarter by quarter, by native formulas.

In a formula `{key}` is the same row's cell of that column, `{above_key}` and `{below_key}` the cells of the rows beside
it; `{last_key}` and `{after_key}` belong to the last quarter of the period and to the one after it, `{cell}` is the
week's own cell. Names: `x_…` and `g_…` are the columns and figures here, `k_…` the columns of the legend.
"""

from dataclasses import replace

from workbook_templates.kinds import DATE, STAFF, TEXT, TIME, WHOLE
from workbook_templates.layout import Field, Table, Text
from workbook_templates.layouts.doegnskema import ENTRY_FIELDS

_ENTRY = {field.key: field for field in ENTRY_FIELDS}
_OF_CODE = 'IF({{used}}=0,"",INDEX({},{{of}})&"")'
_NUMBER_OF_CODE = 'IF({{used}}=0,"",IF(INDEX({0},{{of}})="","",INDEX({0},{{of}})))'

REGISTRATIONS = Table(
    "registrations",
    "Registreringer",
    (
        Field("date", _ENTRY["date"].label, DATE, width=15, formula='IF({used}=0,"",{day})'),
        Field("start", _ENTRY["start"].label, TIME, width=8, formula='IF({used}=0,"",{quarter}/96)'),
        Field(
            "end",
            _ENTRY["end"].label,
            TIME,
            width=8,
            formula='IF({used}=0,"",({quarter}+{long}-96*({quarter}+{long}>96))/96)',
        ),
        Field("activity", _ENTRY["activity"].label, TEXT, width=30, formula=_OF_CODE.format("k_activity")),
        Field("category", _ENTRY["category"].label, TEXT, width=10, formula=_OF_CODE.format("k_category")),
        Field("staff", _ENTRY["staff"].label, STAFF, width=10, formula=_NUMBER_OF_CODE.format("k_staff")),
        Field("citizens", _ENTRY["citizens"].label, WHOLE, width=9, formula=_NUMBER_OF_CODE.format("k_citizens")),
        Field("theme", _ENTRY["theme"].label, TEXT, width=20, formula=_OF_CODE.format("k_theme")),
        Field("goal", _ENTRY["goal"].label, TEXT, width=28, formula=f"TRIM({_OF_CODE.format('k_goal')})"),
        Field(
            "used",
            Text("Bruges", "Used"),
            WHOLE,
            Text("1, hvor noget begynder i kvarteret", "1 where something begins in the quarter"),
            formula="--({of}>0)",
        ),
        Field(
            "of", Text("Kodens række", "Row of the code"), WHOLE, formula="IF({piece}=1,{held},IF({call}=1,{known},0))"
        ),
        Field(
            "long",
            Text("Kvarterer", "Quarters"),
            WHOLE,
            Text("Til næste midnat, når forløbet er et døgn eller mere", "To midnight where a run is a day or more"),
            formula="IF({used}=0,0,IF({piece}=1,"
            "IF({length}<96,{length},MIN({length}-{place}+1,96-{quarter})),"
            "IF({call_length}<96,{call_length},MIN({call_length}-{call_place}+1,96-{quarter}))))",
        ),
        Field("day", Text("Dag", "Day"), DATE, locked=True),
        Field("quarter", Text("Kvarter", "Quarter"), WHOLE, locked=True),
        Field(
            "written",
            Text("I ugen", "In the week"),
            TEXT,
            Text("Ugens felt", "The week's cell"),
            formula="TRIM({cell})",
        ),
        Field(
            "known",
            Text("Kode nr.", "Code no."),
            WHOLE,
            Text("Række i Koder; 0 intet eller forslag, -1 ukendt", "Row in Koder; 0 nothing or suggested, -1 unknown"),
            formula='IFERROR(IF({written}="",0,IF(LEFT({written},1)="(",0,'
            "MATCH({written},k_key,0)/(INDEX(k_key,MATCH({written},k_key,0))={written}))),-1)",
        ),
        Field(
            "letter",
            Text("Kategori nr.", "Category no."),
            WHOLE,
            formula="IF({known}>0,INDEX(k_letter,{known}),0)",
        ),
        Field(
            "held",
            Text("Grundkode nr.", "Base code no."),
            WHOLE,
            Text("Et udkald ligger oven på en sovende nat", "A call-out lies on top of a sleeping night"),
            formula="IF({letter}=5,IF({above_held_letter}=4,{above_held},0),MAX({known},0))",
        ),
        Field(
            "held_letter",
            Text("Grundkategori nr.", "Base category no."),
            WHOLE,
            formula="IF({letter}=5,IF({above_held_letter}=4,4,0),{letter})",
        ),
        Field(
            "place",
            Text("Plads i forløbet", "Place in the run"),
            WHOLE,
            formula="IF({held}=0,0,IF({held}={above_held},{above_place}+1,1))",
        ),
        Field(
            "length",
            Text("Forløbets længde", "Length of the run"),
            WHOLE,
            formula="IF({held}=0,0,IF({held}={below_held},{below_length},{place}))",
        ),
        Field(
            "call_place",
            Text("Plads i udkaldet", "Place in the call-out"),
            WHOLE,
            formula="IF({letter}=5,IF({known}={above_known},{above_call_place}+1,1),0)",
        ),
        Field(
            "call_length",
            Text("Udkaldets længde", "Length of the call-out"),
            WHOLE,
            formula="IF({letter}=5,IF({known}={below_known},{below_call_length},{call_place}),0)",
        ),
        Field(
            "waits",
            Text("Forslag", "Suggestion"),
            WHOLE,
            Text(
                "1, hvor et forslag begynder, der ikke er bekræftet",
                "1 where a suggestion begins that is not confirmed",
            ),
            formula='IF(LEFT({written},1)="(",--OR({quarter}=0,{written}<>{above_written}),0)',
        ),
        Field(
            "piece",
            Text("Begynder", "Begins"),
            WHOLE,
            Text(
                "Forløb fra et døgn deles ved midnat; den første morgen tæller ikke, når den sidste nat er hel",
                "Runs of a day or more are cut at midnight; no first morning where the last night is whole",
            ),
            formula="IF({held}=0,0,IF({length}<96,IF({place}>1,0,IF(ROW()>2,1,"
            "--OR({held_letter}<3,{held_letter}>4,{last_held_letter}<3,{last_held_letter}>4,"
            "{last_held}<>{after_held},{last_length}>=96))),"
            "IF({place}=1,1,--AND({quarter}=0,{day}<=bit_period_end))))",
        ),
        Field(
            "call",
            Text("Udkald begynder", "Call-out begins"),
            WHOLE,
            formula="IF({letter}<>5,0,IF({call_place}=1,1,--AND({call_length}>=96,{quarter}=0,{day}<=bit_period_end)))",
        ),
    ),
    Text(
        "Det, som ugernes ark siger, én række for hvert kvarter. Beregnes; intet skal skrives her.",
        "What the week sheets say, one row per quarter of an hour. Computed; nothing is to be written here.",
    ),
)

_GOAL = next(place for place, field in enumerate(REGISTRATIONS.fields) if field.key == "goal")
WHOLE_REGISTRATIONS = replace(
    REGISTRATIONS,
    fields=(
        *REGISTRATIONS.fields[: _GOAL + 1],
        replace(_ENTRY["note"], formula=_OF_CODE.format("k_note")),
        *REGISTRATIONS.fields[_GOAL + 1 :],
    ),
)
"""With the note, which no formula counts, so that the first ten columns are whole entries."""

GRID_FIGURES: dict[str, tuple[Text, str]] = {
    "waiting": (Text("Forslag, der ikke er bekræftet", "Suggestions not confirmed"), "SUM(g_waits)"),
    "waiting_first": (
        Text("Dato for det første", "Date of the first"),
        "IFERROR(INDEX(g_day,MATCH(1,g_waits,0)),0)",
    ),
    "unknown": (Text("Felter med ukendt kode", "Cells with an unknown code"), "COUNTIF(g_known,-1)"),
    "unknown_first": (
        Text("Dato for det første", "Date of the first"),
        "IFERROR(INDEX(g_day,MATCH(-1,g_known,0)),0)",
    ),
    "lacking": (
        Text("Koder i brug, der mangler noget", "Codes in use that lack something"),
        "SUMPRODUCT((k_status>=10)*(COUNTIF(g_known,ROW(k_status)-ROW(INDEX(k_status,1))+1)>0))",
    ),
}
"""Figures that the list of what is missing names `g_…`: what is counted and its formula."""
