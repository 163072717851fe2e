"""What the schedule template computes as one types: the helper columns, and what the column Tjek says.

In a formula `{key}` is the same row's cell of that column. Names: `e_…` are the columns of the entries as written,
`x_…` of the entries as they count, `b_…` of the calculation, `p_…` of the pattern, `l_…` the lists and figures on the
sheet Lister. All minutes are counted from day 0 on one line of time, so that nights meet the next morning. Only
functions that Excel 2016 and LibreOffice 7 have.
"""

from collections.abc import Mapping
from dataclasses import replace

from bit_model.schedule import Part
from workbook_templates.kinds import NUMBER, WHOLE
from workbook_templates.layout import Field, Table, Text
from workbook_templates.layouts.doegnskema import ENTRY_FIELDS, PATTERN_ROWS

OK = 1
FIRST_ERROR = 10
"""Rows with a status from here on are not counted."""

WAITING, REMOVED = -1, -2
"""Status of a suggestion that nobody confirmed, and of one that was removed."""

STATUSES: dict[int, Text] = {
    REMOVED: Text("Forslaget er fjernet", "Suggestion removed"),
    WAITING: Text("Forslag, ikke bekræftet", "Suggestion, not confirmed"),
    OK: Text("OK", "OK"),
    2: Text("OK, men tjek: over 12 timer", "OK, but check: over 12 hours"),
    3: Text("OK, men tjek: D er én borger; delt tid er F", "OK, but check: D is one citizen; shared is F"),
    4: Text("OK, men tjek: over 3 ansatte", "OK, but check: over 3 staff"),
    10: Text("Vælg en dato i perioden", "Choose a date in the period"),
    11: Text("Skriv Start, fx 07:30", "Write Start, such as 07:30"),
    12: Text("Skriv Slut, fx 08:00", "Write End, such as 08:00"),
    13: Text("Start og Slut er ens; helt døgn er 00:00-24:00", "Start equals end; a whole day is 00:00-24:00"),
    14: Text("Vælg Kategori på listen", "Choose Category from the list"),
    15: Text("Skriv Personale: mindst 1", "Write Staff: at least 1"),
    16: Text("Skriv Borgere: mindst 1, højst husets antal", "Write Citizens: 1 to the number of the house"),
    17: Text("Vælg Tema på listen", "Choose Theme from the list"),
    18: Text("Rækken har en fejlværdi", "The row holds an error value"),
    19: Text("Vælg Ja eller Nej ved Bekræft", "Choose Ja or Nej at Confirm"),
    20: Text("Skriv koden, fx D1", "Write the code, such as D1"),
    21: Text("Koden står flere gange", "The code stands more than once"),
    22: Text("Koden må højst have 6 tegn og ikke * ? ~ ( )", "A code has at most 6 characters and no * ? ~ ( )"),
}
"""Status of a row → what is said beside it."""

_FAULTS = (
    ("day", "{day}=0", 10),
    ("start", 'COUNTIF({start},"<1")=0', 11),
    ("end", 'COUNTIF({end},"<=1")=0', 12),
    ("end", "{start}={end}", 13),
    ("letter", "{letter}=0", 14),
    ("theme", 'AND({theme}<>"",COUNTIF(l_theme,{theme})=0)', 17),
    ("staff", 'AND({letter}>ROWS(l_resource),{staff}<>"",COUNT({staff})=0)', 15),
    (
        "citizens",
        'AND({letter}>ROWS(l_resource),{citizens}<>"",IF(COUNT({citizens})=0,TRUE,MOD({citizens},1)>0))',
        16,
    ),
    ("letter", "{letter}>ROWS(l_resource)", OK),
    ("staff", 'COUNTIF({staff},">=1")=0', 15),
    ("citizens", 'COUNTIF({citizens},">=1")=0', 16),
    ("citizens", "OR(MOD({citizens},1)>0,{citizens}>IF(N(bit_house_size)>0,bit_house_size,999))", 16),
    ("end", "AND({letter}<>3,{letter}<>4,MOD({end}-{start},1)>0.5001)", 2),
    ("citizens", "AND({letter}=1,{citizens}>1)", 3),
    ("staff", "{staff}>3", 4),
)
"""What a condition needs beside the category, the condition, and the status of the first that holds.

Faults in the order a row is filled in, then what is only to be looked at.
"""
_LETTER = "IFERROR(MATCH({category},l_category,0),0)"


def status_formula(used: str, cells: Mapping[str, str]) -> str:
    """The status of what stands in the cells, by key; 0 where `used` is 0.

    Keys are those of the entries' fields, with `letter` (the category's number) in place of `category` where some cell
    has it already, and `day` (the date's number). Conditions on keys that are not given are left out.
    """
    known = {"letter": _LETTER.format(**cells)} | dict(cells) if "category" in cells else dict(cells)
    faults = [(condition.format(**known), status) for key, condition, status in _FAULTS if key in known]
    chain = "".join(f"IF({condition},{status}," for condition, status in faults)
    return f"IFERROR(IF({used}=0,0,{chain}{OK}{')' * len(faults)}),18)"


def _effective(key: str) -> str:
    """What counts of a field: its own cell, else the pattern's where the suggestion is confirmed."""
    suggested = f"INDEX(p_{key},{{suggestion}})"
    return f'IF({{take}}<=0,"",IF({{e_{key}}}<>"",{{e_{key}}},IF({{take}}=2,IF({suggested}="","",{suggested}),"")))'


NOT_COUNTED = frozenset({"activity", "note"})

_OWN_FORMULAS = {"date": 'IF({e_date}="","",{e_date})', "goal": f'IFERROR(TRIM({_effective("goal")}),"")'}

WHOLE_ENTRY: tuple[Field, ...] = (
    *(replace(field, formula=_OWN_FORMULAS.get(field.key) or _effective(field.key)) for field in ENTRY_FIELDS),
    Field(
        "used",
        Text("I brug", "In use"),
        WHOLE,
        Text("1, når rækken siger noget, også ved et bekræftet forslag", "1 where the row says something"),
        formula="IF({take}<=0,0,1+0*LEN({e_activity}&{e_theme}&{e_goal}&{e_note}))",
    ),
)
EFFECTIVE = tuple(field for field in WHOLE_ENTRY if field.key not in NOT_COUNTED)
"""What an entry counts as, in columns named `x_…`; an error value in any of its cells goes on to its status.

What no formula counts stands in them only where functions are asked for the whole entry.

In a formula `{e_key}` is the entry's own cell. All calculation below stands on these columns alone.
"""

SUGGESTIONS: tuple[Field, ...] = (
    Field(
        "suggestion",
        Text("Række i mønsteret", "Row of the pattern"),
        WHOLE,
        Text("0, hvor intet foreslås", "0 where nothing is suggested"),
        formula="IF(OR({day}=0,N({e_number})=0),0,IFERROR(IF(INDEX(l_pattern,{day})=0,0,"
        f"((INDEX(l_pattern,{{day}})-1)*{PATTERN_ROWS}+{{e_number}})"
        f"*(COUNTA(INDEX(p_own,(INDEX(l_pattern,{{day}})-1)*{PATTERN_ROWS}+{{e_number}},0))>0)),0))",
    ),
    Field(
        "take",
        Text("Tæller som", "Counts as"),
        WHOLE,
        Text(
            "0 tom, 1 som skrevet, 2 som foreslået og rettet, -1 ikke bekræftet, -2 fjernet, 9 Bekræft kan ikke læses",
            "0 blank, 1 as written, 2 as suggested and changed, -1 not confirmed, -2 removed, 9 Confirm is unreadable",
        ),
        formula='IFERROR(IF({e_confirm}="",'
        "IF(COUNTA({e_own})>0,1,IF({suggestion}=0,0,IF(INDEX(l_confirmed,{day})=1,2,INDEX(l_confirmed,{day})-1))),"
        'IF({e_confirm}="Nej",IF(COUNTA({e_own})>0,1,IF({suggestion}=0,0,-2)),'
        'IF({e_confirm}="Ja",IF({suggestion}=0,1,2),9))),9)',
    ),
)
"""How an entry meets what the pattern suggests for its date; list form only."""

_KEYS = ("day", "start", "end", "letter", "theme", "staff", "citizens")
_STATUS = status_formula("{used}", {key: f"{{{key}}}" for key in _KEYS})
LIST_STATUS = f"IF({{take}}<=0,{{take}},IF({{take}}=9,19,{_STATUS}))"
"""The status in the list form, where a suggestion may stand unconfirmed."""

TRUE_MINUTE = "{minute}-MIN(60,MAX(0,{minute}-l_forward))+60*({minute}>=l_back)-1440*bit_period_start"
"""Elapsed minutes from the period's start to a minute by the clock, but for what is the same for all of them."""

CALCULATION = Table(
    "calculation",
    "Beregning",
    (
        Field(
            "letter",
            Text("Kategori nr.", "Category no."),
            WHOLE,
            Text("Kategoriens plads på listen, 0 uden for den", "The category's place on the list, 0 if not on it"),
            formula=_LETTER,
        ),
        Field(
            "day",
            Text("Dag nr.", "Day no."),
            WHOLE,
            Text("Datoens plads i perioden, 0 uden for den", "The date's place in the period, 0 outside it"),
            formula="IFERROR(MATCH({date},l_date,0),0)",
        ),
        Field(
            "status",
            Text("Status", "Status"),
            WHOLE,
            Text("0 tom, 1-9 tæller, fra 10 tæller ikke", "0 blank, 1-9 counted, from 10 not"),
            formula=_STATUS,
        ),
        Field(
            "begin",
            Text("Begynder (minut)", "Begins (minute)"),
            WHOLE,
            Text("Minutter fra dag 0", "Minutes from day 0"),
            formula="IF(AND({status}>0,{status}<10),{date}*1440+ROUND({start}*1440,0),0)",
        ),
        Field(
            "finish",
            Text("Slutter (minut)", "Ends (minute)"),
            WHOLE,
            Text("Næste dag, når Slut ikke er efter Start", "The next day where end is not after start"),
            formula="IF({begin}=0,0,{begin}-MOD({begin},1440)+ROUND({end}*1440,0)"
            "+1440*(ROUND({end}*1440,0)<=MOD({begin},1440)))",
        ),
        Field(
            "minutes",
            Text("Minutter", "Minutes"),
            WHOLE,
            Text("Forløbet tid, også de nætter uret stilles", "Elapsed time, also when the clock changes"),
            formula="IF({begin}=0,0,{finish}-{begin}"
            "-(MIN(60,MAX(0,{finish}-l_forward))-MIN(60,MAX(0,{begin}-l_forward)))"
            "+60*(({finish}>=l_back)-({begin}>=l_back)))",
        ),
        Field(
            "resource",
            Text("Ressourceminutter", "Resource minutes"),
            NUMBER,
            Text("Minutter × personale × vægt / borgere", "Minutes × staff × weight / citizens"),
            formula="IF({minutes}=0,0,IFERROR({minutes}*INDEX(l_weight,{letter})*{staff}/{citizens},0))",
        ),
        Field(
            "alone",
            Text("Heraf første ansatte (D1)", "Of which the first of staff (D1)"),
            NUMBER,
            formula="IF({minutes}=0,0,IF({letter}=1,{minutes}/{citizens},0))",
        ),
        Field(
            "kind",
            Text("Dagtype", "Kind of day"),
            WHOLE,
            Text("1 hverdag, 2 weekend og helligdag, 0 tæller ikke", "1 weekday, 2 weekend or holiday, 0 not counted"),
            formula="IF({minutes}=0,0,INDEX(l_kind,{day}))",
        ),
        Field(
            "rate",
            Text("Ressourceminutter pr. minut", "Resource minutes per minute"),
            NUMBER,
            Text("0 på dage, der ikke tæller", "0 on days that are not counted"),
            formula="IF(OR({minutes}=0,{kind}=0),0,{resource}/{minutes})",
        ),
        Field(
            "rate_from",
            Text("Sats × forløbne minutter før", "Rate × elapsed minutes before"),
            NUMBER,
            Text("Minutter fra periodens start til rækkens", "Minutes from the period's start to the row's"),
            formula="IF({rate}=0,0,{rate}*(" + TRUE_MINUTE.format(minute="{begin}") + "))",
        ),
        Field(
            "content",
            Text("Timer pr. uge, som taksten betaler", "Hours per week that the tariff pays for"),
            NUMBER,
            formula="IF({resource}=0,0,{resource}/60*CHOOSE({kind}+1,0,l_weekday_factor,l_weekend_factor)"
            "*INDEX(l_financed,{letter}))",
        ),
        Field(
            "away",
            Text("Fravær slutter", "Absence ends"),
            WHOLE,
            Text("1, når intet andet fravær fortsætter", "1 where no other absence goes on"),
            formula="IF({begin}=0,0,IF({letter}=7,"
            '1-(COUNTIFS(x_category,"A",b_begin,"<="&{finish},b_finish,">"&{finish})>0),0))',
        ),
    ),
)

LEFT_OUT = (
    'IF(AND(COUNTIFS(x_category,"A",b_begin,"<="&1440*{day},b_finish,">"&1440*{day})>0,'
    'COUNTIFS(b_away,1,b_finish,">"&1440*{day},b_finish,"<"&1440*({day}+1))=0),0,{base})'
)
"""Kind of a day as it counts: 0 where entries of absence cover it from midnight to midnight."""

PART_TEXTS: dict[Part, Text] = {
    Part.D1: Text("D1 Direkte, første ansatte", "D1 Direct, first of staff"),
    Part.D2: Text("D2 Direkte, ekstra ansatte", "D2 Direct, extra staff"),
    Part.F: Text("F Fælles, borgerens del", "F Shared, the citizen's share"),
    Part.N: Text("N Vågen nat, borgerens del", "N Waking night, the citizen's share"),
    Part.S: Text("S Sovende nat, borgerens del", "S Sleeping night, the citizen's share"),
    Part.T: Text("T Udkald om natten", "T Called out at night"),
    Part.X: Text("X Indirekte tid", "X Indirect time"),
}
